//! JSON with the operation in the header `x-amz-target`; and JSON objects in general.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::{Asked, Protocol, response};
use crate::error::{ApiError, refuse as refuse_with};
use crate::model::{Member, Model};

pub(super) fn parse<'m>(model: &'m Model, request: &Request<Bytes>) -> Result<Asked<'m>, ApiError> {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = target.rsplit('.').next().unwrap_or_default();
    let Some((operation, _)) = model.operations.get_key_value(name) else {
        return Err(Protocol::Json.unknown_operation(name));
    };
    Ok(Asked { operation, input: object(request.body(), "SerializationException")?.into() })
}

/// The object in a body; an empty body is an empty object.
pub(super) fn object(body: &[u8], code: &str) -> Result<Map<String, Value>, ApiError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => refuse_with(code, "The body is no JSON object"),
        Err(error) => refuse_with(code, format!("The body is no JSON: {error}")),
    }
}

pub(super) fn respond(model: &Model, operation: &str, answer: &Value, request_id: &str) -> Response<Bytes> {
    response(200, "application/x-amz-json-1.1", request_id, output(model, operation, answer).to_string())
}

pub(super) fn refuse(error: &ApiError, status: u16, request_id: &str) -> Response<Bytes> {
    let mut body = json!({ "__type": error.code, "message": error.message });
    for (name, value) in &error.details {
        body[*name] = value.clone();
    }
    response(status, "application/x-amz-json-1.1", request_id, body.to_string())
}

/// The answer in the names in which it travels; what the model does not know is left out.
pub(super) fn output(model: &Model, operation: &str, answer: &Value) -> Value {
    let io = model.operations.get(operation).and_then(|operation| operation.output.as_ref());
    io.map_or_else(|| json!({}), |io| structure(model, &io.shape, answer))
}

fn structure(model: &Model, shape: &str, answer: &Value) -> Value {
    let members = &model.shape(shape).members;
    let known = |(name, member): (&String, &Member)| {
        let field = answer.get(name).filter(|field| !field.is_null())?;
        let travels_as = member.location_name.as_deref().unwrap_or(name);
        Some((travels_as.to_owned(), value(model, member, field)))
    };
    members.iter().filter_map(known).collect::<Map<_, _>>().into()
}

fn value(model: &Model, member: &Member, found: &Value) -> Value {
    let shape = model.shape(&member.shape);
    match (shape.type_name.as_str(), found) {
        ("structure", _) => structure(model, &member.shape, found),
        ("list", Value::Array(items)) => match &shape.member {
            Some(item) => items.iter().map(|found| value(model, item, found)).collect(),
            None => Value::Array(Vec::new()),
        },
        ("map", Value::Object(fields)) => match &shape.value {
            Some(of) => fields.iter().map(|(key, field)| (key.clone(), value(model, of, field))).collect(),
            None => Value::Object(Map::new()),
        },
        _ => found.clone(),
    }
}
