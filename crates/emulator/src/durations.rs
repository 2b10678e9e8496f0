//! How long AWS takes. Measured in public apply logs where a count stands, inferred elsewhere.

use crate::random;

/// Seconds, as minimum, mode and maximum of a triangular distribution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Takes(&'static str, f64, f64, f64);

/// `CreateCluster` until ACTIVE; 14 logs.
pub(crate) const CREATE_CLUSTER: Takes = Takes("eks.create_cluster", 445.0, 558.0, 660.0);
/// `DeleteCluster` until it is gone; 6 logs.
pub(crate) const DELETE_CLUSTER: Takes = Takes("eks.delete_cluster", 65.0, 145.0, 370.0);
/// `CreateNodegroup` until ACTIVE; 13 logs.
pub(crate) const CREATE_NODEGROUP: Takes = Takes("eks.create_nodegroup", 80.0, 105.0, 330.0);
/// `CreateNodegroup` of no nodes until ACTIVE; 1 log.
pub(crate) const CREATE_NODEGROUP_EMPTY: Takes = Takes("eks.create_nodegroup.desired0", 45.0, 53.0, 70.0);
/// Until EKS gives up nodes that do not join; reports of 20 to 33 minutes.
pub(crate) const GIVE_UP_NODES: Takes = Takes("eks.create_nodegroup.failure", 1200.0, 1500.0, 1980.0);
/// `DeleteNodegroup` until it is gone; 3 logs.
pub(crate) const DELETE_NODEGROUP: Takes = Takes("eks.delete_nodegroup", 245.0, 375.0, 500.0);
/// Until a node group is not well any more that the weather lets degrade; chosen.
pub(crate) const DECLINE_NODEGROUP: Takes = Takes("eks.decline_nodegroup", 60.0, 120.0, 300.0);
/// `CreateAddon` until ACTIVE, of what is on every node; logs.
pub(crate) const CREATE_ADDON_DAEMON_SET: Takes = Takes("eks.create_addon.daemonset", 4.0, 20.0, 60.0);
/// `CreateAddon` until the replicas of a deployment run or do not; logs.
pub(crate) const CREATE_ADDON_DEPLOYMENT: Takes = Takes("eks.create_addon.deployment", 8.0, 30.0, 60.0);
/// `DeleteAddon` until it is gone; logs.
pub(crate) const DELETE_ADDON: Takes = Takes("eks.delete_addon", 4.0, 7.0, 10.0);
/// `AssociateIdentityProviderConfig`; reports of up to twenty minutes, inferred.
pub(crate) const ASSOCIATE_IDENTITY_PROVIDER: Takes = Takes("eks.associate_identity_provider", 420.0, 780.0, 1500.0);
/// `DisassociateIdentityProviderConfig`; the same.
pub(crate) const DISASSOCIATE_IDENTITY_PROVIDER: Takes =
    Takes("eks.disassociate_identity_provider", 420.0, 720.0, 1500.0);
