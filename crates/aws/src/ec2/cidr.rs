//! Address ranges, as texts.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether two IPv4 ranges have an address in common.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let (Some((one, length)), Some((other, other_length))) = (ipv4(one), ipv4(other)) else { return false };
    let shared = u32::MAX.checked_shl(32 - u32::from(length.min(other_length))).unwrap_or_default();
    one & shared == other & shared
}

fn ipv4(text: &str) -> Option<(u32, u8)> {
    let (address, length) = text.split_once('/')?;
    let length: u8 = length.parse().ok().filter(|length| *length <= 32)?;
    Some((address.parse::<Ipv4Addr>().ok()?.into(), length))
}

/// The range number `number` among the 256 of /64 in a /56.
pub(super) fn ipv6_part(block: &str, number: u8) -> Option<String> {
    let (address, length) = block.split_once('/')?;
    let address: u128 = address.parse::<Ipv6Addr>().ok()?.into();
    (length == "56").then(|| format!("{}/64", Ipv6Addr::from(address | u128::from(number) << 64)))
}

/// The /56 that a /64 is a part of, and which one it is.
pub(super) fn ipv6_whole(part: &str) -> Option<(String, u8)> {
    let (address, length) = part.split_once('/')?;
    let address: u128 = address.parse::<Ipv6Addr>().ok()?.into();
    let block = Ipv6Addr::from(address & (u128::MAX << 72));
    (length == "64").then(|| (format!("{block}/56"), (address >> 64) as u8))
}

/// An IPv6 range as [`ipv6_whole`] writes it.
pub(super) fn canonical(block: &str) -> String {
    let parsed = block.split_once('/').and_then(|(address, length)| Some((address.parse::<Ipv6Addr>().ok()?, length)));
    parsed.map_or_else(|| block.to_owned(), |(address, length)| format!("{address}/{length}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_overlap_where_the_shorter_prefix_says_so() {
        for (one, other) in
            [("10.0.0.0/16", "10.0.128.0/17"), ("10.0.0.0/16", "10.0.0.0/16"), ("0.0.0.0/0", "9.9.9.9/32")]
        {
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        assert!(!overlap("10.0.0.0/17", "10.0.128.0/17") && !overlap("100.64.0.0/16", "10.0.0.0/8"));
        assert!(!overlap("10.0.0.0", "10.0.0.0/8"));
    }

    #[test]
    fn a_part_tells_its_whole_and_its_number() {
        for (number, part) in [(0, "2001:db8:0:1200::/64"), (7, "2001:db8:0:1207::/64"), (255, "2001:db8:0:12ff::/64")]
        {
            assert_eq!(ipv6_part("2001:db8:0:1200::/56", number).as_deref(), Some(part));
            assert_eq!(ipv6_whole(part), Some(("2001:db8:0:1200::/56".to_owned(), number)));
        }
        assert_eq!((ipv6_part("2001:db8::/48", 1), ipv6_whole("2001:db8::/60")), (None, None));
        assert_eq!(canonical("2001:0DB8:0:1200:0:0:0:0/56"), "2001:db8:0:1200::/56");
    }
}
