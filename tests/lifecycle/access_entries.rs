//! Access entries: what no field tells.

use eksctl_rs_core::{Action, Desired, Outcome, Reason, Reference, Refusal, StackId, World};
use eksctl_rs_stack::StackSpec;
use serde_json::{Value, json};

use crate::lab::{self, Lab, at, stack};

/// An entry for a role of the stack.
pub(crate) fn add(desired: &mut Vec<Desired>) {
    let role = at("iam.Role/visitor");
    let mut spec = desired.iter().find(|one| one.address == at("iam.Role/cluster")).expect("a role").spec.clone();
    spec["name"] = "life-visitor".into();
    spec["managed_policies"] = json!([]);
    desired.push(Desired { address: role.clone(), spec });
    let policy = |name: &str| format!("arn:aws:eks::aws:cluster-access-policy/{name}");
    let entry = json!({
        "cluster": Reference::to(&at("eks.Cluster/life"), "name"),
        "principal": Reference::to(&role, "arn"),
        "principal_id": Reference::to(&role, "unique_id"),
        "entry_type": "STANDARD",
        "username": "visitor:{{SessionName}}",
        "kubernetes_groups": ["viewers"],
        "access_policies": {
            policy("AmazonEKSViewPolicy"): { "kind": "cluster", "namespaces": [] },
            policy("AmazonEKSEditPolicy"): { "kind": "namespace", "namespaces": ["default"] },
        },
        "tags": { "Name": "life" },
    });
    desired.push(Desired { address: at("eks.AccessEntry/visitor"), spec: entry });
}

const HEAD: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: doors, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
managedNodeGroups: [{name: a, instanceType: m6i.large}]
"#;

const ADMIN: &str = "accessPolicies: [{policyARN: AmazonEKSClusterAdminPolicy}]";

/// Whoever calls the emulator.
const CALLER: &str = "arn:aws:iam::111122223333:user/emulator";

fn doors(access: &str) -> StackSpec {
    stack(&format!("{HEAD}accessConfig: {{{access}}}\n"))
}

fn world() -> World {
    World { stack: StackId::new("doors", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

async fn make_role(lab: &Lab, name: &str) -> String {
    let iam = lab::clients::iam(lab, &doors(""));
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "sts:AssumeRole" }
    ] });
    let request = iam.create_role().role_name(name).assume_role_policy_document(trust.to_string());
    request.send().await.expect("a role");
    world().iam_arn(&format!("role/{name}"))
}

#[tokio::test(start_paused = true)]
async fn a_role_that_was_made_again_under_its_name_gets_a_new_entry() {
    let lab = Lab::new();
    let arn = make_role(&lab, "ops").await;
    let spec = doors(&format!("accessEntries: [{{principalARN: \"{arn}\", {ADMIN}}}]"));
    lab.converge(&spec).await;
    let iam = lab::clients::iam(&lab, &spec);
    iam.delete_role().role_name("ops").send().await.expect("deleted");
    lab.assert_converged(&spec).await;
    eksctl_rs_engine::Clock::real().sleep(60.0).await;
    make_role(&lab, "ops").await;
    let plan = lab.plan(&spec).await;
    let [change] = plan.changes.as_slice() else { panic!("{:#?}", plan.changes) };
    assert_eq!(change.address, at("eks.AccessEntry/ops"));
    assert_eq!(change.action, Action::Replace);
    assert_eq!(change.reason, Reason::ImmutableField("principal_id".into()));
    lab.converge(&spec).await;
}

#[tokio::test(start_paused = true)]
async fn a_permission_set_is_found_under_whatever_name_its_role_has() {
    let lab = Lab::new();
    let spec = doors(&format!("accessEntries: [{{permissionSet: Ops, {ADMIN}}}]"));
    let open = lab.open(&spec).await;
    assert!(open.read().await.is_err(), "it is assigned nowhere");
    let role = lab.emulator.plant_permission_set_role("111122223333", "Ops").expect("planted");
    lab.emulator.plant_permission_set_role("111122223333", "Ops_Billing").expect("planted");
    lab.converge(&spec).await;
    let eks = lab::clients::eks(&lab, &spec);
    let found = eks.describe_access_entry().cluster_name("doors").principal_arn(&role).send().await.expect("an entry");
    assert_eq!(found.access_entry().and_then(|entry| entry.principal_arn()), Some(role.as_str()));
    // Reading it takes no third round, though its name is not known in the first.
    let open = lab.open(&spec).await;
    open.observe().await;
    assert_eq!(eksctl_rs_core::Provider::stats(&open.provider).round_trips, 3, "identity and two rounds");
}

