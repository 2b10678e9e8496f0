//! Policies, groups, roles and identity providers of one's own.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WellKnownPolicies;

/// A policy that roles and groups of the stack attach by its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IamPolicy {
    /// What the stack calls it.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_.-]{1,100}$"), extend("x-edit" = "another name is another policy: the old one is deleted", "x-rule" = "1 to 100 letters, digits, _ . and -"))]
    pub name: String,
    /// Its name in IAM. Absent, it follows from the stack and the name here.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,128}$"),
        extend("x-becomes" = ["iam.Policy.name"], "x-rule" = "1 to 128 letters, digits and + = , . @ _ -")
    )]
    pub policy_name: Option<String>,
    /// What it is for. Another description is another policy: AWS cannot change it.
    #[schemars(length(max = 1000), extend("default" = "", "x-becomes" = ["iam.Policy.description"], "x-rule" = "at most 1000 characters"))]
    pub description: String,
    /// The policy document. Instead of it, `ecrPush` and `ecrPull` make one.
    #[schemars(with = "Option<serde_json::Map<String, Value>>", extend("x-becomes" = ["iam.Policy.document"]))]
    pub document: Option<Value>,
    /// Pushing to these ECR repositories, and pulling from them: names of repositories of this account and Region, in which
    /// `*` stands for any text, or ARNs of others'.
    #[schemars(
        inner(regex(pattern = r"^(arn:[a-z-]+:ecr:[a-z0-9-]+:\d{12}:repository/)?[a-z0-9*][a-z0-9*._/-]*$")),
        extend("default" = [], "x-becomes" = ["iam.Policy.document"], "x-rule" = "names of repositories, perhaps with *, or ARNs of some")
    )]
    pub ecr_push: Vec<String>,
    /// Pulling from these ECR repositories: names, or ARNs such as those of a hub account. There, a repository policy must
    /// allow it, too.
    #[schemars(
        inner(regex(pattern = r"^(arn:[a-z-]+:ecr:[a-z0-9-]+:\d{12}:repository/)?[a-z0-9*][a-z0-9*._/-]*$")),
        extend("default" = [], "x-becomes" = ["iam.Policy.document"], "x-rule" = "names of repositories, perhaps with *, or ARNs of some")
    )]
    pub ecr_pull: Vec<String>,
    /// Tags.
    #[schemars(extend("default" = {}, "x-becomes" = ["iam.Policy.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// A group of IAM users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IamGroup {
    /// What the stack calls it.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_.-]{1,100}$"), extend("x-edit" = "another name is another group: the old one is deleted", "x-rule" = "1 to 100 letters, digits, _ . and -"))]
    pub name: String,
    /// Its name in IAM. Absent, it follows from the stack and the name here. Another one renames the group.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,128}$"),
        extend("x-becomes" = ["iam.Group.name"], "x-rule" = "1 to 128 letters, digits and + = , . @ _ -")
    )]
    pub group_name: Option<String>,
    /// The names of its policies in `iam.policies`.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Group.managed_policies"]))]
    pub attach_policies: Vec<String>,
    /// The ARNs of its other policies.
    #[serde(rename = "attachPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Group.managed_policies"], "x-rule" = "ARNs of policies")
    )]
    pub attach_policy_arns: Vec<String>,
    /// A policy document that is written into the group.
    #[schemars(with = "Option<serde_json::Map<String, Value>>", extend("x-becomes" = ["iam.Group.inline_policies"]))]
    pub attach_policy: Option<Value>,
    /// The names of the users in it. Absent, whoever is in it stays.
    #[schemars(extend("x-becomes" = ["iam.Group.users"]))]
    pub users: Option<BTreeSet<String>>,
}

/// A role of one's own: for people, for pipelines, for services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IamRole {
    /// What the stack calls it, such as in `accessConfig.accessEntries`.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_.-]{1,64}$"), extend("x-edit" = "another name is another role: the old one is deleted", "x-rule" = "1 to 64 letters, digits, _ . and -"))]
    pub name: String,
    /// Its name in IAM. Absent, it follows from the stack and the name here.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@_-]{1,64}$"),
        extend("x-becomes" = ["iam.Role.name"], "x-rule" = "1 to 64 letters, digits and + = , . @ _ -")
    )]
    pub role_name: Option<String>,
    /// What it is for.
    #[schemars(length(max = 1000), extend("default" = "", "x-becomes" = ["iam.Role.description"], "x-rule" = "at most 1000 characters"))]
    pub description: String,
    /// Who may take it.
    #[schemars(extend("x-becomes" = ["iam.Role.assume_role_policy"]))]
    pub trust: RoleTrust,
    /// How long a session may last, in seconds.
    #[schemars(range(min = 3600, max = 43200), extend("default" = 3600, "x-becomes" = ["iam.Role.max_session_duration"]))]
    pub max_session_duration: i32,
    /// The ARN of the policy that bounds it. Absent, `iam.serviceRolePermissionsBoundary`.
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$"),
        extend("x-becomes" = ["iam.Role.permissions_boundary"], "x-rule" = "the ARN of a policy")
    )]
    pub permissions_boundary: Option<String>,
    /// The names of its policies in `iam.policies`.
    #[schemars(extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"]))]
    pub attach_policies: Vec<String>,
    /// The ARNs of its other policies.
    #[serde(rename = "attachPolicyARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:iam::(\d{12}|aws):policy/.+$")),
        extend("default" = [], "x-becomes" = ["iam.Role.managed_policies"], "x-rule" = "ARNs of policies")
    )]
    pub attach_policy_arns: Vec<String>,
    /// A policy document that is written into it.
    #[schemars(with = "Option<serde_json::Map<String, Value>>", extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub attach_policy: Option<Value>,
    /// What well-known programs need.
    #[schemars(extend("default" = {}))]
    pub well_known_policies: WellKnownPolicies,
    /// What it may ask EKS about the stack's cluster. What it may do in Kubernetes, an access entry says.
    #[schemars(extend("x-becomes" = ["iam.Role.inline_policies"]))]
    pub eks_access: Option<EksAccess>,
    /// Tags.
    #[schemars(extend("default" = {}, "x-becomes" = ["iam.Role.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// What a role may ask EKS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EksAccess {
    /// Where the cluster is: as much as `aws eks update-kubeconfig` and kubectl need.
    Describe,
}

