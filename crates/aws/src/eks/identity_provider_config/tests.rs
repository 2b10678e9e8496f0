use aws_sdk_eks::types::{ConfigStatus, OidcIdentityProviderConfig};
use eksctl_rs_core::{Address, Lane, Lowering, StackId, Status, Tags, Work, World};

use super::read::from_live;
use super::{Room, Spec};
use crate::eks::update_lane;
use crate::kind::Kind;

fn live(status: ConfigStatus) -> OidcIdentityProviderConfig {
    OidcIdentityProviderConfig::builder()
        .identity_provider_config_name("corp")
        .cluster_name("dev")
        .issuer_url("https://id.example.com")
        .client_id("kubernetes")
        .groups_claim("groups")
        .groups_prefix("")
        .status(status)
        .build()
}

fn spec() -> Spec {
    from_live(&live(ConfigStatus::Active)).spec
}

#[test]
fn what_aws_tells_is_our_spec() {
    let spec = spec();
    assert_eq!(spec.username_claim, "sub", "the default");
    assert_eq!((spec.groups_claim.as_deref(), spec.groups_prefix), (Some("groups"), None));
    assert!(matches!(from_live(&live(ConfigStatus::Creating)).status, Status::Creating { .. }));
}

#[test]
fn it_waits_for_the_updates_of_the_cluster_and_they_for_it() {
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let (address, ownership) = (Address::new("eks.IdentityProviderConfig", "corp"), Tags::new());
    let work = Work::Create { desired: spec() };
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    let lanes: Vec<Lane> = Room::lower(&lowering).into_iter().flat_map(|lowered| lowered.lanes).collect();
    assert_eq!(lanes, [update_lane("dev")]);
}
