//! A configuration against AWS's schema for the version of the add-on.

use eksctl_rs_core::{AddonFacts, Refusal};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::check::nearest;
use crate::expand::names;

/// Everything in which the configuration is not what AWS's schema says, each with where it is. Where there is no schema, AWS
/// itself says so later.
pub(super) fn check(addon: &str, configuration: &Value, known: &AddonFacts) -> Vec<Refusal> {
    let Some(schema) = &known.schema else { return Vec::new() };
    let Ok(validator) = Validator::new(schema) else { return Vec::new() };
    let version = known.version.as_deref().unwrap_or_default();
    let refusal = |error: ValidationError<'_>| {
        let known = known_keys(schema, &error);
        let hint = known.unwrap_or_else(|| {
            format!("the schema: aws eks describe-addon-configuration --addon-name {addon} --addon-version {version}")
        });
        Refusal { address: names::addon(addon), message: format!("{}: {}", place(&error), words(&error)), hint }
    };
    validator.iter_errors(configuration).map(refusal).collect()
}

/// Where, as it stands in the stack: `configurationValues.env.WARM_IP_TARGET`.
fn place(error: &ValidationError<'_>) -> String {
    let segments = error.instance_path().segments().map(|segment| segment.to_string());
    std::iter::once("configurationValues".to_owned()).chain(segments).collect::<Vec<_>>().join(".")
}

fn words(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            format!("the add-on has no setting {}", unexpected.join(", "))
        }
        _ => error.to_string(),
    }
}

/// What was probably meant by a key that is not there. The schema of the object stands beside the keyword that refused it.
fn known_keys(schema: &Value, error: &ValidationError<'_>) -> Option<String> {
    let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() else { return None };
    let pointer = error.schema_path().to_string();
    let of_object = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    let known: Vec<String> = schema.pointer(of_object)?.get("properties")?.as_object()?.keys().cloned().collect();
    let meant = unexpected.iter().find_map(|key| nearest(key, &known));
    Some(match meant {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it has {}", known.join(", ")),
    })
}
