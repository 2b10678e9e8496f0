//! KMS: keys, who may use them, and their aliases.
//!
//! Nothing is ever encrypted: there are only the operations that manage keys. Grants, imported key material, custom key
//! stores and replicas of keys are not there. Sources: the KMS API reference, and the KMS developer guide: "Key states
//! of AWS KMS keys", "Key policies in AWS KMS", "Quotas". The messages are those that KMS is known to answer with.

mod access;
mod alias;
mod deletion;
mod description;
mod key;
mod key_policy;
mod managed;
mod name;
mod page;
mod policy;
mod quota;
mod rotation;
mod spec;
mod state;
mod tag;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::tags::Tags;

use alias::Alias;

pub(crate) use key::Key;
pub(crate) use name::{Found, find};

pub(crate) const SERVICE: Service = Service {
    name: "kms",
    operations: &[
        alias::OPERATIONS,
        deletion::OPERATIONS,
        description::OPERATIONS,
        key::OPERATIONS,
        key_policy::OPERATIONS,
        rotation::OPERATIONS,
        state::OPERATIONS,
        tag::OPERATIONS,
    ],
    invalid: |problems| validation_error(VALIDATION, problems),
    unknown_caller: ("UnrecognizedClientException", 400),
    refusals: Refusals {
        prefix: "kms",
        throttled: ("ThrottlingException", 400),
        broken: &[("KMSInternalException", 500), ("DependencyTimeoutException", 503)],
        denied: ("AccessDeniedException", 400),
    },
    quotas: quota::ALL,
};

const INVALID_STATE: &str = "KMSInvalidStateException";
const LIMIT_EXCEEDED: &str = "LimitExceededException";
const NOT_FOUND: &str = "NotFoundException";
const UNSUPPORTED: &str = "UnsupportedOperationException";
const VALIDATION: &str = "ValidationException";

/// The keys of one Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kms {
    /// By id.
    keys: BTreeMap<String, Key>,
    /// By name, such as `alias/dev`.
    aliases: BTreeMap<String, Alias>,
}

impl Kms {
    /// Lets the time pass: keys whose waiting period is over are gone, and their aliases with them.
    pub(crate) fn advance(&mut self, now: f64) {
        let Self { keys, aliases } = self;
        keys.retain(|_, key| !key.is_gone(now));
        aliases.retain(|_, alias| keys.contains_key(&alias.key_id));
    }

    /// Everything that can be tagged, by ARN.
    pub(crate) fn tagged(&self) -> Vec<(String, &Tags)> {
        self.keys.values().map(|key| (key.arn.clone(), &key.tags)).collect()
    }

    /// The tags of the key `arn`.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        let mut taggable = self.keys.values_mut().filter(|key| !key.is_pending_deletion());
        taggable.find(|key| key.arn == arn).map(|key| &mut key.tags)
    }
}

impl Call<'_> {
    /// The keys of the call's Region.
    fn keys(&self) -> &Kms {
        static NOTHING: LazyLock<Kms> = LazyLock::new(Kms::default);
        self.account.regions.get(&self.region_name).map_or(&NOTHING, |region| &region.kms)
    }
}

/// The ARN of the key that AWS manages for a service, such as `ecr`.
pub(crate) fn managed_arn(call: &Call<'_>, service: &str) -> Option<String> {
    managed::key(call, &format!("alias/aws/{service}")).map(|key| key.arn)
}

/// Changes a key that is there.
fn change(call: &mut Call<'_>, id: &str, change: impl FnOnce(&mut Key)) {
    if let Some(key) = call.kms().keys.get_mut(id) {
        change(key);
    }
}

fn invalid<T>(message: impl Into<String>) -> Result<T, ApiError> {
    refuse(VALIDATION, message)
}
