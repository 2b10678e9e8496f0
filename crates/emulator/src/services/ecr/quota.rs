//! Quotas: AWS's defaults. Source: "Amazon ECR service quotas" in the ECR user guide.

crate::quota::quotas! {
    /// Pull-through cache rules in a Region.
    CACHE_RULES = "ecr.pull-through-cache-rules", 50;
    /// Repositories in a Region.
    REPOSITORIES = "ecr.repositories", 100_000;
    /// Repository creation templates in a Region.
    TEMPLATES = "ecr.creation-templates", 50;
}
