//! Reading managed policies, and who has them.

use serde_json::{Value, json};

use super::usage::Usage;
use super::{CATALOGUE, ManagedPolicy, asked};
use crate::call::Call;
use crate::error::ApiError;
use crate::page::page;
use crate::services::Operations;
use crate::services::iam::{PAGING, listed, path_prefix};
use crate::tags;

pub(in crate::services::iam) const OPERATIONS: Operations =
    &[("GetPolicy", get_policy), ("ListEntitiesForPolicy", list_entities_for_policy), ("ListPolicies", list_policies)];

fn get_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let policy = asked(call)?;
    let mut answer = policy.in_list(call);
    answer["Description"] = policy.description().into();
    if let ManagedPolicy::Customer(policy) = policy {
        answer["Tags"] = tags::to_list(&policy.tags);
    }
    Ok(json!({ "Policy": answer }))
}

fn list_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (usage, iam) = (Usage::asked(call), &call.account.global.iam);
    let only_used = call.input["OnlyAttached"] == true || call.text("PolicyUsageFilter").is_some();
    let customers = iam.policies.values().map(ManagedPolicy::Customer);
    let aws = CATALOGUE.iter().map(ManagedPolicy::Aws);
    let wanted = |policy: &ManagedPolicy<'_>| {
        let in_scope = match call.text("Scope") {
            Some("Local") => matches!(policy, ManagedPolicy::Customer(_)),
            Some("AWS") => matches!(policy, ManagedPolicy::Aws(_)),
            _ => true,
        };
        in_scope
            && policy.path().starts_with(path_prefix(call))
            && (!only_used || usage.count(iam, &policy.arn(call.partition())) > 0)
    };
    let found = customers.chain(aws).filter(wanted).map(|policy| policy.in_list(call)).collect();
    listed(call, "Policies", found)
}

/// A page counts roles and groups together.
fn list_entities_for_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let arn = asked(call)?.arn(call.partition());
    let (usage, iam) = (Usage::asked(call), &call.account.global.iam);
    let wants = |kind: &str| call.text("EntityFilter").is_none_or(|filter| filter == kind);
    let groups = usage.groups(iam, &arn).filter(|group| wants("Group") && group.path.starts_with(path_prefix(call)));
    let groups = groups.map(|group| ("PolicyGroups", json!({ "GroupName": group.name, "GroupId": group.id })));
    let roles = usage.roles(iam, &arn).filter(|role| wants("Role") && role.path.starts_with(path_prefix(call)));
    let roles = roles.map(|role| ("PolicyRoles", json!({ "RoleName": role.name, "RoleId": role.id })));
    let (shown, next) = page(&call.input, PAGING, groups.chain(roles).collect())?;
    let mut answer = json!({ "PolicyUsers": [], "IsTruncated": next.is_some(), "Marker": next });
    for kind in ["PolicyGroups", "PolicyRoles"] {
        answer[kind] = shown.iter().filter(|(found, _)| *found == kind).map(|(_, entity)| entity.clone()).collect();
    }
    Ok(answer)
}
