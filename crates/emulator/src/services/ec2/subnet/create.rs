//! `CreateSubnet`.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Subnet;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::cidr::{self, CidrAssociation};
use crate::services::ec2::describe::Described;
use crate::services::ec2::region::zone::{self, Zone};
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{Ec2, Vpc, id, parameters, quota, unsupported};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateSubnet {
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    cidr_block: Option<String>,
    ipv6_cidr_block: Option<String>,
    outpost_arn: Option<String>,
    vpc_id: String,
    #[serde(default)]
    ipv6_native: bool,
    ipv4_ipam_pool_id: Option<String>,
    ipv4_netmask_length: Option<i64>,
    ipv6_ipam_pool_id: Option<String>,
    ipv6_netmask_length: Option<i64>,
}

pub(super) fn create_subnet(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateSubnet = parameters(call)?;
    let tags = tag::on_creation(&args.tag_specifications, "subnet")?;
    args.check_sources()?;
    let zone = args.zone(call)?;
    let vpc = id::VPC.find(&call.network().vpcs, &args.vpc_id)?;
    let cidr_block = args.ipv4(call.network(), vpc)?;
    let ipv6_cidr = args.ipv6(call.network(), vpc)?;
    if call.network().subnets.values().filter(|subnet| subnet.vpc_id == args.vpc_id).count()
        >= call.quota(quota::SUBNETS_PER_VPC)
    {
        return refuse("SubnetLimitExceeded", "The maximum number of subnets has been reached.");
    }
    let id = call.id("subnet");
    let ipv6_cidr_block =
        ipv6_cidr.map(|cidr| CidrAssociation { id: call.id("subnet-cidr-assoc"), cidr, associated: false });
    let subnet = Subnet {
        id,
        vpc_id: args.vpc_id,
        availability_zone: zone.name,
        availability_zone_id: zone.id,
        cidr_block,
        ipv6_cidr_block,
        ipv6_native: args.ipv6_native,
        map_public_ip_on_launch: false,
        assign_ipv6_address_on_creation: args.ipv6_native,
        enable_dns64: false,
        hostname_type: if args.ipv6_native { "resource-name" } else { "ip-name" }.to_owned(),
        enable_resource_name_dns_a_record: false,
        enable_resource_name_dns_aaaa_record: false,
        tags,
    };
    Ok(json!({ "Subnet": insert(call, subnet) }))
}

impl CreateSubnet {
    /// Refuses pools and Outposts, of which there are none, and what makes sense with a pool only.
    fn check_sources(&self) -> Result<(), ApiError> {
        id::IPAM_POOL.none(self.ipv4_ipam_pool_id.as_deref())?;
        id::IPAM_POOL.none(self.ipv6_ipam_pool_id.as_deref())?;
        if self.ipv4_netmask_length.is_some() || self.ipv6_netmask_length.is_some() {
            let message = "ipv4NetmaskLength and ipv6NetmaskLength need an IPAM pool";
            return refuse("InvalidParameterCombination", message);
        }
        match self.outpost_arn {
            Some(_) => Err(unsupported("OutpostArn")),
            None => Ok(()),
        }
    }

    /// The zone that is asked for; the first one of the Region if none is.
    fn zone(&self, call: &Call<'_>) -> Result<Zone, ApiError> {
        let zones = zone::open_zones(&call.region_name);
        let by_name = self.availability_zone.as_deref().map(|name| (name, "availabilityZone"));
        let by_id = self.availability_zone_id.as_deref().map(|id| (id, "availabilityZoneId"));
        for (asked, parameter) in by_name.into_iter().chain(by_id) {
            let named =
                |zone: &Zone| if parameter == "availabilityZone" { zone.name == asked } else { zone.id == asked };
            if !zones.iter().any(named) {
                let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
                let message = format!(
                    "Value ({asked}) for parameter {parameter} is invalid. Subnets can currently only be created in \
                     the following availability zones: {}.",
                    names.join(", ")
                );
                return refuse("InvalidParameterValue", message);
            }
        }
        let fits = |zone: &Zone| {
            self.availability_zone.as_ref().is_none_or(|name| *name == zone.name)
                && self.availability_zone_id.as_ref().is_none_or(|id| *id == zone.id)
        };
        let differ = || {
            let message = "The parameters availabilityZone and availabilityZoneId name different zones.";
            ApiError::new("InvalidParameterCombination", message)
        };
        zones.into_iter().find(fits).ok_or_else(differ)
    }

