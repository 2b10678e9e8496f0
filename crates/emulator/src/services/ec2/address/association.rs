//! Elastic IP addresses on network interfaces.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Address, in_vpc};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::network_interface::NetworkInterface;
use crate::services::ec2::{Ec2, cidr, id, parameters};

pub(in crate::services::ec2) const OPERATIONS: Operations =
    &[("AssociateAddress", associate_address), ("DisassociateAddress", disassociate_address)];

/// What an address is used for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AddressAssociation {
    pub(crate) id: String,
    /// The NAT gateway that it belongs to, if it is one.
    pub(crate) nat_gateway_id: Option<String>,
    /// Regional NAT gateways have none.
    pub(crate) network_interface_id: Option<String>,
    pub(crate) private_ip: Option<Ipv4Addr>,
}

impl Ec2 {
    /// The Elastic IP address on the private address of an interface.
    pub(in crate::services::ec2) fn address_on(&self, interface_id: &str, private_ip: Ipv4Addr) -> Option<&Address> {
        self.addresses.values().find(|address| {
            address.association.as_ref().is_some_and(|association| {
                association.network_interface_id.as_deref() == Some(interface_id)
                    && association.private_ip == Some(private_ip)
            })
        })
    }

    /// Whether something in the VPC can be reached at a public address.
    pub(in crate::services::ec2) fn has_mapped_addresses(&self, vpc_id: &str) -> bool {
        let interfaces = || self.network_interfaces.values().filter(|interface| interface.vpc_id == vpc_id);
        let gateway_is_here = |id: &str| self.nat_gateways.get(id).is_some_and(|gateway| gateway.vpc_id == vpc_id);
        interfaces().any(|interface| interface.public_ip.is_some())
            || self.addresses.values().filter_map(|address| address.association.as_ref()).any(|association| {
                association.nat_gateway_id.as_deref().is_some_and(gateway_is_here)
                    || interfaces().any(|found| association.network_interface_id.as_ref() == Some(&found.id))
            })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssociateAddress {
    allocation_id: Option<String>,
    instance_id: Option<String>,
    public_ip: Option<String>,
    network_interface_id: Option<String>,
    private_ip_address: Option<String>,
    allow_reassociation: Option<bool>,
}

fn associate_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: AssociateAddress = parameters(call)?;
    let allocation_id = in_vpc("allocation id", args.allocation_id.clone(), args.public_ip.clone())?;
    let ec2 = call.network();
    let address = id::ALLOCATION.find(&ec2.addresses, &allocation_id)?;
    let interface = args.interface(ec2)?;
    let private_ip = args.private_ip(interface)?;
    if let Some(found) = &address.association {
        let same = found.network_interface_id.as_ref() == Some(&interface.id) && found.private_ip == Some(private_ip);
        if same {
            return Ok(json!({ "AssociationId": found.id }));
        }
        if args.allow_reassociation == Some(false) || found.nat_gateway_id.is_some() {
            let message = format!("resource {allocation_id} is already associated with associate-id {}", found.id);
            return refuse("Resource.AlreadyAssociated", message);
        }
    }
    if ec2.internet_gateway_of(&interface.vpc_id).is_none() {
        let message = format!("Network {} is not attached to any internet gateway", interface.vpc_id);
        return refuse("Gateway.NotAttached", message);
    }
    let before = ec2.address_on(&interface.id, private_ip).map(|address| address.id.clone());
    let network_interface_id = Some(interface.id.clone());
    let id = call.id("eipassoc");
    let association =
        AddressAssociation { id: id.clone(), nat_gateway_id: None, network_interface_id, private_ip: Some(private_ip) };
    let addresses = &mut call.ec2().addresses;
    if let Some(before) = before.and_then(|before| addresses.get_mut(&before)) {
        before.association = None;
    }
    id::ALLOCATION.find_mut(addresses, &allocation_id)?.association = Some(association);
    Ok(json!({ "AssociationId": id }))
}

impl AssociateAddress {
    fn interface<'a>(&self, ec2: &'a Ec2) -> Result<&'a NetworkInterface, ApiError> {
        let interface_id = match (&self.network_interface_id, &self.instance_id) {
            (Some(id), None) => id,
            (None, None) => {
                return refuse("MissingParameter", "Either the instance ID or the network interface ID is required.");
            }
            (Some(_), Some(_)) => {
                let message = "You may specify instance ID or network interface ID, but not both in the same call";
                return refuse("InvalidParameterCombination", message);
            }
            (None, Some(id)) => {
                id::INSTANCE.find(&ec2.instances, id)?;
                let interface = ec2.interface_of_instance(id);
                let gone = || ApiError::new("InvalidInstanceID", format!("The instance {id} is not running."));
                &interface.ok_or_else(gone)?.id
            }
        };
        let interface = id::NETWORK_INTERFACE.find(&ec2.network_interfaces, interface_id)?;
        if interface.is_requester_managed() {
            return refuse("OperationNotPermitted", format!("The interface {interface_id} is managed by a service."));
        }
        Ok(interface)
    }

    fn private_ip(&self, interface: &NetworkInterface) -> Result<Ipv4Addr, ApiError> {
        let asked = self
            .private_ip_address
            .as_deref()
            .map(|text| cidr::address::<Ipv4Addr>("privateIpAddress", text))
            .transpose()?;
        let found = interface.private_ips.iter().copied().find(|own| asked.is_none_or(|asked| asked == *own));
        let wrong = || {
            let asked = self.private_ip_address.as_deref().unwrap_or("null");
            let message = format!("Invalid value '{asked}' for privateIpAddress: not an address of {}", interface.id);
            ApiError::new("InvalidParameterValue", message)
        };
        found.ok_or_else(wrong)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DisassociateAddress {
    association_id: Option<String>,
    public_ip: Option<String>,
}

fn disassociate_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DisassociateAddress = parameters(call)?;
    let association_id = in_vpc("association id", args.association_id, args.public_ip)?;
    id::ADDRESS_ASSOCIATION.check(&association_id)?;
    let associated = |address: &&mut Address| {
        address.association.as_ref().is_some_and(|association| association.id == association_id)
    };
    let found = call.ec2().addresses.values_mut().find(associated);
    let address = found.ok_or_else(|| id::ADDRESS_ASSOCIATION.not_found(&association_id))?;
    if address.association.as_ref().is_some_and(|association| association.nat_gateway_id.is_some()) {
        return refuse("AuthFailure", "You do not have permission to access the specified resource.");
    }
    address.association = None;
    Ok(json!({}))
}
