//! Every parameter of AWS's models is read by its operation: none is silently ignored.

use serde_json::{Map, Value, json};

use super::Lab;
use crate::model::{MODELS, Model, Shape};

/// Some value that the model allows.
fn value(model: &Model, shape: &Shape) -> Value {
    match shape.type_name.as_str() {
        "structure" => {
            let required = shape.required.iter().filter_map(|name| Some((name, shape.members.get(name)?)));
            required
                .map(|(name, member)| (name.clone(), value(model, model.shape(&member.shape))))
                .collect::<Map<_, _>>()
                .into()
        }
        "list" => shape.member.iter().map(|member| value(model, model.shape(&member.shape))).collect(),
        "boolean" => json!(true),
        "integer" | "long" => json!(shape.min.unwrap_or(1.0) as i64),
        _ => shape.values.as_ref().and_then(|values| values.first()).map_or_else(|| json!("x"), |first| json!(first)),
    }
}

#[test]
fn no_parameter_is_a_surprise() {
    let model = &MODELS["ec2"];
    let mut checked = 0;
    for (name, operation) in &model.operations {
        let input = model.shape(&operation.input.as_ref().expect("an input").shape);
        let required = value(model, input);
        for (member, found) in &input.members {
            let mut asked = required.clone();
            asked[member] = value(model, model.shape(&found.shape));
            if let Err(refused) = Lab::new().call(name, asked) {
                assert_ne!(refused.code, "InternalFailure", "{name}.{member}: {}", refused.message);
            }
            checked += 1;
        }
    }
    assert!(checked > 250, "{checked} parameters");
}
