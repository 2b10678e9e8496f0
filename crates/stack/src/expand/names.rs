//! Addresses, and the names that are derived for AWS.

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Address, Rules, World, digest};
use serde_json::json;

pub(crate) fn vpc() -> Address {
    Address::new("ec2.Vpc", "main")
}

pub(crate) fn internet_gateway() -> Address {
    Address::new("ec2.InternetGateway", "main")
}

pub(crate) fn subnet(kind: &str, name: &str) -> Address {
    Address::new("ec2.Subnet", format!("{kind}-{name}"))
}

pub(crate) fn elastic_ip(zone: &str) -> Address {
    Address::new("ec2.ElasticIp", format!("nat-{zone}"))
}

pub(crate) fn nat_gateway(zone: &str) -> Address {
    Address::new("ec2.NatGateway", zone)
}

pub(crate) fn route_table(name: &str) -> Address {
    Address::new("ec2.RouteTable", name)
}

pub(crate) fn role(name: &str) -> Address {
    Address::new("iam.Role", name)
}

pub(crate) fn policy(name: &str) -> Address {
    Address::new("iam.Policy", name)
}

pub(crate) fn group(name: &str) -> Address {
    Address::new("iam.Group", name)
}

pub(crate) fn oidc_provider(name: &str) -> Address {
    Address::new("iam.OidcProvider", name)
}

pub(crate) fn key() -> Address {
    Address::new("kms.Key", "main")
}

pub(crate) fn log_group(name: &str) -> Address {
    Address::new("logs.LogGroup", name)
}

pub(crate) fn repository(name: &str) -> Address {
    Address::new("ecr.Repository", name)
}

pub(crate) fn registry_scanning() -> Address {
    Address::new("ecr.RegistryScanning", "registry")
}

pub(crate) fn registry_replication() -> Address {
    Address::new("ecr.RegistryReplication", "registry")
}

pub(crate) fn egress_only_internet_gateway() -> Address {
    Address::new("ec2.EgressOnlyInternetGateway", "main")
}

pub(crate) fn security_group(name: &str) -> Address {
    Address::new("ec2.SecurityGroup", name)
}

pub(crate) fn vpc_endpoint(service: &str) -> Address {
    Address::new("ec2.VpcEndpoint", service)
}

pub(crate) fn flow_log() -> Address {
    Address::new("ec2.FlowLog", "vpc")
}

pub(crate) fn tags(name: &str) -> Address {
    Address::new("ec2.Tags", name)
}

pub(crate) fn cluster(name: &str) -> Address {
    Address::new("eks.Cluster", name)
}

pub(crate) fn access_entry(name: &str) -> Address {
    Address::new("eks.AccessEntry", name)
}

pub(crate) fn addon(name: &str) -> Address {
    Address::new("eks.Addon", name)
}

pub(crate) fn launch_template(name: &str) -> Address {
    Address::new("ec2.LaunchTemplate", name)
}

pub(crate) fn pod_identity_association(name: &str) -> Address {
    Address::new("eks.PodIdentityAssociation", name)
}

pub(crate) fn identity_provider(name: &str) -> Address {
    Address::new("eks.IdentityProviderConfig", name)
}

pub(crate) fn capability(name: &str) -> Address {
    Address::new("eks.Capability", name)
}

pub(crate) fn fargate_profile(name: &str) -> Address {
    Address::new("eks.FargateProfile", name)
}

pub(crate) fn nodegroup(name: &str) -> Address {
    Address::new("eks.Nodegroup", name)
}

pub(crate) fn creation_template(prefix: &str) -> Address {
    Address::new("ecr.RepositoryCreationTemplate", prefix)
}

pub(crate) fn pull_through_cache_rule(prefix: &str) -> Address {
    Address::new("ecr.PullThroughCacheRule", prefix)
}

pub(crate) fn secret(prefix: &str) -> Address {
    Address::new("secretsmanager.Secret", prefix)
}

/// The name of the secret with the credentials of a cache, unique in the account and Region: ECR reads none that begins
/// otherwise, and one that ended with a hyphen and six characters could be taken for another one's ARN.
///
/// Source: ECR `CreatePullThroughCacheRule`; Secrets Manager `CreateSecret`.
pub(crate) fn secret_name(stack: &str, prefix: &str) -> String {
    format!("ecr-pullthroughcache/{stack}/{prefix}/credential")
}

/// The name of a role in IAM, which is global: the stack, its Region, and what the role is for.
pub(crate) fn role_name(world: &World, name: &str) -> String {
    in_iam(world, name, 64)
}

/// The name of a policy in IAM, which is global.
pub(crate) fn policy_name(world: &World, name: &str) -> String {
    in_iam(world, name, 128)
}

/// The name of a group in IAM, which is global.
pub(crate) fn group_name(world: &World, name: &str) -> String {
    in_iam(world, name, 128)
}

fn in_iam(world: &World, name: &str, limit: usize) -> String {
    fitting(format!("{}-{name}", world.stack.as_str().replace('.', "-")), limit)
}

/// The name of the launch template of a node group, unique in the Region: the stack and the group.
pub(crate) fn launch_template_name(stack: &str, group: &str) -> String {
    fitting(format!("{stack}/{group}"), 128)
}

/// What does not fit into AWS's limit is replaced by a digest of the whole.
fn fitting(whole: String, limit: usize) -> String {
    match whole.len() > limit {
        false => whole,
        true => {
            let mark = digest(&json!(whole), 8);
            let kept: String = whole.chars().take(limit - 9).collect();
            format!("{kept}-{mark}")
        }
    }
}

/// Whether there is a kind called so.
pub(crate) fn is_kind(name: &str) -> bool {
    AwsRules.kind(name).is_some()
}

/// The names of all kinds.
pub(crate) fn kinds() -> Vec<&'static str> {
    AwsRules.kinds().iter().map(|kind| kind.name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use eksctl_rs_core::StackId;

    #[test]
    fn role_names_fit_and_differ() {
        let world = |name: &str| World {
            stack: StackId::new(name, "ap-northeast-1"),
            account: "111122223333".into(),
            region: "ap-northeast-1".into(),
        };
        assert_eq!(role_name(&world("dev"), "cluster"), "dev-ap-northeast-1-cluster");
        let long = "a".repeat(90);
        let (one, other) = (role_name(&world(&long), "node-a"), role_name(&world(&long), "node-b"));
        assert_eq!((one.len(), other.len()), (64, 64));
        assert_ne!(one, other);
    }

    #[test]
    fn names_of_launch_templates_fit_and_differ() {
        assert_eq!(launch_template_name("dev", "system"), "dev/system");
        let (long, group) = ("a".repeat(100), "b".repeat(62));
        let (one, other) =
            (launch_template_name(&long, &format!("{group}1")), launch_template_name(&long, &format!("{group}2")));
        assert_eq!((one.len(), other.len()), (128, 128));
        assert_ne!(one, other);
    }
}
