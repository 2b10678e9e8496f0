//! Caches of images of other registries, and the templates of the repositories that ECR makes by itself.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ImageEncryption, ImageTagMutability, LifecycleRule, RepositoryAccess};

/// A cache of the images of another registry: whoever pulls `<prefix>/<image>` from ECR first lets ECR fetch it there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PullThroughCache {
    /// The registry that images come from.
    #[schemars(extend("x-becomes" = ["ecr.PullThroughCacheRule.upstream_registry"]))]
    pub upstream: Upstream,
    /// What the names of its images begin with in ECR; `ROOT` is nothing. Absent, the word of the upstream.
    #[schemars(
        length(min = 2, max = 30),
        regex(pattern = r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*|ROOT)$"),
        extend("x-becomes" = ["ecr.PullThroughCacheRule.prefix"], "x-rule" = "2 to 30 small letters, digits, . _ - and /, beginning and ending with a letter or digit; or ROOT")
    )]
    pub prefix: Option<String>,
    /// The host of the registry: `<name>.azurecr.io` of azure, `<account>.dkr.ecr.<region>.amazonaws.com` of ecr. The others
    /// have only one.
    #[schemars(extend("x-becomes" = ["ecr.PullThroughCacheRule.upstream_registry_url"]))]
    pub registry: Option<String>,
    /// What the names of its images begin with in the other registry; `ROOT` is nothing.
    #[schemars(
        length(min = 2, max = 30),
        regex(pattern = r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*|ROOT)$"),
        extend("default" = "ROOT", "x-becomes" = ["ecr.PullThroughCacheRule.upstream_repository_prefix"], "x-rule" = "2 to 30 small letters, digits, . _ - and /, beginning and ending with a letter or digit; or ROOT")
    )]
    pub upstream_prefix: String,
    /// Who ECR is in the other registry. docker-hub, github, azure, gitlab and chainguard ask for
    /// it.
    pub credentials: Option<UpstreamCredentials>,
    /// The ARN of the role with which ECR reads an ECR registry of another account.
    #[serde(rename = "customRoleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["ecr.PullThroughCacheRule.custom_role"], "x-rule" = "the ARN of a role")
    )]
    pub custom_role_arn: Option<String>,
    /// What the repositories are like in which ECR keeps the images.
    #[schemars(extend("default" = {}))]
    pub repositories: RepositoryTemplate,
}

/// A registry that images can be cached from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Upstream {
    /// Docker Hub.
    DockerHub,
    /// Amazon ECR Public.
    EcrPublic,
    /// Quay.
    Quay,
    /// The GitHub Container Registry.
    Github,
    /// An Azure Container Registry.
    Azure,
    /// The registry of the Kubernetes project.
    Kubernetes,
    /// The GitLab Container Registry, of gitlab.com.
    Gitlab,
    /// Chainguard.
    Chainguard,
    /// Amazon ECR, of another account or Region.
    Ecr,
}

/// Who ECR is in another registry: a secret of the stack's own, or one that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpstreamCredentials {
    /// The user.
    #[schemars(extend("x-becomes" = ["secretsmanager.Secret.content"]))]
    pub username: Option<TextSource>,
    /// The access token or password of the user. It is read from the environment by the call that sends it, and stands
    /// nowhere else.
    #[schemars(extend("x-becomes" = ["secretsmanager.Secret.content"]))]
    pub access_token: Option<SecretSource>,
    /// Another number sends the user and the token again: raise it when they have changed.
    #[schemars(
        range(min = 1, max = 1_000_000_000),
        extend("default" = 1, "x-becomes" = ["secretsmanager.Secret.revision"])
    )]
    pub revision: u32,
    /// How many days the secret can be taken back after its deletion. A stack that is applied again meanwhile takes it back.
    #[schemars(
        range(min = 7, max = 30),
        extend("default" = 7, "x-becomes" = ["secretsmanager.Secret.recovery_window_in_days"])
    )]
    pub recovery_window_in_days: i32,
    /// The ARN of a secret that is there, instead: JSON with `username` and `accessToken`, under a name that begins with
    /// `ecr-pullthroughcache/`, in the stack's account and Region.
    #[serde(rename = "secretARN")]
    #[schemars(
        length(max = 612),
        regex(pattern = r"^arn:aws(-\w+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:ecr-pullthroughcache/[a-zA-Z0-9/_+=.@-]+$"),
        extend("x-becomes" = ["ecr.PullThroughCacheRule.credential"], "x-rule" = "the ARN of a secret whose name begins with ecr-pullthroughcache/")
    )]
    pub secret_arn: Option<String>,
}

