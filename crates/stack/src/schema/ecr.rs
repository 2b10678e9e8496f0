//! ECR: repositories of images, and what is set for the whole registry.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CreationTemplate;

/// ECR: repositories of images, and what is set for the whole registry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ecr {
    /// Repositories of images.
    #[schemars(extend("default" = [], "x-merge-key" = ["name"]))]
    pub repositories: Vec<Repository>,
    /// How the registry scans images, for everybody in the account and Region. Absent, it stays as it is.
    pub scanning: Option<RegistryScanning>,
    /// Where the registry copies images to when they are pushed, for everybody in the account and Region. Absent, it stays as
    /// it is; an empty list ends it.
    #[schemars(
        length(max = 10),
        extend("x-becomes" = ["ecr.RegistryReplication.rules"], "x-rule" = "at most 10 rules")
    )]
    pub replication: Option<Vec<ReplicationRule>>,
    /// Templates of the repositories that ECR makes by itself. Those of caches are made by `pullThroughCache`.
    #[schemars(length(max = 100), extend("default" = [], "x-merge-key" = ["prefix"], "x-rule" = "at most 100"))]
    pub creation_templates: Vec<CreationTemplate>,
}

/// A repository of images. One that holds images is deleted or replaced only with `--allow data-loss`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Repository {
    /// The name, which may have parts, such as `team/app`.
    #[schemars(
        regex(pattern = r"^[a-z][a-z0-9]*([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*$"),
        length(min = 2, max = 256),
        extend("x-becomes" = ["ecr.Repository.name"], "x-rule" = "2 to 256 small letters, digits and single . _ - between them, in parts separated by /, beginning with a letter")
    )]
    pub name: String,
    /// Whether a tag of an image may be given to another one.
    #[schemars(extend("default" = "IMMUTABLE", "x-becomes" = ["ecr.Repository.image_tag_mutability"]))]
    pub image_tag_mutability: ImageTagMutability,
    /// The tags for which the contrary is true: texts in which `*` stands for any text.
    #[schemars(
        length(max = 5),
        inner(regex(pattern = r"^[0-9a-zA-Z._*-]{1,128}$")),
        extend("default" = [], "uniqueItems" = true, "x-becomes" = ["ecr.Repository.image_tag_mutability_exclusions"], "x-rule" = "at most 5 different texts of 1 to 128 letters, digits, . _ - and *")
    )]
    pub image_tag_mutability_exclusions: Vec<String>,
    /// Whether images are scanned when they are pushed, as far as `ecr.scanning` does not say otherwise. Absent, they are; with
    /// `ecr.scanning.type: ENHANCED` it is left as it is, for ECR refuses to change it.
    #[schemars(extend("x-becomes" = ["ecr.Repository.scan_on_push"]))]
    pub scan_on_push: Option<bool>,
    /// How images are encrypted. Absent, with the key of the stack, if `kms.usedFor` has `images`, else with `AES256`.
    #[schemars(extend("x-becomes" = ["ecr.Repository.encryption_type", "ecr.Repository.kms_key"]))]
    pub encryption: Option<ImageEncryption>,
    /// Which images go by themselves. Absent, none.
    #[schemars(extend("default" = [], "x-becomes" = ["ecr.Repository.lifecycle_policy"]))]
    pub lifecycle: Vec<LifecycleRule>,
    /// The lifecycle policy as ECR has it, instead of `lifecycle`.
    #[schemars(with = "Option<BTreeMap<String, Value>>", extend("x-becomes" = ["ecr.Repository.lifecycle_policy"]))]
    pub lifecycle_policy: Option<Value>,
    /// Who may use the images besides those in the account whom IAM allows it. Absent, nobody.
    #[schemars(extend("x-becomes" = ["ecr.Repository.repository_policy"]))]
    pub access: Option<RepositoryAccess>,
    /// The policy of the repository as ECR has it, instead of `access`.
    #[schemars(with = "Option<BTreeMap<String, Value>>", extend("x-becomes" = ["ecr.Repository.repository_policy"]))]
    pub policy: Option<Value>,
    /// Tags.
    #[schemars(extend("default" = {}, "x-becomes" = ["ecr.Repository.tags"]))]
    pub tags: BTreeMap<String, String>,
}

