//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{ResourceType, Vpc, VpcAttributeName, VpcCidrBlockStateCode, VpcState};
use eksctl_rs_core::{CallError, ErrorClass, Outputs, Progress, Run, Status};

use super::blocks::{Block, blocks};
use super::{Call, Room, Spec};
use crate::Aws;
use crate::branches::{try_join_all, try_join3};
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

/// The attributes of a VPC that have a call of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) dns_support: bool,
    pub(super) dns_hostnames: bool,
    pub(super) network_address_usage_metrics: bool,
}

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::Vpc).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_vpcs().filters(of_the_stack(reads.world()));
    let vpcs = reads
        .pages(
            "ec2:DescribeVpcs",
            |token| request().set_next_token(token).send(),
            |page| (page.vpcs.unwrap_or_default(), page.next_token),
        )
        .await?;
    try_join_all(vpcs.iter().map(|vpc| async {
        let attributes = attributes(reads, vpc.vpc_id().unwrap_or_default()).await?;
        Ok(from_live(vpc, attributes))
    }))
    .await
}

/// AWS tells one attribute a call.
async fn attributes(reads: &Reads<'_>, id: &str) -> Result<Attributes, CallError> {
    let ask = |attribute: VpcAttributeName| {
        reads.ask("ec2:DescribeVpcAttribute", move || {
            reads.aws.ec2.describe_vpc_attribute().vpc_id(id).attribute(attribute.clone()).send()
        })
    };
    let (support, hostnames, metrics) = try_join3(
        ask(VpcAttributeName::EnableDnsSupport),
        ask(VpcAttributeName::EnableDnsHostnames),
        ask(VpcAttributeName::EnableNetworkAddressUsageMetrics),
    )
    .await?;
    Ok(Attributes {
        dns_support: support.enable_dns_support().and_then(|value| value.value()).unwrap_or_default(),
        dns_hostnames: hostnames.enable_dns_hostnames().and_then(|value| value.value()).unwrap_or_default(),
        network_address_usage_metrics: metrics
            .enable_network_address_usage_metrics()
            .and_then(|value| value.value())
            .unwrap_or_default(),
    })
}

pub(super) fn from_live(vpc: &Vpc, attributes: Attributes) -> Found<Spec> {
    let tags = from_sdk(vpc.tags());
    let blocks = blocks(vpc);
    let secondary = blocks.iter().filter(|found| found.counts()).filter_map(|found| match &found.block {
        Block::Ipv4(cidr) => Some(cidr.clone()),
        Block::AmazonIpv6 => None,
    });
    let spec = Spec {
        cidr_block: vpc.cidr_block().unwrap_or_default().to_owned(),
        secondary_cidr_blocks: secondary.collect(),
        amazon_provided_ipv6_cidr_block: blocks.iter().any(|found| found.block == Block::AmazonIpv6 && found.counts()),
        instance_tenancy: vpc.instance_tenancy().map_or("default", |tenancy| tenancy.as_str()).to_owned(),
        enable_dns_support: attributes.dns_support,
        enable_dns_hostnames: attributes.dns_hostnames,
        enable_network_address_usage_metrics: attributes.network_address_usage_metrics,
        tags: own_tags(&tags),
    };
    let moving = blocks.iter().find(|found| found.moves()).map(|found| found.state.as_str().to_owned());
    let status = match (vpc.state(), moving) {
        (Some(VpcState::Pending), _) => Status::Creating { status: "pending".to_owned() },
        (_, Some(status)) => Status::Updating { status, follow: None },
        _ => Status::Ready,
    };
    let found = Found::new(vpc.vpc_id().unwrap_or_default(), spec, tags).standing(status);
    Found { outputs: outputs(vpc), ..found }
}

pub(super) fn outputs(vpc: &Vpc) -> Outputs {
    let mut outputs = Outputs::from([
        ("id".to_owned(), vpc.vpc_id().unwrap_or_default().to_owned()),
        ("cidr_block".to_owned(), vpc.cidr_block().unwrap_or_default().to_owned()),
    ]);
    // Of several from Amazon's pool the first counts: the stack asks for one.
    for found in blocks(vpc).into_iter().rev().filter(|found| found.counts()) {
        outputs.insert(found.block.output(), found.id);
        if let (Block::AmazonIpv6, Some(cidr)) = (found.block, found.cidr) {
            outputs.insert("ipv6_cidr_block".to_owned(), cidr);
        }
    }
    outputs
}

/// After its creation the VPC is looked for by its tags, not by its id: another run may have been first.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match (run.step.creates, run.outputs.get("id")) {
        (false, Some(id)) => aws.ec2.describe_vpcs().vpc_ids(id),
        _ => aws.ec2.describe_vpcs().filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeVpcs", request.send()).await?;
    let vpc = first_claimed(answer.vpcs(), Vpc::vpc_id, Vpc::tags).ok_or_else(|| gone(run))?;
    progress(vpc, call.as_ref(), run)
}

fn progress(vpc: &Vpc, call: Option<&Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let outputs = outputs(vpc);
    let pending = |status: &str, outputs| {
        Ok(Progress::Pending { status: status.to_owned(), follow: None, outputs, issues: Vec::new() })
    };
    if vpc.state() == Some(&VpcState::Pending) {
        return pending("pending", outputs);
    }
    let all = blocks(vpc);
    let found = match call {
        Some(Call::Create { amazon_provided_ipv6_cidr_block: false, .. }) => return Ok(Progress::Done { outputs }),
        Some(Call::Create { .. }) => all.iter().find(|found| found.block == Block::AmazonIpv6),
        Some(Call::Associate { block, .. }) => all.iter().find(|found| found.block == *block),
        Some(Call::Disassociate { association }) => {
            let still = all.iter().find(|found| association.literal() == Ok(&found.id));
            return match still.filter(|found| found.counts() || found.moves()) {
                Some(_) => pending("disassociating", outputs),
                None => Ok(Progress::Done { outputs }),
            };
        }
        _ => match all.iter().find(|found| found.moves()) {
            Some(found) => return pending(found.state.as_str(), outputs),
            None => return Ok(Progress::Done { outputs }),
        },
    };
    let found = found.ok_or_else(|| gone(run))?;
    match &found.state {
        VpcCidrBlockStateCode::Associated => Ok(Progress::Done { outputs }),
        VpcCidrBlockStateCode::Associating => pending("associating", outputs),
        state => {
            let message = found.message.clone().unwrap_or_else(|| format!("the block is {}", state.as_str()));
            Err(CallError::new(ErrorClass::Failed, &run.step.operation, state.as_str(), message))
        }
    }
}
