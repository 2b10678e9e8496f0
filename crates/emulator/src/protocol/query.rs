//! Forms: `Action=CreateSubnet&VpcId=vpc-1&TagSpecification.1.Tag.1.Key=Name`.
//!
//! In EC2's dialect lists are always flat (`Name.1`); in the other one they are not (`Name.member.1`), unless the model
//! says so.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value};

use super::{Asked, Protocol};
use crate::error::{ApiError, refuse};
use crate::model::{Member, Model, Shape};

/// The parameters that belong to the protocol itself.
const OWN: &[&str] = &["Action", "Version"];

pub(super) fn parse<'m>(protocol: Protocol, model: &'m Model, request: &Request<Bytes>) -> Result<Asked<'m>, ApiError> {
    let from_path = request.uri().query().unwrap_or_default();
    let mut form: BTreeMap<String, String> = BTreeMap::new();
    for (key, value) in form_urlencoded::parse(from_path.as_bytes()).chain(form_urlencoded::parse(request.body())) {
        form.insert(key.into_owned(), value.into_owned());
    }
    let Some(action) = form.get("Action").cloned() else {
        return refuse("MissingAction", "The request is missing an action or a required parameter.");
    };
    let Some((operation, found)) = model.operations.get_key_value(&action) else {
        return Err(protocol.unknown_operation(&action));
    };
    if form.get("Version").is_some_and(|version| *version != model.metadata.api_version) {
        return refuse(
            "InvalidParameterValue",
            format!("The version of {action} must be {}", model.metadata.api_version),
        );
    }
    form.retain(|key, _| !OWN.contains(&key.as_str()));
    let mut reader = Reader { protocol, model, form };
    let input = match &found.input {
        Some(input) => reader.structure(model.shape(&input.shape), "")?,
        None => Value::Object(Map::new()),
    };
    match reader.form.keys().next() {
        None => Ok(Asked { operation, input }),
        Some(unknown) => Err(match protocol {
            Protocol::Ec2 => ApiError::new("UnknownParameter", format!("The parameter {unknown} is not recognized")),
            _ => ApiError::new("InvalidQueryParameter", format!("{unknown} is not a valid parameter of {action}")),
        }),
    }
}

struct Reader<'m> {
    protocol: Protocol,
    model: &'m Model,
    /// What nobody has read yet.
    form: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn structure(&mut self, shape: &Shape, prefix: &str) -> Result<Value, ApiError> {
        let mut fields = Map::new();
        for (name, member) in &shape.members {
            let key = format!("{prefix}{}", self.name_of(name, member));
            if let Some(value) = self.value(member, &key)? {
                fields.insert(name.clone(), value);
            }
        }
        Ok(fields.into())
    }

    fn name_of(&self, name: &str, member: &Member) -> String {
        match (self.protocol, &member.query_name, &member.location_name) {
            (Protocol::Ec2, Some(name), _) => name.clone(),
            (Protocol::Ec2, None, Some(name)) => capitalised(name),
            (Protocol::Ec2, None, None) => name.to_owned(),
            (_, _, Some(name)) => name.clone(),
            (_, _, None) => name.to_owned(),
        }
    }

    fn value(&mut self, member: &Member, key: &str) -> Result<Option<Value>, ApiError> {
        let shape = self.model.shape(&member.shape);
        match shape.type_name.as_str() {
            "structure" => {
                let inner = format!("{key}.");
                if !self.form.keys().any(|found| found.starts_with(&inner)) {
                    return Ok(None);
                }
                self.structure(shape, &inner).map(Some)
            }
            "list" => self.list(shape, member, key),
            "map" => self.map(shape, member, key),
            _ => match self.form.remove(key) {
                Some(text) => scalar(&shape.type_name, key, text).map(Some),
                None => Ok(None),
            },
        }
    }

    fn list(&mut self, shape: &Shape, member: &Member, key: &str) -> Result<Option<Value>, ApiError> {
        let Some(item) = &shape.member else { return Ok(None) };
        // An empty list travels as its bare name.
        if self.form.get(key).is_some_and(String::is_empty) {
            self.form.remove(key);
            return Ok(Some(Value::Array(Vec::new())));
        }
        let flat = self.protocol == Protocol::Ec2 || shape.flattened || member.flattened;
        let prefix = match flat {
            true => key.to_owned(),
            false => format!("{key}.{}", item.location_name.as_deref().unwrap_or("member")),
        };
        let mut items = Vec::new();
        for index in 1.. {
            match self.value(item, &format!("{prefix}.{index}"))? {
                Some(value) => items.push(value),
                None => break,
            }
        }
        Ok((!items.is_empty()).then_some(Value::Array(items)))
    }

    fn map(&mut self, shape: &Shape, member: &Member, key: &str) -> Result<Option<Value>, ApiError> {
        let (Some(of_key), Some(of_value)) = (&shape.key, &shape.value) else { return Ok(None) };
        let entry = if shape.flattened || member.flattened { key.to_owned() } else { format!("{key}.entry") };
        let mut fields = Map::new();
        for index in 1.. {
            let name = of_key.location_name.as_deref().unwrap_or("key");
            let Some(name) = self.form.remove(&format!("{entry}.{index}.{name}")) else { break };
            let value = of_value.location_name.as_deref().unwrap_or("value");
            if let Some(value) = self.value(of_value, &format!("{entry}.{index}.{value}"))? {
                fields.insert(name, value);
            }
        }
        Ok((!fields.is_empty()).then_some(fields.into()))
    }
}

fn scalar(type_name: &str, key: &str, text: String) -> Result<Value, ApiError> {
    let wrong =
        || ApiError::new("InvalidParameterValue", format!("Invalid value '{text}' for {key}: expected {type_name}"));
    match type_name {
        "integer" | "long" => text.parse::<i64>().map(Value::from).map_err(|_| wrong()),
        "float" | "double" => text.parse::<f64>().map(Value::from).map_err(|_| wrong()),
        "boolean" => match text.as_str() {
            "true" | "True" => Ok(true.into()),
            "false" | "False" => Ok(false.into()),
            _ => Err(wrong()),
        },
        "timestamp" => match text.parse::<jiff::Timestamp>() {
            Ok(time) => Ok((time.as_millisecond() as f64 / 1000.0).into()),
            Err(_) => Err(wrong()),
        },
        _ => Ok(text.into()),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
