//! Requests.

use aws_sdk_ec2::types::{AttributeBooleanValue, HostnameType, ResourceType};
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::Aws;
use crate::ec2::{TagCall, literal, specification};

/// The calls of a subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The VPC.
        vpc: Reference,
        /// The Availability Zone.
        availability_zone: String,
        /// The IPv4 range.
        cidr_block: String,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Sets one attribute: AWS takes no more in one call.
    ModifyAttribute {
        /// The subnet.
        id: Reference,
        /// Which, and to what.
        attribute: Attribute,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The subnet.
        id: Reference,
    },
}

/// An attribute of a subnet with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attribute {
    /// Whether instances get a public IPv4 address.
    MapPublicIpOnLaunch(bool),
    /// What private DNS names are made of.
    PrivateDnsHostnameType(String),
    /// Whether resource names have A records.
    ResourceNameDnsARecord(bool),
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create {
                vpc: desired.vpc.clone(),
                availability_zone: desired.availability_zone.clone(),
                cidr_block: desired.cidr_block.clone(),
                tags,
            };
            let fresh = Spec {
                map_public_ip_on_launch: false,
                private_dns_hostname_type: "ip-name".to_owned(),
                resource_name_dns_a_record: false,
                ..desired.clone()
            };
            let mut calls = vec![Lowered::creating("ec2:CreateSubnet", create)];
            calls.extend(modify(&id, desired, &fresh).into_iter().map(|call| call.after(After::First)));
            calls
        }
        Work::Update { desired, live, .. } => {
            let mut calls = modify(&id, desired, live);
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { .. } => vec![Lowered::new("ec2:DeleteSubnet", Call::Delete { id })],
    }
}

fn modify(id: &Reference, desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let mut attributes = Vec::new();
    if desired.map_public_ip_on_launch != live.map_public_ip_on_launch {
        attributes.push(Attribute::MapPublicIpOnLaunch(desired.map_public_ip_on_launch));
    }
    if desired.private_dns_hostname_type != live.private_dns_hostname_type {
        attributes.push(Attribute::PrivateDnsHostnameType(desired.private_dns_hostname_type.clone()));
    }
    if desired.resource_name_dns_a_record != live.resource_name_dns_a_record {
        attributes.push(Attribute::ResourceNameDnsARecord(desired.resource_name_dns_a_record));
    }
    attributes
        .into_iter()
        .map(|attribute| {
            let call = Call::ModifyAttribute { id: id.clone(), attribute };
            Lowered::new("ec2:ModifySubnetAttribute", call).after(After::Nothing)
        })
        .collect()
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { vpc, availability_zone, cidr_block, tags } => {
            let request = aws
                .ec2
                .create_subnet()
                .vpc_id(literal(&vpc, run)?)
                .availability_zone(availability_zone)
                .cidr_block(cidr_block)
                .tag_specifications(specification(ResourceType::Subnet, &tags));
            let answer = aws.call("ec2:CreateSubnet", request.send()).await?;
            let id = answer.subnet().and_then(|subnet| subnet.subnet_id()).unwrap_or_default().to_owned();
            Ok(Progress::done_with([("id", id)]))
        }
        Call::ModifyAttribute { id, attribute } => {
            let request = aws.ec2.modify_subnet_attribute().subnet_id(literal(&id, run)?);
            let flag = |value| AttributeBooleanValue::builder().value(value).build();
            let request = match attribute {
                Attribute::MapPublicIpOnLaunch(value) => request.map_public_ip_on_launch(flag(value)),
                Attribute::PrivateDnsHostnameType(value) => {
                    request.private_dns_hostname_type_on_launch(HostnameType::from(value.as_str()))
                }
                Attribute::ResourceNameDnsARecord(value) => {
                    request.enable_resource_name_dns_a_record_on_launch(flag(value))
                }
            };
            aws.call("ec2:ModifySubnetAttribute", request.send()).await?;
            Ok(Progress::done())
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            aws.call("ec2:DeleteSubnet", aws.ec2.delete_subnet().subnet_id(literal(&id, run)?).send()).await?;
            Ok(Progress::done())
        }
    }
}
