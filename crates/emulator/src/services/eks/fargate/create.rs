//! Creating Fargate profiles.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{FargateProfile, Selector, State};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::eks::access_entry::EntryType;
use crate::services::eks::cluster::{Cluster, State as ClusterState};
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::{IN_USE, INVALID_PARAMETER, LIMIT_EXCEEDED, invalid, network, quota, role};
use crate::services::iam::service_linked_role;
use crate::tags::{self, Tags};
use crate::weather::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateFargateProfile {
    fargate_profile_name: String,
    cluster_name: String,
    pod_execution_role_arn: String,
    subnets: Option<BTreeSet<String>>,
    #[serde(default)]
    selectors: Vec<Selector>,
    client_request_token: Option<String>,
    tags: Option<BTreeMap<String, String>>,
}

/// What is known of a profile once everything is checked.
struct Draft {
    subnets: BTreeSet<String>,
    tags: Tags,
    /// Why it will fail.
    issues: Vec<Issue>,
}

pub(super) fn create_fargate_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: CreateFargateProfile = call.args()?;
    let (cluster, name) = (asked.cluster_name.as_str(), asked.fargate_profile_name.as_str());
    let client_token = asked.client_request_token.as_deref();
    call.clusters().cluster(cluster)?;
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let draft = asked.draft(call)?;
        // Source: "Using roles for Amazon EKS Fargate profiles".
        service_linked_role::ensure(call, "eks-fargate.amazonaws.com")?;
        let profile = asked.profile(draft, call);
        call.remember(client_token, &profile.arn);
        let now = call.now;
        let region = call.account.regions.entry(call.region_name.clone()).or_default();
        let cluster = region.eks.cluster_mut(cluster)?;
        let iam = &call.account.global.iam;
        cluster.let_nodes_in(&profile.role_arn, EntryType::FargateLinux, iam, now);
        cluster.fargate_profiles.insert(name.to_owned(), profile);
    }
    Ok(json!({ "fargateProfile": call.clusters().cluster(cluster)?.profile(name)?.show(call.epoch) }))
}

