//! Security groups are made, and deleted.

use serde::Deserialize;
use serde_json::{Value, json};

use super::permission::Rule;
use super::text::{check_group_description, check_name};
use super::{SecurityGroup, named};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{id, parameters, quota};
use crate::tags;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateSecurityGroup {
    group_name: String,
    description: String,
    vpc_id: Option<String>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
}

/// "When you create a VPC security group, it has no inbound rules … and an outbound rule that allows all traffic."
pub(super) fn create_security_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateSecurityGroup = parameters(call)?;
    check_name(&args.group_name)?;
    check_group_description(&args.description)?;
    let tags = tag::on_creation(&args.tag_specifications, "security-group")?;
    let Some(vpc_id) = args.vpc_id else {
        return refuse("VPCIdNotSpecified", "No default VPC for this user");
    };
    let ec2 = call.network();
    let has_ipv6 = !id::VPC.find(&ec2.vpcs, &vpc_id)?.ipv6_cidr_blocks.is_empty();
    check_free(call, &args.group_name, &vpc_id)?;
    let mut group = SecurityGroup::new(call.id("sg"), vpc_id, args.group_name, args.description, tags);
    group.add(Rule::all_to_ipv4());
    if has_ipv6 {
        group.allow_ipv6();
    }
    let answer = json!({
        "GroupId": group.id, "SecurityGroupArn": group.arn(call), "Tags": tags::to_list(&group.tags),
    });
    call.ec2().add_security_group(group);
    Ok(answer)
}

/// "Names are case-insensitive and must be unique within the VPC."
fn check_free(call: &Call<'_>, name: &str, vpc_id: &str) -> Result<(), ApiError> {
    let ec2 = call.network();
    let mut groups = ec2.security_groups.values();
    if groups.any(|group| group.vpc_id == vpc_id && group.name.eq_ignore_ascii_case(name)) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc_id}'");
        return refuse("InvalidGroup.Duplicate", message);
    }
    if ec2.security_groups.len() >= call.quota(quota::SECURITY_GROUPS) {
        return refuse("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.");
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteSecurityGroup {
    group_id: Option<String>,
    group_name: Option<String>,
}

/// "If you attempt to delete a security group that is associated with an instance or network interface, is referenced
/// by another security group in the same VPC, … the operation fails with DependencyViolation."
pub(super) fn delete_security_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DeleteSecurityGroup = parameters(call)?;
    let group = named(call, args.group_id.as_deref(), args.group_name.as_deref())?;
    let group_id = group.id.clone();
    if group.is_default() {
        let message = format!("the specified group: \"{group_id}\" name: \"default\" cannot be deleted by a user");
        return refuse("CannotDelete", message);
    }
    if call.network().security_group_is_held(&group_id) {
        return refuse("DependencyViolation", format!("resource {group_id} has a dependent object"));
    }
    call.ec2().remove_security_group(&group_id);
    Ok(json!({ "Return": true, "GroupId": group_id }))
}
