//! Which subnets and gateways a route table serves.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::RouteTable;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::{Ec2, id, parameters};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("AssociateRouteTable", associate_route_table),
    ("DisassociateRouteTable", disassociate_route_table),
    ("ReplaceRouteTableAssociation", replace_route_table_association),
];

/// An association of a route table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) with: Associated,
}

/// What a route table serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Associated {
    /// Every subnet of the VPC that has no association of its own.
    Main,
    Subnet(String),
    /// An internet gateway.
    Gateway(String),
    /// The regional NAT gateway that the table came with.
    NatGateway(String),
}

impl Associated {
    pub(super) fn subnet(&self) -> Option<&str> {
        if let Self::Subnet(id) = self { Some(id) } else { None }
    }

    pub(super) fn internet_gateway(&self) -> Option<&str> {
        if let Self::Gateway(id) = self { Some(id) } else { None }
    }

    pub(super) fn nat_gateway(&self) -> Option<&str> {
        if let Self::NatGateway(id) = self { Some(id) } else { None }
    }

    /// The gateway of either kind, which the API does not tell apart.
    pub(super) fn gateway(&self) -> Option<&str> {
        self.internet_gateway().or(self.nat_gateway())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssociateRouteTable {
    gateway_id: Option<String>,
    public_ipv4_pool: Option<String>,
    subnet_id: Option<String>,
    route_table_id: String,
}

fn associate_route_table(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: AssociateRouteTable = parameters(call)?;
    let ec2 = call.network();
    let table = id::ROUTE_TABLE.find(&ec2.route_tables, &args.route_table_id)?;
    check_is_not_of_nat_gateway(table)?;
    let with = args.with(ec2, table)?;
    let others = ec2.route_tables.values();
    let mut found = others.flat_map(|table| table.associations.iter().map(move |association| (table, association)));
    if let Some((other, association)) = found.find(|(_, association)| association.with == with) {
        if other.id == table.id {
            return Ok(associated("AssociationId", &association.id));
        }
        let message =
            format!("the specified association for route table {} conflicts with an existing association", table.id);
        return refuse("Resource.AlreadyAssociated", message);
    }
    let association = Association { id: call.id("rtbassoc"), with };
    let answer = associated("AssociationId", &association.id);
    id::ROUTE_TABLE.find_mut(&mut call.ec2().route_tables, &args.route_table_id)?.associations.push(association);
    Ok(answer)
}

impl AssociateRouteTable {
    /// The one thing that is to be served.
    fn with(&self, ec2: &Ec2, table: &RouteTable) -> Result<Associated, ApiError> {
        match (&self.subnet_id, &self.gateway_id, &self.public_ipv4_pool) {
            (Some(id), None, None) => {
                let subnet = id::SUBNET.find(&ec2.subnets, id)?;
                if subnet.vpc_id != table.vpc_id {
                    let message = format!("Route table {} and subnet {id} belong to different networks", table.id);
                    return refuse("InvalidParameterValue", message);
                }
                Ok(Associated::Subnet(id.clone()))
            }
            (None, Some(id), None) => {
                if id.starts_with("vgw-") {
                    id::VPN_GATEWAY.none(Some(id))?;
                }
                let gateway = id::GATEWAY.find(&ec2.internet_gateways, id)?;
                if gateway.vpc_id.as_ref() != Some(&table.vpc_id) {
                    let message = format!("resource {id} is not attached to network {}", table.vpc_id);
                    return refuse("Gateway.NotAttached", message);
                }
                check_fits_gateway(ec2, table)?;
                Ok(Associated::Gateway(id.clone()))
            }
            (None, None, Some(pool)) => {
                id::IPV4_POOL.none(Some(pool))?;
                Err(id::IPV4_POOL.not_found(pool))
            }
            (None, None, None) => {
                refuse("MissingParameter", "The request must contain the parameter subnetId or gatewayId")
            }
            _ => refuse("InvalidParameterCombination", "The request may contain one of subnetId and gatewayId only"),
        }
    }
}

/// Refuses a table with routes that no gateway can use. Source: "Gateway route tables" in the VPC User Guide.
fn check_fits_gateway(ec2: &Ec2, table: &RouteTable) -> Result<(), ApiError> {
    let vpc = id::VPC.find(&ec2.vpcs, &table.vpc_id)?;
    match table.routes.iter().all(|route| route.fits_gateway(vpc)) {
        true => Ok(()),
        false => {
            let message = format!("The route table {} has routes that a gateway cannot use.", table.id);
            refuse("InvalidParameterValue", message)
        }
    }
}

/// Refuses the table that a regional NAT gateway came with, which is for nothing else.
fn check_is_not_of_nat_gateway(table: &RouteTable) -> Result<(), ApiError> {
    match table.associations.iter().any(|association| association.with.nat_gateway().is_some()) {
        true => refuse("OperationNotPermitted", format!("The route table {} is managed by a NAT gateway.", table.id)),
        false => Ok(()),
    }
}

fn associated(member: &str, id: &str) -> Value {
    json!({ (member): id, "AssociationState": { "State": "associated" } })
}

/// The association called `id`, and its table.
fn find<'a>(ec2: &'a Ec2, id: &str) -> Result<(&'a RouteTable, &'a Association), ApiError> {
    id::ROUTE_TABLE_ASSOCIATION.check(id)?;
    let tables = ec2.route_tables.values();
    let mut all = tables.flat_map(|table| table.associations.iter().map(move |association| (table, association)));
    all.find(|(_, association)| association.id == id).ok_or_else(|| id::ROUTE_TABLE_ASSOCIATION.not_found(id))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DisassociateRouteTable {
    association_id: String,
}

fn disassociate_route_table(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DisassociateRouteTable { association_id } = parameters(call)?;
    let (table, association) = find(call.network(), &association_id)?;
    if association.with == Associated::Main {
        let message = format!("cannot disassociate the main route table association {association_id}");
        return refuse("InvalidParameterValue", message);
    }
    check_is_not_of_nat_gateway(table)?;
    let table_id = table.id.clone();
    let table = id::ROUTE_TABLE.find_mut(&mut call.ec2().route_tables, &table_id)?;
    table.associations.retain(|association| association.id != association_id);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ReplaceRouteTableAssociation {
    association_id: String,
    route_table_id: String,
}

fn replace_route_table_association(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ReplaceRouteTableAssociation = parameters(call)?;
    let ec2 = call.network();
    let (old, association) = find(ec2, &args.association_id)?;
    let new = id::ROUTE_TABLE.find(&ec2.route_tables, &args.route_table_id)?;
    if old.vpc_id != new.vpc_id {
        let message = format!("Route table {} and {} belong to different networks", new.id, association.id);
        return refuse("InvalidParameterValue", message);
    }
    check_is_not_of_nat_gateway(old)?;
    check_is_not_of_nat_gateway(new)?;
    if association.with.internet_gateway().is_some() {
        check_fits_gateway(ec2, new)?;
    }
    let (old_id, with) = (old.id.clone(), association.with.clone());
    let replacement = Association { id: call.id("rtbassoc"), with };
    let answer = associated("NewAssociationId", &replacement.id);
    let tables = &mut call.ec2().route_tables;
    let old = id::ROUTE_TABLE.find_mut(tables, &old_id)?;
    old.associations.retain(|association| association.id != args.association_id);
    id::ROUTE_TABLE.find_mut(tables, &args.route_table_id)?.associations.push(replacement);
    Ok(answer)
}
