//! Leftovers of Kubernetes controllers, put into the world on request.

use crate::call::Call;
use crate::emulator::Emulator;
use crate::services::eks;
use crate::store::StoreError;

/// Why nothing can be planted.
#[derive(Debug, thiserror::Error)]
pub enum PlantError {
    /// There is no such cluster.
    #[error("the account {account} has no cluster {cluster} in {region}")]
    NoCluster {
        /// Where.
        account: String,
        /// Where.
        region: String,
        /// Which.
        cluster: String,
    },
    /// It has never been ACTIVE.
    #[error("the cluster {cluster} is not there yet: wait until it is ACTIVE")]
    NotReady {
        /// Which.
        cluster: String,
    },
    /// Nothing fits into its subnets.
    #[error("the subnets of the cluster {cluster} have too few free addresses, or are gone")]
    NoRoom {
        /// Which.
        cluster: String,
    },
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PlantError {
    pub(crate) fn no_cluster(call: &Call<'_>, cluster: &str) -> Self {
        let (account, region) = (call.account_id.clone(), call.region_name.clone());
        Self::NoCluster { account, region, cluster: cluster.to_owned() }
    }
}

impl Emulator {
    /// Puts into the VPC of a cluster what its controllers would have made, as AWS shows it: security groups of the AWS Load
    /// Balancer Controller and of the cloud provider, which rules of each other and of the cluster's own group speak of;
    /// network interfaces of the VPC CNI that are attached to nothing; an instance of Karpenter. For each the id, and after
    /// a space what it is. Planting again makes more of it.
    ///
    /// # Errors
    ///
    /// The cluster is not there, or has no room.
    pub fn plant(&self, account: &str, region: &str, cluster: &str) -> Result<Vec<String>, PlantError> {
        self.change(account, region, |call| eks::leftover::plant(call, cluster))
    }

    /// Makes a load balancer of an ingress with its target group, in the security groups of the AWS Load Balancer Controller
    /// that are there, and puts its network interface into a public subnet of the VPC, if there is one: nobody can delete that
    /// while the load balancer is there. For each the ARN or the id, and after a space what it is.
    ///
    /// # Errors
    ///
    /// The cluster is not there, or has no room.
    pub fn plant_load_balancer(&self, account: &str, region: &str, cluster: &str) -> Result<Vec<String>, PlantError> {
        self.change(account, region, |call| eks::leftover::plant_load_balancer(call, cluster))
    }
}
