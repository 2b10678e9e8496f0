//! A client without an SDK: it sends what AWS documents and reads what comes back.

#![expect(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use std::fmt::Display;

use bytes::Bytes;
use eksctl_rs_emulator::{Emulator, Unanswered, Weather};
use http::{Method, Request, Response};
use serde_json::Value;

pub const ACCOUNT: &str = "111122223333";
pub const REGION: &str = "eu-west-1";

/// An emulator, and who calls it from where.
#[derive(Clone)]
pub struct Aws {
    pub emulator: Emulator,
    pub account: String,
    pub region: String,
}

/// A refusal: HTTP status, error code, message. Without an answer the status is 0 and the code is [`NO_ANSWER`].
#[derive(Debug, PartialEq)]
pub struct Refused {
    pub status: u16,
    pub code: String,
    pub message: String,
}

/// The code of what was not answered.
pub const NO_ANSWER: &str = "NoAnswer";

impl Aws {
    pub fn new() -> Self {
        Self { emulator: Emulator::in_memory(), account: ACCOUNT.into(), region: REGION.into() }
    }

    /// The weather is as a file with this in it says, from now on.
    #[track_caller]
    pub fn weather(&self, file: Value) {
        let weather: Weather = serde_json::from_value(file).expect("a weather");
        self.emulator.set_weather(weather).expect("a weather that can be");
    }

    fn send(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, Refused> {
        let no_answer = |error: Unanswered| Refused { status: 0, code: NO_ANSWER.into(), message: error.to_string() };
        self.emulator.handle(request).map_err(no_answer)
    }

    fn request(
        &self,
        service: &str,
        method: Method,
        path: &str,
        content_type: &str,
        body: impl Into<Bytes>,
    ) -> Request<Bytes> {
        let scope = format!("{}/20260101/{}/{service}/aws4_request", self.account, self.region);
        Request::builder()
            .method(method)
            .uri(format!("https://{service}.amazonaws.com{path}"))
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"))
            .header("content-type", content_type)
            .body(body.into())
            .expect("a request")
    }

    /// A call of EC2, Elastic Load Balancing, IAM or STS: the answer as XML text.
    pub fn query(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Result<String, Refused> {
        let version = match service {
            "ec2" => "2016-11-15",
            "elasticloadbalancing" => "2015-12-01",
            "iam" => "2010-05-08",
            _ => "2011-06-15",
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", version).extend_pairs(parameters);
        let request = self.request(service, Method::POST, "/", "application/x-www-form-urlencoded", form.finish());
        let response = self.send(&request)?;
        let text = String::from_utf8(response.body().to_vec()).expect("text");
        match response.status().as_u16() {
            200 => Ok(text),
            status => Err(Refused {
                status,
                code: xml(&text, "Code").unwrap_or_default(),
                message: xml(&text, "Message").unwrap_or_default(),
            }),
        }
    }

    pub fn ec2(&self, action: &str, parameters: &[(&str, &str)]) -> Result<String, Refused> {
        self.query("ec2", action, parameters)
    }

    pub fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> Result<String, Refused> {
        self.query("iam", action, parameters)
    }

    /// A call of EKS: the answer as JSON.
    pub fn eks(&self, method: Method, path: &str, body: Value) -> Result<Value, Refused> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.json(&self.request("eks", method, path, "application/json", body))
    }

    /// A call of the tagging API.
    pub fn tagging(&self, operation: &str, body: Value) -> Result<Value, Refused> {
        self.target("tagging", &format!("ResourceGroupsTaggingAPI_20170126.{operation}"), &body)
    }

    /// A call of KMS.
    pub fn kms(&self, operation: &str, body: Value) -> Result<Value, Refused> {
        self.target("kms", &format!("TrentService.{operation}"), &body)
    }

    /// A call of ECR.
    pub fn ecr(&self, operation: &str, body: Value) -> Result<Value, Refused> {
        self.target("ecr", &format!("AmazonEC2ContainerRegistry_V20150921.{operation}"), &body)
    }

    /// A call of Secrets Manager.
    pub fn secrets(&self, operation: &str, body: Value) -> Result<Value, Refused> {
        self.target("secretsmanager", &format!("secretsmanager.{operation}"), &body)
    }

    /// A call of CloudWatch Logs.
    pub fn logs(&self, operation: &str, body: Value) -> Result<Value, Refused> {
        self.target("logs", &format!("Logs_20140328.{operation}"), &body)
    }

    /// A call of a service that speaks JSON with the operation in a header.
    fn target(&self, service: &str, target: &str, body: &Value) -> Result<Value, Refused> {
        let mut request = self.request(service, Method::POST, "/", "application/x-amz-json-1.1", body.to_string());
        request.headers_mut().insert("x-amz-target", target.parse().expect("a header"));
        self.json(&request)
    }

    /// A call of the tagging API as newer clients make it: in CBOR, with the operation in the path.
    pub fn tagging_in_cbor(&self, operation: &str, body: &Value) -> Result<Value, Refused> {
        let mut bytes = Vec::new();
        ciborium::into_writer(body, &mut bytes).expect("CBOR");
        let path = format!("/service/ResourceGroupsTaggingAPI_20170126/operation/{operation}");
        let mut request = self.request("tagging", Method::POST, &path, "application/cbor", bytes);
        request.headers_mut().insert("smithy-protocol", "rpc-v2-cbor".parse().expect("a header"));
        let response = self.send(&request)?;
        assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
        let body: Value = ciborium::from_reader(response.body().as_ref()).expect("CBOR");
        match response.status().as_u16() {
            200 => Ok(body),
            status => Err(Refused {
                status,
                code: body["__type"].as_str().unwrap_or_default().to_owned(),
                message: body["message"].as_str().unwrap_or_default().to_owned(),
            }),
        }
    }

    fn json(&self, request: &Request<Bytes>) -> Result<Value, Refused> {
        let response = self.send(request)?;
        let body: Value = serde_json::from_slice(response.body()).expect("JSON");
        match response.status().as_u16() {
            200 => Ok(body),
            status => {
                let header = response.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
                let code = header.or(body["__type"].as_str()).unwrap_or_default().to_owned();
                Err(Refused { status, code, message: body["message"].as_str().unwrap_or_default().to_owned() })
            }
        }
    }
}

/// The answer to a call that must be granted.
#[track_caller]
#[expect(clippy::panic, reason = "a test cannot go on without the answer")]
pub fn granted<T>(asked: impl Display, answer: Result<T, Refused>) -> T {
    answer.unwrap_or_else(|refused| panic!("{asked}: {refused:?}"))
}

/// The text of the first element called `name`.
pub fn xml(text: &str, name: &str) -> Option<String> {
    all(text, name).into_iter().next()
}

/// The texts of all elements called `name`, however deep.
pub fn all(text: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let inner = text.split(&open).skip(1).filter_map(|rest| rest.split_once(&close).map(|(inner, _)| inner));
    inner.map(|inner| quick_xml::escape::unescape(inner).expect("XML").into_owned()).collect()
}
