//! What was asked of the emulator, in order: for assertions about order and number.

use serde::Serialize;
use serde_json::Value;

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogEntry {
    /// Its number, from 1.
    pub call: u64,
    /// Emulated seconds since the world began.
    pub at: f64,
    /// The service, such as `ec2`.
    pub service: String,
    /// The operation, such as `CreateVpc`.
    pub operation: String,
    /// Whether it changes something.
    pub mutating: bool,
    /// The account of the caller.
    pub account: String,
    /// The Region of the call.
    pub region: String,
    /// The parameters, in the names of AWS's model. What the model calls sensitive is left out, here and in the answer.
    pub input: Value,
    /// The answer, in the names of AWS's model, if it was granted.
    pub output: Value,
    /// The error code, if it was refused.
    pub error: Option<String>,
    /// When what it has begun is complete, in emulated seconds since the world began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completes: Option<f64>,
    /// Whether the weather lost the answer. A request that it lost is not in the log: it never arrived.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lost: bool,
}
