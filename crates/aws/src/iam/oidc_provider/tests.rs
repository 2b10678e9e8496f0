use std::collections::BTreeSet;

use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;
use aws_sdk_iam::types::Tag;
use eksctl_rs_core::{Address, Lowering, Outputs, StackId, Tags, Text, Work, World, tag};
use serde_json::json;

use super::read::{from_live, may_be_ours};
use super::{Room, Spec};
use crate::kind::Kind;

const ARN: &str = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A";

fn world() -> World {
    World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

fn spec() -> Spec {
    Spec {
        url: Text::from("https://oidc.eks.eu-west-1.amazonaws.com/id/A"),
        client_ids: BTreeSet::from(["sts.amazonaws.com".to_owned()]),
        thumbprints: Some(BTreeSet::from(["ab".repeat(20)])),
        tags: Tags::new(),
    }
}

#[test]
fn what_aws_tells_is_our_spec() {
    let tag = Tag::builder().key(tag::STACK).value("dev.eu-west-1").build().expect("a tag");
    let live = GetOpenIdConnectProviderOutput::builder()
        .url("oidc.eks.eu-west-1.amazonaws.com/id/A")
        .client_id_list("sts.amazonaws.com")
        .thumbprint_list("AB".repeat(20))
        .tags(tag)
        .build();
    let found = from_live(ARN, &live);
    assert_eq!(found.spec, spec());
    assert_eq!(found.outputs, Room::computed(&spec(), &world()), "computed as AWS tells it");
    assert_eq!(found.outputs["issuer_host"], "oidc.eks.eu-west-1.amazonaws.com/id/A");
}

#[test]
fn an_issuer_that_is_not_known_yet_has_no_arn() {
    let url = Text::of(&Address::new("eks.Cluster", "dev"), "issuer");
    assert_eq!(Room::computed(&Spec { url, ..spec() }, &world()), Outputs::new());
}

#[test]
fn only_what_may_be_ours_is_asked_for() {
    let of = |host: &str| format!("arn:aws:iam::111122223333:oidc-provider/{host}");
    assert!(may_be_ours(ARN, "eu-west-1") && may_be_ours(&of("token.actions.githubusercontent.com"), "eu-west-1"));
    assert!(!may_be_ours(&of("oidc.eks.eu-west-2.amazonaws.com/id/B"), "eu-west-1"));
    assert!(!may_be_ours(&of("oidc.eks.us-gov-west-1.amazonaws.com/id/B"), "us-gov-west-2"));
}

#[test]
fn every_change_is_a_call_of_its_own() {
    let desired = Spec {
        client_ids: BTreeSet::from(["other".to_owned()]),
        thumbprints: Some(BTreeSet::from(["cd".repeat(20)])),
        tags: Tags::from([("a".to_owned(), "b".to_owned())]),
        ..spec()
    };
    let observed = serde_json::from_value(json!({
        "address": "iam.OidcProvider/cluster", "id": ARN, "spec": {}, "outputs": {},
        "status": { "state": "ready" }, "owner": "us", "applied": null, "claim": null
    }))
    .expect("an observed provider");
    let (address, ownership, world) = (Address::new("iam.OidcProvider", "cluster"), Tags::new(), world());
    let changed = ["client_ids", "thumbprints", "tags"];
    let work = Work::Update { desired, live: spec(), observed: &observed, changed: &changed, retag: true };
    let lowering = Lowering { address: &address, world: &world, work, ownership: &ownership };
    let operations: Vec<_> = Room::lower(&lowering).iter().map(|lowered| lowered.operation).collect();
    assert_eq!(
        operations,
        [
            "iam:AddClientIDToOpenIDConnectProvider",
            "iam:RemoveClientIDFromOpenIDConnectProvider",
            "iam:UpdateOpenIDConnectProviderThumbprint",
            "iam:TagOpenIDConnectProvider",
        ]
    );
}
