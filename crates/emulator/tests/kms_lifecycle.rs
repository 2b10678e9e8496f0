//! The life of keys: everything is read back as it was written, changes in place, and goes.

mod aws;

use std::time::Duration;

use aws::{ACCOUNT, Aws, REGION};
use eksctl_rs_emulator::{Clock, Emulator, Options, Store};
use serde_json::{Value, json};

const BEGIN: f64 = 1_767_225_600.0;
const DAY: u64 = 86_400;
/// Enough virtual seconds for KMS to hear of a role.
const ROLE_KNOWN: u64 = 31;

fn kms(aws: &Aws, operation: &str, input: Value) -> Value {
    aws::granted(operation, aws.kms(operation, input))
}

/// The code and the words of a refusal.
fn refused(aws: &Aws, operation: &str, input: Value) -> String {
    let refused = aws.kms(operation, input).expect_err("refused");
    format!("{} {}", refused.code, refused.message)
}

/// A key; its id.
fn create(aws: &Aws, input: Value) -> String {
    text(&kms(aws, "CreateKey", input)["KeyMetadata"]["KeyId"])
}

fn describe(aws: &Aws, name: &str) -> Value {
    kms(aws, "DescribeKey", json!({ "KeyId": name }))["KeyMetadata"].clone()
}

fn policy(aws: &Aws, id: &str) -> Value {
    let answer = kms(aws, "GetKeyPolicy", json!({ "KeyId": id }));
    assert_eq!(answer["PolicyName"], "default");
    serde_json::from_str(answer["Policy"].as_str().expect("text")).expect("JSON")
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The aliases that are not those of AWS.
fn own_aliases(aws: &Aws) -> Value {
    let answer = kms(aws, "ListAliases", json!({}));
    let all = answer["Aliases"].as_array().expect("a list").iter();
    all.filter(|alias| !text(&alias["AliasName"]).starts_with("alias/aws/")).cloned().collect()
}

fn key_arn(id: &str) -> String {
    format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{id}")
}

/// The texts called `field` in a list.
fn texts(list: &Value, field: &str) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|item| text(&item[field])).collect()
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_is_read_back_as_it_was_written() {
    let aws = Aws::new();
    let tags = json!([{ "TagKey": "Name", "TagValue": "dev" }, { "TagKey": "empty", "TagValue": "" }]);
    let made = kms(&aws, "CreateKey", json!({ "Description": "Secrets of dev", "Tags": tags }))["KeyMetadata"].clone();
    let id = text(&made["KeyId"]);
    let read = describe(&aws, &id);
    assert_eq!(read, made);
    let material = text(&read["CurrentKeyMaterialId"]);
    assert_eq!(material.len(), 64);
    let expected = json!({
        "AWSAccountId": ACCOUNT,
        "KeyId": id,
        "Arn": key_arn(&id),
        "CreationDate": BEGIN,
        "Enabled": true,
        "Description": "Secrets of dev",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
        "CurrentKeyMaterialId": material,
    });
    assert_eq!(read, expected);
    assert_eq!(describe(&aws, &key_arn(&id)), made);
    let listed = kms(&aws, "ListResourceTags", json!({ "KeyId": id }));
    assert_eq!(listed, json!({ "Tags": tags, "Truncated": false }));
}

