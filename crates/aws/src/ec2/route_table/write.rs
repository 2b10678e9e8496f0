//! Requests.

use aws_sdk_ec2::types::ResourceType;
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Observed, Outputs, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, Target, read};
use crate::Aws;
use crate::ec2::{TagCall, literal, specification, token};

/// The calls of a route table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The VPC.
        vpc: Reference,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Makes a route.
    CreateRoute {
        /// The table.
        id: Reference,
        /// The destination.
        destination: String,
        /// Where it leads.
        target: Target,
    },
    /// Leads a route elsewhere.
    ReplaceRoute {
        /// The table.
        id: Reference,
        /// The destination.
        destination: String,
        /// Where it leads.
        target: Target,
    },
    /// Deletes a route.
    DeleteRoute {
        /// The table.
        id: Reference,
        /// The destination.
        destination: String,
    },
    /// Associates the table with a subnet.
    Associate {
        /// The table.
        id: Reference,
        /// The subnet.
        subnet: Reference,
    },
    /// Takes an association back.
    Disassociate {
        /// The association.
        association: String,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The table.
        id: Reference,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create { vpc: desired.vpc.clone(), tags };
            let mut calls = vec![Lowered::creating("ec2:CreateRouteTable", create)];
            calls.extend(desired.routes.iter().map(|(to, target)| create_route(&id, to, target, After::First)));
            calls.extend(desired.subnets.iter().map(|subnet| associate(&id, subnet, After::First)));
            calls
        }
        Work::Update { desired, live, observed, .. } => {
            let mut calls = update_routes(&id, desired, live);
            let gone = live.subnets.difference(&desired.subnets);
            calls.extend(gone.filter_map(|subnet| disassociate(observed, subnet)));
            let new = desired.subnets.difference(&live.subnets);
            calls.extend(new.map(|subnet| associate(&id, subnet, After::Nothing)));
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, observed } => {
            let mut calls: Vec<_> = live.subnets.iter().filter_map(|subnet| disassociate(observed, subnet)).collect();
            // Here they are part of going: what the table leads to must stay until its subnets are empty.
            calls.iter_mut().for_each(|call| call.lets_go = false);
            calls.push(Lowered::new("ec2:DeleteRouteTable", Call::Delete { id }));
            calls
        }
    }
}

fn update_routes(id: &Reference, desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let mut calls = Vec::new();
    for destination in live.routes.keys().filter(|destination| !desired.routes.contains_key(*destination)) {
        let call = Call::DeleteRoute { id: id.clone(), destination: destination.clone() };
        calls.push(Lowered::new("ec2:DeleteRoute", call).after(After::Nothing).letting_go());
    }
    for (destination, target) in &desired.routes {
        match live.routes.get(destination) {
            Some(found) if found == target => {}
            Some(_) => {
                let (id, destination, target) = (id.clone(), destination.clone(), target.clone());
                let call = Call::ReplaceRoute { id, destination, target };
                calls.push(Lowered::new("ec2:ReplaceRoute", call).after(After::Nothing));
            }
            None => calls.push(create_route(id, destination, target, After::Nothing)),
        }
    }
    calls
}

fn create_route(id: &Reference, destination: &str, target: &Target, after: After) -> Lowered<Call> {
    let call = Call::CreateRoute { id: id.clone(), destination: destination.to_owned(), target: target.clone() };
    Lowered::new("ec2:CreateRoute", call).after(after)
}

fn associate(id: &Reference, subnet: &Reference, after: After) -> Lowered<Call> {
    let call = Call::Associate { id: id.clone(), subnet: subnet.clone() };
    Lowered::new("ec2:AssociateRouteTable", call).after(after)
}

