//! What can be tagged, kind by kind.

use super::Ec2;
use super::id::{self, IdKind};
use crate::error::{ApiError, refuse};
use crate::tags::Tags;

struct Taggable {
    /// As in `DescribeTags` and in ARNs.
    resource_type: &'static str,
    ids: IdKind,
    all: fn(&Ec2) -> Vec<(&String, &Tags)>,
    tags_mut: for<'a> fn(&'a mut Ec2, &str) -> Option<&'a mut Tags>,
}

macro_rules! taggable {
    ($resource_type:literal, $ids:ident, $field:ident) => {
        Taggable {
            resource_type: $resource_type,
            ids: id::$ids,
            all: |ec2| ec2.$field.iter().map(|(id, found)| (id, &found.tags)).collect(),
            tags_mut: |ec2, id| ec2.$field.get_mut(id).map(|found| &mut found.tags),
        }
    };
}

const TAGGABLE: &[Taggable] = &[
    taggable!("dhcp-options", DHCP_OPTIONS, dhcp_options),
    taggable!("egress-only-internet-gateway", EGRESS_ONLY_GATEWAY, egress_only_gateways),
    taggable!("elastic-ip", ALLOCATION, addresses),
    taggable!("instance", INSTANCE, instances),
    taggable!("internet-gateway", INTERNET_GATEWAY, internet_gateways),
    taggable!("launch-template", LAUNCH_TEMPLATE, launch_templates),
    taggable!("natgateway", NAT_GATEWAY, nat_gateways),
    taggable!("network-acl", NETWORK_ACL, network_acls),
    taggable!("network-interface", NETWORK_INTERFACE, network_interfaces),
    taggable!("route-table", ROUTE_TABLE, route_tables),
    taggable!("security-group", SECURITY_GROUP, security_groups),
    Taggable {
        resource_type: "security-group-rule",
        ids: id::SECURITY_GROUP_RULE,
        all: |ec2| {
            let rules = ec2.security_groups.values().flat_map(|group| &group.rules);
            rules.map(|rule| (&rule.id, &rule.tags)).collect()
        },
        tags_mut: |ec2, id| {
            let mut rules = ec2.security_groups.values_mut().flat_map(|group| &mut group.rules);
            rules.find(|rule| rule.id == id).map(|rule| &mut rule.tags)
        },
    },
    taggable!("subnet", SUBNET, subnets),
    taggable!("subnet-cidr-reservation", SUBNET_CIDR_RESERVATION, subnet_cidr_reservations),
    taggable!("vpc", VPC, vpcs),
    taggable!("vpc-endpoint", VPC_ENDPOINT, vpc_endpoints),
    taggable!("vpc-flow-log", FLOW_LOG, flow_logs),
];

impl Ec2 {
    /// Everything that has tags: its type as in ARNs, its id, its tags.
    pub(crate) fn tagged(&self) -> Vec<(&'static str, String, &Tags)> {
        let mut found = Vec::new();
        for kind in TAGGABLE {
            let tagged = (kind.all)(self).into_iter().filter(|(_, tags)| !tags.is_empty());
            found.extend(tagged.map(|(id, tags)| (kind.resource_type, id.clone(), tags)));
        }
        found
    }

    /// The type, as in ARNs, of whatever could be called `id`.
    pub(crate) fn resource_type(id: &str) -> Option<&'static str> {
        TAGGABLE.iter().find(|kind| kind.ids.fits(id)).map(|kind| kind.resource_type)
    }

    /// The tags of whatever is called `id`.
    pub(crate) fn tags_mut(&mut self, id: &str) -> Option<&mut Tags> {
        let kind = TAGGABLE.iter().find(|kind| kind.ids.fits(id))?;
        (kind.tags_mut)(self, id)
    }
}

/// Refuses an id that names nothing that can be tagged.
pub(super) fn check(ec2: &Ec2, id: &str) -> Result<(), ApiError> {
    match TAGGABLE.iter().find(|kind| kind.ids.fits(id)) {
        Some(kind) if (kind.all)(ec2).iter().any(|(found, _)| *found == id) => Ok(()),
        Some(kind) => Err(kind.ids.not_found(id)),
        None => refuse("InvalidID", format!("The ID '{id}' is not valid")),
    }
}
