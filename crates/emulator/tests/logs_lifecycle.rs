//! The life of log groups: everything is read back as it was written, changes in place, and goes.

mod aws;

use std::time::Duration;

use aws::{ACCOUNT, Aws, REGION};
use eksctl_rs_emulator::{Clock, Emulator, Options, Store};
use serde_json::{Value, json};

const NAME: &str = "/aws/eks/dev/cluster";
const BEGIN_MS: u64 = 1_767_225_600_000;
/// Enough virtual seconds for a name to be free.
const DELETED: u64 = 6;

fn logs(aws: &Aws, operation: &str, input: Value) -> Value {
    aws::granted(operation, aws.logs(operation, input))
}

fn create(aws: &Aws, name: &str, more: Value) {
    let mut input = more;
    input["logGroupName"] = name.into();
    assert_eq!(logs(aws, "CreateLogGroup", input), json!({}));
}

fn arn(name: &str) -> String {
    format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}")
}

fn found(aws: &Aws, question: Value) -> Vec<Value> {
    logs(aws, "DescribeLogGroups", question)["logGroups"].as_array().expect("a list").clone()
}

fn names(aws: &Aws, question: Value) -> Vec<String> {
    found(aws, question).iter().map(|group| group["logGroupName"].as_str().expect("a name").to_owned()).collect()
}

fn group(aws: &Aws, name: &str) -> Value {
    let found = found(aws, json!({ "logGroupIdentifiers": [name] }));
    assert_eq!(found.len(), 1);
    found[0].clone()
}

/// A key whose policy has a condition for CloudWatch Logs; its ARN.
fn key(aws: &Aws, condition: &Value) -> String {
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        {
            "Sid": "All of the account",
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Principal": { "Service": format!("logs.{REGION}.amazonaws.com") },
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            "Resource": "*",
            "Condition": condition,
        },
    ] });
    let made = aws::granted("CreateKey", aws.kms("CreateKey", json!({ "Policy": policy.to_string() })));
    made["KeyMetadata"]["Arn"].as_str().expect("an ARN").to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_log_group_is_read_back_as_it_was_written() {
    let aws = Aws::new();
    let key = key(&aws, &json!({}));
    tokio::time::advance(Duration::from_millis(1500)).await;
    let more = json!({
        "kmsKeyId": key,
        "logGroupClass": "INFREQUENT_ACCESS",
        "deletionProtectionEnabled": true,
        "tags": { "stack": "dev", "empty": "" },
    });
    create(&aws, NAME, more);
    let expected = json!({
        "logGroupName": NAME,
        "creationTime": BEGIN_MS + 1500,
        "metricFilterCount": 0,
        "arn": format!("{}:*", arn(NAME)),
        "storedBytes": 0,
        "kmsKeyId": key,
        "logGroupClass": "INFREQUENT_ACCESS",
        "logGroupArn": arn(NAME),
        "deletionProtectionEnabled": true,
    });
    assert_eq!(group(&aws, NAME), expected);
    let tags = logs(&aws, "ListTagsForResource", json!({ "resourceArn": arn(NAME) }));
    assert_eq!(tags, json!({ "tags": { "stack": "dev", "empty": "" } }));
}

#[test]
fn what_is_not_given_is_the_default_or_absent() {
    let aws = Aws::new();
    create(&aws, NAME, json!({}));
    let read = group(&aws, NAME);
    assert_eq!((&read["logGroupClass"], &read["deletionProtectionEnabled"]), (&json!("STANDARD"), &json!(false)));
    assert_eq!((&read["retentionInDays"], &read["kmsKeyId"]), (&Value::Null, &Value::Null));
    let tags = logs(&aws, "ListTagsForResource", json!({ "resourceArn": arn(NAME) }));
    assert_eq!(tags, json!({ "tags": {} }));
    create(&aws, "delivered", json!({ "logGroupClass": "DELIVERY" }));
    assert_eq!(group(&aws, "delivered")["retentionInDays"], 2);
}

