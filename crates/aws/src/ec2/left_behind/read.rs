//! Looking for it, and where its deletion stands.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::operation::describe_instances::DescribeInstancesOutput;
use aws_sdk_ec2::operation::describe_network_interfaces::DescribeNetworkInterfacesOutput;
use aws_sdk_ec2::operation::describe_security_group_rules::DescribeSecurityGroupRulesOutput;
use aws_sdk_ec2::operation::describe_security_groups::DescribeSecurityGroupsOutput;
use aws_sdk_ec2::types::{
    Filter, Instance, InstanceStateName, NetworkInterface, NetworkInterfaceStatus, SecurityGroup,
};
use eksctl_rs_core::{Address, CallError, Observed, Outputs, Owner, Progress, Reference, Run, Status, Tags};

use super::maker::{Maker, of_tags};
use super::{Call, LeftBehind, NamedBy, Room, Spec};
use crate::Aws;
use crate::branches::try_join3;
use crate::ec2::{from_sdk, gone, id_of};
use crate::kind::Kind;
use crate::reads::Reads;

/// Where to look, and for whose.
pub(crate) struct Places {
    /// The VPCs that the stack is about to delete: whatever is in them stands in the way.
    pub(crate) own: Vec<String>,
    /// The VPCs that its clusters are in and that stay: only what is the clusters' counts.
    pub(crate) others: Vec<String>,
    /// The names of its clusters.
    pub(crate) clusters: Vec<String>,
    /// The security groups of its clusters, which go with them.
    pub(crate) cluster_groups: BTreeSet<String>,
}

/// Everything in these places that is neither the stack's nor goes with what is.
pub(crate) async fn look(reads: &Reads<'_>, places: &Places) -> Result<Vec<LeftBehind>, CallError> {
    let vpcs: Vec<String> = places.own.iter().chain(&places.others).cloned().collect();
    if vpcs.is_empty() {
        return Ok(Vec::new());
    }
    let in_vpcs = Filter::builder().name("vpc-id").set_values(Some(vpcs)).build();
    let (instances, interfaces, (groups, named_by)) =
        try_join3(instances(reads, &in_vpcs), interfaces(reads, &in_vpcs), groups(reads, &in_vpcs)).await?;
    let mut found: Vec<LeftBehind> = Vec::new();
    let with_eks: BTreeSet<&str> = instances
        .iter()
        .filter(|instance| of_tags(&from_sdk(instance.tags()), &places.clusters) == Maker::Eks)
        .filter_map(Instance::instance_id)
        .collect();
    found.extend(instances.iter().filter_map(|instance| of_instance(instance, places)));
    found.extend(interfaces.iter().filter_map(|interface| of_interface(interface, &with_eks, places)));
    found.extend(groups.iter().filter_map(|group| of_group(group, &named_by, places)));
    Ok(found)
}

async fn instances(reads: &Reads<'_>, within: &Filter) -> Result<Vec<Instance>, CallError> {
    let there = ["pending", "running", "shutting-down", "stopping", "stopped"].map(str::to_owned).to_vec();
    let there = Filter::builder().name("instance-state-name").set_values(Some(there)).build();
    let request = || reads.aws.ec2.describe_instances().filters(within.clone()).filters(there.clone());
    let page = |page: DescribeInstancesOutput| {
        let reservations = page.reservations.unwrap_or_default();
        let instances = reservations.into_iter().flat_map(|one| one.instances.unwrap_or_default());
        (instances.collect::<Vec<_>>(), page.next_token)
    };
    reads.pages("ec2:DescribeInstances", |token| request().set_next_token(token).send(), page).await
}

async fn interfaces(reads: &Reads<'_>, within: &Filter) -> Result<Vec<NetworkInterface>, CallError> {
    let request = || reads.aws.ec2.describe_network_interfaces().filters(within.clone());
    let page = |page: DescribeNetworkInterfacesOutput| (page.network_interfaces.unwrap_or_default(), page.next_token);
    reads.pages("ec2:DescribeNetworkInterfaces", |token| request().set_next_token(token).send(), page).await
}

/// By the id of a group that is named: the rules that name it, each with the group that has it.
type Named = BTreeMap<String, BTreeMap<String, NamedBy>>;

