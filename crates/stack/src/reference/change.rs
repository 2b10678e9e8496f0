//! What an edit of a field leads to.

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Field, Mutability, Rules};
use serde_json::Value;

use crate::schema::json::Shape;

/// What an edit of a field leads to: by the fields of kinds that it becomes, or in words. What says neither is a part of
/// what does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Targets {
    fields: Vec<(String, Mutability)>,
    words: Option<String>,
}

impl Targets {
    /// Those of `shape`, which stands within something with those `around`.
    pub(super) fn of(shape: Shape<'_>, around: &Self) -> Self {
        let words = shape.keyword("x-edit").and_then(Value::as_str).map(str::to_owned);
        let named = shape.keyword("x-becomes").and_then(Value::as_array);
        if words.is_none() && named.is_none() {
            return around.clone();
        }
        let known = |name: &Value| {
            let name = name.as_str()?;
            Some((name.to_owned(), field(name)?.mutability))
        };
        Self { fields: named.into_iter().flatten().filter_map(known).collect(), words }
    }

    /// Whether nothing is said.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.words.is_none()
    }

    /// What an edit leads to, with the fields.
    pub(super) fn words(&self) -> String {
        if let Some(words) = &self.words {
            return words.clone();
        }
        let mut told: Vec<String> = Vec::new();
        for mutability in ORDER {
            let fields = self.fields.iter().filter(|(_, found)| word(*found) == word(*mutability));
            let fields: Vec<String> = fields.map(|(name, _)| format!("`{name}`")).collect();
            let words = format!("**{}** {}", word(*mutability), fields.join(", "));
            if !fields.is_empty() && !told.contains(&words) {
                told.push(words);
            }
        }
        told.join("; ")
    }
}

/// In which order they are told.
const ORDER: &[Mutability] = &[
    Mutability::InPlace,
    Mutability::OneWay,
    Mutability::Replace,
    Mutability::Identity,
    Mutability::Initial,
    Mutability::WriteOnly,
];

/// What an edit leads to, in a word.
pub(super) fn word(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::InPlace => "in place",
        Mutability::OneWay => "one-way",
        Mutability::Replace => "replaces",
        Mutability::Identity => "identity",
        Mutability::Initial | Mutability::WriteOnly => "at creation",
    }
}

/// The field of a kind, such as `ec2.Vpc.cidr_block`.
fn field(name: &str) -> Option<&'static Field> {
    let (kind, field) = name.rsplit_once('.')?;
    AwsRules.kind(kind)?.fields().iter().find(|known| known.name == field)
}