#[test]
fn lists_are_filtered() {
    let aws = Aws::new();
    for (name, class) in [
        ("/aws/eks/dev/cluster", "STANDARD"),
        ("/aws/eks/test/cluster", "STANDARD"),
        ("/aws/lambda/dev", "INFREQUENT_ACCESS"),
        ("Dev", "ESSENTIALS"),
    ] {
        create(&aws, name, json!({ "logGroupClass": class }));
    }
    let all = ["/aws/eks/dev/cluster", "/aws/eks/test/cluster", "/aws/lambda/dev", "Dev"];
    assert_eq!(names(&aws, json!({})), all);
    assert_eq!(names(&aws, json!({ "logGroupNamePrefix": "/aws/eks/" })), all[..2]);
    assert_eq!(names(&aws, json!({ "logGroupNamePrefix": "eks" })), [""; 0]);
    assert_eq!(names(&aws, json!({ "logGroupNamePattern": "dev" })), ["/aws/eks/dev/cluster", "/aws/lambda/dev"]);
    assert_eq!(names(&aws, json!({ "logGroupClass": "STANDARD" })), all[..2]);
    assert_eq!(names(&aws, json!({ "logGroupClass": "ESSENTIALS" })), all[2..]);
    assert_eq!(names(&aws, json!({ "logGroupIdentifiers": ["Dev", "none"] })), ["Dev"]);
    let brief = found(&aws, json!({ "logGroupNamePattern": "Dev" }));
    assert_eq!(brief, [json!({ "logGroupName": "Dev", "creationTime": BEGIN_MS, "arn": format!("{}:*", arn("Dev")) })]);
    let elsewhere = Aws { region: "us-east-1".into(), ..aws };
    assert_eq!(names(&elsewhere, json!({})), [""; 0]);
}

#[test]
fn lists_come_in_pages() {
    let aws = Aws::new();
    for number in 100..160 {
        create(&aws, &format!("group{number}"), json!({}));
    }
    let first = logs(&aws, "DescribeLogGroups", json!({}));
    assert_eq!(first["logGroups"].as_array().map(Vec::len), Some(50));
    let rest = logs(&aws, "DescribeLogGroups", json!({ "nextToken": first["nextToken"] }));
    assert_eq!((rest["logGroups"].as_array().map(Vec::len), &rest["nextToken"]), (Some(10), &Value::Null));
    assert_eq!(names(&aws, json!({ "limit": 2, "logGroupNamePrefix": "group15" })), ["group150", "group151"]);
}

#[test]
fn retention_and_protection_change_in_place() {
    let aws = Aws::new();
    create(&aws, NAME, json!({}));
    for days in [1, 30, 3653] {
        logs(&aws, "PutRetentionPolicy", json!({ "logGroupName": NAME, "retentionInDays": days }));
        assert_eq!(group(&aws, NAME)["retentionInDays"], days);
    }
    for _ in 0..2 {
        logs(&aws, "DeleteRetentionPolicy", json!({ "logGroupName": NAME }));
        assert_eq!(group(&aws, NAME)["retentionInDays"], Value::Null);
    }
    for (identifier, enabled) in [(NAME.to_owned(), true), (arn(NAME), false)] {
        let input = json!({ "logGroupIdentifier": identifier, "deletionProtectionEnabled": enabled });
        logs(&aws, "PutLogGroupDeletionProtection", input);
        assert_eq!(group(&aws, NAME)["deletionProtectionEnabled"], enabled);
    }
}