/// Where a text comes from that need be no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextSource {
    /// The text itself.
    #[schemars(
        length(min = 1, max = 250),
        regex(pattern = r"^[\p{L}\p{N} _.:/=+@-]+$"),
        extend("x-rule" = "up to 250 letters, digits, spaces and _ . : / = + @ -; whatever else there is comes by valueFrom")
    )]
    pub value: Option<String>,
    /// Where it is, such as `{env: VARIABLE}`.
    pub value_from: Option<ValueFrom>,
}

/// Where a secret text comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretSource {
    /// Where it is, such as `{env: VARIABLE}`.
    pub value_from: ValueFrom,
}

/// A place outside the stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ValueFrom {
    /// The name of the environment variable of `apply`.
    #[schemars(
        length(max = 200),
        regex(pattern = r"^[A-Za-z_][A-Za-z0-9_]*$"),
        extend("x-rule" = "the name of an environment variable")
    )]
    pub env: String,
}

/// What repositories are like that ECR makes by itself. It counts when one is made: those that are there stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepositoryTemplate {
    /// Whether a tag may be given to another image. A cache follows its upstream only if it may.
    #[schemars(extend("default" = "MUTABLE", "x-becomes" = ["ecr.RepositoryCreationTemplate.image_tag_mutability"]))]
    pub image_tag_mutability: ImageTagMutability,
    /// The tags for which the contrary is true, as texts in which `*` stands for any text.
    #[schemars(
        length(max = 5),
        inner(regex(pattern = r"^[0-9a-zA-Z._*-]{1,128}$")),
        extend("default" = [], "uniqueItems" = true, "x-becomes" = ["ecr.RepositoryCreationTemplate.image_tag_mutability_exclusions"], "x-rule" = "up to five texts of letters, digits, . _ - and *")
    )]
    pub image_tag_mutability_exclusions: Vec<String>,
    /// How images are encrypted. Absent, with the key of the stack if `kms.usedFor` has `images`, else AES256.
    #[schemars(extend("x-becomes" = ["ecr.RepositoryCreationTemplate.encryption_type", "ecr.RepositoryCreationTemplate.kms_key"]))]
    pub encryption: Option<ImageEncryption>,
    /// Which images go by themselves: the short form.
    #[schemars(extend("default" = [], "x-becomes" = ["ecr.RepositoryCreationTemplate.lifecycle_policy"]))]
    pub lifecycle: Vec<LifecycleRule>,
    /// Which images go by themselves: ECR's own form.
    #[schemars(
        with = "Option<serde_json::Map<String, Value>>",
        extend("x-becomes" = ["ecr.RepositoryCreationTemplate.lifecycle_policy"])
    )]
    pub lifecycle_policy: Option<Value>,
    /// Who may use the images besides those whom IAM allows it: the short form.
    #[schemars(extend("x-becomes" = ["ecr.RepositoryCreationTemplate.repository_policy"]))]
    pub access: Option<RepositoryAccess>,
    /// Who may use the images besides those whom IAM allows it: a repository policy.
    #[schemars(
        with = "Option<serde_json::Map<String, Value>>",
        extend("x-becomes" = ["ecr.RepositoryCreationTemplate.repository_policy"])
    )]
    pub policy: Option<Value>,
    /// The ARN of the role with which ECR makes the repositories. Absent, ECR has one of its own; where there are tags or a
    /// KMS key, the stack makes one.
    #[serde(rename = "customRoleARN")]
    #[schemars(
        regex(pattern = r"^arn:[a-z-]+:iam::\d{12}:role/.+$"),
        extend("x-becomes" = ["ecr.RepositoryCreationTemplate.custom_role"], "x-rule" = "the ARN of a role")
    )]
    pub custom_role_arn: Option<String>,
    /// Tags of the repositories, besides `metadata.tags`.
    #[schemars(extend("default" = {}, "x-becomes" = ["ecr.RepositoryCreationTemplate.resource_tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// A template from which ECR makes repositories by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreationTemplate {
    /// What the names of its repositories begin with; `ROOT` is for all that no other template is for.
    #[schemars(
        length(max = 256),
        regex(pattern = r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*|ROOT)$"),
        extend("x-becomes" = ["ecr.RepositoryCreationTemplate.prefix"], "x-rule" = "up to 256 small letters, digits, . _ - and /, beginning and ending with a letter or digit; or ROOT")
    )]
    pub prefix: String,
    /// When it is used.
    #[schemars(
        length(min = 1),
        extend("x-becomes" = ["ecr.RepositoryCreationTemplate.applied_for"], "x-rule" = "one of PULL_THROUGH_CACHE, REPLICATION and CREATE_ON_PUSH, or several")
    )]
    pub applied_for: BTreeSet<TemplateUse>,
    /// What it is for. A mark of the stack's is added.
    #[schemars(
        length(max = 80),
        regex(pattern = r"^[^\[\]]*$"),
        extend("x-becomes" = ["ecr.RepositoryCreationTemplate.description"], "x-rule" = "up to 80 characters, without [ and ]")
    )]
    pub description: Option<String>,
    /// What the repositories are like.
    #[schemars(extend("default" = {}))]
    pub repositories: RepositoryTemplate,
}

