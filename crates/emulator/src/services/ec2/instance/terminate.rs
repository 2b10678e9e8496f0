//! Instances are terminated.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Instance, State, interface_id};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{id, parameters};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TerminateInstances {
    instance_ids: Vec<String>,
    /// The emulator's instances shut down when they are told to.
    #[serde(rename = "Force")]
    _force: Option<bool>,
    skip_os_shutdown: Option<bool>,
}

/// "If you specify multiple instances and the request fails (for example, because of a single incorrect instance ID), none
/// of the instances are terminated", and "if you terminate an instance more than once, each call succeeds".
pub(super) fn terminate_instances(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: TerminateInstances = parameters(call)?;
    if args.instance_ids.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter InstanceIds");
    }
    let ids: Vec<&str> = args.instance_ids.iter().map(String::as_str).collect();
    id::INSTANCE.check_all(&call.network().instances, &ids)?;
    let at_once = args.skip_os_shutdown == Some(true);
    let shown: Vec<Value> = ids.iter().filter_map(|id| terminate(call, id, at_once)).collect();
    Ok(json!({ "TerminatingInstances": shown }))
}

fn terminate(call: &mut Call<'_>, id: &str, at_once: bool) -> Option<Value> {
    let at = call.now;
    let until = if at_once { at } else { call.until(durations::TERMINATE_INSTANCE, id) };
    let ec2 = call.ec2();
    // From now on it is nobody's: its node group launches another one.
    if let Some(interface) = ec2.network_interfaces.get_mut(&interface_id(id)) {
        interface.holder = id.to_owned();
    }
    let instance: &mut Instance = ec2.instances.get_mut(id)?;
    let before = instance.state;
    if before == State::Running {
        instance.state = State::ShuttingDown { at, until };
    }
    let state = |state: State| json!({ "Code": state.code(), "Name": state.name() });
    Some(json!({ "InstanceId": id, "PreviousState": state(before), "CurrentState": state(instance.state) }))
}
