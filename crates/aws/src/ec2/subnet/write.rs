//! Requests.

use aws_sdk_ec2::types::{AttributeBooleanValue, HostnameType, ResourceType};
use eksctl_rs_core::{After, CallError, ErrorClass, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Ipv6Part, Spec, read};
use crate::Aws;
use crate::ec2::{TagCall, cidr, literal, specification};

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
        /// The IPv6 range.
        ipv6_cidr_block: Option<Ipv6Part>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Gives it an IPv6 range.
    AssociateIpv6 {
        /// The subnet.
        id: Reference,
        /// Which range.
        block: Ipv6Part,
    },
    /// Takes its IPv6 range.
    DisassociateIpv6 {
        /// The association of the range.
        association: Reference,
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
    /// Whether network interfaces get an IPv6 address.
    AssignIpv6AddressOnCreation(bool),
    /// Whether names of what has IPv4 addresses only resolve to IPv6 addresses.
    Dns64(bool),
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
                ipv6_cidr_block: desired.ipv6_cidr_block.clone(),
                tags,
            };
            let fresh = Spec {
                assign_ipv6_address_on_creation: false,
                enable_dns64: false,
                map_public_ip_on_launch: false,
                private_dns_hostname_type: "ip-name".to_owned(),
                resource_name_dns_a_record: false,
                ..desired.clone()
            };
            let mut calls = vec![Lowered::creating("ec2:CreateSubnet", create)];
            calls.extend(update_ipv6(lowering, desired, &fresh));
            calls.extend(modify(&id, desired, &fresh).into_iter().map(|call| call.after(After::First)));
            calls
        }
        Work::Update { desired, live, .. } => {
            let mut calls = update_ipv6(lowering, desired, live);
            calls.extend(modify(&id, desired, live));
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { .. } => vec![Lowered::new("ec2:DeleteSubnet", Call::Delete { id })],
    }
}

/// What needs the range goes before it and comes after it.
fn update_ipv6(lowering: &Lowering<'_, Spec>, desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    let set =
        |attribute| Lowered::new("ec2:ModifySubnetAttribute", Call::ModifyAttribute { id: id.clone(), attribute });
    let changes = desired.ipv6_cidr_block != live.ipv6_cidr_block;
    let goes = changes && live.ipv6_cidr_block.is_some();
    let (assigns, translates) = (live.assign_ipv6_address_on_creation, live.enable_dns64);
    let mut calls = Vec::new();
    if assigns && (goes || !desired.assign_ipv6_address_on_creation) {
        calls.push(set(Attribute::AssignIpv6AddressOnCreation(false)));
    }
    if translates && !desired.enable_dns64 {
        calls.push(set(Attribute::Dns64(false)));
    }
    if goes {
        let call = Call::DisassociateIpv6 { association: lowering.own("association/ipv6") };
        let disassociate = Lowered::new("ec2:DisassociateSubnetCidrBlock", call);
        // Where another range comes, what is in the subnet next waits for that.
        let is_last = desired.ipv6_cidr_block.is_none();
        calls.push(if is_last { disassociate.after_holders() } else { disassociate });
        // The VPC's range may go after them.
        calls = calls.into_iter().map(Lowered::letting_go).collect();
    }
    if let (true, Some(block)) = (changes, &desired.ipv6_cidr_block) {
        let call = Call::AssociateIpv6 { id: id.clone(), block: block.clone() };
        calls.push(Lowered::new("ec2:AssociateSubnetCidrBlock", call));
    }
    if desired.assign_ipv6_address_on_creation && (goes || !assigns) {
        calls.push(set(Attribute::AssignIpv6AddressOnCreation(true)));
    }
    if desired.enable_dns64 && !translates {
        calls.push(set(Attribute::Dns64(true)));
    }
    calls
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
        Call::Create { vpc, availability_zone, cidr_block, ipv6_cidr_block, tags } => {
            let ipv6 = ipv6_cidr_block.map(|part| range(&part, run)).transpose()?;
            let has_ipv6 = ipv6.is_some();
            let request = aws
                .ec2
                .create_subnet()
                .vpc_id(literal(&vpc, run)?)
                .availability_zone(availability_zone)
                .cidr_block(cidr_block)
                .set_ipv6_cidr_block(ipv6)
                .tag_specifications(specification(ResourceType::Subnet, &tags));
            let answer = aws.call("ec2:CreateSubnet", request.send()).await?;
            let id = answer.subnet().and_then(|subnet| subnet.subnet_id()).unwrap_or_default().to_owned();
            // The IPv6 range is associated a little later.
            let outputs = [("id".to_owned(), id)].into();
            Ok(match has_ipv6 {
                true => Progress::Pending { status: "pending".to_owned(), follow: None, outputs, issues: Vec::new() },
                false => Progress::Done { outputs },
            })
        }
        Call::AssociateIpv6 { id, block } => associate_ipv6(aws, id, block, run).await,
        Call::DisassociateIpv6 { association } => {
            let request = aws.ec2.disassociate_subnet_cidr_block().association_id(literal(&association, run)?);
            match aws.call("ec2:DisassociateSubnetCidrBlock", request.send()).await {
                Err(error) if error.class == ErrorClass::Gone => Ok(Progress::done()),
                other => other.map(|_| Progress::pending("disassociating")),
            }
        }
        Call::ModifyAttribute { id, attribute } => {
            let request = aws.ec2.modify_subnet_attribute().subnet_id(literal(&id, run)?);
            let flag = |value| AttributeBooleanValue::builder().value(value).build();
            let request = match attribute {
                Attribute::AssignIpv6AddressOnCreation(value) => request.assign_ipv6_address_on_creation(flag(value)),
                Attribute::Dns64(value) => request.enable_dns64(flag(value)),
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

async fn associate_ipv6(aws: &Aws, id: Reference, block: Ipv6Part, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws.ec2.associate_subnet_cidr_block().subnet_id(literal(&id, run)?);
    let request = request.ipv6_cidr_block(range(&block, run)?);
    match aws.call("ec2:AssociateSubnetCidrBlock", request.send()).await {
        // An earlier attempt may have done it; another subnet has to let go of the range first.
        Err(error) if matches!(error.code.as_str(), "InvalidSubnet.Conflict" | "CidrLimitExceeded") => {
            let held = CallError { class: ErrorClass::Held, ..error };
            read::status(aws, Some(Call::AssociateIpv6 { id, block }), run).await.map_err(|_| held)
        }
        other => other.map(|_| Progress::pending("associating")),
    }
}

/// The range that a part is, once the VPC's is known.
fn range(part: &Ipv6Part, run: &Run<'_>) -> Result<String, CallError> {
    let of = literal(&part.of, run)?;
    let bug = || CallError::bug(&run.step.operation, format!("{of} is no /56"));
    cidr::ipv6_part(&of, part.number).ok_or_else(bug)
}
