//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{Filter, NatGateway, NatGatewayState, ResourceType};
use eksctl_rs_core::{CallError, ErrorClass, Goal, Issue, Outputs, Progress, Reference, Run, Status};

use super::{Room, Spec};
use crate::Aws;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

/// A deleted NAT gateway stays visible for an hour: it is none.
fn not_deleted() -> Filter {
    let states =
        [NatGatewayState::Pending, NatGatewayState::Available, NatGatewayState::Failed, NatGatewayState::Deleting];
    let values = states.iter().map(|state| state.as_str().to_owned()).collect();
    Filter::builder().name("state").set_values(Some(values)).build()
}

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::Natgateway).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_nat_gateways().filter(of_the_stack(reads.world())).filter(not_deleted());
    let gateways = reads
        .pages(
            "ec2:DescribeNatGateways",
            |token| request().set_next_token(token).send(),
            |page| (page.nat_gateways.unwrap_or_default(), page.next_token),
        )
        .await?;
    Ok(gateways.iter().map(from_live).collect())
}

pub(super) fn from_live(gateway: &NatGateway) -> Found<Spec> {
    let tags = from_sdk(gateway.tags());
    let allocation = gateway.nat_gateway_addresses().iter().find_map(|address| address.allocation_id());
    let spec = Spec {
        subnet: Reference::from(gateway.subnet_id().unwrap_or_default()),
        allocation: allocation.map(Reference::from),
        connectivity_type: gateway.connectivity_type().map_or("public", |kind| kind.as_str()).to_owned(),
        tags: own_tags(&tags),
    };
    Found::new(gateway.nat_gateway_id().unwrap_or_default(), spec, tags).standing(standing(gateway))
}

fn standing(gateway: &NatGateway) -> Status {
    let status = gateway.state().map_or("", |state| state.as_str()).to_owned();
    match gateway.state() {
        Some(NatGatewayState::Pending) => Status::Creating { status },
        Some(NatGatewayState::Deleting) => Status::Deleting { status },
        Some(NatGatewayState::Failed) => Status::Failed { status, issues: vec![issue(gateway)] },
        _ => Status::Ready,
    }
}

fn issue(gateway: &NatGateway) -> Issue {
    Issue {
        code: gateway.failure_code().unwrap_or("failed").to_owned(),
        message: gateway.failure_message().unwrap_or_default().to_owned(),
    }
}

pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match run.outputs.get("id") {
        Some(id) => aws.ec2.describe_nat_gateways().nat_gateway_ids(id),
        None => {
            let request = aws.ec2.describe_nat_gateways().filter(of_the_stack(&aws.world));
            request.filter(at_the_address(run)).filter(not_deleted())
        }
    };
    let answer = aws.call("ec2:DescribeNatGateways", request.send()).await?;
    let gateways = answer.nat_gateways();
    let gateway = first_claimed(gateways, NatGateway::nat_gateway_id, NatGateway::tags).ok_or_else(|| gone(run))?;
    progress(gateway, run)
}

/// Where a NAT gateway stands on its way to the goal of a step.
pub(super) fn progress(gateway: &NatGateway, run: &Run<'_>) -> Result<Progress, CallError> {
    let outputs = Outputs::from([("id".to_owned(), gateway.nat_gateway_id().unwrap_or_default().to_owned())]);
    let status = gateway.state().map_or("", |state| state.as_str()).to_owned();
    match (gateway.state(), run.goal()) {
        // AWS remembers a client token longer than what was made with it.
        (Some(NatGatewayState::Deleted | NatGatewayState::Deleting), Goal::Ready) => {
            let message = format!("the client token names {}, which is {status}", outputs["id"]);
            Err(CallError::new(ErrorClass::TokenUsed, &run.step.operation, "TokenUsed", message))
        }
        (Some(NatGatewayState::Deleted), Goal::Gone) => Err(gone(run)),
        (Some(NatGatewayState::Failed), Goal::Ready) => {
            let Issue { code, message } = issue(gateway);
            Err(CallError::new(ErrorClass::Failed, &run.step.operation, code, message))
        }
        (Some(NatGatewayState::Available), Goal::Ready) => Ok(Progress::Done { outputs }),
        _ => Ok(Progress::Pending { status, follow: None, outputs, issues: Vec::new() }),
    }
}
