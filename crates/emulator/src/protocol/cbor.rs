//! CBOR with the operation in the path (`smithy-protocol: rpc-v2-cbor`): what newer clients speak to services that have
//! both this and JSON.

use bytes::Bytes;
use ciborium::Value as Cbor;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::{Asked, Protocol, json as json_protocol, response};
use crate::error::{ApiError, refuse as refuse_with};
use crate::model::Model;

pub(super) fn parse<'m>(model: &'m Model, request: &Request<Bytes>) -> Result<Asked<'m>, ApiError> {
    let name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let Some((operation, _)) = model.operations.get_key_value(name) else {
        return Err(Protocol::Cbor.unknown_operation(name));
    };
    if request.body().is_empty() {
        return Ok(Asked { operation, input: json!({}) });
    }
    match ciborium::from_reader::<Cbor, _>(request.body().as_ref()) {
        Ok(body @ Cbor::Map(_)) => Ok(Asked { operation, input: from_cbor(body) }),
        _ => refuse_with("SerializationException", "The body is no CBOR map"),
    }
}

pub(super) fn respond(model: &Model, operation: &str, output: &Value, request_id: &str) -> Response<Bytes> {
    answer(200, &json_protocol::output(model, operation, output), request_id)
}

pub(super) fn refuse(error: &ApiError, status: u16, request_id: &str) -> Response<Bytes> {
    answer(status, &json!({ "__type": error.code, "message": error.message }), request_id)
}

fn answer(status: u16, body: &Value, request_id: &str) -> Response<Bytes> {
    let mut bytes = Vec::new();
    let written = ciborium::into_writer(body, &mut bytes);
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
    let mut response = response(status, "application/cbor", request_id, bytes);
    response.headers_mut().insert("smithy-protocol", http::HeaderValue::from_static("rpc-v2-cbor"));
    response
}

fn from_cbor(value: Cbor) -> Value {
    match value {
        Cbor::Bool(flag) => flag.into(),
        Cbor::Integer(number) => i64::try_from(number).map_or(Value::Null, Value::from),
        Cbor::Float(number) => number.into(),
        Cbor::Text(text) => text.into(),
        Cbor::Array(items) => items.into_iter().map(from_cbor).collect(),
        Cbor::Map(entries) => entries
            .into_iter()
            .filter_map(|(key, value)| Some((key.into_text().ok()?, from_cbor(value))))
            .collect::<Map<_, _>>()
            .into(),
        Cbor::Tag(_, inner) => from_cbor(*inner),
        _ => Value::Null,
    }
}
