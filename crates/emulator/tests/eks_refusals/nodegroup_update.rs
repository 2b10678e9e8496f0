//! Updates of node groups.

use super::{account, check};

#[tokio::test(start_paused = true)]
async fn groups_that_are_not_ready() {
    let table = r#"
        a second update | UpdateNodegroupConfig {"nodegroupName":"busy",$SIZE} | $USE Nodegroup busy currently has update
        a version too | UpdateNodegroupVersion {"nodegroupName":"busy"} | $USE Nodegroup busy currently has update
        it is being made | UpdateNodegroupConfig {"nodegroupName":"coming",$SIZE} | $REQUEST Nodegroup 'coming' is not in ACTIVE
        it is being deleted | UpdateNodegroupConfig {"nodegroupName":"going",$SIZE} | $REQUEST Nodegroup 'going' is not in ACTIVE
        it has failed | UpdateNodegroupConfig {"nodegroupName":"broken",$SIZE} | $REQUEST Nodegroup 'broken' is not in ACTIVE status
        a version of what failed | UpdateNodegroupVersion {"nodegroupName":"broken"} | $REQUEST Nodegroup 'broken' is not in ACTIVE
    "#;
    check(&account().await, table, &[("$SIZE", r#""scalingConfig":{"maxSize":9}"#)]);
}

#[tokio::test(start_paused = true)]
async fn configurations() {
    let table = r#"
        nothing | $CONFIG} | $PARAMETER At least one of the parameters of the node group must be given
        more at least than there are | $CONFIG"scalingConfig":{"minSize":3}} | $PARAMETER Minimum capacity 3 can't be greater than
        fewer at most than there are | $CONFIG"scalingConfig":{"maxSize":1}} | $PARAMETER desired capacity 2 can't be greater than max
        more wanted than allowed | $CONFIG"scalingConfig":{"desiredSize":9}} | $PARAMETER desired capacity 9 can't be greater than max
        a label in and out | $CONFIG"labels":{"addOrUpdateLabels":{"a":"b"},"removeLabels":["a"]}} | $PARAMETER The label a cannot be
        a label of Kubernetes | $CONFIG"labels":{"addOrUpdateLabels":{"k8s.io/a":"b"}}} | $PARAMETER Label cannot contain reserved
        a taint in and out | $CONFIG"taints":{"addOrUpdateTaints":[$GPU],"removeTaints":[$GPU]}} | $PARAMETER The taint gpu:NO_SCHE
        a taint without effect | $CONFIG"taints":{"removeTaints":[{"key":"gpu"}]}} | $PARAMETER Each taint must have a key and an
        both kinds of unavailable | $CONFIG"updateConfig":{"maxUnavailable":1,"maxUnavailablePercentage":1}} | $PARAMETER Only one
        a reused Bottlerocket | $BOTTLE"warmPoolConfig":{"enabled":true,"reuseOnScaleIn":true}} | $PARAMETER reuseOnScaleIn is not
    "#;
    let words = [
        ("$CONFIG}", "UpdateNodegroupConfig {}"),
        ("$CONFIG", "UpdateNodegroupConfig {"),
        ("$BOTTLE", r#"UpdateNodegroupConfig {"nodegroupName":"bottle","#),
        ("$GPU", r#"{"key":"gpu","effect":"NO_SCHEDULE"}"#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn versions() {
    let table = r#"
        the latest already | $UP} | $PARAMETER Nodegroup nodes is already at release version 1.35.2-20261101
        after the cluster's | $UP"version":"1.36"} | $PARAMETER Nodegroup Kubernetes version should be equal to or less than Cluster
        an unknown one | $UP"version":"1.99"} | $PARAMETER unsupported Kubernetes version
        an earlier one | $UP"version":"1.34"} | $PARAMETER Nodegroup nodes cannot be rolled back from release version 1.35.2-20261101
        an earlier release | $UP"releaseVersion":"1.35.1-20260801"} | $PARAMETER Nodegroup nodes cannot be rolled back from release
        an earlier Bottlerocket | $BOTTLE"releaseVersion":"1.50.0-4b7a0e2d"} | $PARAMETER Nodegroup bottle cannot be rolled back
        a release of another version | $UP"releaseVersion":"1.34.8-20261101"} | $PARAMETER Requested release version 1.34.8-20261101
        a release that is none | $UP"releaseVersion":"newest"} | $PARAMETER Requested release version newest is not valid
        a launch template | $UP"launchTemplate":{"name":"a"}} | $PARAMETER Launch template cannot be specified for a node group that
    "#;
    let words = [
        ("$UP}", "UpdateNodegroupVersion {}"),
        ("$UP", "UpdateNodegroupVersion {"),
        ("$BOTTLE", r#"UpdateNodegroupVersion {"nodegroupName":"bottle","#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_is_being_updated() {
    let account = account().await;
    account.ok("UpdateClusterConfig", serde_json::json!({ "name": "behind", "deletionProtection": true }));
    let table = r#"
        a version | UpdateNodegroupVersion {"clusterName":"behind","nodegroupName":"late"} | $REQUEST Cluster 'behind' is not in ACTIVE
    "#;
    check(&account, table, &[]);
}

#[tokio::test(start_paused = true)]
async fn amazon_linux_2_ends_with_1_32() {
    let account = super::Account::with_cluster(serde_json::json!({ "version": "1.32" })).await;
    account.ok("CreateNodegroup", serde_json::json!({ "amiType": "AL2_x86_64" }));
    super::pass(super::NODES_JOINED).await;
    account.ok("UpdateClusterVersion", serde_json::json!({ "version": "1.33" }));
    super::pass(super::VERSION_UPDATED).await;
    account.settle();
    let table =
        "the next | UpdateNodegroupVersion | $PARAMETER AMI Type AL2_x86_64 is only supported for kubernetes versions";
    check(&account, table, &[]);
}
