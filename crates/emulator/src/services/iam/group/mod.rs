//! Groups: what their users may do.

pub(super) mod attachment;
pub(super) mod inline_policy;
pub(super) mod member;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Iam, listed, no_such_entity, path_prefix, quota, quota_exceeded};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("CreateGroup", create_group),
    ("DeleteGroup", delete_group),
    ("ListGroups", list_groups),
    ("UpdateGroup", update_group),
];

/// A group. It has no tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    arn: String,
    /// Emulated seconds since the world began.
    created_at: f64,
    /// The ARNs of managed policies.
    pub(super) attached: BTreeSet<String>,
    /// Documents as they were sent, by the names of their policies.
    inline_policies: BTreeMap<String, String>,
    /// The names of its users.
    users: BTreeSet<String>,
}

impl Group {
    fn show(&self, epoch: f64) -> Value {
        json!({
            "Path": self.path,
            "GroupName": self.name,
            "GroupId": self.id,
            "Arn": self.arn,
            "CreateDate": epoch + self.created_at,
        })
    }
}

impl Iam {
    fn group(&self, name: &str) -> Result<&Group, ApiError> {
        self.groups.get(name).ok_or_else(|| no_such_group(name))
    }

    fn group_mut(&mut self, name: &str) -> Result<&mut Group, ApiError> {
        self.groups.get_mut(name).ok_or_else(|| no_such_group(name))
    }
}

fn no_such_group(name: &str) -> ApiError {
    no_such_entity(format!("The group with name {name} cannot be found."))
}

/// Source: CreateGroup, "names must be unique within an account. Names are not distinguished by case".
fn check_free(iam: &Iam, name: &str) -> Result<(), ApiError> {
    match iam.groups.keys().any(|taken| taken.eq_ignore_ascii_case(name)) {
        true => refuse("EntityAlreadyExists", format!("Group with name {name} already exists.")),
        false => Ok(()),
    }
}

fn create_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("GroupName");
    let path = call.text("Path").unwrap_or("/").to_owned();
    check_free(call.iam(), &name)?;
    let most = call.quota(quota::GROUPS);
    if call.iam().groups.len() >= most {
        return quota_exceeded("GroupsPerAccount", most);
    }
    let group = Group {
        id: call.iam_id("AGPA"),
        arn: call.iam_arn(&format!("group{path}{name}")),
        name: name.clone(),
        path,
        created_at: call.now,
        attached: BTreeSet::new(),
        inline_policies: BTreeMap::new(),
        users: BTreeSet::new(),
    };
    let answer = json!({ "Group": group.show(call.epoch) });
    call.iam().groups.insert(name, group);
    Ok(answer)
}

fn list_groups(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let groups = call.account.global.iam.groups.values();
    let found = groups.filter(|group| group.path.starts_with(path_prefix(call)));
    let found = found.map(|group| group.show(call.epoch)).collect();
    listed(call, "Groups", found)
}

/// The id stays; the ARN follows the name and the path.
fn update_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("GroupName");
    let mut group = call.account.global.iam.group(&name)?.clone();
    if let Some(new) = call.text("NewGroupName").filter(|new| !new.eq_ignore_ascii_case(&name)) {
        check_free(&call.account.global.iam, new)?;
    }
    group.name = call.text("NewGroupName").unwrap_or(&name).to_owned();
    group.path = call.text("NewPath").unwrap_or(&group.path).to_owned();
    group.arn = call.iam_arn(&format!("group{}{}", group.path, group.name));
    let groups = &mut call.iam().groups;
    groups.remove(&name);
    groups.insert(group.name.clone(), group);
    Ok(json!({}))
}

fn delete_group(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("GroupName");
    let group = call.iam().group(&name)?;
    if !group.users.is_empty() {
        return refuse("DeleteConflict", "Cannot delete entity, must remove users from group first.");
    }
    if !group.attached.is_empty() {
        return refuse("DeleteConflict", "Cannot delete entity, must detach all policies first.");
    }
    if !group.inline_policies.is_empty() {
        return refuse("DeleteConflict", "Cannot delete entity, must delete policies first.");
    }
    call.iam().groups.remove(&name);
    Ok(json!({}))
}
