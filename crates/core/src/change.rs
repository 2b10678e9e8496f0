//! What the user sees of a plan.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Address, StackId};

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Nothing.
    NoOp,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is made anew.
    Replace,
    /// It is deleted.
    Delete,
    /// It is there, is not ours, and would become ours.
    Adopt,
    /// It is already on its way: the run waits for it and then looks again.
    Attach,
}

impl Action {
    /// The sign that stands before it in a plan.
    pub fn sigil(self) -> &'static str {
        match self {
            Self::NoOp => " ",
            Self::Create => "+",
            Self::Update => "~",
            Self::Replace => "±",
            Self::Delete => "-",
            Self::Adopt => "»",
            Self::Attach => "…",
        }
    }

    /// The verb, for "will be …".
    pub fn participle(self) -> &'static str {
        match self {
            Self::NoOp => "left as it is",
            Self::Create => "created",
            Self::Update => "updated in place",
            Self::Replace => "replaced",
            Self::Delete => "deleted",
            Self::Adopt => "adopted",
            Self::Attach => "waited for",
        }
    }
}

/// Why. For people only: nothing is decided by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It is as it should be.
    UpToDate,
    /// It is in the stack and not in AWS.
    Missing,
    /// Fields differ that AWS changes in place.
    FieldsDiffer,
    /// A field differs that AWS cannot change.
    ImmutableField(String),
    /// It refers to something that is replaced, by a field that AWS cannot change.
    DependencyReplaced(Address),
    /// It is ours and no longer in the stack.
    NotInStack,
    /// Somebody else has made it and left it behind: who.
    LeftBehind(String),
    /// Its creation failed.
    Failed(String),
    /// Another one at its address has taken its place.
    Superseded,
    /// The last run, or somebody else, has begun this: AWS's word for where it stands.
    InFlight(String),
    /// The one that is there is being deleted.
    BeingDeleted,
    /// Its parent is deleted, and it goes with it.
    DiesWith(Address),
    /// It stands there under this name and is not ours.
    NotOurs(Option<StackId>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UpToDate => f.write_str("up to date"),
            Self::Missing => f.write_str("not there yet"),
            Self::FieldsDiffer => f.write_str("fields differ"),
            Self::ImmutableField(field) => write!(f, "{field} cannot be changed in place"),
            Self::DependencyReplaced(address) => write!(f, "{address} is replaced"),
            Self::NotInStack => f.write_str("no longer in the stack"),
            Self::LeftBehind(maker) => write!(f, "left behind by {maker}"),
            Self::Failed(status) => write!(f, "its creation failed ({status})"),
            Self::Superseded => f.write_str("another one has taken its place"),
            Self::InFlight(status) => write!(f, "already under way ({status})"),
            Self::BeingDeleted => f.write_str("the one that is there is being deleted"),
            Self::DiesWith(address) => write!(f, "goes with {address}"),
            Self::NotOurs(Some(stack)) => write!(f, "it belongs to the stack {stack}"),
            Self::NotOurs(None) => f.write_str("it is there and not ours"),
        }
    }
}

/// What a change cannot take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consequence {
    /// Applying the old spec again restores the old state.
    Reversible,
    /// AWS offers no way back.
    OneWay,
    /// The resource goes and another comes: ids change, what runs on it is interrupted or moved.
    Replacing,
    /// Something that cannot be made again is lost.
    DataLosing,
}

impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reversible => "reversible",
            Self::OneWay => "one-way",
            Self::Replacing => "replacing",
            Self::DataLosing => "data-losing",
        })
    }
}

/// Where a difference comes from, told by the digest tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The YAML was edited since the last apply.
    Edit,
    /// AWS was changed behind our back: the YAML is what was last applied.
    Drift,
    /// Nobody can tell: the tag is missing or of another version.
    Unknown,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Where, such as `scaling.min_size`.
    pub path: String,
    /// What AWS has; nothing when the resource is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What the stack wants; nothing when the resource goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// A JSON document, to be shown as lines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub document: bool,
    /// This field makes it a replacement.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forces_replacement: bool,
}

/// What happens to one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The resource.
    pub address: Address,
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// What cannot be taken back.
    pub consequence: Consequence,
    /// Where the difference comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// AWS's id of what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The fields that differ; all of them when it is made.
    pub fields: Vec<FieldChange>,
    /// Anything else that the reader should know, such as health issues.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A permission that the user must give besides approving the plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "consent")]
pub enum Consent {
    /// Something precious is replaced.
    Replace {
        /// What.
        address: Address,
        /// What is lost.
        loses: String,
    },
    /// Something precious is deleted.
    DataLoss {
        /// What.
        address: Address,
        /// What is lost.
        loses: String,
    },
    /// Something that is protected against deletion is deleted.
    Protected {
        /// What.
        address: Address,
        /// By what it is protected.
        by: String,
    },
    /// Something that is not ours is made ours.
    Adopt {
        /// What.
        address: Address,
        /// To whom it belongs, if that is known.
        owner: Option<StackId>,
    },
}

impl Consent {
    /// The word that gives it, after `--allow`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Replace { .. } => "replace",
            Self::DataLoss { .. } => "data-loss",
            Self::Protected { .. } => "protected",
            Self::Adopt { .. } => "adopt",
        }
    }

    /// The resource that it is about.
    pub fn address(&self) -> &Address {
        match self {
            Self::Replace { address, .. }
            | Self::DataLoss { address, .. }
            | Self::Protected { address, .. }
            | Self::Adopt { address, .. } => address,
        }
    }
}
