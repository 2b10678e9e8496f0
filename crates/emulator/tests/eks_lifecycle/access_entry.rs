//! The life of access entries: those of callers, and those that EKS makes.

use serde_json::{Value, json};

use crate::account::{CONFIG_UPDATED, NODES_GIVEN_UP, NODES_GONE};
use crate::aws::{self, ACCOUNT, REGION};
use crate::eks::{Account, NODES_JOINED, ROLE_KNOWN, pass, text};

const POLICY: &str = "arn:aws:eks::aws:cluster-access-policy/";

/// With the cluster `dev`, to which access entries are the only way.
async fn entered() -> Account {
    Account::with_cluster(json!({ "accessConfig": { "authenticationMode": "API" } })).await
}

/// The names of the principals that have entries, and their types.
fn entries(account: &Account) -> Vec<String> {
    let list = account.ok("ListAccessEntries", json!({}))["accessEntries"].clone();
    let describe = |arn: &Value| {
        let entry = account.ok("DescribeAccessEntry", json!({ "principalArn": arn }))["accessEntry"].clone();
        format!("{} {}", text(arn).rsplit('/').next().expect("a name"), text(&entry["type"]))
    };
    list.as_array().expect("a list").iter().map(describe).collect()
}

/// The names and scopes of the policies of a principal.
fn policies(account: &Account, principal: &str) -> Vec<String> {
    let list = account.ok("ListAssociatedAccessPolicies", json!({ "principalArn": principal }));
    assert_eq!(list["clusterName"], "dev");
    let all = list["associatedAccessPolicies"].as_array().expect("a list").iter();
    all.map(|one| format!("{} {}", text(&one["policyArn"]).replace(POLICY, ""), one["accessScope"])).collect()
}

const CREATOR: &str = "emulator STANDARD";
const SERVICE: &str = "AWSServiceRoleForAmazonEKS STANDARD";

