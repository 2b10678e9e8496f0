//! Which Regions and zones there are. Source: "AWS Regions and Availability Zones", and the EKS and EC2 user guides.

use super::Region;

pub(super) const REGIONS: &[Region] = &[
    on("ap-northeast-1", "Asia Pacific (Tokyo)"),
    on("ap-northeast-2", "Asia Pacific (Seoul)"),
    on("ap-northeast-3", "Asia Pacific (Osaka)"),
    on("ap-south-1", "Asia Pacific (Mumbai)"),
    on("ap-southeast-1", "Asia Pacific (Singapore)"),
    on("ap-southeast-2", "Asia Pacific (Sydney)"),
    on("ca-central-1", "Canada (Central)"),
    on("eu-central-1", "Europe (Frankfurt)"),
    on("eu-north-1", "Europe (Stockholm)"),
    on("eu-west-1", "Europe (Ireland)"),
    on("eu-west-2", "Europe (London)"),
    on("eu-west-3", "Europe (Paris)"),
    on("sa-east-1", "South America (Sao Paulo)"),
    on("us-east-1", "US East (N. Virginia)"),
    on("us-east-2", "US East (Ohio)"),
    on("us-west-1", "US West (N. California)"),
    on("us-west-2", "US West (Oregon)"),
    off("af-south-1", "Africa (Cape Town)"),
    off("ap-east-1", "Asia Pacific (Hong Kong)"),
    off("ap-east-2", "Asia Pacific (Taipei)"),
    off("ap-south-2", "Asia Pacific (Hyderabad)"),
    off("ap-southeast-3", "Asia Pacific (Jakarta)"),
    off("ap-southeast-4", "Asia Pacific (Melbourne)"),
    off("ap-southeast-5", "Asia Pacific (Malaysia)"),
    off("ap-southeast-6", "Asia Pacific (New Zealand)"),
    off("ap-southeast-7", "Asia Pacific (Thailand)"),
    off("ca-west-1", "Canada West (Calgary)"),
    off("eu-central-2", "Europe (Zurich)"),
    off("eu-south-1", "Europe (Milan)"),
    off("eu-south-2", "Europe (Spain)"),
    off("il-central-1", "Israel (Tel Aviv)"),
    off("me-central-1", "Middle East (UAE)"),
    off("me-south-1", "Middle East (Bahrain)"),
    off("mx-central-1", "Mexico (Central)"),
    on("cn-north-1", "China (Beijing)"),
    on("cn-northwest-1", "China (Ningxia)"),
    on("us-gov-east-1", "AWS GovCloud (US-East)"),
    on("us-gov-west-1", "AWS GovCloud (US-West)"),
];

/// A Region that every account has.
const fn on(name: &'static str, long_name: &'static str) -> Region {
    Region { name, long_name, enabled: true }
}

/// A Region that an account asks for.
const fn off(name: &'static str, long_name: &'static str) -> Region {
    Region { name, long_name, enabled: false }
}

/// The zones of a Region, as the letter in a zone's name and the number in its id.
///
/// Which letter has which number differs from account to account in the older Regions: this is one account's view.
pub(super) fn zones(region: &str) -> &'static [(char, u8)] {
    match region {
        "us-east-1" => &[('a', 1), ('b', 2), ('c', 4), ('d', 6), ('e', 3), ('f', 5)],
        "us-west-1" => &[('a', 1), ('c', 3)],
        "us-west-2" | "ap-northeast-2" => &[('a', 1), ('b', 2), ('c', 3), ('d', 4)],
        "ca-central-1" | "cn-north-1" => &[('a', 1), ('b', 2), ('d', 4)],
        "ap-northeast-1" => &[('a', 4), ('c', 1), ('d', 2)],
        "eu-central-1" => &[('a', 2), ('b', 3), ('c', 1)],
        _ => &[('a', 1), ('b', 2), ('c', 3)],
    }
}

/// What zone ids of a Region begin with: `use1` in us-east-1, `apse2` in ap-southeast-2, `usgw1` in us-gov-west-1.
pub(super) fn zone_id_prefix(region: &str) -> String {
    let mut parts = region.split('-');
    let area = parts.next().unwrap_or_default().to_owned();
    let short = |part: &str| match part {
        "northeast" => "ne".to_owned(),
        "northwest" => "nw".to_owned(),
        "southeast" => "se".to_owned(),
        "southwest" => "sw".to_owned(),
        part if part.bytes().all(|byte| byte.is_ascii_digit()) => part.to_owned(),
        part => part.chars().take(1).collect(),
    };
    parts.fold(area, |prefix, part| prefix + &short(part))
}

/// A Local Zone, which an account has to ask for.
pub(super) struct LocalZone {
    pub(super) region: &'static str,
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    /// The zone group, and the network border group.
    pub(super) group: &'static str,
    pub(super) group_long_name: &'static str,
    /// The letter of the zone that works for it.
    pub(super) parent: char,
}

/// One for a Region is enough to meet a zone that is there and cannot be used.
pub(super) const LOCAL_ZONES: &[LocalZone] = &[
    LocalZone {
        region: "us-east-1",
        name: "us-east-1-bos-1a",
        id: "use1-bos1-az1",
        group: "us-east-1-bos-1",
        group_long_name: "US East (Boston)",
        parent: 'a',
    },
    LocalZone {
        region: "us-west-2",
        name: "us-west-2-lax-1a",
        id: "usw2-lax1-az1",
        group: "us-west-2-lax-1",
        group_long_name: "US West (Los Angeles)",
        parent: 'b',
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_ids_shorten_the_region() {
        let known = [
            ("us-east-1", "use1"),
            ("us-gov-west-1", "usgw1"),
            ("ap-southeast-2", "apse2"),
            ("ap-northeast-1", "apne1"),
            ("ap-south-1", "aps1"),
            ("eu-central-1", "euc1"),
            ("cn-northwest-1", "cnnw1"),
            ("cn-north-1", "cnn1"),
            ("sa-east-1", "sae1"),
            ("ca-central-1", "cac1"),
            ("mx-central-1", "mxc1"),
        ];
        for (region, prefix) in known {
            assert_eq!(zone_id_prefix(region), prefix);
        }
    }

    #[test]
    fn regions_are_there_once() {
        for (index, region) in REGIONS.iter().enumerate() {
            assert!(!REGIONS.iter().take(index).any(|before| before.name == region.name), "{}", region.name);
        }
    }
}
