//! Add-ons: which version they have and when it moves, what is refused before anything is done, and what becomes of those
//! that fail or wait for nodes.

#![expect(clippy::panic, reason = "a test fails by a panic")]

mod lab;

use eksctl_rs_core::{Action, Plan, Reason, Refusal};
use eksctl_rs_engine::ReadError;
use eksctl_rs_stack::{ExpandError, StackSpec};
use lab::{Lab, at, stack};
use serde_json::Value;

const BASE: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: addons, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
managedNodeGroups:
- {name: a, instanceType: m6i.large}
addons:
- {name: vpc-cni}
- {name: coredns}
"#;

fn edited(from: &str, to: &str) -> StackSpec {
    assert!(BASE.contains(from), "{from}");
    stack(&BASE.replace(from, to))
}

/// What changes: `update eks.Addon/coredns`.
fn actions(plan: &Plan) -> Vec<String> {
    let word = |action: Action| format!("{action:?}").to_lowercase();
    plan.changes.iter().map(|change| format!("{} {}", word(change.action), change.address)).collect()
}

/// The version that the add-on has.
async fn version(lab: &Lab, spec: &StackSpec, name: &str) -> String {
    let eks = lab::clients::eks(lab, spec);
    let answer = eks.describe_addon().cluster_name("addons").addon_name(name).send().await.expect("described");
    answer.addon().and_then(|addon| addon.addon_version()).expect("a version").to_owned()
}

async fn refused(lab: &Lab, spec: &StackSpec) -> Vec<Refusal> {
    match lab.open(spec).await.read().await {
        Err(ReadError::Expand(ExpandError::Facts(refusals))) => refusals,
        Err(error) => panic!("{error:#?}"),
        Ok(_) => panic!("nothing is refused"),
    }
}

/// What is told of newer versions.
async fn notes(lab: &Lab, spec: &StackSpec) -> Vec<String> {
    let (observation, _) = lab.open(spec).await.observe().await;
    let notes = eksctl_rs_stack::expand::notes(spec, &observation.facts);
    notes.into_iter().map(|(address, note)| format!("{address}: {note}")).collect()
}

#[tokio::test(start_paused = true)]
async fn one_more_and_one_less() {
    let lab = Lab::new();
    lab.converge(&stack(BASE)).await;
    let more = edited("- {name: coredns}", "- {name: coredns}\n- {name: metrics-server}");
    assert_eq!(actions(&lab.plan(&more).await), ["create eks.Addon/metrics-server"]);
    lab.converge(&more).await;
    assert_eq!(actions(&lab.plan(&stack(BASE)).await), ["delete eks.Addon/metrics-server"]);
    lab.converge(&stack(BASE)).await;
}

#[tokio::test(start_paused = true)]
async fn a_configuration_is_changed_in_place_and_counts_by_its_meaning() {
    let lab = Lab::new();
    lab.converge(&stack(BASE)).await;
    let with = |values: &str| edited("{name: coredns}", &format!("{{name: coredns, configurationValues: {values}}}"));
    let map = with("{replicaCount: 3, autoScaling: {enabled: false}}");
    assert_eq!(actions(&lab.plan(&map).await), ["update eks.Addon/coredns"]);
    lab.converge(&map).await;
    for same in [
        "'{\"autoScaling\": {\"enabled\": false}, \"replicaCount\": 3}'",
        "\"replicaCount: 3\\nautoScaling: {enabled: no}\"",
    ] {
        lab.assert_converged(&with(same)).await;
    }
    // Somebody writes the same as YAML.
    let eks = lab::clients::eks(&lab, &map);
    let request = eks.update_addon().cluster_name("addons").addon_name("coredns");
    let yaml = "autoScaling:\n  enabled: false\nreplicaCount: 3\n";
    request.configuration_values(yaml).send().await.expect("updated");
    eksctl_rs_engine::Clock::real().sleep(600.0).await;
    lab.assert_converged(&map).await;
    lab.converge(&stack(BASE)).await;
}

