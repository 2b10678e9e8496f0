//! What EKS asks of subnets and security groups, of clusters and of node groups.

use std::collections::BTreeSet;

use super::{INVALID_REQUEST, invalid, passed_on, quota};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{Ec2, Subnet, open_zones};

/// Zones without EKS. Source: "View Amazon EKS networking requirements for VPC and subnets".
const EXCLUDED_ZONES: &[&str] = &["use1-az3", "usw1-az2", "cac1-az3"];

/// Free addresses that each subnet of a new cluster needs. Source: the same, "at least six".
const FREE_AT_CREATION: u32 = 6;
/// Free addresses that each needs for a new version. Source: "Update existing cluster to new Kubernetes version".
const FREE_AT_UPDATE: u32 = 5;

/// Refuses subnets that a new cluster called `name` could not have; gives their VPC.
pub(super) fn check_new_subnets(call: &Call<'_>, name: &str, ids: &BTreeSet<String>) -> Result<String, ApiError> {
    let vpc_id = check_cluster_subnets(call, name, ids)?;
    match crowded(call.network(), ids, FREE_AT_CREATION) {
        Some(message) => invalid(message),
        None => Ok(vpc_id),
    }
}

/// Refuses subnets that no cluster called `name` could have; gives their VPC.
pub(super) fn check_cluster_subnets(call: &Call<'_>, name: &str, ids: &BTreeSet<String>) -> Result<String, ApiError> {
    let subnets = existing(call, ids)?;
    let vpcs: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.vpc_id.as_str()).collect();
    if vpcs.len() > 1 {
        return invalid("Subnets specified must belong to the same VPC");
    }
    if let Some(subnet) = subnets.iter().find(|subnet| EXCLUDED_ZONES.contains(&subnet.availability_zone_id.as_str())) {
        return Err(unsupported_zone(call, name, subnet));
    }
    let zones: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.availability_zone.as_str()).collect();
    match vpcs.first() {
        Some(vpc_id) if zones.len() >= 2 => Ok((*vpc_id).to_owned()),
        _ => invalid("Subnets specified must be in at least two different AZs"),
    }
}

/// Refuses subnets that are too full for the control plane to get a new version.
pub(super) fn check_free_for_update(call: &Call<'_>, ids: &BTreeSet<String>) -> Result<(), ApiError> {
    crowded(call.network(), ids, FREE_AT_UPDATE).map_or(Ok(()), |message| refuse(INVALID_REQUEST, message))
}

/// The subnets with these ids; all must be there.
pub(super) fn existing<'c>(call: &'c Call<'_>, ids: &BTreeSet<String>) -> Result<Vec<&'c Subnet>, ApiError> {
    let find = |id: &String| call.network().existing_subnet(id).map_err(|error| passed_on("AmazonEC2", 400, &error));
    ids.iter().map(find).collect()
}

/// Refuses security groups that the interfaces of a cluster in the VPC could not have.
pub(super) fn check_security_groups(call: &Call<'_>, vpc_id: &str, ids: &BTreeSet<String>) -> Result<(), ApiError> {
    if ids.len() > quota::SECURITY_GROUPS {
        return invalid(format!("A cluster can have at most {} security groups", quota::SECURITY_GROUPS));
    }
    let mut elsewhere = Vec::new();
    for id in ids {
        let found = call.network().existing_security_group(id);
        let group = found.map_err(|error| passed_on("AmazonEC2", 400, &error))?;
        if group.vpc_id != vpc_id {
            elsewhere.push(id.as_str());
        }
    }
    if elsewhere.is_empty() {
        return Ok(());
    }
    invalid(format!(
        "Security group(s) [{}] are not in the same VPC as the subnets. \
         Please specify Security Groups that are in VPC: {vpc_id}",
        elsewhere.join(", ")
    ))
}

/// The zones of subnets. Those that are gone have none.
pub(super) fn zones(ec2: &Ec2, ids: &BTreeSet<String>) -> BTreeSet<String> {
    ids.iter().filter_map(|id| ec2.subnet(id)).map(|subnet| subnet.availability_zone.clone()).collect()
}

/// EKS's words for subnets of which one has fewer than `needed` free addresses.
fn crowded(ec2: &Ec2, ids: &BTreeSet<String>, needed: u32) -> Option<String> {
    let full = ids.iter().filter(|id| ec2.subnet(id).is_some());
    let full: Vec<(&String, u32)> =
        full.map(|id| (id, ec2.free_addresses(id))).filter(|(_, free)| *free < needed).collect();
    let named: Vec<String> = full.iter().map(|(id, free)| format!("{id} Free IPs: {free}")).collect();
    let message = format!(
        "Provided subnets {} , need at least {needed} IPs in each subnet to be free for this operation",
        named.join(", ")
    );
    (!full.is_empty()).then_some(message)
}

fn unsupported_zone(call: &Call<'_>, name: &str, subnet: &Subnet) -> ApiError {
    let open = open_zones(&call.region_name).into_iter().filter(|zone| !EXCLUDED_ZONES.contains(&zone.id.as_str()));
    let valid: Vec<String> = open.map(|zone| zone.name).collect();
    let message = format!(
        "Cannot create cluster '{name}' because {}, the targeted availability zone, does not currently have sufficient \
         capacity to support the cluster. Retry and choose from these availability zones: {}",
        subnet.availability_zone,
        valid.join(", ")
    );
    ApiError::new("UnsupportedAvailabilityZoneException", message).with("clusterName", name).with("validZones", valid)
}
