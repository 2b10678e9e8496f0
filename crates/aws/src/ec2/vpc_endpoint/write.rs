//! Requests.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    DnsOptionsSpecification, DnsRecordIpType, IpAddressType, ResourceType, UnsuccessfulItem, VpcEndpointType,
};
use eksctl_rs_core::{After, CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, read};
use crate::classify::class_of;
use crate::ec2::{TagCall, literal, specification, token};
use crate::{Aws, PolicyDocument};

/// Seconds until a new one with interfaces is available; inferred, 40 to 150.
const CREATE_TAKES: u64 = 75;

/// Seconds until a deleted one with interfaces is gone; inferred, 30 to 300.
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
    /// Changes what AWS changes together.
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

/// What one call changes; nothing stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Subnets that it gets and loses.
    pub subnets: Moved,
    /// Security groups that it gets and loses.
    pub security_groups: Moved,
    /// Route tables that it gets and loses.
    pub route_tables: Moved,
    /// What can be done through it.
    pub policy: Option<PolicyChange>,
    /// Whether the public name leads to it.
    pub private_dns_enabled: Option<bool>,
    /// The kind of its addresses and DNS records.
    pub ip_address_type: Option<String>,
}

/// What is added to a set, and what is taken away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Added.
    pub add: BTreeSet<Reference>,
    /// Taken away.
    pub remove: BTreeSet<Reference>,
}

/// What becomes of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PolicyChange {
    /// It is so.
    Set(PolicyDocument),
    /// It is AWS's own again.
    Reset,
}

impl Moved {
    fn from_to(live: &BTreeSet<Reference>, desired: &BTreeSet<Reference>) -> Self {
        Self { add: desired.difference(live).cloned().collect(), remove: live.difference(desired).cloned().collect() }
    }

    /// Something that is to be added is not there yet.
    fn waits(&self) -> bool {
        self.add.iter().any(|reference| reference.literal().is_err())
    }

    /// What is taken away, if that must not wait for what is added.
    fn let_go(&mut self) -> Self {
        let remove = if self.waits() { std::mem::take(&mut self.remove) } else { BTreeSet::new() };
        Self { add: BTreeSet::new(), remove }
    }
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let takes = if desired.is_interface() { CREATE_TAKES } else { 0 };
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("ec2:CreateVpcEndpoint", create).taking(takes)]
        }
        Work::Update { desired, live, .. } => {
            let mut calls = modify(&id, desired, live);
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, .. } => {
            let takes = if live.is_interface() { DELETE_TAKES } else { 0 };
            vec![Lowered::new("ec2:DeleteVpcEndpoints", Call::Delete { id }).taking(takes)]
        }
    }
}

/// One call for everything, but for subnets and tables that must be let go of before others can be made.
fn modify(id: &Reference, desired: &Spec, live: &Spec) -> Vec<Lowered<Call>> {
    let mut change = change(desired, live);
    let (subnets, route_tables) = (change.subnets.let_go(), change.route_tables.let_go());
    let first = Change { subnets, route_tables, ..Change::default() };
    let call = |change: Change| {
        let call = Call::Modify { id: id.clone(), change: Box::new(change) };
        Lowered::new("ec2:ModifyVpcEndpoint", call)
    };
    let mut calls = Vec::new();
    if first != Change::default() {
        calls.push(call(first).after(After::Nothing).letting_go());
    }
    if change != Change::default() {
        calls.push(call(change));
    }
    calls
}

fn change(desired: &Spec, live: &Spec) -> Change {
    let policy = match &desired.policy {
        Some(policy) => PolicyChange::Set(policy.clone()),
        None => PolicyChange::Reset,
    };
    let dns = desired.private_dns_enabled;
    let kind = &desired.ip_address_type;
    Change {
        subnets: Moved::from_to(&live.subnets, &desired.subnets),
        security_groups: Moved::from_to(&live.security_groups, &desired.security_groups),
        route_tables: Moved::from_to(&live.route_tables, &desired.route_tables),
        policy: (desired.policy != live.policy).then_some(policy),
        private_dns_enabled: (dns != live.private_dns_enabled).then_some(dns),
        ip_address_type: (*kind != live.ip_address_type).then(|| kind.clone()),
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => create(aws, &spec, &tags, run).await,
        Call::Modify { id, change } => {
            let id = literal(&id, run)?;
            match send_change(aws, &id, &change, run).await {
                // An earlier attempt may have done it: AWS neither adds nor removes twice.
                Err(error) if REPEATED.contains(&error.code.as_str()) && is_done(aws, &id, &change).await? => {}
                other => other?,
            }
            Ok(Progress::pending("modifying"))
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_vpc_endpoints().vpc_endpoint_ids(literal(&id, run)?);
            let answer = aws.call("ec2:DeleteVpcEndpoints", request.send()).await?;
            match answer.unsuccessful().first() {
                Some(failed) => Err(not_deleted(failed)),
                None => Ok(Progress::pending("deleting")),
            }
        }
    }
}

