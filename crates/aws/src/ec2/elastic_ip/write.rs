//! Requests.

use aws_sdk_ec2::types::{DomainType, ResourceType};
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::Aws;
use crate::ec2::{TagCall, literal, specification};

/// The calls of an Elastic IP address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Allocate {
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Gives it back.
    Release {
        /// The address.
        id: Reference,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            vec![Lowered::creating("ec2:AllocateAddress", Call::Allocate { tags }).leaking(Call::Release { id })]
        }
        Work::Update { desired, live, .. } => {
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            tags.into_iter().map(|lowered| lowered.map(Call::Tags)).collect()
        }
        Work::Delete { .. } => vec![Lowered::new("ec2:ReleaseAddress", Call::Release { id })],
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Allocate { tags } => {
            let request = aws
                .ec2
                .allocate_address()
                .domain(DomainType::Vpc)
                .tag_specifications(specification(ResourceType::ElasticIp, &Aws::claimed(&tags, run)));
            let answer = aws.call("ec2:AllocateAddress", request.send()).await?;
            let id = answer.allocation_id().unwrap_or_default().to_owned();
            Ok(Progress::done_with([("id", id), ("public_ip", answer.public_ip().unwrap_or_default().to_owned())]))
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Release { id } => {
            let request = aws.ec2.release_address().allocation_id(literal(&id, run)?);
            aws.call("ec2:ReleaseAddress", request.send()).await?;
            Ok(Progress::done())
        }
    }
}
