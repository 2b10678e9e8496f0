//! The life of capabilities.

use serde_json::{Value, json};

use crate::aws::{self, ACCOUNT, REGION};
use crate::eks::{Account, pass, text};

/// Enough virtual seconds for anything of the kind.
const CAPABILITY_MADE: u64 = 601;
const CAPABILITY_UPDATED: u64 = 181;
const CAPABILITY_GONE: u64 = 401;

/// With the cluster `dev`, to which access entries are the only way.
async fn entered() -> Account {
    Account::with_cluster(json!({ "accessConfig": { "authenticationMode": "API" } })).await
}

fn describe(account: &Account) -> Value {
    account.ok("DescribeCapability", json!({}))["capability"].clone()
}

/// What became of an update of the capability.
async fn updated(account: &Account, input: Value) -> Value {
    let id = account.ok("UpdateCapability", input)["update"]["id"].clone();
    assert_eq!(describe(account)["status"], "UPDATING");
    pass(CAPABILITY_UPDATED).await;
    let asked = json!({ "capabilityName": "controllers", "updateId": id });
    account.ok("DescribeUpdate", asked)["update"].clone()
}

/// The access policies of a role.
fn policies(account: &Account, principal: &str) -> Vec<String> {
    let list = account.ok("ListAssociatedAccessPolicies", json!({ "principalArn": principal }));
    let all = list["associatedAccessPolicies"].as_array().expect("a list").iter();
    all.map(|one| text(&one["policyArn"]).rsplit('/').next().expect("a name").to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_capability_is_made_and_deleted() {
    let account = entered().await;
    let input = json!({ "tags": { "a": "b" }, "clientRequestToken": "once" });
    let made = account.ok("CreateCapability", input.clone())["capability"].clone();
    let place = format!("arn:aws:eks:{REGION}:{ACCOUNT}:capability/dev/ack/controllers/");
    assert!(text(&made["arn"]).starts_with(&place), "{made}");
    assert_eq!((&made["status"], &made["type"]), (&json!("CREATING"), &json!("ACK")));
    assert_eq!(made["configuration"], json!({ "ack": { "enableCrossNamespace": false, "disabledServices": [] } }));
    assert_eq!((&made["deletePropagationPolicy"], &made["health"]), (&json!("RETAIN"), &json!({ "issues": [] })));
    assert_eq!(account.ok("CreateCapability", input.clone())["capability"], made, "the same token");
    pass(CAPABILITY_MADE).await;
    assert_eq!(describe(&account)["status"], "ACTIVE");
    let list = account.ok("ListCapabilities", json!({}))["capabilities"].clone();
    assert_eq!((&list[0]["capabilityName"], &list[0]["status"]), (&json!("controllers"), &json!("ACTIVE")));
    assert_eq!(list[0].get("roleArn"), None);
    assert_eq!(account.ok("DeleteCapability", json!({}))["capability"]["status"], "DELETING");
    pass(CAPABILITY_GONE).await;
    assert_eq!(account.ok("ListCapabilities", json!({}))["capabilities"], json!([]));
    let again = account.ok("CreateCapability", input)["capability"].clone();
    assert_ne!(again["arn"], made["arn"], "the first one is gone, and its token");
}

#[tokio::test(start_paused = true)]
async fn updates_change_what_they_name() {
    let account = entered().await;
    account.ok("CreateCapability", json!({}));
    pass(CAPABILITY_MADE).await;
    let ack = json!({ "configuration": { "ack": { "disabledServices": ["s3", "ec2"] } } });
    let update = updated(&account, ack).await;
    assert_eq!((&update["type"], &update["status"]), (&json!("CapabilityUpdate"), &json!("Successful")));
    assert_eq!(crate::params(&update), json!({ "DisabledServices": r#"["s3","ec2"]"# }));
    updated(&account, json!({ "configuration": { "ack": { "enableCrossNamespace": true } } })).await;
    let expected = json!({ "enableCrossNamespace": true, "disabledServices": ["s3", "ec2"] });
    assert_eq!(describe(&account)["configuration"]["ack"], expected, "what is not said stays");
    updated(&account, json!({ "configuration": { "ack": { "disabledServices": [] } } })).await;
    assert_eq!(describe(&account)["configuration"]["ack"]["disabledServices"], json!([]));
    account.role("other", "capabilities.eks", r#"["sts:AssumeRole","sts:TagSession"]"#, &[]);
    pass(31).await;
    updated(&account, json!({ "roleArn": "{role}other" })).await;
    assert!(text(&describe(&account)["roleArn"]).ends_with("role/other"));
    assert_eq!(policies(&account, "{role}other"), ["AmazonEKSACKPolicy"]);
}

#[tokio::test(start_paused = true)]
async fn argo_cd_has_users_roles_and_an_address() {
    let account = entered().await;
    let idc = json!({ "idcInstanceArn": "arn:aws:sso:::instance/ssoins-1", "idcRegion": REGION });
    let one = |id: &str| json!({ "id": id, "type": "SSO_USER" });
    let mappings = json!([{ "role": "ADMIN", "identities": [one("a"), one("b")] }]);
    let configuration = json!({ "argoCd": { "awsIdc": idc, "rbacRoleMappings": mappings, "endpointPrefix": "dev" } });
    account.ok("CreateCapability", json!({ "type": "ARGOCD", "configuration": configuration }));
    let argo = || describe(&account)["configuration"]["argoCd"].clone();
    assert_eq!((argo().get("serverUrl"), &argo()["namespace"]), (None, &json!("argocd")));
    assert_eq!(policies(&account, "{role}capability"), ["AmazonEKSArgoCDClusterPolicy", "AmazonEKSArgoCDPolicy"]);
    pass(CAPABILITY_MADE).await;
    assert!(text(&argo()["serverUrl"]).starts_with("https://dev-"), "{}", argo());
    assert!(argo()["awsIdc"]["idcManagedApplicationArn"].is_string(), "{}", argo());
    let change = json!({
        "rbacRoleMappings": {
            "addOrUpdateRoleMappings": [{ "role": "VIEWER", "identities": [one("c")] }],
            "removeRoleMappings": [{ "role": "ADMIN", "identities": [one("a")] }],
        },
        "networkAccess": { "vpceIds": ["vpce-1"] },
    });
    updated(&account, json!({ "configuration": { "argoCd": change } })).await;
    let roles = json!([{ "role": "ADMIN", "identities": [one("b")] }, { "role": "VIEWER", "identities": [one("c")] }]);
    assert_eq!((&argo()["rbacRoleMappings"], &argo()["networkAccess"]), (&roles, &json!({ "vpceIds": ["vpce-1"] })));
}

#[tokio::test(start_paused = true)]
async fn its_role_has_an_access_entry_as_long_as_it_is_there() {
    let account = entered().await;
    account.ok("CreateCapability", json!({}));
    assert_eq!(policies(&account, "{role}capability"), ["AmazonEKSACKPolicy"]);
    pass(CAPABILITY_MADE).await;
    account.ok("DeleteCapability", json!({}));
    pass(CAPABILITY_GONE).await;
    let refused = account.refused("DescribeAccessEntry", json!({ "principalArn": "{role}capability" }));
    assert!(refused.starts_with("ResourceNotFoundException"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn capabilities_are_tagged_and_found_by_tags() {
    let account = entered().await;
    let arn = account.ok("CreateCapability", json!({ "tags": { "stack": "dev" } }))["capability"]["arn"].clone();
    account.ok("TagResource", json!({ "resourceArn": arn, "tags": { "more": "yes" } }));
    pass(CAPABILITY_MADE).await;
    assert_eq!(describe(&account)["tags"], json!({ "stack": "dev", "more": "yes" }));
    let question = json!({ "TagFilters": [{ "Key": "more" }], "ResourceTypeFilters": ["eks:capability"] });
    let found = aws::granted("GetResources", account.net.aws.tagging("GetResources", question));
    assert_eq!(found["ResourceTagMappingList"][0]["ResourceARN"], arn);
}

#[tokio::test(start_paused = true)]
async fn the_weather_lets_one_fail() {
    let account = entered().await;
    account.net.aws.weather(json!({ "failing": [{ "resource": "capability", "code": "AccessDenied" }] }));
    account.ok("CreateCapability", json!({}));
    pass(CAPABILITY_MADE).await;
    let failed = describe(&account);
    assert_eq!(
        (&failed["status"], &failed["health"]["issues"][0]["code"]),
        (&json!("CREATE_FAILED"), &json!("AccessDenied"))
    );
    account.ok("DeleteCapability", json!({}));
    pass(CAPABILITY_GONE).await;
    account.ok("CreateCapability", json!({}));
}