#[tokio::test(start_paused = true)]
async fn the_entries_that_eks_makes_are_nobody_s_business() {
    let lab = Lab::new();
    let spec = doors("");
    lab.converge(&spec).await;
    let eks = lab::clients::eks(&lab, &spec);
    let listed = eks.list_access_entries().cluster_name("doors").send().await.expect("entries");
    assert!(listed.access_entries().len() > 1, "the creator's and the nodes': {listed:?}");
    let open = lab.open(&spec).await;
    let (observation, _) = open.observe().await;
    assert!(observation.snapshot.iter().all(|one| one.address.kind() != "eks.AccessEntry"));
}

async fn refused(lab: &Lab, access: &str) -> Vec<Refusal> {
    lab.try_plan(&doors(access)).await.expect_err("a refusal")
}

#[tokio::test(start_paused = true)]
async fn nobody_locks_themselves_or_everybody_out() {
    let lab = Lab::new();
    let (own, arn) = (format!("{{name: own, principalARN: \"{CALLER}\", {ADMIN}}}"), make_role(&lab, "ops").await);
    let ops = format!("{{name: ops, principalARN: \"{arn}\", {ADMIN}}}");
    let without_creator = "bootstrapClusterCreatorAdminPermissions: false";
    let with = |entries: &[&str]| format!("{without_creator}, accessEntries: [{}]", entries.join(", "));
    lab.converge(&doors(&with(&[&own, &ops]))).await;
    let said = refused(&lab, &with(&[&ops])).await;
    assert!(said.len() == 1 && said[0].message.contains("remove the access entry by which you use"), "{said:#?}");
    let weak = own.replace("ClusterAdmin", "View");
    let said = refused(&lab, &with(&[&weak, &ops])).await;
    assert!(said[0].message.contains("weaken"), "{said:#?}");
    lab.converge(&doors(&with(&[&own]))).await;
    // Whoever destroys the stack keeps nobody out of anything.
    let report = lab.destroy(&doors(&with(&[&own]))).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
}

#[tokio::test(start_paused = true)]
async fn the_last_administrator_stays_unless_there_is_another_who_is_not_the_stack_s() {
    for creator in [true, false] {
        let lab = Lab::new();
        let arn = make_role(&lab, "ops").await;
        let entry = |policy: &str| {
            format!("accessEntries: [{{principalARN: \"{arn}\", accessPolicies: [{{policyARN: {policy}}}]}}]")
        };
        let (admin, view) = (entry("AmazonEKSClusterAdminPolicy"), entry("AmazonEKSViewPolicy"));
        let bootstrap = format!("bootstrapClusterCreatorAdminPermissions: {creator}");
        lab.converge(&doors(&format!("{bootstrap}, {admin}"))).await;
        // The creator's permissions count only at creation: here it is no longer what it was.
        let view = format!("bootstrapClusterCreatorAdminPermissions: true, {view}");
        match creator {
            true => lab.converge(&doors(&view)).await,
            false => {
                let said = refused(&lab, &view).await;
                assert_eq!(said[0].message, "this would leave the cluster without an administrator");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_entry_under_another_name_is_the_same() {
    let lab = Lab::new();
    let arn = make_role(&lab, "ops").await;
    let named = |name: &str| doors(&format!("accessEntries: [{{name: {name}, principalARN: \"{arn}\", {ADMIN}}}]"));
    lab.converge(&named("ops")).await;
    lab.emulator.clear_log();
    lab.converge(&named("operators")).await;
    assert_eq!(lab.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn a_policy_comes_before_another_goes() {
    let lab = Lab::new();
    let arn = make_role(&lab, "ops").await;
    let entry = |policy: &str| {
        doors(&format!("accessEntries: [{{principalARN: \"{arn}\", accessPolicies: [{{policyARN: {policy}}}]}}]"))
    };
    lab.converge(&entry("AmazonEKSClusterAdminPolicy")).await;
    lab.emulator.clear_log();
    lab.converge(&entry("AmazonEKSViewPolicy")).await;
    let calls: Vec<String> = lab.mutating_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["AssociateAccessPolicy", "DisassociateAccessPolicy", "TagResource"]);
    let eks = lab::clients::eks(&lab, &entry("AmazonEKSViewPolicy"));
    let request = eks.list_associated_access_policies().cluster_name("doors").principal_arn(&arn);
    let found = request.send().await.expect("policies");
    let names: Vec<Value> = found.associated_access_policies().iter().map(|one| json!(one.policy_arn())).collect();
    assert_eq!(names, [json!("arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy")]);
}
