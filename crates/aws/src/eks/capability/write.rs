//! Requests.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::request::Mappings;
use super::{Identity, Spec, request};
use crate::Aws;
use crate::ec2::literal;
use crate::eks::{TagCall, begun, is_done_already};

/// Seconds until a new one is ACTIVE; not measured anywhere, Terraform's module allows 20 minutes.
const CREATE_TAKES: u64 = 240;
/// Seconds until a deleted one is gone; inferred from the same.
const DELETE_TAKES: u64 = 240;
/// Seconds of an update; inferred from the same.
const UPDATE_TAKES: u64 = 120;

/// The calls of a capability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes what AWS changes, in one update.
    Update {
        /// The name of the cluster.
        cluster: Reference,
        /// The capability.
        name: String,
        /// What changes.
        change: Box<Change>,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it. What it manages stays.
    Delete {
        /// The name of the cluster.
        cluster: Reference,
        /// The capability.
        name: String,
    },
}

/// What one update changes; what is nothing stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What it is to be.
    pub spec: Spec,
    /// The role.
    pub role: bool,
    /// Mappings of Argo CD that are new.
    pub set_mappings: Mappings,
    /// Mappings of Argo CD that go.
    pub remove_mappings: Mappings,
    /// From where Argo CD can be reached.
    pub network_access: bool,
    /// The settings of ACK.
    pub ack: bool,
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("eks:CreateCapability", create).taking(CREATE_TAKES)]
        }
        Work::Update { desired, live, changed, .. } => {
            let mut calls = Vec::from_iter(update(desired, live, changed));
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let call = Call::Delete { cluster: live.cluster.clone(), name: live.name.clone() };
            vec![Lowered::new("eks:DeleteCapability", call).taking(DELETE_TAKES)]
        }
    }
}

fn update(desired: &Spec, live: &Spec, changed: &[&str]) -> Option<Lowered<Call>> {
    const FIELDS: [&str; 5] = ["role", "role_mappings", "vpc_endpoints", "enable_cross_namespace", "disabled_services"];
    let any = |fields: &[&str]| fields.iter().any(|field| changed.contains(field));
    if !any(&FIELDS) {
        return None;
    }
    // A mapping that is set replaces all identities of its role.
    let set = desired.role_mappings.iter();
    let set = set.filter(|(role, identities)| live.role_mappings.get(*role) != Some(*identities));
    let gone = live.role_mappings.iter().filter(|(role, _)| !desired.role_mappings.contains_key(*role));
    let owned = |(role, identities): (&String, &BTreeSet<Identity>)| (role.clone(), identities.clone());
    let change = Change {
        spec: desired.clone(),
        role: any(&["role"]),
        set_mappings: set.map(owned).collect::<BTreeMap<_, _>>(),
        remove_mappings: gone.map(owned).collect(),
        network_access: any(&["vpc_endpoints"]),
        ack: any(&["enable_cross_namespace", "disabled_services"]),
    };
    let call = Call::Update { cluster: live.cluster.clone(), name: live.name.clone(), change: Box::new(change) };
    Some(Lowered::new("eks:UpdateCapability", call).taking(UPDATE_TAKES))
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, tags, run).await,
        Call::Update { cluster, name, change } => {
            let role = change.role.then(|| literal(&change.spec.role, run)).transpose()?;
            let request = aws
                .eks
                .update_capability()
                .cluster_name(literal(&cluster, run)?)
                .capability_name(name)
                .client_request_token(&run.token)
                .set_role_arn(role)
                .set_configuration(configuration(&change, run)?);
            let answer = aws.call("eks:UpdateCapability", request.send()).await;
            match answer.and_then(|answer| begun(run, answer.update())) {
                Err(error) if is_done_already(&error) => Ok(Progress::done()),
                other => other,
            }
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { cluster, name } => {
            let request = aws.eks.delete_capability().cluster_name(literal(&cluster, run)?).capability_name(name);
            aws.call("eks:DeleteCapability", request.send()).await?;
            Ok(Progress::pending("DELETING"))
        }
    }
}

fn configuration(change: &Change, run: &Run<'_>) -> Result<Option<sdk::UpdateCapabilityConfiguration>, CallError> {
    let builder = sdk::UpdateCapabilityConfiguration::builder();
    if change.ack {
        let ack = sdk::UpdateAckConfig::builder()
            .enable_cross_namespace(change.spec.enable_cross_namespace)
            .set_disabled_services(Some(change.spec.disabled_services.iter().cloned().collect()));
        return Ok(Some(builder.ack(ack.build()).build()));
    }
    if change.set_mappings.is_empty() && change.remove_mappings.is_empty() && !change.network_access {
        return Ok(None);
    }
    let some = |mappings: &Mappings| (!mappings.is_empty()).then(|| request::mappings(mappings)).transpose();
    let (set, gone) = (some(&change.set_mappings)?, some(&change.remove_mappings)?);
    let mappings = (set.is_some() || gone.is_some()).then(|| {
        let builder = sdk::UpdateRoleMappings::builder().set_add_or_update_role_mappings(set);
        builder.set_remove_role_mappings(gone).build()
    });
    let access = change.network_access.then(|| request::network_access(&change.spec, run)).transpose()?;
    let argo = sdk::UpdateArgoCdConfig::builder().set_rbac_role_mappings(mappings).set_network_access(access);
    Ok(Some(builder.argo_cd(argo.build()).build()))
}

async fn create(aws: &Aws, spec: &Spec, tags: Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws
        .eks
        .create_capability()
        .cluster_name(literal(&spec.cluster, run)?)
        .capability_name(&spec.name)
        .client_request_token(&run.token)
        .r#type(sdk::CapabilityType::from(spec.capability_type.as_str()))
        .role_arn(literal(&spec.role, run)?)
        .set_configuration(request::configuration(spec, run)?)
        .delete_propagation_policy(sdk::CapabilityDeletePropagationPolicy::Retain)
        .set_tags(Some(tags.into_iter().collect()));
    let answer = aws.call("eks:CreateCapability", request.send()).await?;
    let arn = answer.capability().and_then(|capability| capability.arn()).unwrap_or_default().to_owned();
    Ok(Progress::Pending {
        status: "CREATING".to_owned(),
        follow: None,
        outputs: [("name".to_owned(), spec.name.clone()), ("arn".to_owned(), arn)].into(),
        issues: Vec::new(),
    })
}
