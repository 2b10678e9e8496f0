//! From AWS's answers to our spec.

use aws_sdk_ec2::operation::describe_subnets::DescribeSubnetsOutput;
use aws_sdk_ec2::types::{Filter, Subnet, SubnetState};
use eksctl_rs_core::{CallError, Outputs, Progress, Reference, Run, Status};

use super::Spec;
use crate::Aws;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    Ok(all(reads).await?.iter().map(from_live).collect())
}

/// The subnets of the stack, asked for once.
pub(crate) async fn all<'r>(reads: &'r Reads<'_>) -> Result<&'r [Subnet], CallError> {
    let ask = async {
        let request = || reads.aws.ec2.describe_subnets().filters(of_the_stack(reads.world()));
        let page = |page: DescribeSubnetsOutput| (page.subnets.unwrap_or_default(), page.next_token);
        reads.pages("ec2:DescribeSubnets", |token| request().set_next_token(token).send(), page).await
    };
    Ok(reads.shared.subnets.get(ask).await?)
}

/// Other subnets; those that are gone are left out.
pub(crate) async fn by_ids(reads: &Reads<'_>, ids: Vec<String>) -> Result<Vec<Subnet>, CallError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::builder().name("subnet-id").set_values(Some(ids)).build();
    let request = || reads.aws.ec2.describe_subnets().filters(filter.clone());
    let page = |page: DescribeSubnetsOutput| (page.subnets.unwrap_or_default(), page.next_token);
    reads.pages("ec2:DescribeSubnets", |token| request().set_next_token(token).send(), page).await
}

pub(super) fn from_live(subnet: &Subnet) -> Found<Spec> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let tags = from_sdk(subnet.tags());
    let names = subnet.private_dns_name_options_on_launch();
    let spec = Spec {
        vpc: Reference::Id(text(subnet.vpc_id())),
        availability_zone: text(subnet.availability_zone()),
        cidr_block: text(subnet.cidr_block()),
        map_public_ip_on_launch: subnet.map_public_ip_on_launch().unwrap_or_default(),
        private_dns_hostname_type: names
            .and_then(|names| names.hostname_type())
            .map_or("ip-name", |kind| kind.as_str())
            .to_owned(),
        resource_name_dns_a_record: names
            .and_then(|names| names.enable_resource_name_dns_a_record())
            .unwrap_or_default(),
        tags: own_tags(&tags),
    };
    let status = match subnet.state() {
        Some(SubnetState::Pending) => Status::Creating { status: "pending".to_owned() },
        _ => Status::Ready,
    };
    Found::new(subnet.subnet_id().unwrap_or_default(), spec, tags).standing(status)
}

pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match run.outputs.get("id") {
        Some(id) => aws.ec2.describe_subnets().subnet_ids(id),
        None => aws.ec2.describe_subnets().filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeSubnets", request.send()).await?;
    let subnet = first_claimed(answer.subnets(), Subnet::subnet_id, Subnet::tags).ok_or_else(|| gone(run))?;
    let outputs = Outputs::from([("id".to_owned(), subnet.subnet_id().unwrap_or_default().to_owned())]);
    Ok(match subnet.state() {
        Some(SubnetState::Pending) => {
            Progress::Pending { status: "pending".to_owned(), follow: None, outputs, issues: Vec::new() }
        }
        _ => Progress::Done { outputs },
    })
}
