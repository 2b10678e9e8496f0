//! A plan for people.

use std::fmt::Write;

use eksctl_rs_core::{Action, Address, Change, Consequence, FieldChange, Origin, Plan};
use owo_colors::{OwoColorize, Style};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::times::Times;
use super::value::{inline, lines};

/// What would be done.
pub(crate) fn text(plan: &Plan) -> String {
    if plan.is_empty() {
        return format!("No changes: {} has what the stack says ({} resources).\n", plan.world.stack, plan.unchanged);
    }
    let mut out = String::new();
    let _ = writeln!(out, "\n{} in account {} needs these changes:\n", plan.world.stack.bold(), plan.world.account);
    for change in &plan.changes {
        one(&mut out, change);
    }
    let _ = writeln!(out, "{} {}.", "Plan:".bold(), plan.summary());
    if let Some(sentence) = Times::expected(plan).sentence() {
        let _ = writeln!(out, "{sentence}");
    }
    consents(&mut out, plan);
    out
}

/// What the reader may want to know though nothing is to be done.
pub(crate) fn notes(notes: &[(Address, String)]) -> String {
    let line = |(address, note): &(Address, String)| format!("{} {address}: {note}\n", "note:".cyan());
    notes.iter().map(line).collect()
}

/// What differs.
pub(crate) fn drift(plan: &Plan) -> String {
    if plan.is_empty() {
        return format!("No drift: {} is what the stack says ({} resources).\n", plan.world.stack, plan.unchanged);
    }
    let mut out = String::new();
    let drifted = plan.changes.iter().filter(|change| change.origin == Some(Origin::Drift)).count();
    let _ = writeln!(out, "\n{} differs from the stack:\n", plan.world.stack.bold());
    for change in &plan.changes {
        one(&mut out, change);
    }
    let others = plan.changes.len() - drifted;
    let _ = writeln!(
        out,
        "{} {drifted} changed in AWS, {others} otherwise. Apply makes it {}.",
        "Drift:".bold(),
        plan.summary()
    );
    out
}

fn one(out: &mut String, change: &Change) {
    let style = style(change.action);
    let sigil = change.action.sigil();
    let mut why = vec![change.reason.to_string()];
    why.extend(change.origin.map(|origin| words(origin).to_owned()));
    let _ = write!(
        out,
        "  {} {} will be {} ({})",
        sigil.style(style),
        change.address.bold(),
        change.action.participle(),
        why.join("; ")
    );
    if change.consequence > Consequence::Reversible {
        let _ = write!(out, " {}", format!("[{}]", change.consequence).yellow());
    }
    out.push('\n');
    if let Some(id) = change.id.as_ref().filter(|_| change.action != Action::Update) {
        let _ = writeln!(out, "      {} {id}", "now:".dimmed());
    }
    for note in &change.notes {
        let _ = writeln!(out, "      {} {note}", "note:".cyan());
    }
    if change.action != Action::Delete {
        for field in &change.fields {
            line(out, change.action, field);
        }
    }
    out.push('\n');
}

fn line(out: &mut String, action: Action, field: &FieldChange) {
    let empty = |value: &Option<Value>| match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        _ => false,
    };
    if action == Action::Create && empty(&field.after) {
        return;
    }
    let (sigil, style) = match (&field.before, &field.after) {
        (None, _) => ("+", Style::new().green()),
        (_, None) => ("-", Style::new().red()),
        _ => ("~", Style::new().yellow()),
    };
    let _ = write!(out, "      {} {}: ", sigil.style(style), field.path);
    match (&field.before, &field.after) {
        (before, after) if field.document => document(out, before.as_ref(), after.as_ref()),
        (None, Some(after)) => out.push_str(&inline(after)),
        (Some(before), None) => {
            let _ = write!(out, "{} → {}", inline(before), "nothing".dimmed());
        }
        (Some(before), Some(after)) => out.push_str(&both(before, after)),
        (None, None) => {}
    }
    if field.forces_replacement {
        let _ = write!(out, " {}", "(forces replacement)".red());
    }
    out.push('\n');
}

/// Lists are told by what comes and what goes.
fn both(before: &Value, after: &Value) -> String {
    let (Value::Array(old), Value::Array(new)) = (before, after) else {
        return format!("{} → {}", inline(before), inline(after));
    };
    let gone = old.iter().filter(|item| !new.contains(item)).map(|item| format!("-{}", inline(item)).red().to_string());
    let come =
        new.iter().filter(|item| !old.contains(item)).map(|item| format!("+{}", inline(item)).green().to_string());
    let told: Vec<String> = gone.chain(come).collect();
    match told.is_empty() {
        true => format!("{} → {}", inline(before), inline(after)),
        false => told.join(" "),
    }
}

fn document(out: &mut String, before: Option<&Value>, after: Option<&Value>) {
    let (old, new) = (before.map(lines).unwrap_or_default(), after.map(lines).unwrap_or_default());
    out.push('\n');
    let diff = TextDiff::from_lines(old.as_str(), new.as_str());
    let mut told: Vec<String> = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value().trim_end_matches('\n');
        told.push(match change.tag() {
            ChangeTag::Delete => format!("          {}", format!("- {text}").red()),
            ChangeTag::Insert => format!("          {}", format!("+ {text}").green()),
            ChangeTag::Equal => format!("            {text}"),
        });
    }
    out.push_str(&told.join("\n"));
}

fn consents(out: &mut String, plan: &Plan) {
    if plan.consents.is_empty() {
        return;
    }
    let mut words: Vec<&str> = plan.consents.iter().map(|consent| consent.word()).collect();
    words.sort_unstable();
    words.dedup();
    let _ = writeln!(out, "{} --allow {}", "Besides approval it needs:".yellow(), words.join(","));
}

fn style(action: Action) -> Style {
    match action {
        Action::Create => Style::new().green(),
        Action::Update | Action::Attach => Style::new().yellow(),
        Action::Replace | Action::Delete => Style::new().red(),
        Action::Adopt => Style::new().cyan(),
        Action::NoOp => Style::new(),
    }
}

fn words(origin: Origin) -> &'static str {
    match origin {
        Origin::Edit => "the YAML was edited",
        Origin::Drift => "changed in AWS since the last apply",
        Origin::Unknown => "nobody can tell where",
    }
}
