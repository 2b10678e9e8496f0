//! A client without an SDK: it sends what AWS documents and reads what comes back.

#![expect(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use bytes::Bytes;
use eksctl_rs_emulator::Emulator;
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

/// A refusal: HTTP status, error code, message.
#[derive(Debug, PartialEq)]
pub struct Refused {
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl Aws {
    pub fn new() -> Self {
        Self { emulator: Emulator::in_memory(), account: ACCOUNT.into(), region: REGION.into() }
    }

    fn request(&self, service: &str, method: Method, path: &str, content_type: &str, body: String) -> Request<Bytes> {
        let scope = format!("{}/20260101/{}/{service}/aws4_request", self.account, self.region);
        Request::builder()
            .method(method)
            .uri(format!("https://{service}.amazonaws.com{path}"))
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"))
            .header("content-type", content_type)
            .body(Bytes::from(body))
            .expect("a request")
    }

    /// A call of EC2, IAM or STS: the answer as XML text.
    pub fn query(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Result<String, Refused> {
        let version = match service {
            "ec2" => "2016-11-15",
            "iam" => "2010-05-08",
            _ => "2011-06-15",
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", version).extend_pairs(parameters);
        let request = self.request(service, Method::POST, "/", "application/x-www-form-urlencoded", form.finish());
        let response = self.emulator.handle(&request);
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
        let mut request = self.request("tagging", Method::POST, "/", "application/x-amz-json-1.1", body.to_string());
        let target = format!("ResourceGroupsTaggingAPI_20170126.{operation}");
        request.headers_mut().insert("x-amz-target", target.parse().expect("a header"));
        self.json(&request)
    }

    fn json(&self, request: &Request<Bytes>) -> Result<Value, Refused> {
        let response: Response<Bytes> = self.emulator.handle(request);
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

/// The text of the first element called `name`.
pub fn xml(text: &str, name: &str) -> Option<String> {
    all(text, name).into_iter().next()
}

/// The texts of all elements called `name`, however deep.
pub fn all(text: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    text.split(&open)
        .skip(1)
        .filter_map(|rest| {
            rest.split_once(&close).map(|(inner, _)| inner.replace("&quot;", "\"").replace("&amp;", "&"))
        })
        .collect()
}
