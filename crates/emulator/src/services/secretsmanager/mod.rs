//! Secrets Manager: secrets, their versions, and who else may read them.
//!
//! Values never reach the disk: what is kept of one is a digest, and whether it is a user name with an access token. So
//! only the process to which a value was sent can tell it. Rotation, replicas in other Regions and secrets of partners
//! are not there. Sources: the Secrets Manager API reference, and "AWS Secrets Manager quotas" in its user guide. The
//! messages are those that Secrets Manager is known to answer with.

mod create;
mod deletion;
mod encryption;
mod list;
mod name;
mod policy;
mod quota;
mod read;
mod secret;
mod tag;
mod update;
mod value;
mod version;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::tags::Tags;

pub(crate) use name::find;
pub(crate) use secret::Secret;

pub(crate) const SERVICE: Service = Service {
    name: "secretsmanager",
    operations: &[
        create::OPERATIONS,
        deletion::OPERATIONS,
        list::OPERATIONS,
        policy::OPERATIONS,
        read::OPERATIONS,
        tag::OPERATIONS,
        update::OPERATIONS,
    ],
    invalid: |problems| validation_error("ValidationException", problems),
    unknown_caller: ("UnrecognizedClientException", 400),
    refusals: Refusals {
        prefix: "secretsmanager",
        throttled: ("ThrottlingException", 400),
        broken: &[("InternalServiceError", 500)],
        denied: ("AccessDeniedException", 400),
    },
    quotas: quota::ALL,
};

const EXISTS: &str = "ResourceExistsException";
const INVALID_PARAMETER: &str = "InvalidParameterException";
const INVALID_REQUEST: &str = "InvalidRequestException";

/// The secrets of one Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SecretsManager {
    /// By name.
    secrets: BTreeMap<String, Secret>,
}

impl SecretsManager {
    /// Lets the time pass: secrets whose recovery window is over are gone.
    pub(crate) fn advance(&mut self, now: f64) {
        self.secrets.retain(|_, secret| !secret.is_gone(now));
    }

    /// Everything that can be tagged, by ARN. Secrets that are scheduled for deletion are still there.
    pub(crate) fn tagged(&self) -> Vec<(String, &Tags)> {
        let secrets = self.secrets.values().filter(|secret| secret.is_seen());
        secrets.map(|secret| (secret.arn.clone(), &secret.tags)).collect()
    }

    /// The tags of the secret `arn`.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        let mut taggable = self.secrets.values_mut().filter(|secret| !secret.is_scheduled());
        taggable.find(|secret| secret.arn == arn).map(|secret| &mut secret.tags)
    }
}

impl Call<'_> {
    /// The secrets of the call's Region.
    fn secrets(&self) -> &SecretsManager {
        static NOTHING: LazyLock<SecretsManager> = LazyLock::new(SecretsManager::default);
        self.account.regions.get(&self.region_name).map_or(&NOTHING, |region| &region.secretsmanager)
    }

    fn secrets_mut(&mut self) -> &mut SecretsManager {
        &mut self.region().secretsmanager
    }
}

fn not_found(message: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", message)
}

/// Refuses what Secrets Manager has and the emulator does not.
fn check_supported(call: &Call<'_>, parameters: &[&str]) -> Result<(), ApiError> {
    match parameters.iter().find(|name| !call.input[**name].is_null()) {
        Some(name) => refuse(INVALID_REQUEST, format!("The emulator does not support the parameter {name}")),
        None => Ok(()),
    }
}
