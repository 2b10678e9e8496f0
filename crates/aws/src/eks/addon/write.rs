//! Requests.

use std::collections::BTreeMap;

use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Status, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{BEFORE_NODES, PRESERVE_TAG, Spec, configuration};
use crate::Aws;
use crate::ec2::literal;
use crate::eks::{TagCall, begun, is_done_already};

/// Seconds until a new DaemonSet is ACTIVE; public logs, 4 to 60.
const DAEMON_TAKES: u64 = 20;
/// Seconds until a new Deployment is ACTIVE where there are nodes; public logs, 8 to 60.
const DEPLOYMENT_TAKES: u64 = 30;
/// Seconds of an update; inferred: as long as a creation.
const UPDATE_TAKES: u64 = 30;
/// Seconds until a deleted one is gone; public logs, 4 to 10.
const DELETE_TAKES: u64 = 7;

/// The calls of an add-on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes it. EKS takes what is not said for AWS's default, so everything is said.
    Update {
        /// The name of the cluster.
        cluster: Reference,
        /// The add-on.
        name: String,
        /// Everything else.
        change: Box<Change>,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The name of the cluster.
        cluster: Reference,
        /// The add-on.
        name: String,
        /// Whether its software stays in the cluster.
        preserve: bool,
    },
}

/// What an update makes of an add-on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The version.
    pub version: Option<String>,
    /// The text of the configuration, unless there is none and was none.
    pub configuration: Option<String>,
    /// The ARN of the role of its service account.
    pub service_account_role: Option<Reference>,
    /// The roles by service account, where they change: nothing changes nothing, and an empty map takes all of them.
    pub pod_identity_associations: Option<BTreeMap<String, Reference>>,
    /// What becomes of what others have set.
    pub resolve_conflicts: String,
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = all_tags(desired);
            tags.extend(lowering.ownership.clone());
            let takes = match BEFORE_NODES.contains(&desired.name.as_str()) {
                true => DAEMON_TAKES,
                false => DEPLOYMENT_TAKES,
            };
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("eks:CreateAddon", create).taking(takes)]
        }
        Work::Update { desired, live, changed, .. } => {
            let mut calls = Vec::from_iter(update(desired, live, changed));
            let tags = TagCall::lower(lowering, &all_tags(desired), &all_tags(live));
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, observed } => {
            // What failed is made anew: there is nothing in it to keep.
            let preserve = live.preserve_on_delete && !matches!(observed.status, Status::Failed { .. });
            let call = Call::Delete { cluster: live.cluster.clone(), name: live.name.clone(), preserve };
            vec![Lowered::new("eks:DeleteAddon", call).taking(DELETE_TAKES)]
        }
    }
}

/// The user's tags, and the one that remembers what is to stay.
fn all_tags(spec: &Spec) -> Tags {
    let mut tags = spec.tags.clone();
    if spec.preserve_on_delete {
        tags.insert(PRESERVE_TAG.to_owned(), "true".to_owned());
    }
    tags
}

fn update(desired: &Spec, live: &Spec, changed: &[&str]) -> Option<Lowered<Call>> {
    let changes = |field: &str| changed.contains(&field);
    let fields = ["version", "configuration", "service_account_role", "pod_identity_associations"];
    if !fields.into_iter().any(changes) {
        return None;
    }
    let is_configured = desired.configuration.is_some() || live.configuration.is_some();
    let change = Change {
        version: desired.version.clone(),
        configuration: is_configured.then(|| configuration::text(desired.configuration.as_ref())),
        service_account_role: desired.service_account_role.clone(),
        pod_identity_associations: desired
            .pod_identity_associations
            .clone()
            .filter(|_| changes("pod_identity_associations")),
        resolve_conflicts: desired.resolve_conflicts.clone(),
    };
    let call = Call::Update { cluster: live.cluster.clone(), name: live.name.clone(), change: Box::new(change) };
    Some(Lowered::new("eks:UpdateAddon", call).taking(UPDATE_TAKES))
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, tags, run).await,
        Call::Update { cluster, name, change } => {
            let role = change.service_account_role.as_ref().map(|role| literal(role, run)).transpose()?;
            let request = aws
                .eks
                .update_addon()
                .cluster_name(literal(&cluster, run)?)
                .addon_name(name)
                .set_addon_version(change.version)
                .set_configuration_values(change.configuration)
                .set_service_account_role_arn(role)
                .set_pod_identity_associations(associations(change.pod_identity_associations.as_ref(), run)?)
                .resolve_conflicts(sdk::ResolveConflicts::from(change.resolve_conflicts.as_str()))
                .client_request_token(&run.token);
            let answer = aws.call("eks:UpdateAddon", request.send()).await;
            match answer.and_then(|answer| begun(run, answer.update())) {
                Err(error) if is_done_already(&error) => Ok(Progress::done()),
                other => other,
            }
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { cluster, name, preserve } => {
            let request = aws.eks.delete_addon().cluster_name(literal(&cluster, run)?).addon_name(name);
            aws.call("eks:DeleteAddon", request.preserve(preserve).send()).await?;
            Ok(Progress::pending("DELETING"))
        }
    }
}

async fn create(aws: &Aws, spec: &Spec, tags: Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let role = spec.service_account_role.as_ref().map(|role| literal(role, run)).transpose()?;
    let none_is_default = spec.pod_identity_associations.as_ref().filter(|roles| !roles.is_empty());
    let namespace = spec.namespace.as_ref();
    let request = aws
        .eks
        .create_addon()
        .cluster_name(literal(&spec.cluster, run)?)
        .addon_name(&spec.name)
        .set_addon_version(spec.version.clone())
        .set_configuration_values(spec.configuration.as_ref().map(|value| configuration::text(Some(value))))
        .set_service_account_role_arn(role)
        .set_pod_identity_associations(associations(none_is_default, run)?)
        .set_namespace_config(namespace.map(|name| sdk::AddonNamespaceConfigRequest::builder().namespace(name).build()))
        .resolve_conflicts(sdk::ResolveConflicts::from(spec.resolve_conflicts.as_str()))
        .client_request_token(&run.token)
        .set_tags(Some(tags.into_iter().collect()));
    let answer = aws.call("eks:CreateAddon", request.send()).await?;
    let arn = answer.addon().and_then(|addon| addon.addon_arn()).unwrap_or_default().to_owned();
    Ok(Progress::Pending {
        status: "CREATING".to_owned(),
        follow: None,
        outputs: [("name".to_owned(), spec.name.clone()), ("arn".to_owned(), arn)].into(),
        issues: Vec::new(),
    })
}

fn associations(
    roles: Option<&BTreeMap<String, Reference>>,
    run: &Run<'_>,
) -> Result<Option<Vec<sdk::AddonPodIdentityAssociations>>, CallError> {
    let Some(roles) = roles else { return Ok(None) };
    let one = |(account, role): (&String, &Reference)| {
        let request = sdk::AddonPodIdentityAssociations::builder().service_account(account);
        let request = request.role_arn(literal(role, run)?).build();
        request.map_err(|error| CallError::bug(&run.step.operation, error.to_string()))
    };
    roles.iter().map(one).collect::<Result<Vec<_>, _>>().map(Some)
}
