//! Karpenter.

use std::collections::BTreeSet;

use super::Report;
use super::iam::attached;
use super::instances::root_volume;
use super::kubernetes::quantities;
use super::labels::{labels, taints};
use super::names::tags;
use super::nodegroups::zones;
use crate::places::Path;
use crate::schema::{
    AuthenticationMode, Karpenter, KarpenterIdentity, KarpenterNodePool, KarpenterOperator, StackSpec,
    WellKnownPolicies,
};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let Some(karpenter) = &spec.karpenter else { return };
    let path = Path::from("karpenter");
    // The entry of the nodes' role is what lets them join.
    if spec.access_config.authentication_mode == AuthenticationMode::ConfigMap {
        let message = "the nodes of Karpenter join by an access entry";
        report.error(&path, message, "set accessConfig.authenticationMode to API or API_AND_CONFIG_MAP");
    }
    on_fargate(spec, karpenter, &path, report);
    let (own, nothing) = (&karpenter.node_role, WellKnownPolicies::default());
    attached(spec, &own.attach_policies, own.attach_policy_arns.len() + USUAL, nothing, &path.key("nodeRole"), report);
    let mut classes = BTreeSet::new();
    for (index, class) in karpenter.node_classes.iter().enumerate() {
        let path = path.key("nodeClasses").item(index);
        if !classes.insert(class.name.as_str()) {
            let message = format!("there are two node classes called {}", class.name);
            report.error(&path.key("name"), message, "give each a name of its own");
        }
        root_volume(class, &path, report);
        tags(&class.tags, &path.key("tags"), report);
    }
    pools(spec, karpenter, &classes, &path.key("nodePools"), report);
}

/// Source: EKS user guide, "Learn how EKS Pod Identity grants pods access to AWS services", considerations.
fn on_fargate(spec: &StackSpec, karpenter: &Karpenter, path: &Path, report: &mut Report<'_, '_>) {
    let selectors = spec.fargate_profiles.iter().flat_map(|profile| &profile.selectors);
    let runs_there = selectors.into_iter().any(|selector| selector.namespace == karpenter.namespace);
    if runs_there && karpenter.identity == KarpenterIdentity::PodIdentity {
        let message = "a Fargate profile selects Karpenter, and EKS Pod Identity does not reach pods on Fargate";
        report.error(&path.key("identity"), message, "set it to irsa");
    }
}

/// The policies that nodes have anyway.
const USUAL: usize = 4;

fn pools(spec: &StackSpec, karpenter: &Karpenter, classes: &BTreeSet<&str>, path: &Path, report: &mut Report<'_, '_>) {
    let mut names = BTreeSet::new();
    for (index, pool) in karpenter.node_pools.iter().enumerate() {
        let path = path.item(index);
        if !names.insert(&pool.name) {
            let message = format!("there are two node pools called {}", pool.name);
            report.error(&path.key("name"), message, "give each a name of its own");
        }
        if !classes.contains(pool.node_class.as_str()) {
            let message = format!("there is no node class {} in karpenter.nodeClasses", pool.node_class);
            let known: Vec<&str> = classes.iter().copied().collect();
            let hint = match known.is_empty() {
                true => "write it there, such as {name: default}".to_owned(),
                false => format!("it has {}", known.join(", ")),
            };
            report.error(&path.key("nodeClass"), message, hint);
        }
        labels(&pool.labels, &path.key("labels"), report);
        taints(&pool.taints, &path.key("taints"), report);
        taints(&pool.startup_taints, &path.key("startupTaints"), report);
        zones(spec, pool.availability_zones.as_deref(), &path, report);
        quantities(&pool.limits, &path.key("limits"), report);
        requirements(pool, &path, report);
    }
}

/// Source: Kubernetes, `NodeSelectorRequirement`.
fn requirements(pool: &KarpenterNodePool, path: &Path, report: &mut Report<'_, '_>) {
    for (index, one) in pool.requirements.iter().enumerate() {
        let fits = match one.operator {
            KarpenterOperator::In | KarpenterOperator::NotIn => !one.values.is_empty(),
            KarpenterOperator::Exists | KarpenterOperator::DoesNotExist => one.values.is_empty(),
            KarpenterOperator::Gt | KarpenterOperator::Lt => {
                matches!(one.values.as_slice(), [value] if value.parse::<i64>().is_ok())
            }
        };
        if !fits {
            let hint = "In and NotIn need values, Exists and DoesNotExist none, Gt and Lt one whole number in quotes";
            let message = format!("{:?} does not go with these values", one.operator);
            report.error(&path.key("requirements").item(index).key("values"), message, hint);
        }
    }
}
