//! From AWS's answers to our spec.

use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;
use eksctl_rs_core::{Address, CallError, ErrorClass, Progress, Run, Text};

use super::{Call, Room, Spec, arn_of, outputs};
use crate::Aws;
use crate::branches::{try_join, try_join_all};
use crate::eks::cluster;
use crate::iam::tags;
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

/// The providers that the stack wants are asked for by their ARNs, as soon as their issuers are known; of the others only a
/// list of ARNs can be had. Those that may be ours are asked for one by one: a cluster's issuer names its Region, and an
/// account has few others. (The tagging API would find them by a tag, but in IAM's home Region alone, which organisations
/// like to close.)
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted = reads.wanted::<Room>();
    let named = try_join_all(wanted.iter().map(|(address, spec)| async move {
        match arn(reads, &spec.url).await? {
            Some(arn) => one(reads, &arn, Some(address.clone())).await,
            None => Ok(None),
        }
    }));
    let others = async {
        let known = try_join_all(wanted.iter().map(|(_, spec)| arn(reads, &spec.url)));
        let (listed, known) = try_join(listed(reads), known).await?;
        let is_other = |arn: &&String| !known.contains(&Some((*arn).clone()));
        let others = listed.iter().filter(is_other).filter(|arn| may_be_ours(arn, &reads.world().region));
        try_join_all(others.map(|arn| one(reads, arn, None))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

/// The ARN of the provider with `url`, if it is known: the issuer of a cluster is told by the cluster.
async fn arn(reads: &Reads<'_>, url: &Text) -> Result<Option<String>, CallError> {
    let url = match url.literal() {
        Some(url) => Some(url),
        None => cluster(reads).await?.and_then(|cluster| Some(cluster.identity()?.oidc()?.issuer()?.to_owned())),
    };
    Ok(url.map(|url| arn_of(&url, reads.world())))
}

async fn listed(reads: &Reads<'_>) -> Result<Vec<String>, CallError> {
    let request = || reads.aws.iam.list_open_id_connect_providers().send();
    let answer = reads.ask("iam:ListOpenIDConnectProviders", request).await?;
    let list = answer.open_id_connect_provider_list.unwrap_or_default();
    Ok(list.into_iter().filter_map(|one| one.arn).collect())
}

/// The issuers of clusters in other Regions are never ours.
pub(super) fn may_be_ours(arn: &str, region: &str) -> bool {
    let host = arn.split_once(":oidc-provider/oidc.eks.").map(|(_, host)| host);
    host.is_none_or(|host| host.starts_with(&format!("{region}.")))
}

async fn one(reads: &Reads<'_>, arn: &str, address: Option<Address>) -> Result<Option<Found<Spec>>, CallError> {
    let request = || reads.aws.iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn).send();
    let answer = reads.ask_for("iam:GetOpenIDConnectProvider", request).await?;
    Ok(answer.map(|live| from_live(arn, &live).asked_as(address)))
}

pub(super) fn from_live(arn: &str, live: &GetOpenIdConnectProviderOutput) -> Found<Spec> {
    let tags = tags::from_sdk(live.tags());
    let url = live.url().unwrap_or_default();
    // IAM tells it without the scheme that it demands.
    let url = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let spec = Spec {
        url: Text::from(url),
        client_ids: live.client_id_list().iter().cloned().collect(),
        thumbprints: Some(live.thumbprint_list().iter().map(|print| print.to_lowercase()).collect()),
        tags: own_tags(&tags),
    };
    let mut found = Found::new(arn, spec, tags);
    found.outputs = outputs(arn);
    found
}

/// Providers are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let arn = match &call {
        Some(Call::Create { url, .. }) => url.literal().map(|url| arn_of(&url, &aws.world)),
        _ => run.outputs.get("arn").cloned(),
    };
    let arn = arn.unwrap_or_default();
    let request = aws.iam.get_open_id_connect_provider().open_id_connect_provider_arn(&arn);
    let answer = aws.call("iam:GetOpenIDConnectProvider", request.send()).await?;
    if !tags::are_ours(aws, answer.tags()) {
        let message = "an account has one provider for each URL, and this one is not the stack's";
        return Err(CallError::new(ErrorClass::Gone, &run.step.operation, "NotOurs", message));
    }
    Ok(Progress::Done { outputs: outputs(&arn) })
}
