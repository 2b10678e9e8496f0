//! Requests.

use aws_sdk_ec2::types::ResourceType;
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::Aws;
use crate::ec2::{TagCall, literal, specification};

/// The calls of an internet gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Attaches it.
    Attach {
        /// The gateway.
        id: Reference,
        /// The VPC.
        vpc: Reference,
    },
    /// Detaches it.
    Detach {
        /// The gateway.
        id: Reference,
        /// The VPC.
        vpc: Reference,
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
            let delete = Call::Delete { id: id.clone() };
            let mut calls = vec![Lowered::creating("ec2:CreateInternetGateway", Call::Create { tags }).leaking(delete)];
            calls.extend(desired.vpc.clone().map(|vpc| attach(&id, vpc)));
            calls
        }
        Work::Update { desired, live, .. } => {
            let mut calls = Vec::new();
            if desired.vpc != live.vpc {
                calls.extend(live.vpc.clone().map(|vpc| detach(&id, vpc)));
                calls.extend(desired.vpc.clone().map(|vpc| attach(&id, vpc)));
            }
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let mut calls: Vec<_> = live.vpc.clone().map(|vpc| detach(&id, vpc)).into_iter().collect();
            // Detaching here is part of going, not a way of letting go early: public addresses hold it back.
            calls.iter_mut().for_each(|call| call.lets_go = false);
            calls.push(Lowered::new("ec2:DeleteInternetGateway", Call::Delete { id }));
            calls
        }
    }
}

fn attach(id: &Reference, vpc: Reference) -> Lowered<Call> {
    Lowered::new("ec2:AttachInternetGateway", Call::Attach { id: id.clone(), vpc })
}

fn detach(id: &Reference, vpc: Reference) -> Lowered<Call> {
    Lowered::new("ec2:DetachInternetGateway", Call::Detach { id: id.clone(), vpc }).after(After::Nothing).letting_go()
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { tags } => {
            let tags = specification(ResourceType::InternetGateway, &Aws::claimed(&tags, run));
            let request = aws.ec2.create_internet_gateway().tag_specifications(tags);
            let answer = aws.call("ec2:CreateInternetGateway", request.send()).await?;
            let gateway = answer.internet_gateway();
            let id = gateway.and_then(|gateway| gateway.internet_gateway_id()).unwrap_or_default().to_owned();
            Ok(Progress::done_with([("id", id)]))
        }
        Call::Attach { id, vpc } => {
            let (id, vpc) = (literal(&id, run)?, literal(&vpc, run)?);
            let request = aws.ec2.attach_internet_gateway().internet_gateway_id(&id).vpc_id(&vpc);
            match aws.call("ec2:AttachInternetGateway", request.send()).await {
                // An earlier attempt may have done it.
                Err(error) if error.code == "Resource.AlreadyAssociated" && is_attached(aws, &id, &vpc).await? => {
                    Ok(Progress::done())
                }
                other => other.map(|_| Progress::done()),
            }
        }
        Call::Detach { id, vpc } => {
            let (id, vpc) = (literal(&id, run)?, literal(&vpc, run)?);
            let request = aws.ec2.detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
            match aws.call("ec2:DetachInternetGateway", request.send()).await {
                Err(error) if error.code == "Gateway.NotAttached" => Ok(Progress::done()),
                other => other.map(|_| Progress::done()),
            }
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_internet_gateway().internet_gateway_id(literal(&id, run)?);
            aws.call("ec2:DeleteInternetGateway", request.send()).await?;
            Ok(Progress::done())
        }
    }
}

async fn is_attached(aws: &Aws, id: &str, vpc: &str) -> Result<bool, CallError> {
    let request = aws.ec2.describe_internet_gateways().internet_gateway_ids(id);
    let answer = aws.call("ec2:DescribeInternetGateways", request.send()).await?;
    let attachments = answer.internet_gateways().iter().flat_map(|gateway| gateway.attachments());
    Ok(attachments.into_iter().any(|attachment| attachment.vpc_id() == Some(vpc)))
}
