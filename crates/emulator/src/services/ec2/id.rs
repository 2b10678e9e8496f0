//! Ids: their form, and what AWS says of those that are malformed or name nothing.
//!
//! Codes: "Error codes for the Amazon EC2 API"; where that page has no code of its own for a malformed id, AWS answers
//! as if it named nothing.

use std::collections::BTreeMap;

use crate::error::{ApiError, refuse};

/// The ids of one kind of thing.
#[derive(Debug)]
pub(super) struct IdKind {
    /// How AWS's messages begin to speak of one.
    lead: &'static str,
    prefix: &'static str,
    malformed: &'static str,
    not_found: &'static str,
}

pub(super) const VPC: IdKind = kind("The vpc ID", "vpc", "InvalidVpcID.Malformed", "InvalidVpcID.NotFound");
pub(super) const SUBNET: IdKind =
    kind("The subnet ID", "subnet", "InvalidSubnetID.Malformed", "InvalidSubnetID.NotFound");
pub(super) const INTERNET_GATEWAY: IdKind =
    kind("The internetGateway ID", "igw", "InvalidInternetGatewayId.Malformed", "InvalidInternetGatewayID.NotFound");
pub(super) const EGRESS_ONLY_GATEWAY: IdKind = kind(
    "The egressOnlyInternetGateway ID",
    "eigw",
    "InvalidEgressOnlyInternetGatewayId.Malformed",
    "InvalidEgressOnlyInternetGatewayId.NotFound",
);
/// An internet gateway as the target of a route or an association.
pub(super) const GATEWAY: IdKind = unformed("The gateway ID", "igw", "InvalidGatewayID.NotFound");
pub(super) const ALLOCATION: IdKind = unformed("The allocation ID", "eipalloc", "InvalidAllocationID.NotFound");
pub(super) const ADDRESS_ASSOCIATION: IdKind =
    unformed("The association ID", "eipassoc", "InvalidAssociationID.NotFound");
pub(super) const NAT_GATEWAY: IdKind = kind("The NAT gateway", "nat", "NatGatewayMalformed", "NatGatewayNotFound");
/// A NAT gateway as the target of a route.
pub(super) const NAT_TARGET: IdKind = unformed("The natGateway ID", "nat", "InvalidNatGatewayID.NotFound");
pub(super) const ROUTE_TABLE: IdKind =
    kind("The routeTable ID", "rtb", "InvalidRouteTableId.Malformed", "InvalidRouteTableID.NotFound");
pub(super) const ROUTE_TABLE_ASSOCIATION: IdKind =
    unformed("The association ID", "rtbassoc", "InvalidAssociationID.NotFound");
pub(super) const NETWORK_INTERFACE: IdKind =
    kind("The networkInterface ID", "eni", "InvalidNetworkInterfaceId.Malformed", "InvalidNetworkInterfaceID.NotFound");
pub(super) const SECURITY_GROUP: IdKind =
    kind("The security group", "sg", "InvalidGroupId.Malformed", "InvalidGroup.NotFound");
pub(super) const SECURITY_GROUP_RULE: IdKind = kind(
    "The security group rule ID",
    "sgr",
    "InvalidSecurityGroupRuleId.Malformed",
    "InvalidSecurityGroupRuleId.NotFound",
);
pub(super) const FLOW_LOG: IdKind =
    kind("The flow log ID", "fl", "InvalidFlowLogId.Malformed", "InvalidFlowLogId.NotFound");
pub(super) const LAUNCH_TEMPLATE: IdKind =
    kind("The launch template ID", "lt", "InvalidLaunchTemplateId.Malformed", "InvalidLaunchTemplateId.NotFound");
pub(super) const NETWORK_ACL: IdKind =
    kind("The networkAcl ID", "acl", "InvalidNetworkAclId.Malformed", "InvalidNetworkAclID.NotFound");
pub(super) const DHCP_OPTIONS: IdKind = unformed("The dhcpOption ID", "dopt", "InvalidDhcpOptionID.NotFound");
pub(super) const VPC_CIDR_ASSOCIATION: IdKind =
    unformed("The vpc CIDR block association ID", "vpc-cidr-assoc", "InvalidVpcCidrBlockAssociationID.NotFound");
pub(super) const SUBNET_CIDR_ASSOCIATION: IdKind = unformed(
    "The subnet CIDR block association ID",
    "subnet-cidr-assoc",
    "InvalidSubnetCidrBlockAssociationID.NotFound",
);
pub(super) const SUBNET_CIDR_RESERVATION: IdKind =
    unformed("The subnet CIDR reservation ID", "scr", "InvalidSubnetCidrReservationID.NotFound");
pub(super) const PREFIX_LIST: IdKind =
    kind("The prefix list ID", "pl", "InvalidPrefixListId.Malformed", "InvalidPrefixListID.NotFound");
pub(super) const VPC_ENDPOINT: IdKind =
    kind("The vpcEndpoint ID", "vpce", "InvalidVpcEndpointId.Malformed", "InvalidVpcEndpointId.NotFound");
pub(super) const INSTANCE: IdKind =
    kind("The instance ID", "i", "InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound");

// The emulator has none of the following.
pub(super) const IPAM_POOL: IdKind =
    kind("The ipam-pool ID", "ipam-pool", "InvalidIpamPoolId.Malformed", "InvalidIpamPoolId.NotFound");
