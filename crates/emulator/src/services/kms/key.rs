//! Keys: creating and showing them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::page::listed;
use super::rotation::Rotation;
use super::{INVALID_STATE, LIMIT_EXCEEDED, UNSUPPORTED, key_policy, name, quota, spec, tag};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations =
    &[("CreateKey", create_key), ("DescribeKey", describe_key), ("ListKeys", list_keys)];

/// A key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(super) id: String,
    pub(crate) arn: String,
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
    pub(super) description: String,
    pub(super) spec: String,
    pub(super) usage: String,
    pub(super) multi_region: bool,
    pub(super) state: State,
    pub(super) policy: String,
    /// The ids that the roles in the policy had when it was put, by their ARNs.
    pub(super) roles: BTreeMap<String, String>,
    pub(super) rotation: Option<Rotation>,
    pub(super) tags: Tags,
    /// Whether AWS manages it, for one of its services.
    pub(super) aws_managed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum State {
    Enabled,
    Disabled,
    PendingDeletion {
        /// When the waiting period ends, in emulated seconds.
        due: f64,
    },
}

impl Key {
    /// Whether it can encrypt and decrypt for other services now.
    pub(crate) fn is_usable(&self) -> bool {
        self.state == State::Enabled && self.is_symmetric()
    }

    /// KMS's word for why it cannot encrypt and decrypt for other services now.
    pub(crate) fn obstacle(&self) -> Option<&'static str> {
        match self.state {
            _ if !self.is_symmetric() => Some("InvalidKeyUsageException"),
            State::Enabled => None,
            State::Disabled => Some("DisabledException"),
            State::PendingDeletion { .. } => Some(INVALID_STATE),
        }
    }

    pub(super) fn is_symmetric(&self) -> bool {
        self.spec == spec::SYMMETRIC && self.usage == spec::ENCRYPT
    }

    pub(super) fn is_pending_deletion(&self) -> bool {
        matches!(self.state, State::PendingDeletion { .. })
    }

    pub(super) fn is_gone(&self, now: f64) -> bool {
        matches!(self.state, State::PendingDeletion { due } if due <= now)
    }

    /// Refuses what a key that is to be deleted cannot take.
    pub(super) fn check_stays(&self) -> Result<(), ApiError> {
        match self.is_pending_deletion() {
            true => refuse(INVALID_STATE, format!("{} is pending deletion.", self.arn)),
            false => Ok(()),
        }
    }

    pub(super) fn state_name(&self) -> &'static str {
        match self.state {
            State::Enabled => "Enabled",
            State::Disabled => "Disabled",
            State::PendingDeletion { .. } => "PendingDeletion",
        }
    }

    /// A `KeyMetadata`.
    pub(super) fn show(&self, call: &Call<'_>) -> Value {
        let mut shown = json!({
            "AWSAccountId": call.account_id,
            "KeyId": self.id,
            "Arn": self.arn,
            "CreationDate": call.epoch + self.created_at,
            "Enabled": self.state == State::Enabled,
            "Description": self.description,
            "KeyUsage": self.usage,
            "KeyState": self.state_name(),
            "Origin": "AWS_KMS",
            "KeyManager": if self.aws_managed { "AWS" } else { "CUSTOMER" },
            "CustomerMasterKeySpec": self.spec,
            "KeySpec": self.spec,
            "MultiRegion": self.multi_region,
        });
        let (list, algorithms) = spec::algorithms(&self.spec, &self.usage);
        shown[list] = algorithms;
        if let State::PendingDeletion { due } = self.state {
            shown["DeletionDate"] = (call.epoch + due).into();
        }
        if self.is_symmetric() {
            shown["CurrentKeyMaterialId"] = random::hex(&json!([self.arn, "material"]), 64).into();
        }
        if self.multi_region {
            let this = json!({ "Arn": self.arn, "Region": call.region_name });
            shown["MultiRegionConfiguration"] =
                json!({ "MultiRegionKeyType": "PRIMARY", "PrimaryKey": this, "ReplicaKeys": [] });
        }
        shown
    }
}

fn create_key(call: &mut Call<'_>) -> Result<Value, ApiError> {
    check_supported(call)?;
    let (spec, usage) = spec::asked(call)?;
    let mut tags = Tags::new();
    tag::put(&mut tags, &call.input["Tags"])?;
    let most = call.quota(quota::KEYS);
    if call.keys().keys.len() >= most {
        return refuse(LIMIT_EXCEEDED, format!("You have reached the maximum number of keys: {most}"));
    }
    let multi_region = call.input["MultiRegion"].as_bool().unwrap_or_default();
    // The id is taken once nothing can be refused any more.
    let policy = key_policy::asked(call)?;
    let id = if multi_region { format!("mrk-{}", call.hex(32)) } else { call.uuid() };
    let key = Key {
        arn: call.arn("kms", &format!("key/{id}")),
        id,
        created_at: call.now,
        description: call.required("Description"),
        spec,
        usage,
        multi_region,
        state: State::Enabled,
        roles: policy.roles,
        policy: policy.text,
        rotation: None,
        tags,
        aws_managed: false,
    };
    let answer = json!({ "KeyMetadata": key.show(call) });
    call.kms().keys.insert(key.id.clone(), key);
    Ok(answer)
}

/// Refuses what KMS has and the emulator does not.
fn check_supported(call: &Call<'_>) -> Result<(), ApiError> {
    if let Some(origin) = call.text("Origin").filter(|origin| *origin != "AWS_KMS") {
        return refuse(UNSUPPORTED, format!("The emulator does not support the origin {origin}"));
    }
    match ["CustomKeyStoreId", "XksKeyId"].into_iter().find(|name| call.text(name).is_some()) {
        Some(name) => refuse(UNSUPPORTED, format!("The emulator does not support the parameter {name}")),
        None => Ok(()),
    }
}

fn describe_key(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let key = name::asked_or_alias(call, "KeyId")?;
    Ok(json!({ "KeyMetadata": key.show(call) }))
}

/// Other accounts share no keys with this one.
fn list_keys(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let owners = call.input["ResourceOwners"].as_array();
    let own = owners.is_none_or(|owners| owners.iter().any(|owner| owner == "SELF"));
    let keys = call.keys().keys.values().filter(|_| own);
    let all = keys.map(|key| json!({ "KeyId": key.id, "KeyArn": key.arn })).collect();
    listed(call, "Keys", all, [100, 1000])
}
