//! Permissions policies: what a role may do.

use super::document::{Document, Statement, malformed};
use crate::error::ApiError;

/// Refuses text that is not a permissions policy.
pub(super) fn check(text: &str) -> Result<(), ApiError> {
    let document = Document::parse(text)?;
    if document.version.as_deref() != Some("2012-10-17") {
        return malformed("Policy document must be version 2012-10-17 or greater.");
    }
    document.statements().iter().try_for_each(check_statement)
}

fn check_statement(statement: &Statement) -> Result<(), ApiError> {
    if statement.principal.is_some() || statement.not_principal.is_some() {
        return malformed("Policy document should not specify a principal.");
    }
    let (actions, resources) = (statement.actions()?, statement.resources()?);
    actions.iter().try_for_each(|action| check_action(action))?;
    resources.iter().try_for_each(|resource| check_resource(resource))
}

/// `*` or `service:Action`, in which the action may hold wildcards.
fn check_action(action: &str) -> Result<(), ApiError> {
    if action == "*" {
        return Ok(());
    }
    let Some((vendor, name)) = action.split_once(':').filter(|(vendor, name)| !vendor.is_empty() && !name.is_empty())
    else {
        return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    };
    if !vendor.chars().all(|character| character.is_ascii_alphanumeric() || character == '-') {
        return malformed(format!("Vendor {vendor} is not valid"));
    }
    if !name.chars().all(|character| character.is_ascii_alphanumeric() || "*?_-".contains(character)) {
        return malformed(format!("Action {name} is not valid"));
    }
    Ok(())
}

/// `*` or `arn:partition:service:region:account:resource`, in which all but the service may hold wildcards.
fn check_resource(resource: &str) -> Result<(), ApiError> {
    if resource == "*" {
        return Ok(());
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let ["arn", partition, vendor, _, _, _] = parts.as_slice() else {
        return malformed(format!("Resource {resource} must be in ARN format or \"*\"."));
    };
    if *partition != "*" && *partition != "aws" && !partition.starts_with("aws-") {
        return malformed(format!("Partition \"{partition}\" is not valid for resource \"{resource}\"."));
    }
    if vendor.is_empty() || vendor.contains(['*', '?']) {
        return malformed("Resource vendor must be fully qualified and cannot contain regexes.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(statement: &str) -> String {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        check(&text).map_or_else(|error| error.message, |()| "accepted".to_owned())
    }

    #[test]
    fn what_iam_accepts_is_accepted() {
        for statement in [
            r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
            r#"{"Sid":"a1","Effect":"Deny","NotAction":["iam:*","s3:Get?bject"],"NotResource":["arn:aws:s3:::b/*"]}"#,
            r#"{"Effect":"Allow","Action":["ec2:Describe*"],"Resource":"arn:*:ec2:*:*:vpc/*"}"#,
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":
                {"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*"]},"Bool":{"aws:SecureTransport":false}}}"#,
        ] {
            assert_eq!(message(statement), "accepted", "{statement}");
        }
    }

    #[test]
    fn what_iam_refuses_is_refused_in_its_words() {
        for (statement, words) in [
            (r#"{"Effect":"allow","Action":"*","Resource":"*"}"#, "Syntax errors in policy."),
            (r#"{"Effect":"Allow","Actions":"*","Resource":"*"}"#, "Syntax errors in policy."),
            (r#"{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}"#, "Syntax errors in policy."),
            (r#"{"Effect":"Allow","Resource":"*"}"#, "Policy statement must contain actions."),
            (r#"{"Effect":"Allow","Action":"*","Resource":[]}"#, "Policy statement must contain resources."),
            (r#"{"Effect":"Allow","Action":"GetObject","Resource":"*"}"#, "Actions/Conditions must be prefaced"),
            (r#"{"Effect":"Allow","Action":"s 3:Get","Resource":"*"}"#, "Vendor s 3 is not valid"),
            (r#"{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}"#, "Resource bucket must be in ARN format"),
            (r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:gcp:s3:::b"}"#, "Partition \"gcp\" is not valid"),
            (r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:*:::b"}"#, "Resource vendor must be fully"),
            (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}"#, "Policy document should not"),
            (r#"{"Effect":"Allow","Action":"*","Resource":"*","Sid":"a b"}"#, "Statement IDs (SID) must be"),
            (
                r#"{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},
                   {"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}"#,
                "Statement IDs (SID) in a single policy must be unique.",
            ),
            (
                r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringIs":{"a":"b"}}}"#,
                "Invalid Condition type : StringIs.",
            ),
            ("", "Syntax errors in policy."),
        ] {
            assert!(message(statement).starts_with(words), "{statement}: {}", message(statement));
        }
    }
}
