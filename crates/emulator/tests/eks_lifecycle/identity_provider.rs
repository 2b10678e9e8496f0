//! The life of identity providers.

use serde_json::{Value, json};

use crate::aws::{self, ACCOUNT, REGION};
use crate::eks::{Account, pass, text};

/// Enough virtual seconds for anything of the kind.
const ASSOCIATED: u64 = 1501;

fn describe(account: &Account) -> Value {
    account.ok("DescribeIdentityProviderConfig", json!({}))["identityProviderConfig"]["oidc"].clone()
}

fn list(account: &Account) -> Value {
    account.ok("ListIdentityProviderConfigs", json!({}))["identityProviderConfigs"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_provider_comes_and_goes_by_updates_of_the_cluster() {
    let account = Account::with_cluster(json!({})).await;
    let oidc = json!({
        "usernameClaim": "email",
        "usernamePrefix": "corp:",
        "groupsClaim": "groups",
        "groupsPrefix": "corp:",
        "requiredClaims": { "hd": "example.com" },
    });
    let input = json!({ "oidc": oidc, "tags": { "a": "b" }, "clientRequestToken": "once" });
    let answer = account.ok("AssociateIdentityProviderConfig", input.clone());
    let update = &answer["update"];
    assert_eq!((&update["type"], &answer["tags"]), (&json!("AssociateIdentityProviderConfig"), &json!({ "a": "b" })));
    let named = json!({ "IdentityProviderConfig": r#"[{"type":"oidc","name":"people"}]"# });
    assert_eq!(crate::params(update), named);
    assert_eq!(account.ok("AssociateIdentityProviderConfig", input), answer, "the same token");
    let found = describe(&account);
    assert_eq!((&found["status"], &found["clusterName"]), (&json!("CREATING"), &json!("dev")));
    let place = format!("arn:aws:eks:{REGION}:{ACCOUNT}:identityproviderconfig/dev/oidc/people/");
    assert!(text(&found["identityProviderConfigArn"]).starts_with(&place), "{found}");
    for (field, value) in oidc.as_object().expect("fields") {
        assert_eq!(&found[field], value, "{field}");
    }
    assert_eq!(account.cluster("dev")["status"], "UPDATING");
    pass(ASSOCIATED).await;
    assert_eq!(describe(&account)["status"], "ACTIVE");
    assert_eq!(crate::update(&account, &update["id"], None)["status"], "Successful");
    assert_eq!(list(&account), json!([{ "type": "oidc", "name": "people" }]));
    let update = account.ok("DisassociateIdentityProviderConfig", json!({}))["update"].clone();
    assert_eq!((&update["type"], crate::params(&update)), (&json!("DisassociateIdentityProviderConfig"), named));
    assert_eq!(describe(&account)["status"], "DELETING");
    pass(ASSOCIATED).await;
    assert_eq!(list(&account), json!([]));
    let refused = account.refused("DescribeIdentityProviderConfig", json!({}));
    assert!(refused.starts_with("ResourceNotFoundException"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_said_is_not_told() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("AssociateIdentityProviderConfig", json!({}));
    let found = describe(&account);
    for field in ["usernameClaim", "usernamePrefix", "groupsClaim", "groupsPrefix", "requiredClaims"] {
        assert_eq!(found.get(field), None, "{field}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_that_fails_leaves_all_as_it_was() {
    let account = Account::with_cluster(json!({})).await;
    account.net.aws.weather(json!({ "failing": [{ "resource": "update", "times": 1 }] }));
    account.ok("AssociateIdentityProviderConfig", json!({}));
    pass(ASSOCIATED).await;
    assert_eq!(list(&account), json!([]));
    account.ok("AssociateIdentityProviderConfig", json!({}));
    pass(ASSOCIATED).await;
    account.net.aws.weather(json!({ "failing": [{ "resource": "update", "times": 1 }] }));
    account.ok("DisassociateIdentityProviderConfig", json!({}));
    pass(ASSOCIATED).await;
    assert_eq!(describe(&account)["status"], "ACTIVE");
}

#[tokio::test(start_paused = true)]
async fn providers_are_tagged_found_by_tags_and_gone_with_their_cluster() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("AssociateIdentityProviderConfig", json!({ "tags": { "stack": "dev" } }));
    let arn = describe(&account)["identityProviderConfigArn"].clone();
    account.ok("TagResource", json!({ "resourceArn": arn, "tags": { "more": "yes" } }));
    pass(ASSOCIATED).await;
    assert_eq!(describe(&account)["tags"], json!({ "stack": "dev", "more": "yes" }));
    let question = json!({ "TagFilters": [{ "Key": "more" }], "ResourceTypeFilters": ["eks:identityproviderconfig"] });
    let found = || aws::granted("GetResources", account.net.aws.tagging("GetResources", question.clone()));
    assert_eq!(found()["ResourceTagMappingList"][0]["ResourceARN"], arn);
    account.ok("DeleteCluster", json!({}));
    pass(crate::account::CLUSTER_GONE).await;
    assert_eq!(found()["ResourceTagMappingList"], json!([]));
}
