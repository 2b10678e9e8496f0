//! Kubernetes versions, and what EKS has of them.

mod describe;

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::invalid;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("DescribeClusterVersions", describe::describe_cluster_versions)];

/// A minor version of Kubernetes: 35 of `1.35`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Version(u32);

/// What EKS has of a version.
#[derive(Debug)]
pub(super) struct Release {
    pub(super) version: Version,
    /// The last number of the Kubernetes version, and of the AMIs that go with it.
    pub(super) patch: u32,
    platform: u32,
    pub(super) support: Support,
    released: Date,
    end_of_standard_support: Date,
    end_of_extended_support: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Support {
    #[serde(rename = "STANDARD_SUPPORT")]
    Standard,
    #[serde(rename = "EXTENDED_SUPPORT")]
    Extended,
    Unsupported,
}

/// What a cluster gets that does not ask for a version.
pub(super) const DEFAULT: Version = Version(35);

/// As of November 2026, whatever the emulated date; the oldest one first. Source: "Understand the Kubernetes version
/// lifecycle on EKS".
const RELEASES: &[Release] = &[
    release(30, 14, 61, Support::Unsupported, date(2024, 5, 23), date(2025, 7, 23), date(2026, 7, 23)),
    release(31, 14, 52, Support::Extended, date(2024, 9, 26), date(2025, 11, 26), date(2026, 11, 26)),
    release(32, 13, 45, Support::Extended, date(2025, 1, 23), date(2026, 3, 23), date(2027, 3, 23)),
    release(33, 11, 38, Support::Extended, date(2025, 5, 29), date(2026, 7, 29), date(2027, 7, 29)),
    release(34, 8, 26, Support::Standard, date(2025, 10, 2), date(2026, 12, 2), date(2027, 12, 2)),
    release(35, 2, 13, Support::Standard, date(2026, 1, 27), date(2027, 3, 27), date(2028, 3, 27)),
    release(36, 1, 4, Support::Standard, date(2026, 6, 2), date(2027, 8, 2), date(2028, 8, 2)),
];

const fn release(
    minor: u32,
    patch: u32,
    platform: u32,
    support: Support,
    released: Date,
    end_of_standard_support: Date,
    end_of_extended_support: Date,
) -> Release {
    let version = Version(minor);
    Release { version, patch, platform, support, released, end_of_standard_support, end_of_extended_support }
}

/// The versions that clusters can have, the oldest one first.
pub(super) fn supported() -> impl Iterator<Item = Version> {
    RELEASES.iter().filter(|release| release.support != Support::Unsupported).map(|release| release.version)
}

impl Version {
    /// The version that a call asks for. EKS refuses those that it does not support.
    pub(super) fn asked(text: &str) -> Result<Self, ApiError> {
        let found = text.parse().ok().filter(|version: &Self| version.support() != Support::Unsupported);
        found.map_or_else(|| invalid("unsupported Kubernetes version"), Ok)
    }

    /// The next one, whether EKS has it or not.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }

    pub(super) fn support(self) -> Support {
        self.release().map_or(Support::Unsupported, |release| release.support)
    }

    pub(super) fn release(self) -> Option<&'static Release> {
        RELEASES.iter().find(|release| release.version == self)
    }

    /// Such as `eks.13`.
    pub(super) fn platform(self) -> Option<String> {
        self.release().map(|release| format!("eks.{}", release.platform))
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("1.").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse().ok()).map(Self).ok_or_else(|| format!("no Kubernetes version: {text}"))
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered_as_numbers() {
        assert_eq!("1.35".parse(), Ok(Version(35)));
        assert!(Version(9) < Version(10));
        for text in ["", "1.", "1.x", "1.35.2", "2.1", "35", "v1.35", "1.-3"] {
            assert!(text.parse::<Version>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_table_is_in_order_and_has_the_default() {
        assert!(RELEASES.windows(2).all(|pair| pair[0].version.next() == pair[1].version));
        assert!(RELEASES.iter().all(|one| one.released < one.end_of_standard_support));
        assert!(RELEASES.iter().all(|one| one.end_of_standard_support < one.end_of_extended_support));
        assert_eq!(DEFAULT.support(), Support::Standard);
    }
}
