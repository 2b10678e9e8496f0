//! Subnets.

mod addressing;
pub(super) mod attribute;
mod create;
pub(super) mod ipv6;
pub(super) mod reservation;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cidr::{CidrAssociation, show_state};
use super::describe::{Described, Filters, Listing, describe, maybe, one};
use super::{Ec2, id, parameters};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(crate) use reservation::CidrReservation;

pub(super) const OPERATIONS: Operations = &[
    ("CreateSubnet", create::create_subnet),
    ("DeleteSubnet", delete_subnet),
    ("DescribeSubnets", |call| describe(call, &call.network().subnets, &LISTING)),
];

const LISTING: Listing = Listing { kind: id::SUBNET, ids: "SubnetIds", filters: "Filters", output: "Subnets" };

/// A subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) vpc_id: String,
    pub(crate) availability_zone: String,
    pub(crate) availability_zone_id: String,
    /// Nothing in a subnet for IPv6 only.
    pub(crate) cidr_block: Option<Ipv4Net>,
    pub(crate) ipv6_cidr_block: Option<CidrAssociation<Ipv6Net>>,
    pub(crate) ipv6_native: bool,
    pub(crate) map_public_ip_on_launch: bool,
    pub(crate) assign_ipv6_address_on_creation: bool,
    pub(crate) enable_dns64: bool,
    pub(crate) hostname_type: String,
    pub(crate) enable_resource_name_dns_a_record: bool,
    pub(crate) enable_resource_name_dns_aaaa_record: bool,
    pub(crate) tags: Tags,
}

impl Subnet {
    /// What the last call began is complete.
    pub(super) fn settle(&mut self) {
        self.ipv6_cidr_block.iter_mut().for_each(|block| block.associated = true);
    }

    fn arn(&self, call: &Call<'_>) -> String {
        call.arn("ec2", &format!("subnet/{}", self.id))
    }
}

impl Ec2 {
    pub(crate) fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.get(id)
    }

    /// The subnet with the id `id`, or EC2's refusal.
    pub(crate) fn existing_subnet(&self, id: &str) -> Result<&Subnet, ApiError> {
        id::SUBNET.find(&self.subnets, id)
    }
}

impl Described for Subnet {
    const FILTERS: Filters<Self> = &[
        ("availability-zone", |subnet, _| one(&subnet.availability_zone)),
        ("availabilityZone", |subnet, _| one(&subnet.availability_zone)),
        ("availability-zone-id", |subnet, _| one(&subnet.availability_zone_id)),
        ("availabilityZoneId", |subnet, _| one(&subnet.availability_zone_id)),
        ("available-ip-address-count", |subnet, call| one(call.network().free_addresses(&subnet.id))),
        ("cidr-block", |subnet, _| maybe(subnet.cidr_block)),
        ("cidr", |subnet, _| maybe(subnet.cidr_block)),
        ("cidrBlock", |subnet, _| maybe(subnet.cidr_block)),
        ("customer-owned-ipv4-pool", |_, _| Vec::new()),
        ("default-for-az", |_, _| one(false)),
        ("defaultForAz", |_, _| one(false)),
        ("enable-dns64", |subnet, _| one(subnet.enable_dns64)),
        ("enable-lni-at-device-index", |_, _| Vec::new()),
        ("ipv6-cidr-block-association.ipv6-cidr-block", |subnet, _| maybe(subnet.ipv6().map(|block| block.cidr))),
        ("ipv6-cidr-block-association.association-id", |subnet, _| maybe(subnet.ipv6().map(|block| &block.id))),
        ("ipv6-cidr-block-association.state", |subnet, _| maybe(subnet.ipv6().map(CidrAssociation::state))),
        ("ipv6-native", |subnet, _| one(subnet.ipv6_native)),
        ("map-customer-owned-ip-on-launch", |_, _| one(false)),
        ("map-public-ip-on-launch", |subnet, _| one(subnet.map_public_ip_on_launch)),
        ("outpost-arn", |_, _| Vec::new()),
        ("owner-id", |_, call| one(&call.account_id)),
        ("private-dns-name-options-on-launch.hostname-type", |subnet, _| one(&subnet.hostname_type)),
        ("private-dns-name-options-on-launch.enable-resource-name-dns-a-record", |subnet, _| {
            one(subnet.enable_resource_name_dns_a_record)
        }),
        ("private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record", |subnet, _| {
            one(subnet.enable_resource_name_dns_aaaa_record)
        }),
        ("state", |_, _| one("available")),
        ("subnet-arn", |subnet, call| one(subnet.arn(call))),
        ("subnet-id", |subnet, _| one(&subnet.id)),
        ("vpc-id", |subnet, _| one(&subnet.vpc_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "SubnetId": self.id,
            "SubnetArn": self.arn(call),
            "State": "available",
            "VpcId": self.vpc_id,
            "OwnerId": call.account_id,
            "AvailabilityZone": self.availability_zone,
            "AvailabilityZoneId": self.availability_zone_id,
            "CidrBlock": self.cidr_block,
            "AvailableIpAddressCount": call.network().free_addresses_in(self),
            "Ipv6CidrBlockAssociationSet": self.ipv6().map(show_ipv6_cidr_block).into_iter().collect::<Vec<_>>(),
            "Ipv6Native": self.ipv6_native,
            "AssignIpv6AddressOnCreation": self.assign_ipv6_address_on_creation,
            "DefaultForAz": false,
            "MapPublicIpOnLaunch": self.map_public_ip_on_launch,
            "MapCustomerOwnedIpOnLaunch": false,
            "EnableDns64": self.enable_dns64,
            "PrivateDnsNameOptionsOnLaunch": {
                "HostnameType": self.hostname_type,
                "EnableResourceNameDnsARecord": self.enable_resource_name_dns_a_record,
                "EnableResourceNameDnsAAAARecord": self.enable_resource_name_dns_aaaa_record,
            },
            "BlockPublicAccessStates": { "InternetGatewayBlockMode": "off" },
            "Tags": tags::to_list(&self.tags),
        })
    }
}

impl Subnet {
    fn ipv6(&self) -> Option<&CidrAssociation<Ipv6Net>> {
        self.ipv6_cidr_block.as_ref()
    }
}

fn show_ipv6_cidr_block(block: &CidrAssociation<Ipv6Net>) -> Value {
    json!({
        "AssociationId": block.id,
        "Ipv6CidrBlock": block.cidr,
        "Ipv6CidrBlockState": show_state(block.state()),
        "Ipv6AddressAttribute": "public",
        "IpSource": "amazon",
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteSubnet {
    subnet_id: String,
}

fn delete_subnet(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteSubnet { subnet_id } = parameters(call)?;
    id::SUBNET.find(&call.network().subnets, &subnet_id)?;
    if call.network().network_interfaces.values().any(|interface| interface.subnet_id == subnet_id) {
        let message = format!("The subnet '{subnet_id}' has dependencies and cannot be deleted.");
        return refuse("DependencyViolation", message);
    }
    let ec2 = call.ec2();
    ec2.subnets.remove(&subnet_id);
    ec2.subnet_cidr_reservations.retain(|_, reservation| reservation.subnet_id != subnet_id);
    ec2.route_tables.values_mut().for_each(|table| table.forget_subnet(&subnet_id));
    ec2.network_acls.values_mut().for_each(|acl| acl.forget_subnet(&subnet_id));
    Ok(json!({}))
}
