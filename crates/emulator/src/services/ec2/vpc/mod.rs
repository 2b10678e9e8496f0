//! VPCs.

pub(super) mod attribute;
pub(super) mod cidr_block;
mod create;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cidr::{CidrAssociation, show_state};
use super::describe::{Described, Filters, Listing, describe, many, one};
use super::{Ec2, id, parameters};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[
    ("CreateVpc", create::create_vpc),
    ("DeleteVpc", delete_vpc),
    ("DescribeVpcs", |call| describe(call, &call.network().vpcs, &LISTING)),
    ("ModifyVpcTenancy", modify_vpc_tenancy),
];

const LISTING: Listing = Listing { kind: id::VPC, ids: "VpcIds", filters: "Filters", output: "Vpcs" };

/// A VPC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    pub(crate) state: VpcState,
    /// The primary block, which stays as long as the VPC.
    pub(crate) cidr_block: CidrAssociation<Ipv4Net>,
    pub(crate) secondary_cidr_blocks: Vec<CidrAssociation<Ipv4Net>>,
    pub(crate) ipv6_cidr_blocks: Vec<CidrAssociation<Ipv6Net>>,
    pub(crate) dhcp_options_id: String,
    pub(crate) instance_tenancy: String,
    pub(crate) enable_dns_support: bool,
    pub(crate) enable_dns_hostnames: bool,
    pub(crate) enable_network_address_usage_metrics: bool,
    pub(crate) tags: Tags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum VpcState {
    Pending,
    Available,
}

/// The DHCP options that every VPC has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DhcpOptions {
    pub(crate) tags: Tags,
}

impl Vpc {
    /// All IPv4 blocks, the primary one first.
    pub(crate) fn ipv4_cidrs(&self) -> Vec<Ipv4Net> {
        self.ipv4_associations().map(|association| association.cidr).collect()
    }

    /// All IPv6 blocks.
    pub(crate) fn ipv6_cidrs(&self) -> Vec<Ipv6Net> {
        self.ipv6_cidr_blocks.iter().map(|association| association.cidr).collect()
    }

    fn ipv4_associations(&self) -> impl Iterator<Item = &CidrAssociation<Ipv4Net>> {
        std::iter::once(&self.cidr_block).chain(&self.secondary_cidr_blocks)
    }

    /// What the last call began is complete.
    pub(super) fn settle(&mut self) {
        self.state = VpcState::Available;
        self.secondary_cidr_blocks.iter_mut().for_each(|block| block.associated = true);
        self.ipv6_cidr_blocks.iter_mut().for_each(|block| block.associated = true);
    }
}

impl VpcState {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
        }
    }
}

impl Ec2 {
    pub(crate) fn vpc(&self, id: &str) -> Option<&Vpc> {
        self.vpcs.get(id)
    }

    /// Whether something holds the VPC: all but what came with it.
    fn vpc_is_held(&self, id: &str) -> bool {
        self.subnets.values().any(|subnet| subnet.vpc_id == id)
            || self.network_interfaces.values().any(|interface| interface.vpc_id == id)
            || self.internet_gateways.values().any(|gateway| gateway.vpc_id.as_deref() == Some(id))
            || self.has_egress_only_gateway(id)
            || self.nat_gateways.values().any(|gateway| gateway.vpc_id == id && gateway.is_alive())
            || self.has_endpoints(id)
            || self.security_groups.values().any(|group| group.vpc_id == id && !group.is_default())
            || self.route_tables.values().any(|table| table.vpc_id == id && !table.is_main())
    }
}

impl Described for Vpc {
    const FILTERS: Filters<Self> = &[
        ("cidr", |vpc, _| one(vpc.cidr_block.cidr)),
        ("cidr-block-association.cidr-block", |vpc, _| many(vpc.ipv4_cidrs())),
        ("cidr-block-association.association-id", |vpc, _| many(vpc.ipv4_associations().map(|found| &found.id))),
        ("cidr-block-association.state", |vpc, _| many(vpc.ipv4_associations().map(CidrAssociation::state))),
        ("dhcp-options-id", |vpc, _| one(&vpc.dhcp_options_id)),
        ("ipv6-cidr-block-association.ipv6-cidr-block", |vpc, _| many(vpc.ipv6_cidrs())),
        ("ipv6-cidr-block-association.ipv6-pool", |vpc, _| many(vpc.ipv6_cidr_blocks.iter().map(|_| "Amazon"))),
        ("ipv6-cidr-block-association.association-id", |vpc, _| {
            many(vpc.ipv6_cidr_blocks.iter().map(|found| &found.id))
        }),
        ("ipv6-cidr-block-association.state", |vpc, _| many(vpc.ipv6_cidr_blocks.iter().map(CidrAssociation::state))),
        ("is-default", |_, _| one(false)),
        ("owner-id", |_, call| one(&call.account_id)),
        ("state", |vpc, _| one(vpc.state.name())),
        ("vpc-id", |vpc, _| one(&vpc.id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "VpcId": self.id,
            "State": self.state.name(),
            "OwnerId": call.account_id,
            "CidrBlock": self.cidr_block.cidr,
            "CidrBlockAssociationSet": self.ipv4_associations().map(show_cidr_block).collect::<Vec<_>>(),
            "Ipv6CidrBlockAssociationSet":
                self.ipv6_cidr_blocks.iter().map(|block| show_ipv6_cidr_block(block, call)).collect::<Vec<_>>(),
            "DhcpOptionsId": self.dhcp_options_id,
            "InstanceTenancy": self.instance_tenancy,
            "IsDefault": false,
            "BlockPublicAccessStates": { "InternetGatewayBlockMode": "off" },
            "Tags": tags::to_list(&self.tags),
        })
    }
}

fn show_cidr_block(block: &CidrAssociation<Ipv4Net>) -> Value {
    json!({ "AssociationId": block.id, "CidrBlock": block.cidr, "CidrBlockState": show_state(block.state()) })
}

/// Which block it is, AWS tells only when it is associated.
fn show_ipv6_cidr_block(block: &CidrAssociation<Ipv6Net>, call: &Call<'_>) -> Value {
    json!({
        "AssociationId": block.id,
        "Ipv6CidrBlock": block.associated.then_some(block.cidr),
        "Ipv6CidrBlockState": show_state(block.state()),
        "NetworkBorderGroup": call.region_name,
        "Ipv6Pool": "Amazon",
        "Ipv6AddressAttribute": "public",
        "IpSource": "amazon",
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteVpc {
    vpc_id: String,
}

fn delete_vpc(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteVpc { vpc_id } = parameters(call)?;
    id::VPC.find(&call.network().vpcs, &vpc_id)?;
    if call.network().vpc_is_held(&vpc_id) {
        let message = format!("The vpc '{vpc_id}' has dependencies and cannot be deleted.");
        return refuse("DependencyViolation", message);
    }
    let ec2 = call.ec2();
    ec2.route_tables.retain(|_, table| table.vpc_id != vpc_id);
    ec2.network_acls.retain(|_, acl| acl.vpc_id != vpc_id);
    ec2.security_groups.retain(|_, group| group.vpc_id != vpc_id);
    ec2.vpcs.remove(&vpc_id);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ModifyVpcTenancy {
    vpc_id: String,
    /// The model allows `default` only.
    instance_tenancy: String,
}

fn modify_vpc_tenancy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ModifyVpcTenancy = parameters(call)?;
    id::VPC.find_mut(&mut call.ec2().vpcs, &args.vpc_id)?.instance_tenancy = args.instance_tenancy;
    Ok(json!({ "ReturnValue": true }))
}