/// How the registry scans images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistryScanning {
    /// By what.
    #[schemars(extend("default" = "BASIC", "x-becomes" = ["ecr.RegistryScanning.scan_type"]))]
    pub r#type: ScanType,
    /// Which repositories, and how often. What no rule is about is scanned when somebody asks.
    #[schemars(length(max = 2), extend("default" = [], "x-becomes" = ["ecr.RegistryScanning.rules"], "x-rule" = "at most 2 rules"))]
    pub rules: Vec<ScanningRule>,
}

/// What scans images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScanType {
    /// ECR itself: packages of the operating system.
    Basic,
    /// Amazon Inspector, which costs: packages of programming languages, too, and continuously.
    Enhanced,
}

impl ScanType {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Basic => "BASIC",
            Self::Enhanced => "ENHANCED",
        }
    }
}

/// How often some repositories are scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScanningRule {
    /// How often.
    #[schemars(extend("default" = "SCAN_ON_PUSH"))]
    pub frequency: ScanFrequency,
    /// The names of the repositories: texts in which `*` stands for any text. Absent, all of them.
    #[schemars(
        length(min = 1, max = 100),
        inner(regex(pattern = r"^[a-z0-9*]+([._/-]*[a-z0-9*]+)*$"), length(max = 256)),
        extend("default" = ["*"], "x-rule" = "1 to 100 different names of repositories in small letters, in which * stands for any text", "uniqueItems" = true)
    )]
    pub filters: BTreeSet<String>,
}

/// How often images are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScanFrequency {
    /// When they are pushed.
    ScanOnPush,
    /// When they are pushed, and whenever there is news of vulnerabilities.
    ContinuousScan,
}

impl ScanFrequency {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ScanOnPush => "SCAN_ON_PUSH",
            Self::ContinuousScan => "CONTINUOUS_SCAN",
        }
    }
}

/// Where the images of some repositories go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicationRule {
    /// The registries that they go to.
    #[schemars(length(min = 1, max = 25), extend("x-rule" = "1 to 25 destinations"))]
    pub destinations: Vec<ReplicationDestination>,
    /// The beginnings of the names of the repositories. Absent, all of them.
    #[schemars(
        length(max = 100),
        inner(regex(pattern = r"^([a-z0-9]+([._-][a-z0-9]*)*/)*[a-z0-9]*([._-][a-z0-9]*)*$"), length(min = 2, max = 256)),
        extend("default" = [], "uniqueItems" = true, "x-rule" = "at most 100 different beginnings of names, of 2 to 256 small letters, digits, . _ - and /")
    )]
    pub prefixes: BTreeSet<String>,
}

/// A registry that images are copied to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplicationDestination {
    /// Its Region.
    #[schemars(regex(pattern = r"^[a-z]{2,4}(-[a-z]+)+-\d+$"), extend("x-rule" = "an AWS Region, such as eu-west-2"))]
    pub region: String,
    /// Its account, which has to allow it in the policy of its registry. Absent, the stack's own.
    #[schemars(regex(pattern = r"^\d{12}$"), extend("x-rule" = "the 12 digits of an account, in quotes"))]
    pub account: Option<String>,
}

/// Whether a tag of an image may be given to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ImageTagMutability {
    /// It may not: what was pulled by a tag once is the same for ever.
    Immutable,
    /// It may.
    Mutable,
    /// It may not, but for the tags that `imageTagMutabilityExclusions` match.
    ImmutableWithExclusion,
    /// It may, but for the tags that `imageTagMutabilityExclusions` match.
    MutableWithExclusion,
}

