//! What others would have made, put into the world on request: leftovers of Kubernetes controllers, networks, roles of IAM
//! Identity Center.

use crate::call::Call;
use crate::emulator::Emulator;
use crate::services::{ec2, eks, iam};
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
    /// No network can be made of it.
    #[error("{cidr} is no IPv4 range of /16")]
    NoRange {
        /// What was asked for.
        cidr: String,
    },
    /// One of its parts cannot be made.
    #[error("{operation}: {message}")]
    Refused {
        /// The call.
        operation: String,
        /// Why not.
        message: String,
    },
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The Region of the IAM Identity Center of every organization here. Its roles name it in their paths.
pub const IDENTITY_CENTER: &str = "eu-central-1";

impl PlantError {
    pub(crate) fn no_cluster(call: &Call<'_>, cluster: &str) -> Self {
        let (account, region) = (call.account_id.clone(), call.region_name.clone());
        Self::NoCluster { account, region, cluster: cluster.to_owned() }
    }

    pub(crate) fn refused(operation: &str, message: &str) -> Self {
        Self::Refused { operation: operation.to_owned(), message: message.to_owned() }
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

    /// Makes a network of somebody else's: a VPC with the tag `Name`, public and private subnets in three zones with the tag
    /// `tier`, an internet gateway, and a NAT gateway. For each thing its id, and after a space what it is.
    ///
    /// # Errors
    ///
    /// `cidr` is no range of /16, or a quota is reached.
    pub fn plant_network(
        &self,
        account: &str,
        region: &str,
        name: &str,
        cidr: &str,
    ) -> Result<Vec<String>, PlantError> {
        self.change(account, region, |call| ec2::existing_network::plant(call, name, cidr))
    }

    /// Makes the role of an IAM Identity Center permission set, as an Identity Center in [`IDENTITY_CENTER`] does in every
    /// account that it is assigned to, and tells its ARN. Its name ends in 16 hexadecimal digits, others each time.
    ///
    /// # Errors
    ///
    /// It cannot be kept.
    pub fn plant_permission_set_role(&self, account: &str, permission_set: &str) -> Result<String, PlantError> {
        self.change(account, IDENTITY_CENTER, |call| Ok(iam::permission_set::assign(call, permission_set)))
    }

    /// Takes the roles of a permission set away, as Identity Center does once it is assigned to nobody in the account. How
    /// many there were.
    ///
    /// # Errors
    ///
    /// It cannot be kept.
    pub fn withdraw_permission_set(&self, account: &str, permission_set: &str) -> Result<usize, PlantError> {
        self.change(account, IDENTITY_CENTER, |call| Ok(iam::permission_set::withdraw(call, permission_set)))
    }
}