#[test]
fn other_kinds_of_keys() {
    let aws = Aws::new();
    for (spec, usage, list, algorithm) in [
        ("RSA_4096", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", "RSAES_OAEP_SHA_1"),
        ("RSA_2048", "SIGN_VERIFY", "SigningAlgorithms", "RSASSA_PKCS1_V1_5_SHA_256"),
        ("ECC_NIST_P384", "SIGN_VERIFY", "SigningAlgorithms", "ECDSA_SHA_384"),
        ("ECC_NIST_P256", "KEY_AGREEMENT", "KeyAgreementAlgorithms", "ECDH"),
        ("HMAC_384", "GENERATE_VERIFY_MAC", "MacAlgorithms", "HMAC_SHA_384"),
        ("ML_DSA_65", "SIGN_VERIFY", "SigningAlgorithms", "ML_DSA_SHAKE_256"),
    ] {
        let key = describe(&aws, &create(&aws, json!({ "KeySpec": spec, "KeyUsage": usage })));
        assert_eq!((&key["KeySpec"], &key["KeyUsage"]), (&json!(spec), &json!(usage)));
        assert_eq!(key[list][0], algorithm);
        assert_eq!(key["CurrentKeyMaterialId"], Value::Null);
    }
    let key = describe(&aws, &create(&aws, json!({ "MultiRegion": true })));
    assert!(text(&key["KeyId"]).starts_with("mrk-"));
    assert_eq!(key["MultiRegionConfiguration"]["PrimaryKey"], json!({ "Arn": key["Arn"], "Region": REGION }));
}

#[test]
fn keys_that_aws_manages_have_aliases_only() {
    let aws = Aws::new();
    let key = describe(&aws, "alias/aws/ebs");
    assert_eq!((&key["KeyManager"], &key["KeyState"]), (&json!("AWS"), &json!("Enabled")));
    assert_eq!(describe(&aws, &format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/ebs")), key);
    assert_ne!(describe(&aws, "alias/aws/s3")["KeyId"], key["KeyId"]);
    assert_eq!(kms(&aws, "ListKeys", json!({}))["Keys"], json!([]));
    let aliases = kms(&aws, "ListAliases", json!({}))["Aliases"].clone();
    let alias =
        json!({ "AliasName": "alias/aws/ebs", "AliasArn": format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/ebs") });
    assert!(aliases.as_array().expect("a list").contains(&alias), "{aliases}");
}

#[test]
fn lists_come_in_pages() {
    let aws = Aws::new();
    let mut made: Vec<String> = (0..5).map(|_| create(&aws, json!({}))).collect();
    made.sort();
    let (mut marker, mut pages) = (Value::Null, Vec::new());
    loop {
        let page = kms(&aws, "ListKeys", json!({ "Limit": 2, "Marker": marker }));
        pages.push(texts(&page["Keys"], "KeyId"));
        marker = page["NextMarker"].clone();
        assert_eq!(page["Truncated"], !marker.is_null());
        if marker.is_null() {
            break;
        }
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(pages.concat(), made);
    let arns = texts(&kms(&aws, "ListKeys", json!({}))["Keys"], "KeyArn");
    assert_eq!(arns, made.iter().map(|id| key_arn(id)).collect::<Vec<_>>());
    let shared = kms(&aws, "ListKeys", json!({ "ResourceOwners": ["OTHER_ACCOUNTS_VIA_RAM"] }));
    assert_eq!(shared["Keys"], json!([]));
}

#[test]
fn a_region_and_an_account_have_their_own_keys() {
    let aws = Aws::new();
    let id = create(&aws, json!({}));
    let region = Aws { region: "us-east-1".into(), ..aws.clone() };
    let account = Aws { account: "444455556666".into(), ..aws };
    for other in [region, account] {
        assert!(refused(&other, "DescribeKey", json!({ "KeyId": id })).starts_with("NotFoundException"));
        assert_eq!(kms(&other, "ListKeys", json!({}))["Keys"], json!([]));
    }
}

#[test]
fn a_key_changes_in_place() {
    let aws = Aws::new();
    let id = create(&aws, json!({}));
    let state = |aws: &Aws| {
        let key = describe(aws, &id);
        (text(&key["KeyState"]), key["Enabled"] == true, text(&key["Description"]))
    };
    assert_eq!(state(&aws), ("Enabled".into(), true, String::new()));
    for _ in 0..2 {
        kms(&aws, "DisableKey", json!({ "KeyId": id }));
        assert_eq!(state(&aws), ("Disabled".into(), false, String::new()));
    }
    kms(&aws, "UpdateKeyDescription", json!({ "KeyId": key_arn(&id), "Description": "new" }));
    kms(&aws, "EnableKey", json!({ "KeyId": id }));
    assert_eq!(state(&aws), ("Enabled".into(), true, "new".into()));
    kms(&aws, "UpdateKeyDescription", json!({ "KeyId": id, "Description": "" }));
    assert_eq!(state(&aws), ("Enabled".into(), true, String::new()));
}

#[test]
fn tags_change_one_by_one() {
    let aws = Aws::new();
    let id = create(&aws, json!({ "Tags": [{ "TagKey": "a", "TagValue": "1" }, { "TagKey": "b", "TagValue": "2" }] }));
    let tags = |input: Value| kms(&aws, "ListResourceTags", input)["Tags"].clone();
    let tag = |key: &str, value: &str| json!({ "TagKey": key, "TagValue": value });
    kms(&aws, "TagResource", json!({ "KeyId": id, "Tags": [tag("b", "3"), tag("B", "4")] }));
    assert_eq!(tags(json!({ "KeyId": id })), json!([tag("B", "4"), tag("a", "1"), tag("b", "3")]));
    assert_eq!(tags(json!({ "KeyId": id, "Limit": 1 })), json!([tag("B", "4")]));
    kms(&aws, "UntagResource", json!({ "KeyId": id, "TagKeys": ["B", "absent"] }));
    assert_eq!(tags(json!({ "KeyId": id })), json!([tag("a", "1"), tag("b", "3")]));
}

#[tokio::test(start_paused = true)]
async fn rotation_has_a_period_and_a_next_date() {
    let aws = Aws::new();
    let id = create(&aws, json!({}));
    let status = |aws: &Aws| kms(aws, "GetKeyRotationStatus", json!({ "KeyId": id }));
    let off = json!({ "KeyId": id, "KeyRotationEnabled": false });
    let on = |days: u64, next: u64| {
        json!({
            "KeyId": id,
            "KeyRotationEnabled": true,
            "RotationPeriodInDays": days,
            "NextRotationDate": BEGIN + (next * DAY) as f64,
        })
    };
    assert_eq!(status(&aws), off);
    kms(&aws, "EnableKeyRotation", json!({ "KeyId": id }));
    assert_eq!(status(&aws), on(365, 365));
    pass(10 * DAY).await;
    kms(&aws, "EnableKeyRotation", json!({ "KeyId": id, "RotationPeriodInDays": 90 }));
    assert_eq!(status(&aws), on(90, 100));
    pass(95 * DAY).await;
    assert_eq!(status(&aws), on(90, 190), "the first one is past");
    kms(&aws, "ScheduleKeyDeletion", json!({ "KeyId": id }));
    assert_eq!(status(&aws), off);
    kms(&aws, "CancelKeyDeletion", json!({ "KeyId": id }));
    assert_eq!(status(&aws), on(90, 190));
    kms(&aws, "EnableKey", json!({ "KeyId": id }));
    kms(&aws, "DisableKeyRotation", json!({ "KeyId": id }));
    assert_eq!(status(&aws), off);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_gone_after_its_waiting_period() {
    let aws = Aws::new();
    let (id, other) = (create(&aws, json!({})), create(&aws, json!({})));
    for (name, key) in [("alias/dev", &id), ("alias/other", &other)] {
        kms(&aws, "CreateAlias", json!({ "AliasName": name, "TargetKeyId": key }));
    }
    let due = BEGIN + (7 * DAY) as f64;
    let answer = kms(&aws, "ScheduleKeyDeletion", json!({ "KeyId": id, "PendingWindowInDays": 7 }));
    let expected =
        json!({ "KeyId": key_arn(&id), "DeletionDate": due, "KeyState": "PendingDeletion", "PendingWindowInDays": 7 });
    assert_eq!(answer, expected);
    pass(7 * DAY - 1).await;
    let key = describe(&aws, "alias/dev");
    assert_eq!((&key["KeyState"], &key["Enabled"]), (&json!("PendingDeletion"), &json!(false)));
    assert_eq!(key["DeletionDate"], due);
    assert_eq!(texts(&kms(&aws, "ListKeys", json!({}))["Keys"], "KeyId").len(), 2);
    policy(&aws, &id);
    pass(1).await;
    let gone = refused(&aws, "DescribeKey", json!({ "KeyId": id }));
    assert_eq!(gone, format!("NotFoundException Key '{}' does not exist", key_arn(&id)));
    assert_eq!(texts(&kms(&aws, "ListKeys", json!({}))["Keys"], "KeyId"), [other]);
    assert_eq!(texts(&own_aliases(&aws), "AliasName"), ["alias/other"]);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_is_cancelled_leaves_a_disabled_key() {
    let aws = Aws::new();
    let id = create(&aws, json!({}));
    let answer = kms(&aws, "ScheduleKeyDeletion", json!({ "KeyId": id }));
    assert_eq!(answer["PendingWindowInDays"], 30);
    pass(29 * DAY).await;
    assert_eq!(kms(&aws, "CancelKeyDeletion", json!({ "KeyId": id })), json!({ "KeyId": key_arn(&id) }));
    pass(2 * DAY).await;
    let key = describe(&aws, &id);
    assert_eq!((&key["KeyState"], &key["DeletionDate"]), (&json!("Disabled"), &Value::Null));
    kms(&aws, "EnableKey", json!({ "KeyId": id }));
    assert_eq!(describe(&aws, &id)["KeyState"], "Enabled");
}

#[test]
fn with_an_instant_clock_the_waiting_period_is_as_long() {
    let emulator = Emulator::new(Options { clock: Clock::Instant, ..Options::default() }).expect("an emulator");
    let aws = Aws { emulator, ..Aws::new() };
    let id = create(&aws, json!({}));
    kms(&aws, "ScheduleKeyDeletion", json!({ "KeyId": id }));
    kms(&aws, "CancelKeyDeletion", json!({ "KeyId": id }));
    assert_eq!(describe(&aws, &id)["KeyState"], "Disabled");
}

#[tokio::test(start_paused = true)]
async fn an_alias_moves_and_goes() {
    let aws = Aws::new();
    let (first, second) = (create(&aws, json!({})), create(&aws, json!({})));
    kms(&aws, "CreateAlias", json!({ "AliasName": "alias/eks/dev", "TargetKeyId": first }));
    let arn = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/eks/dev");
    let of = |key: &str| kms(&aws, "ListAliases", json!({ "KeyId": key }))["Aliases"].clone();
    let alias = |key: &str, updated: f64| {
        json!({
            "AliasName": "alias/eks/dev",
            "AliasArn": arn,
            "TargetKeyId": key,
            "CreationDate": BEGIN,
            "LastUpdatedDate": updated,
        })
    };
    assert_eq!(own_aliases(&aws), json!([alias(&first, BEGIN)]));
    assert_eq!(describe(&aws, "alias/eks/dev")["KeyId"], first.as_str());
    pass(60).await;
    kms(&aws, "UpdateAlias", json!({ "AliasName": "alias/eks/dev", "TargetKeyId": key_arn(&second) }));
    assert_eq!(own_aliases(&aws), json!([alias(&second, BEGIN + 60.0)]));
    assert_eq!(describe(&aws, &arn)["KeyId"], second.as_str());
    assert_eq!(of(&first), json!([]));
    assert_eq!(of(&second), json!([alias(&second, BEGIN + 60.0)]));
    // It can leave a key that is to be deleted.
    kms(&aws, "ScheduleKeyDeletion", json!({ "KeyId": second }));
    kms(&aws, "UpdateAlias", json!({ "AliasName": "alias/eks/dev", "TargetKeyId": first }));
    kms(&aws, "ScheduleKeyDeletion", json!({ "KeyId": first }));
    kms(&aws, "DeleteAlias", json!({ "AliasName": "alias/eks/dev" }));
    assert_eq!(own_aliases(&aws), json!([]));
    // The name is free at once.
    let third = create(&aws, json!({}));
    kms(&aws, "CreateAlias", json!({ "AliasName": "alias/eks/dev", "TargetKeyId": third }));
    assert_eq!(describe(&aws, "alias/eks/dev")["KeyId"], third.as_str());
}

#[test]
fn without_a_policy_a_key_leaves_all_to_iam() {
    let aws = Aws::new();
    let id = create(&aws, json!({}));
    let root = format!("arn:aws:iam::{ACCOUNT}:root");
    let statement = json!({
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": { "AWS": root },
        "Action": "kms:*",
        "Resource": "*",
    });
    let expected = json!({ "Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement] });
    assert_eq!(policy(&aws, &id), expected);
    let listed = kms(&aws, "ListKeyPolicies", json!({ "KeyId": id }));
    assert_eq!(listed, json!({ "PolicyNames": ["default"], "Truncated": false }));
}

fn role(aws: &Aws, name: &str) {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},
        "Action":"sts:AssumeRole"}]}"#;
    let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", trust)];
    aws::granted(name, aws.iam("CreateRole", &parameters));
}

/// A policy for the account, and for others with some actions.
fn shared(principal: &Value) -> Value {
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "All of the account", "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*" },
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["kms:Encrypt", "kms:Decrypt"],
            "Resource": "*",
            "Condition": { "Bool": { "kms:GrantIsForAWSResource": true } },
        },
    ] })
}

#[tokio::test(start_paused = true)]
async fn policies_name_who_exists() {
    let aws = Aws::new();
    role(&aws, "cluster");
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/cluster");
    let wanted = shared(&json!({ "AWS": arn, "Service": "logs.eu-west-1.amazonaws.com" }));
    let input = json!({ "Policy": wanted.to_string() });
    assert!(refused(&aws, "CreateKey", input.clone()).starts_with("MalformedPolicyDocumentException Policy contains"));
    pass(ROLE_KNOWN).await;
    let id = create(&aws, input);
    assert_eq!(policy(&aws, &id), wanted);
    // A role of the same name is another one, and the policy keeps the id of the first.
    aws::granted("DeleteRole", aws.iam("DeleteRole", &[("RoleName", "cluster")]));
    role(&aws, "cluster");
    pass(ROLE_KNOWN).await;
    let kept = policy(&aws, &id);
    let name = text(&kept["Statement"][1]["Principal"]["AWS"]);
    assert!(name.starts_with("AROA"), "{name}");
    assert!(
        refused(&aws, "PutKeyPolicy", json!({ "KeyId": id, "Policy": kept.to_string() }))
            .starts_with("MalformedPolicyDocumentException Policy contains a statement with one or more invalid")
    );
    kms(&aws, "PutKeyPolicy", json!({ "KeyId": id, "Policy": wanted.to_string(), "PolicyName": "default" }));
    assert_eq!(policy(&aws, &id), wanted);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_locked_out_unless_he_insists() {
    let aws = Aws::new();
    let id = create(&aws, json!({}));
    let user = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:user/emulator") });
    let allow = |principal: &Value, action: &str| {
        json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*",
        } })
    };
    for good in [
        allow(&user, "kms:PutKeyPolicy"),
        allow(&json!({ "AWS": ACCOUNT }), "kms:Put*"),
        allow(&json!("*"), "*"),
        allow(&user, "KMS:putkeypolicy"),
    ] {
        kms(&aws, "PutKeyPolicy", json!({ "KeyId": id, "Policy": good.to_string() }));
        assert_eq!(policy(&aws, &id), good);
    }
    let bad = allow(&json!({ "Service": "eks.amazonaws.com" }), "kms:*");
    let input = json!({ "KeyId": id, "Policy": bad.to_string() });
    assert!(refused(&aws, "PutKeyPolicy", input.clone()).contains("will not allow you to update the key policy"));
    let mut input = input;
    input["BypassPolicyLockoutSafetyCheck"] = true.into();
    kms(&aws, "PutKeyPolicy", input);
    assert_eq!(policy(&aws, &id), bad);
    create(&aws, json!({ "Policy": bad.to_string(), "BypassPolicyLockoutSafetyCheck": true }));
}