impl ImageTagMutability {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Immutable => "IMMUTABLE",
            Self::Mutable => "MUTABLE",
            Self::ImmutableWithExclusion => "IMMUTABLE_WITH_EXCLUSION",
            Self::MutableWithExclusion => "MUTABLE_WITH_EXCLUSION",
        }
    }

    /// Whether there are exceptions.
    pub(crate) fn has_exclusions(self) -> bool {
        matches!(self, Self::ImmutableWithExclusion | Self::MutableWithExclusion)
    }
}

/// How images are encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImageEncryption {
    /// By what. Absent, `KMS` where there is a key, else `AES256`.
    pub r#type: Option<ImageEncryptionType>,
    /// The KMS key: its ARN or id, or the ARN or name of an alias; `alias/aws/ecr` is AWS's own for ECR. Absent, the key of
    /// the stack, if `kms.usedFor` has `images`.
    #[serde(rename = "keyARN")]
    #[schemars(
        regex(pattern = r"^(arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)/[a-zA-Z0-9/_-]+|alias/[a-zA-Z0-9/_-]+|(mrk-)?[0-9a-f-]{32,36})$"),
        extend("x-rule" = "the ARN or the id of a key, or an alias")
    )]
    pub key_arn: Option<String>,
}

/// What images are encrypted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ImageEncryptionType {
    /// A key of Amazon S3.
    #[serde(rename = "AES256")]
    Aes256,
    /// A KMS key.
    Kms,
    /// A KMS key, in two layers.
    KmsDsse,
}

impl ImageEncryptionType {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Aes256 => "AES256",
            Self::Kms => "KMS",
            Self::KmsDsse => "KMS_DSSE",
        }
    }
}

/// Which images go. Rules count in their order: an image that one of them is about is left alone by those after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LifecycleRule {
    /// What it is for.
    #[schemars(extend("default" = ""))]
    pub description: String,
    /// So many of the newest images stay.
    #[schemars(range(min = 1))]
    pub keep: Option<u32>,
    /// Images go so many days after they were pushed.
    #[schemars(range(min = 1))]
    pub expire_after_days: Option<u32>,
    /// Images without a tag go so many days after they were pushed.
    #[schemars(range(min = 1))]
    pub expire_untagged_after_days: Option<u32>,
    /// Only images with a tag that begins so: each prefix is a rule of its own. Without `prefixes` and `patterns`, all images.
    #[schemars(
        inner(length(min = 1, max = 128)),
        extend("default" = [], "uniqueItems" = true, "x-rule" = "different prefixes of tags")
    )]
    pub prefixes: Vec<String>,
    /// Only images with a tag that matches, in which `*` stands for any text: each pattern is a rule of its own.
    #[schemars(
        inner(regex(pattern = r"^[^*]*(\*[^*]*){0,4}$"), length(min = 1, max = 128)),
        extend("default" = [], "uniqueItems" = true, "x-rule" = "different patterns of tags, with at most four * each")
    )]
    pub patterns: Vec<String>,
}

/// Who may use the images besides those in the account whom IAM allows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepositoryAccess {
    /// Who may pull: accounts, ARNs of users and roles, and roles of the stack as `role:NAME`.
    #[schemars(
        inner(regex(pattern = r"^(\d{12}|arn:[a-z-]+:(iam|sts)::\d{12}:[^*]+|role:[A-Za-z0-9._-]+)$")),
        extend("default" = [], "uniqueItems" = true, "x-rule" = "accounts in quotes, ARNs of users or roles, or role:NAME")
    )]
    pub pull: Vec<String>,
    /// Who may push: named in the same way.
    #[schemars(
        inner(regex(pattern = r"^(\d{12}|arn:[a-z-]+:(iam|sts)::\d{12}:[^*]+|role:[A-Za-z0-9._-]+)$")),
        extend("default" = [], "uniqueItems" = true, "x-rule" = "accounts in quotes, ARNs of users or roles, or role:NAME")
    )]
    pub push: Vec<String>,
    /// The AWS organization whose accounts may pull.
    #[schemars(regex(pattern = r"^o-[a-z0-9]{10,32}$"), extend("x-rule" = "the id of an organization, such as o-a1b2c3d4e5"))]
    pub organization: Option<String>,
}
