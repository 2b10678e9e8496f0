//! EKS: clusters, and what belongs to them.
//!
//! Sources: the EKS API reference and the EKS user guide. AWS documents which errors an operation has, but seldom their
//! words: these are as users report them, and ours where nobody does.

mod access_entry;
mod addon;
mod capability;
mod cluster;
mod fargate;
mod health;
mod identity_provider;
mod insight;
pub(crate) mod leftover;
mod network;
mod nodegroup;
mod pod_identity;
mod quota;
mod role;
mod tag;
mod token;
mod update;
mod version;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::iam::Iam;
use super::{Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};
use crate::random;
use crate::tags::Tags;
use crate::world::Region;

use cluster::Cluster;
use nodegroup::Nodegroup;

pub(crate) const SERVICE: Service = Service {
    name: "eks",
    operations: &[
        access_entry::OPERATIONS,
        addon::OPERATIONS,
        capability::OPERATIONS,
        cluster::OPERATIONS,
        fargate::OPERATIONS,
        identity_provider::OPERATIONS,
        insight::OPERATIONS,
        nodegroup::OPERATIONS,
        pod_identity::OPERATIONS,
        tag::OPERATIONS,
        update::OPERATIONS,
        version::OPERATIONS,
    ],
    invalid: |problems| validation_error(INVALID_PARAMETER, problems),
    unknown_caller: ("UnrecognizedClientException", 403),
    refusals: Refusals {
        prefix: "eks",
        throttled: ("ThrottlingException", 429),
        broken: &[("ServerException", 500), ("ServiceUnavailableException", 503)],
        denied: ("AccessDeniedException", 403),
    },
    quotas: quota::ALL,
};

const INVALID_PARAMETER: &str = "InvalidParameterException";
const INVALID_REQUEST: &str = "InvalidRequestException";
const IN_USE: &str = "ResourceInUseException";
const LIMIT_EXCEEDED: &str = "ResourceLimitExceededException";
const NOT_FOUND: &str = "ResourceNotFoundException";

/// The clusters of one Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Eks {
    /// By name.
    clusters: BTreeMap<String, Cluster>,
}

impl Eks {
    /// Everything that can be tagged, by ARN.
    pub(crate) fn tagged(&self) -> Vec<(String, &Tags)> {
        self.clusters.values().flat_map(Cluster::tagged).collect()
    }

    /// The tags of the resource `arn`.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        self.clusters.values_mut().find_map(|cluster| cluster.tags_mut(arn))
    }

    /// The cluster called `name`, or EKS's refusal.
    fn cluster(&self, name: &str) -> Result<&Cluster, ApiError> {
        self.clusters.get(name).ok_or_else(|| no_such_cluster(name))
    }

    /// The cluster called `name`, to change it.
    fn cluster_mut(&mut self, name: &str) -> Result<&mut Cluster, ApiError> {
        self.clusters.get_mut(name).ok_or_else(|| no_such_cluster(name))
    }

    /// A node group, or EKS's refusal.
    fn nodegroup(&self, cluster: &str, name: &str) -> Result<&Nodegroup, ApiError> {
        self.cluster(cluster)?.nodegroups.get(name).ok_or_else(|| no_such_nodegroup(name))
    }

    /// A node group, to change it.
    fn nodegroup_mut(&mut self, cluster: &str, name: &str) -> Result<&mut Nodegroup, ApiError> {
        self.cluster_mut(cluster)?.nodegroups.get_mut(name).ok_or_else(|| no_such_nodegroup(name))
    }
}

/// What is due by `now` happens in a Region, and to what belongs to it in IAM.
pub(crate) fn advance(region: &mut Region, iam: &mut Iam, now: f64) {
    let Region { eks, ec2, logs, tokens, .. } = region;
    let mut gone = Vec::new();
    eks.clusters.retain(|_, cluster| {
        let mut groups = std::mem::take(&mut cluster.nodegroups);
        let had = groups.len() + cluster.fargate_profiles.len();
        cluster.fargate_profiles.retain(|_, profile| {
            let stays = fargate::life::advance(profile, now);
            gone.extend((!stays).then(|| profile.arn.clone()));
            stays
        });
        groups.retain(|_, group| {
            let stays = nodegroup::life::advance(group, cluster, ec2, iam, now);
            gone.extend((!stays).then(|| group.arn.clone()));
            stays
        });
        let one_left = groups.len() + cluster.fargate_profiles.len() < had;
        cluster.nodegroups = groups;
        if one_left {
            cluster.close_unused_entries();
        }
        gone.extend(addon::life::advance(cluster, now));
        gone.extend(capability::life::advance(cluster, iam, now));
        let stays = cluster::life::advance(cluster, ec2, iam, logs, now);
        if !stays {
            gone.extend(cluster.tagged().into_iter().map(|(arn, _)| arn));
        }
        stays
    });
    tokens.retain(|_, token| !gone.iter().any(|arn| token::is_of(token, arn)));
}

impl Call<'_> {
    /// The clusters of the call's Region.
    fn clusters(&self) -> &Eks {
        static NOTHING: LazyLock<Eks> = LazyLock::new(Eks::default);
        self.account.regions.get(&self.region_name).map_or(&NOTHING, |region| &region.eks)
    }
}

/// What was made under client tokens is gone with the resource `arn`.
fn forget(call: &mut Call<'_>, arn: &str) {
    call.region().tokens.retain(|_, made| !token::is_of(made, arn));
}

/// How EKS names the parts of a page.
const PAGING: Paging = Paging { size: "maxResults", token: "nextToken", default: 100, bad_token: INVALID_PARAMETER };

/// The page of `all` that the call asks for, under the name `list`.
fn listed(call: &Call<'_>, list: &str, all: Vec<Value>) -> Result<Value, ApiError> {
    let (shown, next) = page(&call.input, PAGING, all)?;
    Ok(json!({ list: shown, "nextToken": next }))
}

fn no_such_cluster(name: &str) -> ApiError {
    ApiError::new(NOT_FOUND, format!("No cluster found for name: {name}."))
}

fn no_such_nodegroup(name: &str) -> ApiError {
    ApiError::new(NOT_FOUND, format!("No node group found for name: {name}."))
}

fn invalid<T>(message: impl Into<String>) -> Result<T, ApiError> {
    refuse(INVALID_PARAMETER, message)
}

/// The refusal of a parameter that AWS has and the emulator does not.
fn unsupported<T>(code: &str, parameter: &str) -> Result<T, ApiError> {
    refuse(code, format!("The emulator does not support the parameter {parameter}"))
}

/// What another service said to EKS, as EKS passes it on.
fn passed_on(service: &str, status: u16, error: &ApiError) -> ApiError {
    let ApiError { code, message, .. } = error;
    let message = format!("{message} (Service: {service}; Status Code: {status}; Error Code: {code}; Proxy: null)");
    ApiError::new(INVALID_PARAMETER, message)
}

/// An id in the form of EC2's that follows from `parts`: for what comes with time, when nobody calls.
fn derived_id(prefix: &str, parts: &Value) -> String {
    format!("{prefix}-0{}", random::hex(parts, 16))
}