    fn ipv4(&self, ec2: &Ec2, vpc: &Vpc) -> Result<Option<Ipv4Net>, ApiError> {
        match (&self.cidr_block, self.ipv6_native) {
            (None, true) => Ok(None),
            (Some(_), true) => {
                refuse("InvalidParameterCombination", "The parameter cidrBlock cannot be used with ipv6Native")
            }
            (None, false) => refuse("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."),
            (Some(text), false) => {
                let cidr = cidr::ipv4("cidrBlock", text)?;
                check_ipv4(ec2, vpc, cidr)?;
                Ok(Some(cidr))
            }
        }
    }

    fn ipv6(&self, ec2: &Ec2, vpc: &Vpc) -> Result<Option<Ipv6Net>, ApiError> {
        match &self.ipv6_cidr_block {
            None if self.ipv6_native => {
                refuse("MissingParameter", "The request must contain the parameter ipv6CidrBlock")
            }
            None => Ok(None),
            Some(text) => {
                let cidr = cidr::ipv6("ipv6CidrBlock", text)?;
                check_ipv6(ec2, vpc, cidr)?;
                Ok(Some(cidr))
            }
        }
    }
}

fn check_ipv4(ec2: &Ec2, vpc: &Vpc, cidr: Ipv4Net) -> Result<(), ApiError> {
    let allowed = (16..=28).contains(&cidr.prefix_len());
    if !allowed || !vpc.ipv4_cidrs().iter().any(|block| block.contains(&cidr)) {
        return refuse("InvalidSubnet.Range", format!("The CIDR '{cidr}' is invalid."));
    }
    let mut others = ec2.subnets.values().filter(|subnet| subnet.vpc_id == vpc.id);
    if others.any(|subnet| subnet.cidr_block.is_some_and(|other| cidr::overlap(other, cidr))) {
        return refuse("InvalidSubnet.Conflict", format!("The CIDR '{cidr}' conflicts with another subnet"));
    }
    Ok(())
}

/// Between /44 and /64 in steps of 4, in a block of the VPC, and nobody else's.
pub(super) fn check_ipv6(ec2: &Ec2, vpc: &Vpc, cidr: Ipv6Net) -> Result<(), ApiError> {
    let allowed = (44..=64).contains(&cidr.prefix_len()) && cidr.prefix_len().is_multiple_of(4);
    if !allowed || !vpc.ipv6_cidrs().iter().any(|block| block.contains(&cidr)) {
        return refuse("InvalidSubnet.Range", format!("The CIDR '{cidr}' is invalid."));
    }
    let mut others = ec2.subnets.values().filter(|subnet| subnet.vpc_id == vpc.id);
    if others.any(|subnet| subnet.ipv6().is_some_and(|other| cidr::overlap_ipv6(other.cidr, cidr))) {
        return refuse("InvalidSubnet.Conflict", format!("The CIDR '{cidr}' conflicts with another subnet"));
    }
    Ok(())
}

/// Puts the subnet into the network, under the network ACL of its VPC.
fn insert(call: &mut Call<'_>, subnet: Subnet) -> Value {
    let association = call.id("aclassoc");
    let shown = subnet.show(call);
    let ec2 = call.ec2();
    if let Some(acl) = ec2.network_acls.values_mut().find(|acl| acl.vpc_id == subnet.vpc_id) {
        acl.associations.insert(association, subnet.id.clone());
    }
    ec2.subnets.insert(subnet.id.clone(), subnet);
    shown
}
