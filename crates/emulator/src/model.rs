//! AWS's own description of its operations, cut out of `botocore` (see `models/README.md`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The models, by the service name that stands in a signature's scope.
pub(crate) static MODELS: LazyLock<BTreeMap<&'static str, Model>> = LazyLock::new(|| {
    [
        ("ec2", include_str!("../models/ec2.json")),
        ("ecr", include_str!("../models/ecr.json")),
        ("eks", include_str!("../models/eks.json")),
        ("elasticloadbalancing", include_str!("../models/elasticloadbalancing.json")),
        ("iam", include_str!("../models/iam.json")),
        ("kms", include_str!("../models/kms.json")),
        ("logs", include_str!("../models/logs.json")),
        ("secretsmanager", include_str!("../models/secretsmanager.json")),
        ("sts", include_str!("../models/sts.json")),
        ("tagging", include_str!("../models/tagging.json")),
    ]
    .into_iter()
    .filter_map(|(name, text)| Some((name, serde_json::from_str(text).ok()?)))
    .collect()
});

/// What stands instead of what must not be logged.
pub(crate) const REDACTED: &str = "(redacted)";

/// A service.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) metadata: Metadata,
    pub(crate) operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) protocol: String,
    pub(crate) api_version: String,
    #[serde(default)]
    pub(crate) xml_namespace: String,
}

/// An operation.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    pub(crate) http: Http,
    pub(crate) input: Option<Io>,
    pub(crate) output: Option<Io>,
    #[serde(default)]
    pub(crate) errors: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Http {
    pub(crate) method: String,
    pub(crate) request_uri: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Io {
    pub(crate) shape: String,
    pub(crate) result_wrapper: Option<String>,
}

/// A type.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) type_name: String,
    #[serde(default)]
    pub(crate) members: IndexMap<String, Member>,
    pub(crate) member: Option<Member>,
    pub(crate) key: Option<Member>,
    pub(crate) value: Option<Member>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    #[serde(rename = "enum")]
    pub(crate) values: Option<Vec<String>>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) pattern: Option<String>,
    #[serde(default)]
    pub(crate) flattened: bool,
    /// Whether it must not be logged.
    #[serde(default)]
    pub(crate) sensitive: bool,
    pub(crate) error: Option<ErrorShape>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorShape {
    pub(crate) code: Option<String>,
    pub(crate) http_status_code: Option<u16>,
}

/// Where a type stands in another one, and how it travels there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    pub(crate) shape: String,
    pub(crate) location: Option<String>,
    pub(crate) location_name: Option<String>,
    pub(crate) query_name: Option<String>,
    #[serde(default)]
    pub(crate) flattened: bool,
}

impl Model {
    /// The type called `name`. The models are complete: a type that is named is there.
    pub(crate) fn shape(&self, name: &str) -> &Shape {
        static UNKNOWN: LazyLock<Shape> = LazyLock::new(|| Shape {
            type_name: "structure".to_owned(),
            members: IndexMap::new(),
            member: None,
            key: None,
            value: None,
            required: Vec::new(),
            values: None,
            min: None,
            max: None,
            pattern: None,
            flattened: false,
            sensitive: false,
            error: None,
        });
        self.shapes.get(name).unwrap_or(&UNKNOWN)
    }

    /// `value` as a `shape`, without what must not be logged.
    pub(crate) fn redacted(&self, shape: &str, value: &Value) -> Value {
        let shape = self.shape(shape);
        match value {
            _ if shape.sensitive && !value.is_null() => REDACTED.into(),
            Value::Object(fields) => {
                let of = |name: &String| shape.members.get(name).or(shape.value.as_ref());
                let redacted = |name: &String, field: &Value| {
                    of(name).map_or_else(|| field.clone(), |member| self.redacted(&member.shape, field))
                };
                fields.iter().map(|(name, field)| (name.clone(), redacted(name, field))).collect::<Map<_, _>>().into()
            }
            Value::Array(items) => match &shape.member {
                Some(member) => items.iter().map(|item| self.redacted(&member.shape, item)).collect(),
                None => value.clone(),
            },
            _ => value.clone(),
        }
    }

    /// The HTTP status that the model gives an error code: of the operation, or of any other, for AWS answers with some
    /// that an operation does not name.
    pub(crate) fn status(&self, operation: Option<&Operation>, code: &str) -> u16 {
        let declared = operation.map(|operation| operation.errors.as_slice()).unwrap_or_default();
        declared
            .iter()
            .chain(self.shapes.keys())
            .map(|name| (name, self.shape(name)))
            .find(|(name, shape)| {
                name.as_str() == code || shape.error.as_ref().is_some_and(|error| error.code.as_deref() == Some(code))
            })
            .and_then(|(_, shape)| shape.error.as_ref()?.http_status_code)
            .unwrap_or(400)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_model_is_read_and_complete() {
        let services =
            ["ec2", "ecr", "eks", "elasticloadbalancing", "iam", "kms", "logs", "secretsmanager", "sts", "tagging"];
        assert_eq!(MODELS.keys().copied().collect::<Vec<_>>(), services);
        for (service, model) in MODELS.iter() {
            for shape in model.shapes.values() {
                let nested = shape.members.values().chain(&shape.member).chain(&shape.key).chain(&shape.value);
                for member in nested {
                    assert!(model.shapes.contains_key(&member.shape), "{service}: {}", member.shape);
                }
            }
        }
        let eks = &MODELS["eks"];
        assert_eq!(eks.status(eks.operations.get("CreateCluster"), "ResourceInUseException"), 409);
        let iam = &MODELS["iam"];
        assert_eq!(iam.status(iam.operations.get("GetRole"), "NoSuchEntity"), 404);
    }

    #[test]
    fn what_must_not_be_logged_is_redacted() {
        let secrets = &MODELS["secretsmanager"];
        let input = json!({ "Name": "a", "SecretString": "canary", "Tags": [{ "Key": "b", "Value": "c" }] });
        let redacted = secrets.redacted("CreateSecretRequest", &input);
        assert_eq!(redacted["SecretString"], REDACTED);
        assert_eq!((&redacted["Name"], &redacted["Tags"]), (&input["Name"], &input["Tags"]));
    }
}
