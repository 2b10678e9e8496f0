//! Further CIDR blocks of VPCs.

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Vpc, create, show_cidr_block, show_ipv6_cidr_block};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::cidr::{self, CidrAssociation, show_state};
use crate::services::ec2::route_table::Destination;
use crate::services::ec2::{Ec2, id, parameters, quota};

pub(in crate::services::ec2) const OPERATIONS: Operations =
    &[("AssociateVpcCidrBlock", associate_vpc_cidr_block), ("DisassociateVpcCidrBlock", disassociate_vpc_cidr_block)];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssociateVpcCidrBlock {
    cidr_block: Option<String>,
    ipv6_cidr_block_network_border_group: Option<String>,
    ipv6_pool: Option<String>,
    ipv6_cidr_block: Option<String>,
    ipv4_ipam_pool_id: Option<String>,
    ipv4_netmask_length: Option<i64>,
    ipv6_ipam_pool_id: Option<String>,
    ipv6_netmask_length: Option<i64>,
    vpc_id: String,
    #[serde(default)]
    amazon_provided_ipv6_cidr_block: bool,
}

impl AssociateVpcCidrBlock {
    /// Refuses pools, of which there are none, and what makes sense with a pool only.
    fn check_pools(&self) -> Result<(), ApiError> {
        id::IPAM_POOL.none(self.ipv4_ipam_pool_id.as_deref())?;
        id::IPAM_POOL.none(self.ipv6_ipam_pool_id.as_deref())?;
        id::IPV6_POOL.none(self.ipv6_pool.as_deref())?;
        let without_pool =
            self.ipv6_cidr_block.is_some() || self.ipv4_netmask_length.is_some() || self.ipv6_netmask_length.is_some();
        if without_pool {
            let message = "ipv6CidrBlock, ipv4NetmaskLength and ipv6NetmaskLength need a pool";
            return refuse("InvalidParameterCombination", message);
        }
        Ok(())
    }
}

fn associate_vpc_cidr_block(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: AssociateVpcCidrBlock = parameters(call)?;
    id::VPC.find(&call.network().vpcs, &args.vpc_id)?;
    args.check_pools()?;
    let group = args.ipv6_cidr_block_network_border_group.as_deref();
    create::check_border_group(call, group, args.amazon_provided_ipv6_cidr_block)?;
    match (&args.cidr_block, args.amazon_provided_ipv6_cidr_block) {
        (Some(text), false) => {
            let cidr = cidr::ipv4("cidrBlock", text)?;
            associate_ipv4(call, &args.vpc_id, cidr)
        }
        (None, true) => associate_ipv6(call, &args.vpc_id),
        (None, false) => {
            let message = "Either 'cidrBlock', 'ipv6Pool' or 'amazonProvidedIpv6CidrBlock' should be provided.";
            refuse("MissingParameter", message)
        }
        (Some(_), true) => {
            let message = "Only one of 'cidrBlock' and 'amazonProvidedIpv6CidrBlock' can be provided.";
            refuse("InvalidParameterCombination", message)
        }
    }
}

fn associate_ipv4(call: &mut Call<'_>, vpc_id: &str, cidr: Ipv4Net) -> Result<Value, ApiError> {
    let vpc = id::VPC.find(&call.network().vpcs, vpc_id)?;
    cidr::check_vpc_range(cidr)?;
    check_fits(call.network(), vpc, cidr)?;
    if vpc.ipv4_cidrs().len() >= call.quota(quota::IPV4_CIDRS_PER_VPC) {
        return limit_exceeded(vpc_id, call.quota(quota::IPV4_CIDRS_PER_VPC));
    }
    let block = CidrAssociation { id: call.id("vpc-cidr-assoc"), cidr, associated: false };
    let shown = show_cidr_block(&block);
    id::VPC.find_mut(&mut call.ec2().vpcs, vpc_id)?.secondary_cidr_blocks.push(block);
    Ok(json!({ "VpcId": vpc_id, "CidrBlockAssociation": shown }))
}

/// Refuses a block that overlaps others of the VPC or covers one of its routes, and ranges that do not mix.
fn check_fits(ec2: &Ec2, vpc: &Vpc, cidr: Ipv4Net) -> Result<(), ApiError> {
    let existing = vpc.ipv4_cidrs();
    if existing.iter().any(|other| cidr::overlap(*other, cidr)) {
        return refuse("InvalidVpc.Range", format!("The CIDR '{cidr}' overlaps with another CIDR of {}.", vpc.id));
    }
    if cidr::is_restricted(&existing, cidr) {
        let message = format!(
            "The CIDR '{cidr}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, \
             or use a publicly-routable CIDR."
        );
        return refuse("InvalidVpc.Range", message);
    }
    let tables = ec2.route_tables.values().filter(|table| table.vpc_id == vpc.id);
    if let Some(route) = tables.flat_map(|table| table.ipv4_destinations()).find(|route| cidr.contains(route)) {
        let message = format!("The CIDR '{cidr}' is the same as or larger than the destination {route} of a route.");
        return refuse("InvalidVpc.Range", message);
    }
    Ok(())
}

