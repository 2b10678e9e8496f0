//! Lists, versions, insights and tags; and what outlives the process.

use eksctl_rs_emulator::{Clock, Emulator, Options, Store};
use serde_json::{Value, json};

use crate::account::CONFIG_UPDATED;
use crate::aws::{self, Aws};
use crate::eks::{Account, pass, text};

/// All pages of a list.
fn pages(account: &Account, operation: &str, list: &str, more: Value) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut input = more;
    loop {
        let page = account.ok(operation, input.clone());
        pages.push(page[list].as_array().expect("a list").iter().map(text).collect());
        match &page["nextToken"] {
            Value::Null => return pages,
            token => input["nextToken"] = token.clone(),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages() {
    let account = Account::with_cluster(json!({})).await;
    for name in ["alpha", "beta"] {
        account.ok("CreateCluster", json!({ "name": name }));
        account.ok("CreateNodegroup", json!({ "nodegroupName": name }));
    }
    for enabled in [true, false, true] {
        account.ok("UpdateClusterConfig", json!({ "deletionProtection": enabled }));
        pass(CONFIG_UPDATED).await;
    }
    assert_eq!(pages(&account, "ListClusters", "clusters", json!({})), [["alpha", "beta", "dev"]]);
    let two = json!({ "maxResults": 2 });
    let clusters = pages(&account, "ListClusters", "clusters", two.clone());
    assert_eq!(clusters, [vec!["alpha", "beta"], vec!["dev"]]);
    let groups = pages(&account, "ListNodegroups", "nodegroups", json!({ "maxResults": 1 }));
    assert_eq!(groups, [["alpha"], ["beta"]]);
    let updates = pages(&account, "ListUpdates", "updateIds", two.clone());
    assert_eq!(updates.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    let token = account.ok("ListClusters", two)["nextToken"].clone();
    let refused = account.refused("ListNodegroups", json!({ "nextToken": token }));
    assert!(refused.starts_with("InvalidParameterException"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn regions_and_accounts_have_their_own() {
    let account = Account::with_cluster(json!({})).await;
    for aws in [
        Aws { region: "us-east-1".to_owned(), ..account.net.aws.clone() },
        Aws { account: "444455556666".to_owned(), ..account.net.aws.clone() },
    ] {
        let list = account.call_on(&aws, "ListClusters", json!({})).expect("granted");
        assert_eq!(list["clusters"], json!([]));
    }
}

#[test]
fn versions_are_told_with_their_support() {
    let account = Account::instant();
    let versions = |input: Value| {
        let found = account.ok("DescribeClusterVersions", input)["clusterVersions"].clone();
        let names: Vec<String> =
            found.as_array().expect("versions").iter().map(|one| text(&one["clusterVersion"])).collect();
        names.join(" ")
    };
    assert_eq!(versions(json!({})), "1.36 1.35 1.34 1.33 1.32 1.31");
    assert_eq!(versions(json!({ "includeAll": true })), "1.36 1.35 1.34 1.33 1.32 1.31 1.30");
    assert_eq!(versions(json!({ "defaultOnly": true })), "1.35");
    assert_eq!(versions(json!({ "clusterVersions": ["1.33", "1.30"] })), "1.33 1.30");
    assert_eq!(versions(json!({ "versionStatus": "EXTENDED_SUPPORT" })), "1.33 1.32 1.31");
    assert_eq!(versions(json!({ "status": "standard-support" })), "1.36 1.35 1.34");
    assert_eq!(versions(json!({ "clusterType": "eks-local-outposts" })), "");
    let one =
        account.ok("DescribeClusterVersions", json!({ "clusterVersions": ["1.35"] }))["clusterVersions"][0].clone();
    assert_eq!((&one["defaultVersion"], &one["kubernetesPatchVersion"]), (&json!(true), &json!("1.35.2")));
    assert_eq!((&one["status"], &one["versionStatus"]), (&json!("standard-support"), &json!("STANDARD_SUPPORT")));
}

#[tokio::test(start_paused = true)]
async fn insights_are_about_the_next_version() {
    let account = Account::with_cluster(json!({ "version": "1.34" })).await;
    let insights = account.ok("ListInsights", json!({}))["insights"].clone();
    assert!(insights.as_array().is_some_and(|insights| insights.len() >= 5));
    for insight in insights.as_array().expect("insights") {
        assert_eq!(
            (&insight["category"], &insight["kubernetesVersion"]),
            (&json!("UPGRADE_READINESS"), &json!("1.35"))
        );
        assert_eq!(insight["insightStatus"]["status"], "PASSING");
        let full = account.ok("DescribeInsight", json!({ "id": insight["id"] }))["insight"].clone();
        assert_eq!((&full["name"], &full["id"]), (&insight["name"], &insight["id"]));
        assert_ne!(full["recommendation"], Value::Null);
    }
    for (filter, is_there) in [
        (json!({ "categories": ["UPGRADE_READINESS"] }), true),
        (json!({ "categories": ["MISCONFIGURATION"] }), false),
        (json!({ "kubernetesVersions": ["1.35"], "statuses": ["PASSING"] }), true),
        (json!({ "kubernetesVersions": ["1.34"] }), false),
    ] {
        let found = account.ok("ListInsights", json!({ "filter": filter }))["insights"].clone();
        assert_eq!(found != json!([]), is_there, "{filter}");
    }
}

#[tokio::test(start_paused = true)]
async fn tags_come_and_go() {
    let account = Account::with_cluster(json!({ "tags": { "a": "1", "b": "2" } })).await;
    account.ok("CreateNodegroup", json!({ "tags": { "a": "1", "b": "2" } }));
    let group = account.nodegroup("nodes");
    for (arn, read) in [
        (account.cluster("dev")["arn"].clone(), "DescribeCluster"),
        (group["nodegroupArn"].clone(), "DescribeNodegroup"),
    ] {
        account.ok("TagResource", json!({ "resourceArn": arn, "tags": { "b": "3", "c": "" } }));
        account.ok("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["a", "unknown"] }));
        let expected = json!({ "b": "3", "c": "" });
        assert_eq!(account.ok("ListTagsForResource", json!({ "resourceArn": arn }))["tags"], expected);
        let described = account.ok(read, json!({}));
        let tags = described["cluster"].get("tags").or(described["nodegroup"].get("tags"));
        assert_eq!(tags, Some(&expected));
    }
}

#[tokio::test(start_paused = true)]
async fn the_tagging_api_knows_clusters_and_groups() {
    let account = Account::with_cluster(json!({ "tags": { "stack": "dev" } })).await;
    account.ok("CreateNodegroup", json!({ "tags": { "stack": "dev" } }));
    let (cluster, group) = (account.cluster("dev")["arn"].clone(), account.nodegroup("nodes")["nodegroupArn"].clone());
    let tagging = |operation: &str, body: Value| aws::granted(operation, account.net.aws.tagging(operation, body));
    let found = |types: Value| {
        let question = json!({ "TagFilters": [{ "Key": "stack", "Values": ["dev"] }], "ResourceTypeFilters": types });
        let list = tagging("GetResources", question)["ResourceTagMappingList"].clone();
        list.as_array().expect("a list").iter().map(|one| one["ResourceARN"].clone()).collect::<Value>()
    };
    assert_eq!(found(json!(["eks:cluster"])), json!([cluster]));
    assert_eq!(found(json!(["eks:nodegroup"])), json!([group]));
    assert_eq!(found(json!(["eks"])), json!([cluster, group]));
    let tags = json!({ "ResourceARNList": [cluster, group], "Tags": { "more": "yes" } });
    assert_eq!(tagging("TagResources", tags), json!({ "FailedResourcesMap": {} }));
    assert_eq!(account.cluster("dev")["tags"], json!({ "stack": "dev", "more": "yes" }));
    let keys = json!({ "ResourceARNList": [group], "TagKeys": ["stack"] });
    assert_eq!(tagging("UntagResources", keys), json!({ "FailedResourcesMap": {} }));
    assert_eq!(account.nodegroup("nodes")["tags"], json!({ "more": "yes" }));
}

#[tokio::test(start_paused = true)]
async fn what_time_has_brought_about_survives_the_process() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let store = Store::open(directory.path(), "test").expect("a store");
        Emulator::new(Options { store: Some(store), ..Options::default() }).expect("an emulator")
    };
    let mut account = Account::of(open());
    // Until EKS knows the role.
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    account.ok("CreateCluster", json!({}));
    tokio::time::advance(std::time::Duration::from_secs(3600)).await;
    let before = account.cluster("dev");
    assert_eq!(before["status"], "ACTIVE");
    account.net.aws.emulator = Emulator::in_memory();
    account.net.aws.emulator = open();
    assert_eq!(account.cluster("dev"), before);
}

/// Everything that is read of the cluster and its groups.
fn read(account: &Account) -> Vec<Value> {
    let updates = account.ok("ListUpdates", json!({}));
    vec![account.cluster("dev"), account.nodegroup("nodes"), account.nodegroup("going"), updates]
}

#[test]
fn everything_survives_the_process() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = |clock: Clock| {
        let store = Store::open(directory.path(), "test").expect("a store");
        Emulator::new(Options { store: Some(store), clock, ..Options::default() }).expect("an emulator")
    };
    let mut account = Account::of(open(Clock::Instant));
    account.ok("CreateCluster", json!({ "tags": { "a": "b" } }));
    account.ok("CreateNodegroup", json!({ "taints": [{ "key": "a", "effect": "NO_EXECUTE" }] }));
    account.ok("CreateNodegroup", json!({ "nodegroupName": "going" }));
    account.settle();
    account.net.aws.emulator = Emulator::in_memory();
    // In the time of the test nothing ends from here on.
    account.net.aws.emulator = open(Clock::REAL);
    account.ok("DeleteNodegroup", json!({ "nodegroupName": "going" }));
    account.ok("UpdateNodegroupConfig", json!({ "labels": { "addOrUpdateLabels": { "a": "b" } } }));
    account.ok("UpdateClusterVersion", json!({ "version": "1.36", "clientRequestToken": "once" }));
    let before = read(&account);
    assert_eq!(before[0]["status"], "UPDATING");
    assert_eq!(before[1]["status"], "UPDATING");
    assert_eq!(before[2]["status"], "DELETING");
    account.net.aws.emulator = Emulator::in_memory();
    account.net.aws.emulator = open(Clock::REAL);
    assert_eq!(read(&account), before);
    let again = account.ok("UpdateClusterVersion", json!({ "version": "1.36", "clientRequestToken": "once" }));
    assert_eq!(json!([again["update"]["id"]]), before[3]["updateIds"]);
}
