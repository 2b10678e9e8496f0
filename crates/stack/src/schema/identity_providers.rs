//! Users of the cluster that IAM does not know.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An OpenID Connect provider whose users the cluster knows. EKS changes nothing of it but its tags: another one comes after
/// the old one has gone, and each takes a quarter of an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityProvider {
    /// What it speaks.
    #[schemars(extend("default" = "oidc", "x-edit" = "nothing: there is one type"))]
    pub r#type: IdentityProviderType,
    /// The name.
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$"),
        extend("x-becomes" = ["eks.IdentityProviderConfig.name"], "x-rule" = "1 to 63 letters, digits, - and _, beginning with a letter or digit")
    )]
    pub name: String,
    /// The URL of the issuer, exactly as tokens say it.
    #[serde(rename = "issuerURL")]
    #[schemars(
        regex(pattern = r"^https://[^\s?#]+$"),
        extend("x-becomes" = ["eks.IdentityProviderConfig.issuer_url"], "x-rule" = "a URL that begins with https:// and has no query")
    )]
    pub issuer_url: String,
    /// The id of the client for which tokens are issued: their audience.
    #[serde(rename = "clientID")]
    #[schemars(length(min = 1), extend("x-becomes" = ["eks.IdentityProviderConfig.client_id"]))]
    pub client_id: String,
    /// The claim that is the name of the user.
    #[schemars(length(min = 1), extend("default" = "sub", "x-becomes" = ["eks.IdentityProviderConfig.username_claim"]))]
    pub username_claim: String,
    /// What stands before names of users; `-` for nothing. Absent, EKS takes the issuer and a `#`, but for `email`.
    #[schemars(length(min = 1), extend("x-becomes" = ["eks.IdentityProviderConfig.username_prefix"]))]
    pub username_prefix: Option<String>,
    /// The claim that lists the groups of the user.
    #[schemars(length(min = 1), extend("x-becomes" = ["eks.IdentityProviderConfig.groups_claim"]))]
    pub groups_claim: Option<String>,
    /// What stands before names of groups.
    #[schemars(length(min = 1), extend("x-becomes" = ["eks.IdentityProviderConfig.groups_prefix"]))]
    pub groups_prefix: Option<String>,
    /// Claims that a token must have, with their values.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.IdentityProviderConfig.required_claims"]))]
    pub required_claims: BTreeMap<String, String>,
    /// Tags for the configuration.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.IdentityProviderConfig.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// What an identity provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IdentityProviderType {
    /// OpenID Connect.
    Oidc,
}
