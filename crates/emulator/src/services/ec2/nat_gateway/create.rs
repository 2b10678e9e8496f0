//! `CreateNatGateway`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Connectivity, Failure, NatGateway, Regional, State, regional, zonal};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::ec2::describe::Described;
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{Ec2, id, parameters};
use crate::tags::Tags;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateNatGateway {
    #[serde(default)]
    availability_mode: AvailabilityMode,
    pub(super) allocation_id: Option<String>,
    client_token: Option<String>,
    pub(super) subnet_id: Option<String>,
    pub(super) vpc_id: Option<String>,
    pub(super) availability_zone_addresses: Option<Vec<regional::ZoneAddresses>>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    #[serde(default)]
    pub(super) connectivity_type: Connectivity,
    pub(super) private_ip_address: Option<String>,
    #[serde(default)]
    pub(super) secondary_allocation_ids: Vec<String>,
    #[serde(default)]
    pub(super) secondary_private_ip_addresses: Vec<String>,
    pub(super) secondary_private_ip_address_count: Option<usize>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AvailabilityMode {
    #[default]
    Zonal,
    Regional,
}

pub(super) fn create_nat_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateNatGateway = parameters(call)?;
    let token = args.client_token.clone();
    if token.as_ref().is_some_and(|token| token.len() > 64 || !token.is_ascii()) {
        return refuse("InvalidParameterValue", "The client token may have 64 ASCII characters at most.");
    }
    let tags = tag::on_creation(&args.tag_specifications, "natgateway")?;
    let id = match call.made_before(token.as_deref(), "IdempotentParameterMismatch")? {
        Some(id) => id,
        None => {
            let id = match args.availability_mode {
                AvailabilityMode::Zonal => zonal::create(call, &args, tags)?,
                AvailabilityMode::Regional => regional::create(call, &args, tags)?,
            };
            call.remember(token.as_deref(), &id);
            id
        }
    };
    // What is gone by now is still answered, as AWS does.
    let gone = json!({ "NatGatewayId": id, "State": "deleted", "SubnetId": args.subnet_id, "VpcId": args.vpc_id });
    let shown = call.network().nat_gateways.get(&id).map_or(gone, |gateway| gateway.show(call));
    Ok(json!({ "NatGateway": shown, "ClientToken": token }))
}

/// A NAT gateway that has begun to come into being, without addresses yet.
pub(super) fn pending(
    call: &mut Call<'_>,
    args: &CreateNatGateway,
    vpc_id: &str,
    failure: Option<Failure>,
    tags: Tags,
) -> NatGateway {
    let failure = failure.or_else(|| Failure::planted(call, &tags));
    let id = call.id("nat");
    let automatic = args.availability_zone_addresses.is_none();
    NatGateway {
        vpc_id: vpc_id.to_owned(),
        subnet_id: args.subnet_id.clone(),
        connectivity: args.connectivity_type,
        regional: args.subnet_id.is_none().then_some(Regional { automatic, route_table_id: None }),
        state: State::Pending,
        due: Some(call.until(durations::CREATE_NAT_GATEWAY, &id)),
        failure,
        created_at: call.now,
        deleted_at: None,
        addresses: Vec::new(),
        tags,
        id,
    }
}

/// Refuses Elastic IP addresses that are not there or are named twice.
pub(super) fn check_allocations(ec2: &Ec2, ids: &[&str]) -> Result<(), ApiError> {
    for (index, id) in ids.iter().enumerate() {
        id::ALLOCATION.find(&ec2.addresses, id)?;
        if ids.iter().take(index).any(|before| before == id) {
            return refuse("InvalidParameterValue", format!("The allocation ID '{id}' is given twice."));
        }
    }
    Ok(())
}

/// What keeps a public NAT gateway in the VPC from getting these Elastic IP addresses. AWS tells it later, as a state.
pub(super) fn obstacle(ec2: &Ec2, vpc_id: &str, allocation_ids: &[&str]) -> Option<Failure> {
    if ec2.internet_gateway_of(vpc_id).is_none() {
        return Some(Failure::new("Gateway.NotAttached", format!("Network {vpc_id} has no Internet gateway attached")));
    }
    let in_use = |id: &&&str| ec2.addresses.get(**id).is_some_and(|address| address.association.is_some());
    let taken = allocation_ids.iter().find(in_use)?;
    Some(Failure::new("Resource.AlreadyAssociated", format!("Elastic IP address {taken} is already associated")))
}