impl CreateFargateProfile {
    fn draft(&self, call: &Call<'_>) -> Result<Draft, ApiError> {
        let (cluster, name) = (call.clusters().cluster(&self.cluster_name)?, &self.fargate_profile_name);
        self.check_name(call, cluster)?;
        if !matches!(cluster.state, ClusterState::Active) {
            return Err(cluster.not_active());
        }
        check_selectors(&self.selectors)?;
        let subnets = self.subnets(call, cluster)?;
        let arn = call.arn("eks", &format!("fargateprofile/{}/{name}/new", cluster.name));
        role::check_pod_execution_role(call, &self.pod_execution_role_arn, &arn)?;
        let mut tags = Tags::new();
        tags::put(&mut tags, self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        cluster.check_no_profile_in_progress("create", name)?;
        Ok(Draft { subnets, tags, issues: self.role_in_use(cluster) })
    }

    fn check_name(&self, call: &Call<'_>, cluster: &Cluster) -> Result<(), ApiError> {
        let name = &self.fargate_profile_name;
        if cluster.fargate_profiles.contains_key(name) {
            return refuse(IN_USE, format!("A Fargate Profile already exists with this name in this cluster: {name}"));
        }
        // Source: "Define which Pods use AWS Fargate when launched", the name of a profile.
        if name.starts_with("eks-") {
            return invalid(format!("Fargate Profile name {name} cannot start with the reserved prefix eks-"));
        }
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
        let begins_well = name.starts_with(|character: char| character.is_ascii_alphanumeric());
        if name.len() > 100 || !begins_well || !name.chars().all(plain) {
            return invalid(format!(
                "The Fargate Profile name {name} must begin with a letter or digit, can only contain letters, digits, \
                 hyphens and underscores, and can have at most 100 characters"
            ));
        }
        let most = call.quota(quota::FARGATE_PROFILES);
        if cluster.fargate_profiles.len() >= most {
            return refuse(LIMIT_EXCEEDED, format!("Fargate Profile limit of {most} in the cluster is exceeded"));
        }
        Ok(())
    }

    /// Those of the call, or the cluster's private ones.
    fn subnets(&self, call: &Call<'_>, cluster: &Cluster) -> Result<BTreeSet<String>, ApiError> {
        let ec2 = call.network();
        let asked = match &self.subnets {
            Some(asked) if !asked.is_empty() => asked.clone(),
            _ => cluster.config.subnets.iter().filter(|id| !ec2.leads_to_internet_gateway(id)).cloned().collect(),
        };
        if asked.is_empty() {
            return invalid("At least one private subnet must be specified for a Fargate Profile");
        }
        for subnet in network::existing(call, &asked)? {
            if subnet.vpc_id != cluster.vpc_id {
                return invalid(format!("Subnet {} is not in the VPC {} of the cluster", subnet.id, cluster.vpc_id));
            }
            if ec2.leads_to_internet_gateway(&subnet.id) {
                return invalid(format!("Subnet {} provided in Fargate Profile is not a private subnet", subnet.id));
            }
        }
        Ok(asked)
    }

    /// Source: FargateProfileIssueCode; and "Amazon EKS Pod execution IAM role": nodes have another role.
    fn role_in_use(&self, cluster: &Cluster) -> Vec<Issue> {
        let role = &self.pod_execution_role_arn;
        let auto_mode = cluster.config.auto_mode.as_ref().and_then(|auto_mode| auto_mode.node_role());
        let mut node_roles = cluster.nodegroups.values().map(|group| group.node_role_arn.as_str()).chain(auto_mode);
        if !node_roles.any(|found| found == role) {
            return Vec::new();
        }
        let message = format!("The pod execution role {role} is already in use by nodes of the cluster");
        vec![Issue::new("PodExecutionRoleAlreadyInUse", message, vec![role.clone()])]
    }

    fn profile(&self, draft: Draft, call: &mut Call<'_>) -> FargateProfile {
        let (name, cluster) = (&self.fargate_profile_name, &self.cluster_name);
        let uid = call.uuid();
        let mut issues = draft.issues;
        issues.extend(call.mishap(Resource::FargateProfile, &[name]).map(Issue::from));
        FargateProfile {
            name: name.clone(),
            arn: call.arn("eks", &format!("fargateprofile/{cluster}/{name}/{uid}")),
            cluster_name: cluster.clone(),
            created_at: call.now,
            role_arn: self.pod_execution_role_arn.clone(),
            subnets: draft.subnets,
            selectors: self.selectors.clone(),
            tags: draft.tags,
            state: State::Creating(Ending { due: call.until(durations::CREATE_FARGATE_PROFILE, &uid), issues }),
            issues: Vec::new(),
        }
    }
}

fn check_selectors(selectors: &[Selector]) -> Result<(), ApiError> {
    if selectors.is_empty() {
        return invalid("At least one selector must be specified for a Fargate Profile");
    }
    if selectors.len() > quota::SELECTORS {
        return invalid(format!("A Fargate Profile can have at most {} selectors", quota::SELECTORS));
    }
    selectors.iter().try_for_each(check_selector)
}

fn check_selector(selector: &Selector) -> Result<(), ApiError> {
    let plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || "-*?".contains(character);
    match &selector.namespace {
        None => return invalid("Each selector of a Fargate Profile must have a namespace"),
        Some(name) if !(1..=63).contains(&name.len()) || !name.chars().all(plain) => {
            return invalid(format!("The namespace {name:?} of a selector is invalid"));
        }
        Some(_) => {}
    }
    if selector.labels.len() > quota::SELECTOR_LABELS {
        return invalid(format!("A selector can have at most {} labels", quota::SELECTOR_LABELS));
    }
    match selector.labels.iter().find(|(key, value)| key.is_empty() || value.is_empty()) {
        Some((key, _)) => invalid(format!("The label {key:?} of a selector must have a key and a value")),
        None => Ok(()),
    }
}
