//! The users of groups.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::page::page;
use crate::services::Operations;
use crate::services::iam::{PAGING, listed, quota_exceeded};

pub(in crate::services::iam) const OPERATIONS: Operations = &[
    ("AddUserToGroup", add_user_to_group),
    ("GetGroup", get_group),
    ("ListGroupsForUser", list_groups_for_user),
    ("RemoveUserFromGroup", remove_user_from_group),
];

/// Source: "IAM and AWS STS quotas", groups that a user can be a member of.
const GROUPS_PER_USER: usize = 10;

fn get_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let iam = &call.account.global.iam;
    let group = iam.group(call.text("GroupName").unwrap_or_default())?;
    let users = group.users.iter().filter_map(|name| iam.users.get(name)).map(|user| user.show(call.epoch)).collect();
    let (shown, next): (Vec<Value>, _) = page(&call.input, PAGING, users)?;
    Ok(json!({ "Group": group.show(call.epoch), "Users": shown, "IsTruncated": next.is_some(), "Marker": next }))
}

fn add_user_to_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (group, user) = (call.required("GroupName"), call.required("UserName"));
    let iam = call.iam();
    iam.user(&user)?;
    iam.group(&group)?;
    let others = iam.groups.values().filter(|other| other.name != group && other.users.contains(&user)).count();
    if others >= GROUPS_PER_USER {
        return quota_exceeded("GroupsPerUser", GROUPS_PER_USER);
    }
    iam.group_mut(&group)?.users.insert(user);
    Ok(json!({}))
}

/// Removing one that is not in it is no mistake.
fn remove_user_from_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (group, user) = (call.required("GroupName"), call.required("UserName"));
    let iam = call.iam();
    iam.user(&user)?;
    iam.group_mut(&group)?.users.remove(&user);
    Ok(json!({}))
}

fn list_groups_for_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, iam) = (call.required("UserName"), &call.account.global.iam);
    iam.user(&name)?;
    let groups = iam.groups.values().filter(|group| group.users.contains(&name));
    let found = groups.map(|group| group.show(call.epoch)).collect();
    listed(call, "Groups", found)
}

impl crate::services::iam::Iam {
    /// Whether a user is in any group.
    pub(in crate::services::iam) fn is_member(&self, user: &str) -> bool {
        self.groups.values().any(|group| group.users.contains(user))
    }
}
