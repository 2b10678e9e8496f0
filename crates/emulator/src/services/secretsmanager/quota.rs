//! Quotas: AWS's defaults. Source: "AWS Secrets Manager quotas" in the Secrets Manager user guide.

crate::quota::quotas! {
    /// Secrets in a Region.
    SECRETS = "secretsmanager.secrets", 500_000;
}
