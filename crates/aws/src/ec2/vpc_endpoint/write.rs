//! Requests.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{IpAddressType, ResourceType, VpcEndpointType};
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, read};
use crate::Aws;
use crate::PolicyDocument;
use crate::ec2::{TagCall, gone, literal, specification, token};

/// Seconds until network interfaces are there; inferred, 40 to 150.
const CREATE_TAKES: u64 = 75;

/// Seconds until they are gone; inferred, 30 to 300.
const DELETE_TAKES: u64 = 90;

/// The calls of a VPC endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes everything that changes, in one call.
    Modify {
        /// The endpoint.
        id: Reference,
        /// What changes.
        change: Box<Change>,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The endpoint.
        id: Reference,
    },
}

/// What changes; nothing stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Subnets that come.
    pub add_subnets: BTreeSet<Reference>,
    /// Subnets that go.
    pub remove_subnets: BTreeSet<Reference>,
    /// Security groups that come.
    pub add_security_groups: BTreeSet<Reference>,
    /// Security groups that go.
    pub remove_security_groups: BTreeSet<Reference>,
    /// Route tables that come.
    pub add_route_tables: BTreeSet<Reference>,
    /// Route tables that go.
    pub remove_route_tables: BTreeSet<Reference>,
    /// What becomes of the policy.
    pub policy: Option<PolicyChange>,
    /// Whether the public name of the service leads here.
    pub private_dns_enabled: Option<bool>,
    /// The family of addresses.
    pub ip_address_type: Option<String>,
}

/// What becomes of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PolicyChange {
    /// It becomes this one.
    Set(PolicyDocument),
    /// It becomes AWS's default.
    Reset,
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let takes = if desired.endpoint_type == "Gateway" { 0 } else { CREATE_TAKES };
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("ec2:CreateVpcEndpoint", create).taking(takes)]
        }
        Work::Update { desired, live, .. } => {
            let mut calls = Vec::from_iter(modify(id, desired, live));
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let takes = if live.endpoint_type == "Gateway" { 0 } else { DELETE_TAKES };
            vec![Lowered::new("ec2:DeleteVpcEndpoints", Call::Delete { id }).taking(takes)]
        }
    }
}

fn modify(id: Reference, desired: &Spec, live: &Spec) -> Option<Lowered<Call>> {
    let new = |desired: &BTreeSet<Reference>, live: &BTreeSet<Reference>| desired.difference(live).cloned().collect();
    let change = Change {
        add_subnets: new(&desired.subnets, &live.subnets),
        remove_subnets: new(&live.subnets, &desired.subnets),
        add_security_groups: new(&desired.security_groups, &live.security_groups),
        remove_security_groups: new(&live.security_groups, &desired.security_groups),
        add_route_tables: new(&desired.route_tables, &live.route_tables),
        remove_route_tables: new(&live.route_tables, &desired.route_tables),
        policy: (desired.policy != live.policy)
            .then(|| desired.policy.clone().map_or(PolicyChange::Reset, PolicyChange::Set)),
        private_dns_enabled: (desired.private_dns_enabled != live.private_dns_enabled)
            .then_some(desired.private_dns_enabled),
        ip_address_type: (desired.ip_address_type != live.ip_address_type).then(|| desired.ip_address_type.clone()),
    };
    if change == Change::default() {
        return None;
    }
    let takes = if change.add_subnets.is_empty() { 0 } else { CREATE_TAKES };
    let call = Call::Modify { id, change: Box::new(change) };
    Some(Lowered::new("ec2:ModifyVpcEndpoint", call).after(After::Nothing).taking(takes))
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, &tags, run).await,
        Call::Modify { id, change } => send(aws, &id, *change, run).await,
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_vpc_endpoints().vpc_endpoint_ids(literal(&id, run)?);
            let answer = aws.call("ec2:DeleteVpcEndpoints", request.send()).await?;
            // What could not be deleted is in the answer, and no error.
            match answer.unsuccessful().iter().find_map(|one| one.error()) {
                Some(error) if error.code().is_some_and(|code| code.ends_with(".NotFound")) => Err(gone(run)),
                Some(error) => Err(refused(error, run)),
                None => Ok(Progress::pending("deleting")),
            }
        }
    }
}