#[tokio::test(start_paused = true)]
async fn a_session_is_let_in_as_its_role() {
    let aws = Aws::new();
    role(&aws, "admin");
    pass(ROLE_KNOWN).await;
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    let parameters = [("RoleArn", arn.as_str()), ("RoleSessionName", "me")];
    let answer = aws::granted("AssumeRole", aws.query("sts", "AssumeRole", &parameters));
    let session = Aws { account: aws::xml(&answer, "AccessKeyId").expect("a key"), ..aws.clone() };
    let wanted = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": arn }, "Action": "kms:*", "Resource": "*" },
    ] });
    let input = json!({ "Policy": wanted.to_string() });
    assert!(refused(&aws, "CreateKey", input.clone()).contains("will not allow you to update"));
    create(&session, input);
}

#[test]
fn keys_survive_the_process() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let store = Some(Store::open(directory.path(), "test").expect("a store"));
        let emulator = Emulator::new(Options { store, ..Options::default() }).expect("an emulator");
        Aws { emulator, ..Aws::new() }
    };
    let aws = open();
    let id = create(&aws, json!({ "Description": "kept" }));
    kms(&aws, "CreateAlias", json!({ "AliasName": "alias/dev", "TargetKeyId": id }));
    kms(&aws, "ScheduleKeyDeletion", json!({ "KeyId": id }));
    let before = describe(&aws, "alias/dev");
    drop(aws);
    assert_eq!(describe(&open(), "alias/dev"), before);
}
