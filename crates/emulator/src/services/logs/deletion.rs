//! Deleting log groups, and what comes after it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("DeleteLogGroup", delete_log_group)];

/// A deletion. Times are in emulated seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Deletion {
    /// From when on the name is free.
    free: f64,
    /// When services that write to the log group make it anew.
    pub(super) written_again: f64,
}

impl Deletion {
    pub(super) fn is_past(&self, now: f64) -> bool {
        self.free.max(self.written_again) <= now
    }
}

fn delete_log_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("logGroupName");
    if call.logs().existing(&name)?.deletion_protection {
        let message = "The log group cannot be deleted because deletion protection is enabled for it.";
        return refuse("ValidationException", message);
    }
    let deletion = Deletion {
        free: call.until(durations::DELETE_LOG_GROUP, &name),
        written_again: call.now + call.seconds(durations::WRITE_LOGS_AGAIN, &name),
    };
    let logs = call.logs();
    logs.groups.remove(&name);
    logs.deletions.insert(name, deletion);
    Ok(json!({}))
}

/// Refuses a name that is still being deleted.
pub(super) fn check_over(call: &Call<'_>, name: &str) -> Result<(), ApiError> {
    match call.log_groups().deletions.get(name) {
        Some(deletion) if deletion.free > call.now => {
            let message = "A conflicting operation is currently in progress against this resource. Please try again.";
            refuse("OperationAbortedException", message)
        }
        _ => Ok(()),
    }
}
