//! Updates: what was asked of a cluster or something of it, and what became of it.

mod cancel;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::health::Issue;
use super::{NOT_FOUND, invalid, listed};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations =
    &[("CancelUpdate", cancel::cancel_update), ("DescribeUpdate", describe_update), ("ListUpdates", list_updates)];

/// An update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Update {
    pub(super) id: String,
    pub(super) kind: UpdateType,
    pub(super) params: Params,
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
    pub(super) status: UpdateStatus,
    /// Why it failed.
    pub(super) errors: Vec<Issue>,
    pub(super) cancellation: Option<Cancellation>,
}

/// In the names of the model, which are also those of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum UpdateType {
    AccessConfigUpdate,
    AddonUpdate,
    AssociateEncryptionConfig,
    AssociateIdentityProviderConfig,
    AutoModeUpdate,
    CapabilityUpdate,
    ConfigUpdate,
    ControlPlaneComponentConfigUpdate,
    ControlPlaneEgressUpdate,
    ControlPlaneScalingConfigUpdate,
    DeletionProtectionUpdate,
    DisassociateIdentityProviderConfig,
    EndpointAccessUpdate,
    LoggingUpdate,
    RemoteNetworkConfigUpdate,
    UpgradePolicyUpdate,
    VersionRollback,
    VersionUpdate,
    VpcConfigUpdate,
    ZonalShiftConfigUpdate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum UpdateStatus {
    InProgress,
    Failed,
    Cancelled,
    Successful,
}

/// What became of the wish to cancel an update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Cancellation {
    pub(super) successful: bool,
    pub(super) reason: String,
}

/// What an update is to change: a type of the model, and the new value as text.
pub(super) type Params = Vec<(String, String)>;

/// One of an update's parameters. What is no text travels as JSON, without what is not set.
pub(super) fn param(name: &str, value: impl Into<Value>) -> (String, String) {
    let text = match value.into() {
        Value::String(text) => text,
        value => set_fields(value).to_string(),
    };
    (name.to_owned(), text)
}

fn set_fields(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let set = fields.into_iter().filter(|(_, field)| !field.is_null());
            set.map(|(name, field)| (name, set_fields(field))).collect()
        }
        Value::Array(items) => items.into_iter().map(set_fields).collect(),
        value => value,
    }
}

impl Update {
    pub(super) fn begin(call: &mut Call<'_>, kind: UpdateType, params: Params) -> Self {
        let (id, created_at, status) = (call.uuid(), call.now, UpdateStatus::InProgress);
        Self { id, kind, params, created_at, status, errors: Vec::new(), cancellation: None }
    }

    /// It is over: well, or for a reason not.
    pub(super) fn end(&mut self, errors: Vec<Issue>) {
        self.status = if errors.is_empty() { UpdateStatus::Successful } else { UpdateStatus::Failed };
        self.errors = errors;
    }

    pub(super) fn show(&self, epoch: f64) -> Value {
        let params = self.params.iter().map(|(name, value)| json!({ "type": name, "value": value }));
        json!({
            "id": self.id,
            "status": self.status,
            "type": self.kind,
            "params": params.collect::<Vec<_>>(),
            "createdAt": epoch + self.created_at,
            "errors": self.errors.iter().map(Issue::show_as_error).collect::<Vec<_>>(),
            "cancellation": self.cancellation.as_ref().map(Cancellation::show),
        })
    }
}

impl Cancellation {
    fn show(&self) -> Value {
        json!({ "status": if self.successful { "Successful" } else { "Failed" }, "reason": self.reason })
    }
}

/// Parameters that both operations have, and that tell whose updates are meant.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    name: String,
    update_id: Option<String>,
    nodegroup_name: Option<String>,
    addon_name: Option<String>,
    capability_name: Option<String>,
    #[serde(rename = "maxResults")]
    _max_results: Option<u32>,
    #[serde(rename = "nextToken")]
    _next_token: Option<String>,
}

fn describe_update(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: Asked = call.args()?;
    let id = asked.update_id.as_deref().unwrap_or_default();
    let found = asked.updates(call)?.iter().find(|update| update.id == id);
    Ok(json!({ "update": found.ok_or_else(|| no_such_update(id))?.show(call.epoch) }))
}

fn list_updates(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let updates = call.args::<Asked>()?.updates(call)?;
    listed(call, "updateIds", updates.iter().map(|update| update.id.as_str().into()).collect())
}

impl Asked {
    fn updates<'c>(&self, call: &'c Call<'_>) -> Result<&'c [Update], ApiError> {
        let cluster = call.clusters().cluster(&self.name)?;
        match (&self.nodegroup_name, &self.addon_name, &self.capability_name) {
            (None, None, None) => Ok(&cluster.updates),
            (Some(group), None, None) => Ok(&call.clusters().nodegroup(&self.name, group)?.updates),
            (None, Some(addon), None) => Ok(&cluster.addon(addon)?.updates),
            (None, None, Some(capability)) => Ok(&cluster.capability(capability)?.updates),
            _ => invalid("Only one of nodegroupName, addonName and capabilityName can be specified"),
        }
    }
}

fn no_such_update(id: &str) -> ApiError {
    ApiError::new(NOT_FOUND, format!("No update found for ID: {id}"))
}
