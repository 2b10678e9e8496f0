//! The IPv6 block of a subnet.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{create, show_ipv6_cidr_block};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::cidr::{self, CidrAssociation, show_state};
use crate::services::ec2::{id, parameters};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("AssociateSubnetCidrBlock", associate_subnet_cidr_block),
    ("DisassociateSubnetCidrBlock", disassociate_subnet_cidr_block),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssociateSubnetCidrBlock {
    ipv6_ipam_pool_id: Option<String>,
    ipv6_netmask_length: Option<i64>,
    subnet_id: String,
    ipv6_cidr_block: Option<String>,
}

fn associate_subnet_cidr_block(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: AssociateSubnetCidrBlock = parameters(call)?;
    let ec2 = call.network();
    let subnet = id::SUBNET.find(&ec2.subnets, &args.subnet_id)?;
    id::IPAM_POOL.none(args.ipv6_ipam_pool_id.as_deref())?;
    if args.ipv6_netmask_length.is_some() {
        return refuse("InvalidParameterCombination", "ipv6NetmaskLength needs ipv6IpamPoolId");
    }
    let Some(text) = &args.ipv6_cidr_block else {
        return refuse("MissingParameter", "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.");
    };
    let cidr = cidr::ipv6("ipv6CidrBlock", text)?;
    if subnet.ipv6().is_some() {
        let message = format!("The subnet '{}' has met its maximum number of allowed CIDRs: 1", subnet.id);
        return refuse("CidrLimitExceeded", message);
    }
    create::check_ipv6(ec2, id::VPC.find(&ec2.vpcs, &subnet.vpc_id)?, cidr)?;
    let block = CidrAssociation { id: call.id("subnet-cidr-assoc"), cidr, associated: false };
    let shown = show_ipv6_cidr_block(&block);
    id::SUBNET.find_mut(&mut call.ec2().subnets, &args.subnet_id)?.ipv6_cidr_block = Some(block);
    Ok(json!({ "SubnetId": args.subnet_id, "Ipv6CidrBlockAssociation": shown }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DisassociateSubnetCidrBlock {
    association_id: String,
}

fn disassociate_subnet_cidr_block(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DisassociateSubnetCidrBlock { association_id } = parameters(call)?;
    id::SUBNET_CIDR_ASSOCIATION.check(&association_id)?;
    let ec2 = call.network();
    let found = ec2
        .subnets
        .values()
        .find_map(|subnet| Some((subnet, subnet.ipv6()?)).filter(|(_, block)| block.id == association_id));
    let (subnet, block) = found.ok_or_else(|| id::SUBNET_CIDR_ASSOCIATION.not_found(&association_id))?;
    if subnet.ipv6_native {
        let message = format!("The IPv6 CIDR block of the subnet {}, which is for IPv6 only, stays", subnet.id);
        return refuse("OperationNotPermitted", message);
    }
    let mut interfaces = ec2.network_interfaces.values().filter(|interface| interface.subnet_id == subnet.id);
    if subnet.assign_ipv6_address_on_creation || interfaces.any(|interface| interface.ipv6_address.is_some()) {
        let message = format!("The IPv6 CIDR block of the subnet {} is in use.", subnet.id);
        return refuse("DependencyViolation", message);
    }
    let mut shown = show_ipv6_cidr_block(block);
    shown["Ipv6CidrBlockState"] = show_state("disassociating");
    let subnet_id = subnet.id.clone();
    id::SUBNET.find_mut(&mut call.ec2().subnets, &subnet_id)?.ipv6_cidr_block = None;
    Ok(json!({ "SubnetId": subnet_id, "Ipv6CidrBlockAssociation": shown }))
}
