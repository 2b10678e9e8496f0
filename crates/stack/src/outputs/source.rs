//! Where a value comes from: an address and what is told there.

use std::str::FromStr;

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Address, Mutability, Rules};

/// An output or a field of the resources at an address, in whose name `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) output: String,
}

impl Source {
    pub(crate) fn new(kind: &str, name: &str, output: &str) -> Self {
        Self { kind: kind.to_owned(), name: name.to_owned(), output: output.to_owned() }
    }

    /// Whether it names several things.
    pub(crate) fn is_pattern(&self) -> bool {
        self.name.contains('*')
    }

    /// Whether the resource at `address` is meant.
    pub(crate) fn fits(&self, address: &Address) -> bool {
        address.kind() == self.kind && fits(&self.name, address.name())
    }

    /// Everything that resources of its kind tell; nothing if there is no such kind. What is sent and never told again, such
    /// as a secret, is not among it.
    pub(crate) fn known(&self) -> Option<Vec<&'static str>> {
        let kind = AwsRules.kind(&self.kind)?;
        let fields = kind.fields().iter().filter(|field| field.mutability != Mutability::WriteOnly);
        let mut known: Vec<&'static str> = vec!["id"];
        known.extend(kind.outputs().iter().map(|(name, _)| *name));
        known.extend(fields.map(|field| field.name));
        Some(known)
    }
}

/// The last point is before the output: names may hold points, as that of an endpoint does.
impl FromStr for Source {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, output) = text.rsplit_once('.').ok_or(())?;
        let (kind, name) = address.split_once('/').ok_or(())?;
        let is_complete = kind.contains('.') && !name.is_empty() && !output.is_empty();
        if is_complete { Ok(Self::new(kind, name, output)) } else { Err(()) }
    }
}

/// Whether `name` is what `pattern` says.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| fits(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_point_is_before_the_output() {
        let source: Source = "ec2.VpcEndpoint/ecr.api.id".parse().expect("a source");
        assert_eq!(source, Source::new("ec2.VpcEndpoint", "ecr.api", "id"));
        for text in ["", "eks.Cluster/dev", "eks.Cluster.arn", "dev.arn", "eks.Cluster/.arn", "eks.Cluster/dev."] {
            assert!(text.parse::<Source>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_is_any_text() {
        assert!(fits("private-*", "private-eu-west-1a") && fits("*", "") && fits("a*c*", "abcd"));
        assert!(!fits("private-*", "public-a") && !fits("a*c", "abcd") && !fits("", "a"));
    }
}
