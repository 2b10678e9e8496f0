//! Fargate profiles. Source: EKS user guide, "Define which Pods use AWS Fargate when launched".

use std::collections::BTreeSet;

use super::Report;
use crate::places::Path;
use crate::schema::{FargateProfile, StackSpec};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut names = BTreeSet::new();
    for (index, profile) in spec.fargate_profiles.iter().enumerate() {
        let path = Path::from("fargateProfiles").item(index);
        if profile.name.starts_with("eks-") {
            report.error(&path.key("name"), "names that begin with eks- are EKS's", "choose another name");
        }
        if !names.insert(&profile.name) {
            let message = format!("there are two Fargate profiles called {}", profile.name);
            report.error(&path.key("name"), message, "give each a name of its own");
        }
        selectors(profile, &path, report);
        subnets(spec, profile, &path, report);
        role(spec, profile, &path, report);
    }
    own_role(spec, report);
}

fn selectors(profile: &FargateProfile, path: &Path, report: &mut Report<'_, '_>) {
    for (index, selector) in profile.selectors.iter().enumerate() {
        let at = path.key("selectors").item(index);
        if selector.labels.len() > 5 {
            let message = format!("{} labels are too many", selector.labels.len());
            report.error(&at.key("labels"), message, "remove some: a selector has 5 at most");
        }
        if profile.selectors[..index].contains(selector) {
            report.error(&at, "this selector stands here already", "remove one");
        }
        let empty = selector.labels.iter().find(|(key, value)| key.is_empty() || value.is_empty());
        if let Some((key, _)) = empty {
            let hint = "write both: EKS takes neither empty keys nor empty values; * stands for any value";
            report.error(&at.key("labels").key(key), "a label of a selector has a key and a value", hint);
        }
    }
}

/// Pods on Fargate have no public addresses: EKS refuses subnets with a route to an internet gateway.
fn subnets(spec: &StackSpec, profile: &FargateProfile, path: &Path, report: &mut Report<'_, '_>) {
    let public = spec.vpc.subnets.iter().flat_map(|subnets| subnets.public.values()).filter_map(|one| one.id.as_ref());
    let public: Vec<&String> = public.collect();
    for (index, id) in profile.subnets.iter().flatten().enumerate() {
        if public.contains(&id) {
            let hint = "name private subnets, or remove subnets: then it is those of the stack";
            report.error(&path.key("subnets").item(index), "pods on Fargate need a private subnet", hint);
        }
    }
}

/// EKS knows nodes by their role: one that is theirs lets no pod of Fargate in. Source: EKS `FargateProfileIssueCode`.
fn role(spec: &StackSpec, profile: &FargateProfile, path: &Path, report: &mut Report<'_, '_>) {
    let shared = &spec.iam.fargate_pod_execution_role_arn;
    let Some(arn) = profile.pod_execution_role_arn.as_ref().or(shared.as_ref()) else { return };
    let of_nodes = spec.managed_node_groups.iter().filter_map(|group| group.iam.as_ref()?.instance_role_arn.as_ref());
    if of_nodes.into_iter().any(|node| node == arn) {
        let at = match &profile.pod_execution_role_arn {
            Some(_) => path.key("podExecutionRoleARN"),
            None => Path::from("iam.fargatePodExecutionRoleARN"),
        };
        report.error(&at, "this is the role of nodes", "name another one: pods on Fargate need a role of their own");
    }
}

fn own_role(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let iam = &spec.iam;
    if iam.fargate_pod_execution_role_arn.is_some() && iam.fargate_pod_execution_role_permissions_boundary.is_some() {
        let path = Path::from("iam.fargatePodExecutionRolePermissionsBoundary");
        let hint = "remove it, or fargatePodExecutionRoleARN";
        report.error(&path, "an existing role is not changed", hint);
    }
}
