//! AWS's limits on how often an action may be called.

mod aws;

use std::time::Duration;

use aws::{Aws, Refused, granted};
use http::Method;
use serde_json::{Value, json};

/// Calls until one is refused: how many were granted, and the refusal.
fn until_refused<T>(call: impl Fn() -> Result<T, Refused>) -> (usize, Refused) {
    let mut granted = 0;
    loop {
        match call() {
            Ok(_) => granted += 1,
            Err(refused) => return (granted, refused),
        }
        assert!(granted < 5000, "nothing is ever refused");
    }
}

fn throttled() -> Aws {
    let aws = Aws::new();
    aws.weather(json!({ "throttling": {} }));
    aws
}

#[tokio::test(start_paused = true)]
async fn a_bucket_holds_as_many_calls_as_aws_says_and_fills_again() {
    let aws = throttled();
    let eip = || aws.ec2("CreateInternetGateway", &[("DryRun", "true")]);
    let granted = (0..50).filter(|_| eip().expect_err("a dry run").code == "DryRunOperation").count();
    assert_eq!(granted, 50);
    let refused = eip().expect_err("a refusal");
    assert_eq!((refused.status, refused.code.as_str()), (503, "RequestLimitExceeded"));
    assert_eq!(refused.message, "Request limit exceeded.");
    tokio::time::advance(Duration::from_millis(400)).await;
    assert_eq!(eip().expect_err("a dry run").code, "DryRunOperation", "five a second come back");
    assert_eq!(eip().expect_err("a dry run").code, "DryRunOperation");
    assert_eq!(eip().expect_err("a refusal").code, "RequestLimitExceeded");
}

#[tokio::test(start_paused = true)]
async fn each_service_says_so_in_its_own_words() {
    let aws = throttled();
    let eks = || aws.eks(Method::GET, "/clusters", Value::Null);
    let role = || aws.iam("DeleteRole", &[("RoleName", "none")]).or_else(not("NoSuchEntity"));
    let key = || aws.kms("CreateKey", json!({}));
    let group = || aws.logs("DescribeLogGroups", json!({}));
    let tags = || aws.tagging("GetResources", json!({}));
    let caller = || aws.query("sts", "GetCallerIdentity", &[]);
    let seen = [
        until_refused(eks),
        until_refused(role),
        until_refused(key),
        until_refused(group),
        until_refused(tags),
        until_refused(caller),
    ];
    let seen: Vec<_> = seen.iter().map(|(count, refused)| (*count, refused.status, refused.code.as_str())).collect();
    let expected = [
        (20, 429, "ThrottlingException"),
        (15, 400, "Throttling"),
        (5, 400, "ThrottlingException"),
        (10, 400, "ThrottlingException"),
        (15, 400, "ThrottledException"),
        (600, 400, "Throttling"),
    ];
    assert_eq!(seen, expected);
}

/// A refusal of another kind took its token as well.
fn not(code: &'static str) -> impl Fn(Refused) -> Result<String, Refused> {
    move |refused| if refused.code == code { Ok(refused.message) } else { Err(refused) }
}

#[tokio::test(start_paused = true)]
async fn buckets_are_for_one_account_region_and_action() {
    let aws = throttled();
    let elsewhere = Aws { region: "eu-central-1".into(), ..aws.clone() };
    let somebody = Aws { account: "444455556666".into(), ..aws.clone() };
    assert_eq!(until_refused(|| aws.ec2("DescribeVpcs", &[("MaxResults", "5")])).0, 100);
    for other in [&elsewhere, &somebody] {
        granted("DescribeVpcs", other.ec2("DescribeVpcs", &[("MaxResults", "5")]));
    }
    granted("DescribeSubnets", aws.ec2("DescribeSubnets", &[("MaxResults", "5")]));
    assert_eq!(until_refused(|| aws.ec2("DescribeVpcs", &[])).0, 50, "reads of everything have a smaller one");
    // IAM is the same everywhere.
    assert_eq!(until_refused(|| aws.iam("ListRoles", &[])).0, 40);
    assert_eq!(elsewhere.iam("ListRoles", &[]).expect_err("a refusal").code, "Throttling");
    granted("ListRoles", somebody.iam("ListRoles", &[]));
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_has_no_effect() {
    let aws = throttled();
    for _ in 0..5 {
        granted("CreateKey", aws.kms("CreateKey", json!({})));
    }
    aws.kms("CreateKey", json!({})).expect_err("a refusal");
    let keys = granted("ListKeys", aws.kms("ListKeys", json!({})));
    assert_eq!(keys["Keys"].as_array().expect("keys").len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_storm_has_smaller_buckets() {
    let aws = Aws::new();
    aws.weather(json!({ "throttling": { "times_smaller": 10 } }));
    assert_eq!(until_refused(|| aws.eks(Method::GET, "/clusters", Value::Null)).0, 2);
    aws.weather(json!({ "throttling": { "times_smaller": 1000 } }));
    assert_eq!(until_refused(|| aws.eks(Method::GET, "/clusters", Value::Null)).0, 1, "each holds one call at least");
}

#[tokio::test(start_paused = true)]
async fn a_fork_has_buckets_as_full() {
    let aws = throttled();
    let list = |aws: &Aws| aws.eks(Method::GET, "/clusters", Value::Null);
    (0..15).for_each(|_| drop(granted("ListClusters", list(&aws))));
    let fork = Aws { emulator: aws.emulator.fork(), ..aws.clone() };
    assert_eq!((until_refused(|| list(&fork)).0, until_refused(|| list(&aws)).0), (5, 5));
}
