//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{ResourceType, VpcEndpoint};
use eksctl_rs_core::{CallError, ErrorClass, Goal, Issue, Outputs, Progress, Reference, Run, Status};

use super::{Room, Spec, policy};
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::VpcEndpoint).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_vpc_endpoints().filters(of_the_stack(reads.world()));
    let endpoints = reads
        .pages(
            "ec2:DescribeVpcEndpoints",
            |token| request().set_next_token(token).send(),
            |page| (page.vpc_endpoints.unwrap_or_default(), page.next_token),
        )
        .await?;
    // A deleted one stays visible for a while: it is none.
    Ok(endpoints.iter().filter(|endpoint| state(endpoint) != "deleted").map(from_live).collect())
}

/// AWS writes states in small letters, its own SDK in large ones.
fn state(endpoint: &VpcEndpoint) -> String {
    endpoint.state().map_or("", |state| state.as_str()).to_ascii_lowercase()
}

pub(super) fn from_live(endpoint: &VpcEndpoint) -> Found<Spec> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let references = |ids: &[String]| ids.iter().map(|id| Reference::from(id.as_str())).collect();
    let tags = from_sdk(endpoint.tags());
    let groups = endpoint.groups().iter().filter_map(|group| group.group_id());
    let document = endpoint.policy_document().filter(|text| !text.is_empty());
    let document =
        document.map(|text| PolicyDocument::parse(text).unwrap_or_else(|_| PolicyDocument::new(text.into())));
    let spec = Spec {
        vpc: Reference::Id(text(endpoint.vpc_id())),
        service_name: text(endpoint.service_name()),
        endpoint_type: endpoint.vpc_endpoint_type().map_or("Gateway", |kind| kind.as_str()).to_owned(),
        subnets: references(endpoint.subnet_ids()),
        security_groups: groups.map(Reference::from).collect(),
        route_tables: references(endpoint.route_table_ids()),
        policy: document.and_then(policy::unless_full_access),
        private_dns_enabled: endpoint.private_dns_enabled().unwrap_or_default(),
        ip_address_type: endpoint.ip_address_type().map_or("ipv4", |kind| kind.as_str()).to_owned(),
        tags: own_tags(&tags),
    };
    Found::new(endpoint.vpc_endpoint_id().unwrap_or_default(), spec, tags).standing(standing(endpoint))
}

fn standing(endpoint: &VpcEndpoint) -> Status {
    let status = state(endpoint);
    match status.as_str() {
        "pending" | "pendingacceptance" => Status::Creating { status },
        "deleting" => Status::Deleting { status },
        "failed" | "rejected" | "expired" => Status::Failed { issues: vec![issue(endpoint)], status },
        "partial" => Status::Degraded { issues: vec![issue(endpoint)] },
        _ => Status::Ready,
    }
}

fn issue(endpoint: &VpcEndpoint) -> Issue {
    let error = endpoint.last_error();
    Issue {
        code: error.and_then(|error| error.code()).map_or_else(|| state(endpoint), str::to_owned),
        message: error.and_then(|error| error.message()).or(endpoint.failure_reason()).unwrap_or_default().to_owned(),
    }
}

pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws.ec2.describe_vpc_endpoints();
    let request = match run.outputs.get("id") {
        Some(id) => request.vpc_endpoint_ids(id),
        None => request.filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeVpcEndpoints", request.send()).await?;
    let endpoints = answer.vpc_endpoints();
    let endpoint =
        first_claimed(endpoints, VpcEndpoint::vpc_endpoint_id, VpcEndpoint::tags).ok_or_else(|| gone(run))?;
    progress(endpoint, run)
}

/// Where an endpoint stands on its way to the goal of a step.
pub(super) fn progress(endpoint: &VpcEndpoint, run: &Run<'_>) -> Result<Progress, CallError> {
    let outputs = Outputs::from([("id".to_owned(), endpoint.vpc_endpoint_id().unwrap_or_default().to_owned())]);
    let status = state(endpoint);
    match (status.as_str(), run.goal()) {
        // AWS remembers a client token longer than what was made with it.
        ("deleted" | "deleting", Goal::Ready) => {
            let message = format!("the client token names {}, which is {status}", outputs["id"]);
            Err(CallError::new(ErrorClass::TokenUsed, &run.step.operation, "TokenUsed", message))
        }
        ("deleted", Goal::Gone) => Err(gone(run)),
        ("failed" | "rejected" | "expired", Goal::Ready) => {
            let Issue { code, message } = issue(endpoint);
            Err(CallError::new(ErrorClass::Failed, &run.step.operation, code, message))
        }
        ("available" | "partial", Goal::Ready) => Ok(Progress::Done { outputs }),
        _ => Ok(Progress::Pending { status, follow: None, outputs, issues: Vec::new() }),
    }
}