/// Why ECR makes a repository by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TemplateUse {
    /// An image is pulled through a cache. For those of the stack `pullThroughCache` makes a template.
    PullThroughCache,
    /// An image is replicated from another registry.
    Replication,
    /// An image is pushed to a repository that is not there.
    CreateOnPush,
}

impl Upstream {
    /// The word of this vocabulary.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::DockerHub => "docker-hub",
            Self::EcrPublic => "ecr-public",
            Self::Quay => "quay",
            Self::Github => "github",
            Self::Azure => "azure",
            Self::Kubernetes => "kubernetes",
            Self::Gitlab => "gitlab",
            Self::Chainguard => "chainguard",
            Self::Ecr => "ecr",
        }
    }

    /// ECR's word. Source: ECR `UpstreamRegistry`.
    pub(crate) fn aws_word(self) -> &'static str {
        match self {
            Self::Github => "github-container-registry",
            Self::Azure => "azure-container-registry",
            Self::Kubernetes => "k8s",
            Self::Gitlab => "gitlab-container-registry",
            same => same.word(),
        }
    }

    /// The host, if there is only one. Source: ECR `CreatePullThroughCacheRule`; ECR user guide, "Creating a pull through
    /// cache rule in Amazon ECR", of Chainguard.
    pub(crate) fn host(self) -> Option<&'static str> {
        match self {
            Self::DockerHub => Some("registry-1.docker.io"),
            Self::EcrPublic => Some("public.ecr.aws"),
            Self::Quay => Some("quay.io"),
            Self::Github => Some("ghcr.io"),
            Self::Kubernetes => Some("registry.k8s.io"),
            Self::Gitlab => Some("registry.gitlab.com"),
            Self::Chainguard => Some("cgr.dev"),
            Self::Azure | Self::Ecr => None,
        }
    }
}

impl TemplateUse {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::PullThroughCache => "PULL_THROUGH_CACHE",
            Self::Replication => "REPLICATION",
            Self::CreateOnPush => "CREATE_ON_PUSH",
        }
    }
}

impl PullThroughCache {
    /// What the names of its images begin with in ECR.
    pub(crate) fn prefix(&self) -> &str {
        self.prefix.as_deref().unwrap_or(self.upstream.word())
    }

    /// The host that images come from. A rule of ours has refused one without.
    pub(crate) fn host(&self) -> &str {
        self.upstream.host().or(self.registry.as_deref()).unwrap_or_default()
    }
}
