//! Capabilities.

use serde_json::json;

use super::{Account, account, check, pass};

/// The usual account; `api` has the capability `controllers` of type ACK, and `argo`, which is UPDATING.
async fn furnished() -> Account {
    let account = account().await;
    account.ok("CreateCapability", json!({ "clusterName": "api", "capabilityName": "controllers" }));
    let users = json!({ "argoCd": { "awsIdc": { "idcInstanceArn": "arn:aws:sso:::instance/ssoins-1" } } });
    let argo = json!({ "clusterName": "api", "capabilityName": "argo", "type": "ARGOCD", "configuration": users });
    account.ok("CreateCapability", argo);
    pass(601).await;
    let role = json!({ "clusterName": "api", "capabilityName": "argo", "roleArn": "{role}capability" });
    account.ok("UpdateCapability", role);
    account.ok("CreateCluster", json!({ "name": "making", "accessConfig": { "authenticationMode": "API" } }));
    account.settle();
    account
}

const NEW: &str = r#"CreateCapability {"capabilityName":"new","type":"KRO","clusterName":"api","#;

#[tokio::test(start_paused = true)]
async fn names_and_kinds() {
    let table = r#"
        no such cluster | CreateCapability {"clusterName":"nothing"} | $NONE No cluster found for name: nothing
        a cluster that is made | CreateCapability {"clusterName":"making"} | $REQUEST Cluster 'making' is not in ACTIVE status
        a cluster with a ConfigMap | CreateCapability {} | $REQUEST The cluster's authentication mode must be set to one of
        a name that is taken | $NEW"capabilityName":"argo"} | $USE Capability already exists with name argo and cluster name api
        a second one of a kind | $NEW"type":"ACK"} | $USE Cluster api already has the capability controllers of type ACK
        a name with a dot | $NEW"capabilityName":"a.b"} | $PARAMETER The capability name "a.b" can only contain
        an unknown kind | $NEW"type":"FLUX"} | $PARAMETER 1 validation error
        no policy of deletion | $NEW"deletePropagationPolicy":null} | $PARAMETER 1 validation error
        another one | $NEW"deletePropagationPolicy":"DELETE"} | $PARAMETER 1 validation error
        nobody's role | $NEW"roleArn":"{role}nobody"} | $PARAMETER Role provided in the request does not exist
        a role of clusters | $NEW"roleArn":"{role}cluster"} | $PARAMETER Trust policy of the role {role}cluster must allow the service
        a tag of AWS | $NEW"tags":{"aws:a":"b"}} | $PARAMETER Tag keys starting with 'aws:' are reserved
        none to read | DescribeCapability {"capabilityName":"nothing"} | $NONE No capability: nothing found in cluster: dev
        none to change | UpdateCapability {"capabilityName":"nothing"} | $NONE No capability: nothing found in cluster: dev
        none to delete | DeleteCapability {"capabilityName":"nothing"} | $NONE No capability: nothing found in cluster: dev
        changing what is changed | $ARGO"roleArn":"{role}capability"} | $USE Capability argo cannot be updated as it is currently in
        deleting it | DeleteCapability {"clusterName":"api","capabilityName":"argo"} | $USE Capability argo cannot be deleted as it is
        the cluster of one | DeleteCluster {"name":"api"} | $USE Cluster has capabilities attached
    "#;
    let argo = r#"UpdateCapability {"clusterName":"api","capabilityName":"argo","#;
    check(&furnished().await, table, &[("$ARGO", argo), ("$NEW", NEW)]);
}

#[tokio::test(start_paused = true)]
async fn configurations() {
    let table = r#"
        ACK for KRO | $NEW"configuration":{"ack":{}}} | $PARAMETER configuration.ack cannot be specified for capabilities of type KRO
        Argo CD for KRO | $NEW"configuration":{"argoCd":{"awsIdc":$IDC}}} | $PARAMETER configuration.argoCd cannot be specified
        Argo CD for ACK | $ACK"configuration":{"argoCd":{}}} | $PARAMETER configuration.argoCd cannot be specified for capabilities of
        no change | $ACK"clientRequestToken":"a"} | $PARAMETER At least one change of the capability must be specified
        Argo CD without a word | $OTHER"tags":{"a":"b"}} | $PARAMETER configuration.argoCd is required for capabilities of type ARGOCD
        without users | $OTHER"configuration":{"argoCd":{}}} | $PARAMETER 1 validation error
        users of nowhere | $OTHER"configuration":{"argoCd":{"awsIdc":{"idcInstanceArn":"arn:aws:iam::1:role/a"}}}} | $PARAMETER Invalid ARN
        no endpoint | $OTHER"configuration":{"argoCd":{"awsIdc":$IDC,"networkAccess":{"vpceIds":["vpc-1"]}}}} | $PARAMETER Invalid VPC end
        a role for nobody | $OTHER"configuration":{"argoCd":{"awsIdc":$IDC,"rbacRoleMappings":[$NOBODY]}}} | $PARAMETER The role mapping
        an unknown role | $OTHER"configuration":{"argoCd":{"awsIdc":$IDC,"rbacRoleMappings":[$OWNER]}}} | $PARAMETER 1 validation error
    "#;
    let account = furnished().await;
    account.ok(
        "UpdateClusterConfig",
        json!({ "name": "upgraded", "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } }),
    );
    pass(181).await;
    account.settle();
    let words = [
        ("$ACK", r#"UpdateCapability {"clusterName":"api","capabilityName":"controllers","#),
        ("$IDC", r#"{"idcInstanceArn":"arn:aws:sso:::instance/ssoins-1"}"#),
        ("$NEW", NEW),
        ("$NOBODY", r#"{"role":"ADMIN","identities":[]}"#),
        ("$OTHER", r#"CreateCapability {"clusterName":"upgraded","capabilityName":"other","type":"ARGOCD","#),
        ("$OWNER", r#"{"role":"OWNER","identities":[]}"#),
    ];
    check(&account, table, &words);
}