/// The security groups, and which rules name them.
async fn groups(reads: &Reads<'_>, within: &Filter) -> Result<(Vec<SecurityGroup>, Named), CallError> {
    let request = || reads.aws.ec2.describe_security_groups().filters(within.clone());
    let page = |page: DescribeSecurityGroupsOutput| (page.security_groups.unwrap_or_default(), page.next_token);
    let groups =
        reads.pages("ec2:DescribeSecurityGroups", |token| request().set_next_token(token).send(), page).await?;
    let ids: Vec<String> = groups.iter().filter_map(|group| group.group_id()).map(str::to_owned).collect();
    let mut named = Named::new();
    if ids.is_empty() {
        return Ok((groups, named));
    }
    let of_groups = Filter::builder().name("group-id").set_values(Some(ids)).build();
    let request = || reads.aws.ec2.describe_security_group_rules().filters(of_groups.clone());
    let page =
        |page: DescribeSecurityGroupRulesOutput| (page.security_group_rules.unwrap_or_default(), page.next_token);
    let operation = "ec2:DescribeSecurityGroupRules";
    for rule in reads.pages(operation, |token| request().set_next_token(token).send(), page).await? {
        let other = rule.referenced_group_info().and_then(|other| other.group_id());
        if let (Some(other), Some(own), Some(id)) = (other, rule.group_id(), rule.security_group_rule_id())
            && other != own
        {
            let by = NamedBy { group: own.to_owned(), egress: rule.is_egress().unwrap_or_default() };
            named.entry(other.to_owned()).or_default().insert(id.to_owned(), by);
        }
    }
    Ok((groups, named))
}

/// What is looked at, before it is known whether it counts.
struct Candidate<'c> {
    what: &'static str,
    id: &'c str,
    vpc: &'c str,
    subnet: Option<&'c str>,
    groups: Vec<&'c str>,
    named_by: BTreeMap<String, NamedBy>,
    tags: Tags,
    maker: Maker,
}

impl Candidate<'_> {
    /// As something left behind, if it is in the way or a cluster's.
    fn left_behind(self, places: &Places, hint: &str) -> Option<LeftBehind> {
        let is_swept = matches!(self.maker, Maker::Controller(_)) && hint.is_empty();
        let is_in_the_way = places.own.iter().any(|vpc| vpc == self.vpc);
        if matches!(self.maker, Maker::Stack | Maker::Eks)
            || !is_in_the_way && !matches!(self.maker, Maker::Controller(_))
        {
            return None;
        }
        let references = |ids: Vec<&str>| ids.into_iter().map(Reference::from).collect();
        let spec = Spec {
            what: self.what.to_owned(),
            made_by: self.maker.words().to_owned(),
            vpc: Reference::from(self.vpc),
            subnets: references(self.subnet.into_iter().collect()),
            security_groups: references(self.groups),
            named_by: self.named_by,
            tags: self.tags,
        };
        let unknown =
            format!("find out who needs it, delete it, and run destroy again: {}", by_hand(self.what, self.id));
        Some(LeftBehind {
            made_by: spec.made_by.clone(),
            what: format!("the {}", self.what.replace('-', " ")),
            is_swept,
            hint: if hint.is_empty() { unknown } else { hint.to_owned() },
            observed: Observed {
                address: Address::new(Room::NAME, self.id),
                id: self.id.to_owned(),
                spec: serde_json::to_value(&spec).ok()?,
                outputs: Outputs::from([("id".to_owned(), self.id.to_owned())]),
                status: Status::Ready,
                owner: if is_swept { Owner::Us } else { Owner::Unknown },
                applied: None,
                claim: None,
                protection: None,
            },
        })
    }
}

/// How something is deleted with the AWS CLI.
fn by_hand(what: &str, id: &str) -> String {
    match what {
        "instance" => format!("aws ec2 terminate-instances --instance-ids {id}"),
        "network-interface" => format!("aws ec2 delete-network-interface --network-interface-id {id}"),
        _ => format!("aws ec2 delete-security-group --group-id {id}"),
    }
}

fn of_instance(instance: &Instance, places: &Places) -> Option<LeftBehind> {
    let tags = from_sdk(instance.tags());
    let candidate = Candidate {
        what: "instance",
        id: instance.instance_id()?,
        vpc: instance.vpc_id()?,
        subnet: instance.subnet_id(),
        groups: instance.security_groups().iter().filter_map(|group| group.group_id()).collect(),
        named_by: BTreeMap::new(),
        maker: of_tags(&tags, &places.clusters),
        tags,
    };
    candidate.left_behind(places, "")
}

