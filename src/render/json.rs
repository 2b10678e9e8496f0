//! One line of JSON for machines. `format_version` changes when a reader would have to.

use eksctl_rs_core::{Address, Change, Graph, Plan, Stats, Summary};
use eksctl_rs_engine::Report;
use eksctl_rs_stack::manifests::Manifest;
use eksctl_rs_stack::outputs::Output;
use eksctl_rs_stack::{Diagnostics, Severity};
use serde_json::{Value, json};

use super::runs::Past;
use super::show::Owned;
use super::times::Times;
use crate::kubeconfig::Entry;

/// The version of every line.
const FORMAT_VERSION: &str = "1.0";

pub(crate) fn plan(plan: &Plan, notes: &[(Address, String)], stats: &Stats) -> Value {
    let notes: Vec<Value> = notes.iter().map(|(address, note)| json!({ "address": address, "note": note })).collect();
    json!({
        "format_version": FORMAT_VERSION,
        "stack": plan.world.stack,
        "changes": changes(&plan.changes),
        "summary": plan.summary(),
        "consents": plan.consents,
        "expected": Times::expected(plan).json(),
        "notes": notes,
        "stats": stats,
    })
}

pub(crate) fn run(all: &[Change], report: Option<&Report>, times: Option<&Times>, stats: &Stats) -> Value {
    let failures: Vec<Value> = report
        .map(|report| report.failures.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|(address, error)| json!({ "address": address, "error": error }))
        .collect();
    json!({
        "format_version": FORMAT_VERSION,
        "changes": changes(all),
        "summary": summary(all),
        "outcome": report.map(|report| report.outcome),
        "steps": report.map(|report| json!({
            "finished": report.tally.finished, "failed": report.tally.failed, "skipped": report.tally.skipped,
            "left": report.tally.left,
        })),
        "failures": failures,
        "times": times.map(Times::json),
        "stats": stats,
    })
}

pub(crate) fn runs(runs: &[Past]) -> Value {
    json!({ "format_version": FORMAT_VERSION, "runs": runs })
}

pub(crate) fn validation(diagnostics: &Diagnostics) -> Value {
    let list: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let location = diagnostic.location();
            json!({
                "severity": match diagnostic.severity() { Severity::Error => "error", Severity::Warning => "warning" },
                "path": diagnostic.path(),
                "message": diagnostic.message(),
                "hint": diagnostic.hint(),
                "file": location.map(|(file, ..)| file),
                "line": location.map(|(_, line, _)| line),
                "column": location.map(|(.., column)| column),
            })
        })
        .collect();
    json!({ "format_version": FORMAT_VERSION, "valid": !diagnostics.has_errors(), "diagnostics": list })
}

pub(crate) fn graph(graph: &Graph) -> Value {
    let resources: Vec<Value> = graph
        .iter()
        .map(|desired| {
            let needs: Vec<String> = graph.needs(&desired.address).map(ToString::to_string).collect();
            json!({ "address": desired.address, "needs": needs, "spec": desired.spec })
        })
        .collect();
    json!({ "format_version": FORMAT_VERSION, "resources": resources })
}

pub(crate) fn outputs(outputs: &[Output], stats: &Stats) -> Value {
    let told: serde_json::Map<String, Value> =
        outputs.iter().map(|output| (output.name.clone(), output.value.clone().unwrap_or_default())).collect();
    json!({ "format_version": FORMAT_VERSION, "outputs": told, "stats": stats })
}

pub(crate) fn kubeconfig(path: &str, entry: &Entry, is_current: bool, stats: &Stats) -> Value {
    json!({
        "format_version": FORMAT_VERSION,
        "file": path,
        "context": entry.context,
        "cluster": entry.cluster,
        "user": entry.user,
        "server": entry.server,
        "is_current": is_current,
        "stats": stats,
    })
}

pub(crate) fn manifests(manifests: &[Manifest]) -> Value {
    let objects: Vec<&Value> = manifests.iter().map(|manifest| &manifest.object).collect();
    json!({ "format_version": FORMAT_VERSION, "manifests": objects })
}

pub(crate) fn rendered(written: &[String], removed: &[String]) -> Value {
    json!({ "format_version": FORMAT_VERSION, "written": written, "removed": removed })
}

pub(crate) fn written(written: &[String], kept: &[String]) -> Value {
    json!({ "format_version": FORMAT_VERSION, "written": written, "kept": kept })
}

pub(crate) fn owned(owned: &[Owned], stats: &Stats) -> Value {
    json!({ "format_version": FORMAT_VERSION, "resources": owned, "stats": stats })
}

/// The reason in words beside its name: machines match one, people read the other.
fn changes(all: &[Change]) -> Vec<Value> {
    all.iter()
        .map(|change| {
            let mut value = json!(change);
            value["reason_text"] = change.reason.to_string().into();
            value
        })
        .collect()
}

fn summary(all: &[Change]) -> Summary {
    use eksctl_rs_core::Action;
    let count = |action: Action| all.iter().filter(|change| change.action == action).count();
    Summary {
        create: count(Action::Create),
        update: count(Action::Update),
        replace: count(Action::Replace),
        delete: count(Action::Delete),
        adopt: count(Action::Adopt),
        attach: count(Action::Attach),
        unchanged: 0,
    }
}
