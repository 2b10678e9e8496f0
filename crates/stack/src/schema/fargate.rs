//! Pods without nodes of one's own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which pods run on Fargate. EKS changes nothing of a profile but its tags: another one is made first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FargateProfile {
    /// The name, not beginning with `eks-`. Another name is another profile: the new one comes before the old one goes.
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"),
        extend("x-becomes" = ["eks.FargateProfile.name"], "x-rule" = "1 to 100 letters, digits, - and _, beginning with a letter or digit")
    )]
    pub name: String,
    /// Which pods: those that any of the selectors fits.
    #[schemars(length(min = 1, max = 5), extend("x-becomes" = ["eks.FargateProfile.selectors"], "x-rule" = "1 to 5 selectors"))]
    pub selectors: Vec<FargateSelector>,
    /// The ids of the subnets of the pods, private ones. Absent, the private subnets of the stack.
    #[schemars(
        length(min = 1, max = 16),
        inner(regex(pattern = r"^subnet-[0-9a-f]{8,17}$")),
        extend("x-becomes" = ["eks.FargateProfile.subnets"], "x-rule" = "ids of subnets")
    )]
    pub subnets: Option<Vec<String>>,
    /// The ARN of an existing role for pulling images and joining the cluster. Absent, that of
    /// `iam.fargatePodExecutionRoleARN`, else one that the stack makes for all profiles.
    #[serde(rename = "podExecutionRoleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["eks.FargateProfile.pod_execution_role"], "x-rule" = "the ARN of a role")
    )]
    pub pod_execution_role_arn: Option<String>,
    /// Tags for the profile.
    #[schemars(extend("default" = {}, "x-becomes" = ["eks.FargateProfile.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// Which pods a profile is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FargateSelector {
    /// The namespace. `*` stands for any text, `?` for any letter.
    #[schemars(
        regex(pattern = r"^[a-z0-9*?]([a-z0-9*?-]{0,61}[a-z0-9*?])?$"),
        extend("x-rule" = "a namespace in small letters, digits and -, in which * and ? may stand for others")
    )]
    pub namespace: String,
    /// The labels, all of which a pod must have, 5 at most. `*` and `?` stand for others, in keys and in values.
    #[schemars(extend("default" = {}))]
    pub labels: BTreeMap<String, String>,
}
