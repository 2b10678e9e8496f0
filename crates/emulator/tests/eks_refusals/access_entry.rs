//! Access entries and access policies.

use serde_json::json;

use super::{Account, account, check};

/// The usual account; `api` has an entry for `{role}plain`, and for nodes `{role}bare`.
async fn furnished() -> Account {
    let account = account().await;
    account.ok("CreateAccessEntry", json!({ "clusterName": "api", "kubernetesGroups": ["readers"] }));
    let nodes = json!({ "clusterName": "api", "principalArn": "{role}bare", "type": "EC2_LINUX" });
    account.ok("CreateAccessEntry", nodes);
    account
}

#[tokio::test(start_paused = true)]
async fn clusters_and_principals() {
    let table = r#"
        no such cluster | CreateAccessEntry {"clusterName":"nothing"} | $NONE No cluster found for name: nothing
        a cluster with a ConfigMap | CreateAccessEntry {} | $REQUEST The cluster's authentication mode must be set to one of
        reading there | ListAccessEntries {} | $REQUEST The cluster's authentication mode must be set to one of
        a cluster that is made | CreateAccessEntry {"clusterName":"making"} | $REQUEST Cluster 'making' is not in ACTIVE status
        an entry that is there | $NEW"principalArn":"{role}plain"} | $USE The specified access entry resource is already in use
        nobody | $NEW"principalArn":"{role}nobody"} | $PARAMETER The specified principalArn is invalid: invalid principal.
        no ARN | $NEW"principalArn":"plain"} | $PARAMETER The specified principalArn is invalid
        an account | $NEW"principalArn":"arn:aws:iam::111122223333:root"} | $PARAMETER The specified principalArn is invalid
        a session | $NEW"principalArn":"arn:aws:sts::111122223333:assumed-role/plain/me"} | $PARAMETER The specified principalArn
        another user | $NEW"principalArn":"arn:aws:iam::111122223333:user/nobody"} | $PARAMETER The specified principalArn
        another partition | $NEW"principalArn":"arn:aws-cn:iam::111122223333:role/plain"} | $PARAMETER The specified principalArn
        a role of EKS | $NEW"principalArn":"$LINKED"} | $REQUEST The caller is not allowed to modify access entries
        deleting its entry | DeleteAccessEntry {"clusterName":"api","principalArn":"$LINKED"} | $REQUEST The caller is not allowed
        nodes that are users | $NEW"principalArn":"arn:aws:iam::444455556666:user/a","type":"EC2_LINUX"} | $PARAMETER The access entry
        nodes of elsewhere | $NEW"principalArn":"arn:aws:iam::444455556666:role/a","type":"EC2"} | $PARAMETER The access entry type EC2 is
        no entry | DescribeAccessEntry {"clusterName":"api","principalArn":"{role}node"} | $NONE The specified principalArn could
        none to change | UpdateAccessEntry {"clusterName":"api","principalArn":"{role}node"} | $NONE The specified principalArn could
        none to delete | DeleteAccessEntry {"clusterName":"api","principalArn":"{role}node"} | $NONE The specified principalArn could
    "#;
    let account = furnished().await;
    let mode = json!({ "name": "making", "accessConfig": { "authenticationMode": "API" } });
    account.ok("CreateCluster", mode);
    check(&account, table, &[("$LINKED", LINKED), ("$NEW", NEW)]);
}

const NEW: &str = r#"CreateAccessEntry {"clusterName":"api","#;
const LINKED: &str = "arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";

