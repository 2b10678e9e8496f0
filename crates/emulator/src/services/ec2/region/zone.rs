//! Availability Zones and Local Zones.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::geography::{LOCAL_ZONES, LocalZone, REGIONS, zone_id_prefix, zones};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::describe::{Described, Filters, NO_TAGS, matching, maybe, one, texts};
use crate::tags::Tags;

/// A zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Zone {
    pub(crate) name: String,
    pub(crate) id: String,
}

/// The zones of a Region in which an account can have subnets, the first one first.
pub(crate) fn open_zones(region: &str) -> Vec<Zone> {
    zones(region).iter().map(|(letter, number)| zone(region, *letter, *number)).collect()
}

fn zone(region: &str, letter: char, number: u8) -> Zone {
    Zone { name: format!("{region}{letter}"), id: format!("{}-az{number}", zone_id_prefix(region)) }
}

/// A zone as `DescribeAvailabilityZones` shows it.
struct Shown {
    zone: Zone,
    zone_type: &'static str,
    opt_in_status: &'static str,
    group_name: String,
    group_long_name: String,
    network_border_group: String,
    parent: Option<Zone>,
}

impl Shown {
    fn availability_zone(region: &str, zone: Zone) -> Self {
        let found = REGIONS.iter().find(|found| found.name == region);
        Self {
            zone,
            zone_type: "availability-zone",
            opt_in_status: "opt-in-not-required",
            group_name: format!("{region}-zg-1"),
            group_long_name: format!("{} 1", found.map_or(region, |found| found.long_name)),
            network_border_group: region.to_owned(),
            parent: None,
        }
    }

    fn local_zone(local: &LocalZone) -> Self {
        let parent = zones(local.region).iter().find(|(letter, _)| *letter == local.parent);
        Self {
            zone: Zone { name: local.name.to_owned(), id: local.id.to_owned() },
            zone_type: "local-zone",
            opt_in_status: "not-opted-in",
            group_name: local.group.to_owned(),
            group_long_name: local.group_long_name.to_owned(),
            network_border_group: local.group.to_owned(),
            parent: parent.map(|(letter, number)| zone(local.region, *letter, *number)),
        }
    }
}

impl Described for Shown {
    const FILTERS: Filters<Self> = &[
        ("group-long-name", |zone, _| one(&zone.group_long_name)),
        ("group-name", |zone, _| one(&zone.group_name)),
        ("message", |_, _| Vec::new()),
        ("opt-in-status", |zone, _| one(zone.opt_in_status)),
        ("parent-zone-id", |zone, _| maybe(zone.parent.as_ref().map(|parent| &parent.id))),
        ("parent-zone-name", |zone, _| maybe(zone.parent.as_ref().map(|parent| &parent.name))),
        ("region-name", |_, call| one(&call.region_name)),
        ("state", |_, _| one("available")),
        ("zone-id", |zone, _| one(&zone.zone.id)),
        ("zone-name", |zone, _| one(&zone.zone.name)),
        ("zone-type", |zone, _| one(zone.zone_type)),
    ];
    const TAG_FILTERS: &'static [&'static str] = &[];

    fn tags(&self) -> &Tags {
        &NO_TAGS
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "ZoneName": self.zone.name,
            "ZoneId": self.zone.id,
            "ZoneType": self.zone_type,
            "State": "available",
            "OptInStatus": self.opt_in_status,
            "RegionName": call.region_name,
            "GroupName": self.group_name,
            "GroupLongName": self.group_long_name,
            "NetworkBorderGroup": self.network_border_group,
            "ParentZoneName": self.parent.as_ref().map(|parent| &parent.name),
            "ParentZoneId": self.parent.as_ref().map(|parent| &parent.id),
            "Messages": [],
        })
    }
}

pub(super) fn describe_availability_zones(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let region = call.region_name.as_str();
    let mut all: Vec<Shown> =
        open_zones(region).into_iter().map(|zone| Shown::availability_zone(region, zone)).collect();
    if call.input["AllAvailabilityZones"].as_bool().unwrap_or(false) {
        all.extend(LOCAL_ZONES.iter().filter(|local| local.region == region).map(Shown::local_zone));
    }
    let (names, ids) = (texts(&call.input["ZoneNames"]), texts(&call.input["ZoneIds"]));
    check(&names, |name| all.iter().any(|shown| shown.zone.name == name))?;
    check(&ids, |id| all.iter().any(|shown| shown.zone.id == id))?;
    let asked = all.iter().filter(|shown| {
        let (name, id) = (shown.zone.name.as_str(), shown.zone.id.as_str());
        names.is_empty() && ids.is_empty() || names.contains(&name) || ids.contains(&id)
    });
    let found = matching(call, asked, &call.input["Filters"])?;
    Ok(json!({ "AvailabilityZones": found.into_iter().map(|shown| shown.show(call)).collect::<Vec<_>>() }))
}

fn check(asked: &[&str], is_there: impl Fn(&str) -> bool) -> Result<(), ApiError> {
    let unknown: Vec<&str> = asked.iter().copied().filter(|asked| !is_there(asked)).collect();
    match unknown.is_empty() {
        true => Ok(()),
        false => refuse("InvalidParameterValue", format!("Invalid availability zones: [{}]", unknown.join(", "))),
    }
}