pub(super) const IPV6_POOL: IdKind = unformed("The pool ID", "ipv6pool-ec2", "InvalidPoolID.NotFound");
pub(super) const IPV4_POOL: IdKind = unformed("The pool ID", "ipv4pool-ec2", "InvalidPublicIpv4PoolID.NotFound");
pub(super) const CUSTOMER_OWNED_POOL: IdKind = unformed("The pool ID", "ipv4pool-coip", "InvalidPoolID.NotFound");
pub(super) const VPN_GATEWAY: IdKind = unformed("The vpnGateway ID", "vgw", "InvalidVpnGatewayID.NotFound");
pub(super) const TRANSIT_GATEWAY: IdKind =
    kind("The transitGateway ID", "tgw", "InvalidTransitGatewayID.Malformed", "InvalidTransitGatewayID.NotFound");
pub(super) const LOCAL_GATEWAY: IdKind =
    kind("The localGateway ID", "lgw", "InvalidLocalGatewayID.Malformed", "InvalidLocalGatewayID.NotFound");
pub(super) const CARRIER_GATEWAY: IdKind =
    unformed("The carrierGateway ID", "cagw", "InvalidCarrierGatewayID.NotFound");
pub(super) const VPC_PEERING: IdKind = kind(
    "The vpcPeeringConnection ID",
    "pcx",
    "InvalidVpcPeeringConnectionId.Malformed",
    "InvalidVpcPeeringConnectionID.NotFound",
);

const fn kind(lead: &'static str, prefix: &'static str, malformed: &'static str, not_found: &'static str) -> IdKind {
    IdKind { lead, prefix, malformed, not_found }
}

/// A kind without a code for malformed ids.
const fn unformed(lead: &'static str, prefix: &'static str, not_found: &'static str) -> IdKind {
    kind(lead, prefix, not_found, not_found)
}

impl IdKind {
    /// Whether `id` has the form of this kind: the prefix, and 8 or 17 hexadecimal digits.
    pub(super) fn fits(&self, id: &str) -> bool {
        let digits = id.strip_prefix(self.prefix).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// Refuses an id of another form.
    pub(super) fn check(&self, id: &str) -> Result<(), ApiError> {
        if self.fits(id) {
            return Ok(());
        }
        if self.malformed == self.not_found {
            return Err(self.not_found(id));
        }
        refuse(self.malformed, format!("Invalid id: \"{id}\" (expecting \"{}-...\")", self.prefix))
    }

    /// The refusal of an id that names nothing.
    pub(super) fn not_found(&self, id: &str) -> ApiError {
        ApiError::new(self.not_found, format!("{} '{id}' does not exist", self.lead))
    }

    /// What `id` names.
    pub(super) fn find<'a, T>(&self, all: &'a BTreeMap<String, T>, id: &str) -> Result<&'a T, ApiError> {
        self.check(id)?;
        all.get(id).ok_or_else(|| self.not_found(id))
    }

    /// What `id` names, to change it.
    pub(super) fn find_mut<'a, T>(&self, all: &'a mut BTreeMap<String, T>, id: &str) -> Result<&'a mut T, ApiError> {
        self.check(id)?;
        all.get_mut(id).ok_or_else(|| self.not_found(id))
    }

    /// Refuses ids, if there are any, of which one is malformed or names nothing in `all`.
    pub(super) fn check_all<T>(&self, all: &BTreeMap<String, T>, ids: &[&str]) -> Result<(), ApiError> {
        ids.iter().try_for_each(|id| self.check(id))?;
        let missing: Vec<&str> = ids.iter().copied().filter(|id| !all.contains_key(*id)).collect();
        match missing.as_slice() {
            [] => Ok(()),
            [one] => Err(self.not_found(one)),
            several => refuse(self.not_found, format!("{}s '{}' do not exist", self.lead, several.join(", "))),
        }
    }

    /// Refuses any id: the emulator has nothing of this kind.
    pub(super) fn none(&self, id: Option<&str>) -> Result<(), ApiError> {
        let Some(id) = id else { return Ok(()) };
        self.check(id)?;
        Err(self.not_found(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_a_prefix_and_8_or_17_digits() {
        assert!(VPC.fits("vpc-0123456789abcdef0") && VPC.fits("vpc-12345678"));
        for id in ["vpc-", "vpc-1", "vpc-0123456789ABCDEF0", "subnet-12345678", "vpc12345678", ""] {
            assert!(!VPC.fits(id), "{id:?}");
        }
    }

    #[test]
    fn malformed_and_unknown_ids_have_different_codes() {
        let all: BTreeMap<String, ()> = [("vpc-12345678".to_owned(), ())].into();
        let code = |id: &str| VPC.find(&all, id).map_err(|error| error.code);
        assert_eq!(code("vpc-12345678"), Ok(&()));
        assert_eq!(code("vpc-87654321"), Err("InvalidVpcID.NotFound".to_owned()));
        assert_eq!(code("vpc"), Err("InvalidVpcID.Malformed".to_owned()));
        assert_eq!(ALLOCATION.check("x").map_err(|error| error.code), Err("InvalidAllocationID.NotFound".to_owned()));
    }

    #[test]
    fn all_missing_ids_are_named() {
        let all: BTreeMap<String, ()> = BTreeMap::new();
        let refused = VPC.check_all(&all, &["vpc-00000001", "vpc-00000002"]).expect_err("both are missing");
        assert_eq!(refused.message, "The vpc IDs 'vpc-00000001, vpc-00000002' do not exist");
        assert_eq!(VPC.check_all(&all, &[]), Ok(()));
    }
}
