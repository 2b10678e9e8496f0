//! Requests.

use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, Tenancy};
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::Aws;
use crate::ec2::{TagCall, literal, specification};

/// The calls of a VPC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The IPv4 network range.
        cidr_block: String,
        /// Whether instances run on hardware of their own.
        instance_tenancy: String,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Sets one attribute: AWS takes no more in one call.
    ModifyAttribute {
        /// The VPC.
        id: Reference,
        /// Which.
        attribute: Attribute,
        /// To what.
        value: bool,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The VPC.
        id: Reference,
    },
}

/// An attribute of a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attribute {
    /// Whether the DNS server of AWS answers.
    DnsSupport,
    /// Whether instances get DNS names.
    DnsHostnames,
    /// Whether CloudWatch counts addresses.
    NetworkAddressUsageMetrics,
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create {
                cidr_block: desired.cidr_block.clone(),
                instance_tenancy: desired.instance_tenancy.clone(),
                tags,
            };
            // A new VPC has DNS support and nothing else.
            let fresh = Spec {
                enable_dns_support: true,
                enable_dns_hostnames: false,
                enable_network_address_usage_metrics: false,
                ..desired.clone()
            };
            let delete = Call::Delete { id: id.clone() };
            let mut calls = vec![Lowered::creating("ec2:CreateVpc", create).leaking(delete)];
            calls.extend(modify(&id, desired, &fresh));
            calls
        }
        Work::Update { desired, live, .. } => {
            let mut calls = modify(&id, desired, live);
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { .. } => vec![Lowered::new("ec2:DeleteVpc", Call::Delete { id })],
    }
}

/// DNS names need DNS support: it is switched on before them and off after them.
fn modify(id: &Reference, desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let support = (Attribute::DnsSupport, desired.enable_dns_support, live.enable_dns_support);
    let hostnames = (Attribute::DnsHostnames, desired.enable_dns_hostnames, live.enable_dns_hostnames);
    let metrics = (
        Attribute::NetworkAddressUsageMetrics,
        desired.enable_network_address_usage_metrics,
        live.enable_network_address_usage_metrics,
    );
    let in_order =
        if desired.enable_dns_support { [support, hostnames, metrics] } else { [hostnames, support, metrics] };
    in_order
        .into_iter()
        .filter(|(_, wanted, found)| wanted != found)
        .map(|(attribute, value, _)| {
            let call = Call::ModifyAttribute { id: id.clone(), attribute, value };
            Lowered::new("ec2:ModifyVpcAttribute", call).after(After::All)
        })
        .collect()
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { cidr_block, instance_tenancy, tags } => {
            let request = aws
                .ec2
                .create_vpc()
                .cidr_block(cidr_block)
                .instance_tenancy(Tenancy::from(instance_tenancy.as_str()))
                .tag_specifications(specification(ResourceType::Vpc, &Aws::claimed(&tags, run)));
            let answer = aws.call("ec2:CreateVpc", request.send()).await?;
            let vpc = answer.vpc().ok_or_else(|| CallError::bug("ec2:CreateVpc", "the answer holds no VPC"))?;
            let outputs = [
                ("id", vpc.vpc_id().unwrap_or_default().to_owned()),
                ("cidr_block", vpc.cidr_block().unwrap_or_default().to_owned()),
            ];
            Ok(Progress::done_with(outputs))
        }
        Call::ModifyAttribute { id, attribute, value } => {
            let request = aws.ec2.modify_vpc_attribute().vpc_id(literal(&id, run)?);
            let value = AttributeBooleanValue::builder().value(value).build();
            let request = match attribute {
                Attribute::DnsSupport => request.enable_dns_support(value),
                Attribute::DnsHostnames => request.enable_dns_hostnames(value),
                Attribute::NetworkAddressUsageMetrics => request.enable_network_address_usage_metrics(value),
            };
            aws.call("ec2:ModifyVpcAttribute", request.send()).await?;
            Ok(Progress::done())
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            aws.call("ec2:DeleteVpc", aws.ec2.delete_vpc().vpc_id(literal(&id, run)?).send()).await?;
            Ok(Progress::done())
        }
    }
}
