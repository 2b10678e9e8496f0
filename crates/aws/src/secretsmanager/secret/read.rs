//! From AWS's answers to our spec. The value is never asked for.

use std::collections::BTreeMap;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::Tag;
use eksctl_rs_core::{Address, CallError, ErrorClass, Outputs, Progress, Reference, Run, Status, Tags, tag};

use super::content::Kept;
use super::{Call, Room, Spec};
use crate::Aws;
use crate::branches::{try_join, try_join_all};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;
use crate::tagging::arns_of_the_stack;

/// The label of the version that is read when none is named. Source: Secrets Manager user guide, "What's in a Secrets
/// Manager secret?".
const CURRENT: &str = "AWSCURRENT";

/// The secrets that the stack wants are asked for by name; the stack's tag tells of the others.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    let named = try_join_all(wanted.iter().map(|(name, address)| one(reads, name, Some(address.clone()))));
    let others = async {
        let arns = arns_of_the_stack(reads).await?.iter();
        let surprises = arns.filter(|arn| name_of(arn).is_some_and(|name| !wanted.contains_key(name)));
        try_join_all(surprises.map(|arn| one(reads, arn, None))).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}

/// The name in the ARN of a secret, which ends with a hyphen and six characters of AWS's own.
fn name_of(arn: &str) -> Option<&str> {
    const ENDING: usize = 7;
    let (_, name) = arn.split_once(":secretsmanager:")?.1.split_once(":secret:")?;
    name.get(..name.len().checked_sub(ENDING)?)
}

async fn one(reads: &Reads<'_>, id: &str, address: Option<Address>) -> Result<Option<Found<Spec>>, CallError> {
    let request = || reads.aws.secrets.describe_secret().secret_id(id).send();
    let answer = reads.ask_for("secretsmanager:DescribeSecret", request).await?;
    Ok(answer.map(|secret| from_live(&secret).asked_as(address)))
}

pub(super) fn from_live(secret: &DescribeSecretOutput) -> Found<Spec> {
    let tags = from_sdk(secret.tags());
    let kept = Kept::read(&tags);
    let name = secret.name().unwrap_or_default();
    let spec = Spec {
        name: name.to_owned(),
        description: secret.description().unwrap_or_default().to_owned(),
        content: kept.content,
        revision: kept.revision,
        kms_key: secret.kms_key_id().map(Reference::from),
        recovery_window_in_days: kept.recovery_window_in_days,
        available: secret.deleted_date().is_none(),
        tags: own_tags(&tags),
    };
    let is_available = spec.available;
    let mut found = Found::new(name, spec, tags);
    found.outputs = outputs(name, secret.arn().unwrap_or_default(), current(secret).unwrap_or_default());
    match is_available {
        true => found,
        false => found.standing(Status::Dormant { status: "scheduled for deletion".to_owned() }),
    }
}

/// Only one version has the label.
fn current(secret: &DescribeSecretOutput) -> Option<&str> {
    let is_current = |labels: &[String]| labels.iter().any(|label| label == CURRENT);
    let mut versions = secret.version_ids_to_stages()?.iter();
    versions.find(|(_, labels)| is_current(labels)).map(|(version, _)| version.as_str())
}

pub(super) fn outputs(name: &str, arn: &str, version: &str) -> Outputs {
    let outputs = [("id", name), ("name", name), ("arn", arn), ("version", version)];
    outputs.into_iter().map(|(output, value)| (output.to_owned(), value.to_owned())).collect()
}

fn from_sdk(tags: &[Tag]) -> Tags {
    let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    tags.iter().filter_map(pair).collect()
}

/// Secrets are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let name = match &call {
        Some(Call::Create { name, .. }) => name.clone(),
        _ => run.outputs.get("name").cloned().unwrap_or_default(),
    };
    let request = aws.secrets.describe_secret().secret_id(name);
    let secret = from_live(&aws.call("secretsmanager:DescribeSecret", request.send()).await?);
    let owner = secret.tags.get(tag::STACK).map(String::as_str);
    if owner != Some(aws.world.stack.as_str()) || secret.status.is_dormant() {
        let message = "the secret is not this stack's, or it is being deleted";
        return Err(CallError::new(ErrorClass::Gone, &run.step.operation, "NotOurs", message));
    }
    Ok(Progress::Done { outputs: secret.outputs })
}
