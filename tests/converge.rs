//! What is applied stays applied, what is destroyed is gone, and nothing else is touched.

mod lab;

use eksctl_rs_core::{Action, Outcome, Reason};
use lab::{Lab, at, stack};

/// A small stack: two zones, one node group.
const SMALL: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: small, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

#[tokio::test(start_paused = true)]
async fn what_was_removed_from_the_yaml_is_deleted() {
    let lab = Lab::new();
    let large = stack(&format!("{SMALL}- {{name: b, instanceType: m6g.large, iam: {{instanceRoleName: b}}}}\n"));
    lab.converge(&large).await;
    let plan = lab.plan(&stack(SMALL)).await;
    let deleted: Vec<String> = plan.changes.iter().map(|change| change.address.to_string()).collect();
    assert_eq!(deleted, ["iam.Role/node-b", "eks.Nodegroup/b", "ec2.LaunchTemplate/b"]);
    assert!(plan.changes.iter().all(|change| change.reason == Reason::NotInStack));
    lab.converge(&stack(SMALL)).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_ours_is_never_touched_whatever_its_name() {
    let lab = Lab::new();
    // Another stack in the same account and Region, one in another Region, and a role that has our name by chance.
    let other = stack(&SMALL.replace("name: small", "name: other"));
    let elsewhere = stack(&SMALL.replace("eu-west-1", "eu-central-1"));
    lab.converge(&other).await;
    lab.converge(&elsewhere).await;
    let before = (lab.essence(&other).await, lab.essence(&elsewhere).await);
    let small = stack(SMALL);
    lab.converge(&small).await;
    lab.destroy(&small).await;
    assert_eq!((lab.essence(&other).await, lab.essence(&elsewhere).await), before);
    lab.assert_converged(&other).await;
    lab.assert_converged(&elsewhere).await;
}

#[tokio::test(start_paused = true)]
async fn a_thing_of_ours_by_name_only_would_have_to_be_adopted() {
    let lab = Lab::new();
    let small = stack(SMALL);
    lab.converge(&small).await;
    // Its tags are gone: nobody can tell any longer whose it is.
    let open = lab.open(&small).await;
    let iam = lab::clients::iam(&lab, &small);
    let keys = ["eksctl-rs.io/stack", "eksctl-rs.io/address", "eksctl-rs.io/spec"].map(str::to_owned).to_vec();
    iam.untag_role().role_name("small-eu-west-1-node").set_tag_keys(Some(keys)).send().await.expect("untagged");
    let (observation, graph) = open.observe().await;
    let plan = open.plan(&observation.snapshot, &graph).expect("no refusal");
    let change = plan.change(&at("iam.Role/node")).expect("a change");
    assert_eq!((change.action, &change.reason), (Action::Adopt, &Reason::NotOurs(None)));
    assert!(plan.steps.is_empty());
    // Destroying leaves it alone, too.
    let report = lab.destroy(&small).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
    assert!(iam.get_role().role_name("small-eu-west-1-node").send().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_change_behind_our_back_is_drift_and_is_repaired() {
    let lab = Lab::new();
    let small = stack(SMALL);
    lab.converge(&small).await;
    let ec2 = lab::clients::ec2(&lab, &small);
    let vpc = ec2.describe_vpcs().send().await.expect("described").vpcs()[0].vpc_id().expect("an id").to_owned();
    let off = aws_sdk_ec2::types::AttributeBooleanValue::builder().value(false).build();
    ec2.modify_vpc_attribute().vpc_id(vpc).enable_dns_hostnames(off).send().await.expect("modified");
    let plan = lab.plan(&small).await;
    let [change] = plan.changes.as_slice() else { panic!("{:#?}", plan.changes) };
    assert_eq!((change.action, change.origin), (Action::Update, Some(eksctl_rs_core::Origin::Drift)));
    lab.converge(&small).await;
}
