//! From what a stack says to what it wants: pure, so that the same text and the same facts give the same graph.

pub(crate) mod access;
pub(crate) mod addons;
mod capabilities;
mod cluster;
pub(crate) mod ecr;
pub(crate) mod ecr_policies;
pub(crate) mod endpoints;
mod existing;
mod fargate;
mod flow_logs;
mod iam_access;
mod identity_providers;
pub(crate) mod images;
pub(crate) mod karpenter;
mod kms;
mod launch_templates;
mod logs;
pub(crate) mod names;
pub(crate) mod network;
mod nodegroups;
pub(crate) mod oidc;
mod permissions;
pub(crate) mod pod_identity;
mod pull_through_cache;
mod roles;
mod security_groups;
mod service_accounts;
mod user_data;
pub(crate) mod zones;

pub(crate) use karpenter::{DISCOVERY as KARPENTER_DISCOVERY, NODES as KARPENTER_NODES};
pub(crate) use kms::alias as kms_alias;
pub(crate) use service_accounts::role_of as role_of_service_account;

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Address, Desired, Facts, Graph, GraphError, Ignore, Question, Refusal, Tags, World};
use serde::Serialize;

use crate::schema::{IpFamily, StackSpec};
pub use addons::notes;
use network::Network;

/// The questions that the spec asks of AWS.
pub fn needs(spec: &StackSpec) -> Vec<Question> {
    let mut questions = existing::needs(spec);
    if spec.availability_zones.is_none() && questions.is_empty() {
        questions.push(Question::AvailabilityZones);
    }
    questions.extend(endpoints::needs(spec));
    questions.extend(access::needs(spec));
    questions.extend(addons::needs(spec));
    questions
}

/// Why a spec and the facts give no graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// What AWS has is not what the stack builds upon.
    #[error("the stack does not fit what AWS has")]
    Facts(Vec<Refusal>),
    /// The resources are no graph: a bug of ours.
    #[error("the resources of the stack are no graph")]
    Graph(Vec<GraphError>),
}

/// What the stack wants. Without facts, zones that are not named are assumed to be the first three by their letters, and
/// of an existing network only what the stack names is known.
///
/// # Errors
///
/// Everything in which what AWS has is not what the stack builds upon.
pub fn expand(spec: &StackSpec, facts: &Facts, world: &World) -> Result<Graph, ExpandError> {
    let mut problems = Vec::new();
    let network = network::of(spec, facts, &mut problems);
    let zones = zones_of(spec, facts, &network);
    let mut expansion = Expansion { spec, world, network, zones, resources: Vec::new() };
    network::expand(&mut expansion);
    security_groups::expand(&mut expansion);
    endpoints::expand(&mut expansion, facts, &mut problems);
    flow_logs::expand(&mut expansion);
    roles::expand(&mut expansion);
    oidc::expand(&mut expansion);
    service_accounts::expand(&mut expansion);
    iam_access::expand(&mut expansion);
    karpenter::expand(&mut expansion);
    pull_through_cache::expand(&mut expansion);
    kms::expand(&mut expansion);
    logs::expand(&mut expansion);
    ecr::expand(&mut expansion);
    cluster::expand(&mut expansion);
    access::expand(&mut expansion, facts, &mut problems);
    addons::expand(&mut expansion, facts, &mut problems);
    launch_templates::expand(&mut expansion);
    nodegroups::expand(&mut expansion);
    fargate::expand(&mut expansion);
    pod_identity::expand(&mut expansion);
    identity_providers::expand(&mut expansion);
    capabilities::expand(&mut expansion);
    if !problems.is_empty() {
        return Err(ExpandError::Facts(problems));
    }
    Graph::new(expansion.resources, &AwsRules).map_err(ExpandError::Graph)
}

/// The zones of the stack, in order: those that it names, else those of the network that is there, else by the rule.
fn zones_of(spec: &StackSpec, facts: &Facts, network: &Network) -> Vec<String> {
    if network.is_own || spec.availability_zones.is_some() {
        return zones::of(spec, facts);
    }
    let zones: std::collections::BTreeSet<&String> = network.private.iter().map(|subnet| &subnet.zone).collect();
    zones.into_iter().cloned().collect()
}

/// The differences that the stack wants to be left alone.
pub fn ignored(spec: &StackSpec) -> Vec<Ignore> {
    let path = |path: &str| path.split('.').map(str::to_owned).collect();
    spec.ignore.iter().map(|rule| Ignore { address: rule.address.clone(), path: path(&rule.path) }).collect()
}

/// Where the stack lives, if whoever calls is in the account that it names.
pub fn world(spec: &StackSpec) -> World {
    World {
        stack: eksctl_rs_core::StackId::new(&spec.metadata.name, &spec.metadata.region),
        account: spec.metadata.account.clone(),
        region: spec.metadata.region.clone(),
    }
}

struct Expansion<'a> {
    spec: &'a StackSpec,
    world: &'a World,
    network: Network,
    /// The names of the zones, in order.
    zones: Vec<String>,
    resources: Vec<Desired>,
}

impl Expansion<'_> {
    fn add(&mut self, address: Address, spec: &impl Serialize) {
        // Specs are structs of texts and numbers: they are always JSON.
        if let Ok(desired) = Desired::new(address, spec) {
            self.resources.push(desired);
        }
    }

    /// Whether pods and services have IPv6 addresses.
    fn is_ipv6_cluster(&self) -> bool {
        self.spec.kubernetes_network_config.ip_family == IpFamily::IPv6
    }

    /// The user's tags for a resource, and a name for those who look at it in the console.
    fn tags(&self, name: &str) -> Tags {
        let mut tags = self.spec.metadata.tags.clone();
        tags.entry("Name".to_owned()).or_insert_with(|| format!("{}/{name}", self.spec.metadata.name));
        tags
    }
}
