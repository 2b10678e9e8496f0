//! Whose the resources are: the identity of a stack, and the tags that carry it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Address, Reference};

/// Tags of an AWS resource, in the order of their keys.
pub type Tags = BTreeMap<String, String>;

/// The keys of the tags that are ours.
pub mod tag {
    /// Every tag key that begins so is ours, and never a difference.
    pub const PREFIX: &str = "eksctl-rs.io/";
    /// The identity of the stack that owns the resource.
    pub const STACK: &str = "eksctl-rs.io/stack";
    /// The address of the resource in its stack.
    pub const ADDRESS: &str = "eksctl-rs.io/address";
    /// A versioned digest of the resource's spec as last applied. It tells drift from a pending edit.
    pub const SPEC: &str = "eksctl-rs.io/spec";
    /// The time and the nonce of the run that created the resource, for those whose creation AWS cannot make idempotent.
    pub const CLAIM: &str = "eksctl-rs.io/claim";
}

/// The identity of a stack, unique in an AWS account: `<metadata.name>.<region>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StackId(String);

impl StackId {
    /// The identity of the stack called `name` in `region`.
    pub fn new(name: &str, region: &str) -> Self {
        Self(format!("{name}.{region}"))
    }

    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a stack lives. Everything that follows from a spec (ARNs, names) follows from the spec and this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct World {
    /// The identity of the stack.
    pub stack: StackId,
    /// The twelve digits of the AWS account.
    pub account: String,
    /// The AWS Region, such as `eu-west-1`.
    pub region: String,
}

impl World {
    /// The AWS partition of the Region: `aws`, `aws-cn`, `aws-us-gov` or one of the isolated ones.
    ///
    /// Source: AWS SDK partitions metadata.
    pub fn partition(&self) -> &'static str {
        const BY_PREFIX: &[(&str, &str)] = &[
            ("cn-", "aws-cn"),
            ("us-gov-", "aws-us-gov"),
            ("us-isob-", "aws-iso-b"),
            ("us-isof-", "aws-iso-f"),
            ("eu-isoe-", "aws-iso-e"),
            ("us-iso-", "aws-iso"),
            ("eusc-", "aws-eusc"),
        ];
        BY_PREFIX.iter().find(|(prefix, _)| self.region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
    }

    /// The DNS suffix of service principals and endpoints in this partition.
    pub fn dns_suffix(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-iso" => "c2s.ic.gov",
            "aws-iso-b" => "sc2s.sgov.gov",
            "aws-iso-e" => "cloud.adc-e.uk",
            "aws-iso-f" => "csp.hci.ic.gov",
            "aws-eusc" => "amazonaws.eu",
            _ => "amazonaws.com",
        }
    }

    /// An ARN in this Region and account.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition(), self.region, self.account)
    }

    /// An IAM ARN in this account. IAM is global: its ARNs have no Region.
    pub fn iam_arn(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition(), self.account)
    }

    /// The ARN of a policy that AWS manages, such as `AmazonEKSClusterPolicy`.
    pub fn managed_policy_arn(&self, name: &str) -> String {
        format!("arn:{}:iam::aws:policy/{name}", self.partition())
    }

    /// The tags that say that the resource at `address` is ours.
    pub fn ownership(&self, address: &Address, spec_digest: &str) -> Tags {
        Tags::from([
            (tag::STACK.to_owned(), self.stack.to_string()),
            (tag::ADDRESS.to_owned(), address.to_string()),
            (tag::SPEC.to_owned(), spec_digest.to_owned()),
        ])
    }
}

impl From<&str> for Reference {
    fn from(id: &str) -> Self {
        Reference::Id(id.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(region: &str) -> World {
        World { stack: StackId::new("dev", region), account: "111122223333".into(), region: region.into() }
    }

    #[test]
    fn arns_follow_the_partition() {
        assert_eq!(world("eu-west-1").iam_arn("role/x"), "arn:aws:iam::111122223333:role/x");
        assert_eq!(world("cn-north-1").managed_policy_arn("A"), "arn:aws-cn:iam::aws:policy/A");
        assert_eq!(
            world("us-gov-west-1").arn("eks", "cluster/dev"),
            "arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/dev"
        );
    }

    #[test]
    fn the_same_name_in_another_region_is_another_stack() {
        assert_ne!(StackId::new("dev", "eu-west-1"), StackId::new("dev", "eu-west-2"));
    }
}
