//! Auto Mode: compute, load balancing and block storage, which go together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::AuthenticationMode;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::{invalid, role};

/// The node pools that EKS brings along.
const NODE_POOLS: [&str; 2] = ["general-purpose", "system"];

/// What a cluster with Auto Mode has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct AutoMode {
    node_pools: BTreeSet<String>,
    node_role_arn: Option<String>,
    /// Whether EKS manages the resource definitions of the Gateway API, if somebody said so.
    gateway_api_crds: Option<bool>,
}

/// The three parts of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocks<'a> {
    pub(super) compute: Option<&'a ComputeConfig>,
    pub(super) balancing: Option<&'a ElasticLoadBalancing>,
    pub(super) storage: Option<&'a StorageConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ComputeConfig {
    enabled: Option<bool>,
    node_pools: Option<BTreeSet<String>>,
    node_role_arn: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ElasticLoadBalancing {
    enabled: Option<bool>,
    gateway_api: Option<GatewayApi>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GatewayApi {
    crds: Option<Crds>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Crds {
    managed: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StorageConfig {
    block_storage: Option<BlockStorage>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BlockStorage {
    enabled: Option<bool>,
}

impl Blocks<'_> {
    pub(super) fn are_given(&self) -> bool {
        self.compute.is_some() || self.balancing.is_some() || self.storage.is_some()
    }

    fn flags(&self) -> [Option<bool>; 3] {
        let storage = self.storage.and_then(|storage| storage.block_storage.as_ref());
        [
            self.compute.and_then(|compute| compute.enabled),
            self.balancing.and_then(|balancing| balancing.enabled),
            storage.and_then(|storage| storage.enabled),
        ]
    }

    /// What a new cluster has: nothing, unless all three parts are on.
    pub(super) fn at_creation(&self) -> Result<Option<AutoMode>, ApiError> {
        match self.flags().map(Option::unwrap_or_default) {
            [true, true, true] => self.on(&AutoMode::default()).map(Some),
            [false, false, false] => self.off(),
            _ => mixed(),
        }
    }

    /// What a cluster has after an update, which must name all three parts.
    pub(super) fn after(&self, current: Option<&AutoMode>) -> Result<Option<AutoMode>, ApiError> {
        match self.flags() {
            [Some(true), Some(true), Some(true)] => self.on(current.unwrap_or(&AutoMode::default())).map(Some),
            [Some(false), Some(false), Some(false)] => self.off(),
            _ => mixed(),
        }
    }

    /// What is not said stays as it is.
    fn on(&self, current: &AutoMode) -> Result<AutoMode, ApiError> {
        let compute = self.compute;
        let pools = compute.and_then(|compute| compute.node_pools.as_ref()).unwrap_or(&current.node_pools);
        if let Some(unknown) = pools.iter().find(|pool| !NODE_POOLS.contains(&pool.as_str())) {
            return invalid(format!("Invalid node pool: {unknown}. Valid node pools are [{}]", NODE_POOLS.join(", ")));
        }
        let role = compute.and_then(|compute| compute.node_role_arn.as_ref()).or(current.node_role_arn.as_ref());
        if role.is_some() && pools.is_empty() {
            return invalid(
                "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.",
            );
        }
        if role.is_none() && !pools.is_empty() {
            return invalid("When Compute Config nodePools is not null or empty, nodeRoleArn must be provided.");
        }
        if current.node_role_arn.is_some() && current.node_role_arn.as_ref() != role {
            // Source: ComputeConfigRequest.
            return invalid("Compute Config nodeRoleArn cannot be changed after EKS Auto Mode is enabled.");
        }
        let (node_pools, node_role_arn) = (pools.clone(), role.cloned());
        Ok(AutoMode { node_pools, node_role_arn, gateway_api_crds: self.crds().or(current.gateway_api_crds) })
    }

    fn off(&self) -> Result<Option<AutoMode>, ApiError> {
        let compute = self.compute;
        let has_pools = compute.and_then(|compute| compute.node_pools.as_ref()).is_some_and(|pools| !pools.is_empty());
        if has_pools || compute.is_some_and(|compute| compute.node_role_arn.is_some()) {
            return invalid(
                "Compute Config nodePools and nodeRoleArn must not be provided when EKS Auto Mode is disabled.",
            );
        }
        match self.crds() {
            Some(true) => invalid("gatewayApi.crds.managed requires EKS Auto Mode load balancing to be enabled."),
            _ => Ok(None),
        }
    }

    fn crds(&self) -> Option<bool> {
        self.balancing?.gateway_api.as_ref()?.crds.as_ref()?.managed
    }
}

impl AutoMode {
    /// The role of the nodes in the pools that EKS brings along.
    pub(in crate::services::eks) fn node_role(&self) -> Option<&str> {
        self.node_role_arn.as_deref()
    }

    /// Refuses roles and access that it cannot work with. Source: "EKS Auto Mode" in the user guide: cluster and node
    /// role; access entries.
    pub(super) fn check(&self, call: &Call<'_>, role: &str, mode: AuthenticationMode) -> Result<(), ApiError> {
        if !mode.has_access_entries() {
            return invalid("EKS Auto Mode requires the authentication mode API or API_AND_CONFIG_MAP");
        }
        role::check_auto_mode_role(call, role)?;
        match &self.node_role_arn {
            Some(arn) => role::check_node_role(call, arn).map(|_| ()),
            None => Ok(()),
        }
    }
}

/// The three parts of an answer.
pub(super) struct Shown {
    pub(super) compute: Value,
    pub(super) balancing: Value,
    pub(super) storage: Value,
}

impl Shown {
    pub(super) fn new(auto_mode: Option<&AutoMode>) -> Self {
        let on = auto_mode.is_some();
        let crds = auto_mode.and_then(|found| found.gateway_api_crds);
        let pools: Vec<&String> = auto_mode.into_iter().flat_map(|found| &found.node_pools).collect();
        Self {
            compute: json!({
                "enabled": on,
                "nodePools": pools,
                "nodeRoleArn": auto_mode.and_then(|found| found.node_role_arn.as_ref()),
            }),
            balancing: json!({
                "enabled": on,
                "gatewayApi": crds.map(|managed| json!({ "crds": { "managed": managed } })),
            }),
            storage: json!({ "blockStorage": { "enabled": on } }),
        }
    }
}

fn mixed<T>() -> Result<T, ApiError> {
    invalid(
        "For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, \
         and blockStorage are all either fully enabled or fully disabled.",
    )
}
