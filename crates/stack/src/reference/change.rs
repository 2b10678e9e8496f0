//! What an edit of a field leads to.

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Field, Mutability, Rules};
use serde_json::Value;

use crate::schema::json::Shape;

/// The fields of kinds that a field becomes: its own, or those of the field that it is a part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Targets(Vec<(String, Mutability)>);

impl Targets {
    /// Those of `shape`, which stands within something that becomes `around`.
    pub(super) fn of(shape: Shape<'_>, around: &Self) -> Self {
        let Some(named) = shape.keyword("x-becomes").and_then(Value::as_array) else { return around.clone() };
        let known = |name: &Value| {
            let name = name.as_str()?;
            Some((name.to_owned(), field(name)?.mutability))
        };
        Self(named.iter().filter_map(known).collect())
    }

    /// Whether it becomes nothing.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What an edit leads to, with the fields.
    pub(super) fn words(&self) -> String {
        let mut told: Vec<String> = Vec::new();
        for mutability in ORDER {
            let fields = self.0.iter().filter(|(_, found)| word(*found) == word(*mutability));
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
