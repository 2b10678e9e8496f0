//! What controllers in the cluster have made and left in its VPC: the stack never makes it, only deletes it.
//!
//! It is no kind of `KINDS`, for no stack wants it; `destroy` looks for it in the VPCs that it is
//! about to delete.

mod maker;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{CallError, Lowered, Lowering, Observed, Progress, Reason, Reference, Run, Tags, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

pub(crate) use read::{Places, look};

spec! {
    /// An instance, a network interface or a security group that somebody else has made. Source: EC2 `DescribeInstances`,
    /// `DescribeNetworkInterfaces`, `DescribeSecurityGroups`.
    pub struct Spec {
        /// `instance`, `network-interface` or `security-group`.
        what: String => Replace;
        /// Who has made it, in words.
        made_by: String => Replace;
        /// The VPC that it is in.
        vpc: Reference => Replace, to = "ec2.Vpc";
        /// The subnets that it is in.
        subnets: BTreeSet<Reference> => Replace, to = "ec2.Subnet";
        /// The security groups that it has.
        security_groups: BTreeSet<Reference> => Replace, to = "ec2.SecurityGroup, ec2.LeftBehind";
        /// The rules of other groups that name it, each with its group, and whether it lets out.
        named_by: BTreeMap<String, NamedBy> => Replace;
        /// Tags.
        tags: Tags => InPlace;
    }
}

/// A rule of another security group.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedBy {
    /// The id of the group that has the rule.
    pub group: String,
    /// Whether the rule lets traffic out.
    pub egress: bool,
}

/// Something that stands in the way of deleting a VPC.
#[derive(Clone, Debug)]
pub struct LeftBehind {
    /// What it is, for a plan.
    pub observed: Observed,
    /// What it is, in words.
    pub what: String,
    /// Who has made it.
    pub made_by: String,
    /// Whether it carries the tags of the cluster: then it may be swept away with it.
    pub is_swept: bool,
    /// What to do about it, where it cannot be swept away.
    pub hint: String,
}

/// The room of what is left behind.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "ec2.LeftBehind";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    type Spec = Spec;
    type Call = Call;

    fn why_it_goes(live: &Spec) -> Option<Reason> {
        Some(Reason::LeftBehind(live.made_by.clone()))
    }

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    /// A stack neither has nor wants any: it is looked for by [`look`].
    async fn find(_: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        Ok(Vec::new())
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}
