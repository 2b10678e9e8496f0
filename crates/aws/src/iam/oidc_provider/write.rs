//! Requests.

use std::collections::BTreeSet;

use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Run, Tags, Text, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, outputs};
use crate::Aws;
use crate::iam::tags;

/// The calls of a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The issuer.
        url: Text,
        /// For whom its tokens may be.
        client_ids: BTreeSet<String>,
        /// SHA-1 of certificates; none lets IAM find it.
        thumbprints: BTreeSet<String>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Lets tokens be for one more.
    AddClientId {
        /// The provider.
        arn: String,
        /// For whom.
        client_id: String,
    },
    /// Lets tokens be for one fewer.
    RemoveClientId {
        /// The provider.
        arn: String,
        /// For whom.
        client_id: String,
    },
    /// Replaces the thumbprints.
    UpdateThumbprints {
        /// The provider.
        arn: String,
        /// SHA-1 of certificates.
        thumbprints: BTreeSet<String>,
    },
    /// Sets tags.
    Tag {
        /// The provider.
        arn: String,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Untag {
        /// The provider.
        arn: String,
        /// The keys.
        keys: BTreeSet<String>,
    },
    /// Deletes it.
    Delete {
        /// The provider.
        arn: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create {
                url: desired.url.clone(),
                client_ids: desired.client_ids.clone(),
                thumbprints: desired.thumbprints.clone().unwrap_or_default(),
                tags,
            };
            vec![Lowered::creating("iam:CreateOpenIDConnectProvider", create)]
        }
        Work::Update { desired, live, observed, .. } => update(lowering, desired, live, &observed.id),
        Work::Delete { observed, .. } => {
            vec![Lowered::new("iam:DeleteOpenIDConnectProvider", Call::Delete { arn: observed.id.clone() })]
        }
    }
}

fn update(lowering: &Lowering<'_, Spec>, desired: &Spec, live: &Spec, arn: &str) -> Vec<Lowered<Call>> {
    let arn = || arn.to_owned();
    let mut calls = Vec::new();
    for client_id in desired.client_ids.difference(&live.client_ids).cloned() {
        let call = Call::AddClientId { arn: arn(), client_id };
        calls.push(Lowered::new("iam:AddClientIDToOpenIDConnectProvider", call));
    }
    for client_id in live.client_ids.difference(&desired.client_ids).cloned() {
        let call = Call::RemoveClientId { arn: arn(), client_id };
        calls.push(Lowered::new("iam:RemoveClientIDFromOpenIDConnectProvider", call));
    }
    if let Some(thumbprints) = desired.thumbprints.clone().filter(|_| desired.thumbprints != live.thumbprints) {
        let call = Call::UpdateThumbprints { arn: arn(), thumbprints };
        calls.push(Lowered::new("iam:UpdateOpenIDConnectProviderThumbprint", call));
    }
    let (tags, keys) = tags::changes(lowering, &desired.tags, &live.tags);
    if !keys.is_empty() {
        calls.push(Lowered::new("iam:UntagOpenIDConnectProvider", Call::Untag { arn: arn(), keys }));
    }
    if !tags.is_empty() {
        // The digest says what was applied: it is written when everything else is.
        calls.push(Lowered::new("iam:TagOpenIDConnectProvider", Call::Tag { arn: arn(), tags }));
    }
    calls.into_iter().map(|call| call.after(After::Previous)).collect()
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    let iam = &aws.iam;
    match call {
        Call::Create { url, client_ids, thumbprints, tags } => {
            let unknown = || CallError::bug(&run.step.operation, "the issuer is not known yet");
            let request = iam
                .create_open_id_connect_provider()
                .url(url.literal().ok_or_else(unknown)?)
                .set_client_id_list(Some(client_ids.into_iter().collect()))
                .set_thumbprint_list((!thumbprints.is_empty()).then(|| thumbprints.into_iter().collect()))
                .set_tags(Some(tags::to_sdk("iam:CreateOpenIDConnectProvider", &tags)?));
            let answer = aws.call("iam:CreateOpenIDConnectProvider", request.send()).await?;
            let bug = || CallError::bug(&run.step.operation, "the answer holds no ARN");
            let arn = answer.open_id_connect_provider_arn().ok_or_else(bug)?;
            return Ok(Progress::Done { outputs: outputs(arn) });
        }
        Call::AddClientId { arn, client_id } => {
            let request = iam.add_client_id_to_open_id_connect_provider();
            let request = request.open_id_connect_provider_arn(arn).client_id(client_id);
            aws.call("iam:AddClientIDToOpenIDConnectProvider", request.send()).await?;
        }
        Call::RemoveClientId { arn, client_id } => {
            let request = iam.remove_client_id_from_open_id_connect_provider();
            let request = request.open_id_connect_provider_arn(arn).client_id(client_id);
            aws.call("iam:RemoveClientIDFromOpenIDConnectProvider", request.send()).await?;
        }
        Call::UpdateThumbprints { arn, thumbprints } => {
            let request = iam.update_open_id_connect_provider_thumbprint().open_id_connect_provider_arn(arn);
            let request = request.set_thumbprint_list(Some(thumbprints.into_iter().collect()));
            aws.call("iam:UpdateOpenIDConnectProviderThumbprint", request.send()).await?;
        }
        Call::Tag { arn, tags } => {
            let request = iam.tag_open_id_connect_provider().open_id_connect_provider_arn(arn);
            let request = request.set_tags(Some(tags::to_sdk("iam:TagOpenIDConnectProvider", &tags)?));
            aws.call("iam:TagOpenIDConnectProvider", request.send()).await?;
        }
        Call::Untag { arn, keys } => {
            let request = iam.untag_open_id_connect_provider().open_id_connect_provider_arn(arn);
            let request = request.set_tag_keys(Some(keys.into_iter().collect()));
            aws.call("iam:UntagOpenIDConnectProvider", request.send()).await?;
        }
        Call::Delete { arn } => {
            let request = iam.delete_open_id_connect_provider().open_id_connect_provider_arn(arn);
            aws.call("iam:DeleteOpenIDConnectProvider", request.send()).await?;
        }
    }
    Ok(Progress::done())
}
