//! From AWS's answers to our spec.

use aws_sdk_ec2::operation::describe_subnets::DescribeSubnetsOutput;
use aws_sdk_ec2::types::{
    Filter, ResourceType, Subnet, SubnetCidrBlockStateCode as State, SubnetIpv6CidrBlockAssociation, SubnetState,
};
use eksctl_rs_core::{CallError, ErrorClass, Outputs, Progress, Reference, Run, Status};

use super::{Call, Ipv6Part, Room, Spec};
use crate::Aws;
use crate::ec2::cidr::{canonical, ipv6_whole};
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, outputs_of, own_tags};
use crate::reads::Reads;

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    Ok(all(reads).await?.iter().map(from_live).collect())
}

/// The subnets of the stack, asked for once.
pub(crate) async fn all<'r>(reads: &'r Reads<'_>) -> Result<&'r [Subnet], CallError> {
    let ask = async {
        if !may_be_there::<Room>(reads, ResourceType::Subnet).await? {
            return Ok(Vec::new());
        }
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
        ipv6_cidr_block: ipv6(subnet).filter(counts).and_then(|found| found.ipv6_cidr_block()).map(part),
        assign_ipv6_address_on_creation: subnet.assign_ipv6_address_on_creation().unwrap_or_default(),
        enable_dns64: subnet.enable_dns64().unwrap_or_default(),
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
    let status = match (subnet.state(), ipv6(subnet).filter(moves)) {
        (Some(SubnetState::Pending), _) => Status::Creating { status: "pending".to_owned() },
        (_, Some(moving)) => Status::Updating { status: state(moving).as_str().to_owned(), follow: None },
        _ => Status::Ready,
    };
    let found = Found::new(subnet.subnet_id().unwrap_or_default(), spec, tags).standing(status);
    Found { outputs: outputs(subnet), ..found }
}

/// A block that is not what the stack would make, such as a /60, is told as it is.
fn part(block: &str) -> Ipv6Part {
    let (of, number) = ipv6_whole(block).unwrap_or_else(|| (canonical(block), 0));
    Ipv6Part { of: Reference::from(of.as_str()), number }
}

/// The IPv6 block; AWS keeps showing those that went.
fn ipv6(subnet: &Subnet) -> Option<&SubnetIpv6CidrBlockAssociation> {
    let all = subnet.ipv6_cidr_block_association_set();
    all.iter().find(counts).or_else(|| all.iter().find(moves)).or_else(|| all.last())
}

fn state(found: &SubnetIpv6CidrBlockAssociation) -> State {
    found.ipv6_cidr_block_state().and_then(|state| state.state()).cloned().unwrap_or(State::Associated)
}

fn counts(found: &&SubnetIpv6CidrBlockAssociation) -> bool {
    matches!(state(found), State::Associated | State::Associating)
}

fn moves(found: &&SubnetIpv6CidrBlockAssociation) -> bool {
    matches!(state(found), State::Associating | State::Disassociating | State::Failing)
}

fn outputs(subnet: &Subnet) -> Outputs {
    let association = ipv6(subnet).filter(counts).and_then(|found| found.association_id());
    outputs_of([("id", subnet.subnet_id()), ("association/ipv6", association)])
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match run.outputs.get("id") {
        Some(id) => aws.ec2.describe_subnets().subnet_ids(id),
        None => aws.ec2.describe_subnets().filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeSubnets", request.send()).await?;
    let subnet = first_claimed(answer.subnets(), Subnet::subnet_id, Subnet::tags).ok_or_else(|| gone(run))?;
    let outputs = outputs(subnet);
    let pending = |status: &str, outputs| {
        Ok(Progress::Pending { status: status.to_owned(), follow: None, outputs, issues: Vec::new() })
    };
    if subnet.state() == Some(&SubnetState::Pending) {
        return pending("pending", outputs);
    }
    let found = ipv6(subnet);
    match (call, found.map(state)) {
        (Some(Call::DisassociateIpv6 { .. }), Some(_)) if found.filter(counts).is_some() => {
            pending("disassociating", outputs)
        }
        (Some(Call::AssociateIpv6 { block, .. }), _) if found.is_none_or(|found| !is_part(found, &block)) => {
            Err(gone(run))
        }
        (Some(Call::AssociateIpv6 { .. }), Some(state @ (State::Failed | State::Failing))) => {
            let message = found.and_then(|found| found.ipv6_cidr_block_state()?.status_message());
            let message = message.unwrap_or("the block is not associated");
            Err(CallError::new(ErrorClass::Failed, &run.step.operation, state.as_str(), message))
        }
        (_, Some(state)) if found.filter(moves).is_some() => pending(state.as_str(), outputs),
        _ => Ok(Progress::Done { outputs }),
    }
}

fn is_part(found: &SubnetIpv6CidrBlockAssociation, wanted: &Ipv6Part) -> bool {
    state(found) != State::Disassociated && found.ipv6_cidr_block().is_some_and(|block| part(block) == *wanted)
}
