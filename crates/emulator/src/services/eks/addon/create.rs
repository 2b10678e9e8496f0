//! Creating add-ons, and what EKS asks of what they are told.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::catalogue::{self, Published};
use super::{Addon, Config, ResolveConflicts, State};
use crate::call::Call;
use crate::durations::{self, Takes};
use crate::error::{ApiError, refuse};
use crate::services::eks::cluster::{Cluster, State as ClusterState};
use crate::services::eks::health::{Ending, Issue};
use crate::services::eks::pod_identity::{Bound, PodIdentityAssociation, check_bound};
use crate::services::eks::{IN_USE, INVALID_PARAMETER, invalid, role};
use crate::tags::{self, Tags};
use crate::weather::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateAddon {
    cluster_name: String,
    addon_name: String,
    addon_version: Option<String>,
    service_account_role_arn: Option<String>,
    #[serde(default)]
    resolve_conflicts: ResolveConflicts,
    client_request_token: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    configuration_values: Option<String>,
    pod_identity_associations: Option<Vec<Bound>>,
    namespace_config: Option<NamespaceConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NamespaceConfig {
    namespace: Option<String>,
}

/// What is known of an add-on once everything is checked.
struct Draft {
    published: &'static Published,
    namespace: String,
    config: Config,
    tags: Tags,
    /// Why it will fail.
    issues: Vec<Issue>,
}

pub(super) fn create_addon(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: CreateAddon = call.args()?;
    let (cluster, name) = (asked.cluster_name.as_str(), asked.addon_name.as_str());
    let client_token = asked.client_request_token.as_deref();
    call.clusters().cluster(cluster)?;
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let draft = asked.draft(call)?;
        let addon = asked.addon(draft, call);
        call.remember(client_token, &addon.arn);
        let bound = asked.pod_identity_associations.as_deref().unwrap_or_default();
        own(call, cluster, &addon, bound)?;
        call.eks().cluster_mut(cluster)?.addons.insert(name.to_owned(), addon);
    }
    let cluster = call.clusters().cluster(cluster)?;
    Ok(json!({ "addon": cluster.addon(name)?.show(cluster, call.epoch) }))
}

/// The add-on has exactly these associations from now on.
pub(super) fn own(call: &mut Call<'_>, cluster: &str, addon: &Addon, bound: &[Bound]) -> Result<(), ApiError> {
    let owned: Vec<PodIdentityAssociation> =
        call.clusters().cluster(cluster)?.associations_of(addon).cloned().collect();
    let is_for = |one: &PodIdentityAssociation, bound: &Bound| one.service_account == bound.service_account;
    for one in owned.iter().filter(|one| !bound.iter().any(|bound| is_for(one, bound))) {
        call.eks().cluster_mut(cluster)?.associations.remove(&one.id);
    }
    for bound in bound {
        let association = match owned.iter().find(|one| is_for(one, bound)) {
            Some(one) if one.role_arn == bound.role_arn => continue,
            Some(one) => one.clone().with_role(&bound.role_arn, call.now),
            None => PodIdentityAssociation::new(call, cluster, &addon.namespace, bound).owned_by(&addon.arn),
        };
        call.eks().cluster_mut(cluster)?.associations.insert(association.id.clone(), association);
    }
    Ok(())
}

