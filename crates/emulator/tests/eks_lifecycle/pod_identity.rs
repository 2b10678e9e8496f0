//! The life of associations of Pod Identity.

use serde_json::{Value, json};

use crate::aws::{self, ACCOUNT, REGION};
use crate::eks::{Account, pass, text};

fn describe(account: &Account, id: &Value) -> Value {
    account.ok("DescribePodIdentityAssociation", json!({ "associationId": id }))["association"].clone()
}

#[tokio::test(start_paused = true)]
async fn an_association_is_made_changed_and_deleted() {
    let account = Account::with_cluster(json!({})).await;
    account.role("more", "pods.eks", r#"["sts:AssumeRole","sts:TagSession"]"#, &[]);
    let input = json!({ "tags": { "a": "b" }, "clientRequestToken": "once" });
    let made = account.ok("CreatePodIdentityAssociation", input.clone())["association"].clone();
    let id = &made["associationId"];
    assert_eq!(text(id).strip_prefix("a-").map(str::len), Some(17), "{id}");
    let arn = format!("arn:aws:eks:{REGION}:{ACCOUNT}:podidentityassociation/dev/{}", text(id));
    assert_eq!((&made["associationArn"], &made["disableSessionTags"]), (&json!(arn), &json!(false)));
    assert_eq!((made.get("ownerArn"), made.get("externalId"), made.get("policy")), (None, None, None));
    assert_eq!(account.ok("CreatePodIdentityAssociation", input.clone())["association"], made, "the same token");
    pass(31).await;
    let change = json!({ "associationId": id, "roleArn": "{role}more", "clientRequestToken": "change" });
    let changed = account.ok("UpdatePodIdentityAssociation", change.clone())["association"].clone();
    assert!(text(&changed["roleArn"]).ends_with("role/more"));
    assert_ne!(changed["modifiedAt"], made["modifiedAt"]);
    assert_eq!(account.ok("UpdatePodIdentityAssociation", change)["association"], changed, "the same token");
    assert_eq!(describe(&account, id), changed);
    let gone = account.ok("DeletePodIdentityAssociation", json!({ "associationId": id }))["association"].clone();
    assert_eq!(gone, changed);
    let refused = account.refused("DescribePodIdentityAssociation", json!({ "associationId": id }));
    assert!(refused.starts_with("ResourceNotFoundException"), "{refused}");
    let again = account.ok("CreatePodIdentityAssociation", input)["association"].clone();
    assert_ne!(again["associationId"], *id, "the first one is gone, and its token");
}

#[tokio::test(start_paused = true)]
async fn lists_are_short_and_filtered() {
    let account = Account::with_cluster(json!({})).await;
    for (namespace, name) in [("a", "x"), ("a", "y"), ("b", "x")] {
        account.ok("CreatePodIdentityAssociation", json!({ "namespace": namespace, "serviceAccount": name }));
    }
    let found = |filter: Value| {
        let list = account.ok("ListPodIdentityAssociations", filter)["associations"].clone();
        let name = |one: &Value| format!("{}/{}", text(&one["namespace"]), text(&one["serviceAccount"]));
        let mut names: Vec<String> = list.as_array().expect("a list").iter().map(name).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(found(json!({})), "a/x a/y b/x");
    assert_eq!(found(json!({ "namespace": "a" })), "a/x a/y");
    assert_eq!(found(json!({ "serviceAccount": "x" })), "a/x b/x");
    assert_eq!(found(json!({ "namespace": "b", "serviceAccount": "y" })), "");
    let one = account.ok("ListPodIdentityAssociations", json!({ "namespace": "b" }))["associations"][0].clone();
    assert_eq!((one.get("roleArn"), one.get("tags"), one.get("createdAt")), (None, None, None));
}

#[tokio::test(start_paused = true)]
async fn a_target_role_has_an_external_id_and_policies_no_tags() {
    let account = Account::with_cluster(json!({})).await;
    let target = "arn:aws:iam::444455556666:role/data";
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let input = json!({ "targetRoleArn": target, "disableSessionTags": true, "policy": policy });
    let made = account.ok("CreatePodIdentityAssociation", input)["association"].clone();
    assert_eq!((&made["targetRoleArn"], &made["policy"]), (&json!(target), &json!(policy)));
    assert_eq!(made["externalId"], format!("{REGION}/{ACCOUNT}/dev/default/app"));
    let change = |change: Value| {
        let mut input = change;
        input["associationId"] = made["associationId"].clone();
        account.ok("UpdatePodIdentityAssociation", input)["association"].clone()
    };
    let without = change(json!({ "policy": "" }));
    assert_eq!((without.get("policy"), &without["targetRoleArn"]), (None, &json!(target)), "what is not said stays");
    let without = change(json!({ "targetRoleArn": "", "disableSessionTags": false }));
    assert_eq!((without.get("targetRoleArn"), without.get("externalId")), (None, None));
    assert_eq!(without["disableSessionTags"], false);
}

#[tokio::test(start_paused = true)]
async fn associations_are_tagged_and_found_by_tags() {
    let account = Account::with_cluster(json!({})).await;
    let made = account.ok("CreatePodIdentityAssociation", json!({ "tags": { "stack": "dev" } }))["association"].clone();
    let arn = &made["associationArn"];
    account.ok("TagResource", json!({ "resourceArn": arn, "tags": { "more": "yes" } }));
    assert_eq!(describe(&account, &made["associationId"])["tags"], json!({ "stack": "dev", "more": "yes" }));
    let question = json!({ "TagFilters": [{ "Key": "more" }], "ResourceTypeFilters": ["eks:podidentityassociation"] });
    let found = aws::granted("GetResources", account.net.aws.tagging("GetResources", question));
    assert_eq!(found["ResourceTagMappingList"][0]["ResourceARN"], *arn);
}

#[tokio::test(start_paused = true)]
async fn associations_go_with_their_cluster() {
    let account = Account::with_cluster(json!({})).await;
    let made = account.ok("CreatePodIdentityAssociation", json!({ "tags": { "stack": "dev" } }))["association"].clone();
    account.ok("DeleteCluster", json!({}));
    pass(crate::account::CLUSTER_GONE).await;
    let refused = account.refused("ListTagsForResource", json!({ "resourceArn": made["associationArn"] }));
    assert!(refused.starts_with("NotFoundException"), "{refused}");
    account.ok("CreateCluster", json!({}));
    pass(crate::eks::CLUSTER_MADE).await;
    assert_eq!(account.ok("ListPodIdentityAssociations", json!({}))["associations"], json!([]));
}
