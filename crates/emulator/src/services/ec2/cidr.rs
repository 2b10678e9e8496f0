//! CIDR blocks: reading them, and the rules about their sizes and ranges.
//!
//! Source: "VPC CIDR blocks" and "Subnet CIDR blocks" in the VPC User Guide.

use std::fmt::Display;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{ApiError, refuse};

/// A block that belongs to a VPC or a subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CidrAssociation<N> {
    pub(crate) id: String,
    pub(crate) cidr: N,
    /// Not before the call after the one that made it.
    pub(crate) associated: bool,
}

impl<N: Display> CidrAssociation<N> {
    pub(super) fn state(&self) -> &'static str {
        if self.associated { "associated" } else { "associating" }
    }
}

/// The state of a block, as the API shows it.
pub(super) fn show_state(state: &str) -> Value {
    json!({ "State": state })
}

/// The IPv4 block in `text`, in canonical form.
pub(super) fn ipv4(parameter: &str, text: &str) -> Result<Ipv4Net, ApiError> {
    text.parse::<Ipv4Net>().map(|net| net.trunc()).map_err(|_| invalid(parameter, text, "CIDR block"))
}

/// The IPv6 block in `text`, in canonical form.
pub(super) fn ipv6(parameter: &str, text: &str) -> Result<Ipv6Net, ApiError> {
    text.parse::<Ipv6Net>().map(|net| net.trunc()).map_err(|_| invalid(parameter, text, "IPv6 CIDR block"))
}

/// The address in `text`.
pub(super) fn address<A: FromStr>(parameter: &str, text: &str) -> Result<A, ApiError> {
    text.parse().map_err(|_| invalid(parameter, text, "IP address"))
}

fn invalid(parameter: &str, text: &str, what: &str) -> ApiError {
    let message = format!("Value ({text}) for parameter {parameter} is invalid. This is not a valid {what}.");
    ApiError::new("InvalidParameterValue", message)
}

/// Whether two blocks have an address in common.
pub(super) fn overlap(a: Ipv4Net, b: Ipv4Net) -> bool {
    a.contains(&b) || b.contains(&a)
}

/// Whether two blocks have an address in common.
pub(super) fn overlap_ipv6(a: Ipv6Net, b: Ipv6Net) -> bool {
    a.contains(&b) || b.contains(&a)
}

const TEN: Ipv4Net = range([10, 0, 0, 0], 8);
const FIRST_TENS: Ipv4Net = range([10, 0, 0, 0], 15);
const FIRST_TEN: Ipv4Net = range([10, 0, 0, 0], 16);
const ONE_SEVEN_TWO: Ipv4Net = range([172, 16, 0, 0], 12);
const DEFAULT_VPCS: Ipv4Net = range([172, 31, 0, 0], 16);
const ONE_NINE_TWO: Ipv4Net = range([192, 168, 0, 0], 16);
const BENCHMARK: Ipv4Net = range([198, 19, 0, 0], 16);
/// This network, loopback, link-local and multicast.
const MEANT_OTHERWISE: [Ipv4Net; 4] =
    [range([0, 0, 0, 0], 8), range([127, 0, 0, 0], 8), range([169, 254, 0, 0], 16), range([224, 0, 0, 0], 4)];

const fn range(bytes: [u8; 4], length: u8) -> Ipv4Net {
    let [a, b, c, d] = bytes;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

/// Refuses a block that no VPC can have: of another size than /16 to /28, or in a range that has another meaning.
pub(super) fn check_vpc_range(cidr: Ipv4Net) -> Result<(), ApiError> {
    let taken = MEANT_OTHERWISE.iter().any(|range| overlap(cidr, *range));
    if taken || !(16..=28).contains(&cidr.prefix_len()) {
        return refuse("InvalidVpc.Range", format!("The CIDR '{cidr}' is invalid."));
    }
    Ok(())
}

/// Whether a VPC with the blocks `existing`, the primary one first, may not have `new` as well, for its range.
pub(super) fn is_restricted(existing: &[Ipv4Net], new: Ipv4Net) -> bool {
    let Some(primary) = existing.first().copied() else { return false };
    let restricted: &[Ipv4Net] = if overlap(primary, TEN) {
        &[ONE_SEVEN_TWO, ONE_NINE_TWO, BENCHMARK]
    } else if overlap(primary, ONE_SEVEN_TWO) {
        &[TEN, ONE_NINE_TWO, DEFAULT_VPCS, BENCHMARK]
    } else if overlap(primary, ONE_NINE_TWO) {
        &[TEN, ONE_SEVEN_TWO, BENCHMARK]
    } else if overlap(primary, BENCHMARK) {
        &[TEN, ONE_SEVEN_TWO, ONE_NINE_TWO]
    } else {
        &[TEN, ONE_SEVEN_TWO, ONE_NINE_TWO, BENCHMARK]
    };
    restricted.iter().any(|range| overlap(new, *range))
        || overlap(new, FIRST_TEN) && existing.iter().any(|cidr| overlap(*cidr, FIRST_TENS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().expect("a block")
    }

    #[test]
    fn blocks_are_read_in_canonical_form() {
        assert_eq!(ipv4("cidrBlock", "100.68.0.18/18"), Ok(net("100.68.0.0/18")));
        for text in ["10.0.0.0", "10.0.0.0/33", "10.0.0/16", "::/0", ""] {
            assert!(ipv4("cidrBlock", text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_vpc_has_16_to_65536_addresses_of_its_own() {
        for text in ["10.0.0.0/16", "10.0.0.0/28", "100.64.0.0/16", "54.0.0.0/16"] {
            assert_eq!(check_vpc_range(net(text)), Ok(()), "{text}");
        }
        for text in ["10.0.0.0/15", "10.0.0.0/29", "127.0.0.0/16", "169.254.0.0/16", "224.0.0.0/24", "0.0.0.0/16"] {
            assert!(check_vpc_range(net(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn secondary_blocks_follow_the_table_of_the_user_guide() {
        let allowed = [
            ("10.2.0.0/16", "10.0.0.0/16"),
            ("10.2.0.0/16", "100.64.0.0/16"),
            ("172.16.0.0/16", "172.17.0.0/16"),
            ("192.168.0.0/24", "192.168.1.0/24"),
            ("100.64.0.0/16", "100.65.0.0/16"),
            ("10.2.0.0/16", "54.0.0.0/16"),
        ];
        for (primary, new) in allowed {
            assert!(!is_restricted(&[net(primary)], net(new)), "{primary} and {new}");
        }
        let restricted = [
            ("10.2.0.0/16", "172.16.0.0/16"),
            ("10.1.0.0/16", "10.0.0.0/16"),
            ("10.2.0.0/16", "198.19.0.0/16"),
            ("172.16.0.0/16", "172.31.0.0/16"),
            ("172.16.0.0/16", "10.0.0.0/16"),
            ("192.168.0.0/24", "10.0.0.0/16"),
            ("100.64.0.0/16", "10.0.0.0/16"),
            ("198.19.0.0/16", "192.168.0.0/24"),
        ];
        for (primary, new) in restricted {
            assert!(is_restricted(&[net(primary)], net(new)), "{primary} and {new}");
        }
    }

    #[test]
    fn the_first_tens_restrict_even_as_a_secondary_block() {
        assert!(is_restricted(&[net("10.5.0.0/16"), net("10.1.0.0/16")], net("10.0.128.0/24")));
    }
}
