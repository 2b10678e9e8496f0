//! ECR: repositories of images, and what is set for the whole registry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
