//! Availability Zones, and the part of the network that each has.

use eksctl_rs_core::{Facts, Zone};
use ipnet::Ipv4Net;

use crate::schema::StackSpec;

/// Zones in which EKS puts no control plane. Source: EKS user guide, "View Amazon EKS networking requirements for VPC
/// and subnets".
const WITHOUT_EKS: &[&str] = &["use1-az3", "usw1-az2", "cac1-az3"];

/// How many zones a stack has that names none.
const USUAL: usize = 3;

/// The number of a zone by its letter: 0 of `a`, up to 5 of `f`. No Region has more.
pub(crate) fn letter(name: &str) -> Option<usize> {
    match name.as_bytes() {
        [letter @ b'a'..=b'f'] => Some(usize::from(letter - b'a')),
        _ => None,
    }
}

/// The zones of a stack: those that it names; else the first three in which EKS works.
pub(super) fn of(spec: &StackSpec, facts: &Facts) -> Vec<String> {
    if let Some(zones) = &spec.availability_zones {
        let mut zones = zones.clone();
        zones.sort();
        return zones;
    }
    let region = &spec.metadata.region;
    let offers = |zone: &&Zone| {
        !WITHOUT_EKS.contains(&zone.id.as_str())
            && zone.name.strip_prefix(region.as_str()).is_some_and(|rest| letter(rest).is_some())
    };
    match facts.zones() {
        Some(zones) => zones.iter().filter(offers).take(USUAL).map(|zone| zone.name.clone()).collect(),
        None => ["a", "b", "c"].iter().map(|letter| format!("{region}{letter}")).collect(),
    }
}

/// What the subnets of a zone have of the VPC: an IPv4 range, and the number of a part of its IPv6 range.
pub(super) struct Parts {
    pub(super) private: (Ipv4Net, u8),
    pub(super) public: (Ipv4Net, u8),
}

/// The parts of the private and of the public subnet of a zone, by the letter of its name alone: adding a zone moves
/// nothing.
///
/// The VPC is cut into eight parts. Six are private subnets, one for each letter; the seventh is cut into eight again,
/// for public subnets, which hold load balancers and NAT gateways and need little; the eighth stays free. Of the 256
/// parts of IPv6, the first are private and those from 128 public.
pub(super) fn parts(vpc: Ipv4Net, zone: &str) -> Option<Parts> {
    const FIRST_PUBLIC: u8 = 128;
    let number = letter(zone.get(zone.len().checked_sub(1)?..)?)?;
    let private = vpc.subnets(vpc.prefix_len() + 3).ok()?.nth(number)?;
    let public = vpc.subnets(vpc.prefix_len() + 6).ok()?.nth(6 * 8 + number)?;
    let part = u8::try_from(number).ok()?;
    Some(Parts { private: (private, part), public: (public, FIRST_PUBLIC + part) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(vpc: &str, zone: &str) -> (String, String) {
        let parts = parts(vpc.parse().expect("a range"), zone).expect("parts");
        (parts.private.0.to_string(), parts.public.0.to_string())
    }

    #[test]
    fn every_zone_has_its_own_part_whatever_the_others_are() {
        assert_eq!(both("10.0.0.0/16", "eu-west-1a"), ("10.0.0.0/19".into(), "10.0.192.0/22".into()));
        assert_eq!(both("10.0.0.0/16", "eu-west-1c"), ("10.0.64.0/19".into(), "10.0.200.0/22".into()));
        assert_eq!(both("10.0.0.0/16", "us-east-1f"), ("10.0.160.0/19".into(), "10.0.212.0/22".into()));
        assert_eq!(both("10.0.0.0/22", "eu-west-1b"), ("10.0.0.128/25".into(), "10.0.3.16/28".into()));
    }

    #[test]
    fn no_two_parts_overlap() {
        let all: Vec<Ipv4Net> = "abcdef"
            .chars()
            .flat_map(|letter| {
                let parts = parts("10.0.0.0/20".parse().expect("a range"), &format!("x-1{letter}")).expect("parts");
                [parts.private.0, parts.public.0]
            })
            .collect();
        for (number, one) in all.iter().enumerate() {
            assert!(all[number + 1..].iter().all(|other| !one.contains(other) && !other.contains(one)));
        }
    }
}
