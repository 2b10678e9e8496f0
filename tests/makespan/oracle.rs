//! How fast a run could have been, from the emulator's log alone: what AWS's own rules let nobody do sooner.
//!
//! Deliberately absent: our graph, our plan, and what the engine expects.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_emulator::LogEntry;
use serde_json::Value;

/// A call that changed something.
struct Work<'l> {
    call: &'l LogEntry,
    /// Seconds until what it began was complete.
    takes: f64,
    /// The calls that had to be complete before it, by AWS's rules.
    needs: BTreeSet<usize>,
}

/// What a run could have been.
pub(crate) struct Oracle<'l> {
    log: &'l [LogEntry],
    works: Vec<Work<'l>>,
    /// When each could have begun at the earliest, and which need it waited for last.
    earliest: Vec<(f64, Option<usize>)>,
    /// Seconds that must pass after each is complete.
    tails: Vec<f64>,
}

/// What limits a run from below, in seconds.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) critical_path: f64,
    pub(crate) busiest_lane: f64,
    pub(crate) busiest_bucket: f64,
}

impl Bound {
    pub(crate) fn seconds(&self) -> f64 {
        self.critical_path.max(self.busiest_lane).max(self.busiest_bucket)
    }
}

/// The add-ons without which no node becomes ready, or whose configuration nodes read when they start. E1.7.
const BEFORE_NODES: &[&str] = &["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];

/// While one of these runs, nothing in the cluster is changed. E1.4, E2.14.
const CLUSTER_UPDATES: &[&str] = &["UpdateClusterVersion", "UpdateClusterConfig", "AssociateEncryptionConfig"];

impl<'l> Oracle<'l> {
    pub(crate) fn new(log: &'l [LogEntry]) -> Self {
        let mut works: Vec<Work<'l>> = Vec::new();
        // Who first told a text that AWS has made up: ids, ARNs, addresses.
        let mut tellers: BTreeMap<String, usize> = BTreeMap::new();
        for call in log.iter().filter(|call| call.error.is_none()) {
            if call.mutating {
                let takes = call.completes.map_or(0.0, |completes| completes - call.at);
                let needs = needs(&works, call, &tellers);
                works.push(Work { call, takes, needs });
            }
            // What a cluster tells only when it is there comes from its creation.
            let teller = match (call.mutating, call.operation.as_str()) {
                // What is deleted or changed was told before: an answer that repeats it makes nothing new.
                (true, operation) => (!["Delete", "Update", "Schedule"].iter().any(|verb| operation.starts_with(verb)))
                    .then(|| works.len() - 1),
                (false, "DescribeCluster") => works.iter().position(|work| work.call.operation == "CreateCluster"),
                _ => None,
            };
            if let Some(teller) = teller {
                let asked = call.input.to_string();
                texts(&call.output, &mut |text| {
                    if is_made_up(text) && !asked.contains(text) {
                        tellers.entry(text.to_owned()).or_insert(teller);
                    }
                });
            }
        }
        let mut earliest: Vec<(f64, Option<usize>)> = Vec::new();
        for work in &works {
            let ends = work.needs.iter().map(|need| (earliest[*need].0 + works[*need].takes, Some(*need)));
            earliest.push(ends.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or((0.0, None)));
        }
        let mut tails = vec![0.0_f64; works.len()];
        for (number, work) in works.iter().enumerate().rev() {
            for need in &work.needs {
                tails[*need] = tails[*need].max(work.takes + tails[number]);
            }
        }
        Self { log, works, earliest, tails }
    }

    pub(crate) fn bound(&self) -> Bound {
        let ends = self.works.iter().zip(&self.earliest).map(|(work, (earliest, _))| earliest + work.takes);
        Bound {
            critical_path: ends.fold(0.0, f64::max),
            busiest_lane: self.lanes().into_values().map(|lane| self.lane(&lane)).fold(0.0, f64::max),
            busiest_bucket: self.buckets(),
        }
    }

    /// What AWS does one after the other: the numbers of the calls of each lane.
    fn lanes(&self) -> BTreeMap<String, Vec<usize>> {
        let mut lanes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, work) in self.works.iter().enumerate() {
            if let Some(lane) = lane_of(work.call) {
                lanes.entry(lane).or_default().push(number);
            }
        }
        lanes
    }

    fn lane(&self, lane: &[usize]) -> f64 {
        let head = lane.iter().map(|number| self.earliest[*number].0).fold(f64::INFINITY, f64::min);
        let tail = lane.iter().map(|number| self.tails[*number]).fold(f64::INFINITY, f64::min);
        head + lane.iter().map(|number| self.works[*number].takes).sum::<f64>() + tail
    }

    /// AWS's token buckets of what a stack calls often. Source: "Request throttling for the Amazon EC2 API".
    fn buckets(&self) -> f64 {
        let count = |operation: &str| self.works.iter().filter(|work| work.call.operation == operation).count() as f64;
        let buckets =
            [("CreateVpcEndpoint", 4.0, 0.3), ("DeleteVpcEndpoints", 4.0, 0.3), ("CreateNatGateway", 10.0, 1.0)];
        buckets
            .into_iter()
            .map(|(operation, capacity, refill)| (count(operation) - capacity) / refill)
            .fold(0.0, f64::max)
    }

    /// What the run had to wait for, and how many seconds after its completion the run had heard of that.
    pub(crate) fn overshoots(&self) -> Vec<(String, f64)> {
        let end_of = |number: &usize| self.earliest[*number].0 + self.works[*number].takes;
        let last = (0..self.works.len()).max_by(|one, other| end_of(one).total_cmp(&end_of(other)));
        let mut waited_for: BTreeSet<usize> = std::iter::successors(last, |number| self.earliest[*number].1).collect();
        let critical_path = self.bound().critical_path;
        waited_for.extend(self.lanes().into_values().filter(|lane| self.lane(lane) > critical_path).flatten());
        let heard = |number: usize| {
            let call = self.works[number].call;
            Some((call.operation.clone(), self.heard_of(call)? - call.completes?))
        };
        waited_for.into_iter().filter_map(heard).collect()
    }

    /// When it was first asked about what `call` has begun after that was complete.
    fn heard_of(&self, call: &LogEntry) -> Option<f64> {
        let (completes, name) = (call.completes?, name_of(call)?);
        let asks = |one: &&LogEntry| {
            one.at >= completes && QUESTIONS.contains(&one.operation.as_str()) && one.input.to_string().contains(&name)
        };
        self.log.iter().find(asks).map(|one| one.at)
    }

    /// The questions that asking at once and then every ten seconds would have cost.
    pub(crate) fn fixed_polls(&self) -> f64 {
        let asked = self.works.iter().filter(|work| work.call.operation != "CreateRole" && work.takes > 0.0);
        asked.map(|work| (work.takes / 10.0).ceil() + 1.0).sum()
    }
}

