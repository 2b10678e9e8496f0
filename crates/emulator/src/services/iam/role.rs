//! Roles: their life, and what other services ask of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::managed_policy::CustomerPolicy;
use super::{Iam, document, listed, managed_policy, path_prefix, quota, quota_exceeded, tag, trust_policy};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations =
    &[("CreateRole", create_role), ("DeleteRole", delete_role), ("GetRole", get_role), ("ListRoles", list_roles)];

/// Source: "IAM and AWS STS quotas", role trust policy length.
const TRUST_POLICY: usize = 2048;

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    /// Unique for ever: a later role of the same name has another one.
    pub(crate) id: String,
    pub(crate) arn: String,
    /// Emulated seconds since the world began.
    pub(super) created_at: f64,
    /// As it was sent.
    pub(super) trust_policy: String,
    pub(super) description: Option<String>,
    /// Seconds.
    pub(crate) max_session_duration: i64,
    /// The ARN of a managed policy.
    pub(super) permissions_boundary: Option<String>,
    pub(super) tags: Tags,
    /// The ARNs of managed policies.
    pub(super) attached: BTreeSet<String>,
    /// Documents as they were sent, by the names of their policies.
    pub(super) inline_policies: BTreeMap<String, String>,
    /// The service that the role is linked to, and that alone may change it.
    pub(super) service_linked: Option<String>,
}

impl Role {
    /// Whether `service`, such as `eks.amazonaws.com`, may assume the role.
    pub(crate) fn trusts(&self, service: &str) -> bool {
        trust_policy::allows(&self.trust_policy, service, "sts:assumerole")
    }

    /// Whether `service` may assume the role on behalf of `source`, the ARN of something in the account of the role.
    pub(crate) fn trusts_on_behalf_of(&self, service: &str, source: &str) -> bool {
        let account = source.split(':').nth(4).unwrap_or_default();
        let context = [("aws:sourcearn", source), ("aws:sourceaccount", account)];
        trust_policy::allows_in(&self.trust_policy, service, "sts:assumerole", &context)
    }

    /// Whether `service` may tag its sessions of the role.
    pub(crate) fn lets_tag_sessions(&self, service: &str) -> bool {
        trust_policy::allows(&self.trust_policy, service, "sts:tagsession")
    }

    /// Whether a managed policy is attached, named by the end of its ARN: `AmazonEKSClusterPolicy` or
    /// `service-role/AmazonEBSCSIDriverPolicy`.
    pub(crate) fn has_policy(&self, arn_suffix: &str) -> bool {
        let mut rests = self.attached.iter().filter_map(|arn| arn.strip_suffix(arn_suffix));
        rests.any(|rest| rest.is_empty() || rest.ends_with('/') || arn_suffix.starts_with('/'))
    }

    /// Whether a policy of the account, inline or attached, names an action, such as `ecr:BatchGetImage`, or all of its
    /// service.
    pub(crate) fn speaks_of(&self, iam: &Iam, action: &str) -> bool {
        let all = action.split_once(':').map_or(String::new(), |(service, _)| format!("\"{service}:*\""));
        let named = format!("\"{action}\"");
        let attached = self.attached.iter().filter_map(|arn| iam.policies.get(arn)).map(CustomerPolicy::document);
        let inline = self.inline_policies.values().map(String::as_str);
        inline.chain(attached).any(|text| text.contains(&named) || text.contains(&all))
    }

    /// Whether AWS alone may change it: a service that it is linked to, or IAM Identity Center.
    pub(super) fn is_protected(&self) -> bool {
        self.service_linked.is_some() || self.path.starts_with("/aws-reserved/")
    }

    /// Whether other services have heard of it: IAM's changes take a while to be seen.
    pub(crate) fn is_known(&self, call: &Call<'_>) -> bool {
        self.known_at(call) <= call.now
    }

    fn known_at(&self, call: &Call<'_>) -> f64 {
        self.created_at + call.seconds(durations::IAM_PROPAGATION, &self.name)
    }

    /// What lists tell of it: neither tags nor the permissions boundary. Source: ListRoles.
    pub(super) fn in_list(&self, epoch: f64) -> Value {
        json!({
            "Path": self.path,
            "RoleName": self.name,
            "RoleId": self.id,
            "Arn": self.arn,
            "CreateDate": epoch + self.created_at,
            "AssumeRolePolicyDocument": document::encoded(&self.trust_policy),
            "Description": self.description,
            "MaxSessionDuration": self.max_session_duration,
        })
    }

