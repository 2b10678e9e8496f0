//! What KMS refuses, with its own codes. A refused call changes nothing.

mod aws;

use std::time::Duration;

use aws::{ACCOUNT, Aws, REGION, Refused};
use serde_json::{Value, json};

const ABSENT: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    r#""Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
);

/// An account with keys, by the names of [`KEYS`], and the ids of these.
struct Account {
    aws: Aws,
    ids: Vec<(String, String)>,
}

/// `full` has as many tags, and `named` as many aliases, as a key can have.
const KEYS: &[&str] = &["disabled", "full", "hmac", "named", "pending", "plain", "rsa"];

fn kms(aws: &Aws, operation: &str, input: Value) -> Value {
    aws::granted(operation, aws.kms(operation, input))
}

/// The role `known` is known to KMS, the role `new` is not yet.
async fn account() -> Account {
    let aws = Aws::new();
    let role = |name: &str| {
        let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", TRUST)];
        aws::granted(name, aws.iam("CreateRole", &parameters));
    };
    role("known");
    tokio::time::advance(Duration::from_secs(31)).await;
    role("new");
    let mut ids = Vec::new();
    for name in KEYS {
        let input = match *name {
            "rsa" => json!({ "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY" }),
            "hmac" => json!({ "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC" }),
            _ => json!({}),
        };
        let made = kms(&aws, "CreateKey", input);
        ids.push(((*name).to_owned(), made["KeyMetadata"]["KeyId"].as_str().expect("an id").to_owned()));
    }
    let account = Account { aws, ids };
    account.fill();
    account
}

impl Account {
    fn id(&self, name: &str) -> &str {
        &self.ids.iter().find(|(found, _)| found == name).expect(name).1
    }

    fn fill(&self) {
        let kms = |operation: &str, input: Value| kms(&self.aws, operation, input);
        kms("CreateAlias", json!({ "AliasName": "alias/plain", "TargetKeyId": self.id("plain") }));
        kms("CreateAlias", json!({ "AliasName": "alias/rsa", "TargetKeyId": self.id("rsa") }));
        for number in 0..50 {
            let name = format!("alias/named{number}");
            kms("CreateAlias", json!({ "AliasName": name, "TargetKeyId": self.id("named") }));
            let tag = json!({ "TagKey": format!("key{number}"), "TagValue": "" });
            kms("TagResource", json!({ "KeyId": self.id("full"), "Tags": [tag] }));
        }
        kms("DisableKey", json!({ "KeyId": self.id("disabled") }));
        kms("ScheduleKeyDeletion", json!({ "KeyId": self.id("pending") }));
    }

