//! The life of add-ons.

use serde_json::{Value, json};

use crate::account::NODES_GIVEN_UP;
use crate::aws::{self, ACCOUNT, REGION};
use crate::eks::{Account, NODES_JOINED, pass, text};
use crate::fargate::PROFILE_MADE;

/// Enough virtual seconds for anything of the kind.
const ADDON_MADE: u64 = 61;
const ADDON_GONE: u64 = 11;

fn describe(account: &Account, name: &str) -> Value {
    account.ok("DescribeAddon", json!({ "addonName": name }))["addon"].clone()
}

/// The status, and the codes of what is wrong, of an add-on of `dev`.
fn health(account: &Account, name: &str) -> String {
    let addon = describe(account, name);
    let issues = addon["health"]["issues"].as_array().expect("issues").clone();
    let codes: Vec<&str> = issues.iter().map(|issue| issue["code"].as_str().expect("a code")).collect();
    format!("{} [{}]", text(&addon["status"]), codes.join(", "))
}

/// An add-on that is made of these inputs, and how it is then.
async fn made(account: &Account, name: &str, mut input: Value) -> String {
    input["addonName"] = name.into();
    account.ok("CreateAddon", input);
    pass(ADDON_MADE).await;
    health(account, name)
}

/// What became of an update of an add-on.
async fn updated(account: &Account, name: &str, mut input: Value) -> Value {
    input["addonName"] = name.into();
    let id = account.ok("UpdateAddon", input)["update"]["id"].clone();
    assert!(health(account, name).starts_with("UPDATING"));
    pass(ADDON_MADE).await;
    account.ok("DescribeUpdate", json!({ "addonName": name, "updateId": id }))["update"].clone()
}

/// The cluster `dev` without any software in it.
async fn bare() -> Account {
    Account::with_cluster(json!({ "bootstrapSelfManagedAddons": false })).await
}

#[tokio::test(start_paused = true)]
async fn an_add_on_is_made_and_deleted() {
    let account = bare().await;
    let values = r#"{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}"#;
    let input = json!({
        "addonName": "vpc-cni",
        "configurationValues": values,
        "serviceAccountRoleArn": "{role}plain",
        "tags": { "a": "b" },
        "clientRequestToken": "once",
    });
    let made = account.ok("CreateAddon", input.clone())["addon"].clone();
    let arn = text(&made["addonArn"]);
    let place = format!("arn:aws:eks:{REGION}:{ACCOUNT}:addon/dev/vpc-cni/");
    assert_eq!(arn.strip_prefix(&place).map(str::len), Some(36), "{arn}");
    assert_eq!((&made["status"], &made["addonVersion"]), (&json!("CREATING"), &json!("v1.21.1-eksbuild.3")));
    assert_eq!((&made["owner"], &made["publisher"]), (&json!("aws"), &json!("eks")));
    assert_eq!(made["namespaceConfig"], json!({ "namespace": "kube-system" }));
    assert_eq!((&made["configurationValues"], made.get("podIdentityAssociations")), (&json!(values), None));
    assert_eq!(account.ok("CreateAddon", input.clone())["addon"], made, "the same token");
    pass(ADDON_MADE).await;
    assert_eq!(health(&account, "vpc-cni"), "ACTIVE []");
    assert_eq!(account.ok("ListAddons", json!({}))["addons"], json!(["vpc-cni"]));
    let deleted = account.ok("DeleteAddon", json!({ "addonName": "vpc-cni" }))["addon"].clone();
    assert_eq!(deleted["status"], "DELETING");
    pass(ADDON_GONE).await;
    assert_eq!(account.ok("ListAddons", json!({}))["addons"], json!([]));
    let again = account.ok("CreateAddon", input)["addon"].clone();
    assert_ne!(again["addonArn"], made["addonArn"], "the first one is gone, and its token");
}

