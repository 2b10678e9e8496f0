//! Quotas: AWS's defaults. Source: "IAM and AWS STS quotas" in the IAM user guide.

crate::quota::quotas! {
    /// Roles per account. Service-linked roles can be made beyond it.
    ROLES = "iam.roles", 1000;
    /// Instance profiles in an account.
    INSTANCE_PROFILES = "iam.instance-profiles", 1000;
    /// Groups in an account.
    GROUPS = "iam.groups", 300;
    /// OpenID Connect providers in an account.
    OIDC_PROVIDERS = "iam.oidc-providers", 100;
    /// Customer managed policies in an account.
    POLICIES = "iam.policies", 1500;
    /// Managed policies attached to a group.
    POLICIES_PER_GROUP = "iam.policies-per-group", 10;
    /// Managed policies attached to a role.
    POLICIES_PER_ROLE = "iam.policies-per-role", 10;
}
