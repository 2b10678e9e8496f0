use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::primitives::DateTime;
use aws_sdk_eks::types::AccessEntry;
use aws_sdk_iam::types::Role;
use eksctl_rs_core::{Address, Fate, Lowering, Observed, Reference, StackId, Tags, Work, World};
use serde_json::json;

use super::admins::{OTHER_ADMINS, is_same};
use super::read::{RoleBehind, from_live};
use super::{AccessScope, EARLIER_ROLE, Room, Spec};
use crate::kind::Kind;

const ROLE: &str = "arn:aws:iam::111122223333:role/eksctl-rs/dev.eu-west-1/admin";
const ADMIN: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/admin/somebody";

fn everywhere() -> AccessScope {
    AccessScope { kind: "cluster".into(), namespaces: BTreeSet::new() }
}

fn within(namespace: &str) -> AccessScope {
    AccessScope { kind: "namespace".into(), namespaces: BTreeSet::from([namespace.to_owned()]) }
}

fn spec(policies: &[(&str, AccessScope)]) -> Spec {
    Spec {
        cluster: Reference::from("dev"),
        principal: Reference::from(ROLE),
        principal_id: Some(Reference::from("AROA1")),
        entry_type: "STANDARD".into(),
        username: None,
        kubernetes_groups: BTreeSet::new(),
        access_policies: policies.iter().map(|(policy, scope)| ((*policy).to_owned(), scope.clone())).collect(),
        tags: Tags::new(),
    }
}

fn entry(kind: &str) -> AccessEntry {
    AccessEntry::builder()
        .cluster_name("dev")
        .principal_arn(ROLE)
        .r#type(kind)
        .username("somebody")
        .kubernetes_groups("viewers")
        .created_at(DateTime::from_secs(100))
        .build()
}

fn role(made: i64) -> RoleBehind {
    let role = Role::builder().path("/").role_name("admin").role_id("AROA1").arn(ROLE);
    RoleBehind::There(Box::new(role.create_date(DateTime::from_secs(made)).build().expect("a role")))
}

#[test]
fn an_entry_knows_the_role_that_was_there_before_it() {
    let id = |made| from_live(&entry("STANDARD"), BTreeMap::new(), &role(made)).spec.principal_id;
    assert_eq!(id(100), Some(Reference::from("AROA1")));
    let stale = from_live(&entry("STANDARD"), BTreeMap::new(), &role(101)).spec;
    assert_eq!(stale.principal_id, Some(Reference::from(EARLIER_ROLE)));
    assert!(!stale.is_alive());
    // Nothing says which role is wanted: then the plan takes over what is there, and this must still be a difference.
    assert_eq!(Room::settle(stale.clone(), &stale).principal_id, None);
    assert_eq!(from_live(&entry("STANDARD"), BTreeMap::new(), &RoleBehind::Unknown).spec.principal_id, None);
}

#[test]
fn the_groups_of_nodes_are_eks_s() {
    let groups = |kind| from_live(&entry(kind), BTreeMap::new(), &RoleBehind::Unknown).spec.kubernetes_groups;
    assert_eq!(groups("STANDARD"), BTreeSet::from(["viewers".to_owned()]));
    assert_eq!(groups("EC2_LINUX"), BTreeSet::new());
}

fn observed(other_admins: bool) -> Observed {
    let outputs = if other_admins { json!({ OTHER_ADMINS: "yes" }) } else { json!({}) };
    serde_json::from_value(json!({
        "address": "eks.AccessEntry/admins", "id": ROLE, "spec": {}, "outputs": outputs,
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed entry")
}

fn operations(desired: Spec, live: Spec, changed: &[&str]) -> Vec<&'static str> {
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let (address, ownership, observed) = (Address::new("eks.AccessEntry", "admins"), Tags::new(), observed(false));
    let work = Work::Update { desired, live, observed: &observed, changed, retag: false };
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    Room::lower(&lowering).iter().map(|lowered| lowered.operation).collect()
}

#[test]
fn another_policy_comes_before_the_old_one_goes_and_a_scope_is_associated_anew() {
    let (admin, view) = (spec(&[(ADMIN, everywhere())]), spec(&[(VIEW, everywhere())]));
    assert_eq!(
        operations(view.clone(), admin, &["access_policies"]),
        ["eks:AssociateAccessPolicy", "eks:DisassociateAccessPolicy"]
    );
    let narrow = spec(&[(VIEW, within("default"))]);
    assert_eq!(operations(narrow, view.clone(), &["access_policies"]), ["eks:AssociateAccessPolicy"]);
    let grouped = Spec { kubernetes_groups: BTreeSet::from(["viewers".to_owned()]), ..view.clone() };
    assert_eq!(operations(grouped, view, &["kubernetes_groups"]), ["eks:UpdateAccessEntry"]);
}

#[test]
fn the_session_of_a_role_is_the_role() {
    assert!(is_same(SESSION, ROLE));
    assert!(!is_same("arn:aws:sts::111122223333:assumed-role/other/somebody", ROLE));
    assert!(!is_same("arn:aws:sts::444455556666:assumed-role/admin/somebody", ROLE));
    assert!(is_same("arn:aws:iam::111122223333:user/ops/a", "arn:aws:iam::111122223333:user/ops/a"));
}

fn said(live: Spec, becomes: Option<Spec>, caller: &str, other_admins: bool) -> Option<String> {
    let (address, observed) = (Address::new("eks.AccessEntry", "admins"), observed(other_admins));
    let fates = [Fate { address: &address, live: Some((live, &observed)), becomes }];
    Room::refuse_together(&fates, Some(caller)).pop().map(|refusal| refusal.message)
}

#[test]
fn nobody_takes_their_own_rights_away() {
    let (view, narrow) = (spec(&[(VIEW, everywhere())]), spec(&[(VIEW, within("default"))]));
    let weaken = Some("this would weaken the access entry by which you use the cluster yourself".to_owned());
    let remove = Some("this would remove the access entry by which you use the cluster yourself".to_owned());
    assert_eq!(said(view.clone(), Some(narrow.clone()), SESSION, true), weaken);
    assert_eq!(said(view.clone(), None, SESSION, true), remove);
    assert_eq!(said(narrow, Some(view.clone()), SESSION, true), None, "more is fine");
    assert_eq!(said(view.clone(), Some(spec(&[(ADMIN, everywhere())])), SESSION, true), None, "so is everything");
    assert_eq!(said(view.clone(), None, "arn:aws:iam::111122223333:user/b", true), None, "another's may go");
    let dead = Spec { principal_id: Some(Reference::from(EARLIER_ROLE)), ..view };
    assert_eq!(said(dead, None, SESSION, true), None, "one that lets nobody in may go");
}

#[test]
fn somebody_stays_administrator() {
    let (admin, caller) = (spec(&[(ADMIN, everywhere())]), "arn:aws:iam::111122223333:user/b");
    let locked = Some("this would leave the cluster without an administrator".to_owned());
    assert_eq!(said(admin.clone(), None, caller, false), locked);
    assert_eq!(said(admin.clone(), Some(spec(&[(ADMIN, within("default"))])), caller, false), locked);
    assert_eq!(said(admin.clone(), None, caller, true), None, "somebody else is");
    assert_eq!(said(admin.clone(), Some(admin), caller, false), None);
}