#[test]
fn tags_change_one_by_one() {
    let aws = Aws::new();
    create(&aws, NAME, json!({ "tags": { "a": "1", "b": "2" } }));
    let tags = || logs(&aws, "ListTagsForResource", json!({ "resourceArn": arn(NAME) }))["tags"].clone();
    logs(&aws, "TagResource", json!({ "resourceArn": arn(NAME), "tags": { "b": "3", "B": "4" } }));
    assert_eq!(tags(), json!({ "a": "1", "b": "3", "B": "4" }));
    logs(&aws, "UntagResource", json!({ "resourceArn": arn(NAME), "tagKeys": ["b", "absent"] }));
    assert_eq!(tags(), json!({ "a": "1", "B": "4" }));
}

#[test]
fn keys_come_and_go() {
    let aws = Aws::new();
    create(&aws, NAME, json!({}));
    let context = "kms:EncryptionContext:aws:logs:arn";
    for condition in [
        json!({}),
        json!({ "ArnEquals": { context: arn(NAME) } }),
        json!({ "ArnLike": { context: [format!("arn:aws:logs:{REGION}:{ACCOUNT}:*")] } }),
        json!({ "StringEquals": { context: arn(NAME), "aws:SourceAccount": ACCOUNT } }),
    ] {
        let key = key(&aws, &condition);
        logs(&aws, "AssociateKmsKey", json!({ "logGroupName": NAME, "kmsKeyId": key }));
        assert_eq!(group(&aws, NAME)["kmsKeyId"], key);
        // What becomes of the key later is not told.
        aws::granted("DisableKey", aws.kms("DisableKey", json!({ "KeyId": key })));
        assert_eq!(group(&aws, NAME)["kmsKeyId"], key);
    }
    for _ in 0..2 {
        logs(&aws, "DisassociateKmsKey", json!({ "logGroupName": NAME }));
        assert_eq!(group(&aws, NAME)["kmsKeyId"], Value::Null);
    }
    let other = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    logs(&aws, "AssociateKmsKey", json!({ "resourceIdentifier": arn(NAME), "kmsKeyId": other }));
    assert_eq!(group(&aws, NAME)["kmsKeyId"], other);
    logs(&aws, "DisassociateKmsKey", json!({ "resourceIdentifier": arn(NAME) }));
    assert_eq!(group(&aws, NAME)["kmsKeyId"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_name_is_free_shortly_after() {
    let aws = Aws::new();
    create(&aws, NAME, json!({ "tags": { "a": "b" } }));
    logs(&aws, "PutRetentionPolicy", json!({ "logGroupName": NAME, "retentionInDays": 7 }));
    logs(&aws, "DeleteLogGroup", json!({ "logGroupName": NAME }));
    assert_eq!(names(&aws, json!({})), [""; 0]);
    let refused = aws.logs("CreateLogGroup", json!({ "logGroupName": NAME })).expect_err("refused");
    assert_eq!(refused.code, "OperationAbortedException");
    create(&aws, "another", json!({}));
    tokio::time::advance(Duration::from_secs(DELETED)).await;
    create(&aws, NAME, json!({}));
    assert_eq!(group(&aws, NAME)["retentionInDays"], Value::Null);
    assert_eq!(logs(&aws, "ListTagsForResource", json!({ "resourceArn": arn(NAME) }))["tags"], json!({}));
}

#[test]
fn with_an_instant_clock_a_name_is_free_at_once() {
    let emulator = Emulator::new(Options { clock: Clock::Instant, ..Options::default() }).expect("an emulator");
    let aws = Aws { emulator, ..Aws::new() };
    create(&aws, NAME, json!({}));
    logs(&aws, "DeleteLogGroup", json!({ "logGroupName": NAME }));
    create(&aws, NAME, json!({}));
}

#[test]
fn log_groups_survive_the_process() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let store = Some(Store::open(directory.path(), "test").expect("a store"));
        let emulator = Emulator::new(Options { store, ..Options::default() }).expect("an emulator");
        Aws { emulator, ..Aws::new() }
    };
    let aws = open();
    create(&aws, NAME, json!({ "tags": { "a": "b" } }));
    let before = group(&aws, NAME);
    drop(aws);
    assert_eq!(group(&open(), NAME), before);
}
