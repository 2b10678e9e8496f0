//! What services answer when the weather is bad, each in its own words.

use serde_json::Value;

use crate::error::ApiError;
use crate::random;

/// The codes of a service for what has nothing to do with what is asked: codes and HTTP statuses.
pub(crate) struct Refusals {
    /// How its actions begin in policies.
    pub(crate) prefix: &'static str,
    /// Too many calls.
    pub(crate) throttled: (&'static str, u16),
    /// Something is wrong in AWS.
    pub(crate) broken: &'static [(&'static str, u16)],
    /// The caller may not do it.
    pub(crate) denied: (&'static str, u16),
}

impl Refusals {
    /// The refusal of one call too many.
    pub(crate) fn throttled(&self) -> ApiError {
        let (code, status) = self.throttled;
        let message = if self.prefix == "ec2" { "Request limit exceeded." } else { "Rate exceeded" };
        ApiError::with_status(code, status, message)
    }

    /// The failure of the service; `draw` between 0 and 1 is which.
    pub(crate) fn broken(&self, draw: f64) -> ApiError {
        let which = (draw * self.broken.len() as f64) as usize;
        let (code, status) = self.broken.get(which).copied().unwrap_or(("InternalFailure", 500));
        let message = match status {
            503 => "The service is unavailable. Please try again shortly.",
            _ => "An internal error has occurred",
        };
        ApiError::with_status(code, status, message)
    }

    /// The refusal of a caller without the permission; `serial` is what the encoded reason of EC2 follows from.
    pub(crate) fn denied(&self, caller: &str, action: &str, serial: &Value) -> ApiError {
        let (code, status) = self.denied;
        let reason = format!(
            "User: {caller} is not authorized to perform: {action} on resource: * because no identity-based policy allows \
             the {action} action"
        );
        let message = match self.prefix {
            "ec2" => {
                let encoded = random::capitals(serial, 32);
                format!(
                    "You are not authorized to perform this operation. {reason}. Encoded authorization failure message: \
                     {encoded}"
                )
            }
            _ => reason,
        };
        ApiError::with_status(code, status, message)
    }
}
