//! Values of specs as a reader wants them: references by their names, texts in quotes.

use eksctl_rs_core::{Address, symbol};
use serde_json::{Map, Value};

/// A value in one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => node(value).unwrap_or_else(|| {
            let fields = keyed(value).unwrap_or_else(|| fields.clone());
            let fields: Vec<String> = fields.iter().map(|(key, field)| format!("{key}: {}", inline(field))).collect();
            format!("{{{}}}", fields.join(", "))
        }),
        other => other.to_string(),
    }
}

/// A document as lines.
pub(super) fn lines(value: &Value) -> String {
    serde_json::to_string_pretty(&plain(value)).unwrap_or_default()
}

/// A reference as the text that it stands for.
fn node(value: &Value) -> Option<String> {
    if let Some(id) = value.get("$id").and_then(Value::as_str) {
        return Some(format!("{id:?}"));
    }
    if let Some(address) = value.get("$ref").and_then(Value::as_str) {
        let output = value.get("output").and_then(Value::as_str)?;
        return address.parse::<Address>().ok().map(|address| symbol(&address, output));
    }
    let parts = value.get("$text")?.as_array()?;
    Some(parts.iter().map(|part| part.as_str().map_or_else(|| inline(part), str::to_owned)).collect())
}

/// An object whose keys hold references, with the keys as text.
fn keyed(value: &Value) -> Option<Map<String, Value>> {
    let key = |key: &Value| key.as_str().map_or_else(|| inline(key), str::to_owned);
    let pairs = value.get("$fields")?.as_array()?.iter();
    pairs.map(|pair| Some((key(pair.get(0)?), pair.get(1)?.clone()))).collect()
}

/// The value with every reference as text.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => match node(value) {
            Some(text) => text.into(),
            None => {
                keyed(value).as_ref().unwrap_or(fields).iter().map(|(key, field)| (key.clone(), plain(field))).collect()
            }
        },
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_read_as_what_they_mean() {
        let value = json!({ "vpc": { "$ref": "ec2.Vpc/main", "output": "id" }, "subnets": [{ "$id": "subnet-1" }] });
        assert_eq!(inline(&value), r#"{vpc: (ec2.Vpc/main).id, subnets: ["subnet-1"]}"#);
        let text = json!({ "$text": ["arn:", { "$ref": "eks.Cluster/dev", "output": "issuer" }, "/*"] });
        assert_eq!(inline(&text), "arn:(eks.Cluster/dev).issuer/*");
        let issuer = json!({ "$text": [{ "$ref": "iam.OidcProvider/cluster", "output": "issuer_host" }, ":aud"] });
        let condition = json!({ "$fields": [[issuer, ["sts.amazonaws.com"]]] });
        assert_eq!(inline(&condition), r#"{(iam.OidcProvider/cluster).issuer_host:aud: ["sts.amazonaws.com"]}"#);
        assert_eq!(plain(&condition), json!({ "(iam.OidcProvider/cluster).issuer_host:aud": ["sts.amazonaws.com"] }));
    }
}
