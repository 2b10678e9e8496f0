use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{Address, Lowering, Observed, StackId, Status, Tags, Work, World};
use serde_json::json;

use super::read::from_live;
use super::{Call, Identity, IdentityCenter, Room, Spec};
use crate::kind::Kind;

fn mapping(role: sdk::ArgoCdRole, ids: &[&str]) -> sdk::ArgoCdRoleMapping {
    let identity = |id: &&str| {
        let builder = sdk::SsoIdentity::builder().id(*id).r#type(sdk::SsoIdentityType::SsoGroup);
        builder.build().expect("an identity")
    };
    let identities = ids.iter().map(identity).collect();
    sdk::ArgoCdRoleMapping::builder().role(role).set_identities(Some(identities)).build().expect("a mapping")
}

fn argo(status: sdk::CapabilityStatus) -> sdk::Capability {
    let center = sdk::ArgoCdAwsIdcConfigResponse::builder().idc_instance_arn("arn:sso").idc_region("eu-west-1").build();
    let config = sdk::ArgoCdConfigResponse::builder()
        .namespace("argocd")
        .aws_idc(center)
        .rbac_role_mappings(mapping(sdk::ArgoCdRole::Admin, &["b", "a"]))
        .rbac_role_mappings(mapping(sdk::ArgoCdRole::Viewer, &["c"]))
        .build();
    sdk::Capability::builder()
        .capability_name("argo")
        .cluster_name("dev")
        .r#type(sdk::CapabilityType::Argocd)
        .status(status)
        .configuration(sdk::CapabilityConfigurationResponse::builder().argo_cd(config).build())
        .build()
}

fn live() -> Spec {
    from_live(&argo(sdk::CapabilityStatus::Active)).spec
}

fn groups(ids: &[&str]) -> BTreeSet<Identity> {
    ids.iter().map(|id| Identity { kind: "SSO_GROUP".into(), id: (*id).to_owned() }).collect()
}

#[test]
fn what_aws_tells_is_our_spec() {
    let spec = live();
    assert_eq!(spec.role_mappings["ADMIN"], groups(&["a", "b"]));
    assert_eq!(spec.namespace.as_deref(), Some("argocd"));
    assert_eq!((spec.enable_cross_namespace, spec.disabled_services), (false, BTreeSet::new()));
    let standing = |status| from_live(&argo(status)).status;
    assert!(matches!(standing(sdk::CapabilityStatus::CreateFailed), Status::Failed { .. }));
    assert!(matches!(standing(sdk::CapabilityStatus::Updating), Status::Updating { .. }));
}

#[test]
fn without_a_region_it_is_the_one_that_eks_tells() {
    let center = Some(IdentityCenter { instance: "arn:sso".into(), region: None });
    let wanted = Spec { identity_center: center, ..live() };
    assert_eq!(Room::settle(wanted, &live()).identity_center, live().identity_center);
}

#[test]
fn one_update_sets_the_mappings_that_are_new_and_takes_away_those_that_go() {
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let (address, ownership) = (Address::new("eks.Capability", "argo"), Tags::new());
    let observed: Observed = serde_json::from_value(json!({
        "address": "eks.Capability/argo", "id": "argo", "spec": {}, "outputs": {},
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed capability");
    let wanted = BTreeMap::from([("ADMIN".to_owned(), groups(&["a"])), ("EDITOR".to_owned(), groups(&["d"]))]);
    let desired = Spec { role_mappings: wanted.clone(), ..live() };
    let work = Work::Update { desired, live: live(), observed: &observed, changed: &["role_mappings"], retag: false };
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    let calls = Room::lower(&lowering);
    let [only] = calls.as_slice() else { panic!("one call: {calls:?}") };
    let Call::Update { change, .. } = &only.call else { panic!("an update") };
    assert_eq!(change.set_mappings, wanted);
    assert_eq!(change.remove_mappings, BTreeMap::from([("VIEWER".to_owned(), groups(&["c"]))]));
    assert!(!change.role && !change.ack && !change.network_access);
}
