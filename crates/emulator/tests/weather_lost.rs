//! Calls that fail on AWS's side, or get lost on their way.

mod aws;

use aws::{Aws, NO_ANSWER, granted};
use http::Method;
use serde_json::{Value, json};

fn in_weather(file: Value) -> Aws {
    let aws = Aws::new();
    aws.weather(file);
    aws
}

fn key_count(aws: &Aws) -> usize {
    aws.weather(json!({}));
    granted("ListKeys", aws.kms("ListKeys", json!({})))["Keys"].as_array().expect("keys").len()
}

#[test]
fn server_errors_are_those_of_the_service_and_have_no_effect() {
    let aws = in_weather(json!({ "server_errors": 1 }));
    let ec2 = (0..20).map(|_| aws.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).expect_err("an error"));
    let mut codes: Vec<(u16, String)> = ec2.map(|refused| (refused.status, refused.code)).collect();
    codes.sort();
    codes.dedup();
    assert_eq!(codes, [(500, "InternalError".to_owned()), (503, "Unavailable".to_owned())]);
    let others = [
        aws.eks(Method::GET, "/clusters", Value::Null).expect_err("an error"),
        aws.iam("ListRoles", &[]).expect_err("an error"),
        aws.kms("CreateKey", json!({})).expect_err("an error"),
        aws.logs("DescribeLogGroups", json!({})).expect_err("an error"),
        aws.tagging("GetResources", json!({})).expect_err("an error"),
        aws.query("sts", "GetCallerIdentity", &[]).expect_err("an error"),
    ];
    assert!(others.iter().all(|refused| refused.status >= 500), "{others:?}");
    assert_eq!(key_count(&aws), 0);
    assert!(!granted("DescribeVpcs", aws.ec2("DescribeVpcs", &[])).contains("vpc-"));
}

#[test]
fn a_lost_response_had_its_effect_and_a_lost_request_had_none() {
    let aws = in_weather(json!({ "lost_responses": 1 }));
    assert_eq!(aws.kms("CreateKey", json!({})).expect_err("no answer").code, NO_ANSWER);
    let entry = aws.emulator.log().pop().expect("an entry");
    assert!(entry.lost && entry.error.is_none() && entry.output["KeyMetadata"]["KeyId"].is_string());
    assert_eq!(key_count(&aws), 1);

    let aws = in_weather(json!({ "lost_requests": 1 }));
    assert_eq!(aws.kms("CreateKey", json!({})).expect_err("no answer").code, NO_ANSWER);
    assert!(aws.emulator.log().is_empty(), "it never arrived");
    assert_eq!(key_count(&aws), 0);
}

/// What becomes of calls: granted, refused, lost.
fn run(aws: &Aws, calls: usize) -> Vec<String> {
    let become_of = |_| match aws.kms("CreateKey", json!({})) {
        Ok(_) => "made".to_owned(),
        Err(refused) => refused.code,
    };
    (0..calls).map(become_of).collect()
}

#[test]
fn the_same_seed_has_the_same_faults() {
    let storm = |seed: u64| {
        in_weather(json!({ "seed": seed, "server_errors": 0.2, "lost_requests": 0.2, "lost_responses": 0.2 }))
    };
    let (one, again, other) = (run(&storm(1), 60), run(&storm(1), 60), run(&storm(2), 60));
    assert_eq!(one, again);
    assert_ne!(one, other);
    let count = |code: &str| one.iter().filter(|found| *found == code).count();
    let (made, lost, failed) = (count("made"), count(NO_ANSWER), 60 - count("made") - count(NO_ANSWER));
    assert!(
        (20..45).contains(&made) && (10..35).contains(&lost) && (4..20).contains(&failed),
        "{made} {lost} {failed}"
    );
}

#[test]
fn a_fork_goes_on_like_its_origin() {
    let aws = in_weather(json!({ "server_errors": 0.3, "lost_responses": 0.3 }));
    run(&aws, 17);
    let fork = Aws { emulator: aws.emulator.fork(), ..aws.clone() };
    aws.emulator.clear_log();
    assert_eq!(run(&fork, 30), run(&aws, 30));
}
