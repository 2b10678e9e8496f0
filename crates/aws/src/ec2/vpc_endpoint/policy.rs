//! The policy that AWS attaches where nobody says anything.

use serde_json::{Value, json};

use crate::PolicyDocument;

/// The policy, or nothing if it is the default one, which allows everything to everybody. Source: AWS PrivateLink guide,
/// "Control access to VPC endpoints using endpoint policies".
pub(super) fn unless_full_access(policy: PolicyDocument) -> Option<PolicyDocument> {
    let is_plain = |statement: &Value| {
        let Some(fields) = statement.as_object() else { return false };
        let says = |name: &str, value: Value| fields.get(name) == Some(&value);
        let anybody = says("Principal", json!("*")) || says("Principal", json!({ "AWS": ["*"] }));
        let anything = says("Effect", json!("Allow")) && says("Action", json!(["*"])) && says("Resource", json!(["*"]));
        anybody
            && anything
            && fields.keys().all(|name| ["Sid", "Effect", "Principal", "Action", "Resource"].contains(&name.as_str()))
    };
    let statements = policy.value().get("Statement").and_then(Value::as_array);
    let is_default = statements.is_some_and(|all| matches!(all.as_slice(), [only] if is_plain(only)));
    (!is_default).then_some(policy)
}