/// `CreateCapability` until ACTIVE; inferred.
pub(crate) const CREATE_CAPABILITY: Takes = Takes("eks.create_capability", 90.0, 240.0, 600.0);
/// `UpdateCapability`; inferred.
pub(crate) const UPDATE_CAPABILITY: Takes = Takes("eks.update_capability", 20.0, 60.0, 180.0);
/// `DeleteCapability` until it is gone; inferred.
pub(crate) const DELETE_CAPABILITY: Takes = Takes("eks.delete_capability", 60.0, 150.0, 400.0);
/// `CreateFargateProfile` until ACTIVE; 2 logs, and what lies between inferred.
pub(crate) const CREATE_FARGATE_PROFILE: Takes = Takes("eks.create_fargate_profile", 20.0, 60.0, 345.0);
/// `DeleteFargateProfile` until it is gone; 2 logs.
pub(crate) const DELETE_FARGATE_PROFILE: Takes = Takes("eks.delete_fargate_profile", 80.0, 95.0, 130.0);
/// `UpdateClusterVersion`; few logs.
pub(crate) const UPDATE_CLUSTER_VERSION: Takes = Takes("eks.update_cluster_version", 480.0, 600.0, 2820.0);
/// `UpdateClusterConfig`; inferred from reports.
pub(crate) const UPDATE_CLUSTER_CONFIG: Takes = Takes("eks.update_cluster_config", 20.0, 60.0, 180.0);
/// `UpdateNodegroupVersion`, for each node; 3 logs.
pub(crate) const UPDATE_NODEGROUP_NODE: Takes = Takes("eks.nodegroup_update_per_node", 185.0, 290.0, 900.0);
/// `UpdateNodegroupConfig`; inferred.
pub(crate) const UPDATE_NODEGROUP_CONFIG: Takes = Takes("eks.update_nodegroup_config", 2.0, 10.0, 60.0);
/// Until other services know a new role; reports, inferred.
pub(crate) const IAM_PROPAGATION: Takes = Takes("iam.propagation", 0.5, 2.0, 30.0);
/// `CreateNatGateway` until available; 8 logs.
pub(crate) const CREATE_NAT_GATEWAY: Takes = Takes("ec2.nat_create", 80.0, 101.0, 125.0);
/// `DeleteNatGateway` until deleted; 7 logs.
pub(crate) const DELETE_NAT_GATEWAY: Takes = Takes("ec2.nat_delete", 35.0, 52.0, 80.0);
/// `DeleteLogGroup` until the name is free; reports, inferred.
pub(crate) const DELETE_LOG_GROUP: Takes = Takes("logs.delete_log_group", 0.2, 1.0, 5.0);
/// Until services that write logs make a deleted log group anew; reports of some minutes, inferred.
pub(crate) const WRITE_LOGS_AGAIN: Takes = Takes("logs.write_again", 60.0, 180.0, 600.0);

/// `DeleteSecret` without recovery until the name is free; reports of some seconds, inferred.
pub(crate) const DELETE_SECRET: Takes = Takes("secretsmanager.delete_secret", 1.0, 3.0, 30.0);
/// `TerminateInstances` until terminated; reports of about a minute, inferred.
pub(crate) const TERMINATE_INSTANCE: Takes = Takes("ec2.terminate_instance", 25.0, 50.0, 110.0);
/// `DeleteLoadBalancer` until its network interfaces are gone; reports of some minutes, inferred.
pub(crate) const REMOVE_BALANCER_INTERFACES: Takes = Takes("elb.remove_interfaces", 10.0, 60.0, 300.0);
/// `CreateVpcEndpoint` of an interface endpoint until available; inferred.
pub(crate) const CREATE_VPC_ENDPOINT: Takes = Takes("ec2.vpce_interface_create", 40.0, 75.0, 150.0);
/// `DeleteVpcEndpoints` of an interface endpoint until it is gone; inferred.
pub(crate) const DELETE_VPC_ENDPOINT: Takes = Takes("ec2.vpce_interface_delete", 30.0, 90.0, 300.0);

impl Takes {
    /// The seconds that it takes `what`, the same every time for the same seed.
    pub(crate) fn draw(self, seed: u64, what: &str) -> f64 {
        let Self(name, min, mode, max) = self;
        let quantile = random::unit(seed, &[name, what]);
        let split = (mode - min) / (max - min);
        if quantile < split {
            min + (quantile * (max - min) * (mode - min)).sqrt()
        } else {
            max - ((1.0 - quantile) * (max - min) * (max - mode)).sqrt()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_stay_in_their_range_and_lean_to_the_mode() {
        let draws: Vec<f64> = (0..2000).map(|n| CREATE_CLUSTER.draw(1, &n.to_string())).collect();
        assert!(draws.iter().all(|seconds| (445.0..=660.0).contains(seconds)));
        let near = draws.iter().filter(|seconds| (500.0..600.0).contains(*seconds)).count();
        assert!(near > 1000, "{near} of 2000 near the mode");
        assert_eq!(CREATE_CLUSTER.draw(1, "dev"), CREATE_CLUSTER.draw(1, "dev"));
    }
}
