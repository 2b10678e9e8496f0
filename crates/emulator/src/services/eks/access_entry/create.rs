//! Creating access entries, and what EKS asks of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{AccessEntry, EntryType, Principal};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::eks::{IN_USE, INVALID_PARAMETER, invalid};
use crate::tags::{self, Tags};

/// Source: "Create access entries", the constraints of a username.
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateAccessEntry {
    cluster_name: String,
    principal_arn: String,
    kubernetes_groups: Option<BTreeSet<String>>,
    tags: Option<BTreeMap<String, String>>,
    client_request_token: Option<String>,
    username: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

pub(super) fn create_access_entry(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: CreateAccessEntry = call.args()?;
    let client_token = asked.client_request_token.as_deref();
    call.clusters().cluster(&asked.cluster_name)?;
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let draft = asked.draft(call)?;
        let occasion = call.uuid();
        let entry = asked.entry(draft, call, &occasion)?;
        call.remember(client_token, &entry.arn);
        let entries = &mut call.eks().cluster_mut(&asked.cluster_name)?.access_entries;
        entries.insert(asked.principal_arn.clone(), entry);
    }
    let cluster = call.clusters().cluster(&asked.cluster_name)?;
    Ok(json!({ "accessEntry": cluster.entry(&asked.principal_arn)?.show(&cluster.name, call.epoch) }))
}

/// What is known of an entry once everything is checked.
struct Draft {
    principal: Principal,
    kind: EntryType,
    tags: Tags,
}

impl CreateAccessEntry {
    fn draft(&self, call: &Call<'_>) -> Result<Draft, ApiError> {
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        cluster.check_entries_can_change()?;
        let kind = self.kind()?;
        let principal = Principal::asked(call, &self.principal_arn, kind)?;
        if cluster.access_entries.contains_key(&self.principal_arn) {
            return refuse(IN_USE, "The specified access entry resource is already in use on this cluster.");
        }
        check_groups(kind, self.kubernetes_groups.as_ref())?;
        check_username(kind, self.username.as_deref())?;
        let mut tags = Tags::new();
        tags::put(&mut tags, self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        Ok(Draft { principal, kind, tags })
    }

    fn kind(&self) -> Result<EntryType, ApiError> {
        let Some(asked) = self.kind.as_deref() else { return Ok(EntryType::default()) };
        match EntryType::ALL.into_iter().find(|kind| kind.name() == asked) {
            Some(kind) => Ok(kind),
            None => {
                let known = EntryType::ALL.map(EntryType::name).join(", ");
                invalid(format!("The specified access entry type {asked} is invalid. Valid types are [{known}]"))
            }
        }
    }

    fn entry(&self, draft: Draft, call: &Call<'_>, occasion: &str) -> Result<AccessEntry, ApiError> {
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        let mut entry = AccessEntry::new(cluster, draft.principal, draft.kind, occasion, call.now);
        entry.tags = draft.tags;
        if let Some(username) = &self.username {
            entry.username.clone_from(username);
        }
        if let Some(groups) = &self.kubernetes_groups {
            entry.groups.clone_from(groups);
        }
        Ok(entry)
    }
}

/// Refuses groups that an entry cannot have. Nodes get theirs from EKS.
pub(super) fn check_groups(kind: EntryType, groups: Option<&BTreeSet<String>>) -> Result<(), ApiError> {
    let Some(groups) = groups else { return Ok(()) };
    if kind != EntryType::Standard {
        return invalid(format!("kubernetesGroups cannot be specified for access entries of type {}", kind.name()));
    }
    match groups.iter().find(|group| group.is_empty() || group.starts_with("system:")) {
        Some(group) if group.is_empty() => invalid("The kubernetes group name cannot be empty"),
        Some(group) => invalid(format!("The kubernetes group name {group} is invalid, it cannot start with system:")),
        None => Ok(()),
    }
}

/// Refuses a username that an entry cannot have.
pub(super) fn check_username(kind: EntryType, username: Option<&str>) -> Result<(), ApiError> {
    let Some(username) = username else { return Ok(()) };
    if kind != EntryType::Standard {
        return invalid(format!("username cannot be specified for access entries of type {}", kind.name()));
    }
    if let Some(prefix) = RESERVED.iter().find(|prefix| username.starts_with(**prefix)) {
        return invalid(format!("The username {username} is invalid, it cannot start with {prefix}"));
    }
    let before = ["{{SessionName}}", "{{SessionNameRaw}}"].iter().find_map(|part| username.split_once(part));
    match before {
        _ if username.is_empty() => invalid("The username cannot be empty"),
        Some((before, _)) if !before.contains(':') => {
            invalid(format!("The username {username} is invalid, it must have a colon before {{{{SessionName}}}}"))
        }
        _ => Ok(()),
    }
}
