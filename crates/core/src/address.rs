//! Where a resource stands in its stack.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a resource within its stack: the kind and the logical name, written `eks.Nodegroup/system`.
///
/// Addresses are given by expand, are unique in a stack, and are what the tag `eksctl-rs.io/address` holds. They are
/// cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    kind: Arc<str>,
    name: Arc<str>,
}

impl Address {
    /// The address of the resource of `kind` (such as `ec2.Subnet`) with the logical name `name`.
    pub fn new(kind: impl AsRef<str>, name: impl AsRef<str>) -> Self {
        Self { kind: kind.as_ref().into(), name: name.as_ref().into() }
    }

    /// The kind, such as `ec2.Subnet`.
    pub fn kind(&self) -> &str {
        #[cfg(test)]
        crate::plan::growth::look();
        &self.kind
    }

    /// The logical name, such as `private-eu-west-1a`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address: expected <service>.<Kind>/<name>")]
pub struct AddressError(String);

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((kind, name)) if kind.contains('.') && !name.is_empty() => Ok(Self::new(kind, name)),
            _ => Err(AddressError(text.to_owned())),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let address = Address::new("eks.Nodegroup", "system/blue");
        assert_eq!(address.to_string(), "eks.Nodegroup/system/blue");
        assert_eq!(address.to_string().parse(), Ok(address));
    }

    #[test]
    fn refuses_what_has_no_kind() {
        for text in ["", "system", "Nodegroup/system", "eks.Nodegroup/"] {
            assert!(text.parse::<Address>().is_err(), "{text:?}");
        }
    }
}
