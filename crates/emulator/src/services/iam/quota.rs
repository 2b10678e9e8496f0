//! Quotas: AWS's defaults. Source: "IAM and AWS STS quotas" in the IAM user guide.

crate::quota::quotas! {
    /// Roles per account. Service-linked roles can be made beyond it.
    ROLES = "iam.roles", 1000;
    /// Instance profiles in an account.
    INSTANCE_PROFILES = "iam.instance-profiles", 1000;
    /// Managed policies attached to a role.
    POLICIES_PER_ROLE = "iam.policies-per-role", 10;
}
