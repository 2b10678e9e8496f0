//! The policy that an endpoint has without one of its own.

use serde_json::{Value, json};

use crate::PolicyDocument;

/// The policy in `text`; nothing where it lets everybody do everything, which is AWS's default.
///
/// Source: AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies".
pub(super) fn read(text: Option<&str>) -> Option<PolicyDocument> {
    let found = PolicyDocument::parse(text?).ok()?;
    (!is_default(found.value())).then_some(found)
}

fn is_default(document: &Value) -> bool {
    let everything = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
    let of = |document: &Value| document["Statement"].clone();
    of(document) == of(PolicyDocument::new(json!({ "Statement": [everything] })).value())
}
