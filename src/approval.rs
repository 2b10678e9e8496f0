//! What the user has to agree to, and asking for it.

use dialoguer::{Confirm, Input};
use eksctl_rs_core::{Consent as Needed, Plan};

use crate::cli::{Allowance, Consent};
use crate::failure::Failure;
use crate::output::Output;

/// Whether everything that approval alone does not cover is allowed.
pub(crate) fn check(plan: &Plan, consent: &Consent) -> Result<(), Failure> {
    let missing: Vec<Needed> = plan.consents.iter().filter(|needed| !is_allowed(needed, consent)).cloned().collect();
    if missing.is_empty() { Ok(()) } else { Err(Failure::Consent(missing)) }
}

fn is_allowed(needed: &Needed, consent: &Consent) -> bool {
    consent.allow.iter().map(|allowed| Allowance::word(*allowed)).any(|word| word == needed.word())
}

/// Asks for a yes.
pub(crate) fn ask(output: &Output, question: &str) -> Result<(), Failure> {
    if !output.can_ask() {
        return Err(Failure::NobodyToAsk);
    }
    match Confirm::new().with_prompt(question).default(false).interact() {
        Ok(true) => Ok(()),
        _ => Err(Failure::NotApproved),
    }
}

/// Asks for the name of the stack: nobody types that by accident.
pub(crate) fn ask_for_name(output: &Output, name: &str) -> Result<(), Failure> {
    if !output.can_ask() {
        return Err(Failure::NobodyToAsk);
    }
    let prompt = format!("This cannot be undone. Type the name of the stack ({name}) to delete it");
    match Input::<String>::new().with_prompt(prompt).allow_empty(true).interact_text() {
        Ok(typed) if typed == name => Ok(()),
        _ => Err(Failure::NotApproved),
    }
}
