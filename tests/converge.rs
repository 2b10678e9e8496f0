//! What is applied stays applied, what is destroyed is gone, and nothing else is touched.

mod lab;

use eksctl_rs_core::{Action, Observed, Origin, Outcome, Reason};
use eksctl_rs_stack::StackSpec;
use lab::{Lab, at, environment, stack};
use serde_json::Value;

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
async fn applied_it_plans_empty_and_a_second_apply_changes_nothing() {
    for name in ENVIRONMENTS {
        let (lab, spec) = (Lab::new(), environment(name));
        let plan = lab.plan(&spec).await;
        assert!(plan.changes.iter().all(|change| change.action == Action::Create), "{name}");
        lab.converge(&spec).await;
        lab.emulator.clear_log();
        lab.converge(&spec).await;
        assert_eq!(lab.mutating_calls(), [], "{name}");
    }
}

/// The environments of this repository.
const ENVIRONMENTS: [&str; 4] = ["dev", "test", "prod", "sbx"];

#[tokio::test(start_paused = true)]
async fn destroyed_nothing_with_the_stack_s_tags_or_names_is_left_and_it_can_be_applied_again() {
    for name in ENVIRONMENTS {
        let (lab, spec) = (Lab::new(), environment(name));
        for _ in 0..2 {
            lab.converge(&spec).await;
            let report = lab.destroy(&spec).await;
            assert_eq!(report.outcome, Outcome::Done, "{name}: {:#?}", report.failures);
            assert_eq!(lab.essence(&spec).await, [""; 0], "{name}");
            assert_nothing_left(&lab, &spec);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_any_kind_behind_our_back_is_found_and_repaired() {
    for name in ENVIRONMENTS {
        let (lab, spec) = (Lab::new(), environment(name));
        lab.converge(&spec).await;
        let wanted = lab.essence(&spec).await;
        let open = lab.open(&spec).await;
        let (observation, graph) = open.observe().await;
        let mut kinds: Vec<&str> = graph.iter().map(|desired| desired.address.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let one = observation.snapshot.iter().find(|observed| observed.address.kind() == kind).expect("one");
            tag(&lab, &spec, one).await;
            let plan = lab.plan(&spec).await;
            let [change] = plan.changes.as_slice() else { panic!("{name}: {kind}: {:#?}", plan.changes) };
            assert_eq!(change.address, one.address, "{name}");
            assert_eq!((change.action, change.origin), (Action::Update, Some(Origin::Drift)), "{name}: {kind}");
            lab.converge(&spec).await;
        }
        assert_eq!(lab.essence(&spec).await, wanted, "{name}");
    }
}

/// Somebody gives a resource a tag that nobody wants.
async fn tag(lab: &Lab, spec: &StackSpec, one: &Observed) {
    let (key, value) = ("somebody", "was here");
    let output = |name: &str| one.outputs.get(name).expect("an output").clone();
    match one.address.kind() {
        "iam.Role" => {
            let tag = aws_sdk_iam::types::Tag::builder().key(key).value(value).build().expect("a tag");
            let request = lab::clients::iam(lab, spec).tag_role().role_name(output("name")).tags(tag);
            request.send().await.expect("tagged");
        }
        "kms.Key" => {
            let tag = aws_sdk_kms::types::Tag::builder().tag_key(key).tag_value(value).build().expect("a tag");
            let request = lab::clients::kms(lab, spec).tag_resource().key_id(output("id")).tags(tag);
            request.send().await.expect("tagged");
        }
        "logs.LogGroup" => {
            let request = lab::clients::logs(lab, spec).tag_resource().resource_arn(output("arn")).tags(key, value);
            request.send().await.expect("tagged");
        }
        kind if kind.starts_with("eks.") => {
            let request = lab::clients::eks(lab, spec).tag_resource().resource_arn(output("arn")).tags(key, value);
            request.send().await.expect("tagged");
        }
        _ => {
            let tag = aws_sdk_ec2::types::Tag::builder().key(key).value(value).build();
            let request = lab::clients::ec2(lab, spec).create_tags().resources(&one.id).tags(tag);
            request.send().await.expect("tagged");
        }
    }
}

/// The emulator's own listing, and not ours.
fn assert_nothing_left(lab: &Lab, spec: &StackSpec) {
    let (name, account) = (&spec.metadata.name, &spec.metadata.account);
    let world = lab.emulator.dump();
    // A NAT gateway that is deleted stays visible for an hour, and service-linked roles are the account's.
    let gone = |value: &Value| value["state"] == "deleted" || value["service_linked"].is_object();
    let mut left = Vec::new();
    walk(&world, &mut |path, value| {
        let mentions = value.as_object().is_some_and(|fields| {
            fields.values().any(|field| field.as_str().is_some_and(|text| text.starts_with(&format!("{name}."))))
        });
        if mentions && !gone(value) {
            left.push(path.to_owned());
        }
    });
    // KMS deletes no key at once.
    let is_key = |path: &String| path.contains("/kms/keys/");
    for key in world[account]["regions"]["eu-west-1"]["kms"]["keys"].as_object().into_iter().flatten() {
        assert!(key.1["state"]["PendingDeletion"].is_object(), "{key:?}");
    }
    left.retain(|path| !path.contains("/nat_gateways/") && !path.contains("/tokens/") && !is_key(path));
    assert_eq!(left, [""; 0]);
}

fn walk(value: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    fn step(path: &str, value: &Value, visit: &mut dyn FnMut(&str, &Value)) {
        visit(path, value);
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, field)| step(&format!("{path}/{key}"), field, visit))
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| step(&format!("{path}/{index}"), item, visit));
            }
            _ => {}
        }
    }
    step("", value, visit);
}

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

#[tokio::test(start_paused = true)]
async fn reading_is_two_round_trips_deep_after_the_identity_check() {
    let (lab, dev) = (Lab::new(), environment("dev"));
    lab.converge(&dev).await;
    let open = lab.open(&dev).await;
    open.observe().await;
    let stats = eksctl_rs_core::Provider::stats(&open.provider);
    assert_eq!((stats.round_trips, stats.mutating_calls), (3, 0));
    // Three for each of its two roles, one for its node group, one for its launch template, one for each of two access
    // entries that EKS has made; nine lists are of what IAM, ECR and EKS keep besides.
    assert!(stats.api_calls <= 31 + 3 * 2 + 1 + 1 + 2 + 9, "{stats:?}");
}
