//! Who gets into a cluster, and how long its version is supported: settings that go one way.

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::services::eks::invalid;
use crate::services::eks::version::{Support, Version};

/// How a cluster knows who calls its API server; each with more of access entries than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AuthenticationMode {
    /// Source: CreateAccessConfigRequest, the default of the API.
    #[default]
    ConfigMap,
    ApiAndConfigMap,
    Api,
}

/// What happens at the end of standard support.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum SupportType {
    Standard,
    #[default]
    Extended,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AccessConfig {
    pub(super) bootstrap_cluster_creator_admin_permissions: Option<bool>,
    pub(super) authentication_mode: Option<AuthenticationMode>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UpgradePolicy {
    pub(super) support_type: Option<SupportType>,
}

impl AuthenticationMode {
    /// Source: "Change authentication mode to use access entries": one step at a time, and never back.
    pub(super) fn change_to(self, asked: Self) -> Result<Self, ApiError> {
        let is_step =
            matches!((self, asked), (Self::ConfigMap, Self::ApiAndConfigMap) | (Self::ApiAndConfigMap, Self::Api));
        if is_step || self == asked {
            return Ok(asked);
        }
        invalid(format!("Unsupported authentication mode update from {} to {}", self.name(), asked.name()))
    }

    /// Whether the ConfigMap `aws-auth` counts.
    pub(in crate::services::eks) fn has_config_map(self) -> bool {
        self != Self::Api
    }

    pub(in crate::services::eks) fn has_access_entries(self) -> bool {
        self >= Self::ApiAndConfigMap
    }

    fn name(self) -> &'static str {
        match self {
            Self::ConfigMap => "CONFIG_MAP",
            Self::ApiAndConfigMap => "API_AND_CONFIG_MAP",
            Self::Api => "API",
        }
    }
}

impl SupportType {
    /// Refuses STANDARD for a version whose standard support is over: "You cannot disable extended support once it
    /// starts" (UpdateClusterConfig).
    pub(super) fn check(self, version: Version) -> Result<(), ApiError> {
        if self == Self::Standard && version.support() != Support::Standard {
            let message =
                "is in extended support, which cannot be disabled: upgradePolicy.supportType must be EXTENDED";
            return invalid(format!("Kubernetes version {version} {message}"));
        }
        Ok(())
    }
}
