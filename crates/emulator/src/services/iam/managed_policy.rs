//! AWS's own managed policies: a part of the real catalogue, which nobody can change.
//!
//! Names, paths and ARNs are AWS's; the documents are shortened, and each has one version.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Iam, Role, document, listed, no_such_entity, path_prefix};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("GetPolicy", get_policy),
    ("GetPolicyVersion", get_policy_version),
    ("ListEntitiesForPolicy", list_entities_for_policy),
    ("ListPolicies", list_policies),
    ("ListPolicyVersions", list_policy_versions),
];

/// When AWS made most of them: 2015-02-06.
const CREATED: f64 = 1_423_247_640.0;
const VERSION: &str = "v1";

static CATALOGUE: LazyLock<Vec<ManagedPolicy>> =
    LazyLock::new(|| serde_json::from_str(include_str!("managed_policies.json")).unwrap_or_default());

/// A managed policy.
#[derive(Debug, Deserialize)]
pub(super) struct ManagedPolicy {
    pub(super) name: String,
    pub(super) path: String,
    description: String,
    document: Value,
}

impl ManagedPolicy {
    /// Whether only a service can attach it, to its service-linked role.
    pub(super) fn is_linked(&self) -> bool {
        self.path == "/aws-service-role/"
    }

    pub(super) fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::aws:policy{}{}", self.path, self.name)
    }

    fn text(&self, partition: &str) -> String {
        self.document.to_string().replace("arn:aws:", &format!("arn:{partition}:"))
    }

    /// What lists tell of it: no description. Source: `Policy`.
    fn in_list(&self, call: &Call<'_>) -> Value {
        let arn = self.arn(call.partition());
        json!({
            "PolicyName": self.name,
            "PolicyId": format!("ANPA{}", random::capitals(&json!(arn), 17)),
            "Path": self.path,
            "DefaultVersionId": VERSION,
            "AttachmentCount": Usage::Permissions.roles(&call.account.global.iam, &arn).count(),
            "PermissionsBoundaryUsageCount": Usage::Boundary.roles(&call.account.global.iam, &arn).count(),
            "IsAttachable": true,
            "CreateDate": CREATED,
            "UpdateDate": CREATED,
            "Arn": arn,
        })
    }
}

/// What roles have a managed policy for.
#[derive(Clone, Copy)]
enum Usage {
    Permissions,
    Boundary,
    Either,
}

impl Usage {
    /// The usage that a list is limited to.
    fn asked(call: &Call<'_>) -> Self {
        match call.text("PolicyUsageFilter") {
            Some("PermissionsPolicy") => Self::Permissions,
            Some(_) => Self::Boundary,
            None => Self::Either,
        }
    }

    /// The roles that have the policy `arn` for it.
    fn roles<'i>(self, iam: &'i Iam, arn: &'i str) -> impl Iterator<Item = &'i Role> {
        iam.roles.values().filter(move |role| {
            let (attached, bounds) = (role.attached.contains(arn), role.permissions_boundary.as_deref() == Some(arn));
            match self {
                Self::Permissions => attached,
                Self::Boundary => bounds,
                Self::Either => attached || bounds,
            }
        })
    }
}

/// The policy with the ARN `arn`, if there is one. Text that is no ARN of a policy is refused.
pub(super) fn find(call: &Call<'_>, arn: &str) -> Result<Option<&'static ManagedPolicy>, ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, resource] if resource.starts_with("policy/") => {
            Ok(CATALOGUE.iter().find(|policy| policy.arn(call.partition()) == arn))
        }
        _ => refuse("InvalidInput", format!("ARN {arn} is not valid.")),
    }
}

/// Refuses what a customer's role cannot have, be it to allow or to limit something; `subject` begins IAM's words.
pub(super) fn check_attachable(call: &Call<'_>, arn: &str, subject: &str) -> Result<(), ApiError> {
    match find(call, arn)? {
        None => Err(no_such_entity(format!("{subject} {arn} does not exist or is not attachable."))),
        Some(policy) if policy.is_linked() => {
            refuse("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
        }
        Some(_) => Ok(()),
    }
}

/// The policy that the call is about.
fn asked(call: &Call<'_>) -> Result<&'static ManagedPolicy, ApiError> {
    let arn = call.required("PolicyArn");
    find(call, &arn)?.ok_or_else(|| no_such_entity(format!("Policy {arn} was not found.")))
}

fn get_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let policy = asked(call)?;
    let mut answer = policy.in_list(call);
    answer["Description"] = policy.description.as_str().into();
    Ok(json!({ "Policy": answer }))
}

fn get_policy_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (policy, version) = (asked(call)?, call.required("VersionId"));
    if version != VERSION {
        let message = format!("Policy {} version {version} does not exist.", policy.arn(call.partition()));
        return Err(no_such_entity(message));
    }
    let mut answer = the_version();
    answer["Document"] = document::encoded(&policy.text(call.partition())).into();
    Ok(json!({ "PolicyVersion": answer }))
}

fn list_policy_versions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    asked(call)?;
    listed(call, "Versions", vec![the_version()])
}

fn the_version() -> Value {
    json!({ "VersionId": VERSION, "IsDefaultVersion": true, "CreateDate": CREATED })
}

fn list_policies(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (usage, iam) = (Usage::asked(call), &call.account.global.iam);
    let only_used = call.input["OnlyAttached"] == true || call.text("PolicyUsageFilter").is_some();
    let wanted = |policy: &&ManagedPolicy| {
        // Customers' own policies are all that `Local` would show.
        call.text("Scope") != Some("Local")
            && policy.path.starts_with(path_prefix(call))
            && (!only_used || usage.roles(iam, &policy.arn(call.partition())).next().is_some())
    };
    let found = CATALOGUE.iter().filter(wanted).map(|policy| policy.in_list(call)).collect();
    listed(call, "Policies", found)
}

fn list_entities_for_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let arn = asked(call)?.arn(call.partition());
    let users = Usage::asked(call).roles(&call.account.global.iam, &arn);
    let wanted = |role: &&Role| {
        matches!(call.text("EntityFilter"), None | Some("Role")) && role.path.starts_with(path_prefix(call))
    };
    let roles = users.filter(wanted).map(|role| json!({ "RoleName": role.name, "RoleId": role.id })).collect();
    let mut answer = listed(call, "PolicyRoles", roles)?;
    (answer["PolicyGroups"], answer["PolicyUsers"]) = (json!([]), json!([]));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::iam::{permissions_policy, service_linked_role};

    #[test]
    fn every_policy_of_the_catalogue_is_one_that_iam_would_take() {
        assert!(CATALOGUE.len() >= 30, "{}", CATALOGUE.len());
        for policy in CATALOGUE.iter() {
            permissions_policy::check(&policy.text("aws")).unwrap_or_else(|error| panic!("{}: {error}", policy.name));
            // Source: "IAM and AWS STS quotas", managed policy length.
            assert!(document::length(&policy.text("aws-us-gov")) <= 6144, "{}", policy.name);
            assert!(!policy.description.is_empty(), "{}", policy.name);
        }
        let sorted = CATALOGUE.windows(2).all(|pair| pair[0].name < pair[1].name);
        assert!(sorted, "by name, so that each stands there once");
    }

    #[test]
    fn service_linked_roles_have_their_policies_in_the_catalogue() {
        for linked in service_linked_role::LINKED {
            let arn = format!("arn:aws:iam::aws:policy/aws-service-role/{}", linked.policy);
            assert!(CATALOGUE.iter().any(|policy| policy.arn("aws") == arn), "{arn}");
        }
    }
}