fn disassociate(observed: &Observed, subnet: &Reference) -> Option<Lowered<Call>> {
    let association = observed.outputs.get(&format!("association/{}", subnet.literal().ok()?))?.clone();
    let call = Call::Disassociate { association };
    Some(Lowered::new("ec2:DisassociateRouteTable", call).after(After::Nothing).letting_go())
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { vpc, tags } => {
            let request = aws
                .ec2
                .create_route_table()
                .client_token(token(run))
                .vpc_id(literal(&vpc, run)?)
                .tag_specifications(specification(ResourceType::RouteTable, &tags));
            let answer = aws.call("ec2:CreateRouteTable", request.send()).await?;
            let id = answer.route_table().and_then(|table| table.route_table_id()).unwrap_or_default().to_owned();
            // Whether it is there is asked next: the answer to a token of an earlier life names a table that is gone.
            let outputs = Outputs::from([("id".to_owned(), id)]);
            Ok(Progress::Pending { status: "creating".to_owned(), follow: None, outputs, issues: Vec::new() })
        }
        Call::CreateRoute { id, destination, target } => create(aws, &id, &destination, &target, run).await,
        Call::ReplaceRoute { id, destination, target } => replace(aws, &id, &destination, &target, run).await,
        Call::DeleteRoute { id, destination } => {
            let (v4, v6, list) = split(&destination);
            let request = aws.ec2.delete_route().route_table_id(literal(&id, run)?);
            let request = request.set_destination_cidr_block(v4).set_destination_ipv6_cidr_block(v6);
            match aws.call("ec2:DeleteRoute", request.set_destination_prefix_list_id(list).send()).await {
                Err(error) if error.code == "InvalidRoute.NotFound" => Ok(Progress::done()),
                other => other.map(|_| Progress::done()),
            }
        }
        Call::Associate { id, subnet } => associate_subnet(aws, &literal(&id, run)?, &literal(&subnet, run)?).await,
        Call::Disassociate { association } => {
            let request = aws.ec2.disassociate_route_table().association_id(association);
            match aws.call("ec2:DisassociateRouteTable", request.send()).await {
                Err(error) if error.code == "InvalidAssociationID.NotFound" => Ok(Progress::done()),
                other => other.map(|_| Progress::done()),
            }
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_route_table().route_table_id(literal(&id, run)?);
            aws.call("ec2:DeleteRouteTable", request.send()).await?;
            Ok(Progress::done())
        }
    }
}

async fn associate_subnet(aws: &Aws, id: &str, subnet: &str) -> Result<Progress, CallError> {
    let request = aws.ec2.associate_route_table().route_table_id(id).subnet_id(subnet);
    let association = match aws.call("ec2:AssociateRouteTable", request.send()).await {
        Ok(answer) => answer.association_id().unwrap_or_default().to_owned(),
        // An earlier attempt may have done it; another table has to let go of the subnet first.
        Err(error) if error.code == "Resource.AlreadyAssociated" => {
            read::association(aws, id, subnet).await?.ok_or(error)?
        }
        Err(error) => return Err(error),
    };
    Ok(Progress::done_with([(&format!("association/{subnet}"), association)]))
}

/// The destination as the parameter that it belongs in: IPv4, IPv6 or prefix list.
fn split(destination: &str) -> (Option<String>, Option<String>, Option<String>) {
    let destination = destination.to_owned();
    match destination.as_str() {
        list if list.starts_with("pl-") => (None, None, Some(destination)),
        cidr if cidr.contains(':') => (None, Some(destination), None),
        _ => (Some(destination), None, None),
    }
}

/// The target as the parameter that it belongs in: gateway, egress-only internet gateway or NAT gateway.
fn target_of(target: &Target, run: &Run<'_>) -> Result<[Option<String>; 3], CallError> {
    Ok(match target {
        Target::InternetGateway(id) | Target::Other(id) => [Some(literal(id, run)?), None, None],
        Target::EgressOnlyInternetGateway(id) => [None, Some(literal(id, run)?), None],
        Target::NatGateway(id) => [None, None, Some(literal(id, run)?)],
    })
}

async fn create(
    aws: &Aws,
    id: &Reference,
    destination: &str,
    target: &Target,
    run: &Run<'_>,
) -> Result<Progress, CallError> {
    let ((v4, v6, list), [gateway, egress_only, nat]) = (split(destination), target_of(target, run)?);
    let request = aws
        .ec2
        .create_route()
        .route_table_id(literal(id, run)?)
        .set_destination_cidr_block(v4)
        .set_destination_ipv6_cidr_block(v6)
        .set_destination_prefix_list_id(list)
        .set_gateway_id(gateway)
        .set_egress_only_internet_gateway_id(egress_only)
        .set_nat_gateway_id(nat);
    aws.call("ec2:CreateRoute", request.send()).await?;
    Ok(Progress::done())
}

async fn replace(
    aws: &Aws,
    id: &Reference,
    destination: &str,
    target: &Target,
    run: &Run<'_>,
) -> Result<Progress, CallError> {
    let ((v4, v6, list), [gateway, egress_only, nat]) = (split(destination), target_of(target, run)?);
    let request = aws
        .ec2
        .replace_route()
        .route_table_id(literal(id, run)?)
        .set_destination_cidr_block(v4)
        .set_destination_ipv6_cidr_block(v6)
        .set_destination_prefix_list_id(list)
        .set_gateway_id(gateway)
        .set_egress_only_internet_gateway_id(egress_only)
        .set_nat_gateway_id(nat);
    aws.call("ec2:ReplaceRoute", request.send()).await?;
    Ok(Progress::done())
}
