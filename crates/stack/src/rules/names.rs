//! Names, tags, and what must not stand twice.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::tag;

use super::Report;
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
    for (index, rule) in spec.ignore.iter().enumerate() {
        let kind = rule.address.split('/').next().unwrap_or_default();
        if !kind.contains('*') && !names::is_kind(kind) {
            let path = Path::from("ignore").item(index).key("address");
            report.error(&path, format!("there is no kind {kind}"), format!("kinds are {}", names::kinds().join(", ")));
        }
    }
}

/// Source: "Tag naming limits and requirements" in the guide to tagging AWS resources.
pub(super) fn tags(tags: &BTreeMap<String, String>, path: &Path, report: &mut Report<'_, '_>) {
    // Beside a user's tags a resource has ours: four for ownership, a name, a role for load balancers.
    const ROOM: usize = 50 - 6;
    if tags.len() > ROOM {
        report.error(path, format!("{} tags are too many", tags.len()), format!("AWS allows 50; ours leave {ROOM}"));
    }
    for (key, value) in tags {
        let at = path.key(key);
        if key.to_ascii_lowercase().starts_with("aws:") {
            report.error_in_key(&at, "AWS keeps tags that begin with aws: to itself", "choose another key");
        } else if key.starts_with(tag::PREFIX) {
            report.error_in_key(
                &at,
                format!("tags that begin with {} say whose a resource is", tag::PREFIX),
                "choose another key",
            );
        } else if key.is_empty() || key.chars().count() > 128 {
            report.error_in_key(&at, "a tag key has 1 to 128 characters", "shorten it");
        }
        if value.chars().count() > 256 {
            report.error(&at, "a tag value has at most 256 characters", "shorten it");
        }
    }
}