/// Interfaces of NAT gateways, endpoints, control planes and instances go with those.
fn of_interface(interface: &NetworkInterface, with_eks: &BTreeSet<&str>, places: &Places) -> Option<LeftBehind> {
    let tags = from_sdk(interface.tag_set());
    let description = interface.description().unwrap_or_default();
    let holder = interface.attachment().and_then(|attachment| attachment.instance_id());
    // EC2 writes `nat_gateway`, its SDK `natGateway`.
    let kind = interface.interface_type().map_or("", |kind| kind.as_str()).replace('_', "").to_ascii_lowercase();
    let of_aws = ["natgateway", "vpcendpoint"].contains(&kind.as_str());
    if of_aws || holder.is_some_and(|id| with_eks.contains(id)) || description.starts_with("Amazon EKS ") {
        return None;
    }
    let in_use = interface.status() != Some(&NetworkInterfaceStatus::Available);
    // An instance takes its interfaces along.
    if in_use && holder.is_some() {
        return None;
    }
    let mut maker = of_tags(&tags, &places.clusters);
    let mut hint = String::new();
    if in_use {
        (maker, hint) = in_use_by(interface, description, maker);
    } else if maker == Maker::Unknown && description.starts_with("aws-K8S-") && is_of_cluster(interface, places) {
        maker = Maker::Controller("the VPC CNI plugin");
    }
    let candidate = Candidate {
        what: "network-interface",
        id: interface.network_interface_id()?,
        vpc: interface.vpc_id()?,
        subnet: interface.subnet_id(),
        groups: interface.groups().iter().filter_map(|group| group.group_id()).collect(),
        named_by: BTreeMap::new(),
        tags,
        maker,
    };
    candidate.left_behind(places, &hint)
}

/// An older VPC CNI plugin names no cluster: the security group tells.
fn is_of_cluster(interface: &NetworkInterface, places: &Places) -> bool {
    interface.groups().iter().filter_map(|group| group.group_id()).any(|id| places.cluster_groups.contains(id))
}

/// Whose an interface is that cannot be deleted as it is, and what to do about it.
fn in_use_by(interface: &NetworkInterface, description: &str, maker: Maker) -> (Maker, String) {
    let by_load_balancer = interface.requester_id() == Some("amazon-elb") || description.starts_with("ELB ");
    if by_load_balancer {
        let name = description.strip_prefix("ELB ").unwrap_or(description);
        let hint = format!(
            "it is the load balancer {name}: delete the Service, Ingress or Gateway in the cluster that it belongs to, wait \
             until it is gone, and run destroy again"
        );
        return (Maker::Controller("a load balancer"), hint);
    }
    let by = interface.attachment().and_then(|attachment| attachment.instance_owner_id()).unwrap_or("somebody else");
    (maker, format!("it is in use by {by} ({description}): delete what uses it, and run destroy again"))
}

/// Neither the groups of VPCs themselves nor those that EKS makes.
fn of_group(group: &SecurityGroup, named: &Named, places: &Places) -> Option<LeftBehind> {
    let (id, name) = (group.group_id()?, group.group_name().unwrap_or_default());
    let tags = from_sdk(group.tags());
    if name == "default" || places.cluster_groups.contains(id) || name.starts_with("eks-cluster-sg-") {
        return None;
    }
    let candidate = Candidate {
        what: "security-group",
        id,
        vpc: group.vpc_id()?,
        subnet: None,
        groups: Vec::new(),
        named_by: named.get(id).cloned().unwrap_or_default(),
        maker: of_tags(&tags, &places.clusters),
        tags,
    };
    candidate.left_behind(places, "")
}

/// An instance is gone once it is terminated, though AWS shows it for an hour.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let Some(Call::Terminate { .. }) = call else { return Err(gone(run)) };
    let request = aws.ec2.describe_instances().instance_ids(id_of(run)?);
    let answer = aws.call("ec2:DescribeInstances", request.send()).await?;
    let instance = answer.reservations().iter().flat_map(|one| one.instances()).next();
    match instance.and_then(|instance| instance.state()).and_then(|state| state.name()) {
        None | Some(InstanceStateName::Terminated) => Err(gone(run)),
        Some(state) => Ok(Progress::pending(state.as_str())),
    }
}
