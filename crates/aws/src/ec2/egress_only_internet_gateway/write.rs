//! Requests.

use aws_sdk_ec2::types::ResourceType;
use eksctl_rs_core::{CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::Aws;
use crate::ec2::{TagCall, literal, specification, token};

/// The calls of an egress-only internet gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The VPC.
        vpc: Reference,
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
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create { vpc: desired.vpc.clone(), tags };
            vec![Lowered::creating("ec2:CreateEgressOnlyInternetGateway", create)]
        }
        Work::Update { desired, live, .. } => {
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            tags.into_iter().map(|lowered| lowered.map(Call::Tags)).collect()
        }
        Work::Delete { .. } => {
            vec![Lowered::new("ec2:DeleteEgressOnlyInternetGateway", Call::Delete { id: lowering.own("id") })]
        }
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { vpc, tags } => {
            let request = aws
                .ec2
                .create_egress_only_internet_gateway()
                .client_token(token(run))
                .vpc_id(literal(&vpc, run)?)
                .tag_specifications(specification(ResourceType::EgressOnlyInternetGateway, &tags));
            let answer = aws.call("ec2:CreateEgressOnlyInternetGateway", request.send()).await?;
            let gateway = answer.egress_only_internet_gateway();
            let id = gateway.and_then(|gateway| gateway.egress_only_internet_gateway_id()).unwrap_or_default();
            // Whether it is there is asked next: the answer to a token of an earlier life names one that is gone.
            let outputs = Outputs::from([("id".to_owned(), id.to_owned())]);
            Ok(Progress::Pending { status: "creating".to_owned(), follow: None, outputs, issues: Vec::new() })
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_egress_only_internet_gateway();
            let request = request.egress_only_internet_gateway_id(literal(&id, run)?);
            aws.call("ec2:DeleteEgressOnlyInternetGateway", request.send()).await?;
            Ok(Progress::done())
        }
    }
}
