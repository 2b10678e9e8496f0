//! Where a cluster is in the network: the part of requests and answers that AWS calls its VPC configuration.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Cluster;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::{invalid, network};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct VpcConfigRequest {
    pub(super) subnet_ids: Option<BTreeSet<String>>,
    pub(super) security_group_ids: Option<BTreeSet<String>>,
    pub(super) endpoint_public_access: Option<bool>,
    pub(super) endpoint_private_access: Option<bool>,
    pub(super) public_access_cidrs: Option<Vec<String>>,
    pub(super) control_plane_egress_mode: Option<EgressMode>,
}

/// Who carries what the control plane sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum EgressMode {
    #[default]
    AwsManaged,
    CustomerRouted,
    CustomerIsolated,
}

impl VpcConfigRequest {
    pub(super) fn asks_for_endpoint(&self) -> bool {
        self.endpoint_public_access.is_some()
            || self.endpoint_private_access.is_some()
            || self.public_access_cidrs.is_some()
    }
}

impl EgressMode {
    /// Source: VpcConfigRequest, "Once set to CUSTOMER_ROUTED, this setting cannot be changed back to AWS_MANAGED".
    pub(super) fn change_to(self, asked: Self) -> Result<Self, ApiError> {
        if asked == Self::AwsManaged && self != Self::AwsManaged {
            return invalid("controlPlaneEgressMode cannot be changed back to AWS_MANAGED");
        }
        Ok(asked)
    }
}

impl Cluster {
    /// Refuses subnets that the cluster cannot be moved to. Source: UpdateClusterConfig.
    pub(super) fn check_subnets(&self, call: &Call<'_>, ids: &BTreeSet<String>) -> Result<(), ApiError> {
        let vpc_id = network::check_cluster_subnets(call, &self.name, ids)?;
        if vpc_id != self.vpc_id {
            return invalid(format!(
                "Provided subnets belong to the VPC {vpc_id}. But they should belong to the VPC {}",
                self.vpc_id
            ));
        }
        let zones = network::zones(call.network(), ids);
        if zones != self.zones {
            let listed = |zones: &BTreeSet<String>| zones.iter().map(String::as_str).collect::<Vec<_>>().join(",");
            return invalid(format!(
                "Provided subnets belong to the AZs '{}'. But they should belong to the exact set of AZs '{}' in which \
                 subnets were provided during cluster creation",
                listed(&zones),
                listed(&self.zones)
            ));
        }
        Ok(())
    }
}