    /// A table of cases, one in a line: `name | operation and input | refusal`.
    ///
    /// In a text `{plain}` is the id of the key `plain`. A refusal is a code and how the words begin; its status is 400.
    /// `words` stand for longer ones.
    fn check(&self, table: &str, words: &[(&str, &str)]) {
        let key = format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/");
        let alias = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/");
        let common = [("$ABSENT", ABSENT), ("$ALIAS/", alias.as_str()), ("$KEY/", &key), ("$ROLE", ROLE)];
        let spell = |text: &str| {
            let all = words.iter().chain(&common);
            let text = all.fold(text.trim().to_owned(), |text, (short, long)| text.replace(short, long));
            self.ids.iter().fold(text, |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
        };
        let before = self.aws.emulator.dump();
        let mut wrong = Vec::new();
        for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let [name, call, refusal] =
                line.split(" | ").map(spell).collect::<Vec<_>>().try_into().expect("three parts");
            let (operation, input) = call.split_once(' ').unwrap_or((&call, "{}"));
            let input: Value = serde_json::from_str(input).map_err(|error| format!("{name}: {error}")).expect("JSON");
            let aws = Aws { emulator: self.aws.emulator.fork(), ..self.aws.clone() };
            let answer = match aws.kms(operation, input) {
                Ok(_) => "granted".to_owned(),
                Err(Refused { status: 400, code, message }) => format!("{code} {message}"),
                Err(refused) => format!("{refused:?}"),
            };
            if !answer.starts_with(&refusal) {
                wrong.push(format!("{name}: {answer}"));
            }
            if aws.emulator.dump() != before {
                wrong.push(format!("{name}: something changed"));
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}

const ROLE: &str = "arn:aws:iam::111122223333:role/";

#[tokio::test(start_paused = true)]
async fn requests_that_are_not_what_the_model_says() {
    let table = r#"
        no key | DescribeKey {} | ValidationException 1 validation error detected: Value null at 'keyId'
        an empty key | DescribeKey {"KeyId":""} | ValidationException 1 validation error
        an unknown parameter | CreateKey {"Colour":"red"} | ValidationException 1 validation error
        an unknown spec | CreateKey {"KeySpec":"AES_256"} | ValidationException 1 validation error
        a policy beyond Latin-1 | CreateKey {"Policy":"→"} | ValidationException 1 validation error
        a tag without value | CreateKey {"Tags":[{"TagKey":"a"}]} | ValidationException 1 validation error
        an alias with a space | CreateAlias {"AliasName":"alias/a b","TargetKeyId":"{plain}"} | ValidationException 1 validation
        a rotation in 89 days | EnableKeyRotation {"KeyId":"{plain}","RotationPeriodInDays":89} | ValidationException 1 validation
        a rotation in 2561 days | EnableKeyRotation {"KeyId":"{plain}","RotationPeriodInDays":2561} | ValidationException 1 valid
        an empty page | ListKeys {"Limit":0} | ValidationException 1 validation error
        a page of 1001 keys | ListKeys {"Limit":1001} | ValidationException 1 validation error
        a page of 101 aliases | ListAliases {"Limit":101} | ValidationException Limit must be between 1 and 100
        a page of 51 tags | ListResourceTags {"KeyId":"{full}","Limit":51} | ValidationException Limit must be between 1 and 50
        a marker of nobody | ListKeys {"Marker":"page2"} | InvalidMarkerException
        an unknown operation | Encrypt {} | UnknownOperationException
    "#;
    account().await.check(table, &[]);
}

#[tokio::test(start_paused = true)]
async fn callers_whom_nobody_knows() {
    let aws = Aws { account: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..account().await.aws };
    let refused = aws.kms("ListKeys", json!({})).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (400, "UnrecognizedClientException"));
}

#[tokio::test(start_paused = true)]
async fn names_that_no_key_has() {
    let table = r#"
        no id | DescribeKey {"KeyId":"plain"} | NotFoundException Invalid keyId 'plain'
        an id of nothing | DescribeKey {"KeyId":"$ABSENT"} | NotFoundException Key '$KEY/$ABSENT' does not exist
        an ARN of nothing | EnableKey {"KeyId":"$KEY/$ABSENT"} | NotFoundException Key '$KEY/$ABSENT' does not exist
        an alias of nothing | DescribeKey {"KeyId":"alias/none"} | NotFoundException Alias $ALIAS/none is not found.
        the ARN of one | DescribeKey {"KeyId":"$ALIAS/none"} | NotFoundException Alias $ALIAS/none is not found.
        an alias of no service | DescribeKey {"KeyId":"alias/aws/none"} | NotFoundException Alias $ALIAS/aws/none is not found.
        another Region | DescribeKey {"KeyId":"arn:aws:kms:us-east-1:111122223333:key/{plain}"} | NotFoundException Invalid arn us-east-1
        another account | DescribeKey {"KeyId":"arn:aws:kms:eu-west-1:444455556666:key/$ABSENT"} | AccessDeniedException User: arn:aws
        another service | DescribeKey {"KeyId":"arn:aws:iam::111122223333:role/known"} | InvalidArnException Invalid arn arn:aws:iam
        another partition | DescribeKey {"KeyId":"arn:aws-cn:kms:eu-west-1:111122223333:key/{plain}"} | InvalidArnException
        an alias where none can be | EnableKey {"KeyId":"alias/plain"} | NotFoundException Invalid keyId 'alias/plain'
        the ARN of one there | GetKeyPolicy {"KeyId":"$ALIAS/plain"} | InvalidArnException Invalid arn $ALIAS/plain
        disable | DisableKey {"KeyId":"$ABSENT"} | NotFoundException
        describe anew | UpdateKeyDescription {"KeyId":"$ABSENT","Description":""} | NotFoundException
        get the policy | GetKeyPolicy {"KeyId":"$ABSENT"} | NotFoundException
        list the policies | ListKeyPolicies {"KeyId":"$ABSENT"} | NotFoundException
        put a policy | PutKeyPolicy {"KeyId":"$ABSENT","Policy":"{}"} | NotFoundException
        rotate | EnableKeyRotation {"KeyId":"$ABSENT"} | NotFoundException
        do not rotate | DisableKeyRotation {"KeyId":"$ABSENT"} | NotFoundException
        tell of the rotation | GetKeyRotationStatus {"KeyId":"$ABSENT"} | NotFoundException
        tag | TagResource {"KeyId":"$ABSENT","Tags":[]} | NotFoundException
        untag | UntagResource {"KeyId":"$ABSENT","TagKeys":[]} | NotFoundException
        list the tags | ListResourceTags {"KeyId":"$ABSENT"} | NotFoundException
        list the aliases | ListAliases {"KeyId":"$ABSENT"} | NotFoundException
        delete | ScheduleKeyDeletion {"KeyId":"$ABSENT"} | NotFoundException
        do not delete | CancelKeyDeletion {"KeyId":"$ABSENT"} | NotFoundException
        another policy | GetKeyPolicy {"KeyId":"{plain}","PolicyName":"AWS_RAM"} | NotFoundException No such policy exists
    "#;
    account().await.check(table, &[]);
}

#[tokio::test(start_paused = true)]
async fn keys_that_cannot_be_created() {
    let table = r#"
        both names of a spec | CreateKey {"KeySpec":"HMAC_256","CustomerMasterKeySpec":"HMAC_256"} | ValidationException You cannot
        a spec without usage | CreateKey {"KeySpec":"RSA_2048"} | ValidationException You must specify a KeyUsage value
        another usage | CreateKey {"KeySpec":"HMAC_256","KeyUsage":"SIGN_VERIFY"} | ValidationException KeyUsage SIGN_VERIFY is not
        a symmetric key that signs | CreateKey {"KeyUsage":"SIGN_VERIFY"} | ValidationException KeyUsage SIGN_VERIFY is not
        a key that agrees and signs | CreateKey {"KeySpec":"ECC_SECG_P256K1","KeyUsage":"KEY_AGREEMENT"} | ValidationException KeyUsage
        a key of China | CreateKey {"KeySpec":"SM2","KeyUsage":"SIGN_VERIFY"} | UnsupportedOperationException SM2 keys
        imported material | CreateKey {"Origin":"EXTERNAL"} | UnsupportedOperationException The emulator does not support the origin
        a key store | CreateKey {"CustomKeyStoreId":"cks-1"} | UnsupportedOperationException The emulator does not support the parameter
        a tag of AWS | CreateKey {"Tags":[{"TagKey":"aws:a","TagValue":""}]} | TagException Tag keys starting with 'aws:' are reserved
        a tag twice | CreateKey {"Tags":[{"TagKey":"a","TagValue":""},{"TagKey":"a","TagValue":"b"}]} | TagException Duplicate tag keys
        a policy that is none | CreateKey {"Policy":"x"} | MalformedPolicyDocumentException Syntax errors in policy.
        a policy that locks out | CreateKey {"Policy":"$LOCKED"} | MalformedPolicyDocumentException The new key policy will not allow
    "#;
    let locked = policy(r#"{"Effect":"Allow","Principal":{"AWS":"$ROLEknown"},"Action":"kms:*","Resource":"*"}"#);
    account().await.check(table, &[("$LOCKED", &quoted(&locked))]);
}

/// A policy of one statement.
fn policy(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

/// A text as it stands in a JSON text.
fn quoted(text: &str) -> String {
    let text = json!(text).to_string();
    text.trim_matches('"').to_owned()
}

#[tokio::test(start_paused = true)]
async fn policies_that_kms_does_not_take() {
    const ROOT: &str = r#""Principal":{"AWS":"arn:aws:iam::111122223333:root"}"#;
    const ALL: &str = r#""Action":"kms:*","Resource":"*""#;
    let root = format!(r#"{{"Effect":"Allow",{ROOT},{ALL}}}"#);
    let whole = |statement: &str| policy(&statement.replace("$ROOT", ROOT).replace("$ALL", ALL));
    let with_root = |statement: &str| whole(&format!("{root},{statement}"));
    let locks_out = "The new key policy will not allow you to update the key policy in the future.";
    let nobody = "Policy contains a statement with one or more invalid principals.";
    let cases = [
        ("an empty object", "{}".to_owned(), "Syntax errors in policy."),
        ("no version", format!(r#"{{"Statement":[{root}]}}"#), "Missing required field Version"),
        ("another version", policy(&root).replace("2012", "2020"), "The policy must be of version"),
        (
            "a statement id twice",
            whole(&format!("{0},{0}", root.replacen('{', r#"{"Sid":"a b","#, 1))),
            "Statement IDs",
        ),
        ("no principal", whole(r#"{"Effect":"Allow",$ALL}"#), "Policy contains a statement with no principal."),
        ("nobody but", whole(r#"{"Effect":"Allow","NotPrincipal":{"AWS":"*"},$ALL}"#), "Allow with NotPrincipal"),
        ("no action", whole(r#"{"Effect":"Allow",$ROOT,"Resource":"*"}"#), "Policy statement must contain actions."),
        (
            "no resource",
            whole(r#"{"Effect":"Allow",$ROOT,"Action":"kms:*"}"#),
            "Policy statement must contain resources.",
        ),
        (
            "another service",
            with_root(r#"{"Effect":"Allow",$ROOT,"Action":"s3:*","Resource":"*"}"#),
            "Policy contains a",
        ),
        (
            "a bare action",
            with_root(r#"{"Effect":"Allow",$ROOT,"Action":"Encrypt","Resource":"*"}"#),
            "Policy contains a",
        ),
        ("a role of nobody", with_root(r#"{"Effect":"Allow","Principal":{"AWS":"$ROLEnone"},$ALL}"#), nobody),
        ("a new role", with_root(r#"{"Effect":"Allow","Principal":{"AWS":["$ROLEknown","$ROLEnew"]},$ALL}"#), nobody),
        ("the id of a role", with_root(r#"{"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLE"},$ALL}"#), nobody),
        ("no service", with_root(r#"{"Effect":"Allow","Principal":{"Service":"eggs.amazonaws.com"},$ALL}"#), nobody),
        (
            "an unknown condition",
            with_root(r#"{"Effect":"Allow",$ROOT,$ALL,"Condition":{"Is":{"a":"b"}}}"#),
            "Invalid Cond",
        ),
        ("a role alone", whole(r#"{"Effect":"Allow","Principal":{"AWS":"$ROLEknown"},$ALL}"#), locks_out),
        ("a service alone", whole(r#"{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},$ALL}"#), locks_out),
        ("to read", whole(r#"{"Effect":"Allow",$ROOT,"Action":["kms:Get*","kms:List*"],"Resource":"*"}"#), locks_out),
        ("all but that", whole(r#"{"Effect":"Allow",$ROOT,"NotAction":"kms:Put*","Resource":"*"}"#), locks_out),
        (
            "another key",
            whole(r#"{"Effect":"Allow",$ROOT,"Action":"*","Resource":"arn:aws:kms:*:*:alias/*"}"#),
            locks_out,
        ),
        ("all denied", with_root(r#"{"Effect":"Deny","Principal":"*",$ALL}"#), locks_out),
        ("all but a role", with_root(r#"{"Effect":"Deny","NotPrincipal":{"AWS":"$ROLEknown"},$ALL}"#), locks_out),
    ];
    let account = account().await;
    for (name, policy, words) in cases {
        let line = format!(
            r#"{name} | PutKeyPolicy {{"KeyId":"{{plain}}","Policy":"{}"}} | MalformedPolicyDocumentException {words}"#,
            quoted(&policy)
        );
        account.check(&line, &[]);
    }
    let long = policy(&root.replacen('{', &format!(r#"{{"Sid":"{}","#, "x".repeat(32_768)), 1));
    let table = r#"
        a long policy | PutKeyPolicy {"KeyId":"{plain}","Policy":"$LONG"} | LimitExceededException Key policies can have at most
        another policy | PutKeyPolicy {"KeyId":"{plain}","Policy":"$GOOD","PolicyName":"mine"} | ValidationException The only policy
        that of RAM | PutKeyPolicy {"KeyId":"{plain}","Policy":"$GOOD","PolicyName":"AWS_RAM"} | ValidationException The AWS_RAM policy
    "#;
    account.check(table, &[("$GOOD", &quoted(&policy(&root))), ("$LONG", &quoted(&long))]);
}

#[tokio::test(start_paused = true)]
async fn keys_in_the_wrong_state() {
    let table = r#"
        enable | EnableKey {"KeyId":"{pending}"} | $PENDING
        disable | DisableKey {"KeyId":"{pending}"} | $PENDING
        describe anew | UpdateKeyDescription {"KeyId":"{pending}","Description":"x"} | $PENDING
        put a policy | PutKeyPolicy {"KeyId":"{pending}","Policy":"{}"} | $PENDING
        rotate | EnableKeyRotation {"KeyId":"{pending}"} | $PENDING
        do not rotate | DisableKeyRotation {"KeyId":"{pending}"} | $PENDING
        tag | TagResource {"KeyId":"{pending}","Tags":[{"TagKey":"a","TagValue":"b"}]} | $PENDING
        untag | UntagResource {"KeyId":"{pending}","TagKeys":["a"]} | $PENDING
        a new alias | CreateAlias {"AliasName":"alias/new","TargetKeyId":"{pending}"} | $PENDING
        an alias moves there | UpdateAlias {"AliasName":"alias/plain","TargetKeyId":"{pending}"} | $PENDING
        delete again | ScheduleKeyDeletion {"KeyId":"{pending}"} | $PENDING
        nothing to cancel | CancelKeyDeletion {"KeyId":"{plain}"} | KMSInvalidStateException $KEY/{plain} is not pending deletion.
        rotate what is disabled | EnableKeyRotation {"KeyId":"{disabled}"} | DisabledException $KEY/{disabled} is disabled.
        do not rotate it | DisableKeyRotation {"KeyId":"{disabled}"} | DisabledException $KEY/{disabled} is disabled.
        deleted in 6 days | ScheduleKeyDeletion {"KeyId":"{plain}","PendingWindowInDays":6} | ValidationException PendingWindowInDays
        deleted in 31 days | ScheduleKeyDeletion {"KeyId":"{plain}","PendingWindowInDays":31} | ValidationException PendingWindowInDays
    "#;
    account().await.check(table, &[("$PENDING", "KMSInvalidStateException $KEY/{pending} is pending deletion.")]);
}

#[tokio::test(start_paused = true)]
async fn keys_of_the_wrong_kind() {
    let table = r#"
        a pair rotates | EnableKeyRotation {"KeyId":"{rsa}"} | UnsupportedOperationException $KEY/{rsa} is not a symmetric
        a pair does not | DisableKeyRotation {"KeyId":"{rsa}"} | UnsupportedOperationException
        whether it does | GetKeyRotationStatus {"KeyId":"{rsa}"} | UnsupportedOperationException
        a code rotates | EnableKeyRotation {"KeyId":"{hmac}"} | UnsupportedOperationException
    "#;
    account().await.check(table, &[]);
}

#[tokio::test(start_paused = true)]
async fn tags_that_a_key_cannot_have() {
    let table = r#"
        a tag of AWS | TagResource {"KeyId":"{plain}","Tags":[{"TagKey":"AWS:a","TagValue":""}]} | TagException Tag keys starting
        a star | TagResource {"KeyId":"{plain}","Tags":[{"TagKey":"*","TagValue":""}]} | TagException Invalid characters
        a line | TagResource {"KeyId":"{plain}","Tags":[{"TagKey":"a","TagValue":"b\nc"}]} | TagException Invalid characters
        a key of 129 | TagResource {"KeyId":"{plain}","Tags":[{"TagKey":"$LONG","TagValue":""}]} | ValidationException 1 validation
        the 51st | TagResource {"KeyId":"{full}","Tags":[{"TagKey":"a","TagValue":""}]} | LimitExceededException A key can have
        no more tag of AWS | UntagResource {"KeyId":"{plain}","TagKeys":["aws:a"]} | TagException Tag keys starting with 'aws:'
    "#;
    account().await.check(table, &[("$LONG", &"x".repeat(129))]);
}

#[tokio::test(start_paused = true)]
async fn aliases_that_cannot_be() {
    let table = r#"
        no prefix | CreateAlias {"AliasName":"dev","TargetKeyId":"{plain}"} | ValidationException Invalid identifier
        nothing after it | CreateAlias {"AliasName":"alias/","TargetKeyId":"{plain}"} | ValidationException Invalid identifier
        a colon | CreateAlias {"AliasName":"alias/a:b","TargetKeyId":"{plain}"} | ValidationException alias/a:b contains invalid
        of AWS | CreateAlias {"AliasName":"alias/aws/dev","TargetKeyId":"{plain}"} | NotAuthorizedException
        deleted from AWS | DeleteAlias {"AliasName":"alias/aws/ebs"} | NotAuthorizedException
        taken | CreateAlias {"AliasName":"alias/plain","TargetKeyId":"{named}"} | AlreadyExistsException An alias with the name $ALIAS/plain
        taken by the same | CreateAlias {"AliasName":"alias/plain","TargetKeyId":"{plain}"} | AlreadyExistsException An alias with
        of an alias | CreateAlias {"AliasName":"alias/new","TargetKeyId":"alias/plain"} | ValidationException Aliases must refer to keys
        of the ARN of one | CreateAlias {"AliasName":"alias/new","TargetKeyId":"$ALIAS/plain"} | ValidationException Aliases must refer
        of nothing | CreateAlias {"AliasName":"alias/new","TargetKeyId":"$ABSENT"} | NotFoundException Key '$KEY/$ABSENT' does not exist
        the 51st | CreateAlias {"AliasName":"alias/new","TargetKeyId":"{named}"} | LimitExceededException A key can have at most 50
        moved there | UpdateAlias {"AliasName":"alias/plain","TargetKeyId":"{named}"} | LimitExceededException A key can have at most
        moved to nothing | UpdateAlias {"AliasName":"alias/plain","TargetKeyId":"$ABSENT"} | NotFoundException Key
        moved to another kind | UpdateAlias {"AliasName":"alias/plain","TargetKeyId":"{rsa}"} | ValidationException The current and the
        moved between two | UpdateAlias {"AliasName":"alias/rsa","TargetKeyId":"{hmac}"} | ValidationException The current and the
        moved from nowhere | UpdateAlias {"AliasName":"alias/none","TargetKeyId":"{plain}"} | NotFoundException Alias $ALIAS/none is
        deleted from nowhere | DeleteAlias {"AliasName":"alias/none"} | NotFoundException Alias $ALIAS/none is not found.
    "#;
    account().await.check(table, &[]);
}
