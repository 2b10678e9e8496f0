//! Differences that the stack wants to be left alone.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Address;

/// A field of some resources whose difference does not count: somebody else owns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignore {
    /// Which resources: an address in which `*` stands for any text.
    pub address: String,
    /// Which field: its name and the keys below it, such as `tags.CostCenter`. A key may end with `*`.
    pub path: Vec<String>,
}

impl Ignore {
    /// `desired` with the ignored part of `live` in the place of its own, if the rule is about `address`.
    pub(super) fn apply(&self, address: &Address, desired: &mut Value, live: &Value) {
        if matches(&self.address, &address.to_string()) {
            take(&self.path, desired, live);
        }
    }
}

fn take(path: &[String], desired: &mut Value, live: &Value) {
    let (Some((key, rest)), Value::Object(wanted), Value::Object(found)) = (path.split_first(), desired, live) else {
        return;
    };
    let mut keys: Vec<String> = wanted.keys().chain(found.keys()).filter(|name| matches(key, name)).cloned().collect();
    keys.sort();
    keys.dedup();
    for name in keys {
        match (wanted.get_mut(&name), found.get(&name)) {
            (Some(inner), Some(outer)) if !rest.is_empty() => take(rest, inner, outer),
            (_, Some(outer)) if rest.is_empty() => {
                wanted.insert(name, outer.clone());
            }
            (Some(_), None) if rest.is_empty() => {
                wanted.remove(&name);
            }
            _ => {}
        }
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => match text.strip_prefix(start) {
            None => false,
            Some(tail) => {
                rest.is_empty() || (0..=tail.len()).any(|at| tail.is_char_boundary(at) && matches(rest, &tail[at..]))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn stars_stand_for_any_text() {
        assert!(matches("eks.Nodegroup/*", "eks.Nodegroup/system"));
        assert!(matches("*/a*c", "x/abbc"));
        assert!(!matches("eks.Nodegroup/*", "eks.Cluster/dev"));
    }

    #[test]
    fn the_live_value_wins() {
        let rule = Ignore { address: "ec2.Vpc/*".into(), path: vec!["tags".into(), "Cost*".into()] };
        let mut desired = json!({ "tags": { "a": "1", "CostCenter": "x" } });
        rule.apply(&Address::new("ec2.Vpc", "main"), &mut desired, &json!({ "tags": { "a": "2", "CostUnit": "y" } }));
        assert_eq!(desired, json!({ "tags": { "a": "1", "CostUnit": "y" } }));
    }
}
