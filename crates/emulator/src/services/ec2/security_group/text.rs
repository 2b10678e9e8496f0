//! The texts of security groups: names and descriptions. Source: `CreateSecurityGroup` in the EC2 API reference.

use crate::error::{ApiError, refuse};

/// The characters besides letters and digits.
const OTHERS: &str = " ._-:/()#,@[]+=&;{}!$*";

fn is_allowed(text: &str) -> bool {
    text.len() <= 255 && text.chars().all(|letter| letter.is_ascii_alphanumeric() || OTHERS.contains(letter))
}

/// Refuses the name of a group that no group may have.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter GroupName");
    }
    if name.eq_ignore_ascii_case(super::DEFAULT) {
        return refuse("InvalidParameterValue", "Cannot use reserved security group name: default");
    }
    if name.starts_with("sg-") {
        let message =
            format!("Value ({name}) for parameter groupName is invalid. Group names may not be in the format sg-*.");
        return refuse("InvalidParameterValue", message);
    }
    check("groupName", name)
}

/// Refuses the description of a group, which must be there.
pub(super) fn check_group_description(description: &str) -> Result<(), ApiError> {
    if description.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter GroupDescription");
    }
    check("GroupDescription", description)
}

/// Refuses the description of a rule, which may be there.
pub(super) fn check_rule_description(description: Option<&str>) -> Result<(), ApiError> {
    description.map_or(Ok(()), |text| check("description", text))
}

fn check(parameter: &str, text: &str) -> Result<(), ApiError> {
    if is_allowed(text) {
        return Ok(());
    }
    let message = format!(
        "Value ({text}) for parameter {parameter} is invalid. Valid values are strings less than 256 characters from \
         the following set: a-zA-Z0-9{OTHERS}"
    );
    refuse("InvalidParameterValue", message)
}
