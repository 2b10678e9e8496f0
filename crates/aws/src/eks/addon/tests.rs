use std::collections::BTreeMap;

use aws_sdk_eks::types::{Addon, AddonHealth, AddonIssue, AddonIssueCode, AddonStatus, PodIdentityAssociation};
use eksctl_rs_core::{
    AddonVersion, Address, Lowering, Observed, Order, Owner, Reference, StackId, Status, Tags, Work, World,
};
use serde_json::{Value, json};

use super::read::from_live;
use super::versions::{Choice, Offer, There, choose, numbers};
use super::write::lower;
use super::{Call, Room, Spec, parse_configuration};
use crate::kind::Kind;

fn addon(status: AddonStatus) -> aws_sdk_eks::types::builders::AddonBuilder {
    Addon::builder().addon_name("vpc-cni").cluster_name("dev").addon_version("v1.20.4-eksbuild.1").status(status)
}

fn live() -> Spec {
    from_live(&addon(AddonStatus::Active).build(), &[]).spec
}

#[test]
fn a_configuration_is_what_it_means() {
    let of = |text: &str| from_live(&addon(AddonStatus::Active).configuration_values(text).build(), &[]);
    let wanted = Some(json!({ "env": { "WARM_IP_TARGET": "2" } }));
    assert_eq!(of("{\"env\": {\"WARM_IP_TARGET\": \"2\"}}").spec.configuration, wanted);
    assert_eq!(of("env:\n  WARM_IP_TARGET: \"2\"\n").spec.configuration, wanted);
    assert_eq!([of("{}"), of(""), of("# nothing\n")].map(|found| found.spec.configuration), [None, None, None]);
    assert_eq!(of("a: [b").spec.configuration, Some("a: [b".into()), "what nobody can read is a difference");
    assert!(parse_configuration("a: [b").is_err());
}

#[test]
fn only_a_creation_that_failed_is_of_no_use() {
    let issue = AddonIssue::builder().code(AddonIssueCode::InsufficientNumberOfReplicas).message("no nodes").build();
    let health = AddonHealth::builder().issues(issue).build();
    let standing = |status| from_live(&addon(status).health(health.clone()).build(), &[]).status;
    for status in [AddonStatus::Degraded, AddonStatus::UpdateFailed, AddonStatus::Active] {
        let found = standing(status);
        assert!(matches!(&found, Status::Degraded { issues } if issues[0].message == "no nodes"), "{found:?}");
    }
    assert!(matches!(standing(AddonStatus::CreateFailed), Status::Failed { issues, .. } if issues.len() == 1));
    assert!(matches!(standing(AddonStatus::Updating), Status::Updating { .. }));
}

#[test]
fn associations_are_roles_by_service_account_and_a_tag_of_ours_is_no_tag_of_the_user_s() {
    let association = PodIdentityAssociation::builder().service_account("aws-node").role_arn("arn:role").build();
    let tagged = addon(AddonStatus::Active).tags("eksctl-rs.io/preserve", "true").tags("team", "data").build();
    let spec = from_live(&tagged, &[association]).spec;
    let roles = BTreeMap::from([("aws-node".to_owned(), Reference::from("arn:role"))]);
    assert_eq!(spec.pod_identity_associations, Some(roles));
    assert!(spec.preserve_on_delete);
    assert_eq!(spec.tags, Tags::from([("team".to_owned(), "data".to_owned())]));
}

#[test]
fn what_nodes_need_comes_before_them_and_what_needs_nodes_after_them() {
    let order = |name: &str| Room::order(&Spec { name: name.to_owned(), ..live() });
    for name in ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] {
        assert!(order(name).contains(&Order::BeforeAll { kind: "eks.Nodegroup" }), "{name}");
    }
    // And associations come when somebody is there who gives their roles to pods.
    let associations = Order::BeforeAll { kind: "eks.PodIdentityAssociation" };
    assert!(order("eks-pod-identity-agent").contains(&associations) && !order("vpc-cni").contains(&associations));
    for name in ["coredns", "aws-ebs-csi-driver", "metrics-server"] {
        assert!(order(name).contains(&Order::Upon { kind: "eks.Nodegroup" }), "{name}");
        assert!(order(name).contains(&Order::Upon { kind: "eks.FargateProfile" }), "{name}");
    }
}

