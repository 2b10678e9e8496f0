//! Roles that are there already, and that EKS is to take.

use super::Report;
use crate::expand::world;
use crate::places::Path;
use crate::schema::StackSpec;

/// Source: EKS `CreateCluster.roleArn` and its like: whoever calls passes the role, and IAM passes none to another account.
/// What reaches into other accounts are STANDARD access entries, `targetRoleARN` and `customRoleARN`.
pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let (partition, account) = (world(spec).partition(), spec.metadata.account.as_str());
    for (path, arn) in passed(spec) {
        let mut parts = arn.split(':');
        let (found_partition, found_account) = (parts.nth(1).unwrap_or_default(), parts.nth(2).unwrap_or_default());
        if found_partition != partition {
            let message =
                format!("{} is in the partition {partition}, and the role in {found_partition}", spec.metadata.region);
            report.error(&path, message, format!("name a role such as arn:{partition}:iam::{account}:role/…"));
        } else if found_account != account {
            let message = format!("the role is in the account {found_account}, and EKS takes none of another account");
            report.error(&path, message, format!("name a role in {account}"));
        }
    }
}

fn passed(spec: &StackSpec) -> Vec<(Path, &String)> {
    let item = |list: &str, index: usize| Path::from(list).item(index);
    let auto = spec.auto_mode_config.as_ref().and_then(|auto| auto.node_role_arn.as_ref());
    let alone = [
        (Path::from("iam.serviceRoleARN"), spec.iam.service_role_arn.as_ref()),
        (Path::from("iam.fargatePodExecutionRoleARN"), spec.iam.fargate_pod_execution_role_arn.as_ref()),
        (Path::from("autoModeConfig.nodeRoleARN"), auto),
    ];
    let groups = spec.managed_node_groups.iter().enumerate().map(|(index, group)| {
        let arn = group.iam.as_ref().and_then(|iam| iam.instance_role_arn.as_ref());
        (item("managedNodeGroups", index).key("iam").key("instanceRoleARN"), arn)
    });
    let profiles = spec.fargate_profiles.iter().enumerate().map(|(index, profile)| {
        (item("fargateProfiles", index).key("podExecutionRoleARN"), profile.pod_execution_role_arn.as_ref())
    });
    let capabilities = spec.capabilities.iter().enumerate();
    let capabilities =
        capabilities.map(|(index, one)| (item("capabilities", index).key("roleARN"), one.role_arn.as_ref()));
    let associations = spec.iam.pod_identity_associations.iter().enumerate();
    let associations = associations
        .map(|(index, one)| (item("iam.podIdentityAssociations", index).key("roleARN"), one.role_arn.as_ref()));
    let all = alone.into_iter().chain(groups).chain(profiles).chain(capabilities).chain(associations);
    all.filter_map(|(path, arn)| Some((path, arn?))).collect()
}
