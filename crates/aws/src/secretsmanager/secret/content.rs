//! Where the value of a secret comes from, and how its tags keep that in mind.

use std::collections::BTreeMap;
use std::str::FromStr;

use eksctl_rs_core::Tags;
use serde::{Deserialize, Serialize};

use super::Spec;

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The environment variable of that name.
    Env(String),
    /// The stack: it is no secret.
    Value(String),
}

/// What begins the tag of a text; its key follows.
const FROM: &str = "eksctl-rs.io/from/";
const REVISION: &str = "eksctl-rs.io/revision";
const RECOVERY_WINDOW: &str = "eksctl-rs.io/recovery-window-in-days";

/// AWS's own choice, for a secret that does not tell. Source: Secrets Manager `DeleteSecret`.
const USUAL_RECOVERY_WINDOW: i32 = 30;

/// What Secrets Manager does not keep of a secret, and its tags do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) content: BTreeMap<String, Source>,
    pub(super) revision: u32,
    pub(super) recovery_window_in_days: i32,
}

impl Kept {
    /// What is to be kept of `spec`.
    pub(super) fn of(spec: &Spec) -> Self {
        Self {
            content: spec.content.clone(),
            revision: spec.revision,
            recovery_window_in_days: spec.recovery_window_in_days,
        }
    }

    /// What the tags tell; revision 0 is none.
    pub(super) fn read(tags: &Tags) -> Self {
        let from = |(key, value): (&String, &String)| Some((key.strip_prefix(FROM)?.to_owned(), Source::parse(value)));
        Self {
            content: tags.iter().filter_map(from).collect(),
            revision: number(tags, REVISION).unwrap_or_default(),
            recovery_window_in_days: number(tags, RECOVERY_WINDOW).unwrap_or(USUAL_RECOVERY_WINDOW),
        }
    }

    /// The tags that tell it.
    pub(super) fn tags(&self) -> Tags {
        let from = self.content.iter().map(|(key, source)| (format!("{FROM}{key}"), source.text()));
        let numbers = [
            (REVISION.to_owned(), self.revision.to_string()),
            (RECOVERY_WINDOW.to_owned(), self.recovery_window_in_days.to_string()),
        ];
        from.chain(numbers).collect()
    }
}

impl Source {
    /// The environment variable that has it.
    pub(super) fn variable(&self) -> Option<&str> {
        match self {
            Self::Env(name) => Some(name),
            Self::Value(_) => None,
        }
    }

    /// As the value of a tag.
    fn text(&self) -> String {
        match self {
            Self::Env(name) => format!("env:{name}"),
            Self::Value(text) => format!("value:{text}"),
        }
    }

    fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("env", name)) => Self::Env(name.to_owned()),
            Some(("value", text)) => Self::Value(text.to_owned()),
            _ => Self::Value(text.to_owned()),
        }
    }
}

fn number<N: FromStr>(tags: &Tags, key: &str) -> Option<N> {
    tags.get(key)?.parse().ok()
}
