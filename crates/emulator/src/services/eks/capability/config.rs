//! What a capability is told: for each kind something else.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Kind;
use crate::error::ApiError;
use crate::services::eks::invalid;

/// What updates change. An update in progress holds the whole configuration that comes after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::services::eks) struct Config {
    pub(in crate::services::eks) role_arn: String,
    pub(super) argo_cd: Option<ArgoCd>,
    pub(super) ack: Option<Ack>,
}

/// What Argo CD is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ArgoCd {
    pub(super) namespace: String,
    pub(super) idc_instance_arn: String,
    pub(super) idc_region: Option<String>,
    /// Who has which role.
    pub(super) mappings: BTreeMap<String, BTreeSet<Identity>>,
    /// VPC endpoints.
    pub(super) vpce_ids: BTreeSet<String>,
    pub(super) endpoint_prefix: Option<String>,
}

/// What ACK is told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Ack {
    pub(super) cross_namespace: bool,
    pub(super) disabled_services: Vec<String>,
}

/// A user or a group of IAM Identity Center.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identity {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

/// A role of Argo CD and who has it, as a request says it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    pub(super) role: String,
    pub(super) identities: BTreeSet<Identity>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Asked {
    argo_cd: Option<AskedArgoCd>,
    ack: Option<AskedAck>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AskedArgoCd {
    namespace: Option<String>,
    aws_idc: AskedIdc,
    #[serde(default)]
    rbac_role_mappings: Vec<Mapping>,
    network_access: Option<NetworkAccess>,
    endpoint_prefix: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AskedIdc {
    idc_instance_arn: String,
    idc_region: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NetworkAccess {
    pub(super) vpce_ids: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AskedAck {
    pub(super) enable_cross_namespace: Option<bool>,
    pub(super) disabled_services: Option<Vec<String>>,
}

impl Asked {
    /// The configuration of a new capability.
    pub(super) fn read(&self, kind: Kind, role_arn: &str) -> Result<Config, ApiError> {
        check_kind(kind, self.argo_cd.is_some(), self.ack.is_some())?;
        let argo_cd = match (&self.argo_cd, kind) {
            (Some(asked), _) => Some(asked.read()?),
            (None, Kind::ArgoCd) => return invalid("configuration.argoCd is required for capabilities of type ARGOCD"),
            (None, _) => None,
        };
        let ack = (kind == Kind::Ack).then(|| Ack::default().after(self.ack.as_ref()));
        Ok(Config { role_arn: role_arn.to_owned(), argo_cd, ack })
    }
}

/// Refuses what is about another kind of capability.
pub(super) fn check_kind(kind: Kind, says_argo_cd: bool, says_ack: bool) -> Result<(), ApiError> {
    let other = match kind {
        Kind::ArgoCd => says_ack.then_some("ack"),
        Kind::Ack => says_argo_cd.then_some("argoCd"),
        Kind::Kro => says_argo_cd.then_some("argoCd").or(says_ack.then_some("ack")),
    };
    match other {
        Some(other) => {
            invalid(format!("configuration.{other} cannot be specified for capabilities of type {}", kind.name()))
        }
        None => Ok(()),
    }
}

impl AskedArgoCd {
    fn read(&self) -> Result<ArgoCd, ApiError> {
        let instance = &self.aws_idc.idc_instance_arn;
        if !instance.starts_with("arn:") || !instance.contains(":sso:::instance/") {
            return invalid(format!("Invalid ARN of an IAM Identity Center instance: {instance}"));
        }
        let mut config = ArgoCd {
            namespace: self.namespace.clone().unwrap_or_else(|| "argocd".to_owned()),
            idc_instance_arn: instance.clone(),
            idc_region: self.aws_idc.idc_region.clone(),
            mappings: BTreeMap::new(),
            vpce_ids: BTreeSet::new(),
            endpoint_prefix: self.endpoint_prefix.clone(),
        };
        config.add(&self.rbac_role_mappings)?;
        config.open_to(self.network_access.as_ref())?;
        Ok(config)
    }
}

impl ArgoCd {
    /// Roles have exactly these identities from now on.
    pub(super) fn add(&mut self, mappings: &[Mapping]) -> Result<(), ApiError> {
        for mapping in mappings {
            if mapping.identities.is_empty() {
                return invalid(format!("The role mapping {} must have at least one identity", mapping.role));
            }
            self.mappings.insert(mapping.role.clone(), mapping.identities.clone());
        }
        Ok(())
    }

    /// These identities lose their roles.
    pub(super) fn remove(&mut self, mappings: &[Mapping]) {
        for mapping in mappings {
            if let Some(identities) = self.mappings.get_mut(&mapping.role) {
                identities.retain(|identity| !mapping.identities.contains(identity));
            }
        }
        self.mappings.retain(|_, identities| !identities.is_empty());
    }

    pub(super) fn open_to(&mut self, network: Option<&NetworkAccess>) -> Result<(), ApiError> {
        let Some(ids) = network.and_then(|network| network.vpce_ids.as_ref()) else { return Ok(()) };
        if let Some(wrong) = ids.iter().find(|id| !id.starts_with("vpce-")) {
            return invalid(format!("Invalid VPC endpoint id in networkAccess: {wrong}"));
        }
        self.vpce_ids.clone_from(ids);
        Ok(())
    }

    pub(super) fn show_mappings(&self) -> Value {
        self.mappings.iter().map(|(role, identities)| json!({ "role": role, "identities": identities })).collect()
    }
}

impl Ack {
    /// What is not said stays as it is.
    pub(super) fn after(self, asked: Option<&AskedAck>) -> Self {
        let cross_namespace = asked.and_then(|asked| asked.enable_cross_namespace);
        let disabled = asked.and_then(|asked| asked.disabled_services.clone());
        Self {
            cross_namespace: cross_namespace.unwrap_or(self.cross_namespace),
            disabled_services: disabled.unwrap_or(self.disabled_services),
        }
    }
}
