//! Flow logs are deleted; what they have logged stays.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{id, parameters};

/// "Constraint: Maximum of 1000 flow log IDs."
const AT_ONCE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteFlowLogs {
    flow_log_ids: Vec<String>,
}

/// Each by itself: what cannot be deleted is named in the answer.
pub(super) fn delete_flow_logs(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DeleteFlowLogs = parameters(call)?;
    if args.flow_log_ids.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter FlowLogIds");
    }
    if args.flow_log_ids.len() > AT_ONCE {
        return refuse(super::INVALID, format!("At most {AT_ONCE} flow logs can be deleted by one request"));
    }
    args.flow_log_ids.iter().try_for_each(|found| id::FLOW_LOG.check(found))?;
    let mut failed: Vec<Value> = Vec::new();
    for flow_log_id in &args.flow_log_ids {
        if call.ec2().flow_logs.remove(flow_log_id).is_none() {
            let refused = id::FLOW_LOG.not_found(flow_log_id);
            let error = json!({ "Code": refused.code, "Message": refused.message });
            failed.push(json!({ "ResourceId": flow_log_id, "Error": error }));
        }
    }
    Ok(json!({ "Unsuccessful": failed }))
}
