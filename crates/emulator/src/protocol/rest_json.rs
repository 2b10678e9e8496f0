//! Paths, query strings and JSON: `POST /clusters/dev/node-groups`.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{Asked, Protocol, json, response};
use crate::error::{ApiError, refuse as refuse_with};
use crate::model::{Member, Model, Operation};

pub(super) fn parse<'m>(model: &'m Model, request: &Request<Bytes>) -> Result<Asked<'m>, ApiError> {
    let path = request.uri().path();
    let route = format!("{} {path}", request.method());
    let found = model.operations.iter().find_map(|(name, operation)| {
        let labels = (operation.http.method == request.method().as_str())
            .then(|| labels(&operation.http.request_uri, path))
            .flatten()?;
        Some((name, operation, labels))
    });
    let Some((name, operation, labels)) = found else { return Err(Protocol::RestJson.unknown_operation(&route)) };
    let input = input(model, operation, labels, request)?;
    Ok(Asked { operation: name, input })
}

/// The parts of `path` that stand where `template` has `{labels}`.
fn labels(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (wanted, found): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    if wanted.len() != found.len() {
        return None;
    }
    let mut labels = BTreeMap::new();
    for (wanted, found) in wanted.into_iter().zip(found) {
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(_) if found.is_empty() => return None,
            Some(label) => {
                labels.insert(label.to_owned(), percent_decode_str(found).decode_utf8_lossy().into_owned());
            }
            None if wanted == found => {}
            None => return None,
        }
    }
    Some(labels)
}

fn input(
    model: &Model,
    operation: &Operation,
    labels: BTreeMap<String, String>,
    request: &Request<Bytes>,
) -> Result<Value, ApiError> {
    let query = request.uri().query().unwrap_or_default();
    let mut query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut body = json::object(request.body(), "InvalidParameterException")?;
    let mut fields = Map::new();
    let Some(io) = &operation.input else { return Ok(fields.into()) };
    for (name, member) in &model.shape(&io.shape).members {
        let travels_as = member.location_name.as_deref().unwrap_or(name);
        let value = match member.location.as_deref() {
            Some("uri") => labels.get(travels_as).map(|text| Value::from(text.as_str())),
            Some("querystring") => from_query(model, member, travels_as, &mut query)?,
            _ => body.shift_remove(travels_as),
        };
        if let Some(value) = value {
            fields.insert(name.clone(), value);
        }
    }
    let unknown = body.keys().next().cloned().or_else(|| query.first().map(|(name, _)| name.clone()));
    match unknown {
        None => Ok(fields.into()),
        Some(name) => refuse_with("InvalidParameterException", format!("Unknown parameter in input: {name}")),
    }
}

fn from_query(
    model: &Model,
    member: &Member,
    name: &str,
    query: &mut Vec<(String, String)>,
) -> Result<Option<Value>, ApiError> {
    let mut found = Vec::new();
    query.retain(|(key, value)| {
        let is_it = key == name;
        if is_it {
            found.push(value.clone());
        }
        !is_it
    });
    let shape = model.shape(&member.shape);
    if shape.type_name == "list" {
        return Ok((!found.is_empty()).then(|| found.into_iter().collect()));
    }
    let Some(text) = found.pop() else { return Ok(None) };
    let wrong = || ApiError::new("InvalidParameterException", format!("Invalid value for {name}: {text}"));
    match shape.type_name.as_str() {
        "integer" | "long" => text.parse::<i64>().map(|number| Some(number.into())).map_err(|_| wrong()),
        "boolean" => text.parse::<bool>().map(|flag| Some(flag.into())).map_err(|_| wrong()),
        _ => Ok(Some(text.into())),
    }
}

pub(super) fn respond(model: &Model, operation: &str, output: &Value, request_id: &str) -> Response<Bytes> {
    response(200, "application/json", request_id, json::output(model, operation, output).to_string())
}

pub(super) fn refuse(error: &ApiError, status: u16, request_id: &str) -> Response<Bytes> {
    let details = error.details.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let message = ("message".to_owned(), Value::from(error.message.as_str()));
    let body = Value::Object(std::iter::once(message).chain(details).collect());
    let mut answer = response(status, "application/json", request_id, body.to_string());
    if let Ok(code) = http::HeaderValue::from_str(&error.code) {
        answer.headers_mut().insert("x-amzn-errortype", code);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_where_the_template_says() {
        let found = labels("/clusters/{name}/node-groups/{nodegroupName}", "/clusters/dev/node-groups/a%2Fb");
        assert_eq!(found.expect("a match")["nodegroupName"], "a/b");
        assert_eq!(labels("/clusters/{name}", "/clusters"), None);
        assert_eq!(labels("/clusters/{name}", "/clusters/"), None);
    }
}
