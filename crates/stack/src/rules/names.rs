//! Names, tags, and what must not stand twice.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::tag;

use super::Report;
use crate::check::nearest;
use crate::expand::names;
use crate::places::Path;
use crate::schema::StackSpec;

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    tags(&spec.metadata.tags, &Path::from("metadata.tags"), report);
    let mut seen = BTreeSet::new();
    for (index, group) in spec.managed_node_groups.iter().enumerate() {
        let path = Path::from("managedNodeGroups").item(index);
        tags(&group.tags, &path.key("tags"), report);
        if !seen.insert(&group.name) {
            let message = format!("there are two node groups called {}", group.name);
            report.error(&path.key("name"), message, "give each a name of its own");
        }
    }
    let sides = [("private", &spec.vpc.subnet_tags.private), ("public", &spec.vpc.subnet_tags.public)];
    sides.into_iter().for_each(|(side, tags)| ec2_tags(tags, &Path::from("vpc.subnetTags").key(side), report));
    for (index, group) in spec.vpc.security_groups.iter().enumerate() {
        ec2_tags(&group.tags, &Path::from("vpc.securityGroups").item(index).key("tags"), report);
    }
    for (index, entry) in spec.access_config.access_entries.iter().enumerate() {
        tags(&entry.tags, &Path::from("accessConfig.accessEntries").item(index).key("tags"), report);
    }
    for (index, profile) in spec.fargate_profiles.iter().enumerate() {
        tags(&profile.tags, &Path::from("fargateProfiles").item(index).key("tags"), report);
    }
    for (index, addon) in spec.addons.iter().enumerate() {
        tags(&addon.tags, &Path::from("addons").item(index).key("tags"), report);
    }
    for (index, provider) in spec.identity_providers.iter().enumerate() {
        tags(&provider.tags, &Path::from("identityProviders").item(index).key("tags"), report);
    }
    for (index, capability) in spec.capabilities.iter().enumerate() {
        tags(&capability.tags, &Path::from("capabilities").item(index).key("tags"), report);
    }
    for kind in spec.timeouts.keys().filter(|kind| !names::is_kind(kind)) {
        report.error_in_key(&Path::from("timeouts").key(kind), format!("there is no kind {kind}"), kinds(kind));
    }
    for (index, rule) in spec.ignore.iter().enumerate() {
        let kind = rule.address.split('/').next().unwrap_or_default();
        if !kind.contains('*') && !names::is_kind(kind) {
            let path = Path::from("ignore").item(index).key("address");
            report.error(&path, format!("there is no kind {kind}"), kinds(kind));
        }
    }
}

/// The kind that was probably meant, or all of them.
pub(super) fn kinds(found: &str) -> String {
    let known: Vec<String> = names::kinds().into_iter().map(str::to_owned).collect();
    match nearest(found, &known) {
        Some(near) => format!("did you mean {near}? docs/spec.md lists all kinds"),
        None => format!("kinds are {}", known.join(", ")),
    }
}

/// Tags of what is not EC2's. Source: "Tag naming limits and requirements" in the guide to tagging AWS resources.
pub(super) fn tags(tags: &BTreeMap<String, String>, path: &Path, report: &mut Report<'_, '_>) {
    ec2_tags(tags, path, report);
    let fits = |letter: char| letter.is_alphanumeric() || letter.is_whitespace() || "+-=._:/@".contains(letter);
    let hint = "use letters, digits, spaces and + - = . _ : / @";
    for (key, value) in tags {
        if let Some(letter) = key.chars().find(|letter| !fits(*letter)) {
            report.error_in_key(&path.key(key), format!("{letter:?} may not stand in the key of a tag"), hint);
        }
        if let Some(letter) = value.chars().find(|letter| !fits(*letter)) {
            report.error(&path.key(key), format!("{letter:?} may not stand in the value of a tag"), hint);
        }
    }
}

/// Tags of what is EC2's, which takes any letters. Source: the same.
pub(super) fn ec2_tags(tags: &BTreeMap<String, String>, path: &Path, report: &mut Report<'_, '_>) {
    // Beside a user's tags a resource has ours: four for ownership, a name, a role for load balancers.
    const ROOM: usize = 50 - 6;
    let shared = report.shared_tags.keys().filter(|key| !tags.contains_key(*key)).count();
    let hint = format!("AWS allows 50, and those of the stack itself leave {ROOM}: remove some");
    match (tags.len(), tags.len() + shared) {
        (0, _) => {}
        (own, _) if own > ROOM => report.error(path, format!("{own} tags are too many"), hint),
        (own, all) if all > ROOM => {
            report.error(path, format!("{own} tags and those of metadata.tags, {all} in all, are too many"), hint);
        }
        _ => {}
    }
    for (key, value) in tags {
        let at = path.key(key);
        if key.to_ascii_lowercase().starts_with("aws:") {
            report.error_in_key(&at, "AWS keeps tags that begin with aws: to itself", "choose another key");
        } else if key.starts_with(tag::PREFIX) {
            let message = format!("tags that begin with {} say whose a resource is", tag::PREFIX);
            report.error_in_key(&at, message, "choose another key");
        } else if key.is_empty() || key.chars().count() > 128 {
            let message = format!("a tag key has 1 to 128 characters, and this one {}", key.chars().count());
            report.error_in_key(&at, message, "choose another key");
        }
        let length = value.chars().count();
        if length > 256 {
            let message = format!("a tag value has at most 256 characters, and this one {length}");
            report.error(&at, message, "shorten it");
        }
    }
}
