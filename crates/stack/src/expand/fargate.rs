//! Fargate profiles, and the role with which Fargate pulls images and joins the cluster.

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::eks::fargate_profile::{Selector, Spec};
use eksctl_rs_aws::iam::role;
use eksctl_rs_core::{Reference, Tags};
use serde_json::json;

use super::{Expansion, names, network, pull_through_cache};
use crate::schema::FargateProfile;

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let profiles = &expansion.spec.fargate_profiles;
    let needs_role = |profile: &FargateProfile| profile.pod_execution_role_arn.is_none();
    if expansion.spec.iam.fargate_pod_execution_role_arn.is_none() && profiles.iter().any(needs_role) {
        pod_execution_role(expansion);
    }
    for profile in profiles {
        let mut tags: Tags = expansion.spec.metadata.tags.clone();
        tags.extend(profile.tags.clone());
        let spec = Spec {
            name: profile.name.clone(),
            cluster: Reference::to(&names::cluster(&expansion.spec.metadata.name), "name"),
            pod_execution_role: role_of(expansion, profile),
            subnets: match &profile.subnets {
                Some(ids) => ids.iter().map(|id| Reference::from(id.as_str())).collect(),
                None => network::private_subnets(expansion, &expansion.zones),
            },
            selectors: profile
                .selectors
                .iter()
                .map(|one| Selector { namespace: one.namespace.clone(), labels: one.labels.clone() })
                .collect(),
            tags,
        };
        expansion.add(names::fargate_profile(&profile.name), &spec);
    }
}

fn role_of(expansion: &Expansion<'_>, profile: &FargateProfile) -> Reference {
    let existing =
        profile.pod_execution_role_arn.as_ref().or(expansion.spec.iam.fargate_pod_execution_role_arn.as_ref());
    match existing {
        Some(arn) => Reference::from(arn.as_str()),
        None => Reference::to(&names::role("fargate"), "arn"),
    }
}

/// One role for all profiles of the cluster, and for those alone. Source: EKS user guide, "Amazon EKS Pod execution IAM role";
/// the condition keeps the service from being a confused deputy.
fn pod_execution_role(expansion: &mut Expansion<'_>) {
    let world = expansion.world;
    let profiles = world.arn("eks", &format!("fargateprofile/{}/*", expansion.spec.metadata.name));
    let trust = PolicyDocument::new(json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "eks-fargate-pods.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": { "ArnLike": { "aws:SourceArn": profiles } }
        }]
    }));
    let iam = &expansion.spec.iam;
    let own_boundary = iam.fargate_pod_execution_role_permissions_boundary.clone();
    let role = role::Spec {
        name: names::role_name(world, "fargate"),
        path: role::path_of(world),
        assume_role_policy: trust,
        description: format!("Pods of {} on Fargate", world.stack),
        max_session_duration: 3600,
        permissions_boundary: own_boundary.or_else(|| iam.service_role_permissions_boundary.clone()),
        managed_policies: [Reference::from(
            world.managed_policy_arn("AmazonEKSFargatePodExecutionRolePolicy").as_str(),
        )]
        .into(),
        inline_policies: pull_through_cache::import_policy(expansion),
        tags: expansion.tags("fargate"),
    };
    expansion.add(names::role("fargate"), &role);
}
