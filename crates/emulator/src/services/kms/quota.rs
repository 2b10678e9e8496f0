//! Quotas: AWS's defaults. Source: "Resource quotas" in the KMS developer guide.

crate::quota::quotas! {
    KEYS = "kms.keys", 100_000;
    ALIASES_PER_KEY = "kms.aliases-per-key", 50;
}