/// The questions about things that take time.
const QUESTIONS: &[&str] = &[
    "DescribeAddon",
    "DescribeCapability",
    "DescribeCluster",
    "DescribeFargateProfile",
    "DescribeNatGateways",
    "DescribeNodegroup",
    "DescribeUpdate",
    "DescribeVpcEndpoints",
];

/// How questions name what a call has begun.
fn name_of(call: &LogEntry) -> Option<String> {
    let places = [
        &call.output["update"]["id"],
        &call.output["NatGateway"]["NatGatewayId"],
        &call.output["VpcEndpoint"]["VpcEndpointId"],
        &call.input["NatGatewayId"],
        &call.input["VpcEndpointIds"][0],
        &call.input["nodegroupName"],
        &call.input["addonName"],
        &call.input["fargateProfileName"],
        &call.input["capabilityName"],
    ];
    let name = places.into_iter().find_map(Value::as_str);
    let is_cluster = ["CreateCluster", "DeleteCluster"].contains(&call.operation.as_str());
    name.or_else(|| is_cluster.then(|| call.input["name"].as_str())?).map(|name| format!("\"{name}\""))
}

/// How often a log asks about things that take time.
pub(crate) fn polls(log: &[LogEntry]) -> usize {
    log.iter().filter(|call| QUESTIONS.contains(&call.operation.as_str())).count()
}

