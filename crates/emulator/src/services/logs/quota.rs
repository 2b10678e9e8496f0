//! Quotas: AWS's defaults. Source: "CloudWatch Logs quotas" in the user guide.

crate::quota::quotas! {
    LOG_GROUPS = "logs.log-groups", 1_000_000;
}