/// A refusal that stands in an answer.
fn refused(error: &aws_sdk_ec2::types::UnsuccessfulItemError, run: &Run<'_>) -> CallError {
    let (code, message) = (error.code().unwrap_or("Unknown"), error.message().unwrap_or_default());
    let class =
        crate::ec2::classify("DeleteVpcEndpoints", code, message).unwrap_or(eksctl_rs_core::ErrorClass::Invalid);
    CallError::new(class, &run.step.operation, code, message)
}

async fn create(aws: &Aws, spec: &Spec, tags: &Tags, run: &Run<'_>) -> Result<Progress, CallError> {
    let is_interface = spec.endpoint_type == "Interface";
    let request = aws
        .ec2
        .create_vpc_endpoint()
        .client_token(token(run))
        .vpc_id(literal(&spec.vpc, run)?)
        .service_name(&spec.service_name)
        .vpc_endpoint_type(VpcEndpointType::from(spec.endpoint_type.as_str()))
        .set_subnet_ids(ids(&spec.subnets, run)?)
        .set_security_group_ids(ids(&spec.security_groups, run)?)
        .set_route_table_ids(ids(&spec.route_tables, run)?)
        .set_policy_document(spec.policy.as_ref().map(PolicyDocument::text))
        .set_private_dns_enabled(is_interface.then_some(spec.private_dns_enabled))
        .set_ip_address_type(is_interface.then(|| IpAddressType::from(spec.ip_address_type.as_str())))
        .tag_specifications(specification(ResourceType::VpcEndpoint, tags));
    let answer = aws.call("ec2:CreateVpcEndpoint", request.send()).await?;
    let bug = || CallError::bug("ec2:CreateVpcEndpoint", "the answer holds no VPC endpoint");
    read::progress(answer.vpc_endpoint().ok_or_else(bug)?, run)
}

async fn send(aws: &Aws, id: &Reference, change: Change, run: &Run<'_>) -> Result<Progress, CallError> {
    let (set, reset) = match change.policy {
        Some(PolicyChange::Set(policy)) => (Some(policy.text()), None),
        Some(PolicyChange::Reset) => (None, Some(true)),
        None => (None, None),
    };
    let request = aws
        .ec2
        .modify_vpc_endpoint()
        .vpc_endpoint_id(literal(id, run)?)
        .set_add_subnet_ids(ids(&change.add_subnets, run)?)
        .set_remove_subnet_ids(ids(&change.remove_subnets, run)?)
        .set_add_security_group_ids(ids(&change.add_security_groups, run)?)
        .set_remove_security_group_ids(ids(&change.remove_security_groups, run)?)
        .set_add_route_table_ids(ids(&change.add_route_tables, run)?)
        .set_remove_route_table_ids(ids(&change.remove_route_tables, run)?)
        .set_policy_document(set)
        .set_reset_policy(reset)
        .set_private_dns_enabled(change.private_dns_enabled)
        .set_ip_address_type(change.ip_address_type.map(|kind| IpAddressType::from(kind.as_str())));
    aws.call("ec2:ModifyVpcEndpoint", request.send()).await?;
    Ok(Progress::pending("modifying"))
}

/// The ids as EC2 takes them: no empty lists.
fn ids(references: &BTreeSet<Reference>, run: &Run<'_>) -> Result<Option<Vec<String>>, CallError> {
    let ids: Vec<String> = references.iter().map(|one| literal(one, run)).collect::<Result<_, _>>()?;
    Ok((!ids.is_empty()).then_some(ids))
}
