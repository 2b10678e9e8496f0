//! Trust policies: who may assume a role.

use super::condition::{self, Context};
use super::document::{Document, Effect, OneOrMany, Principals, Statement, malformed};
use super::principal;
use crate::call::Call;
use crate::error::ApiError;
use crate::filter::like;

/// Source: "Actions, resources, and condition keys for AWS STS".
const ACTIONS: &[&str] = &[
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:setcontext",
    "sts:setsourceidentity",
    "sts:tagsession",
];

/// Refuses text that is not a trust policy, or that trusts someone who does not exist.
pub(super) fn check(call: &Call<'_>, text: &str) -> Result<(), ApiError> {
    let document = Document::parse(text)?;
    if !matches!(document.version.as_deref(), Some("2008-10-17" | "2012-10-17")) {
        return malformed("The policy failed legacy parsing");
    }
    document.statements().iter().try_for_each(|statement| check_statement(call, statement))
}

/// Whether the trust policy allows `service`, such as `eks.amazonaws.com`, an action in small letters. Conditions are
/// taken as met.
pub(super) fn allows(text: &str, service: &str, action: &str) -> bool {
    allows_in(text, service, action, &[])
}

/// The same, with the conditions on what is known.
pub(super) fn allows_in(text: &str, service: &str, action: &str, context: &Context<'_>) -> bool {
    let Ok(document) = Document::parse(text) else { return false };
    let speaks_of = |effect: Effect| {
        let mut statements = document.statements().iter().filter(|statement| statement.effect == effect);
        let holds = |statement: &Statement| {
            statement.condition.as_ref().is_none_or(|conditions| condition::holds(conditions, context))
        };
        statements.any(|statement| is_about(statement, action) && names(statement, service) && holds(statement))
    };
    speaks_of(Effect::Allow) && !speaks_of(Effect::Deny)
}

/// The trust policy once the principal with the ARN `arn` is gone: IAM then shows the id that only it had, so that a
/// new one of the same name is not trusted. Source: "AWS JSON policy elements: Principal", "IAM role principals".
pub(super) fn without(text: &str, arn: &str, id: &str) -> String {
    text.replace(&format!("\"{arn}\""), &format!("\"{id}\""))
}

fn check_statement(call: &Call<'_>, statement: &Statement) -> Result<(), ApiError> {
    if statement.resource.is_some() {
        return malformed("Has prohibited field Resource");
    }
    if statement.not_resource.is_some() {
        return malformed("Has prohibited field NotResource");
    }
    if statement.not_action.is_some() {
        return malformed("Has prohibited field NotAction");
    }
    check_actions(statement.action.as_ref().map_or(&[], OneOrMany::as_slice))?;
    match (&statement.principal, &statement.not_principal) {
        (Some(principals), None) => principal::check(call, principals),
        (None, Some(principals)) if statement.effect == Effect::Deny => principal::check(call, principals),
        (None, Some(_)) => malformed("Allow with NotPrincipal is not allowed."),
        (Some(_), Some(_)) => malformed("Syntax errors in policy."),
        (None, None) => malformed("Missing required field Principal"),
    }
}

fn check_actions(actions: &[String]) -> Result<(), ApiError> {
    if actions.is_empty() {
        return malformed("Missing required field Action");
    }
    let known = |action: &String| {
        let action = action.to_ascii_lowercase();
        action.starts_with("sts:") && ACTIONS.iter().any(|known| like(&action, known))
    };
    if actions.iter().all(known) {
        return Ok(());
    }
    malformed("AssumeRole policy may only specify STS AssumeRole actions.")
}

fn is_about(statement: &Statement, action: &str) -> bool {
    let actions = statement.action.as_ref().map_or(&[] as &[String], OneOrMany::as_slice);
    actions.iter().any(|pattern| like(&pattern.to_ascii_lowercase(), action))
}

fn names(statement: &Statement, service: &str) -> bool {
    match &statement.principal {
        None => false,
        Some(Principals::Everyone(_)) => true,
        Some(Principals::Listed(types)) => types.iter().any(|(kind, names)| {
            let wanted = if kind == "Service" { service } else { "*" };
            kind != "Federated" && names.as_slice().iter().any(|name| name == wanted)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusts(statements: &str) -> bool {
        allows(&document(statements), "eks.amazonaws.com", "sts:assumerole")
    }

    fn document(statements: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#)
    }

    #[test]
    fn a_service_is_trusted_by_name_action_and_effect() {
        let eks = r#"{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","eks.amazonaws.com"]},"#;
        assert!(trusts(&format!(r#"{eks}"Action":"sts:AssumeRole"}}"#)));
        assert!(trusts(&format!(r#"[{eks}"Action":["sts:TagSession","sts:*"]}}]"#)));
        assert!(trusts(r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#));
        assert!(trusts(r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}"#));
        assert!(!trusts(&format!(r#"{eks}"Action":"sts:TagSession"}}"#)));
        assert!(!trusts(r#"{"Effect":"Allow","Principal":{"AWS":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}"#));
        let pods = r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}"#;
        assert!(!trusts(pods));
        let tags = |actions: &str| {
            allows(&document(&format!(r#"{eks}"Action":{actions}}}"#)), "eks.amazonaws.com", "sts:tagsession")
        };
        assert!(tags(r#"["sts:AssumeRole","sts:TagSession"]"#) && !tags(r#""sts:AssumeRole""#));
        let deny = eks.replace("Allow", "Deny");
        assert!(!trusts(&format!(r#"[{eks}"Action":"sts:AssumeRole"}},{deny}"Action":"sts:AssumeRole"}}]"#)));
    }

    #[test]
    fn only_a_whole_arn_is_replaced_by_an_id() {
        let text = r#"{"AWS":["arn:aws:iam::1:role/a","arn:aws:iam::1:role/ab"]}"#;
        assert_eq!(without(text, "arn:aws:iam::1:role/a", "AROAX"), r#"{"AWS":["AROAX","arn:aws:iam::1:role/ab"]}"#);
    }
}
