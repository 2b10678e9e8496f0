//! Elastic IP addresses.

pub(super) mod association;
pub(super) mod attribute;
mod pool;

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Filters, matching, maybe, one, texts};
use super::tag::{self, TagSpecification};
use super::{cidr, id, parameters, quota};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};
use attribute::PtrUpdate;

pub(crate) use association::AddressAssociation;

pub(super) const OPERATIONS: Operations = &[
    ("AllocateAddress", allocate_address),
    ("DescribeAddresses", describe_addresses),
    ("ReleaseAddress", release_address),
];

/// An Elastic IP address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Address {
    /// The allocation id.
    pub(crate) id: String,
    pub(crate) public_ip: Ipv4Addr,
    pub(crate) association: Option<AddressAssociation>,
    /// The name that it leads back to.
    pub(crate) ptr_record: Option<String>,
    pub(crate) ptr_update: Option<PtrUpdate>,
    /// A regional NAT gateway got it for itself.
    pub(crate) service_managed: bool,
    pub(crate) tags: Tags,
}

impl Address {
    /// An address with nothing to do yet.
    pub(super) fn new(id: String, public_ip: Ipv4Addr, tags: Tags) -> Self {
        let (association, ptr_record, ptr_update) = (None, None, None);
        Self { id, public_ip, association, ptr_record, ptr_update, service_managed: false, tags }
    }

    fn network_interface_id(&self) -> Option<&String> {
        self.association.as_ref()?.network_interface_id.as_ref()
    }

    fn instance_id<'c>(&self, call: &'c Call<'_>) -> Option<&'c String> {
        call.network().instance_with(self.network_interface_id()?).map(|instance| &instance.id)
    }
}