fn lane_of(call: &LogEntry) -> Option<String> {
    let text = |name: &str| call.input[name].as_str().unwrap_or_default().to_owned();
    match call.operation.as_str() {
        // One creating, one deleting at a time. Source: EKS `DeleteFargateProfile`.
        operation @ ("CreateFargateProfile" | "DeleteFargateProfile") => Some(operation.to_owned()),
        // One update of a cluster at a time. Source: EKS user guide, E2.13.
        operation if CLUSTER_UPDATES.contains(&operation) => Some("cluster".to_owned()),
        "UpdateNodegroupConfig" | "UpdateNodegroupVersion" => Some(format!("nodegroup {}", text("nodegroupName"))),
        _ => None,
    }
}

/// The calls that must be complete before `call`.
fn needs(works: &[Work<'_>], call: &LogEntry, tellers: &BTreeMap<String, usize>) -> BTreeSet<usize> {
    let asked = call.input.to_string();
    let mut needs: BTreeSet<usize> =
        tellers.iter().filter(|(text, _)| asked.contains(text.as_str())).map(|(_, teller)| *teller).collect();
    let of = |operations: &[&str]| {
        let is_one = |work: &Work<'_>| operations.contains(&work.call.operation.as_str());
        works.iter().enumerate().filter(move |(_, work)| is_one(work)).map(|(number, _)| number).collect::<Vec<_>>()
    };
    let addons = |before: bool| {
        let is_one = |work: &Work<'_>| {
            let name = work.call.input["addonName"].as_str().unwrap_or_default();
            ["CreateAddon", "UpdateAddon"].contains(&work.call.operation.as_str())
                && (!before || BEFORE_NODES.contains(&name))
        };
        works.iter().enumerate().filter(move |(_, work)| is_one(work)).map(|(number, _)| number).collect::<Vec<_>>()
    };
    let in_a_cluster =
        ["CreateAddon", "CreateNodegroup", "CreateFargateProfile", "CreateAccessEntry", "CreateCapability"];
    match call.operation.as_str() {
        // E1.4.
        operation if in_a_cluster.contains(&operation) => needs.extend(of(&["CreateCluster"])),
        // E2.17: control plane, add-ons, nodes.
        "UpdateAddon" => needs.extend(of(CLUSTER_UPDATES)),
        "UpdateNodegroupVersion" => {
            needs.extend(of(CLUSTER_UPDATES));
            needs.extend(addons(false));
        }
        // E5.46.
        "DeleteCluster" => needs.extend(of(&["DeleteNodegroup", "DeleteFargateProfile", "DeleteCapability"])),
        // Nodes and pods keep their way out.
        "DeleteNatGateway" | "DeleteVpcEndpoints" => needs.extend(of(&["DeleteNodegroup", "DeleteFargateProfile"])),
        // What is in the network goes before it.
        "DeleteVpc" => needs.extend(of(&["DeleteNatGateway", "DeleteVpcEndpoints", "DeleteCluster"])),
        _ => {}
    }
    match call.operation.as_str() {
        // E1.7.
        "CreateNodegroup" => needs.extend(addons(true)),
        "CreateAddon" if !BEFORE_NODES.contains(&call.input["addonName"].as_str().unwrap_or_default()) => {
            needs.extend(of(&["CreateNodegroup", "CreateFargateProfile"]));
        }
        _ => {}
    }
    needs
}

/// Whether a text can only come from AWS.
fn is_made_up(text: &str) -> bool {
    let is_id = text
        .split_once('-')
        .is_some_and(|(_, rest)| rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_id || text.starts_with("arn:") || text.starts_with("https://oidc.")
}

fn texts(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, visit)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, visit)),
        _ => {}
    }
}