#[tokio::test(start_paused = true)]
async fn an_entry_is_made_changed_and_deleted() {
    let account = entered().await;
    let input = json!({ "kubernetesGroups": ["b", "a"], "tags": { "a": "1" }, "clientRequestToken": "once" });
    let made = account.ok("CreateAccessEntry", input.clone())["accessEntry"].clone();
    let arn = text(&made["accessEntryArn"]);
    let place = format!("arn:aws:eks:{REGION}:{ACCOUNT}:access-entry/dev/role/{ACCOUNT}/plain/");
    assert_eq!(arn.strip_prefix(&place).map(str::len), Some(36), "{arn}");
    assert_eq!(made["username"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/plain/{{{{SessionName}}}}"));
    assert_eq!((&made["kubernetesGroups"], &made["type"]), (&json!(["a", "b"]), &json!("STANDARD")));
    assert_eq!((&made["tags"], &made["modifiedAt"]), (&json!({ "a": "1" }), &made["createdAt"]));
    assert_eq!(account.ok("CreateAccessEntry", input.clone())["accessEntry"], made, "the same token");
    pass(10).await;
    let groups = account.ok("UpdateAccessEntry", json!({ "kubernetesGroups": [] }))["accessEntry"].clone();
    assert_eq!((&groups["kubernetesGroups"], &groups["username"]), (&json!([]), &made["username"]));
    assert_ne!(groups["modifiedAt"], made["modifiedAt"]);
    let name = account.ok("UpdateAccessEntry", json!({ "username": "me:{{SessionName}}" }))["accessEntry"].clone();
    assert_eq!((&name["kubernetesGroups"], &name["username"]), (&json!([]), &json!("me:{{SessionName}}")));
    assert_eq!(account.ok("DescribeAccessEntry", json!({}))["accessEntry"], name);
    account.ok("DeleteAccessEntry", json!({}));
    assert_eq!(entries(&account), [SERVICE, CREATOR]);
    let again = account.ok("CreateAccessEntry", input)["accessEntry"].clone();
    assert_ne!(again["accessEntryArn"], made["accessEntryArn"], "the first one is gone, and its token");
}

#[tokio::test(start_paused = true)]
async fn policies_come_once_and_are_scoped_anew() {
    let account = entered().await;
    account.ok("CreateAccessEntry", json!({}));
    let first = account.ok("AssociateAccessPolicy", json!({}))["associatedAccessPolicy"].clone();
    assert_eq!(first["accessScope"], json!({ "type": "cluster", "namespaces": [] }));
    pass(5).await;
    let scope = json!({ "accessScope": { "type": "namespace", "namespaces": ["team-*", "a"] } });
    let second = account.ok("AssociateAccessPolicy", scope)["associatedAccessPolicy"].clone();
    assert_eq!(second["associatedAt"], first["associatedAt"]);
    assert_ne!(second["modifiedAt"], first["modifiedAt"]);
    account.ok("AssociateAccessPolicy", json!({ "policyArn": format!("{POLICY}AmazonEKSEditPolicy") }));
    let both = [
        r#"AmazonEKSEditPolicy {"type":"cluster","namespaces":[]}"#,
        r#"AmazonEKSViewPolicy {"type":"namespace","namespaces":["a","team-*"]}"#,
    ];
    assert_eq!(policies(&account, "{role}plain"), both);
    let with = |policy: &str| {
        let asked = json!({ "associatedPolicyArn": format!("{POLICY}{policy}") });
        account.ok("ListAccessEntries", asked)["accessEntries"].as_array().expect("a list").len()
    };
    assert_eq!([with("AmazonEKSViewPolicy"), with("AmazonEKSAdminPolicy")], [1, 0]);
    account.ok("DisassociateAccessPolicy", json!({}));
    assert_eq!(policies(&account, "{role}plain"), both[..1]);
    let known = account.ok("ListAccessPolicies", json!({}))["accessPolicies"].clone();
    let admin = json!({ "name": "AmazonEKSClusterAdminPolicy", "arn": format!("{POLICY}AmazonEKSClusterAdminPolicy") });
    assert!(known.as_array().expect("policies").contains(&admin), "{known}");
}

#[tokio::test(start_paused = true)]
async fn the_creator_administers_the_cluster() {
    let account = entered().await;
    assert_eq!(entries(&account), [SERVICE, CREATOR]);
    let creator = format!("arn:aws:iam::{ACCOUNT}:user/emulator");
    let everywhere = r#"AmazonEKSClusterAdminPolicy {"type":"cluster","namespaces":[]}"#;
    assert_eq!(policies(&account, &creator), [everywhere]);
    let entry = account.ok("DescribeAccessEntry", json!({ "principalArn": creator }))["accessEntry"].clone();
    assert_eq!((&entry["username"], &entry["tags"]), (&json!(creator), &json!({})));
    let nobody = json!({ "authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": false });
    let account = Account::with_cluster(json!({ "accessConfig": nobody })).await;
    assert_eq!(entries(&account), [SERVICE]);
}

#[tokio::test(start_paused = true)]
async fn nodes_get_in_as_long_as_there_are_groups_of_theirs() {
    let account = entered().await;
    account.ok("CreateNodegroup", json!({}));
    account.ok("CreateNodegroup", json!({ "nodegroupName": "more" }));
    let all = [SERVICE, "node EC2_LINUX", CREATOR];
    assert_eq!(entries(&account), all);
    let entry = account.ok("DescribeAccessEntry", json!({ "principalArn": "{role}node" }))["accessEntry"].clone();
    assert_eq!(entry["username"], "system:node:{{EC2PrivateDNSName}}");
    assert_eq!((&entry["kubernetesGroups"], &entry["tags"]), (&json!(["system:nodes"]), &json!({})));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    for (group, left) in [("more", &all[..]), ("nodes", &[SERVICE, CREATOR][..])] {
        account.ok("DeleteNodegroup", json!({ "nodegroupName": group }));
        pass(NODES_GONE).await;
        assert_eq!(entries(&account), left);
    }
}

#[tokio::test(start_paused = true)]
async fn an_entry_of_ones_own_stays_when_the_nodes_go() {
    let account = entered().await;
    account.ok("CreateAccessEntry", json!({ "principalArn": "{role}node", "type": "EC2_LINUX", "tags": { "a": "b" } }));
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    account.ok("DeleteNodegroup", json!({}));
    pass(NODES_GONE).await;
    assert_eq!(entries(&account), [SERVICE, "node EC2_LINUX", CREATOR]);
}

#[tokio::test(start_paused = true)]
async fn an_entry_is_bound_to_the_role_that_was_there() {
    for (mode, health) in [("API", "CREATE_FAILED [NodeCreationFailure]"), ("API_AND_CONFIG_MAP", "ACTIVE []")] {
        let account = Account::with_cluster(json!({ "accessConfig": { "authenticationMode": mode } })).await;
        account.role("worker", "ec2", r#""sts:AssumeRole""#, crate::eks::NODE_POLICIES);
        pass(ROLE_KNOWN).await;
        account.ok("CreateAccessEntry", json!({ "principalArn": "{role}worker", "type": "EC2_LINUX" }));
        let entry = account.ok("DescribeAccessEntry", json!({ "principalArn": "{role}worker" }));
        for policy in crate::eks::NODE_POLICIES {
            let arn = format!("arn:aws:iam::aws:policy/{policy}");
            account.iam("DetachRolePolicy", &[("RoleName", "worker"), ("PolicyArn", &arn)]);
        }
        account.iam("DeleteRole", &[("RoleName", "worker")]);
        account.role("worker", "ec2", r#""sts:AssumeRole""#, crate::eks::NODE_POLICIES);
        pass(ROLE_KNOWN).await;
        let after = account.ok("DescribeAccessEntry", json!({ "principalArn": "{role}worker" }));
        assert_eq!(after, entry, "nothing tells that it is of no use");
        account.ok("CreateNodegroup", json!({ "nodeRole": "{role}worker" }));
        pass(NODES_GIVEN_UP).await;
        assert_eq!(account.health("nodes"), health, "{mode}");
    }
}

#[tokio::test(start_paused = true)]
async fn entries_begin_with_the_authentication_mode() {
    let account = Account::with_cluster(json!({})).await;
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    let refused = account.refused("ListAccessEntries", json!({}));
    assert!(refused.starts_with("InvalidRequestException"), "{refused}");
    account.ok("UpdateClusterConfig", json!({ "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } }));
    pass(CONFIG_UPDATED).await;
    let all = [SERVICE, "node EC2_LINUX", CREATOR];
    assert_eq!(entries(&account), all);
    account.ok("DeleteAccessEntry", json!({ "principalArn": format!("arn:aws:iam::{ACCOUNT}:user/emulator") }));
    account.ok("UpdateClusterConfig", json!({ "accessConfig": { "authenticationMode": "API" } }));
    pass(CONFIG_UPDATED).await;
    assert_eq!(entries(&account), all[..2], "the creator's does not come again");
}

#[tokio::test(start_paused = true)]
async fn the_nodes_of_auto_mode_have_an_entry() {
    let account = Account::with_cluster(json!({
        "roleArn": "{role}auto",
        "accessConfig": { "authenticationMode": "API" },
        "bootstrapSelfManagedAddons": false,
        "computeConfig": { "enabled": true, "nodePools": ["system"], "nodeRoleArn": "{role}node" },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
        "storageConfig": { "blockStorage": { "enabled": true } },
    }))
    .await;
    assert_eq!(entries(&account), [SERVICE, "node EC2", CREATOR]);
    let everywhere = r#"AmazonEKSAutoNodePolicy {"type":"cluster","namespaces":[]}"#;
    assert_eq!(policies(&account, "{role}node"), [everywhere]);
    account.ok(
        "UpdateClusterConfig",
        json!({
            "computeConfig": { "enabled": false },
            "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": false } },
            "storageConfig": { "blockStorage": { "enabled": false } },
        }),
    );
    pass(CONFIG_UPDATED).await;
    assert_eq!(entries(&account), [SERVICE, CREATOR]);
}

#[tokio::test(start_paused = true)]
async fn entries_are_tagged_and_found_by_tags() {
    let account = entered().await;
    let made = account.ok("CreateAccessEntry", json!({ "tags": { "stack": "dev" } }))["accessEntry"].clone();
    let arn = &made["accessEntryArn"];
    account.ok("TagResource", json!({ "resourceArn": arn, "tags": { "more": "yes" } }));
    let tags = json!({ "stack": "dev", "more": "yes" });
    assert_eq!(account.ok("ListTagsForResource", json!({ "resourceArn": arn }))["tags"], tags);
    assert_eq!(account.ok("DescribeAccessEntry", json!({}))["accessEntry"]["tags"], tags);
    let question = json!({ "TagFilters": [{ "Key": "stack" }], "ResourceTypeFilters": ["eks:access-entry"] });
    let found = aws::granted("GetResources", account.net.aws.tagging("GetResources", question));
    assert_eq!(found["ResourceTagMappingList"][0]["ResourceARN"], *arn);
}
