//! Where a route leads to.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{Vpc, cidr, prefix_list};

/// The destination of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Destination {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
    PrefixList(String),
}

/// Services of AWS live here, for every instance. Source: "Configure route tables" in the VPC User Guide.
const SERVICES_IPV4: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 168, 0), 22);
const SERVICES_IPV6: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0), 32);
/// IPv4 addresses as IPv6 ones: RFC 6052.
const NAT64: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

impl Destination {
    /// Every IPv4 address.
    pub(in crate::services::ec2) const ANYWHERE: Self = Self::Ipv4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0));

    /// The one destination in the parameters of a call.
    pub(super) fn read(ipv4: Option<&str>, ipv6: Option<&str>, prefix_list: Option<&str>) -> Result<Self, ApiError> {
        match (ipv4, ipv6, prefix_list) {
            (Some(text), None, None) => cidr::ipv4("destinationCidrBlock", text).map(Self::Ipv4),
            (None, Some(text), None) => cidr::ipv6("destinationIpv6CidrBlock", text).map(Self::Ipv6),
            (None, None, Some(id)) => Ok(Self::PrefixList(id.to_owned())),
            (None, None, None) => {
                let message = "The request must contain exactly one of destinationCidrBlock, \
                               destinationIpv6CidrBlock, destinationPrefixListId";
                refuse("MissingParameter", message)
            }
            _ => refuse("InvalidParameterCombination", "The request may contain one destination only"),
        }
    }

    /// Refuses prefix lists that are not there, and what no route may lead to.
    pub(super) fn check(&self, call: &Call<'_>) -> Result<(), ApiError> {
        let reserved = match self {
            Self::Ipv4(cidr) => SERVICES_IPV4.contains(cidr),
            Self::Ipv6(cidr) => SERVICES_IPV6.contains(cidr),
            Self::PrefixList(id) => {
                prefix_list::check(call, id)?;
                false
            }
        };
        match reserved {
            true => refuse("InvalidParameterValue", format!("The destination {self} is reserved for AWS services.")),
            false => Ok(()),
        }
    }

    /// Whether a NAT gateway can translate what goes there.
    pub(super) fn is_for_nat(&self) -> bool {
        match self {
            Self::Ipv4(_) => true,
            Self::Ipv6(cidr) => NAT64.contains(cidr),
            Self::PrefixList(_) => true,
        }
    }

    /// Whether all of it is in one block of the VPC.
    pub(super) fn is_within(&self, vpc: &Vpc) -> bool {
        match self {
            Self::Ipv4(cidr) => vpc.ipv4_cidrs().iter().any(|block| block.contains(cidr)),
            Self::Ipv6(cidr) => vpc.ipv6_cidrs().iter().any(|block| block.contains(cidr)),
            Self::PrefixList(_) => false,
        }
    }

    pub(in crate::services::ec2) fn ipv4(&self) -> Option<Ipv4Net> {
        if let Self::Ipv4(cidr) = self { Some(*cidr) } else { None }
    }

    pub(super) fn ipv6(&self) -> Option<Ipv6Net> {
        if let Self::Ipv6(cidr) = self { Some(*cidr) } else { None }
    }

    pub(super) fn prefix_list(&self) -> Option<&str> {
        if let Self::PrefixList(id) = self { Some(id) } else { None }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipv4(cidr) => cidr.fmt(f),
            Self::Ipv6(cidr) => cidr.fmt(f),
            Self::PrefixList(id) => f.write_str(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nat_gateways_take_ipv4_and_what_stands_for_it() {
        let destination = |text: &str| Destination::read(None, Some(text), None).expect("a destination");
        assert!(Destination::ANYWHERE.is_for_nat() && destination("64:ff9b::/96").is_for_nat());
        assert!(!destination("::/0").is_for_nat() && !destination("64:ff9b::/95").is_for_nat());
    }

    #[test]
    fn there_is_one_destination_in_canonical_form() {
        let read = |ipv4, ipv6, list| Destination::read(ipv4, ipv6, list).map(|found| found.to_string());
        assert_eq!(read(Some("100.68.0.18/18"), None, None), Ok("100.68.0.0/18".into()));
        assert_eq!(read(None, Some("2001:db8::1/64"), None), Ok("2001:db8::/64".into()));
        assert_eq!(read(None, None, Some("pl-63a5400a")), Ok("pl-63a5400a".into()));
        assert_eq!(read(None, None, None).map_err(|error| error.code), Err("MissingParameter".into()));
        let both = read(Some("0.0.0.0/0"), Some("::/0"), None);
        assert_eq!(both.map_err(|error| error.code), Err("InvalidParameterCombination".into()));
    }
}
