//! What controllers left in the VPC: `destroy` finds it before its first delete, and sweeps away what is the cluster's.

mod lab;

use std::collections::BTreeSet;

use eksctl_rs_aws::LeftBehind;
use eksctl_rs_core::{Graph, Outcome, Plan, Snapshot};
use eksctl_rs_engine::Backoff;
use eksctl_rs_stack::StackSpec;
use lab::{Lab, Open, environment, stack};

const SMALL: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: small, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

async fn left_behind(lab: &Lab, spec: &StackSpec) -> (Open, Snapshot, Vec<LeftBehind>) {
    let open = lab.open(spec).await;
    let (observation, _) = open.observe().await;
    let backoff = Backoff::new(open.clock, 1);
    let found = open.provider.left_behind(&observation.snapshot, &backoff).await.expect("looked");
    (open, observation.snapshot, found)
}

fn outline(found: &[LeftBehind]) -> BTreeSet<(String, String, bool)> {
    found
        .iter()
        .map(|one| {
            let what = one.observed.spec["what"].as_str().unwrap_or_default().to_owned();
            (what, one.made_by.clone(), one.is_swept)
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn of_what_nobody_else_has_made_nothing_is_left() {
    for spec in [stack(SMALL), environment("dev"), environment("test"), environment("prod"), environment("sbx")] {
        let lab = Lab::new();
        lab.converge(&spec).await;
        let (.., found) = left_behind(&lab, &spec).await;
        assert_eq!(outline(&found), BTreeSet::new(), "{}", spec.metadata.name);
    }
}

#[tokio::test(start_paused = true)]
async fn what_controllers_made_is_named_with_who_made_it() {
    let (lab, small) = (Lab::new(), stack(SMALL));
    lab.converge(&small).await;
    let planted = lab.emulator.plant("111122223333", "eu-west-1", "small").expect("planted");
    let (.., found) = left_behind(&lab, &small).await;
    let ids: BTreeSet<String> = found.iter().map(|one| one.observed.id.clone()).collect();
    // An instance takes its network interface along.
    let is_planted = |id: &String| planted.iter().any(|line| line.split(' ').next() == Some(id));
    assert!(ids.iter().all(is_planted), "{found:#?} {planted:?}");
    let expected = [
        ("instance", "Karpenter"),
        ("network-interface", "the VPC CNI plugin"),
        ("security-group", "the AWS Load Balancer Controller"),
        ("security-group", "the cloud provider in the cluster"),
    ];
    let expected = expected.into_iter().map(|(what, by)| (what.to_owned(), by.to_owned(), true)).collect();
    assert_eq!(outline(&found), expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_the_cluster_s_is_swept_away_with_it() {
    let (lab, small) = (Lab::new(), stack(SMALL));
    lab.converge(&small).await;
    lab.emulator.plant("111122223333", "eu-west-1", "small").expect("planted");
    let (open, mut snapshot, found) = left_behind(&lab, &small).await;
    found.into_iter().for_each(|one| snapshot.add(one.observed));
    let plan: Plan = open.plan(&snapshot, &Graph::empty()).expect("a plan");
    let report = open.run(&plan).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
    assert_eq!(lab.essence(&small).await, [""; 0]);
    let world = lab.emulator.dump();
    let ec2 = &world["111122223333"]["regions"]["eu-west-1"]["ec2"];
    for kind in ["vpcs", "network_interfaces"] {
        let left: Vec<_> =
            ec2[kind].as_object().into_iter().flatten().filter(|(_, one)| one["is_default"] != true).collect();
        assert_eq!(left.len(), 0, "{kind}: {left:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nodes_go_before_the_instances_of_the_controllers_on_them() {
    let (lab, small) = (Lab::new(), stack(SMALL));
    lab.converge(&small).await;
    lab.emulator.plant("111122223333", "eu-west-1", "small").expect("planted");
    let (open, mut snapshot, found) = left_behind(&lab, &small).await;
    found.into_iter().for_each(|one| snapshot.add(one.observed));
    let plan = open.plan(&snapshot, &Graph::empty()).expect("a plan");
    let step = |operation: &str| plan.steps.iter().find(|step| step.operation == operation).expect("a step");
    assert!(step("ec2:TerminateInstances").needs.contains(&step("eks:DeleteNodegroup").id));
}

#[tokio::test(start_paused = true)]
async fn without_sweeping_the_rest_is_kept_from_going() {
    let (lab, small) = (Lab::new(), stack(SMALL));
    lab.converge(&small).await;
    lab.emulator.plant("111122223333", "eu-west-1", "small").expect("planted");
    let report = lab.destroy(&small).await;
    assert_eq!(report.outcome, Outcome::Partial, "AWS keeps a VPC in which something is");
}
