//! The mark at the end of a template's description: whose it is, what was last applied, whether it vouches for a rule.
//!
//! `Images of docker-hub [eksctl-rs dev.eu-west-1 v1:0123456789abcdef pull-through]`

use eksctl_rs_core::{StackId, Tags, tag};

/// What AWS takes for a description.
const LIMIT: usize = 256;
/// The longest mark, with room to spare: a stack of 100 characters in a Region of 20.
const MARK: usize = 176;
/// How many characters are left for whoever describes a template.
pub const DESCRIPTION: usize = LIMIT - MARK;

const BEGIN: &str = "[eksctl-rs ";
const END: &str = "]";
const VOUCHES: &str = "pull-through";

/// What a mark says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Whose the template is.
    pub(crate) stack: String,
    /// The digest of what was last applied.
    pub(crate) applied: String,
    /// Whether it vouches for the pull-through rule of its prefix.
    pub(crate) vouches: bool,
}

impl Mark {
    /// What the ownership tags say, as a mark.
    pub(super) fn of(ownership: &Tags, vouches: bool) -> Self {
        let value = |key: &str| ownership.get(key).cloned().unwrap_or_default();
        Self { stack: value(tag::STACK), applied: value(tag::SPEC), vouches }
    }

    /// A whole description, taken apart.
    pub(crate) fn split(whole: &str) -> (&str, Option<Self>) {
        let Some((text, mark)) = whole.rsplit_once(BEGIN) else { return (whole, None) };
        let Some(mark) = mark.strip_suffix(END) else { return (whole, None) };
        let mut words = mark.split(' ');
        let (Some(stack), Some(applied)) = (words.next(), words.next()) else { return (whole, None) };
        let mark =
            Self { stack: stack.to_owned(), applied: applied.to_owned(), vouches: words.next() == Some(VOUCHES) };
        (text.trim_end(), Some(mark))
    }

    /// A description with this mark at its end.
    pub(super) fn after(&self, text: &str) -> String {
        let vouches = if self.vouches { format!(" {VOUCHES}") } else { String::new() };
        let mark = format!("{BEGIN}{} {}{vouches}{END}", self.stack, self.applied);
        if text.is_empty() { mark } else { format!("{text} {mark}") }
    }

    /// Whether it is that of `stack`.
    pub(crate) fn is_of(&self, stack: &StackId) -> bool {
        self.stack == stack.as_str()
    }

    /// The tags that say the same, of the resource at `address`.
    pub(crate) fn tags(&self, address: &str) -> Tags {
        let pairs = [(tag::STACK, self.stack.as_str()), (tag::ADDRESS, address), (tag::SPEC, self.applied.as_str())];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}
