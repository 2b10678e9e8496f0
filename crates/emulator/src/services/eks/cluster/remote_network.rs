//! The networks of EKS Hybrid Nodes.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::IpFamily;
use super::access::AuthenticationMode;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::{invalid, quota};

/// Where nodes and pods outside AWS are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RemoteNetwork {
    nodes: Vec<Ipv4Net>,
    pods: Vec<Ipv4Net>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RemoteNetworkConfig {
    remote_node_networks: Option<Vec<Networks>>,
    remote_pod_networks: Option<Vec<Networks>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Networks {
    cidrs: Option<Vec<String>>,
}

/// What the blocks of a cluster must not touch, and what a cluster with them must be.
pub(super) struct Surroundings<'a> {
    pub(super) vpc_id: &'a str,
    pub(super) service_cidr: &'a str,
    pub(super) ip_family: IpFamily,
    pub(super) authentication_mode: AuthenticationMode,
}

impl RemoteNetworkConfig {
    /// What a cluster has after this; nothing if it is empty, which is how it is removed.
    pub(super) fn read(&self, call: &Call<'_>, around: &Surroundings<'_>) -> Result<Option<RemoteNetwork>, ApiError> {
        let vpc = call.network().vpc(around.vpc_id).map(|vpc| vpc.ipv4_cidrs()).unwrap_or_default();
        let taken: Vec<Ipv4Net> = vpc.into_iter().chain(around.service_cidr.parse()).collect();
        let nodes = blocks("remoteNodeNetworks", self.remote_node_networks.as_deref(), &taken)?;
        let pods = blocks("remotePodNetworks", self.remote_pod_networks.as_deref(), &taken)?;
        if nodes.is_empty() && pods.is_empty() {
            return Ok(None);
        }
        if nodes.is_empty() {
            return invalid("remotePodNetworks cannot be specified without remoteNodeNetworks");
        }
        // Source: "Prerequisite setup for hybrid nodes": IPv4, and access entries.
        if around.ip_family == IpFamily::Ipv6 {
            return invalid("remoteNetworkConfig is not supported for clusters with the IP family ipv6");
        }
        if !around.authentication_mode.has_access_entries() {
            return invalid("remoteNetworkConfig requires the authentication mode API or API_AND_CONFIG_MAP");
        }
        Ok(Some(RemoteNetwork { nodes, pods }))
    }
}

impl RemoteNetwork {
    pub(super) fn show(&self) -> Value {
        let networks = |cidrs: &[Ipv4Net]| if cidrs.is_empty() { json!([]) } else { json!([{ "cidrs": cidrs }]) };
        json!({ "remoteNodeNetworks": networks(&self.nodes), "remotePodNetworks": networks(&self.pods) })
    }
}

fn blocks(parameter: &str, networks: Option<&[Networks]>, taken: &[Ipv4Net]) -> Result<Vec<Ipv4Net>, ApiError> {
    let texts: Vec<&String> =
        networks.into_iter().flatten().flat_map(|networks| networks.cidrs.iter().flatten()).collect();
    if texts.len() > quota::REMOTE_CIDRS {
        return invalid(format!("{parameter} can have at most {} CIDR blocks", quota::REMOTE_CIDRS));
    }
    texts.into_iter().map(|text| block(parameter, text, taken)).collect()
}

/// Source: RemoteNodeNetwork. "Each block must be within an IPv4 RFC-1918 network range", from /32 to /8.
fn block(parameter: &str, text: &str, taken: &[Ipv4Net]) -> Result<Ipv4Net, ApiError> {
    let Ok(cidr) = text.parse::<Ipv4Net>() else {
        return invalid(format!("Invalid CIDR block in {parameter}: {text}"));
    };
    let cidr = cidr.trunc();
    if cidr.prefix_len() < 8 || !cidr.network().is_private() || !cidr.broadcast().is_private() {
        return invalid(format!("The CIDR block {text} in {parameter} must be within an IPv4 RFC-1918 network range"));
    }
    if let Some(other) = taken.iter().find(|other| other.contains(&cidr) || cidr.contains(*other)) {
        return invalid(format!("The CIDR block {text} in {parameter} overlaps {other} of the cluster"));
    }
    Ok(cidr)
}
