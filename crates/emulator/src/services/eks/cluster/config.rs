//! What can be changed of a cluster.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::access::{AuthenticationMode, SupportType};
use super::auto_mode::AutoMode;
use super::component::Components;
use super::endpoint::Endpoint;
use super::remote_network::RemoteNetwork;
use super::vpc_config::EgressMode;
use crate::services::eks::version::Version;

/// What updates change. An update in progress holds the whole configuration that comes after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(in crate::services::eks) version: Version,
    /// What a rollback would go back to. A rollback is no upgrade.
    pub(in crate::services::eks) upgraded: Option<Upgraded>,
    pub(in crate::services::eks) subnets: BTreeSet<String>,
    pub(in crate::services::eks) security_groups: BTreeSet<String>,
    pub(in crate::services::eks) endpoint: Endpoint,
    pub(super) egress_mode: EgressMode,
    /// The types of logs that are exported.
    pub(super) logging: BTreeSet<String>,
    pub(in crate::services::eks) authentication_mode: AuthenticationMode,
    pub(super) support_type: SupportType,
    pub(super) zonal_shift: bool,
    pub(in crate::services::eks) auto_mode: Option<AutoMode>,
    pub(super) remote_network: Option<RemoteNetwork>,
    /// The ARN of a KMS key.
    pub(super) encryption_key: Option<String>,
    pub(super) deletion_protection: bool,
    /// The size of the control plane.
    pub(super) tier: String,
    pub(super) components: Components,
}

/// An upgrade in place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Upgraded {
    pub(in crate::services::eks) from: Version,
    /// Emulated seconds since the world began.
    pub(in crate::services::eks) at: f64,
}
