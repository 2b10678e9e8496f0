//! Target groups.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{VALIDATION, check_arn, listed, load_balancer};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations =
    &[("DeleteTargetGroup", delete_target_group), ("DescribeTargetGroups", describe_target_groups)];

/// A group of the addresses of pods, reached by HTTP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TargetGroup {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) port: i64,
    pub(crate) vpc_id: String,
    /// The ARNs of those whose listeners lead to it.
    pub(crate) load_balancers: Vec<String>,
    pub(crate) tags: Tags,
}

impl TargetGroup {
    fn show(&self) -> Value {
        json!({
            "TargetGroupArn": self.arn,
            "TargetGroupName": self.name,
            "Protocol": "HTTP",
            "ProtocolVersion": "HTTP1",
            "Port": self.port,
            "VpcId": self.vpc_id,
            "TargetType": "ip",
            "IpAddressType": "ipv4",
            "LoadBalancerArns": self.load_balancers,
            "HealthCheckEnabled": true,
            "HealthCheckProtocol": "HTTP",
            "HealthCheckPort": "traffic-port",
            "HealthCheckPath": "/",
            "HealthCheckIntervalSeconds": 15,
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 2,
            "Matcher": { "HttpCode": "200" },
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeTargetGroups {
    load_balancer_arn: Option<String>,
    #[serde(default)]
    target_group_arns: BTreeSet<String>,
    #[serde(default)]
    names: BTreeSet<String>,
    #[serde(rename = "Marker")]
    _marker: Option<String>,
    #[serde(rename = "PageSize")]
    _page_size: Option<u32>,
}

/// "By default, all target groups are described. Alternatively, you can specify one of the following to filter the results."
fn describe_target_groups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DescribeTargetGroups { load_balancer_arn: of, target_group_arns: arns, names, .. } = call.args()?;
    if usize::from(of.is_some()) + usize::from(!arns.is_empty()) + usize::from(!names.is_empty()) > 1 {
        let message =
            "Load balancer ARN, target group ARNs and target group names cannot be specified at the same time";
        return refuse(VALIDATION, message);
    }
    if let Some(arn) = &of {
        check_arn(arn, "loadbalancer")?;
        call.balancing().load_balancers.get(arn).ok_or_else(load_balancer::not_found)?;
    }
    arns.iter().try_for_each(|arn| check_arn(arn, "targetgroup"))?;
    let is_all = arns.is_empty() && names.is_empty();
    let is_asked = |group: &&TargetGroup| {
        of.as_ref().is_none_or(|arn| group.load_balancers.contains(arn))
            && (is_all || arns.contains(&group.arn) || names.contains(&group.name))
    };
    let found: Vec<&TargetGroup> = call.balancing().target_groups.values().filter(is_asked).collect();
    if found.len() < arns.len() + names.len() {
        return Err(not_found());
    }
    listed(call, "TargetGroups", found.into_iter().map(TargetGroup::show).collect())
}

/// "You can delete a target group if it is not referenced by any actions." One that is not there counts as deleted.
fn delete_target_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let arn = call.required("TargetGroupArn");
    check_arn(&arn, "targetgroup")?;
    let group = call.balancing().target_groups.get(&arn);
    if group.is_some_and(|group| !group.load_balancers.is_empty()) {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        return refuse("ResourceInUse", message);
    }
    call.region().elb.target_groups.remove(&arn);
    Ok(json!({}))
}

/// The refusal of target groups that are not there.
pub(super) fn not_found() -> ApiError {
    ApiError::new("TargetGroupNotFound", "One or more target groups not found")
}
