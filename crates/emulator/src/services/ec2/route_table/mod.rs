//! Route tables.

pub(super) mod association;
mod destination;
pub(super) mod route;
mod show;
mod target;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Listing, describe};
use super::tag::{self, TagSpecification};
use super::{Ec2, Vpc, id, parameters, quota};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) use association::{Associated, Association};
pub(super) use destination::Destination;
pub(super) use target::Target;

pub(super) const OPERATIONS: Operations = &[
    ("CreateRouteTable", create_route_table),
    ("DeleteRouteTable", delete_route_table),
    ("DescribeRouteTables", |call| describe(call, &call.network().route_tables, &LISTING)),
];

const LISTING: Listing =
    Listing { kind: id::ROUTE_TABLE, ids: "RouteTableIds", filters: "Filters", output: "RouteTables" };

/// A route table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RouteTable {
    pub(crate) id: String,
    pub(crate) vpc_id: String,
    /// Without the local routes, which follow from the blocks of the VPC, unless their target was replaced.
    pub(crate) routes: Vec<Route>,
    pub(crate) associations: Vec<Association>,
    pub(crate) tags: Tags,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Route {
    pub(crate) destination: Destination,
    pub(crate) target: Target,
}

impl RouteTable {
    fn new(id: String, vpc_id: &str, tags: Tags) -> Self {
        Self { id, vpc_id: vpc_id.to_owned(), routes: Vec::new(), associations: Vec::new(), tags }
    }

    /// The table that comes with a VPC.
    pub(super) fn main(call: &mut Call<'_>, vpc_id: &str) -> Self {
        let mut table = Self::new(call.id("rtb"), vpc_id, Tags::new());
        table.associations.push(Association { id: call.id("rtbassoc"), with: Associated::Main });
        table
    }

    /// The table of a regional NAT gateway: it leads out through `internet_gateway_id`.
    pub(super) fn of_nat_gateway(call: &mut Call<'_>, nat_gateway_id: &str, vpc_id: &str, way_out: &str) -> Self {
        let mut table = Self::new(call.id("rtb"), vpc_id, Tags::new());
        let with = Associated::NatGateway(nat_gateway_id.to_owned());
        table.associations.push(Association { id: call.id("rtbassoc"), with });
        let target = Target::InternetGateway(way_out.to_owned());
        table.routes.push(Route { destination: Destination::ANYWHERE, target });
        table
    }

    /// Whether it serves every subnet that has no association of its own.
    pub(super) fn is_main(&self) -> bool {
        self.associations.iter().any(|association| association.with == Associated::Main)
    }

    pub(super) fn serves_gateway(&self, gateway_id: &str) -> bool {
        self.associations.iter().any(|association| association.with.gateway() == Some(gateway_id))
    }

    pub(super) fn serves_subnet(&self, subnet_id: &str) -> bool {
        self.associations.iter().any(|association| association.with.subnet() == Some(subnet_id))
    }

    pub(super) fn forget_subnet(&mut self, subnet_id: &str) {
        self.associations.retain(|association| association.with.subnet() != Some(subnet_id));
    }

    pub(super) fn forget_destination(&mut self, destination: &Destination) {
        self.routes.retain(|route| route.destination != *destination);
    }

    /// Whether a gateway endpoint has put a route into it.
    pub(super) fn leads_to_endpoint(&self, endpoint_id: &str) -> bool {
        self.routes.iter().any(|route| route.target.endpoint() == Some(endpoint_id))
    }

    pub(super) fn forget_endpoint(&mut self, endpoint_id: &str) {
        self.routes.retain(|route| route.target.endpoint() != Some(endpoint_id));
    }

    /// The IPv4 blocks that it has routes for, the local ones aside.
    pub(super) fn ipv4_destinations(&self) -> impl Iterator<Item = Ipv4Net> {
        self.routes.iter().filter_map(|route| route.destination.ipv4())
    }

    pub(super) fn route(&self, destination: &Destination) -> Option<&Route> {
        self.routes.iter().find(|route| route.destination == *destination)
    }
}

/// The destinations that are the VPC itself.
fn local_destinations(vpc: &Vpc) -> impl Iterator<Item = Destination> {
    let ipv4 = vpc.ipv4_cidrs().into_iter().map(Destination::Ipv4);
    ipv4.chain(vpc.ipv6_cidrs().into_iter().map(Destination::Ipv6))
}

fn is_local(ec2: &Ec2, vpc_id: &str, destination: &Destination) -> bool {
    ec2.vpc(vpc_id).is_some_and(|vpc| local_destinations(vpc).any(|local| local == *destination))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateRouteTable {
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    client_token: Option<String>,
    vpc_id: String,
}

fn create_route_table(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateRouteTable = parameters(call)?;
    let token = args.client_token.as_deref();
    if let Some(id) = call.made_before(token, "IdempotentParameterMismatch")? {
        // What is gone by now is still answered, as AWS does.
        let gone = json!({ "RouteTableId": id, "VpcId": args.vpc_id });
        let shown = call.network().route_tables.get(&id).map_or(gone, |table| table.show(call));
        return Ok(json!({ "RouteTable": shown, "ClientToken": token }));
    }
    let tags = tag::on_creation(&args.tag_specifications, "route-table")?;
    let ec2 = call.network();
    id::VPC.find(&ec2.vpcs, &args.vpc_id)?;
    if ec2.route_tables.values().filter(|table| table.vpc_id == args.vpc_id).count()
        >= call.quota(quota::ROUTE_TABLES_PER_VPC)
    {
        return refuse("RouteTableLimitExceeded", "The maximum number of route tables has been reached.");
    }
    let table = RouteTable::new(call.id("rtb"), &args.vpc_id, tags);
    let shown = table.show(call);
    call.remember(token, &table.id);
    call.ec2().route_tables.insert(table.id.clone(), table);
    Ok(json!({ "RouteTable": shown, "ClientToken": token }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteRouteTable {
    route_table_id: String,
}

fn delete_route_table(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteRouteTable { route_table_id } = parameters(call)?;
    if !id::ROUTE_TABLE.find(&call.network().route_tables, &route_table_id)?.associations.is_empty() {
        let message = format!("The routeTable '{route_table_id}' has dependencies and cannot be deleted.");
        return refuse("DependencyViolation", message);
    }
    call.ec2().route_tables.remove(&route_table_id);
    Ok(json!({}))
}
