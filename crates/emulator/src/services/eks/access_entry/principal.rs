//! Whom an access entry is for.

use serde::{Deserialize, Serialize};

use super::EntryType;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::eks::{INVALID_REQUEST, invalid};
use crate::services::iam::{Iam, Role};

/// A user or a role of IAM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::services::eks) struct Principal {
    pub(in crate::services::eks) arn: String,
    /// What IAM knows it by, and what the entry is bound to: a later one of the same name has another. Nothing for those
    /// of other accounts, into which the emulator cannot look.
    id: Option<String>,
}

impl Principal {
    /// The principal that a call names. Source: CreateAccessEntry, "You can't use the STS session principal type".
    pub(super) fn asked(call: &Call<'_>, arn: &str, kind: EntryType) -> Result<Self, ApiError> {
        let principal = Self { arn: arn.to_owned(), id: None };
        principal.check_not_a_services()?;
        match principal.found(call) {
            Some(_) if kind != EntryType::Standard && principal.kind() != "role" => {
                invalid(format!("The access entry type {} is only supported for IAM roles", kind.name()))
            }
            // Source: "Create access entries": for nodes, the role must be in the account of the cluster.
            Some(_) if kind != EntryType::Standard && principal.account() != call.account_id => {
                invalid(format!("The access entry type {} is only supported in the cluster's account", kind.name()))
            }
            Some(id) => Ok(Self { id, ..principal }),
            None => invalid("The specified principalArn is invalid: invalid principal."),
        }
    }

    /// Who calls: behind a session of a role, the role.
    pub(in crate::services::eks) fn caller(call: &Call<'_>) -> Option<Self> {
        let (arn, id) = (&call.caller.arn, call.caller.user_id.as_str());
        if arn.contains(":user/") {
            return Some(Self { arn: arn.clone(), id: Some(id.to_owned()) });
        }
        let name = arn.split_once(":assumed-role/").and_then(|(_, session)| session.split('/').next())?;
        call.account.global.iam.role(name).map(Self::role)
    }

    pub(super) fn role(role: &Role) -> Self {
        Self { arn: role.arn.clone(), id: Some(role.id.clone()) }
    }

    /// Whether it is still the one that the entry was made for.
    pub(super) fn is_alive(&self, iam: &Iam) -> bool {
        let role = iam.role_by_arn(&self.arn);
        self.kind() != "role" || self.id.is_none() || role.is_some_and(|role| self.id.as_ref() == Some(&role.id))
    }

    /// Refuses the roles that only services have.
    pub(super) fn check_not_a_services(&self) -> Result<(), ApiError> {
        if self.arn.contains(":role/aws-service-role/") {
            let message = "The caller is not allowed to modify access entries with a principalArn value of a Service \
                           Linked Role";
            return refuse(INVALID_REQUEST, message);
        }
        Ok(())
    }

    /// Its id in IAM, if there is such a principal and the emulator can know it.
    fn found(&self, call: &Call<'_>) -> Option<Option<String>> {
        let parts: Vec<&str> = self.arn.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return None };
        let named =
            ["role/", "user/"].iter().any(|kind| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty()));
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if *partition != call.partition() || !is_account || !named || resource.contains(['*', '?']) {
            return None;
        }
        if *account != call.account_id {
            return Some(None);
        }
        if self.kind() == "user" {
            // Besides those that were made there is who uses the key of the account.
            let known = call.account.global.iam.user_by_arn(&self.arn).map(|user| Some(user.id.clone()));
            return known.or_else(|| resource.ends_with("user/emulator").then_some(None));
        }
        let role = call.account.global.iam.role_by_arn(&self.arn).filter(|role| role.is_known(call))?;
        Some(Some(role.id.clone()))
    }

    /// `role` or `user`.
    pub(super) fn kind(&self) -> &str {
        let resource = self.arn.splitn(6, ':').nth(5).unwrap_or_default();
        resource.split('/').next().unwrap_or_default()
    }

    pub(super) fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }

    /// Without its path.
    pub(super) fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// Whom Kubernetes knows it as, if nobody says otherwise. Source: "Create access entries", the username.
    pub(super) fn username(&self, kind: EntryType) -> String {
        match kind {
            EntryType::Ec2Linux | EntryType::Ec2Windows | EntryType::Ec2 => {
                "system:node:{{EC2PrivateDNSName}}".to_owned()
            }
            EntryType::FargateLinux | EntryType::HybridLinux | EntryType::HyperpodLinux => {
                "system:node:{{SessionName}}".to_owned()
            }
            EntryType::Standard if self.kind() == "role" => {
                let partition = self.arn.split(':').nth(1).unwrap_or_default();
                let (account, name) = (self.account(), self.name());
                format!("arn:{partition}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}")
            }
            EntryType::Standard => self.arn.clone(),
        }
    }
}
