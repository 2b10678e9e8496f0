//! Requests.

use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, Tenancy};
use eksctl_rs_core::{After, CallError, ErrorClass, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Block, Spec, read};
use crate::Aws;
use crate::ec2::{TagCall, literal, specification};

/// The calls of a VPC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The IPv4 network range.
        cidr_block: String,
        /// Whether it has an IPv6 range of Amazon's.
        amazon_provided_ipv6_cidr_block: bool,
        /// Whether instances run on hardware of their own.
        instance_tenancy: String,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Gives it another range.
    Associate {
        /// The VPC.
        id: Reference,
        /// Which range.
        block: Block,
    },
    /// Takes a range from it.
    Disassociate {
        /// The association of the range.
        association: Reference,
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
                amazon_provided_ipv6_cidr_block: desired.amazon_provided_ipv6_cidr_block,
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
            let blocks = desired.secondary_cidr_blocks.iter().cloned().map(Block::Ipv4);
            calls.extend(blocks.map(|block| associate(lowering, block).after(After::First)));
            calls
        }
        Work::Update { desired, live, .. } => {
            let mut calls = modify(&id, desired, live);
            calls.extend(update_blocks(lowering, desired, live));
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { .. } => vec![Lowered::new("ec2:DeleteVpc", Call::Delete { id })],
    }
}

/// What is taken away goes last: subnets may be in it.
fn update_blocks(lowering: &Lowering<'_, Spec>, desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let blocks = |these: &Spec, others: &Spec| -> Vec<Block> {
        let ipv6 = these.amazon_provided_ipv6_cidr_block && !others.amazon_provided_ipv6_cidr_block;
        let ipv4 = these.secondary_cidr_blocks.difference(&others.secondary_cidr_blocks);
        ipv4.cloned().map(Block::Ipv4).chain(ipv6.then_some(Block::AmazonIpv6)).collect()
    };
    let new = blocks(desired, live).into_iter().map(|block| associate(lowering, block));
    let gone = blocks(live, desired).into_iter().map(|block| {
        let call = Call::Disassociate { association: lowering.own(&block.output()) };
        Lowered::new("ec2:DisassociateVpcCidrBlock", call).after(After::Nothing).after_holders()
    });
    new.chain(gone).collect()
}

fn associate(lowering: &Lowering<'_, Spec>, block: Block) -> Lowered<Call> {
    let undo = Call::Disassociate { association: lowering.own(&block.output()) };
    let is_ipv6 = block == Block::AmazonIpv6;
    let call = Call::Associate { id: lowering.own("id"), block };
    let lowered = Lowered::new("ec2:AssociateVpcCidrBlock", call).after(After::Nothing);
    // Of IPv6 blocks a VPC can have several: Amazon would choose another one.
    if is_ipv6 { lowered.leaking(undo) } else { lowered }
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
        Call::Create { cidr_block, amazon_provided_ipv6_cidr_block, instance_tenancy, tags } => {
            let request = aws
                .ec2
                .create_vpc()
                .cidr_block(cidr_block)
                .set_amazon_provided_ipv6_cidr_block(amazon_provided_ipv6_cidr_block.then_some(true))
                .instance_tenancy(Tenancy::from(instance_tenancy.as_str()))
                .tag_specifications(specification(ResourceType::Vpc, &Aws::claimed(&tags, run)));
            let answer = aws.call("ec2:CreateVpc", request.send()).await?;
            let vpc = answer.vpc().ok_or_else(|| CallError::bug("ec2:CreateVpc", "the answer holds no VPC"))?;
            let outputs = read::outputs(vpc);
            // Which IPv6 range it has, AWS tells later.
            Ok(match amazon_provided_ipv6_cidr_block {
                true => Progress::Pending { status: "pending".to_owned(), follow: None, outputs, issues: Vec::new() },
                false => Progress::Done { outputs },
            })
        }
        Call::Associate { id, block } => associate_block(aws, &literal(&id, run)?, block, run).await,
        Call::Disassociate { association } => {
            let request = aws.ec2.disassociate_vpc_cidr_block().association_id(literal(&association, run)?);
            match aws.call("ec2:DisassociateVpcCidrBlock", request.send()).await {
                Err(error) if error.class == ErrorClass::Gone => Ok(Progress::done()),
                other => other.map(|_| Progress::pending("disassociating")),
            }
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

async fn associate_block(aws: &Aws, id: &str, block: Block, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws.ec2.associate_vpc_cidr_block().vpc_id(id);
    let request = match &block {
        Block::Ipv4(cidr) => request.cidr_block(cidr),
        Block::AmazonIpv6 => request.amazon_provided_ipv6_cidr_block(true),
    };
    match aws.call("ec2:AssociateVpcCidrBlock", request.send()).await {
        // An earlier attempt may have done it: then the range overlaps itself.
        Err(error) if matches!(error.code.as_str(), "InvalidVpc.Range" | "CidrLimitExceeded") => {
            let call = Call::Associate { id: Reference::from(id), block };
            read::status(aws, Some(call), run).await.map_err(|_| error)
        }
        other => other.map(|_| Progress::pending("associating")),
    }
}
