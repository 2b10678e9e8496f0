//! Users: as much of them as groups need.
//!
//! They have neither credentials nor policies of their own.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Iam, listed, no_such_entity, path_prefix, tag};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations =
    &[("CreateUser", create_user), ("DeleteUser", delete_user), ("GetUser", get_user), ("ListUsers", list_users)];

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    name: String,
    path: String,
    /// Unique for ever.
    pub(crate) id: String,
    arn: String,
    /// Emulated seconds since the world began.
    created_at: f64,
    tags: Tags,
}

impl User {
    /// What lists tell of it: no tags. Source: ListUsers.
    pub(super) fn show(&self, epoch: f64) -> Value {
        json!({
            "Path": self.path,
            "UserName": self.name,
            "UserId": self.id,
            "Arn": self.arn,
            "CreateDate": epoch + self.created_at,
        })
    }

    fn in_full(&self, epoch: f64) -> Value {
        let mut user = self.show(epoch);
        if !self.tags.is_empty() {
            user["Tags"] = tags::to_list(&self.tags);
        }
        user
    }
}

impl Iam {
    /// The user with the ARN `arn`.
    pub(crate) fn user_by_arn(&self, arn: &str) -> Option<&User> {
        self.users.values().find(|user| user.arn == arn)
    }

    /// The user called `name`, or IAM's refusal.
    pub(super) fn user(&self, name: &str) -> Result<&User, ApiError> {
        self.users.get(name).ok_or_else(|| no_such_entity(format!("The user with name {name} cannot be found.")))
    }
}

fn create_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("UserName");
    let path = call.text("Path").unwrap_or("/").to_owned();
    if call.text("PermissionsBoundary").is_some() {
        return refuse("InvalidInput", "The emulator does not support the parameter PermissionsBoundary of users");
    }
    if call.iam().users.keys().any(|taken| taken.eq_ignore_ascii_case(&name)) {
        return refuse("EntityAlreadyExists", format!("User with name {name} already exists."));
    }
    let mut tags = Tags::new();
    tag::put(&mut tags, &call.input["Tags"], "TagsPerUser")?;
    let user = User {
        id: call.iam_id("AIDA"),
        arn: call.iam_arn(&format!("user{path}{name}")),
        name: name.clone(),
        path,
        created_at: call.now,
        tags,
    };
    let answer = json!({ "User": user.in_full(call.epoch) });
    call.iam().users.insert(name, user);
    Ok(answer)
}

/// Without a name it is who calls, of whom IAM knows only what STS tells.
fn get_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    if let Some(name) = call.text("UserName") {
        return Ok(json!({ "User": call.account.global.iam.user(name)?.in_full(call.epoch) }));
    }
    let Some((_, name)) = call.caller.arn.split_once(":user/") else {
        return refuse("ValidationError", "Must specify userName when calling with non-User credentials");
    };
    let user = json!({ "Path": "/", "UserName": name, "UserId": call.caller.user_id, "Arn": call.caller.arn,
        "CreateDate": call.epoch });
    Ok(json!({ "User": user }))
}

fn list_users(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let users = call.account.global.iam.users.values().filter(|user| user.path.starts_with(path_prefix(call)));
    let found = users.map(|user| user.show(call.epoch)).collect();
    listed(call, "Users", found)
}

fn delete_user(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("UserName");
    call.iam().user(&name)?;
    if call.iam().is_member(&name) {
        return refuse("DeleteConflict", "Cannot delete entity, must remove users from group first.");
    }
    call.iam().users.remove(&name);
    Ok(json!({}))
}
