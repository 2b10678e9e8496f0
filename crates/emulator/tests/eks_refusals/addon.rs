//! Add-ons.

use serde_json::json;

use super::{Account, account, check};
use crate::eks::{ROLE_KNOWN, pass, text};

/// The usual account; `dev` has metrics-server, adot with `{association}` of its own, and coredns, which is CREATING.
async fn furnished() -> Account {
    let mut account = account().await;
    account.ok("CreateCluster", json!({ "name": "making" }));
    account.ok("CreateAddon", json!({}));
    let bound = json!([{ "serviceAccount": "adot-col-otlp-ingest", "roleArn": "{role}app" }]);
    let made = account.ok("CreateAddon", json!({ "addonName": "adot", "podIdentityAssociations": bound }));
    let id = text(&made["addon"]["podIdentityAssociations"][0]);
    account.net.name("association", id.rsplit('/').next().expect("an id"));
    account
        .ok("CreatePodIdentityAssociation", json!({ "namespace": "external-dns", "serviceAccount": "external-dns" }));
    pass(ROLE_KNOWN + 30).await;
    account.ok("CreateAddon", json!({ "addonName": "coredns", "resolveConflicts": "OVERWRITE" }));
    account.settle();
    account
}

#[tokio::test(start_paused = true)]
async fn names_and_versions() {
    let table = r#"
        no such cluster | CreateAddon {"clusterName":"nothing"} | $NONE No cluster found for name: nothing
        a cluster that is made | CreateAddon {"clusterName":"making"} | $REQUEST Cluster 'making' is not in ACTIVE status
        one that is there | CreateAddon {} | $USE Addon already exists.
        an unknown one | CreateAddon {"addonName":"nginx"} | $PARAMETER Addon nginx specified is not supported in 1.35 kubernetes
        an unknown version | $NEW"addonVersion":"v1.0.0"} | $PARAMETER Addon version specified is not supported, AddonName: "external-dns"
        for another Kubernetes | CreateAddon {"addonName":"kube-proxy","addonVersion":"v1.36.1-eksbuild.2"} | $PARAMETER Addon version
        too old for it | UpdateAddon {"addonName":"adot","addonVersion":"v0.1.0"} | $PARAMETER Addon version specified is not supported
        half a namespace | $NEW"namespaceConfig":{"namespace":"-a"}} | $PARAMETER The namespace -a is not a valid RFC 1123 DNS label
        a tag of AWS | $NEW"tags":{"aws:a":"b"}} | $PARAMETER Tag keys starting with 'aws:' are reserved
        none to read | DescribeAddon {"addonName":"vpc-cni"} | $NONE No addon: vpc-cni found in cluster: dev
        none to change | UpdateAddon {"addonName":"vpc-cni"} | $NONE No addon: vpc-cni found in cluster: dev
        none to delete | DeleteAddon {"addonName":"vpc-cni"} | $NONE No addon: vpc-cni found in cluster: dev
        an unknown configuration | DescribeAddonConfiguration {"addonVersion":"v1"} | $PARAMETER Addon version specified is not supported
        changing what is made | UpdateAddon {"addonName":"coredns"} | $USE Addon coredns cannot be updated as it is currently in CREATING
        deleting it | DeleteAddon {"addonName":"coredns"} | $REQUEST Addon coredns cannot be deleted as it is currently in CREATING
    "#;
    check(&furnished().await, table, &[("$NEW", NEW)]);
}

const NEW: &str = r#"CreateAddon {"addonName":"external-dns","#;

#[tokio::test(start_paused = true)]
async fn values_and_roles() {
    let table = r#"
        an unknown value | $NEW"configurationValues":"{\"a\":1}"} | $VALUE [$: Additional properties are not allowed ('a'
        a wrong one in YAML | $NEW"configurationValues":"policy: never"} | $VALUE [$.policy: "never" is not one of
        no object | $NEW"configurationValues":"[]"} | $VALUE [$: object expected]
        neither JSON nor YAML | $NEW"configurationValues":"{"} | $VALUE [$: neither JSON nor YAML]
        a wrong one later | UpdateAddon {"configurationValues":"{\"replicas\":\"two\"}"} | $VALUE [$.replicas: "two" is not of type
        nobody's role | $NEW"serviceAccountRoleArn":"{role}nobody"} | $PARAMETER Role provided in the request does not exist
        no ARN | $NEW"serviceAccountRoleArn":"app"} | $PARAMETER Invalid role ARN: app
        nobody's role later | UpdateAddon {"serviceAccountRoleArn":"{role}nobody"} | $PARAMETER Role provided in the request does
        a role of elsewhere | $NEW"serviceAccountRoleArn":"arn:aws:iam::444455556666:role/a"} | 403 AccessDeniedException Cross-acc
        what asks AWS for nothing | UpdateAddon {"podIdentityAssociations":[$BOUND]} | $PARAMETER Addon metrics-server does not support
        twice the same | $NEW"podIdentityAssociations":[$BOUND,$BOUND]} | $PARAMETER The service account a is specified more than once
        a role of nodes | $NEW"podIdentityAssociations":[{"serviceAccount":"a","roleArn":"{role}node"}]} | $PARAMETER Trust policy of
        somebody else's | $NEW"podIdentityAssociations":[{"serviceAccount":"external-dns","roleArn":"{role}app"}]} | $USE Association
        half of one | $NEW"podIdentityAssociations":[{"serviceAccount":"a"}]} | $PARAMETER 1 validation error detected: Value null at
        changing what it owns | UpdatePodIdentityAssociation {"associationId":"{association}","roleArn":"{role}app"} | $REQUEST The asso
        deleting what it owns | DeletePodIdentityAssociation {"associationId":"{association}"} | $REQUEST The association {association} is
    "#;
    let words = [
        ("$BOUND", r#"{"serviceAccount":"a","roleArn":"{role}app"}"#),
        ("$NEW", NEW),
        (
            "$VALUE",
            "$PARAMETER ConfigurationValue provided in request is not supported: Json schema validation failed with error:",
        ),
    ];
    check(&furnished().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn one_update_at_a_time() {
    let account = furnished().await;
    account.ok("UpdateAddon", json!({ "configurationValues": "replicas: 3" }));
    account.settle();
    let table = r#"
        again | UpdateAddon {"configurationValues":"replicas: 4"} | $USE Addon metrics-server cannot be updated as it is currently in UPDATING
        deleting | DeleteAddon {} | $REQUEST Addon metrics-server cannot be deleted as it is currently in UPDATING
    "#;
    check(&account, table, &[]);
}
