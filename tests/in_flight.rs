//! A run is killed while something is under way in AWS: the next one attaches to it and waits, and starts nothing a second
//! time.

#![expect(clippy::print_stdout, reason = "how many were tried is told")]

mod lab;

use std::collections::BTreeMap;
use std::time::Duration;

use eksctl_rs_core::Outcome;
use eksctl_rs_emulator::{LogEntry, Moment};
use eksctl_rs_engine::Report;
use eksctl_rs_stack::StackSpec;
use lab::many::{failures, in_virtual_time};
use lab::{Lab, stack};

/// Something of everything that takes time.
const STACK: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: flight, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
vpc:
  nat: {gateway: Single}
  endpoints: [{service: s3}, {service: sts}]
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
addons:
- {name: vpc-cni}
- {name: kube-proxy}
- {name: coredns, configurationValues: {replicaCount: 2}}
fargateProfiles:
- {name: one, selectors: [{namespace: one}]}
- {name: two, selectors: [{namespace: two}]}
managedNodeGroups:
- {name: a, instanceType: m6i.large, minSize: 1, desiredCapacity: 2, maxSize: 4, labels: {team: data}}
- {name: b, instanceType: m6i.large}
"#;

/// All updates that AWS knows: of the cluster's version, logs and endpoint, of node groups and add-ons.
fn updated() -> StackSpec {
    let edits = [
        ("version: \"1.34\"", "version: \"1.35\""),
        ("[audit]", "[audit, api]"),
        ("{service: sts}", "{service: ecr.api}"),
        (
            "  nat:",
            "  publicAccessCIDRs: [192.0.2.0/24]\n  clusterEndpoints: {publicAccess: true, privateAccess: true}\n  nat:",
        ),
        ("desiredCapacity: 2", "desiredCapacity: 3"),
        ("team: data", "team: other"),
        ("replicaCount: 2", "replicaCount: 3"),
        ("namespace: two", "namespace: three"),
        ("{name: b, instanceType: m6i.large}", "{name: b, instanceType: m7i.large}"),
    ];
    let edit = |text: String, (from, to): (&str, &str)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    };
    stack(&edits.into_iter().fold(STACK.to_owned(), edit))
}

/// Brings a world from one state to another.
struct Flight {
    before: Moment,
    /// Nothing is to be there in the end.
    spec: Option<StackSpec>,
}

impl Flight {
    fn new(before: Option<&StackSpec>, spec: Option<StackSpec>) -> Self {
        let before = in_virtual_time(async {
            let lab = Lab::new();
            if let Some(before) = before {
                lab.converge(before).await;
            }
            lab.emulator.moment()
        });
        Self { before, spec }
    }

    async fn run(&self, lab: &Lab) -> Report {
        match &self.spec {
            Some(spec) => lab.apply(spec).await,
            None => lab.destroy(&stack(STACK)).await,
        }
    }

    async fn ends(&self, lab: &Lab) {
        let report = self.run(lab).await;
        assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
        if let Some(spec) = &self.spec {
            lab.assert_converged(spec).await;
        }
    }

    /// Kills a run halfway through each of what takes its time. How many there were.
    fn is_attached_to(&self, what: &str) -> usize {
        let (log, end) = in_virtual_time(async {
            let lab = Lab::at(self.before.clone());
            assert_eq!(self.run(&lab).await.outcome, Outcome::Done);
            (lab.mutating_calls(), lab.emulator.moment().elapsed())
        });
        let undisturbed = granted(&log);
        let under_way: Vec<(String, f64)> = log
            .iter()
            .filter(|call| call.error.is_none())
            .filter_map(|call| Some((operation(call), (call.at + call.completes?) / 2.0)))
            // Some things AWS finishes without anybody waiting for them.
            .filter(|(_, dies_at)| *dies_at < end)
            .collect();
        let count = under_way.len();
        let failed = failures(under_way, |(_, dies_at)| {
            in_virtual_time(async {
                let lab = Lab::at(self.before.clone());
                let lives = Duration::from_secs_f64(dies_at - self.before.elapsed());
                assert!(tokio::time::timeout(lives, self.run(&lab)).await.is_err(), "it is under way");
                self.ends(&lab).await;
                assert_eq!(granted(&lab.mutating_calls()), undisturbed, "something was started twice");
            });
        });
        println!("{what}: killed during {count} calls, {} of them attached to", count - failed.len());
        assert_eq!(failed, [], "{what}");
        count
    }
}

fn operation(call: &LogEntry) -> String {
    format!("{}:{}", call.service, call.operation)
}

/// How often each action was granted. The tag that tells which edit was applied last is set before an update, and not again
/// after it.
fn granted(log: &[LogEntry]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in log.iter().filter(|call| call.error.is_none() && !call.operation.contains("Tag")) {
        *counts.entry(operation(call)).or_default() += 1;
    }
    counts
}

#[test]
fn what_is_being_created_is_waited_for() {
    assert!(Flight::new(None, Some(stack(STACK))).is_attached_to("apply") >= 8);
}

#[test]
fn what_is_being_updated_is_waited_for() {
    assert!(Flight::new(Some(&stack(STACK)), Some(updated())).is_attached_to("update") >= 6);
}

#[test]
fn what_is_being_replaced_is_waited_for() {
    let edit = "kubernetesNetworkConfig: {serviceIPv4CIDR: 172.21.0.0/16}\naddons:";
    let other = stack(&STACK.replace("addons:", edit));
    assert!(Flight::new(Some(&stack(STACK)), Some(other)).is_attached_to("replacement") >= 8);
}

#[test]
fn what_is_being_deleted_is_waited_for() {
    assert!(Flight::new(Some(&stack(STACK)), None).is_attached_to("destroy") >= 6);
}
