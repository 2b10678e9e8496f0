//! Quotas: AWS's defaults. Source: "Amazon ECR service quotas" in the ECR user guide.

crate::quota::quotas! {
    /// Repositories in a Region.
    REPOSITORIES = "ecr.repositories", 100_000;
    /// Repository creation templates in a Region.
    TEMPLATES = "ecr.creation-templates", 50;
}
