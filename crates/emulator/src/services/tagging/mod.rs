//! The Resource Groups Tagging API: tags of everything that can be tagged, by ARN, Region by Region.
//!
//! Source: its API reference. Unlike AWS the emulator forgets that a resource was tagged once its last tag is gone.

mod arn;
mod change;
mod keys;
mod pages;
mod resources;
mod sources;

use super::{Refusals, Service, validation_error};

pub(crate) const SERVICE: Service = Service {
    name: "tagging",
    operations: &[change::OPERATIONS, keys::OPERATIONS, resources::OPERATIONS],
    invalid: |problems| validation_error(INVALID, problems),
    unknown_caller: ("UnrecognizedClientException", 400),
    refusals: Refusals {
        prefix: "tag",
        throttled: ("ThrottledException", 400),
        broken: &[("InternalServiceException", 500)],
        denied: ("AccessDeniedException", 400),
    },
    quotas: &[],
};

/// The error code of everything that a caller can do wrong here.
const INVALID: &str = "InvalidParameterException";
