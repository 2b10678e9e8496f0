//! Reads that are behind.

mod aws;

use std::time::Duration;

use aws::{Aws, all, granted, xml};
use serde_json::json;

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

fn stale(file: serde_json::Value) -> Aws {
    let aws = Aws::new();
    aws.weather(json!({ "stale_reads": file }));
    aws
}

fn vpc(aws: &Aws) -> String {
    xml(&granted("CreateVpc", aws.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")])), "vpcId").expect("an id")
}

#[tokio::test(start_paused = true)]
async fn what_was_made_changed_or_deleted_is_seen_late() {
    let aws = stale(json!({ "ec2": 10 }));
    pass(100).await;
    let id = vpc(&aws);
    let by_id = || aws.ec2("DescribeVpcs", &[("VpcId.1", &id)]);
    assert_eq!(by_id().expect_err("not there yet").code, "InvalidVpcID.NotFound");
    pass(10).await;
    granted("DescribeVpcs", by_id());

    granted("CreateTags", aws.ec2("CreateTags", &[("ResourceId.1", &id), ("Tag.1.Key", "a"), ("Tag.1.Value", "b")]));
    assert!(!granted("DescribeVpcs", by_id()).contains("tagSet><item"), "it is what it was");
    pass(10).await;
    assert!(granted("DescribeVpcs", by_id()).contains("<key>a</key>"));

    granted("DeleteVpc", aws.ec2("DeleteVpc", &[("VpcId", &id)]));
    granted("DescribeVpcs, still there", by_id());
    pass(10).await;
    assert_eq!(by_id().expect_err("gone").code, "InvalidVpcID.NotFound");
}

#[tokio::test(start_paused = true)]
async fn a_read_is_never_further_behind_than_it_may_be() {
    let aws = stale(json!({ "ec2": 10 }));
    pass(100).await;
    vpc(&aws);
    // With half of the time over, about half of the reads have seen it.
    pass(5).await;
    let seen: Vec<usize> =
        (0..40).map(|_| all(&granted("DescribeVpcs", aws.ec2("DescribeVpcs", &[])), "vpcId").len()).collect();
    let late = seen.iter().filter(|count| **count == 0).count();
    assert!((8..32).contains(&late), "{late} of 40");
    assert!(seen.windows(2).any(|two| two[0] > two[1]), "a later read may be further behind");
    pass(5).await;
    for _ in 0..40 {
        assert_eq!(all(&granted("DescribeVpcs", aws.ec2("DescribeVpcs", &[])), "vpcId").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_changes_something_is_never_behind() {
    let aws = stale(json!({ "ec2": 1000, "iam": 1000 }));
    pass(100).await;
    let id = vpc(&aws);
    granted("CreateSubnet", aws.ec2("CreateSubnet", &[("VpcId", &id), ("CidrBlock", "10.0.0.0/24")]));
    let again = aws.ec2("CreateSubnet", &[("VpcId", &id), ("CidrBlock", "10.0.0.0/24")]).expect_err("a refusal");
    assert_eq!(again.code, "InvalidSubnet.Conflict");
    assert_eq!(aws.ec2("DeleteVpc", &[("VpcId", &id)]).expect_err("a refusal").code, "DependencyViolation");
}

#[tokio::test(start_paused = true)]
async fn services_differ() {
    let aws = stale(json!({ "iam": 20 }));
    pass(100).await;
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    granted("CreateRole", aws.iam("CreateRole", &[("RoleName", "a"), ("AssumeRolePolicyDocument", trust)]));
    let id = vpc(&aws);
    assert_eq!(aws.iam("GetRole", &[("RoleName", "a")]).expect_err("not there yet").code, "NoSuchEntity");
    granted("DescribeVpcs", aws.ec2("DescribeVpcs", &[("VpcId.1", &id)]));
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_sees_the_same_and_so_does_a_fork() {
    let run = |aws: &Aws| -> Vec<usize> {
        (0..30).map(|_| all(&granted("DescribeVpcs", aws.ec2("DescribeVpcs", &[])), "vpcId").len()).collect()
    };
    let start = || async {
        let aws = stale(json!({ "ec2": 10 }));
        pass(100).await;
        vpc(&aws);
        pass(5).await;
        aws
    };
    let one = start().await;
    let (fork, seen) = (Aws { emulator: one.emulator.fork(), ..one.clone() }, run(&one));
    assert_eq!(run(&fork), seen);
    assert_eq!(run(&start().await), seen);
}
