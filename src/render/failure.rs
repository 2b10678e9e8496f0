//! Why a command ended early, and what to do.

use eksctl_rs_core::Consent;

use super::{diagnostics, json};
use crate::failure::Failure;
use crate::output::Output;

/// Shows a failure.
pub(crate) fn show(failure: &Failure, output: &Output) {
    match failure {
        Failure::Invalid(problems) => {
            diagnostics::show(problems, output);
            if !output.is_text() {
                output.json(&json::validation(problems));
            }
            return;
        }
        Failure::Graph(errors) => {
            output.problem("this is a bug of eksctl-rs; please report it");
            errors.iter().for_each(|error| output.note(&format!("       {error}")));
        }
        Failure::Refused(refusals) => {
            for refusal in refusals {
                output.problem(&refusal.to_string());
                output.hint(&refusal.hint);
            }
        }
        Failure::LeftBehind(found) => {
            output.problem(&failure.to_string());
            for one in found {
                output.note(&format!("  {} {} was made by {}", one.what, one.observed.id, one.made_by));
                if !one.is_swept {
                    output.note(&format!("      {}", one.hint));
                }
            }
        }
        Failure::Variables(missing) => missing.iter().for_each(|one| output.problem(&one.to_string())),
        Failure::Consent(missing) => {
            missing.iter().for_each(|consent| output.problem(&needed(consent)));
            consent_hint(missing, output);
        }
        other => output.problem(&other.to_string()),
    }
    if let Some(hint) = failure.hint() {
        output.hint(&hint);
    }
}

fn needed(consent: &Consent) -> String {
    let address = consent.address();
    match consent {
        Consent::Replace { loses, .. } => format!("{address} would be replaced: {loses} would be lost"),
        Consent::DataLoss { loses, .. } => format!("{address} would be deleted: {loses} would be lost"),
        Consent::Protected { by, .. } => format!("{address} is protected by {by}"),
        Consent::Adopt { owner: Some(stack), .. } => format!("{address} is there and belongs to the stack {stack}"),
        Consent::Adopt { owner: None, .. } => format!("{address} is there and does not belong to this stack"),
    }
}

fn consent_hint(missing: &[Consent], output: &Output) {
    let mut words: Vec<&str> =
        missing.iter().filter(|consent| !matches!(consent, Consent::Adopt { .. })).map(Consent::word).collect();
    words.sort_unstable();
    words.dedup();
    let adopted = missing.iter().filter(|consent| matches!(consent, Consent::Adopt { .. }));
    let (providers, others): (Vec<&Consent>, Vec<&Consent>) =
        adopted.partition(|consent| consent.address().kind() == "iam.OidcProvider");
    if !providers.is_empty() {
        output.hint(
            "an account has one identity provider for each URL: refer to it with existing: true in iam.oidcProviders",
        );
    }
    if !others.is_empty() {
        output.hint("adopting what is there is not possible yet: rename it in the stack, or delete what is there");
    }
    if !words.is_empty() {
        output.hint(&format!("if you mean it, run again with --allow {}", words.join(",")));
    }
}