impl Described for Address {
    const FILTERS: Filters<Self> = &[
        ("allocation-id", |address, _| one(&address.id)),
        ("association-id", |address, _| maybe(address.association.as_ref().map(|found| &found.id))),
        ("instance-id", |address, call| maybe(address.instance_id(call))),
        ("network-border-group", |_, call| one(&call.region_name)),
        ("network-interface-id", |address, _| maybe(address.network_interface_id())),
        ("network-interface-owner-id", |address, call| maybe(address.network_interface_id().map(|_| &call.account_id))),
        ("private-ip-address", |address, _| maybe(address.association.as_ref().and_then(|found| found.private_ip))),
        ("public-ip", |address, _| one(address.public_ip)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let association = self.association.as_ref();
        json!({
            "AllocationId": self.id,
            "PublicIp": self.public_ip,
            "Domain": "vpc",
            "PublicIpv4Pool": "amazon",
            "NetworkBorderGroup": call.region_name,
            "AssociationId": association.map(|found| &found.id),
            "InstanceId": self.instance_id(call),
            "NetworkInterfaceId": self.network_interface_id(),
            "NetworkInterfaceOwnerId": self.network_interface_id().map(|_| &call.account_id),
            "PrivateIpAddress": association.and_then(|found| found.private_ip),
            "ServiceManaged": self.service_managed.then_some("rnat"),
            "Tags": tags::to_list(&self.tags),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AllocateAddress {
    domain: Option<String>,
    address: Option<String>,
    public_ipv4_pool: Option<String>,
    network_border_group: Option<String>,
    customer_owned_ipv4_pool: Option<String>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    ipam_pool_id: Option<String>,
}

fn allocate_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: AllocateAddress = parameters(call)?;
    args.check_sources(call)?;
    let tags = tag::on_creation(&args.tag_specifications, "elastic-ip")?;
    let recovered = args.recovered(call)?;
    if call.network().addresses.values().filter(|address| !address.service_managed).count()
        >= call.quota(quota::ADDRESSES)
    {
        return refuse("AddressLimitExceeded", "The maximum number of addresses has been reached.");
    }
    let id = call.id("eipalloc");
    let public_ip = recovered.unwrap_or_else(|| call.network().fresh_public_ip(&id));
    let address = Address::new(id.clone(), public_ip, tags);
    let ec2 = call.ec2();
    ec2.released_addresses.remove(&public_ip);
    ec2.addresses.insert(id.clone(), address);
    Ok(json!({
        "AllocationId": id,
        "PublicIp": public_ip,
        "PublicIpv4Pool": "amazon",
        "NetworkBorderGroup": call.region_name,
        "Domain": "vpc",
    }))
}

impl AllocateAddress {
    /// Refuses every source of addresses but Amazon's own.
    fn check_sources(&self, call: &Call<'_>) -> Result<(), ApiError> {
        if self.domain.as_deref() == Some("standard") {
            return refuse("InvalidParameterValue", "Invalid value 'standard' for domain. EC2-Classic is retired.");
        }
        id::IPV4_POOL.none(self.public_ipv4_pool.as_deref().filter(|pool| *pool != "amazon"))?;
        id::CUSTOMER_OWNED_POOL.none(self.customer_owned_ipv4_pool.as_deref())?;
        id::IPAM_POOL.none(self.ipam_pool_id.as_deref())?;
        match &self.network_border_group {
            Some(group) if *group != call.region_name => {
                refuse("InvalidParameterValue", format!("Invalid value '{group}' for networkBorderGroup."))
            }
            _ => Ok(()),
        }
    }

    /// The address that is to be recovered, if any is.
    fn recovered(&self, call: &Call<'_>) -> Result<Option<Ipv4Addr>, ApiError> {
        let Some(text) = &self.address else { return Ok(None) };
        let public_ip = cidr::address("address", text)?;
        match call.network().released_addresses.contains(&public_ip) {
            true => Ok(Some(public_ip)),
            false => refuse("InvalidAddress.NotFound", format!("Address '{text}' cannot be recovered.")),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ReleaseAddress {
    allocation_id: Option<String>,
    public_ip: Option<String>,
    network_border_group: Option<String>,
}

fn release_address(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ReleaseAddress = parameters(call)?;
    let allocation_id = in_vpc("allocation id", args.allocation_id, args.public_ip)?;
    let address = id::ALLOCATION.find(&call.network().addresses, &allocation_id)?;
    if args.network_border_group.is_some_and(|group| group != call.region_name) {
        let message = format!("Address '{}' not found in the network border group.", address.public_ip);
        return refuse("InvalidAddress.NotFound", message);
    }
    if address.association.is_some() {
        return refuse("InvalidIPAddress.InUse", format!("Address {allocation_id} is in use."));
    }
    if address.ptr_record.is_some() || address.ptr_update.is_some() {
        let message = format!(
            "The address with allocation id '{allocation_id}' cannot be released because it is locked to your account."
        );
        return refuse("InvalidAddress.Locked", message);
    }
    let public_ip = address.public_ip;
    let ec2 = call.ec2();
    ec2.addresses.remove(&allocation_id);
    ec2.released_addresses.insert(public_ip);
    Ok(json!({}))
}

/// The id that a call must give in a VPC; an address alone was enough in EC2-Classic.
fn in_vpc(what: &str, id: Option<String>, public_ip: Option<String>) -> Result<String, ApiError> {
    match (id, public_ip) {
        (Some(id), None) => Ok(id),
        (None, None) => refuse("MissingParameter", format!("The request must contain the {what}.")),
        (None, Some(_)) => refuse("InvalidParameterValue", format!("You must specify an {what} in a VPC.")),
        (Some(_), Some(_)) => refuse(
            "InvalidParameterCombination",
            format!("You may specify public IP or {what}, but not both in the same call"),
        ),
    }
}

fn describe_addresses(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let all = &call.network().addresses;
    let ids = texts(&call.input["AllocationIds"]);
    let mut ips = Vec::new();
    for text in texts(&call.input["PublicIps"]) {
        let ip: Ipv4Addr = cidr::address("publicIp", text)?;
        if !all.values().any(|address| address.public_ip == ip) {
            return refuse("InvalidAddress.NotFound", format!("Address '{text}' not found."));
        }
        ips.push(ip);
    }
    id::ALLOCATION.check_all(all, &ids)?;
    let named = all.values().filter(|address| {
        ids.is_empty() && ips.is_empty() || ids.contains(&address.id.as_str()) || ips.contains(&address.public_ip)
    });
    let found = matching(call, named, &call.input["Filters"])?;
    Ok(json!({ "Addresses": found.into_iter().map(|address| address.show(call)).collect::<Vec<_>>() }))
}
