//! The account of a run at its end.

use std::fmt::Write;

use eksctl_rs_core::{Action, Change, Outcome, Plan, Stats};
use eksctl_rs_engine::Report;
use owo_colors::OwoColorize;

use super::duration;
use super::times::Times;
use crate::output::Output;
use crate::run::Verb;

/// What was done, in a few lines.
pub(crate) fn text(
    verb: Verb,
    changes: &[Change],
    report: Option<&Report>,
    times: Option<&Times>,
    stats: &Stats,
) -> String {
    let Some(report) = report else {
        return match verb {
            Verb::Apply => "Nothing to do: AWS has what the stack says.\n".to_owned(),
            Verb::Destroy => "Nothing to do: the stack owns nothing.\n".to_owned(),
        };
    };
    let mut out = String::from("\n");
    let done = match (verb, report.outcome) {
        (Verb::Apply, Outcome::Done) => "Applied".green().bold().to_string(),
        (Verb::Destroy, Outcome::Done) => "Destroyed".green().bold().to_string(),
        (_, Outcome::Partial) => "Done in part".yellow().bold().to_string(),
        (_, Outcome::Interrupted) => "Interrupted".yellow().bold().to_string(),
        (_, Outcome::Failed) => "Failed".red().bold().to_string(),
    };
    let time = duration(stats.seconds);
    if report.outcome == Outcome::Done {
        let _ = writeln!(out, "{done} in {time}: {}.", counted(changes));
        list(&mut out, changes);
        if let Some(path) = times.and_then(Times::path) {
            let _ = writeln!(out, "Time went to {path}.");
        }
    } else {
        let tally = report.tally;
        let _ = writeln!(
            out,
            "{done} after {time}: of {} steps {} finished, {} failed, {} were left to AWS, {} were not begun.",
            tally.finished + tally.failed + tally.skipped + tally.left,
            tally.finished,
            tally.failed,
            tally.left,
            tally.skipped
        );
        let _ = writeln!(out, "What was done is kept: run again to go on from here.");
    }
    out
}

/// What failed, in AWS's own words, and what to do.
pub(crate) fn failures(plan: &Plan, report: &Report, output: &Output) {
    for (address, error) in &report.failures {
        output.problem(&format!("{address}: {error}"));
        if let Some(id) = &error.request_id {
            output.note(&format!("       request id {id}"));
        }
        if let Some(hint) = error.class.hint() {
            output.hint(hint);
        }
        let behind = skipped_behind(plan, address);
        if !behind.is_empty() {
            output.note(&format!("       not begun because of it: {}", behind.join(", ")));
        }
    }
}

/// The resources whose steps wait for those of `address`.
fn skipped_behind(plan: &Plan, address: &eksctl_rs_core::Address) -> Vec<String> {
    let mut behind: Vec<usize> =
        plan.steps.iter().filter(|step| step.address == *address).map(|step| step.id.0).collect();
    let mut names: Vec<String> = Vec::new();
    let mut next = 0;
    while next < behind.len() {
        let id = behind[next];
        next += 1;
        for step in plan.steps.iter().filter(|step| step.needs.iter().any(|need| need.0 == id)) {
            if !behind.contains(&step.id.0) {
                behind.push(step.id.0);
                let name = step.address.to_string();
                if step.address != *address && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names
}

fn counted(changes: &[Change]) -> String {
    let count = |action: Action| changes.iter().filter(|change| change.action == action).count();
    let parts = [
        (count(Action::Create), "created"),
        (count(Action::Update), "updated"),
        (count(Action::Replace), "replaced"),
        (count(Action::Delete), "deleted"),
        (count(Action::Attach), "waited for"),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
}

/// Kinds with their numbers: a whole stack is too long to read.
fn list(out: &mut String, changes: &[Change]) {
    let mut kinds: Vec<(&str, Vec<&str>)> = Vec::new();
    for change in changes {
        match kinds.iter_mut().find(|(kind, _)| *kind == change.address.kind()) {
            Some((_, names)) => names.push(change.address.name()),
            None => kinds.push((change.address.kind(), vec![change.address.name()])),
        }
    }
    let width = kinds.iter().map(|(kind, _)| kind.len()).max().unwrap_or_default();
    for (kind, names) in kinds {
        let _ = writeln!(out, "  {kind:<width$}  {}", names.join(", ").dimmed());
    }
}
