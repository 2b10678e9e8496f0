//! The Resource Groups Tagging API: tags of everything that can be tagged, by ARN.

use super::{Service, validation_error};

pub(crate) const SERVICE: Service = Service {
    name: "tagging",
    operations: &[],
    invalid: |problems| validation_error("InvalidParameterException", problems),
    unknown_caller: ("UnrecognizedClientException", 400),
};
