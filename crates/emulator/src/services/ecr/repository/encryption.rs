//! How the images of a repository are encrypted.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::services::ecr::invalid_at;
use crate::services::kms::{self, Found};

/// How images are encrypted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Encryption {
    kind: String,
    /// The ARN of a key.
    key: Option<String>,
}

impl Encryption {
    /// The one that the call asks for. Source: EncryptionConfiguration: without a key, KMS takes the one that AWS manages
    /// for ECR; "the key must exist in the same Region as the repository".
    pub(super) fn asked(call: &Call<'_>) -> Result<Self, ApiError> {
        let asked = &call.input["encryptionConfiguration"];
        let (kind, key) = (asked["encryptionType"].as_str().unwrap_or("AES256"), asked["kmsKey"].as_str());
        let key = match (kind, key) {
            ("AES256", None) => None,
            ("AES256", Some(_)) => {
                return Err(invalid_at(
                    "kmsKey",
                    "KMS key can only be specified when encryption type is KMS or KMS_DSSE",
                ));
            }
            (_, None | Some("alias/aws/ecr")) => kms::managed_arn(call, "ecr"),
            (_, Some(key)) => Some(usable(call, key)?),
        };
        Ok(Self { kind: kind.to_owned(), key })
    }

    pub(super) fn show(&self) -> Value {
        let mut shown = json!({ "encryptionType": self.kind });
        if let Some(key) = &self.key {
            shown["kmsKey"] = key.as_str().into();
        }
        shown
    }
}

/// The ARN of a key that ECR can use: it needs a grant, which whoever makes the repository creates. Into the keys of other
/// accounts the emulator cannot look. Source: "Encryption at rest", "Required key policy".
fn usable(call: &Call<'_>, name: &str) -> Result<String, ApiError> {
    let wrong = |error: &str, message: String| ApiError::new("KmsException", message).with("kmsError", error);
    match kms::find(call, name) {
        Found::OtherAccount => Ok(name.to_owned()),
        Found::Nothing => Err(wrong("NotFoundException", format!("Key '{name}' does not exist"))),
        Found::Key(key) => match key.obstacle() {
            Some(error) => Err(wrong(error, format!("{} cannot be used: {error}", key.arn))),
            None if !key.lets_caller_grant(call) => {
                let message =
                    format!("User: {} is not authorized to perform: kms:CreateGrant on {}", call.caller.arn, key.arn);
                Err(wrong("AccessDeniedException", message))
            }
            None => Ok(key.arn.clone()),
        },
    }
}
