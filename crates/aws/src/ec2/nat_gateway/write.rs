//! Requests.

use aws_sdk_ec2::types::{ConnectivityType, ResourceType};
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, read};
use crate::Aws;
use crate::ec2::{TagCall, literal, specification, token};

/// Seconds until a new one is available; 8 public logs, 80 to 125.
const CREATE_TAKES: u64 = 101;

/// Seconds until a deleted one is gone; 7 public logs, 35 to 80.
const DELETE_TAKES: u64 = 52;

/// The calls of a NAT gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The subnet that it stands in.
        subnet: Reference,
        /// Its address.
        allocation: Option<Reference>,
        /// `public` or `private`.
        connectivity_type: String,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The gateway.
        id: Reference,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create {
                subnet: desired.subnet.clone(),
                allocation: desired.allocation.clone(),
                connectivity_type: desired.connectivity_type.clone(),
                tags,
            };
            vec![Lowered::creating("ec2:CreateNatGateway", create).taking(CREATE_TAKES)]
        }
        Work::Update { desired, live, .. } => {
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            tags.into_iter().map(|lowered| lowered.map(Call::Tags)).collect()
        }
        Work::Delete { .. } => {
            vec![Lowered::new("ec2:DeleteNatGateway", Call::Delete { id }).taking(DELETE_TAKES)]
        }
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { subnet, allocation, connectivity_type, tags } => {
            let allocation = allocation.map(|allocation| literal(&allocation, run)).transpose()?;
            let request = aws
                .ec2
                .create_nat_gateway()
                .client_token(token(run))
                .subnet_id(literal(&subnet, run)?)
                .set_allocation_id(allocation)
                .connectivity_type(ConnectivityType::from(connectivity_type.as_str()))
                .tag_specifications(specification(ResourceType::Natgateway, &tags));
            let answer = aws.call("ec2:CreateNatGateway", request.send()).await?;
            let bug = || CallError::bug("ec2:CreateNatGateway", "the answer holds no NAT gateway");
            read::progress(answer.nat_gateway().ok_or_else(bug)?, run)
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_nat_gateway().nat_gateway_id(literal(&id, run)?);
            aws.call("ec2:DeleteNatGateway", request.send()).await?;
            Ok(Progress::pending("deleting"))
        }
    }
}
