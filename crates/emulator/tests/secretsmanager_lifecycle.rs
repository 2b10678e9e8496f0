//! The life of secrets: everything is read back as it was written, values are told once and kept nowhere.

mod aws;

use std::fs;
use std::path::Path;
use std::time::Duration;

use aws::{ACCOUNT, Aws, REGION};
use eksctl_rs_emulator::{Emulator, Options, Store};
use serde_json::{Value, json};

const CANARY: &str = "c4n4ry-9d1f";
const TOKENS: [&str; 3] = [
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
    "33333333-3333-4333-8333-333333333333",
];

fn secrets(aws: &Aws, operation: &str, input: Value) -> Value {
    aws::granted(operation, aws.secrets(operation, input))
}

fn code(answer: Result<Value, aws::Refused>) -> String {
    answer.expect_err("refused").code
}

/// A secret called `name` with a value, if any; its ARN.
fn create(aws: &Aws, name: &str, value: Option<&str>) -> String {
    let mut input = json!({ "Name": name, "ClientRequestToken": TOKENS[0] });
    if let Some(value) = value {
        input["SecretString"] = value.into();
    }
    secrets(aws, "CreateSecret", input)["ARN"].as_str().expect("an ARN").to_owned()
}

fn describe(aws: &Aws, id: &str) -> Value {
    secrets(aws, "DescribeSecret", json!({ "SecretId": id }))
}