/// The calls of an update, or of a deletion where nothing is wanted.
fn calls(desired: Option<Spec>, live: Spec, status: Status, changed: &[&str]) -> Vec<Call> {
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let address = Address::new("eks.Addon", "vpc-cni");
    let observed = Observed {
        address: address.clone(),
        id: "vpc-cni".into(),
        spec: Value::Null,
        outputs: BTreeMap::from([("arn".to_owned(), "arn:addon".to_owned())]),
        status,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let work = match desired {
        Some(desired) => Work::Update { desired, live, observed: &observed, changed, retag: false },
        None => Work::Delete { live, observed: &observed },
    };
    let lowering = Lowering { address: &address, world: &world, work, ownership: &Tags::new() };
    lower(&lowering).into_iter().map(|lowered| lowered.call).collect()
}

fn changes(desired: Spec, live: Spec, changed: &[&str]) -> super::write::Change {
    let mut calls = calls(Some(desired), live, Status::Ready, changed);
    assert_eq!(calls.len(), 1);
    let Call::Update { change, .. } = calls.remove(0) else { panic!("an update") };
    *change
}

#[test]
fn an_update_says_everything_but_associations_only_when_they_change() {
    let role = Some(Reference::from("arn:role"));
    let configured = Spec { configuration: Some(json!({ "a": 1 })), service_account_role: role.clone(), ..live() };
    let desired = Spec { version: Some("v2".into()), resolve_conflicts: "PRESERVE".into(), ..configured.clone() };
    let change = changes(desired, configured.clone(), &["version"]);
    assert_eq!((change.version.as_deref(), change.configuration.as_deref()), (Some("v2"), Some("{\"a\":1}")));
    assert_eq!((change.service_account_role, change.resolve_conflicts.as_str()), (role, "PRESERVE"));
    assert_eq!(change.pod_identity_associations, None, "nothing changes nothing");
    let change = changes(live(), configured, &["configuration", "service_account_role"]);
    assert_eq!((change.configuration.as_deref(), change.service_account_role), (Some("{}"), None));
    let none = Spec { pod_identity_associations: Some(BTreeMap::new()), ..live() };
    let change = changes(none, live(), &["pod_identity_associations"]);
    assert_eq!((change.pod_identity_associations, change.configuration), (Some(BTreeMap::new()), None));
}

#[test]
fn what_is_to_stay_is_remembered_by_a_tag() {
    let kept = || Spec { preserve_on_delete: true, ..live() };
    let tagged = calls(Some(kept()), live(), Status::Ready, &["preserve_on_delete"]);
    assert!(serde_json::to_string(&tagged).expect("JSON").contains("eksctl-rs.io/preserve"), "{tagged:?}");
    let untagged = calls(Some(live()), kept(), Status::Ready, &["preserve_on_delete"]);
    assert!(serde_json::to_string(&untagged).expect("JSON").contains("eksctl-rs.io/preserve"), "{untagged:?}");
    let preserves = |status| matches!(calls(None, kept(), status, &[])[0], Call::Delete { preserve: true, .. });
    assert!(preserves(Status::Ready));
    let failed = Status::Failed { status: "CREATE_FAILED".into(), issues: Vec::new() };
    assert!(!preserves(failed), "what failed is made anew");
}

fn offers() -> Vec<Offer> {
    let offer = |version: &str, is_default| Offer { version: version.to_owned(), is_default };
    vec![offer("v1.21.0-eksbuild.1", false), offer("v1.20.4-eksbuild.2", true), offer("v1.20.4-eksbuild.1", false)]
}

fn there(kubernetes: &str, version: &str) -> There {
    There { kubernetes: Some(kubernetes.to_owned()), version: Some(version.to_owned()) }
}

fn chosen(wanted: &AddonVersion, there: &There) -> Choice {
    choose(wanted, "1.35", &offers(), there)
}

const DEFAULT: AddonVersion = AddonVersion::Default { auto: false };
const LATEST: AddonVersion = AddonVersion::Latest { auto: false };

#[test]
fn a_version_that_floats_is_resolved_when_there_is_none() {
    let version = |wanted| chosen(wanted, &There::default()).version.expect("a version");
    assert_eq!(version(&DEFAULT), "v1.20.4-eksbuild.2");
    assert_eq!(version(&LATEST), "v1.21.0-eksbuild.1");
    assert_eq!(choose(&DEFAULT, "1.35", &[], &There::default()), Choice::default(), "nothing is known");
}

#[test]
fn a_version_that_floats_stays_and_what_is_newer_is_told() {
    let (choice, version) = (chosen(&LATEST, &there("1.35", "v1.20.4-eksbuild.1")), "v1.20.4-eksbuild.1".to_owned());
    assert_eq!((choice.version, choice.newer.as_deref()), (Some(version), Some("v1.21.0-eksbuild.1")));
    let choice = chosen(&DEFAULT, &there("1.35", "v1.21.0-eksbuild.1"));
    assert_eq!((choice.version.as_deref(), choice.newer), (Some("v1.21.0-eksbuild.1"), None));
    let gone = chosen(&DEFAULT, &there("1.35", "v1.19.0-eksbuild.1"));
    assert_eq!(gone.version.as_deref(), Some("v1.19.0-eksbuild.1"), "though AWS no longer offers it");
}

#[test]
fn a_version_that_floats_goes_along_with_kubernetes_if_it_must() {
    let version = |there: &There| chosen(&DEFAULT, there).version.expect("a version");
    assert_eq!(version(&there("1.34", "v1.20.4-eksbuild.1")), "v1.20.4-eksbuild.1", "it works with both");
    assert_eq!(version(&there("1.34", "v1.19.0-eksbuild.1")), "v1.20.4-eksbuild.2");
}

#[test]
fn with_update_auto_it_moves_on_and_never_back() {
    let version = |wanted, there: &There| chosen(wanted, there).version.expect("a version");
    let auto = AddonVersion::Default { auto: true };
    assert_eq!(version(&auto, &there("1.35", "v1.20.4-eksbuild.1")), "v1.20.4-eksbuild.2");
    assert_eq!(version(&auto, &there("1.35", "v1.21.0-eksbuild.1")), "v1.21.0-eksbuild.1");
}

#[test]
fn an_exact_version_must_work_with_the_kubernetes_that_is_wanted() {
    let exact = |version: &str| AddonVersion::Exact(version.to_owned());
    let fits = |version: &str, there: &There| chosen(&exact(version), there).fits;
    assert!(fits("v1.20.4-eksbuild.1", &There::default()));
    assert!(!fits("v1.19.0-eksbuild.1", &There::default()));
    assert!(fits("v1.19.0-eksbuild.1", &there("1.35", "v1.19.0-eksbuild.1")), "what AWS took back goes on working");
    assert!(!fits("v1.19.0-eksbuild.1", &there("1.34", "v1.19.0-eksbuild.1")));
}

#[test]
fn versions_are_compared_by_their_numbers() {
    assert_eq!(numbers("v1.20.4-eksbuild.12"), [1, 20, 4, 12]);
    assert!(numbers("v1.9.3-eksbuild.11") < numbers("v1.11.0-eksbuild.1"));
}
