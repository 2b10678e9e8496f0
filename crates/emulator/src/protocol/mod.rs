//! How requests and answers travel: five protocols of AWS, all driven by the models.
//!
//! Inside, a request is a JSON object in the names of the model, whatever it looked like outside; so is an answer.
//! Timestamps are seconds since 1970, blobs are base64.

mod cbor;
mod json;
mod query;
mod rest_json;
mod xml;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::error::ApiError;
use crate::model::{Model, Operation};

/// A request, understood: which operation, with which parameters.
#[derive(Debug)]
pub(crate) struct Asked<'m> {
    pub(crate) operation: &'m str,
    pub(crate) input: Value,
}

/// How a request travels, and so how its answer must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// EC2: a form in, XML out.
    Ec2,
    /// IAM and STS: a form in, XML out, in another dialect.
    Query,
    /// EKS: paths, query strings and JSON.
    RestJson,
    /// KMS, CloudWatch Logs and tagging: JSON with the operation in a header.
    Json,
    /// Tagging, as newer clients speak: CBOR with the operation in the path.
    Cbor,
}

impl Protocol {
    /// The protocol of a request to a service.
    pub(crate) fn of(model: &Model, request: &Request<Bytes>) -> Self {
        match model.metadata.protocol.as_str() {
            "ec2" => Self::Ec2,
            "query" => Self::Query,
            "rest-json" => Self::RestJson,
            _ if request.headers().contains_key("smithy-protocol") => Self::Cbor,
            _ => Self::Json,
        }
    }

    /// What the request asks for.
    pub(crate) fn parse<'m>(self, model: &'m Model, request: &Request<Bytes>) -> Result<Asked<'m>, ApiError> {
        match self {
            Self::Ec2 | Self::Query => query::parse(self, model, request),
            Self::RestJson => rest_json::parse(model, request),
            Self::Json => json::parse(model, request),
            Self::Cbor => cbor::parse(model, request),
        }
    }

    /// The answer to a call that was granted.
    pub(crate) fn respond(self, model: &Model, operation: &str, output: &Value, request_id: &str) -> Response<Bytes> {
        match self {
            Self::Ec2 | Self::Query => xml::respond(self, model, operation, output, request_id),
            Self::RestJson => rest_json::respond(model, operation, output, request_id),
            Self::Json => json::respond(model, operation, output, request_id),
            Self::Cbor => cbor::respond(model, operation, output, request_id),
        }
    }

    /// The answer to a call that was refused.
    pub(crate) fn refuse(
        self,
        model: &Model,
        operation: Option<&Operation>,
        error: &ApiError,
        request_id: &str,
    ) -> Response<Bytes> {
        let status = error.status.unwrap_or_else(|| model.status(operation, &error.code));
        match self {
            Self::Ec2 | Self::Query => xml::refuse(self, model, error, status, request_id),
            Self::RestJson => rest_json::refuse(error, status, request_id),
            Self::Json => json::refuse(error, status, request_id),
            Self::Cbor => cbor::refuse(error, status, request_id),
        }
    }

    /// The refusal of an operation that the service does not have.
    pub(crate) fn unknown_operation(self, name: &str) -> ApiError {
        match self {
            Self::Ec2 | Self::Query => {
                ApiError::new("InvalidAction", format!("The action {name} is not valid for this web service."))
            }
            Self::RestJson => {
                ApiError::with_status("UnknownOperationException", 404, format!("Unknown operation: {name}"))
            }
            Self::Json | Self::Cbor => ApiError::new("UnknownOperationException", format!("Unknown operation: {name}")),
        }
    }
}

/// An answer with a body.
fn response(status: u16, content_type: &str, request_id: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in [("content-type", content_type), ("x-amzn-requestid", request_id)] {
        if let Ok(value) = http::HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
