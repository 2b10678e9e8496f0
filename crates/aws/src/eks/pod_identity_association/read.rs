//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_eks::operation::list_pod_identity_associations::ListPodIdentityAssociationsOutput;
use aws_sdk_eks::types::{PodIdentityAssociation, PodIdentityAssociationSummary};
use eksctl_rs_core::{Address, CallError, Outputs, Progress, Reference, Run};

use super::{Call, Room, Spec};
use crate::branches::try_join_all;
use crate::ec2::literal;
use crate::eks::{cluster_name, tags_of};
use crate::kind::{Found, not_ours, outputs_of, own_tags};
use crate::reads::{Reads, absent_is_none};
use crate::{Aws, PolicyDocument};

/// The list tells of which service account each is, and of which add-on: those are the add-on's, and only looked at where
/// the stack wants the same service account.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let cluster = cluster_name(reads);
    let wanted: BTreeMap<(String, String), Address> = reads
        .wanted::<Room>()
        .into_iter()
        .map(|(address, spec)| ((spec.namespace, spec.service_account), address))
        .collect();
    let listed = listed(reads, &cluster).await?;
    let found = listed.iter().filter_map(|one| {
        let address = wanted.get(&account_of(one)).cloned();
        let id = one.association_id().filter(|_| one.owner_arn().is_none() || address.is_some())?;
        Some(describe(reads, &cluster, id, address))
    });
    Ok(try_join_all(found).await?.into_iter().flatten().collect())
}

fn account_of(one: &PodIdentityAssociationSummary) -> (String, String) {
    (one.namespace().unwrap_or_default().to_owned(), one.service_account().unwrap_or_default().to_owned())
}

async fn listed(reads: &Reads<'_>, cluster: &str) -> Result<Vec<PodIdentityAssociationSummary>, CallError> {
    let request = || reads.aws.eks.list_pod_identity_associations().cluster_name(cluster).max_results(100);
    let page = |page: ListPodIdentityAssociationsOutput| (page.associations.unwrap_or_default(), page.next_token);
    let operation = "eks:ListPodIdentityAssociations";
    let listed = reads.pages(operation, |token| request().set_next_token(token).send(), page).await;
    Ok(absent_is_none(listed)?.unwrap_or_default())
}

async fn describe(
    reads: &Reads<'_>,
    cluster: &str,
    id: &str,
    address: Option<Address>,
) -> Result<Option<Found<Spec>>, CallError> {
    let request = || reads.aws.eks.describe_pod_identity_association().cluster_name(cluster).association_id(id).send();
    let answer = reads.ask_for("eks:DescribePodIdentityAssociation", request).await?;
    Ok(answer.and_then(|answer| answer.association).map(|live| from_live(&live).asked_as(address)))
}

pub(super) fn from_live(live: &PodIdentityAssociation) -> Found<Spec> {
    // What is an add-on's is not ours, whatever its tags say.
    let tags = if live.owner_arn().is_some() { eksctl_rs_core::Tags::new() } else { tags_of(live.tags()) };
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let spec = Spec {
        cluster: Reference::from(live.cluster_name().unwrap_or_default()),
        namespace: text(live.namespace()),
        service_account: text(live.service_account()),
        role: Reference::from(live.role_arn().unwrap_or_default()),
        target_role: live.target_role_arn().filter(|arn| !arn.is_empty()).map(Reference::from),
        disable_session_tags: live.disable_session_tags().unwrap_or_default(),
        policy: live.policy().filter(|policy| !policy.is_empty()).map(policy),
        tags: own_tags(&tags),
    };
    let mut found = Found::new(live.association_id().unwrap_or_default(), spec, tags);
    found.outputs = outputs(live);
    found
}

fn policy(text: &str) -> PolicyDocument {
    PolicyDocument::parse(text).unwrap_or_else(|_| PolicyDocument::new(text.into()))
}

pub(super) fn outputs(live: &PodIdentityAssociation) -> Outputs {
    // A target role trusts the association by its external id.
    outputs_of([("id", live.association_id()), ("arn", live.association_arn()), ("external_id", live.external_id())])
}

/// Associations are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let Some(Call::Create { spec, .. }) = &call else { return Ok(Progress::done()) };
    let cluster = literal(&spec.cluster, run)?;
    let request = aws.eks.list_pod_identity_associations().cluster_name(&cluster);
    let request = request.namespace(&spec.namespace).service_account(&spec.service_account);
    let listed = aws.call("eks:ListPodIdentityAssociations", request.send()).await?;
    let gone = || not_ours(run, "the association");
    let id = listed.associations().iter().find_map(|one| one.association_id()).ok_or_else(gone)?;
    let request = aws.eks.describe_pod_identity_association().cluster_name(&cluster).association_id(id);
    let answer = aws.call("eks:DescribePodIdentityAssociation", request.send()).await?;
    let is_ours = |live: &&PodIdentityAssociation| live.owner_arn().is_none() && aws.owns(&tags_of(live.tags()));
    let live = answer.association().filter(is_ours).ok_or_else(gone)?;
    Ok(Progress::Done { outputs: outputs(live) })
}