impl CreateAddon {
    fn draft(&self, call: &Call<'_>) -> Result<Draft, ApiError> {
        let (cluster, name) = (call.clusters().cluster(&self.cluster_name)?, self.addon_name.as_str());
        let kubernetes = cluster.config.version;
        let Some((published, default)) =
            catalogue::find(name).and_then(|published| published.default_for(kubernetes).map(|one| (published, one)))
        else {
            return invalid(format!("Addon {name} specified is not supported in {kubernetes} kubernetes version"));
        };
        if cluster.addons.contains_key(name) {
            return refuse(IN_USE, "Addon already exists.");
        }
        if !matches!(cluster.state, ClusterState::Active) {
            return Err(cluster.not_active());
        }
        let version = self.addon_version.as_deref().unwrap_or(default);
        check_version(cluster, published, version)?;
        let namespace = self.namespace_config.as_ref().and_then(|config| config.namespace.clone());
        let namespace = namespace.unwrap_or_else(|| published.namespace.clone());
        check_namespace(&namespace)?;
        check_role(call, self.service_account_role_arn.as_deref())?;
        check_values(published, self.configuration_values.as_deref())?;
        check_associations(call, cluster, &namespace, self.pod_identity_associations.as_deref(), published, None)?;
        let mut tags = Tags::new();
        tags::put(&mut tags, self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        let config = Config {
            version: version.to_owned(),
            role_arn: self.service_account_role_arn.clone(),
            values: self.configuration_values.clone().filter(|values| !values.trim().is_empty()),
        };
        Ok(Draft { published, namespace, config, tags, issues: conflicts(cluster, name, self.resolve_conflicts) })
    }

    fn addon(&self, draft: Draft, call: &mut Call<'_>) -> Addon {
        let (cluster, name) = (&self.cluster_name, &self.addon_name);
        let uid = call.uuid();
        let mut issues = draft.issues;
        issues.extend(call.mishap(Resource::Addon, &[name]).map(Issue::from));
        Addon {
            name: name.clone(),
            arn: call.arn("eks", &format!("addon/{cluster}/{name}/{uid}")),
            cluster_name: cluster.clone(),
            namespace: draft.namespace,
            created_at: call.now,
            modified_at: call.now,
            config: draft.config,
            tags: draft.tags,
            state: State::Creating(Ending { due: call.until(takes(draft.published), &uid), issues }),
            issues: Vec::new(),
            updates: Vec::new(),
        }
    }
}

/// How long an installation takes.
pub(super) fn takes(published: &Published) -> Takes {
    if published.is_deployment() { durations::CREATE_ADDON_DEPLOYMENT } else { durations::CREATE_ADDON_DAEMON_SET }
}

/// What stands against installing an add-on over what its owner has in the cluster.
pub(super) fn conflicts(cluster: &Cluster, name: &str, resolve: ResolveConflicts) -> Vec<Issue> {
    let theirs = cluster.software.get(name) == Some(&super::Keeper::Owner);
    if !theirs || resolve == ResolveConflicts::Overwrite {
        return Vec::new();
    }
    let message = format!(
        "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. Conflicts: {name} of the \
         cluster is self-managed"
    );
    vec![Issue::new("ConfigurationConflict", message, Vec::new())]
}

/// Refuses a version that is none of the add-on's, or not for the Kubernetes version of the cluster.
pub(super) fn check_version(cluster: &Cluster, published: &Published, version: &str) -> Result<(), ApiError> {
    let kubernetes = cluster.config.version;
    if published.release(version).is_some_and(|release| release.fits(kubernetes)) {
        return Ok(());
    }
    invalid(format!(
        "Addon version specified is not supported, AddonName: \"{}\", Version: \"{version}\", KubernetesVersion: \
         \"{kubernetes}\"",
        published.name
    ))
}

/// Refuses roles that are not there. Whom they trust EKS does not look at: pods assume them by themselves.
pub(super) fn check_role(call: &Call<'_>, arn: Option<&str>) -> Result<(), ApiError> {
    let Some(arn) = arn else { return Ok(()) };
    role::check_own(call, arn)?;
    match role::is_there(call, arn) {
        true => Ok(()),
        false => invalid(format!("Role provided in the request does not exist: {arn}")),
    }
}

/// Refuses configuration values that are not as the schema of the add-on says.
pub(super) fn check_values(published: &Published, values: Option<&str>) -> Result<(), ApiError> {
    let Some(values) = values.filter(|values| !values.trim().is_empty()) else { return Ok(()) };
    published.check_values(values).or_else(|problems| {
        invalid(format!(
            "ConfigurationValue provided in request is not supported: Json schema validation failed with error: {problems}"
        ))
    })
}

/// Refuses associations that the add-on cannot have; `addon` is its ARN, if it is there.
pub(super) fn check_associations(
    call: &Call<'_>,
    cluster: &Cluster,
    namespace: &str,
    bound: Option<&[Bound]>,
    published: &Published,
    addon: Option<&str>,
) -> Result<(), ApiError> {
    let bound = bound.unwrap_or_default();
    if !bound.is_empty() && published.pod_identity.is_empty() {
        return invalid(format!("Addon {} does not support EKS Pod Identity associations", published.name));
    }
    let mut seen = BTreeSet::new();
    for one in bound {
        if !seen.insert(&one.service_account) {
            let message = "is specified more than once in podIdentityAssociations";
            return invalid(format!("The service account {} {message}", one.service_account));
        }
        check_bound(call, cluster, namespace, one, addon)?;
    }
    Ok(())
}

/// Source: AddonNamespaceConfigRequest, "Must be a valid RFC 1123 DNS label".
fn check_namespace(namespace: &str) -> Result<(), ApiError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = namespace.bytes().all(plain) && !namespace.starts_with('-') && !namespace.ends_with('-');
    if is_label { Ok(()) } else { invalid(format!("The namespace {namespace} is not a valid RFC 1123 DNS label")) }
}
