//! Which fields differ.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::change::FieldChange;
use crate::field::{Field, Mutability};

/// The desired spec with the values of `live` where they do not count: what others own, what floats. What AWS never tells
/// again stays as it is wanted: it is no difference, and the next call sends it.
pub(super) fn settle(fields: &[Field], mut desired: Value, live: &Value) -> Value {
    let Some(wanted) = desired.as_object_mut() else { return desired };
    for field in fields {
        let owned_elsewhere = matches!(field.mutability, Mutability::Identity | Mutability::Initial);
        let floats = field.floating && wanted.get(field.name).is_none_or(Value::is_null);
        if owned_elsewhere || floats {
            wanted.insert(field.name.to_owned(), live.get(field.name).cloned().unwrap_or(Value::Null));
        }
    }
    desired
}

/// The fields in which the two specs differ.
pub(super) fn differing<'f>(fields: &'f [Field], desired: &Value, live: &Value) -> Vec<&'f Field> {
    fields.iter().filter(|field| !same(desired.get(field.name), live.get(field.name))).collect()
}

/// Whether what AWS cannot change is the same.
pub(super) fn same_immutable(fields: &[Field], desired: &Value, live: &Value) -> bool {
    differing(fields, desired, live).iter().all(|field| field.mutability != Mutability::Replace)
}

fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    // The order of keys does not count.
    a.unwrap_or(&Value::Null) == b.unwrap_or(&Value::Null)
}

/// The difference in one field, for the reader: the keys of objects one by one, everything else whole.
pub(super) fn describe(field: &Field, before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    collect(field, field.name.to_owned(), before, after, &mut changes);
    changes
}

fn collect(field: &Field, path: String, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<FieldChange>) {
    let before = before.filter(|value| !value.is_null());
    let after = after.filter(|value| !value.is_null());
    if same(before, after) {
        return;
    }
    let nested = |value: Option<&Value>| value.is_none_or(is_plain_object);
    if !field.is_document() && nested(before) && nested(after) {
        let keys: BTreeSet<&String> = [before, after]
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flat_map(|object| object.keys())
            .collect();
        if !keys.is_empty() {
            for key in keys {
                let [before, after] = [before, after].map(|value| value.and_then(|value| value.get(key)));
                collect(field, format!("{path}.{key}"), before, after, changes);
            }
            return;
        }
    }
    changes.push(FieldChange {
        path,
        before: before.cloned(),
        after: after.cloned(),
        document: field.is_document(),
        forces_replacement: field.mutability == Mutability::Replace && before.is_some() && after.is_some(),
    });
}

fn is_plain_object(value: &Value) -> bool {
    value.as_object().is_some_and(|object| !object.keys().any(|key| key.starts_with('$')))
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "a spec is public")]
mod tests {
    use super::*;
    use crate::SpecType;
    use serde_json::json;

    crate::spec! {
        /// A thing.
        pub struct Thing {
            /// Size.
            size: u32 => Initial;
            /// Version.
            version: Option<String> => InPlace, floating = true;
            /// Tags.
            tags: Value => InPlace;
            /// Policy.
            policy: Document => InPlace;
        }
    }
    type Document = Value;

    #[test]
    fn what_others_own_and_what_floats_is_taken_from_the_live_one() {
        let live = json!({ "size": 5, "version": "1.35", "tags": {}, "policy": null });
        let settled = settle(Thing::FIELDS, json!({ "size": 2, "version": null, "tags": {}, "policy": null }), &live);
        assert_eq!(settled, live);
        let pinned = settle(Thing::FIELDS, json!({ "size": 2, "version": "1.36", "tags": {}, "policy": null }), &live);
        assert_eq!(differing(Thing::FIELDS, &pinned, &live).iter().map(|f| f.name).collect::<Vec<_>>(), ["version"]);
    }

    #[test]
    fn objects_are_told_key_by_key_and_documents_whole() {
        let [_, _, tags, policy] = Thing::FIELDS else { panic!("four fields") };
        let changes = describe(tags, Some(&json!({ "a": "1", "b": "2" })), Some(&json!({ "b": "3", "c": "4" })));
        let paths: Vec<_> = changes.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(paths, ["tags.a", "tags.b", "tags.c"]);
        let changes = describe(policy, Some(&json!({ "a": 1 })), Some(&json!({ "a": 2 })));
        assert_eq!((changes.len(), changes[0].document), (1, true));
    }

    #[test]
    fn the_order_of_keys_is_no_difference() {
        assert!(same(Some(&json!({ "a": 1, "b": 2 })), Some(&json!({ "b": 2, "a": 1 }))));
        assert!(same(None, Some(&Value::Null)));
    }
}