#[tokio::test(start_paused = true)]
async fn what_aws_would_refuse_is_refused_before_anything_is_done() {
    let lab = Lab::new();
    let version = refused(&lab, &edited("{name: coredns}", "{name: coredns, version: v1.9.3-eksbuild.7}")).await;
    assert_eq!(
        version[0].to_string(),
        "eks.Addon/coredns: coredns v1.9.3-eksbuild.7 does not work with Kubernetes 1.34"
    );
    assert!(version[0].hint.contains("v1.12.4-eksbuild.1"), "{version:#?}");
    let unknown = refused(&lab, &edited("{name: coredns}", "{name: cordns}")).await;
    assert_eq!(unknown[0].message, "AWS has no add-on cordns for Kubernetes 1.34");
    let wrong = "{name: vpc-cni, configurationValues: {env: {ENABLE_PREFIX_DELEGATIONS: \"true\", WARM_IP_TARGET: 2}}}";
    let wrong = refused(&lab, &edited("{name: vpc-cni}", wrong)).await;
    let told: Vec<String> = wrong.iter().map(|one| format!("{one} ({})", one.hint)).collect();
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().any(|one| one.starts_with("eks.Addon/vpc-cni: configurationValues.env: the add-on has no setting ENABLE_PREFIX_DELEGATIONS (did you mean ENABLE_PREFIX_DELEGATION?)")), "{told:#?}");
    assert!(
        told.iter()
            .any(|one| one.starts_with("eks.Addon/vpc-cni: configurationValues.env.WARM_IP_TARGET: 2 is not of type")),
        "{told:#?}"
    );
    assert_eq!(lab.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_floats_stays_and_moves_by_an_edit_or_with_update_auto() {
    let lab = Lab::new();
    let older = edited("{name: vpc-cni}", "{name: vpc-cni, version: v1.20.4-eksbuild.1}");
    lab.converge(&older).await;
    assert_eq!(notes(&lab, &older).await, [""; 0], "an exact version is meant");
    lab.assert_converged(&stack(BASE)).await;
    let told = notes(&lab, &stack(BASE)).await;
    assert!(
        told[0].starts_with("eks.Addon/vpc-cni: v1.20.4-eksbuild.1 is there; v1.20.4-eksbuild.2 is newer"),
        "{told:?}"
    );
    let auto =
        |version: &str| edited("{name: vpc-cni}", &format!("{{name: vpc-cni, version: {version}, update: auto}}"));
    for (version, expected) in [("default", "v1.20.4-eksbuild.2"), ("latest", "v1.21.2-eksbuild.1")] {
        assert_eq!(actions(&lab.plan(&auto(version)).await), ["update eks.Addon/vpc-cni"]);
        lab.converge(&auto(version)).await;
        assert_eq!(self::version(&lab, &older, "vpc-cni").await, expected);
    }
    lab.assert_converged(&auto("default")).await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_floats_goes_along_with_kubernetes_only_if_it_must() {
    let lab = Lab::new();
    // Not for 1.35.
    lab.converge(&edited("{name: coredns}", "{name: coredns, version: v1.12.1-eksbuild.2}")).await;
    let after = edited("\"1.34\"", "\"1.35\"");
    let plan = lab.plan(&after).await;
    let mut told = actions(&plan);
    told.sort();
    assert_eq!(told, ["update eks.Addon/coredns", "update eks.Cluster/addons", "update eks.Nodegroup/a"]);
    lab.converge(&after).await;
    assert_eq!(version(&lab, &after, "coredns").await, "v1.13.1-eksbuild.1");
    assert_eq!(version(&lab, &after, "vpc-cni").await, "v1.20.4-eksbuild.2", "it works with both");
}

#[tokio::test(start_paused = true)]
async fn an_exact_version_that_the_next_kubernetes_cannot_have_is_told_before_the_upgrade() {
    let lab = Lab::new();
    let pinned = BASE.replace("{name: coredns}", "{name: coredns, version: v1.12.1-eksbuild.2}");
    lab.converge(&stack(&pinned)).await;
    let told = refused(&lab, &stack(&pinned.replace("\"1.34\"", "\"1.35\""))).await;
    assert_eq!(told[0].message, "coredns v1.12.1-eksbuild.2 does not work with Kubernetes 1.35");
}

#[tokio::test(start_paused = true)]
async fn without_nodes_coredns_is_degraded_and_nobody_waits_for_it() {
    let lab = Lab::new();
    let groups = "managedNodeGroups:\n- {name: a, instanceType: m6i.large}\n";
    let alone = edited(groups, "");
    lab.converge(&alone).await;
    let open = lab.open(&alone).await;
    let (observation, _) = open.observe().await;
    let status = &observation.snapshot.at(&at("eks.Addon/coredns"))[0].status;
    assert!(matches!(status, eksctl_rs_core::Status::Degraded { .. }), "{status:?}");
    lab.converge(&stack(BASE)).await;
    let (observation, _) = open.observe().await;
    assert_eq!(observation.snapshot.at(&at("eks.Addon/coredns"))[0].status, eksctl_rs_core::Status::Ready);
}

#[tokio::test(start_paused = true)]
async fn one_that_failed_is_deleted_and_made_again() {
    let lab = Lab::new();
    // EKS has put its own copies into the cluster, for the stack has not all three.
    let report = lab.apply(&edited("{name: coredns}", "{name: coredns, resolveConflicts: none}")).await;
    assert_eq!(report.failures.len(), 1, "{:#?}", report.failures);
    assert_eq!(report.failures[0].0, at("eks.Addon/coredns"));
    assert!(report.failures[0].1.message.contains("Conflicts found"), "{:#?}", report.failures);
    let plan = lab.plan(&stack(BASE)).await;
    let change = plan.change(&at("eks.Addon/coredns")).expect("a change");
    assert_eq!((change.action, &change.reason), (Action::Replace, &Reason::Failed("CREATE_FAILED".into())));
    lab.converge(&stack(BASE)).await;
}

/// The add-ons that are asked for in calls of `operation`.
fn told(lab: &Lab, operation: &str, field: &str) -> Vec<Value> {
    let log = lab.emulator.log().into_iter().filter(|entry| entry.operation == operation && entry.error.is_none());
    log.map(|entry| entry.input[field].clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn all_three_defaults_leave_eks_s_copies_out() {
    for (addons, expected) in [("{name: coredns}\n- {name: kube-proxy}", false), ("{name: coredns}", true)] {
        let lab = Lab::new();
        lab.converge(&edited("{name: coredns}", addons)).await;
        let said = told(&lab, "CreateCluster", "bootstrapSelfManagedAddons");
        assert_eq!(said, [Value::from(expected)], "{addons}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_to_stay_stays_when_the_add_on_goes() {
    let lab = Lab::new();
    lab.converge(&edited("{name: coredns}", "{name: coredns, preserveOnDelete: true}")).await;
    lab.converge(&edited("- {name: coredns}\n", "")).await;
    assert_eq!(told(&lab, "DeleteAddon", "preserve"), [Value::from(true)]);
}

#[tokio::test(start_paused = true)]
async fn roles_of_service_accounts_come_and_go_with_what_aws_recommends() {
    let lab = Lab::new();
    let driver = "{name: coredns}\n- {name: eks-pod-identity-agent}\n- {name: aws-ebs-csi-driver, useDefaultPodIdentityAssociations: true}";
    let with = edited("{name: coredns}", driver);
    lab.converge(&with).await;
    let role = at("iam.Role/addon-aws-ebs-csi-driver-ebs-csi-controller-sa");
    let (observation, _) = lab.open(&with).await.observe().await;
    let arn = &observation.snapshot.at(&role)[0].outputs["arn"];
    let addon = &observation.snapshot.at(&at("eks.Addon/aws-ebs-csi-driver"))[0];
    assert_eq!(addon.spec["pod_identity_associations"]["ebs-csi-controller-sa"]["$id"], *arn);
    // Somebody else's associations stay where the stack says nothing, and go where it says that there are none.
    let silent = edited("{name: coredns}", &driver.replace(", useDefaultPodIdentityAssociations: true", ""));
    let told = actions(&lab.plan(&silent).await);
    assert_eq!(told, [format!("delete {role}")], "the add-on keeps what it has");
    let none = driver.replace("useDefaultPodIdentityAssociations: true", "podIdentityAssociations: []");
    let none = edited("{name: coredns}", &none);
    let plan = lab.plan(&none).await;
    let mut told = actions(&plan);
    told.sort();
    assert_eq!(told, [format!("delete {role}"), "update eks.Addon/aws-ebs-csi-driver".to_owned()]);
    let waits = |step: &&eksctl_rs_core::Step| step.needs.contains(&self::step(&plan, "eks:UpdateAddon"));
    assert!(plan.steps.iter().filter(|step| step.address == role).any(|step| waits(&step)), "the role goes after it");
    lab.converge(&none).await;
}

fn step(plan: &Plan, operation: &str) -> eksctl_rs_core::StepId {
    plan.steps.iter().find(|step| step.operation == operation).expect("a step").id
}

#[tokio::test(start_paused = true)]
async fn a_role_by_way_of_oidc_comes_before_the_add_on_and_that_before_the_nodes() {
    let lab = Lab::new();
    let spec = edited("{name: vpc-cni}", "{name: vpc-cni, wellKnownPolicies: {vpcCNI: true}}");
    lab.converge(&spec).await;
    let log = lab.emulator.log();
    let first = |operation: &str, holds: &str| {
        let fits = |input: &Value| input.to_string().contains(holds);
        let found = log.iter().position(|entry| entry.operation == operation && fits(&entry.input));
        found.unwrap_or_else(|| panic!("{operation} with {holds}"))
    };
    let order = [
        first("CreateCluster", ""),
        first("CreateOpenIDConnectProvider", ""),
        first("CreateRole", "addon-vpc-cni"),
        first("CreateAddon", "addon-vpc-cni"),
        first("CreateNodegroup", ""),
    ];
    assert!(order.is_sorted(), "{order:?}");
    let report = lab.destroy(&spec).await;
    assert_eq!(report.outcome, eksctl_rs_core::Outcome::Done, "{:#?}", report.failures);
    assert_eq!(lab.essence(&spec).await, [""; 0]);
}