async fn create(aws: &Aws, spec: &Spec, tags: &Tags, run: &Run<'_>) -> Result<Progress, CallError> {
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
        // AWS enables it where nobody says anything, and knows it for interfaces only.
        .set_private_dns_enabled(spec.is_interface().then_some(spec.private_dns_enabled))
        .ip_address_type(IpAddressType::from(spec.ip_address_type.as_str()))
        .tag_specifications(specification(ResourceType::VpcEndpoint, tags));
    let answer = aws.call("ec2:CreateVpcEndpoint", request.send()).await?;
    let id = answer.vpc_endpoint().and_then(|endpoint| endpoint.vpc_endpoint_id()).unwrap_or_default().to_owned();
    // Whether it is there is asked next: the answer to a token of an earlier life names one that is gone.
    let outputs = Outputs::from([("id".to_owned(), id)]);
    Ok(Progress::Pending { status: "pending".to_owned(), follow: None, outputs, issues: Vec::new() })
}

/// What AWS answers to a change of its sets that it has made already.
const REPEATED: [&str; 3] = ["InvalidParameter", "DuplicateSubnetsInSameZone", "RouteAlreadyExists"];

async fn send_change(aws: &Aws, id: &str, change: &Change, run: &Run<'_>) -> Result<(), CallError> {
    let ids = |set: &BTreeSet<Reference>| ids(set, run);
    let (policy, reset) = match &change.policy {
        Some(PolicyChange::Set(policy)) => (Some(policy.text()), None),
        Some(PolicyChange::Reset) => (None, Some(true)),
        None => (None, None),
    };
    let kind = change.ip_address_type.as_deref();
    // The records would stay as they were, and not every kind of them goes with every kind of address.
    let records = kind.map(|kind| DnsOptionsSpecification::builder().dns_record_ip_type(DnsRecordIpType::from(kind)));
    let request = aws
        .ec2
        .modify_vpc_endpoint()
        .vpc_endpoint_id(id)
        .set_add_subnet_ids(ids(&change.subnets.add)?)
        .set_remove_subnet_ids(ids(&change.subnets.remove)?)
        .set_add_security_group_ids(ids(&change.security_groups.add)?)
        .set_remove_security_group_ids(ids(&change.security_groups.remove)?)
        .set_add_route_table_ids(ids(&change.route_tables.add)?)
        .set_remove_route_table_ids(ids(&change.route_tables.remove)?)
        .set_policy_document(policy)
        .set_reset_policy(reset)
        .set_private_dns_enabled(change.private_dns_enabled)
        .set_ip_address_type(kind.map(IpAddressType::from))
        .set_dns_options(records.map(|records| records.build()));
    aws.call("ec2:ModifyVpcEndpoint", request.send()).await.map(drop)
}

async fn is_done(aws: &Aws, id: &str, change: &Change) -> Result<bool, CallError> {
    let request = aws.ec2.describe_vpc_endpoints().vpc_endpoint_ids(id);
    let answer = aws.call("ec2:DescribeVpcEndpoints", request.send()).await?;
    let Some(live) = answer.vpc_endpoints().first().map(|endpoint| read::from_live(endpoint).spec) else {
        return Ok(false);
    };
    let moved = [
        (&change.subnets, &live.subnets),
        (&change.security_groups, &live.security_groups),
        (&change.route_tables, &live.route_tables),
    ];
    Ok(moved.iter().all(|(moved, live)| moved.add.is_subset(live) && moved.remove.is_disjoint(live)))
}

/// Nothing where there are none: an empty list would be a parameter.
fn ids(set: &BTreeSet<Reference>, run: &Run<'_>) -> Result<Option<Vec<String>>, CallError> {
    let ids: Vec<String> = set.iter().map(|reference| literal(reference, run)).collect::<Result<_, _>>()?;
    Ok((!ids.is_empty()).then_some(ids))
}

/// AWS deletes several at a time, and tells in its answer what it could not delete.
fn not_deleted(failed: &UnsuccessfulItem) -> CallError {
    const OPERATION: &str = "ec2:DeleteVpcEndpoints";
    let error = failed.error();
    let code = error.and_then(|error| error.code()).unwrap_or("Unknown");
    let message = error.and_then(|error| error.message()).unwrap_or_default();
    CallError::new(class_of(OPERATION, code, message, 400), OPERATION, code, message)
}
