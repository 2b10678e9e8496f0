//! Fargate profiles.

use serde_json::json;

use super::{Account, account, check, pass};

/// The usual account; `dev` has the profile `pods`, and `{role}theirs` trusts Fargate for the cluster `other` alone.
async fn furnished() -> Account {
    let account = account().await.with_inner();
    let trust = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": { "Service": "eks-fargate-pods.amazonaws.com" },
        "Condition": { "ArnLike": { "aws:SourceArn": "arn:aws:eks:eu-west-1:111122223333:fargateprofile/other/*" } },
    } });
    account.iam("CreateRole", &[("RoleName", "theirs"), ("AssumeRolePolicyDocument", &trust.to_string())]);
    account.ok("CreateFargateProfile", json!({}));
    pass(346).await;
    account.settle();
    account
}

#[tokio::test(start_paused = true)]
async fn names_and_places() {
    let table = r#"
        no such cluster | $NEW"clusterName":"nothing"} | $NONE No cluster found for name: nothing
        a cluster that is made | $NEW"clusterName":"making"} | $REQUEST Cluster 'making' is not in ACTIVE status
        a name that is taken | CreateFargateProfile {} | $USE A Fargate Profile already exists with this name in this cluster: pods
        a name of EKS | CreateFargateProfile {"fargateProfileName":"eks-a"} | $PARAMETER Fargate Profile name eks-a cannot start
        a name with a dot | CreateFargateProfile {"fargateProfileName":"a.b"} | $PARAMETER The Fargate Profile name a.b must begin
        a public subnet | $NEW"subnets":["{inner}","{a}"]} | $PARAMETER Subnet {a} provided in Fargate Profile is not a private subnet
        no private one in the cluster | $NEW"subnets":null} | $PARAMETER At least one private subnet must be specified
        a subnet of another VPC | $NEW"subnets":["{x}"]} | $PARAMETER Subnet {x} is not in the VPC {vpc} of the cluster
        a subnet that is gone | $NEW"subnets":["{g}"]} | $PARAMETER The subnet ID '{g}' does not exist (Service: AmazonEC2
        a tag of AWS | $NEW"tags":{"aws:a":"b"}} | $PARAMETER Tag keys starting with 'aws:' are reserved
        none to read | DescribeFargateProfile {"fargateProfileName":"nothing"} | $NONE No Fargate Profile found with name: nothing.
        none to delete | DeleteFargateProfile {"fargateProfileName":"nothing"} | $NONE No Fargate Profile found with name: nothing.
        the cluster of one | DeleteCluster {"name":"fargate"} | $USE Cluster has Fargate profiles attached
    "#;
    let account = furnished().await;
    account.ok("CreateCluster", json!({ "name": "fargate" }));
    pass(661).await;
    account.ok("CreateFargateProfile", json!({ "clusterName": "fargate" }));
    account.ok("CreateCluster", json!({ "name": "making" }));
    account.settle();
    check(&account, table, &[("$NEW", NEW)]);
}

const NEW: &str = r#"CreateFargateProfile {"fargateProfileName":"new","#;

#[tokio::test(start_paused = true)]
async fn roles_and_selectors() {
    let table = r#"
        no role | $NEW"podExecutionRoleArn":null} | $PARAMETER 1 validation error detected: Value null at 'podExecutionRoleArn'
        nobody's role | $NEW"podExecutionRoleArn":"{role}nobody"} | $PARAMETER Misconfigured PodExecutionRole Trust Policy
        a role of nodes | $NEW"podExecutionRoleArn":"{role}node"} | $PARAMETER Misconfigured PodExecutionRole Trust Policy
        a role for others | $NEW"podExecutionRoleArn":"{role}theirs"} | $PARAMETER Misconfigured PodExecutionRole Trust Policy; Please add
        no selectors | $NEW"selectors":null} | $PARAMETER At least one selector must be specified
        an empty list of them | $NEW"selectors":[]} | $PARAMETER At least one selector must be specified
        six | $NEW"selectors":[$ONE,$ONE,$ONE,$ONE,$ONE,$ONE]} | $PARAMETER A Fargate Profile can have at most 5 selectors
        no namespace | $NEW"selectors":[{"labels":{"a":"b"}}]} | $PARAMETER Each selector of a Fargate Profile must have a namespace
        a wrong one | $NEW"selectors":[{"namespace":"A"}]} | $PARAMETER The namespace "A" of a selector is invalid
        six labels | $NEW"selectors":[{"namespace":"a","labels":$LABELS}]} | $PARAMETER A selector can have at most 5 labels
        no value | $NEW"selectors":[{"namespace":"a","labels":{"a":""}}]} | $PARAMETER The label "a" of a selector must have
    "#;
    let labels = r#"{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1"}"#;
    let words = [("$LABELS", labels), ("$NEW", NEW), ("$ONE", r#"{"namespace":"a"}"#)];
    check(&furnished().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time() {
    let account = furnished().await;
    account.ok("CreateFargateProfile", json!({ "fargateProfileName": "more" }));
    account.settle();
    let table = r#"
        creating | $NEW"tags":{"a":"b"}} | $USE Cannot create Fargate Profile new because cluster dev currently has Fargate profile more in status CREATING
        deleting | DeleteFargateProfile {} | $USE Cannot delete Fargate Profile pods because cluster dev currently has Fargate profile more
        deleting that | DeleteFargateProfile {"fargateProfileName":"more"} | $USE Cannot delete Fargate Profile more because
    "#;
    check(&account, table, &[("$NEW", NEW)]);
    pass(346).await;
    account.ok("DeleteFargateProfile", json!({ "fargateProfileName": "more" }));
    account.settle();
    let table = r#"
        creating | $NEW"tags":{"a":"b"}} | $USE Cannot create Fargate Profile new because cluster dev currently has Fargate profile more in status DELETING
        deleting again | DeleteFargateProfile {"fargateProfileName":"more"} | $USE Cannot delete Fargate Profile more because
    "#;
    check(&account, table, &[("$NEW", NEW)]);
}

#[tokio::test(start_paused = true)]
async fn the_eleventh_profile() {
    let account = Account::with_cluster(json!({})).await.with_inner();
    for number in 0..10 {
        account.ok("CreateFargateProfile", json!({ "fargateProfileName": format!("pods{number}") }));
        pass(346).await;
    }
    account.settle();
    check(
        &account,
        "more | CreateFargateProfile | 400 ResourceLimitExceededException Fargate Profile limit of 10",
        &[],
    );
}