#[tokio::test(start_paused = true)]
async fn replicas_wait_for_nodes_and_hold_up_nothing() {
    let account = bare().await;
    assert_eq!(made(&account, "vpc-cni", json!({})).await, "ACTIVE []", "it is on every node, if there is any");
    assert_eq!(made(&account, "coredns", json!({})).await, "DEGRADED [InsufficientNumberOfReplicas]");
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    assert_eq!(health(&account, "coredns"), "ACTIVE []");
    account.ok("DeleteNodegroup", json!({}));
    assert_eq!(health(&account, "coredns"), "DEGRADED [InsufficientNumberOfReplicas]");
    let update = updated(&account, "coredns", json!({ "configurationValues": "replicaCount: 3" })).await;
    assert_eq!(update["status"], "Successful", "what is degraded can be changed");
    account.ok("DeleteAddon", json!({ "addonName": "coredns" }));
    pass(ADDON_GONE).await;
    assert_eq!(account.ok("ListAddons", json!({}))["addons"], json!(["vpc-cni"]));
}

#[tokio::test(start_paused = true)]
async fn taints_keep_replicas_off() {
    let account = Account::with_cluster(json!({})).await;
    let taint = |key: &str| json!([{ "key": key, "effect": "NO_SCHEDULE" }]);
    account.ok("CreateNodegroup", json!({ "taints": taint("gpu") }));
    pass(NODES_JOINED).await;
    let degraded = "DEGRADED [InsufficientNumberOfReplicas]";
    assert_eq!(made(&account, "metrics-server", json!({})).await, degraded);
    let values = json!({ "configurationValues": "tolerations: [{key: gpu, operator: Exists}]" });
    assert_eq!(made(&account, "snapshot-controller", values).await, "ACTIVE []");
    account.ok("CreateNodegroup", json!({ "nodegroupName": "system", "taints": taint("CriticalAddonsOnly") }));
    pass(NODES_JOINED).await;
    assert_eq!(health(&account, "metrics-server"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn replicas_run_on_fargate_where_a_profile_selects_them() {
    let account = bare().await.with_inner();
    let degraded = "DEGRADED [InsufficientNumberOfReplicas]";
    assert_eq!(made(&account, "coredns", json!({})).await, degraded);
    for (name, labels, health_then) in [("other", "kube-proxy", degraded), ("dns", "kube-dns", "ACTIVE []")] {
        let selectors = json!([{ "namespace": "kube-*", "labels": { "k8s-app": labels } }]);
        account.ok("CreateFargateProfile", json!({ "fargateProfileName": name, "selectors": selectors }));
        pass(PROFILE_MADE).await;
        assert_eq!(health(&account, "coredns"), health_then);
    }
}

#[tokio::test(start_paused = true)]
async fn auto_mode_has_room_for_what_it_does_not_bring() {
    let account = Account::with_cluster(json!({
        "roleArn": "{role}auto",
        "accessConfig": { "authenticationMode": "API" },
        "bootstrapSelfManagedAddons": false,
        "computeConfig": { "enabled": true, "nodePools": ["system"], "nodeRoleArn": "{role}node" },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    }))
    .await;
    assert_eq!(made(&account, "metrics-server", json!({})).await, "ACTIVE []");
    assert_eq!(made(&account, "coredns", json!({})).await, "DEGRADED [InsufficientNumberOfReplicas]");
}

#[tokio::test(start_paused = true)]
async fn what_is_there_already_is_in_conflict_unless_it_is_overwritten() {
    let account = Account::with_cluster(json!({})).await;
    let failed = "CREATE_FAILED [ConfigurationConflict]";
    for resolve in ["NONE", "PRESERVE"] {
        assert_eq!(made(&account, "vpc-cni", json!({ "resolveConflicts": resolve })).await, failed);
        account.ok("DeleteAddon", json!({ "addonName": "vpc-cni" }));
        pass(ADDON_GONE).await;
    }
    assert_eq!(made(&account, "vpc-cni", json!({ "resolveConflicts": "OVERWRITE" })).await, "ACTIVE []");
    assert_eq!(made(&account, "kube-proxy", json!({})).await, failed, "NONE is usual");
    let update = updated(&account, "kube-proxy", json!({})).await;
    assert_eq!(
        (&update["status"], &update["errors"][0]["errorCode"]),
        (&json!("Failed"), &json!("ConfigurationConflict"))
    );
    assert_eq!(health(&account, "kube-proxy"), "UPDATE_FAILED [ConfigurationConflict]");
    let update = updated(&account, "kube-proxy", json!({ "resolveConflicts": "OVERWRITE" })).await;
    assert_eq!((&update["status"], &update["errors"]), (&json!("Successful"), &json!([])));
    assert_eq!(health(&account, "kube-proxy"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn what_is_preserved_is_taken_over_again() {
    let account = Account::with_cluster(json!({})).await;
    assert_eq!(made(&account, "vpc-cni", json!({ "resolveConflicts": "OVERWRITE" })).await, "ACTIVE []");
    account.ok("DeleteAddon", json!({ "addonName": "vpc-cni", "preserve": true }));
    pass(ADDON_GONE).await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []", "the software is still there");
    assert_eq!(made(&account, "vpc-cni", json!({})).await, "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn updates_change_what_they_name() {
    let account = bare().await;
    let input = json!({ "configurationValues": "{}", "serviceAccountRoleArn": "{role}plain" });
    made(&account, "external-dns", input).await;
    let change = json!({ "addonVersion": "v0.20.0-eksbuild.3", "clientRequestToken": "once" });
    let update = updated(&account, "external-dns", change.clone()).await;
    let params = json!({ "AddonVersion": "v0.20.0-eksbuild.3", "ResolveConflicts": "NONE" });
    assert_eq!((&update["type"], crate::params(&update)), (&json!("AddonUpdate"), params));
    let addon = describe(&account, "external-dns");
    assert_eq!((&addon["addonVersion"], &addon["configurationValues"]), (&json!("v0.20.0-eksbuild.3"), &json!("{}")));
    assert_eq!(addon.get("serviceAccountRoleArn"), None, "without it pods have the role of the nodes");
    let mut again = change;
    again["addonName"] = "external-dns".into();
    assert_eq!(account.ok("UpdateAddon", again)["update"]["id"], update["id"], "the same token");
    updated(&account, "external-dns", json!({ "configurationValues": "" })).await;
    assert_eq!(describe(&account, "external-dns").get("configurationValues"), None);
    let updates = account.ok("ListUpdates", json!({ "addonName": "external-dns" }))["updateIds"].clone();
    assert_eq!(updates.as_array().map(Vec::len), Some(2));
}

#[tokio::test(start_paused = true)]
async fn associations_belong_to_the_add_on() {
    let account = bare().await;
    account.role("more", "pods.eks", r#"["sts:AssumeRole","sts:TagSession"]"#, &[]);
    let bound = |accounts: &[(&str, &str)]| {
        let one = |(name, role): &(&str, &str)| json!({ "serviceAccount": name, "roleArn": format!("{{role}}{role}") });
        json!({ "podIdentityAssociations": accounts.iter().map(one).collect::<Vec<_>>() })
    };
    let owned = || {
        let list = account.ok("ListPodIdentityAssociations", json!({}))["associations"].clone();
        let describe = |one: &Value| {
            let asked = json!({ "associationId": one["associationId"] });
            let found = account.ok("DescribePodIdentityAssociation", asked)["association"].clone();
            assert_eq!(found["namespace"], "opentelemetry-operator-system");
            let role = text(&found["roleArn"]).rsplit('/').next().expect("a name").to_owned();
            let owner = found["ownerArn"].as_str().map_or("nobody", |_| "adot");
            format!("{} {role} {owner}", text(&found["serviceAccount"]))
        };
        let mut all: Vec<String> = list.as_array().expect("a list").iter().map(describe).collect();
        all.sort();
        all
    };
    pass(31).await;
    made(&account, "adot", bound(&[("a", "app"), ("b", "app")])).await;
    assert_eq!(owned(), ["a app adot", "b app adot"]);
    assert_eq!(describe(&account, "adot")["podIdentityAssociations"].as_array().map(Vec::len), Some(2));
    updated(&account, "adot", json!({})).await;
    assert_eq!(owned(), ["a app adot", "b app adot"], "not said is not changed");
    updated(&account, "adot", bound(&[("b", "more"), ("c", "app")])).await;
    assert_eq!(owned(), ["b more adot", "c app adot"]);
    updated(&account, "adot", bound(&[])).await;
    assert_eq!(owned(), [""; 0]);
    assert_eq!(describe(&account, "adot").get("podIdentityAssociations"), None);
    updated(&account, "adot", bound(&[("a", "app")])).await;
    account.ok("DeleteAddon", json!({ "addonName": "adot", "preserve": true }));
    pass(ADDON_GONE).await;
    assert_eq!(owned(), ["a app nobody"], "with the software");
    made(&account, "external-dns", bound(&[("external-dns", "app")])).await;
    account.ok("DeleteAddon", json!({ "addonName": "external-dns" }));
    pass(ADDON_GONE).await;
    assert_eq!(owned(), ["a app nobody"], "goes with it");
}

#[tokio::test(start_paused = true)]
async fn nodes_are_ready_only_with_a_network_for_pods() {
    let account = bare().await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "CREATING []");
    made(&account, "vpc-cni", json!({})).await;
    assert_eq!(account.health("nodes"), "ACTIVE []", "it came in time");
    let account = bare().await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_GIVEN_UP).await;
    assert_eq!(account.health("nodes"), "CREATE_FAILED [NodeCreationFailure]");
}

#[tokio::test(start_paused = true)]
async fn the_network_for_pods_may_have_a_role_of_its_own() {
    let account = bare().await;
    let cni = &["AmazonEKS_CNI_Policy"];
    account.role("cni", "pods.eks", r#"["sts:AssumeRole","sts:TagSession"]"#, cni);
    let without: Vec<&str> = crate::eks::NODE_POLICIES.iter().copied().filter(|policy| !cni.contains(policy)).collect();
    account.role("worker", "ec2", r#""sts:AssumeRole""#, &without);
    pass(31).await;
    let bound = json!([{ "serviceAccount": "aws-node", "roleArn": "{role}cni" }]);
    made(&account, "vpc-cni", json!({ "podIdentityAssociations": bound })).await;
    account.ok("CreateNodegroup", json!({ "nodeRole": "{role}worker" }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "CREATING []", "nobody hands it the credentials");
    made(&account, "eks-pod-identity-agent", json!({})).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    account.ok("CreateNodegroup", json!({ "nodegroupName": "plain", "nodeRole": "{role}worker" }));
    updated(&account, "vpc-cni", json!({ "podIdentityAssociations": [] })).await;
    pass(NODES_GIVEN_UP).await;
    assert_eq!(account.health("plain"), "CREATE_FAILED [NodeCreationFailure]", "it has the role of the nodes again");
}

#[tokio::test(start_paused = true)]
async fn add_ons_are_tagged_found_by_tags_and_gone_with_their_cluster() {
    let account = bare().await;
    made(&account, "vpc-cni", json!({ "tags": { "stack": "dev" } })).await;
    let arn = describe(&account, "vpc-cni")["addonArn"].clone();
    account.ok("TagResource", json!({ "resourceArn": arn, "tags": { "more": "yes" } }));
    account.ok("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["stack"] }));
    assert_eq!(describe(&account, "vpc-cni")["tags"], json!({ "more": "yes" }));
    let question = json!({ "TagFilters": [{ "Key": "more" }], "ResourceTypeFilters": ["eks:addon"] });
    let found = || aws::granted("GetResources", account.net.aws.tagging("GetResources", question.clone()));
    assert_eq!(found()["ResourceTagMappingList"][0]["ResourceARN"], arn);
    account.ok("DeleteCluster", json!({}));
    pass(crate::account::CLUSTER_GONE).await;
    assert_eq!(found()["ResourceTagMappingList"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn the_weather_lets_one_fail() {
    let account = bare().await;
    account.net.aws.weather(json!({ "failing": [
        { "resource": "addon", "code": "AdmissionRequestDenied" },
        { "resource": "update", "name": "coredns", "code": "K8sResourceNotFound" },
    ] }));
    assert_eq!(made(&account, "vpc-cni", json!({})).await, "CREATE_FAILED [AdmissionRequestDenied]");
    made(&account, "coredns", json!({})).await;
    let update = updated(&account, "coredns", json!({})).await;
    assert_eq!(update["errors"][0]["errorCode"], "K8sResourceNotFound");
}
