//! Instance profiles: what hands a role to EC2 instances, and keeps the role from being deleted meanwhile.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Iam, listed, no_such_entity, path_prefix, quota, quota_exceeded, tag};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[
    ("AddRoleToInstanceProfile", add_role_to_instance_profile),
    ("CreateInstanceProfile", create_instance_profile),
    ("DeleteInstanceProfile", delete_instance_profile),
    ("GetInstanceProfile", get_instance_profile),
    ("ListInstanceProfiles", list_instance_profiles),
    ("ListInstanceProfilesForRole", list_instance_profiles_for_role),
    ("RemoveRoleFromInstanceProfile", remove_role_from_instance_profile),
];

/// An instance profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    /// Emulated seconds since the world began.
    pub(crate) created_at: f64,
    /// The name of its role.
    pub(crate) role: Option<String>,
    pub(crate) tags: Tags,
}

impl InstanceProfile {
    /// What lists tell of it: no tags. Source: ListInstanceProfiles.
    fn in_list(&self, call: &Call<'_>) -> Value {
        let role = self.role.as_ref().and_then(|name| call.account.global.iam.role(name));
        json!({
            "Path": self.path,
            "InstanceProfileName": self.name,
            "InstanceProfileId": self.id,
            "Arn": self.arn,
            "CreateDate": call.epoch + self.created_at,
            "Roles": role.map(|role| role.in_list(call.epoch)).into_iter().collect::<Vec<_>>(),
        })
    }

    fn in_full(&self, call: &Call<'_>) -> Value {
        let mut profile = self.in_list(call);
        if !self.tags.is_empty() {
            profile["Tags"] = tags::to_list(&self.tags);
        }
        profile
    }
}

impl Iam {
    pub(super) fn profile(&self, name: &str) -> Result<&InstanceProfile, ApiError> {
        self.instance_profiles.get(name).ok_or_else(|| no_such_profile(name))
    }

    pub(super) fn profile_mut(&mut self, name: &str) -> Result<&mut InstanceProfile, ApiError> {
        self.instance_profiles.get_mut(name).ok_or_else(|| no_such_profile(name))
    }
}

fn no_such_profile(name: &str) -> ApiError {
    no_such_entity(format!("Instance Profile {name} cannot be found."))
}

fn create_instance_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("InstanceProfileName");
    let path = call.text("Path").unwrap_or("/").to_owned();
    let taken = &call.account.global.iam.instance_profiles;
    if taken.keys().any(|taken| taken.eq_ignore_ascii_case(&name)) {
        return refuse("EntityAlreadyExists", format!("Instance Profile {name} already exists."));
    }
    let most = call.quota(quota::INSTANCE_PROFILES);
    if taken.len() >= most {
        return quota_exceeded("InstanceProfilesPerAccount", most);
    }
    let mut tags = Tags::new();
    tag::put(&mut tags, &call.input["Tags"], "TagsPerInstanceProfile")?;
    let profile = InstanceProfile {
        id: call.iam_id("AIPA"),
        arn: call.iam_arn(&format!("instance-profile{path}{name}")),
        name: name.clone(),
        path,
        created_at: call.now,
        role: None,
        tags,
    };
    let answer = json!({ "InstanceProfile": profile.in_full(call) });
    call.iam().instance_profiles.insert(name, profile);
    Ok(answer)
}

fn get_instance_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let profile = call.account.global.iam.profile(&call.required("InstanceProfileName"))?;
    Ok(json!({ "InstanceProfile": profile.in_full(call) }))
}

fn list_instance_profiles(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let profiles = call.account.global.iam.instance_profiles.values();
    let found = profiles.filter(|profile| profile.path.starts_with(path_prefix(call)));
    let found = found.map(|profile| profile.in_list(call)).collect();
    listed(call, "InstanceProfiles", found)
}

fn list_instance_profiles_for_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, iam) = (call.required("RoleName"), &call.account.global.iam);
    iam.existing(&name)?;
    let profiles = iam.instance_profiles.values().filter(|profile| profile.role.as_ref() == Some(&name));
    let found = profiles.map(|profile| profile.in_list(call)).collect();
    listed(call, "InstanceProfiles", found)
}

fn add_role_to_instance_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, role) = (call.required("InstanceProfileName"), call.required("RoleName"));
    let iam = call.iam();
    iam.modifiable(&role)?;
    let profile = iam.profile_mut(&name)?;
    if profile.role.is_some() {
        return quota_exceeded("InstanceSessionsPerInstanceProfile", 1);
    }
    profile.role = Some(role);
    Ok(json!({}))
}

fn remove_role_from_instance_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, role) = (call.required("InstanceProfileName"), call.required("RoleName"));
    let iam = call.iam();
    iam.modifiable(&role)?;
    let profile = iam.profile_mut(&name)?;
    if profile.role.as_ref() != Some(&role) {
        return Err(no_such_entity(format!("The role with name {role} is not in the Instance Profile {name}.")));
    }
    profile.role = None;
    Ok(json!({}))
}

fn delete_instance_profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("InstanceProfileName");
    let iam = call.iam();
    if iam.profile(&name)?.role.is_some() {
        let message = "Cannot delete entity, must remove roles from instance profile first.";
        return refuse("DeleteConflict", message);
    }
    iam.instance_profiles.remove(&name);
    Ok(json!({}))
}
