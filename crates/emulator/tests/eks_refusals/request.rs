//! Requests that ask for what is not there, or that are none.

use http::Method;
use serde_json::{Value, json};

use super::{KEY, account, check};
use crate::aws::{ACCOUNT, Aws, REGION};
use crate::eks::Account;

#[tokio::test(start_paused = true)]
async fn clusters_that_are_not_there() {
    let table = r#"
        describe | DescribeCluster {"name":"nobody"} | $NOBODY
        describe in another case | DescribeCluster {"name":"Dev"} | $NONE No cluster found for name: Dev.
        delete | DeleteCluster {"name":"nobody"} | $NOBODY
        configure | UpdateClusterConfig {"name":"nobody","deletionProtection":true} | $NOBODY
        upgrade | UpdateClusterVersion {"name":"nobody","version":"1.36"} | $NOBODY
        encrypt | AssociateEncryptionConfig {"clusterName":"nobody","encryptionConfig":[$KEY]} | $NOBODY
        list updates | ListUpdates {"name":"nobody"} | $NOBODY
        describe an update | DescribeUpdate {"name":"nobody","updateId":"$ID"} | $NOBODY
        cancel an update | CancelUpdate {"name":"nobody","updateId":"$ID"} | $NOBODY
        list insights | ListInsights {"clusterName":"nobody"} | $NOBODY
        describe an insight | DescribeInsight {"clusterName":"nobody","id":"$ID"} | $NOBODY
        create nodes | CreateNodegroup {"clusterName":"nobody"} | $NOBODY
        delete nodes | DeleteNodegroup {"clusterName":"nobody"} | $NOBODY
        describe nodes | DescribeNodegroup {"clusterName":"nobody"} | $NOBODY
        list nodes | ListNodegroups {"clusterName":"nobody"} | $NOBODY
        configure nodes | UpdateNodegroupConfig {"clusterName":"nobody","scalingConfig":{"maxSize":9}} | $NOBODY
        upgrade nodes | UpdateNodegroupVersion {"clusterName":"nobody"} | $NOBODY
    "#;
    let key = format!(r#"{{"resources":["secrets"],"provider":{{"keyArn":"{KEY}"}}}}"#);
    let words = [
        ("$ID", ID),
        ("$KEY", key.as_str()),
        ("$NOBODY", "404 ResourceNotFoundException No cluster found for name: nobody."),
    ];
    check(&account().await, table, &words);
}

const ID: &str = "12345678-1234-4234-a234-123456789012";

#[tokio::test(start_paused = true)]
async fn node_groups_and_updates_that_are_not_there() {
    let table = r#"
        describe nodes | DescribeNodegroup {"nodegroupName":"none"} | $NONE No node group found for name: none.
        delete nodes | DeleteNodegroup {"nodegroupName":"none"} | $NONE No node group found for name: none.
        configure nodes | UpdateNodegroupConfig {"nodegroupName":"none","scalingConfig":{"maxSize":9}} | $NONE No node group found
        upgrade nodes | UpdateNodegroupVersion {"nodegroupName":"none"} | $NONE No node group found for name: none.
        nodes of another cluster | DescribeNodegroup {"clusterName":"api"} | $NONE No node group found for name: nodes.
        an update | DescribeUpdate {"updateId":"$ID"} | $NONE No update found for ID: $ID
        an update of nodes | DescribeUpdate {"updateId":"$ID","nodegroupName":"nodes"} | $NONE No update found for ID: $ID
        an update of no nodes | DescribeUpdate {"updateId":"$ID","nodegroupName":"none"} | $NONE No node group found for name: none.
        an update of an add-on | DescribeUpdate {"updateId":"$ID","addonName":"dns"} | $NONE No addon: dns found in cluster: dev
        updates of a capability | ListUpdates {"capabilityName":"argo"} | $NONE No capability: argo found in cluster: dev
        updates of two things | ListUpdates {"nodegroupName":"nodes","addonName":"dns"} | $PARAMETER Only one of nodegroupName
        an update to cancel | CancelUpdate {"updateId":"$ID"} | $NONE No update found for ID: $ID
        an insight | DescribeInsight {"id":"$ID"} | $NONE No insight found for ID: $ID
    "#;
    check(&account().await, table, &[("$ID", ID)]);
}

#[tokio::test(start_paused = true)]
async fn updates_that_cannot_be_cancelled() {
    let account = account().await;
    let update = |cluster: &str| {
        let ids = account.ok("ListUpdates", json!({ "name": cluster }));
        ids["updateIds"][0].as_str().expect("an update").to_owned()
    };
    let (busy, upgraded) = (update("busy"), update("upgraded"));
    let table = r#"
        one that runs | CancelUpdate {"name":"busy","updateId":"$BUSY"} | $REQUEST Updates of the type DeletionProtectionUpdate
        one that is over | CancelUpdate {"name":"upgraded","updateId":"$OVER"} | $REQUEST Update $OVER cannot be cancelled because
        one of another cluster | CancelUpdate {"name":"dev","updateId":"$BUSY"} | $NONE No update found for ID: $BUSY
    "#;
    check(&account, table, &[("$BUSY", &busy), ("$OVER", &upgraded)]);
}

#[tokio::test(start_paused = true)]
async fn tokens() {
    let table = r#"
        another cluster | CreateCluster {"name":"new","clientRequestToken":"once"} | $PARAMETER The client token once was used with
        another version | CreateCluster {"name":"coming","version":"1.34","clientRequestToken":"once"} | $PARAMETER The client token
        another group | CreateNodegroup {"nodegroupName":"new","clientRequestToken":"once"} | $PARAMETER The client token once was
    "#;
    check(&account().await, table, &[]);
}

#[tokio::test(start_paused = true)]
async fn tags() {
    let account = account().await;
    let cluster = format!("arn:aws:eks:{REGION}:{ACCOUNT}:cluster/dev");
    let table = r#"
        no ARN | TagResource {"resourceArn":"dev","tags":{"a":"b"}} | 400 BadRequestException Invalid resource ARN: dev
        nobody's ARN | TagResource {"resourceArn":"$DEVx","tags":{"a":"b"}} | 404 NotFoundException Resource not found: $DEVx
        another Region | TagResource {"resourceArn":"$FAR","tags":{"a":"b"}} | 400 BadRequestException $FAR is not
        another account | TagResource {"resourceArn":"$OTHER","tags":{"a":"b"}} | 400 BadRequestException $OTHER is not
        another service | TagResource {"resourceArn":"$EC2","tags":{"a":"b"}} | 400 BadRequestException $EC2 is not
        nodes without their id | TagResource {"resourceArn":"$NODES","tags":{"a":"b"}} | 404 NotFoundException Resource not found
        no tags | TagResource {"resourceArn":"$DEV"} | 400 InvalidParameterException 1 validation error
        a tag of AWS | TagResource {"resourceArn":"$DEV","tags":{"aws:a":"b"}} | 400 BadRequestException Tag keys starting with
        a long key | TagResource {"resourceArn":"$DEV","tags":{"$LONG":""}} | 400 InvalidParameterException 1 validation error
        tags to list | ListTagsForResource {"resourceArn":"$DEVx"} | 404 NotFoundException Resource not found: $DEVx
        tags to take away | UntagResource {"resourceArn":"$DEVx","tagKeys":["a"]} | 404 NotFoundException Resource not found
        no keys | UntagResource {"resourceArn":"$DEV"} | 400 InvalidParameterException 1 validation error
        a key of AWS | UntagResource {"resourceArn":"$DEV","tagKeys":["aws:a"]} | 400 BadRequestException Tag keys starting with
    "#;
    let words = [
        ("$DEV", cluster.clone()),
        ("$EC2", cluster.replace("eks", "ec2")),
        ("$FAR", cluster.replace(REGION, "us-east-1")),
        ("$LONG", "x".repeat(129)),
        ("$NODES", cluster.replace("cluster/dev", "nodegroup/dev/nodes")),
        ("$OTHER", cluster.replace(ACCOUNT, "444455556666")),
    ];
    check(&account, table, &words.each_ref().map(|(short, long)| (*short, long.as_str())));
}

#[tokio::test(start_paused = true)]
async fn lists() {
    let table = r#"
        an empty page | ListClusters {"maxResults":0} | $PARAMETER 1 validation error
        a large page | ListNodegroups {"maxResults":101} | $PARAMETER 1 validation error
        a token of nobody | ListClusters {"nextToken":"next"} | $PARAMETER Invalid value for nextToken
        others than all | ListClusters {"include":["some"]} | $PARAMETER Invalid value for include: some
        versions of another kind | DescribeClusterVersions {"clusterType":"anywhere"} | $PARAMETER Invalid cluster type: anywhere
        a version that is none | DescribeClusterVersions {"clusterVersions":["one"]} | $PARAMETER Invalid Kubernetes version: one
        a flag that is none | DescribeClusterVersions {"defaultOnly":"maybe"} | $PARAMETER Invalid value for defaultOnly: maybe
    "#;
    check(&account().await, table, &[]);
}

/// The status and the code with which a raw request is refused.
fn raw(aws: &Aws, method: Method, path: &str, body: Value) -> String {
    let before = aws.emulator.dump();
    let refused = aws.eks(method, path, body).expect_err("refused");
    assert_eq!(aws.emulator.dump(), before);
    format!("{} {} {}", refused.status, refused.code, refused.message)
}

#[test]
fn what_the_model_does_not_know() {
    let account = Account::new();
    let aws = &account.net.aws;
    let create = json!({ "name": "dev", "roleArn": "r", "resourcesVpcConfig": { "subnets": [] }, "colour": "red" });
    let unknown = "400 InvalidParameterException Unknown parameter in input: colour";
    assert_eq!(raw(aws, Method::POST, "/clusters", create), unknown);
    assert_eq!(raw(aws, Method::GET, "/clusters?colour=red", Value::Null), unknown);
    let inner = json!({ "name": "dev", "roleArn": "r", "resourcesVpcConfig": { "subnets": [] } });
    let refused = raw(aws, Method::POST, "/clusters", inner);
    assert!(refused.contains("Unknown parameter in input: 'resourcesVpcConfig.subnets'"), "{refused}");
    for (method, path) in
        [(Method::GET, "/"), (Method::PUT, "/clusters"), (Method::GET, "/clusters/dev/certificate-authorities")]
    {
        let refused = raw(aws, method, path, Value::Null);
        assert!(refused.starts_with("404 UnknownOperationException"), "{refused}");
    }
}

#[test]
fn callers_whom_nobody_knows() {
    let aws = Aws { account: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..Aws::new() };
    let refused = aws.eks(Method::GET, "/clusters", Value::Null).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (403, "UnrecognizedClientException"));
}
