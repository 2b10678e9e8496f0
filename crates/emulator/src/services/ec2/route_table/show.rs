//! Route tables as the API shows and filters them.

use serde_json::{Value, json};

use super::{Associated, Association, Destination, Route, RouteTable, Target, local_destinations};
use crate::call::Call;
use crate::services::ec2::describe::{Described, Filters, many, one};
use crate::tags::{self, Tags};

/// A route as it is shown, the local ones too.
struct Shown {
    destination: Destination,
    /// Nothing is `local`.
    target: Option<Target>,
    origin: &'static str,
    state: &'static str,
}

impl Described for RouteTable {
    const FILTERS: Filters<Self> = &[
        ("association.gateway-id", |table, _| many(table.associations.iter().filter_map(|found| found.with.gateway()))),
        ("association.route-table-association-id", |table, _| many(table.associations.iter().map(|found| &found.id))),
        ("association.route-table-id", |table, _| many(table.associations.iter().map(|_| &table.id))),
        ("association.subnet-id", |table, _| many(table.associations.iter().filter_map(|found| found.with.subnet()))),
        ("association.main", |table, _| many(table.associations.iter().map(|found| found.with == Associated::Main))),
        ("owner-id", |_, call| one(&call.account_id)),
        ("route-table-id", |table, _| one(&table.id)),
        ("route.destination-cidr-block", |table, call| {
            many(table.shown(call).iter().filter_map(|route| route.destination.ipv4()))
        }),
        ("route.destination-ipv6-cidr-block", |table, call| {
            many(table.shown(call).iter().filter_map(|route| route.destination.ipv6()))
        }),
        ("route.destination-prefix-list-id", |table, call| {
            many(table.shown(call).iter().filter_map(|route| route.destination.prefix_list()))
        }),
        ("route.egress-only-internet-gateway-id", |table, _| {
            many(table.routes.iter().filter_map(|route| route.target.egress_only_internet_gateway()))
        }),
        ("route.gateway-id", |table, call| many(table.shown(call).iter().filter_map(Shown::gateway))),
        ("route.instance-id", |table, call| {
            many(table.routes.iter().filter_map(|route| route.target.instance(call.network())))
        }),
        ("route.nat-gateway-id", |table, _| many(table.routes.iter().filter_map(|route| route.target.nat_gateway()))),
        ("route.transit-gateway-id", |_, _| Vec::new()),
        ("route.origin", |table, call| many(table.shown(call).iter().map(|route| route.origin))),
        ("route.state", |table, call| many(table.shown(call).iter().map(|route| route.state))),
        ("route.vpc-peering-connection-id", |_, _| Vec::new()),
        ("vpc-id", |table, _| one(&table.vpc_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "RouteTableId": self.id,
            "VpcId": self.vpc_id,
            "OwnerId": call.account_id,
            "Associations": self.associations.iter().map(|found| self.show_association(found)).collect::<Vec<_>>(),
            "PropagatingVgws": [],
            "Routes": self.shown(call).iter().map(|route| route.show(call)).collect::<Vec<_>>(),
            "Tags": tags::to_list(&self.tags),
        })
    }
}

impl RouteTable {
    fn show_association(&self, association: &Association) -> Value {
        json!({
            "RouteTableAssociationId": association.id,
            "RouteTableId": self.id,
            "Main": association.with == Associated::Main,
            "SubnetId": association.with.subnet(),
            "GatewayId": association.with.gateway(),
            "AssociationState": { "State": "associated" },
        })
    }

    fn shown(&self, call: &Call<'_>) -> Vec<Shown> {
        let ec2 = call.network();
        let locals: Vec<Destination> = ec2.vpc(&self.vpc_id).into_iter().flat_map(local_destinations).collect();
        let untouched = locals.iter().filter(|local| self.route(local).is_none());
        let local = |destination: &Destination| Shown {
            destination: destination.clone(),
            target: None,
            origin: "CreateRouteTable",
            state: "active",
        };
        let own = |route: &Route| Shown {
            destination: route.destination.clone(),
            target: Some(route.target.clone()),
            origin: if locals.contains(&route.destination) { "CreateRouteTable" } else { "CreateRoute" },
            state: if route.target.is_active(ec2, &self.vpc_id) { "active" } else { "blackhole" },
        };
        untouched.map(local).chain(self.routes.iter().map(own)).collect()
    }
}

impl Shown {
    fn gateway(&self) -> Option<&str> {
        match &self.target {
            None => Some("local"),
            Some(Target::InternetGateway(id) | Target::GatewayEndpoint(id)) => Some(id),
            Some(_) => None,
        }
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let instance = self.target.as_ref().and_then(|target| target.instance(call.network()));
        let (member, target) = match &self.target {
            None => ("GatewayId", "local"),
            Some(Target::InternetGateway(id) | Target::GatewayEndpoint(id)) => ("GatewayId", id.as_str()),
            Some(Target::EgressOnlyInternetGateway(id)) => ("EgressOnlyInternetGatewayId", id.as_str()),
            Some(Target::NatGateway(id)) => ("NatGatewayId", id.as_str()),
            Some(Target::NetworkInterface(id)) => ("NetworkInterfaceId", id.as_str()),
        };
        json!({
            "DestinationCidrBlock": self.destination.ipv4(),
            "DestinationIpv6CidrBlock": self.destination.ipv6(),
            "DestinationPrefixListId": self.destination.prefix_list(),
            (member): target,
            "InstanceId": instance,
            "InstanceOwnerId": instance.map(|_| &call.account_id),
            "Origin": self.origin,
            "State": self.state,
        })
    }
}
