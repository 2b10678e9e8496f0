//! Answers in XML, in the dialects of EC2 and of the older query services.

use bytes::Bytes;
use http::Response;
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use serde_json::Value;

use super::{Protocol, response};
use crate::error::ApiError;
use crate::model::{Member, Model, Shape};

pub(super) fn respond(
    protocol: Protocol,
    model: &Model,
    name: &str,
    output: &Value,
    request_id: &str,
) -> Response<Bytes> {
    let mut out = Out { protocol, model, writer: Writer::new(Vec::new()) };
    let root = format!("{name}Response");
    out.open_with_namespace(&root);
    if protocol == Protocol::Ec2 {
        out.text("requestId", request_id);
    }
    let io = model.operations.get(name).and_then(|operation| operation.output.as_ref());
    if let Some(io) = io {
        let wrapper = io.result_wrapper.as_deref();
        wrapper.into_iter().for_each(|wrapper| out.open(wrapper));
        out.members(model.shape(&io.shape), output);
        wrapper.into_iter().for_each(|wrapper| out.close(wrapper));
    }
    if protocol == Protocol::Query {
        out.open("ResponseMetadata");
        out.text("RequestId", request_id);
        out.close("ResponseMetadata");
    }
    out.close(&root);
    response(200, "text/xml;charset=UTF-8", request_id, out.writer.into_inner())
}

pub(super) fn refuse(
    protocol: Protocol,
    model: &Model,
    error: &ApiError,
    status: u16,
    request_id: &str,
) -> Response<Bytes> {
    let mut out = Out { protocol, model, writer: Writer::new(Vec::new()) };
    match protocol {
        Protocol::Ec2 => {
            out.open("Response");
            out.open("Errors");
            out.open("Error");
            out.text("Code", &error.code);
            out.text("Message", &error.message);
            out.close("Error");
            out.close("Errors");
            out.text("RequestID", request_id);
            out.close("Response");
        }
        _ => {
            out.open_with_namespace("ErrorResponse");
            out.open("Error");
            out.text("Type", if status >= 500 { "Receiver" } else { "Sender" });
            out.text("Code", &error.code);
            out.text("Message", &error.message);
            out.close("Error");
            out.text("RequestId", request_id);
            out.close("ErrorResponse");
        }
    }
    response(status, "text/xml;charset=UTF-8", request_id, out.writer.into_inner())
}

struct Out<'m> {
    protocol: Protocol,
    model: &'m Model,
    writer: Writer<Vec<u8>>,
}

impl Out<'_> {
    /// Writing into memory cannot fail.
    fn event(&mut self, event: Event<'_>) {
        let written = self.writer.write_event(event);
        debug_assert!(written.is_ok());
    }

    fn open(&mut self, name: &str) {
        self.event(Event::Start(BytesStart::new(name)));
    }

    fn open_with_namespace(&mut self, name: &str) {
        let namespace = format!("{}/", self.model.metadata.xml_namespace.trim_end_matches('/'));
        let mut start = BytesStart::new(name);
        start.push_attribute(("xmlns", namespace.as_str()));
        self.event(Event::Start(start));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.event(Event::Text(BytesText::new(text)));
        self.close(name);
    }

    fn members(&mut self, shape: &Shape, value: &Value) {
        for (name, member) in &shape.members {
            if let Some(field) = value.get(name).filter(|field| !field.is_null()) {
                let name = member.location_name.as_deref().unwrap_or(name);
                self.value(name, member, field);
            }
        }
    }

    fn value(&mut self, name: &str, member: &Member, value: &Value) {
        let shape = self.model.shape(&member.shape);
        match (shape.type_name.as_str(), value) {
            ("structure", _) => {
                self.open(name);
                self.members(shape, value);
                self.close(name);
            }
            ("list", Value::Array(items)) => {
                let Some(item) = &shape.member else { return };
                let default = if self.protocol == Protocol::Ec2 { "item" } else { "member" };
                let item_name = item.location_name.as_deref().unwrap_or(default);
                let flat = shape.flattened || member.flattened;
                if flat {
                    items.iter().for_each(|found| self.value(name, item, found));
                } else {
                    self.open(name);
                    items.iter().for_each(|found| self.value(item_name, item, found));
                    self.close(name);
                }
            }
            ("map", Value::Object(fields)) => {
                let (Some(of_key), Some(of_value)) = (&shape.key, &shape.value) else { return };
                self.open(name);
                for (key, field) in fields {
                    self.open("entry");
                    self.text(of_key.location_name.as_deref().unwrap_or("key"), key);
                    self.value(of_value.location_name.as_deref().unwrap_or("value"), of_value, field);
                    self.close("entry");
                }
                self.close(name);
            }
            ("timestamp", Value::Number(seconds)) => {
                let text = timestamp(seconds.as_f64().unwrap_or_default());
                self.text(name, &text);
            }
            (_, Value::String(text)) => self.text(name, text),
            (_, other) => self.text(name, &other.to_string()),
        }
    }
}

fn timestamp(seconds: f64) -> String {
    match jiff::Timestamp::from_millisecond((seconds * 1000.0) as i64) {
        Ok(time) => time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        Err(_) => String::new(),
    }
}