fn get(aws: &Aws, more: Value) -> Result<Value, aws::Refused> {
    let mut input = json!({ "SecretId": "s" });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    aws.secrets("GetSecretValue", input)
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

fn days(count: u64) -> u64 {
    count * 86_400
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_read_back_as_it_was_written() {
    let aws = Aws::new();
    let made = secrets(
        &aws,
        "CreateSecret",
        json!({
            "Name": "ecr-pullthroughcache/docker-hub",
            "ClientRequestToken": TOKENS[0],
            "Description": "Credentials",
            "SecretString": CANARY,
            "Tags": [{ "Key": "stack", "Value": "dev" }],
        }),
    );
    let arn = made["ARN"].as_str().expect("an ARN");
    let prefix = format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ecr-pullthroughcache/docker-hub-");
    let end = arn.strip_prefix(&prefix).expect(arn);
    assert!(end.len() == 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{arn}");
    assert_eq!(made["VersionId"], TOKENS[0]);
    let read = describe(&aws, arn);
    assert_eq!(
        read,
        json!({
            "ARN": arn,
            "Name": "ecr-pullthroughcache/docker-hub",
            "Description": "Credentials",
            "CreatedDate": 1_767_225_600.0,
            "LastChangedDate": 1_767_225_600.0,
            "Tags": [{ "Key": "stack", "Value": "dev" }],
            "VersionIdsToStages": { TOKENS[0]: ["AWSCURRENT"] },
        })
    );
    assert_eq!(describe(&aws, "ecr-pullthroughcache/docker-hub"), read, "by name");
    assert_eq!(describe(&aws, &arn[..arn.len() - 7]), read, "by an ARN without its random end");
    let value = secrets(&aws, "GetSecretValue", json!({ "SecretId": arn }));
    assert_eq!((&value["SecretString"], &value["VersionId"]), (&json!(CANARY), &json!(TOKENS[0])));
}

#[test]
fn the_same_call_again_is_no_other_secret() {
    let aws = Aws::new();
    let first = create(&aws, "s", Some("1"));
    assert_eq!(create(&aws, "s", Some("1")), first);
    let other = json!({ "Name": "s", "ClientRequestToken": TOKENS[0], "SecretString": "2" });
    assert_eq!(code(aws.secrets("CreateSecret", other)), "ResourceExistsException");
    let put = |value: &str| {
        aws.secrets(
            "PutSecretValue",
            json!({ "SecretId": "s", "ClientRequestToken": TOKENS[1], "SecretString": value }),
        )
    };
    let made = put("2").expect("granted");
    assert_eq!(put("2").expect("granted"), made);
    assert_eq!(code(put("3")), "ResourceExistsException", "a version does not change");
}

#[tokio::test(start_paused = true)]
async fn values_change_by_versions() {
    let aws = Aws::new();
    create(&aws, "s", None);
    assert_eq!(describe(&aws, "s")["VersionIdsToStages"], Value::Null);
    assert_eq!(code(get(&aws, json!({}))), "ResourceNotFoundException");
    pass(60).await;
    for (token, value) in TOKENS.iter().zip(["1", "2", "3"]) {
        let input = json!({ "SecretId": "s", "ClientRequestToken": token, "SecretString": value });
        let operation = if value == "3" { "UpdateSecret" } else { "PutSecretValue" };
        secrets(&aws, operation, input);
    }
    let read = describe(&aws, "s");
    assert_eq!(read["VersionIdsToStages"], json!({ TOKENS[1]: ["AWSPREVIOUS"], TOKENS[2]: ["AWSCURRENT"] }));
    assert_eq!(read["LastChangedDate"], 1_767_225_660.0);
    let value = |more: Value| get(&aws, more).expect("a value")["SecretString"].clone();
    assert_eq!(value(json!({})), "3");
    assert_eq!(value(json!({ "VersionStage": "AWSPREVIOUS" })), "2");
    assert_eq!(value(json!({ "VersionId": TOKENS[0] })), "1");
    let other = json!({ "VersionId": TOKENS[0], "VersionStage": "AWSCURRENT" });
    assert_eq!(code(get(&aws, other)), "InvalidRequestException");
    let ids = |more: bool| {
        let answer = secrets(&aws, "ListSecretVersionIds", json!({ "SecretId": "s", "IncludeDeprecated": more }));
        answer["Versions"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((ids(false), ids(true)), (2, 3));
    let pending = json!({ "SecretId": "s", "ClientRequestToken": "4".repeat(32), "SecretBinary": "aGk=", "VersionStages": ["AWSPENDING"] });
    secrets(&aws, "PutSecretValue", pending);
    assert_eq!(value(json!({})), "3", "the pending one is not current");
    assert_eq!(get(&aws, json!({ "VersionStage": "AWSPENDING" })).expect("a value")["SecretBinary"], "aGk=");
}

#[test]
fn the_rest_changes_in_place() {
    let aws = Aws::new();
    create(&aws, "s", Some("1"));
    let key = aws.kms("CreateKey", json!({})).expect("a key")["KeyMetadata"]["Arn"].clone();
    secrets(&aws, "UpdateSecret", json!({ "SecretId": "s", "Description": "d", "KmsKeyId": key }));
    let read = describe(&aws, "s");
    assert_eq!((&read["Description"], &read["KmsKeyId"]), (&json!("d"), &key));
    secrets(&aws, "UpdateSecret", json!({ "SecretId": "s", "KmsKeyId": "" }));
    let read = describe(&aws, "s");
    assert_eq!((&read["Description"], &read["KmsKeyId"]), (&json!("d"), &Value::Null));
    secrets(
        &aws,
        "TagResource",
        json!({ "SecretId": "s", "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "A", "Value": "2" }] }),
    );
    secrets(&aws, "UntagResource", json!({ "SecretId": "s", "TagKeys": ["A", "none"] }));
    assert_eq!(describe(&aws, "s")["Tags"], json!([{ "Key": "a", "Value": "1" }]));
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Resource": "*",
        "Principal": { "AWS": "arn:aws:iam::444455556666:root" }, "Action": "secretsmanager:GetSecretValue" }] });
    secrets(
        &aws,
        "PutResourcePolicy",
        json!({ "SecretId": "s", "ResourcePolicy": policy.to_string(), "BlockPublicPolicy": true }),
    );
    let read = secrets(&aws, "GetResourcePolicy", json!({ "SecretId": "s" }))["ResourcePolicy"].clone();
    assert_eq!(read, policy.to_string());
    for _ in 0..2 {
        secrets(&aws, "DeleteResourcePolicy", json!({ "SecretId": "s" }));
    }
    assert_eq!(secrets(&aws, "GetResourcePolicy", json!({ "SecretId": "s" }))["ResourcePolicy"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_secret_goes_after_its_recovery_window() {
    let aws = Aws::new();
    create(&aws, "s", Some("1"));
    let gone = secrets(&aws, "DeleteSecret", json!({ "SecretId": "s", "RecoveryWindowInDays": 7 }));
    assert_eq!(gone["DeletionDate"], 1_767_225_600.0 + 7.0 * 86_400.0);
    assert_eq!(describe(&aws, "s")["DeletedDate"], gone["DeletionDate"], "it is still there");
    assert_eq!(code(get(&aws, json!({}))), "InvalidRequestException");
    let listed = |more: bool| {
        let answer = secrets(&aws, "ListSecrets", json!({ "IncludePlannedDeletion": more }));
        answer["SecretList"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((listed(false), listed(true)), (0, 1));
    pass(days(6)).await;
    secrets(&aws, "RestoreSecret", json!({ "SecretId": "s" }));
    assert_eq!(get(&aws, json!({})).expect("a value")["SecretString"], "1");
    pass(days(30)).await;
    secrets(&aws, "DeleteSecret", json!({ "SecretId": "s" }));
    pass(days(30)).await;
    assert_eq!(code(aws.secrets("DescribeSecret", json!({ "SecretId": "s" }))), "ResourceNotFoundException");
    create(&aws, "s", Some("1"));
}

#[tokio::test(start_paused = true)]
async fn without_recovery_its_name_is_free_after_a_while() {
    let aws = Aws::new();
    let arn = create(&aws, "s", Some("1"));
    secrets(&aws, "DeleteSecret", json!({ "SecretId": "s" }));
    let force = || secrets(&aws, "DeleteSecret", json!({ "SecretId": "s", "ForceDeleteWithoutRecovery": true }));
    force();
    assert_eq!(code(aws.secrets("DescribeSecret", json!({ "SecretId": "s" }))), "ResourceNotFoundException");
    assert_eq!(code(aws.secrets("RestoreSecret", json!({ "SecretId": "s" }))), "ResourceNotFoundException");
    force();
    let again = json!({ "Name": "s", "ClientRequestToken": TOKENS[1], "SecretString": "2" });
    assert_eq!(code(aws.secrets("CreateSecret", again.clone())), "InvalidRequestException", "the name is not free yet");
    pass(31).await;
    assert_ne!(secrets(&aws, "CreateSecret", again)["ARN"], arn, "it is another one");
}

#[tokio::test(start_paused = true)]
async fn lists_are_filtered_sorted_and_come_in_pages() {
    let aws = Aws::new();
    for (name, description, tag) in
        [("b/one", "Docker Hub", "dev"), ("a/two", "docker login", "prod"), ("c", "", "dev")]
    {
        let tags = json!([{ "Key": "stack", "Value": tag }]);
        secrets(&aws, "CreateSecret", json!({ "Name": name, "Description": description, "Tags": tags }));
        pass(1).await;
    }
    let names = |input: Value| {
        let list = secrets(&aws, "ListSecrets", input)["SecretList"].clone();
        let names =
            list.as_array().expect("a list").iter().map(|found| found["Name"].as_str().expect("a name").to_owned());
        names.collect::<Vec<_>>()
    };
    let by = |key: &str, values: &[&str]| names(json!({ "Filters": [{ "Key": key, "Values": values }] }));
    assert_eq!(names(json!({})), ["b/one", "a/two", "c"]);
    assert_eq!(names(json!({ "SortBy": "name", "SortOrder": "desc" })), ["c", "b/one", "a/two"]);
    assert_eq!(by("name", &["a/", "c"]), ["a/two", "c"]);
    assert_eq!(by("name", &["A/"]), [""; 0], "case-sensitive");
    assert_eq!(by("name", &["!a/"]), ["b/one", "c"]);
    assert_eq!(by("description", &["DOCKER"]), ["b/one", "a/two"]);
    assert_eq!(by("tag-value", &["prod"]), ["a/two"]);
    assert_eq!(by("all", &["hub"]), ["b/one"], "words");
    let both = json!([{ "Key": "tag-key", "Values": ["stack"] }, { "Key": "tag-value", "Values": ["dev"] }]);
    assert_eq!(names(json!({ "Filters": both })), ["b/one", "c"]);
    let first = secrets(&aws, "ListSecrets", json!({ "MaxResults": 2 }));
    let rest = names(json!({ "MaxResults": 2, "NextToken": first["NextToken"] }));
    assert_eq!((first["SecretList"].as_array().map(Vec::len), rest), (Some(2), vec!["c".to_owned()]));
}

#[test]
fn every_region_and_account_has_its_own_and_tags_are_found() {
    let aws = Aws::new();
    let elsewhere = Aws { region: "us-east-1".into(), ..aws.clone() };
    let other = Aws { account: "444455556666".into(), ..aws.clone() };
    let arn = create(&aws, "s", Some("1"));
    for other in [&elsewhere, &other] {
        assert_eq!(code(other.secrets("DescribeSecret", json!({ "SecretId": "s" }))), "ResourceNotFoundException");
        assert_eq!(code(other.secrets("DescribeSecret", json!({ "SecretId": arn }))), "ResourceNotFoundException");
    }
    let tag = json!({ "ResourceARNList": [arn], "Tags": { "stack": "dev" } });
    assert_eq!(aws.tagging("TagResources", tag.clone()).expect("granted"), json!({ "FailedResourcesMap": {} }));
    let found = || {
        let answer = aws.tagging("GetResources", json!({ "ResourceTypeFilters": ["secretsmanager:secret"] }));
        answer.expect("granted")["ResourceTagMappingList"][0]["ResourceARN"].clone()
    };
    assert_eq!(found(), arn);
    secrets(&aws, "DeleteSecret", json!({ "SecretId": "s" }));
    assert_eq!(found(), arn, "it is still there");
    assert!(aws.tagging("TagResources", tag).expect("granted")["FailedResourcesMap"][&arn].is_object());
}

/// Every file below a directory, as text.
fn everything(directory: &Path) -> String {
    let read = |path: &Path| match path.is_dir() {
        true => everything(path),
        false => String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned(),
    };
    fs::read_dir(directory).expect("a directory").map(|entry| read(&entry.expect("an entry").path())).collect()
}

#[test]
fn values_are_kept_nowhere() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let store = Store::open(directory.path(), "test").expect("a store");
        let options = Options { store: Some(store), ..Options::default() };
        Aws { emulator: Emulator::new(options).expect("an emulator"), ..Aws::new() }
    };
    let aws = open();
    let login = json!({ "username": "u", "accessToken": CANARY }).to_string();
    create(&aws, "s", Some(&login));
    secrets(&aws, "PutSecretValue", json!({ "SecretId": "s", "ClientRequestToken": TOKENS[1], "SecretString": login }));
    secrets(&aws, "UpdateSecret", json!({ "SecretId": "s", "ClientRequestToken": TOKENS[2], "SecretString": CANARY }));
    let long = format!("{CANARY}{}", "x".repeat(65_536));
    let refused =
        aws.secrets("CreateSecret", json!({ "Name": "t", "ClientRequestToken": TOKENS[0], "SecretString": long }));
    let refused = refused.expect_err("too long");
    get(&aws, json!({})).expect("a value");
    let seen = [
        everything(directory.path()),
        aws.emulator.dump().to_string(),
        serde_json::to_string(&aws.emulator.log()).expect("JSON"),
        format!("{:?}", aws.emulator),
        refused.message,
    ];
    for text in &seen {
        assert!(!text.contains(CANARY), "{text}");
    }
    assert!(seen[0].contains(TOKENS[2]), "the secret is there");
    let before = describe(&aws, "s");
    drop(aws);
    let aws = open();
    assert_eq!(describe(&aws, "s"), before);
    let refused = get(&aws, json!({})).expect_err("refused");
    assert_eq!(refused.code, "DecryptionFailure");
    assert!(refused.message.contains("in memory only"), "{}", refused.message);
    let again = json!({ "SecretId": "s", "ClientRequestToken": TOKENS[1], "SecretString": login });
    secrets(&aws, "PutSecretValue", again);
    let other = json!({ "SecretId": "s", "ClientRequestToken": TOKENS[1], "SecretString": "other" });
    assert_eq!(code(aws.secrets("PutSecretValue", other)), "ResourceExistsException", "the digest is kept");
}
