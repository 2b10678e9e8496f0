//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_eks::operation::list_identity_provider_configs::ListIdentityProviderConfigsOutput;
use aws_sdk_eks::types::{ConfigStatus, IdentityProviderConfig, OidcIdentityProviderConfig};
use eksctl_rs_core::{Address, CallError, Goal, Outputs, Progress, Reference, Run, Status};

use super::{Call, Room, Spec};
use crate::Aws;
use crate::by_name::wanted_and_others;
use crate::ec2::literal;
use crate::eks::{check_ours, cluster_name, cluster_of, follow_update, tags_of};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::{Reads, absent_is_none};

/// Those that the stack wants are asked for by name; the list of the cluster's tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let cluster = cluster_name(reads);
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    wanted_and_others(&wanted, names(reads, &cluster), |name, address| one(reads, &cluster, name, address)).await
}

async fn names(reads: &Reads<'_>, cluster: &str) -> Result<Vec<String>, CallError> {
    let request = || reads.aws.eks.list_identity_provider_configs().cluster_name(cluster).max_results(100);
    let page = |page: ListIdentityProviderConfigsOutput| {
        let configs = page.identity_provider_configs.unwrap_or_default().into_iter();
        (configs.map(|config| config.name).collect::<Vec<_>>(), page.next_token)
    };
    let operation = "eks:ListIdentityProviderConfigs";
    let names = reads.pages(operation, |token| request().set_next_token(token).send(), page).await;
    Ok(absent_is_none(names)?.unwrap_or_default())
}

async fn one(
    reads: &Reads<'_>,
    cluster: &str,
    name: String,
    address: Option<Address>,
) -> Result<Option<Found<Spec>>, CallError> {
    let config = named(&name)?;
    let request = || {
        let request = reads.aws.eks.describe_identity_provider_config().cluster_name(cluster);
        request.identity_provider_config(config.clone()).send()
    };
    let answer = reads.ask_for("eks:DescribeIdentityProviderConfig", request).await?;
    let live = answer.and_then(|answer| answer.identity_provider_config).and_then(|config| config.oidc);
    Ok(live.map(|live| from_live(&live).asked_as(address)))
}

/// How calls name a configuration. `oidc` is the only type that there is.
pub(super) fn named(name: &str) -> Result<IdentityProviderConfig, CallError> {
    let built = IdentityProviderConfig::builder().r#type("oidc").name(name).build();
    built.map_err(|error| CallError::bug("eks:DescribeIdentityProviderConfig", error.to_string()))
}

pub(super) fn from_live(live: &OidcIdentityProviderConfig) -> Found<Spec> {
    let tags = tags_of(live.tags());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let spec = Spec {
        name: text(live.identity_provider_config_name()),
        cluster: Reference::from(live.cluster_name().unwrap_or_default()),
        issuer_url: text(live.issuer_url()),
        client_id: text(live.client_id()),
        username_claim: live.username_claim().unwrap_or("sub").to_owned(),
        username_prefix: some(live.username_prefix()),
        groups_claim: some(live.groups_claim()),
        groups_prefix: some(live.groups_prefix()),
        required_claims: tags_of(live.required_claims()),
        tags: own_tags(&tags),
    };
    let mut found = Found::new(live.identity_provider_config_name().unwrap_or_default(), spec, tags);
    found.outputs = outputs(live);
    found.standing(standing(live))
}

fn standing(live: &OidcIdentityProviderConfig) -> Status {
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    match live.status() {
        Some(ConfigStatus::Creating) => Status::Creating { status },
        Some(ConfigStatus::Deleting) => Status::Deleting { status },
        _ => Status::Ready,
    }
}

fn outputs(live: &OidcIdentityProviderConfig) -> Outputs {
    outputs_of([("name", live.identity_provider_config_name()), ("arn", live.identity_provider_config_arn())])
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let (cluster, name) = match &call {
        Some(Call::Associate { spec, .. }) => (literal(&spec.cluster, run)?, spec.name.clone()),
        Some(Call::Disassociate { cluster, name }) => (literal(cluster, run)?, name.clone()),
        Some(Call::Tags(_)) | None => (cluster_of(run), run.outputs.get("name").cloned().unwrap_or_default()),
    };
    if let Some(id) = &run.follow {
        // A token may name the update of a configuration that is gone: what counts is the configuration.
        match follow_update(aws, run, &cluster, None, id).await? {
            Progress::Done { .. } if run.step.creates => {}
            other => return Ok(other),
        }
    }
    let request = aws.eks.describe_identity_provider_config().cluster_name(cluster);
    let answer =
        aws.call("eks:DescribeIdentityProviderConfig", request.identity_provider_config(named(&name)?).send()).await?;
    let bug = || CallError::bug("eks:DescribeIdentityProviderConfig", "the answer holds no configuration");
    let config = answer.identity_provider_config().and_then(|config| config.oidc()).ok_or_else(bug)?;
    progress(aws, config, run)
}

fn progress(aws: &Aws, live: &OidcIdentityProviderConfig, run: &Run<'_>) -> Result<Progress, CallError> {
    check_ours(
        aws,
        run,
        &tags_of(live.tags()),
        &format!("the identity provider {}", live.identity_provider_config_name().unwrap_or_default()),
    )?;
    let status = live.status().map_or("", |status| status.as_str()).to_owned();
    match (live.status(), run.goal()) {
        (Some(ConfigStatus::Active), Goal::Ready) => Ok(Progress::Done { outputs: outputs(live) }),
        _ => Ok(Progress::Pending { status, follow: None, outputs: outputs(live), issues: Vec::new() }),
    }
}
