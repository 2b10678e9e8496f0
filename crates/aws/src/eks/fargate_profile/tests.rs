use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::types::{FargateProfile, FargateProfileSelector, FargateProfileStatus};
use eksctl_rs_core::{Address, Lane, Lowering, StackId, Status, Tags, Work, World};

use super::read::from_live;
use super::{Room, Selector, Spec};
use crate::kind::Kind;

fn profile(status: FargateProfileStatus) -> FargateProfile {
    let selector = |namespace: &str| FargateProfileSelector::builder().namespace(namespace);
    FargateProfile::builder()
        .fargate_profile_name("system")
        .cluster_name("dev")
        .status(status)
        .selectors(selector("kube-system").labels("k8s-app", "kube-dns").build())
        .selectors(selector("karpenter").build())
        .build()
}

fn live() -> Spec {
    from_live(&profile(FargateProfileStatus::Active)).spec
}

#[test]
fn selectors_are_a_set_and_no_labels_are_every_pod() {
    let plain = Selector { namespace: "karpenter".into(), labels: BTreeMap::new() };
    let labels = BTreeMap::from([("k8s-app".to_owned(), "kube-dns".to_owned())]);
    assert_eq!(live().selectors, BTreeSet::from([plain, Selector { namespace: "kube-system".into(), labels }]));
}

#[test]
fn what_failed_is_of_no_use() {
    let standing = |status| from_live(&profile(status)).status;
    assert!(matches!(standing(FargateProfileStatus::CreateFailed), Status::Failed { .. }));
    assert!(matches!(standing(FargateProfileStatus::Deleting), Status::Deleting { .. }));
    assert_eq!(standing(FargateProfileStatus::Active), Status::Ready);
}

#[test]
fn a_replacement_has_another_name_while_the_plain_one_is_taken() {
    let renamed = Room::rename(live(), &["system".to_owned()]).name;
    assert!(renamed.starts_with("system-") && renamed.len() == 13, "{renamed}");
    assert_eq!(Room::rename(live(), &["other".to_owned()]).name, "system");
}

#[test]
fn one_is_made_or_deleted_at_a_time() {
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let (address, ownership) = (Address::new("eks.FargateProfile", "system"), Tags::new());
    let observed = serde_json::from_value(serde_json::json!({
        "address": "eks.FargateProfile/system", "id": "system", "spec": {}, "outputs": {},
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed profile");
    let lanes = |work| -> Vec<Lane> {
        let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
        Room::lower(&lowering).into_iter().flat_map(|lowered| lowered.lanes).collect()
    };
    let (made, deleted) =
        (lanes(Work::Create { desired: live() }), lanes(Work::Delete { live: live(), observed: &observed }));
    assert_eq!(made, deleted);
    assert_eq!(made[0].limit, 1);
}
