//! From what a stack says to what it wants: pure, so that the same text and the same facts give the same graph.

mod cluster;
pub(crate) mod images;
mod kms;
mod launch_templates;
mod logs;
pub(crate) mod names;
mod network;
mod nodegroups;
mod roles;
pub(crate) mod zones;

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Address, Desired, Facts, Graph, GraphError, Ignore, Question, Tags, World};
use serde::Serialize;

use crate::schema::StackSpec;

/// The questions that the spec asks of AWS.
pub fn needs(spec: &StackSpec) -> Vec<Question> {
    match spec.availability_zones {
        Some(_) => Vec::new(),
        None => vec![Question::AvailabilityZones],
    }
}

/// What the stack wants. Without facts, zones that are not named are assumed to be the first three by their letters.
///
/// # Errors
///
/// The resources are no graph: a bug of ours.
pub fn expand(spec: &StackSpec, facts: &Facts, world: &World) -> Result<Graph, Vec<GraphError>> {
    let mut expansion = Expansion { spec, world, zones: zones::of(spec, facts), resources: Vec::new() };
    network::expand(&mut expansion);
    roles::expand(&mut expansion);
    kms::expand(&mut expansion);
    logs::expand(&mut expansion);
    cluster::expand(&mut expansion);
    launch_templates::expand(&mut expansion);
    nodegroups::expand(&mut expansion);
    Graph::new(expansion.resources, &AwsRules)
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

    /// The user's tags for a resource, and a name for those who look at it in the console.
    fn tags(&self, name: &str) -> Tags {
        let mut tags = self.spec.metadata.tags.clone();
        tags.entry("Name".to_owned()).or_insert_with(|| format!("{}/{name}", self.spec.metadata.name));
        tags
    }
}
