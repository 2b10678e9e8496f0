//! The emulator's own world, counted: what is there twice, or left, shows even if nobody can find it.

use std::collections::BTreeMap;

use eksctl_rs_stack::StackSpec;
use serde_json::Value;

use super::Lab;

/// How many of everything there are in the account and Region of a stack, whosoever it is.
pub fn census(lab: &Lab, spec: &StackSpec) -> BTreeMap<String, usize> {
    let world = lab.emulator.dump();
    let account = &world[&spec.metadata.account];
    let mut counted = BTreeMap::new();
    count("iam", &account["global"]["iam"], &mut counted);
    for (service, part) in account["regions"][&spec.metadata.region].as_object().into_iter().flatten() {
        count(service, part, &mut counted);
    }
    counted
}

/// History, tokens that are remembered, and what nodes have made.
const OF_NO_ACCOUNT: [&str; 6] =
    ["eks/updates", "ec2/instances", "ec2/released_addresses", "logs/deletions", "tokens", "elb/interfaces_until"];

fn count(service: &str, part: &Value, counted: &mut BTreeMap<String, usize>) {
    for (kind, things) in part.as_object().into_iter().flatten() {
        let name = format!("{service}/{kind}");
        let Some(things) = things.as_object() else { continue };
        if OF_NO_ACCOUNT.iter().any(|nothing| name.starts_with(nothing) || service == *nothing) {
            continue;
        }
        let there = things.values().filter(|thing| !is_gone(thing)).count();
        if there > 0 {
            counted.insert(name, there);
        }
    }
}

/// What was deleted stays visible for a while; a key for weeks.
fn is_gone(thing: &Value) -> bool {
    ["deleted", "terminated"].iter().any(|state| thing["state"] == *state)
        || thing["state"]["PendingDeletion"].is_object()
}

/// Everything whose text has `mark` in it, by where it is: what belongs to somebody else.
pub fn marked(lab: &Lab, spec: &StackSpec, mark: &str) -> BTreeMap<String, Value> {
    let world = lab.emulator.dump();
    let account = &world[&spec.metadata.account];
    let region = account["regions"][&spec.metadata.region].as_object().into_iter().flatten();
    let parts = region.map(|(service, part)| (service.as_str(), part)).chain([("iam", &account["global"]["iam"])]);
    let mut found = BTreeMap::new();
    for (service, part) in parts {
        for (kind, things) in part.as_object().into_iter().flatten() {
            for (id, thing) in things.as_object().into_iter().flatten() {
                if thing.to_string().contains(mark) {
                    found.insert(format!("{service}/{kind}/{id}"), thing.clone());
                }
            }
        }
    }
    found
}
