//! ECR: what is set for the whole registry and stays, and repositories that hold images.

use aws_sdk_ecr::types::{ReplicationConfiguration, ScanType};
use eksctl_rs_core::{Action, Address, Consent, Desired, Graph, Outcome, Plan, Reason};
use serde_json::{Value, json};

use crate::lab::{at, clients};
use crate::{Base, base};

const REPOSITORY: &str = "team/app";

fn settings() -> [Address; 2] {
    [at("ecr.RegistryScanning/registry"), at("ecr.RegistryReplication/registry")]
}

/// What is wanted without the resources at `addresses`.
fn without(base: &Base, addresses: &[Address]) -> Vec<Desired> {
    base.desired.iter().filter(|desired| !addresses.contains(&desired.address)).cloned().collect()
}

async fn towards_nothing(base: &Base) -> Plan {
    let snapshot = base.observe(&crate::lab::graph(base.desired.clone())).await;
    base.open.plan(&snapshot, &Graph::empty()).expect("no refusal")
}

#[tokio::test(start_paused = true)]
async fn a_setting_of_the_registry_stays_when_it_is_dropped_and_when_the_stack_goes() {
    let base = base().await.fork().await;
    let dropped = base.plan(&without(&base, &settings())).await;
    assert!(dropped.is_empty(), "{:#?}", crate::outline(&dropped));
    let plan = towards_nothing(&base).await;
    assert!(settings().iter().all(|address| plan.change(address).is_none()), "{:#?}", crate::outline(&plan));
    assert_eq!(base.open.run(&plan).await.outcome, Outcome::Done);
    let ecr = clients::ecr(&base.lab, &base.open.spec);
    let scanning = ecr.get_registry_scanning_configuration().send().await.expect("an answer");
    let scan_type = scanning.scanning_configuration().and_then(|configuration| configuration.scan_type());
    assert_eq!(scan_type, Some(&ScanType::Enhanced));
    let registry = ecr.describe_registry().send().await.expect("an answer");
    assert_eq!(registry.replication_configuration().map(|configuration| configuration.rules().len()), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_setting_that_somebody_takes_back_or_changes_is_set_again() {
    let base = base().await.fork().await;
    let ecr = clients::ecr(&base.lab, &base.open.spec);
    ecr.put_registry_scanning_configuration().scan_type(ScanType::Basic).send().await.expect("set");
    let nothing = ReplicationConfiguration::builder().set_rules(Some(Vec::new())).build().expect("built");
    ecr.put_replication_configuration().replication_configuration(nothing).send().await.expect("set");
    let plan = base.plan(&base.desired).await;
    for address in settings() {
        let change = plan.change(&address).expect("a change");
        assert_eq!((change.action, &change.reason), (Action::Create, &Reason::Missing), "{address}");
        assert!(change.notes.iter().any(|note| note.contains("stays")), "{:?}", change.notes);
    }
    base.converge(&base.desired, "set again").await;
}

#[tokio::test(start_paused = true)]
async fn a_setting_goes_by_wishing_for_the_default() {
    let base = base().await.fork().await;
    let defaults = [json!({ "scan_type": "BASIC", "rules": {} }), json!({ "rules": [] })];
    let mut desired = base.desired.clone();
    for (address, spec) in settings().iter().zip(defaults) {
        desired.iter_mut().find(|desired| desired.address == *address).expect("wanted").spec = spec;
    }
    base.converge(&desired, "the defaults").await;
    let ecr = clients::ecr(&base.lab, &base.open.spec);
    let registry = ecr.describe_registry().send().await.expect("an answer");
    assert_eq!(registry.replication_configuration().map(|configuration| configuration.rules().len()), Some(0));
    let plan = base.plan(&base.desired).await;
    let actions: Vec<Action> = plan.changes.iter().map(|change| change.action).collect();
    assert_eq!(actions, [Action::Create, Action::Create]);
}

/// Somebody pushes an image.
async fn push(base: &Base) {
    let manifest = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": format!("sha256:{:064}", 1) },
        "layers": [],
    });
    let ecr = clients::ecr(&base.lab, &base.open.spec);
    let request = ecr.put_image().repository_name(REPOSITORY).image_tag("v1").image_manifest(manifest.to_string());
    request.send().await.expect("pushed");
}

#[tokio::test(start_paused = true)]
async fn only_a_repository_that_holds_images_goes_with_consent() {
    let base = base().await;
    let address = at("ecr.Repository/team/app");
    let rest = without(&base, std::slice::from_ref(&address));
    let words = |plan: &Plan| plan.consents.iter().map(Consent::word).collect::<Vec<_>>();
    let (empty, full) = (base.fork().await, base.fork().await);
    let plan = empty.plan(&rest).await;
    assert_eq!((plan.change(&address).map(|change| change.action), words(&plan)), (Some(Action::Delete), vec![]));
    push(&full).await;
    let plan = full.plan(&rest).await;
    assert_eq!(words(&plan), ["data-loss"]);
    let mut replaced = base.desired.clone();
    replaced.iter_mut().find(|desired| desired.address == address).expect("wanted").spec["name"] = "other".into();
    let mut needed = words(&full.plan(&replaced).await);
    needed.sort_unstable();
    assert_eq!(needed, ["data-loss", "replace"]);
    full.converge(&rest, "with its images").await;
}

#[tokio::test(start_paused = true)]
async fn an_image_that_comes_after_the_plan_is_not_lost() {
    let base = base().await.fork().await;
    let plan = base.plan(&without(&base, &[at("ecr.Repository/team/app")])).await;
    push(&base).await;
    let report = base.open.run(&plan).await;
    assert_eq!(report.outcome, Outcome::Failed, "{:#?}", report.failures);
    let ecr = clients::ecr(&base.lab, &base.open.spec);
    let images = ecr.list_images().repository_name(REPOSITORY).send().await.expect("images");
    assert_eq!(images.image_ids().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_may_be_named_by_an_alias() {
    let base = base().await.fork().await;
    let mut desired = base.desired.clone();
    let repository = desired.iter_mut().find(|desired| desired.address.kind() == "ecr.Repository").expect("wanted");
    repository.spec["encryption_type"] = "KMS".into();
    repository.spec["kms_key"] = json!({ "$id": "alias/aws/ecr" });
    base.converge(&desired, "AWS's own key").await;
    let repository = &base.observe(&crate::lab::graph(desired.clone())).await;
    let repository = &repository.at(&at("ecr.Repository/team/app"))[0].spec;
    assert_eq!(repository["kms_key"], json!({ "$id": "alias/aws/ecr" }));
    assert_ne!(repository["tags"], Value::Null);
}