fn associate_ipv6(call: &mut Call<'_>, vpc_id: &str) -> Result<Value, ApiError> {
    let vpc = id::VPC.find(&call.network().vpcs, vpc_id)?;
    if vpc.ipv6_cidr_blocks.len() >= call.quota(quota::IPV6_CIDRS_PER_VPC) {
        return limit_exceeded(vpc_id, call.quota(quota::IPV6_CIDRS_PER_VPC));
    }
    let block = create::amazon_block(call, vpc_id);
    let shown = show_ipv6_cidr_block(&block, call);
    let ec2 = call.ec2();
    id::VPC.find_mut(&mut ec2.vpcs, vpc_id)?.ipv6_cidr_blocks.push(block);
    ec2.allow_ipv6(vpc_id);
    Ok(json!({ "VpcId": vpc_id, "Ipv6CidrBlockAssociation": shown }))
}

fn limit_exceeded(vpc_id: &str, limit: usize) -> Result<Value, ApiError> {
    let message = format!("This network '{vpc_id}' has met its maximum number of allowed CIDRs: {limit}");
    refuse("CidrLimitExceeded", message)
}

impl Ec2 {
    /// What a VPC came with lets IPv6 through from now on, as it does IPv4.
    fn allow_ipv6(&mut self, vpc_id: &str) {
        for acl in self.network_acls.values_mut().filter(|acl| acl.vpc_id == vpc_id) {
            acl.allow_ipv6();
        }
        for group in self.security_groups.values_mut().filter(|group| group.vpc_id == vpc_id && group.is_default()) {
            group.allow_ipv6();
        }
    }

    /// The VPC with the block that `association_id` names.
    fn vpc_with_block(&self, association_id: &str) -> Result<&Vpc, ApiError> {
        id::VPC_CIDR_ASSOCIATION.check(association_id)?;
        let has = |vpc: &&Vpc| {
            vpc.ipv4_associations().any(|block| block.id == association_id)
                || vpc.ipv6_cidr_blocks.iter().any(|block| block.id == association_id)
        };
        self.vpcs.values().find(has).ok_or_else(|| id::VPC_CIDR_ASSOCIATION.not_found(association_id))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DisassociateVpcCidrBlock {
    association_id: String,
}

fn disassociate_vpc_cidr_block(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DisassociateVpcCidrBlock { association_id } = parameters(call)?;
    let vpc = call.network().vpc_with_block(&association_id)?;
    if vpc.cidr_block.id == association_id {
        let message = format!(
            "The vpc CIDR block with association ID {association_id} may not be disassociated. \
             It is the primary IPv4 CIDR block of the VPC"
        );
        return refuse("OperationNotPermitted", message);
    }
    check_unused(call.network(), vpc, &association_id)?;
    let vpc_id = vpc.id.clone();
    let mut answer = json!({ "VpcId": vpc_id });
    if let Some(block) = vpc.secondary_cidr_blocks.iter().find(|block| block.id == association_id) {
        answer["CidrBlockAssociation"] = show_cidr_block(block);
        answer["CidrBlockAssociation"]["CidrBlockState"] = show_state("disassociating");
    }
    if let Some(block) = vpc.ipv6_cidr_blocks.iter().find(|block| block.id == association_id) {
        answer["Ipv6CidrBlockAssociation"] = show_ipv6_cidr_block(block, call);
        answer["Ipv6CidrBlockAssociation"]["Ipv6CidrBlockState"] = show_state("disassociating");
    }
    let ec2 = call.ec2();
    let vpc = id::VPC.find_mut(&mut ec2.vpcs, &vpc_id)?;
    let (ipv4, ipv6) = (&mut vpc.secondary_cidr_blocks, &mut vpc.ipv6_cidr_blocks);
    let gone: Vec<Destination> = ipv4
        .extract_if(.., |block| block.id == association_id)
        .map(|block| Destination::Ipv4(block.cidr))
        .chain(ipv6.extract_if(.., |block| block.id == association_id).map(|block| Destination::Ipv6(block.cidr)))
        .collect();
    // Its local route goes with it, whatever its target was.
    for table in ec2.route_tables.values_mut().filter(|table| table.vpc_id == vpc_id) {
        gone.iter().for_each(|destination| table.forget_destination(destination));
    }
    Ok(answer)
}

/// Refuses a block in which there are subnets.
fn check_unused(ec2: &Ec2, vpc: &Vpc, association_id: &str) -> Result<(), ApiError> {
    let ipv4 = vpc.secondary_cidr_blocks.iter().find(|block| block.id == association_id);
    let ipv6 = vpc.ipv6_cidr_blocks.iter().find(|block| block.id == association_id);
    let mut subnets = ec2.subnets.values().filter(|subnet| subnet.vpc_id == vpc.id);
    let used = subnets.any(|subnet| {
        let within = ipv4.zip(subnet.cidr_block).is_some_and(|(block, cidr)| block.cidr.contains(&cidr));
        let block = ipv6.zip(subnet.ipv6_cidr_block.as_ref());
        within || block.is_some_and(|(block, own)| block.cidr.contains(&own.cidr))
    });
    if used {
        let cidr = ipv4.map(|block| block.cidr.to_string()).or(ipv6.map(|block| block.cidr.to_string()));
        let message =
            format!("The vpc {} currently has a subnet within CIDR block {}", vpc.id, cidr.unwrap_or_default());
        return refuse("InvalidCidrBlock.InUse", message);
    }
    Ok(())
}
