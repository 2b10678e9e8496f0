//! What a stack owns.

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use eksctl_rs_core::{Owner, Snapshot, Status};
use serde::Serialize;

/// A resource that the stack owns.
#[derive(Debug, Serialize)]
pub(crate) struct Owned {
    address: String,
    id: String,
    status: String,
    issues: Vec<String>,
}

/// Everything of ours in what was read.
pub(crate) fn owned(snapshot: &Snapshot) -> Vec<Owned> {
    let ours = snapshot.iter().filter(|observed| observed.owner == Owner::Us && !observed.status.is_dormant());
    ours.map(|observed| Owned {
        address: observed.address.to_string(),
        id: observed.id.clone(),
        status: word(&observed.status),
        issues: match &observed.status {
            Status::Degraded { issues } | Status::Failed { issues, .. } => {
                issues.iter().map(|issue| format!("{}: {}", issue.code, issue.message)).collect()
            }
            _ => Vec::new(),
        },
    })
    .collect()
}

/// As a table.
pub(crate) fn table(owned: &[Owned], stack: &str) -> String {
    if owned.is_empty() {
        return format!("{stack} owns nothing.\n");
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["ADDRESS", "ID", "STATUS"]);
    for one in owned {
        let status = if one.issues.is_empty() {
            one.status.clone()
        } else {
            format!("{} ({})", one.status, one.issues.join("; "))
        };
        table.add_row([&one.address, &one.id, &status]);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    format!("{}\n\n{stack} owns {} resources.\n", lines.join("\n"), owned.len())
}

fn word(status: &Status) -> String {
    match status {
        Status::Ready => "ready".to_owned(),
        Status::Degraded { .. } => "degraded".to_owned(),
        Status::Creating { status } | Status::Deleting { status } | Status::Dormant { status } => status.clone(),
        Status::Updating { status, .. } | Status::Failed { status, .. } => status.clone(),
    }
}