/// Who may take a role. Each form is a statement of its own: whoever fits one of them may.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleTrust {
    /// AWS accounts, which decide themselves who of theirs.
    #[schemars(
        inner(regex(pattern = r"^\d{12}$")),
        extend("default" = [], "x-rule" = "the 12 digits of accounts, in quotes")
    )]
    pub accounts: Vec<String>,
    /// The ARNs of users and roles.
    #[serde(rename = "principalARNs")]
    #[schemars(
        inner(regex(pattern = r"^arn:[a-z-]+:(iam|sts)::\d{12}:.+$")),
        extend("default" = [], "x-rule" = "ARNs of users and roles")
    )]
    pub principal_arns: Vec<String>,
    /// What accounts and principals must say, so that nobody makes them take the role for somebody else.
    #[serde(rename = "externalID")]
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9+=,.@:/_-]{2,1224}$"),
        extend("x-rule" = "2 to 1224 letters, digits and + = , . @ : / _ -")
    )]
    pub external_id: Option<String>,
    /// Whether accounts and principals must have logged in with a second factor.
    #[schemars(extend("default" = false))]
    pub mfa: bool,
    /// AWS services, such as `ec2.amazonaws.com`.
    #[schemars(
        inner(regex(pattern = r"^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$")),
        extend("default" = [], "x-rule" = "services such as ec2.amazonaws.com")
    )]
    pub services: Vec<String>,
    /// Whoever has a token of an OpenID Connect provider: a pipeline.
    pub oidc: Option<OidcTrust>,
    /// The whole trust document, instead of all these.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub document: Option<Value>,
}

/// Tokens that open a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OidcTrust {
    /// The name of the provider in `iam.oidcProviders`, or `cluster`.
    pub provider: String,
    /// What the tokens must say of whom they are for, with `*` for any text: one of these.
    #[schemars(length(min = 1), extend("x-rule" = "one at least"))]
    pub subjects: Vec<String>,
    /// For whom the tokens must be.
    #[schemars(length(min = 1, max = 255), extend("default" = "sts.amazonaws.com"))]
    pub audience: String,
}

/// An OpenID Connect provider besides the cluster, such as GitHub. An account has one for each URL: one stack makes it, the
/// others call it `existing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OidcProvider {
    /// What the stack calls it.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_.-]{1,100}$"), extend("x-edit" = "another name is another provider: the old one is deleted", "x-rule" = "1 to 100 letters, digits, _ . and -"))]
    pub name: String,
    /// The issuer: `https://token.actions.githubusercontent.com`, `https://gitlab.com`, …
    #[schemars(
        regex(pattern = r"^https://[A-Za-z0-9.-]+(/[^\s?#]*)?$"),
        extend("x-becomes" = ["iam.OidcProvider.url"], "x-rule" = "https:// and a host, perhaps with a path; neither port nor query")
    )]
    pub url: String,
    /// For whom its tokens may be.
    #[serde(rename = "clientIDs")]
    #[schemars(
        length(min = 1, max = 100),
        extend("default" = ["sts.amazonaws.com"], "x-becomes" = ["iam.OidcProvider.client_ids"], "x-rule" = "1 to 100")
    )]
    pub client_ids: BTreeSet<String>,
    /// SHA-1 of certificates, for an issuer whose certificate no public authority has signed. Absent, IAM's own library of
    /// authorities decides.
    #[schemars(
        length(min = 1, max = 5),
        inner(regex(pattern = r"^[0-9a-f]{40}$")),
        extend("x-becomes" = ["iam.OidcProvider.thumbprints"], "x-rule" = "1 to 5 of 40 hexadecimal digits in small letters")
    )]
    pub thumbprints: Option<BTreeSet<String>>,
    /// Whether it is there already: another stack's, or made by hand. Then this stack only refers to it.
    #[schemars(extend("default" = false, "x-edit" = "makes or deletes the provider"))]
    pub existing: bool,
    /// Tags.
    #[schemars(extend("default" = {}, "x-becomes" = ["iam.OidcProvider.tags"]))]
    pub tags: BTreeMap<String, String>,
}