#[tokio::test(start_paused = true)]
async fn names_and_groups() {
    let table = r#"
        an unknown type | $NODE"type":"EC2_MACOS"} | $PARAMETER The specified access entry type EC2_MACOS is invalid
        groups of nodes | $NODE"type":"EC2_LINUX","kubernetesGroups":["a"]} | $PARAMETER kubernetesGroups cannot be specified
        the name of nodes | $NODE"type":"EC2_LINUX","username":"a"} | $PARAMETER username cannot be specified for access entries
        masters | $NODE"kubernetesGroups":["system:masters"]} | $PARAMETER The kubernetes group name system:masters is invalid, it
        no group | $NODE"kubernetesGroups":[""]} | $PARAMETER The kubernetes group name cannot be empty
        no name | $NODE"username":""} | $PARAMETER The username cannot be empty
        a name of Kubernetes | $NODE"username":"system:a"} | $PARAMETER The username system:a is invalid, it cannot start with system:
        a name of EKS | $NODE"username":"eks:a"} | $PARAMETER The username eks:a is invalid, it cannot start with eks:
        a name of AWS | $NODE"username":"aws:a"} | $PARAMETER The username aws:a is invalid
        a name of Amazon | $NODE"username":"amazon:a"} | $PARAMETER The username amazon:a is invalid
        a name of IAM | $NODE"username":"iam:a"} | $PARAMETER The username iam:a is invalid
        a session without a colon | $NODE"username":"a{{SessionName}}"} | $PARAMETER The username a{{SessionName}} is invalid, it must
        a tag of AWS | $NODE"tags":{"aws:a":"b"}} | $PARAMETER Tag keys starting with 'aws:' are reserved
        masters later | $CHANGE"kubernetesGroups":["system:masters"]} | $PARAMETER The kubernetes group name system:masters
        another name later | $CHANGE"username":"eks:a"} | $PARAMETER The username eks:a is invalid
        groups of nodes later | $CHANGE"principalArn":"{role}bare","kubernetesGroups":[]} | $PARAMETER kubernetesGroups cannot be
    "#;
    let (node, change) =
        (format!(r#"{NEW}"principalArn":"{{role}}node","#), r#"UpdateAccessEntry {"clusterName":"api","#);
    check(&furnished().await, table, &[("$CHANGE", change), ("$NODE", &node)]);
}

#[tokio::test(start_paused = true)]
async fn policies_and_scopes() {
    let table = r#"
        no entry | $POLICY"principalArn":"{role}node"} | $NONE The specified principalArn could not be found
        a policy of IAM | $POLICY"policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"} | $PARAMETER The policyArn parameter format
        an unknown policy | $POLICY"policyArn":"arn:aws:eks::aws:cluster-access-policy/Admin"} | $NONE The specified policyArn could not
        a policy of nodes | $POLICY"principalArn":"{role}bare"} | $REQUEST Access policies can only be associated with access entries of
        no scope | $POLICY"accessScope":null} | $PARAMETER 1 validation error detected: Value null at 'accessScope'
        half a scope | $POLICY"accessScope":{"type":null,"namespaces":["a"]}} | $PARAMETER The accessScope must have a type
        another scope | $POLICY"accessScope":{"type":"node"}} | $PARAMETER 1 validation error
        no namespaces | $POLICY"accessScope":{"type":"namespace"}} | $PARAMETER The accessScope type 'namespace' must have at least
        a cluster with namespaces | $POLICY"accessScope":{"namespaces":["a"]}} | $PARAMETER The accessScope type 'cluster' must not
        no namespace | $POLICY"accessScope":{"type":"namespace","namespaces":["A"]}} | $PARAMETER The namespace A in the accessScope
        a role of EKS | $POLICY"principalArn":"$LINKED"} | $REQUEST The caller is not allowed to modify access entries
        what is not associated | DisassociateAccessPolicy {"clusterName":"api"} | $NONE The specified policyArn is not associated
        a cluster with a ConfigMap | AssociateAccessPolicy {} | $REQUEST The cluster's authentication mode must be set to one of
    "#;
    let policy = r#"AssociateAccessPolicy {"clusterName":"api","#;
    check(&furnished().await, table, &[("$LINKED", LINKED), ("$POLICY", policy)]);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_for_one_request() {
    let account = furnished().await;
    let first = json!({ "clusterName": "api", "principalArn": "{role}node", "clientRequestToken": "once" });
    account.ok("CreateAccessEntry", first);
    account.settle();
    let other = r#"other | $NEW"principalArn":"{role}node","username":"a","clientRequestToken":"once"} | $PARAMETER The client"#;
    check(&account, other, &[("$NEW", NEW)]);
}
