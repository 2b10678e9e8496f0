//! `CreateVpc`, and everything that comes with a VPC.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{DhcpOptions, Vpc, VpcState};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::ec2::cidr::{self, CidrAssociation};
use crate::services::ec2::describe::Described;
use crate::services::ec2::network_acl::NetworkAcl;
use crate::services::ec2::route_table::RouteTable;
use crate::services::ec2::security_group::SecurityGroup;
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{Ec2, id, parameters, quota, unsupported};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateVpc {
    cidr_block: Option<String>,
    ipv6_pool: Option<String>,
    ipv6_cidr_block: Option<String>,
    ipv4_ipam_pool_id: Option<String>,
    ipv4_netmask_length: Option<i64>,
    ipv6_ipam_pool_id: Option<String>,
    ipv6_netmask_length: Option<i64>,
    ipv6_cidr_block_network_border_group: Option<String>,
    vpc_encryption_control: Option<Value>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    instance_tenancy: Option<String>,
    #[serde(default)]
    amazon_provided_ipv6_cidr_block: bool,
}

pub(super) fn create_vpc(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateVpc = parameters(call)?;
    let cidr = args.ipv4()?;
    args.check_ipv6(call)?;
    if args.vpc_encryption_control.is_some() {
        return Err(unsupported("VpcEncryptionControl"));
    }
    let instance_tenancy = args.instance_tenancy.clone().unwrap_or_else(|| "default".to_owned());
    if instance_tenancy == "host" {
        let message = "Invalid value 'host' for instanceTenancy. Use the default or dedicated values only.";
        return refuse("InvalidParameterValue", message);
    }
    let tags = tag::on_creation(&args.tag_specifications, "vpc")?;
    if call.network().vpcs.len() >= call.quota(quota::VPCS) {
        return refuse("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
    }
    let id = call.id("vpc");
    let mut vpc = Vpc {
        state: VpcState::Pending,
        cidr_block: CidrAssociation { id: call.id("vpc-cidr-assoc"), cidr, associated: true },
        secondary_cidr_blocks: Vec::new(),
        ipv6_cidr_blocks: Vec::new(),
        dhcp_options_id: dhcp_options(call),
        instance_tenancy,
        enable_dns_support: true,
        enable_dns_hostnames: false,
        enable_network_address_usage_metrics: false,
        tags,
        id,
    };
    if args.amazon_provided_ipv6_cidr_block {
        vpc.ipv6_cidr_blocks.push(amazon_block(call, &vpc.id));
    }
    Ok(json!({ "Vpc": insert(call, vpc) }))
}

impl CreateVpc {
    fn ipv4(&self) -> Result<Ipv4Net, ApiError> {
        id::IPAM_POOL.none(self.ipv4_ipam_pool_id.as_deref())?;
        if self.ipv4_netmask_length.is_some() {
            return refuse("InvalidParameterCombination", "ipv4NetmaskLength needs ipv4IpamPoolId");
        }
        let Some(text) = &self.cidr_block else {
            return refuse("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
        };
        let cidr = cidr::ipv4("cidrBlock", text)?;
        cidr::check_vpc_range(cidr)?;
        Ok(cidr)
    }

    fn check_ipv6(&self, call: &Call<'_>) -> Result<(), ApiError> {
        id::IPAM_POOL.none(self.ipv6_ipam_pool_id.as_deref())?;
        id::IPV6_POOL.none(self.ipv6_pool.as_deref())?;
        if self.ipv6_cidr_block.is_some() {
            return refuse("InvalidParameterCombination", "ipv6CidrBlock needs ipv6Pool or ipv6IpamPoolId");
        }
        if self.ipv6_netmask_length.is_some() {
            return refuse("InvalidParameterCombination", "ipv6NetmaskLength needs ipv6IpamPoolId");
        }
        let group = self.ipv6_cidr_block_network_border_group.as_deref();
        check_border_group(call, group, self.amazon_provided_ipv6_cidr_block)
    }
}

/// Refuses a network border group that the Region does not have, or that stands alone.
pub(super) fn check_border_group(call: &Call<'_>, group: Option<&str>, amazon: bool) -> Result<(), ApiError> {
    match group {
        None => Ok(()),
        Some(_) if !amazon => {
            let message = "ipv6CidrBlockNetworkBorderGroup needs amazonProvidedIpv6CidrBlock";
            refuse("InvalidParameterCombination", message)
        }
        Some(group) if group == call.region_name => Ok(()),
        Some(group) => {
            let message = format!("Invalid value '{group}' for ipv6CidrBlockNetworkBorderGroup.");
            refuse("InvalidParameterValue", message)
        }
    }
}

/// An IPv6 block of Amazon's for the VPC `vpc_id`.
pub(super) fn amazon_block(call: &mut Call<'_>, vpc_id: &str) -> CidrAssociation<Ipv6Net> {
    CidrAssociation { id: call.id("vpc-cidr-assoc"), cidr: fresh_ipv6(call.network(), vpc_id), associated: false }
}

/// A /56 that nobody has yet: the same every time for the same VPC, out of the range for documentation.
fn fresh_ipv6(ec2: &Ec2, vpc_id: &str) -> Ipv6Net {
    let taken: Vec<Ipv6Net> = ec2.vpcs.values().flat_map(Vpc::ipv6_cidrs).collect();
    let mut attempt = 0;
    loop {
        let number = u128::from(random::hash(&json!([vpc_id, attempt])) & 0xff_ffff);
        let net = Ipv6Net::new_assert((0x2001_0db8_u128 << 96 | number << 72).into(), 56);
        if !taken.contains(&net) {
            return net;
        }
        attempt += 1;
    }
}

/// The DHCP options of the Region, which come with its first VPC.
fn dhcp_options(call: &mut Call<'_>) -> String {
    if let Some(id) = call.network().dhcp_options.keys().next() {
        return id.clone();
    }
    let id = call.id("dopt");
    call.ec2().dhcp_options.insert(id.clone(), DhcpOptions::default());
    id
}

/// Puts the VPC into the network, with its main route table, its network ACL and its security group.
fn insert(call: &mut Call<'_>, vpc: Vpc) -> Value {
    let table = RouteTable::main(call, &vpc.id);
    let acl = NetworkAcl::default_of(call, &vpc);
    let group = SecurityGroup::default_of(call, &vpc);
    let shown = vpc.show(call);
    let ec2 = call.ec2();
    ec2.route_tables.insert(table.id.clone(), table);
    ec2.network_acls.insert(acl.id.clone(), acl);
    ec2.security_groups.insert(group.id.clone(), group);
    ec2.vpcs.insert(vpc.id.clone(), vpc);
    shown
}
