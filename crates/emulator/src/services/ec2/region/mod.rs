//! Regions, and what an account may have in them.

mod geography;
pub(super) mod zone;

use serde_json::{Value, json};

use super::describe::{Described, Filters, NO_TAGS, matching, one, texts};
use super::quota;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations = &[
    ("DescribeAccountAttributes", describe_account_attributes),
    ("DescribeAvailabilityZones", zone::describe_availability_zones),
    ("DescribeRegions", describe_regions),
];

/// A Region.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Region {
    name: &'static str,
    /// As in the console.
    long_name: &'static str,
    /// Whether an account has it without asking for it.
    enabled: bool,
}

impl Region {
    fn partition(&self) -> &'static str {
        match self.name {
            name if name.starts_with("cn-") => "aws-cn",
            name if name.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    fn endpoint(&self) -> String {
        let domain = if self.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("ec2.{}.{domain}", self.name)
    }

    /// Whether the account has it: it was there from the beginning, or somebody works in it.
    fn opt_in_status(&self, call: &Call<'_>) -> &'static str {
        match self.enabled {
            true => "opt-in-not-required",
            false if call.region_name == self.name || call.account.regions.contains_key(self.name) => "opted-in",
            false => "not-opted-in",
        }
    }
}

impl Described for Region {
    const FILTERS: Filters<Self> = &[
        ("endpoint", |region, _| one(region.endpoint())),
        ("opt-in-status", |region, call| one(region.opt_in_status(call))),
        ("region-name", |region, _| one(region.name)),
    ];
    const TAG_FILTERS: &'static [&'static str] = &[];

    fn tags(&self) -> &Tags {
        &NO_TAGS
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "RegionName": self.name,
            "Endpoint": self.endpoint(),
            "OptInStatus": self.opt_in_status(call),
        })
    }
}

fn describe_regions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let partition = call.partition();
    let all: Vec<&Region> = geography::REGIONS.iter().filter(|region| region.partition() == partition).collect();
    let names = texts(&call.input["RegionNames"]);
    let unknown: Vec<&str> =
        names.iter().copied().filter(|name| !all.iter().any(|region| region.name == *name)).collect();
    if !unknown.is_empty() {
        return refuse("InvalidParameterValue", format!("Invalid region names: [{}]", unknown.join(", ")));
    }
    let every = call.input["AllRegions"].as_bool().unwrap_or(false);
    // Whoever names a Region sees it, whether it is enabled or not.
    let asked = all.into_iter().filter(|region| match names.as_slice() {
        [] => every || region.opt_in_status(call) != "not-opted-in",
        names => names.contains(&region.name),
    });
    let found = matching(call, asked, &call.input["Filters"])?;
    Ok(json!({ "Regions": found.into_iter().map(|region| region.show(call)).collect::<Vec<_>>() }))
}

fn describe_account_attributes(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let addresses = call.quota(quota::ADDRESSES).to_string();
    let attributes = [
        ("supported-platforms", "VPC"),
        ("default-vpc", "none"),
        ("max-instances", "20"),
        ("max-elastic-ips", addresses.as_str()),
        ("vpc-max-elastic-ips", addresses.as_str()),
        ("vpc-max-security-groups-per-interface", "5"),
    ];
    let names = texts(&call.input["AttributeNames"]);
    let asked = attributes.into_iter().filter(|(name, _)| names.is_empty() || names.contains(name));
    let shown =
        asked.map(|(name, value)| json!({ "AttributeName": name, "AttributeValues": [{ "AttributeValue": value }] }));
    Ok(json!({ "AccountAttributes": shown.collect::<Vec<_>>() }))
}
