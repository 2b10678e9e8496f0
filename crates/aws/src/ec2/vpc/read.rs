//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{Vpc, VpcAttributeName, VpcState};
use eksctl_rs_core::{CallError, Outputs, Progress, Run, Status};

use super::Spec;
use crate::Aws;
use crate::branches::{try_join_all, try_join3};
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, of_the_stack};
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
    let spec = Spec {
        cidr_block: vpc.cidr_block().unwrap_or_default().to_owned(),
        instance_tenancy: vpc.instance_tenancy().map_or("default", |tenancy| tenancy.as_str()).to_owned(),
        enable_dns_support: attributes.dns_support,
        enable_dns_hostnames: attributes.dns_hostnames,
        enable_network_address_usage_metrics: attributes.network_address_usage_metrics,
        tags: own_tags(&tags),
    };
    let status = match vpc.state() {
        Some(VpcState::Pending) => Status::Creating { status: "pending".to_owned() },
        _ => Status::Ready,
    };
    let cidr_block = spec.cidr_block.clone();
    Found::new(vpc.vpc_id().unwrap_or_default(), spec, tags).telling("cidr_block", cidr_block).standing(status)
}

/// After its creation the VPC is looked for by its tags, not by its id: another run may have been first.
pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match (run.step.creates, run.outputs.get("id")) {
        (false, Some(id)) => aws.ec2.describe_vpcs().vpc_ids(id),
        _ => aws.ec2.describe_vpcs().filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeVpcs", request.send()).await?;
    let vpc = first_claimed(answer.vpcs(), Vpc::vpc_id, Vpc::tags).ok_or_else(|| gone(run))?;
    let outputs = Outputs::from([
        ("id".to_owned(), vpc.vpc_id().unwrap_or_default().to_owned()),
        ("cidr_block".to_owned(), vpc.cidr_block().unwrap_or_default().to_owned()),
    ]);
    Ok(match vpc.state() {
        Some(VpcState::Pending) => {
            Progress::Pending { status: "pending".to_owned(), follow: None, outputs, issues: Vec::new() }
        }
        _ => Progress::Done { outputs },
    })
}
