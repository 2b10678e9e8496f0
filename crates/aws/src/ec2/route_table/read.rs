//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{ResourceType, Route, RouteTable, RouteTableAssociation, RouteTableAssociationStateCode};
use eksctl_rs_core::{CallError, Outputs, Progress, Reference, Run};

use super::{Call, Room, Spec, Target};
use crate::Aws;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, id_of, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::RouteTable).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_route_tables().filters(of_the_stack(reads.world()));
    let tables = reads
        .pages(
            "ec2:DescribeRouteTables",
            |token| request().set_next_token(token).send(),
            |page| (page.route_tables.unwrap_or_default(), page.next_token),
        )
        .await?;
    Ok(tables.iter().map(from_live).collect())
}

pub(super) fn from_live(table: &RouteTable) -> Found<Spec> {
    let tags = from_sdk(table.tags());
    let associations: Vec<_> = table.associations().iter().filter(|one| is_there(one)).collect();
    let spec = Spec {
        vpc: Reference::from(table.vpc_id().unwrap_or_default()),
        routes: table.routes().iter().filter_map(route).collect(),
        subnets: associations.iter().filter_map(|one| one.subnet_id()).map(Reference::from).collect(),
        tags: own_tags(&tags),
    };
    let mut found = Found::new(table.route_table_id().unwrap_or_default(), spec, tags);
    found.outputs.extend(association_ids(&associations));
    found
}

/// An association that is on its way out is none.
fn is_there(association: &RouteTableAssociation) -> bool {
    use RouteTableAssociationStateCode::{Disassociated, Disassociating, Failed};
    let state = association.association_state().and_then(|state| state.state());
    !matches!(state, Some(Disassociated | Disassociating | Failed))
}

/// The ids of associations, each under the subnet: taking one back needs them.
fn association_ids(associations: &[&RouteTableAssociation]) -> Outputs {
    associations
        .iter()
        .filter_map(|one| {
            let id = one.route_table_association_id()?;
            Some((format!("association/{}", one.subnet_id()?), id.to_owned()))
        })
        .collect()
}

/// The association of a table with a subnet, if there is one.
pub(super) async fn association(aws: &Aws, id: &str, subnet: &str) -> Result<Option<String>, CallError> {
    let answer =
        aws.call("ec2:DescribeRouteTables", aws.ec2.describe_route_tables().route_table_ids(id).send()).await?;
    let found = answer.route_tables().first().map(from_live);
    Ok(found.and_then(|found| found.outputs.get(&format!("association/{subnet}")).cloned()))
}

/// Routes within the VPC are AWS's own, and so are those that a gateway propagates.
fn route(route: &Route) -> Option<(String, Target)> {
    let destination = route
        .destination_cidr_block()
        .or(route.destination_ipv6_cidr_block())
        .or(route.destination_prefix_list_id())?
        .to_owned();
    let is_created = route.origin().is_none_or(|origin| origin.as_str() == "CreateRoute");
    if !is_created || route.gateway_id() == Some("local") {
        return None;
    }
    // Gateway endpoints put their own routes into the tables that they are associated with.
    if route.gateway_id().is_some_and(|id| id.starts_with("vpce-")) {
        return None;
    }
    let target = match (route.gateway_id(), route.egress_only_internet_gateway_id(), route.nat_gateway_id()) {
        (Some(id), ..) if id.starts_with("igw-") => Target::InternetGateway(Reference::from(id)),
        (_, Some(id), _) => Target::EgressOnlyInternetGateway(Reference::from(id)),
        (.., Some(id)) => Target::NatGateway(Reference::from(id)),
        _ => Target::Other(Reference::from(other_target(route))),
    };
    Some((destination, target))
}

fn other_target(route: &Route) -> &str {
    [
        route.gateway_id(),
        route.transit_gateway_id(),
        route.vpc_peering_connection_id(),
        route.network_interface_id(),
        route.local_gateway_id(),
        route.carrier_gateway_id(),
    ]
    .into_iter()
    .flatten()
    .next()
    .unwrap_or_default()
}

pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match (run.step.creates, run.outputs.get("id")) {
        (true, None) => aws.ec2.describe_route_tables().filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
        _ => aws.ec2.describe_route_tables().route_table_ids(id_of(run)?),
    };
    let answer = aws.call("ec2:DescribeRouteTables", request.send()).await?;
    let tables = answer.route_tables();
    let table = first_claimed(tables, RouteTable::route_table_id, RouteTable::tags).ok_or_else(|| gone(run))?;
    let live = from_live(table);
    // A call whose answer was lost has had its effect if the effect is there.
    let is_done = match &call {
        Some(Call::CreateRoute { destination, target, .. } | Call::ReplaceRoute { destination, target, .. }) => {
            live.spec.routes.get(destination) == Some(target)
        }
        Some(Call::Associate { subnet, .. }) => live.spec.subnets.contains(subnet),
        _ => true,
    };
    if is_done { Ok(Progress::Done { outputs: live.outputs }) } else { Err(gone(run)) }
}
