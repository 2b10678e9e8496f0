//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{InternetGateway, ResourceType};
use eksctl_rs_core::{CallError, Progress, Reference, Run};

use super::{Room, Spec};
use crate::Aws;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::InternetGateway).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_internet_gateways().filters(of_the_stack(reads.world()));
    let gateways = reads
        .pages(
            "ec2:DescribeInternetGateways",
            |token| request().set_next_token(token).send(),
            |page| (page.internet_gateways.unwrap_or_default(), page.next_token),
        )
        .await?;
    Ok(gateways.iter().map(from_live).collect())
}

pub(super) fn from_live(gateway: &InternetGateway) -> Found<Spec> {
    let tags = from_sdk(gateway.tags());
    let vpc = gateway.attachments().first().and_then(|attachment| attachment.vpc_id()).map(Reference::from);
    let spec = Spec { vpc, tags: own_tags(&tags) };
    Found::new(gateway.internet_gateway_id().unwrap_or_default(), spec, tags)
}

/// After its creation the gateway is looked for by its tags, not by its id: another run may have been first.
pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match (run.step.creates, run.outputs.get("id")) {
        (false, Some(id)) => aws.ec2.describe_internet_gateways().internet_gateway_ids(id),
        _ => aws.ec2.describe_internet_gateways().filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeInternetGateways", request.send()).await?;
    let gateways = answer.internet_gateways();
    let first = first_claimed(gateways, InternetGateway::internet_gateway_id, InternetGateway::tags);
    let id = first.ok_or_else(|| gone(run))?.internet_gateway_id().unwrap_or_default().to_owned();
    Ok(Progress::done_with([("id", id)]))
}