    /// Everything that IAM tells of it.
    pub(super) fn in_full(&self, epoch: f64) -> Value {
        let mut role = self.in_list(epoch);
        if let Some(arn) = &self.permissions_boundary {
            role["PermissionsBoundary"] =
                json!({ "PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn });
        }
        if !self.tags.is_empty() {
            role["Tags"] = tags::to_list(&self.tags);
        }
        role
    }
}

/// Refuses a trust policy that IAM would not take.
pub(super) fn check_trust_policy(call: &Call<'_>, text: &str) -> Result<(), ApiError> {
    trust_policy::check(call, text)?;
    if document::length(text) > TRUST_POLICY {
        return quota_exceeded("ACLSizePerRole", TRUST_POLICY);
    }
    Ok(())
}

fn create_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, trust_policy) = (call.required("RoleName"), call.required("AssumeRolePolicyDocument"));
    let path = call.text("Path").unwrap_or("/").to_owned();
    check_new(call, &name, &path)?;
    check_trust_policy(call, &trust_policy)?;
    let permissions_boundary = call.text("PermissionsBoundary").map(str::to_owned);
    if let Some(arn) = &permissions_boundary {
        managed_policy::check_attachable(call, arn, "Scope ARN:", "Role")?;
    }
    let mut tags = Tags::new();
    tag::put(&mut tags, &call.input["Tags"], "TagsPerRole")?;
    let role = Role {
        id: call.iam_id("AROA"),
        arn: call.iam_arn(&format!("role{path}{name}")),
        name,
        path,
        created_at: call.now,
        trust_policy,
        description: call.text("Description").map(str::to_owned),
        max_session_duration: call.input["MaxSessionDuration"].as_i64().unwrap_or(3600),
        permissions_boundary,
        tags,
        attached: BTreeSet::new(),
        inline_policies: BTreeMap::new(),
        service_linked: None,
    };
    call.completes_at(role.known_at(call));
    let answer = json!({ "Role": role.in_full(call.epoch) });
    call.iam().roles.insert(role.name.clone(), role);
    Ok(answer)
}

fn check_new(call: &Call<'_>, name: &str, path: &str) -> Result<(), ApiError> {
    if let Some(reserved) = ["/aws-service-role/", "/aws-reserved/"].iter().find(|prefix| path.starts_with(**prefix)) {
        return refuse("InvalidInput", format!("The path {reserved} is reserved for roles that AWS creates."));
    }
    let roles = &call.account.global.iam.roles;
    // Source: CreateRole, "Names are not distinguished by case".
    if roles.keys().any(|taken| taken.eq_ignore_ascii_case(name)) {
        return refuse("EntityAlreadyExists", format!("Role with name {name} already exists."));
    }
    let most = call.quota(quota::ROLES);
    if roles.values().filter(|role| !role.is_protected()).count() >= most {
        return quota_exceeded("RolesPerAccount", most);
    }
    Ok(())
}

fn get_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, epoch) = (call.required("RoleName"), call.epoch);
    let mut role = call.iam().existing(&name)?.in_full(epoch);
    // Present even if nobody has used the role yet.
    role["RoleLastUsed"] = json!({});
    Ok(json!({ "Role": role }))
}

fn list_roles(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (roles, prefix) = (call.account.global.iam.roles.values(), path_prefix(call));
    let found = roles.filter(|role| role.path.starts_with(prefix)).map(|role| role.in_list(call.epoch)).collect();
    listed(call, "Roles", found)
}

fn delete_role(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("RoleName");
    let iam = call.iam();
    let role = iam.modifiable(&name)?;
    if !role.attached.is_empty() {
        return refuse("DeleteConflict", "Cannot delete entity, must detach all policies first.");
    }
    if !role.inline_policies.is_empty() {
        return refuse("DeleteConflict", "Cannot delete entity, must delete policies first.");
    }
    if iam.instance_profiles.values().any(|profile| profile.role.as_ref() == Some(&name)) {
        return refuse("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.");
    }
    if let Some(gone) = iam.roles.remove(&name) {
        for role in iam.roles.values_mut() {
            role.trust_policy = trust_policy::without(&role.trust_policy, &gone.arn, &gone.id);
        }
    }
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_known_by_the_end_of_its_arn() {
        let mut role = Role {
            name: "node".to_owned(),
            path: "/".to_owned(),
            id: "AROA".to_owned(),
            arn: "arn:aws:iam::111122223333:role/node".to_owned(),
            created_at: 0.0,
            trust_policy: r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
                "Principal":{"Service":"ec2.amazonaws.com"}}}"#
                .to_owned(),
            description: None,
            max_session_duration: 3600,
            permissions_boundary: None,
            tags: Tags::new(),
            attached: BTreeSet::from(["arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy".to_owned()]),
            inline_policies: BTreeMap::new(),
            service_linked: None,
        };
        assert!(role.has_policy("AmazonEBSCSIDriverPolicy"));
        assert!(role.has_policy("service-role/AmazonEBSCSIDriverPolicy"));
        assert!(role.has_policy("/AmazonEBSCSIDriverPolicy"));
        assert!(role.has_policy("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"));
        assert!(!role.has_policy("CSIDriverPolicy"));
        role.attached.clear();
        assert!(!role.has_policy("AmazonEBSCSIDriverPolicy"));
        assert!(role.trusts("ec2.amazonaws.com") && !role.trusts("eks.amazonaws.com"));
    }
}
