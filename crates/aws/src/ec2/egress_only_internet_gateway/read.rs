//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{EgressOnlyInternetGateway, ResourceType};
use eksctl_rs_core::{CallError, Progress, Reference, Run};

use super::{Room, Spec};
use crate::Aws;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::EgressOnlyInternetGateway).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_egress_only_internet_gateways().filters(of_the_stack(reads.world()));
    let gateways = reads
        .pages(
            "ec2:DescribeEgressOnlyInternetGateways",
            |token| request().set_next_token(token).send(),
            |page| (page.egress_only_internet_gateways.unwrap_or_default(), page.next_token),
        )
        .await?;
    Ok(gateways.iter().map(from_live).collect())
}

pub(super) fn from_live(gateway: &EgressOnlyInternetGateway) -> Found<Spec> {
    let tags = from_sdk(gateway.tags());
    let vpc = gateway.attachments().first().and_then(|attachment| attachment.vpc_id()).unwrap_or_default();
    let spec = Spec { vpc: Reference::from(vpc), tags: own_tags(&tags) };
    Found::new(gateway.egress_only_internet_gateway_id().unwrap_or_default(), spec, tags)
}

pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws.ec2.describe_egress_only_internet_gateways();
    let request = match run.outputs.get("id") {
        Some(id) => request.egress_only_internet_gateway_ids(id),
        None => request.filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeEgressOnlyInternetGateways", request.send()).await?;
    let gateways = answer.egress_only_internet_gateways();
    let first = first_claimed(
        gateways,
        EgressOnlyInternetGateway::egress_only_internet_gateway_id,
        EgressOnlyInternetGateway::tags,
    );
    Ok(Progress::Done { outputs: from_live(first.ok_or_else(|| gone(run))?).outputs })
}
