//! What CloudWatch Logs refuses, with its own codes. A refused call changes nothing.

mod aws;

use aws::{ACCOUNT, Aws, REGION, Refused};
use serde_json::{Value, json};

const ARN: &str = "arn:aws:logs:eu-west-1:111122223333:log-group:";
/// What CloudWatch Logs needs.
const ACTIONS: &str = r#"["kms:Encrypt*","kms:Decrypt*","kms:ReEncrypt*","kms:GenerateDataKey*","kms:Describe*"]"#;
/// Keys, by name: what their policy says after the statement for the account.
const KEYS: &[(&str, &str)] = &[
    ("bare", ""),
    ("disabled", GOOD),
    ("elsewhere", r#","Principal":{"Service":"logs.us-east-1.amazonaws.com"},"Action":$ACTIONS"#),
    ("general", r#","Principal":{"Service":"logs.amazonaws.com"},"Action":$ACTIONS"#),
    ("good", GOOD),
    ("half", r#","Principal":$LOGS,"Action":["kms:Encrypt","kms:Decrypt","kms:DescribeKey"]"#),
    ("pending", GOOD),
    ("tied", r#","Principal":$LOGS,"Action":$ACTIONS,"Condition":{"ArnEquals":{"$CONTEXT":"$ARN/other"}}"#),
];
const GOOD: &str = r#","Principal":$LOGS,"Action":$ACTIONS"#;

/// An account with the log groups `/plain`, `/full` with as many tags as one can have, `/guarded`, and `/delivery`; and
/// keys, by name and ARN.
fn account() -> (Aws, Vec<(String, String)>) {
    let aws = Aws::new();
    let logs = |operation: &str, input: Value| {
        aws::granted(operation, aws.logs(operation, input));
    };
    for (name, more) in [
        ("/plain", json!({})),
        ("/full", json!({})),
        ("/guarded", json!({ "deletionProtectionEnabled": true })),
        ("/delivery", json!({ "logGroupClass": "DELIVERY" })),
    ] {
        let mut input = more;
        input["logGroupName"] = name.into();
        logs("CreateLogGroup", input);
    }
    for number in 0..50 {
        let tag = format!("key{number}");
        logs("TagResource", json!({ "resourceArn": format!("{ARN}/full"), "tags": { tag: "" } }));
    }
    let keys = keys(&aws);
    (aws, keys)
}

fn keys(aws: &Aws) -> Vec<(String, String)> {
    let kms = |operation: &str, input: Value| aws::granted(operation, aws.kms(operation, input));
    let create = |input: Value| kms("CreateKey", input)["KeyMetadata"]["Arn"].as_str().expect("an ARN").to_owned();
    let mut keys = Vec::new();
    for (name, more) in KEYS {
        let more = more
            .replace("$LOGS", r#"{"Service":"logs.eu-west-1.amazonaws.com"}"#)
            .replace("$ACTIONS", ACTIONS)
            .replace("$CONTEXT", "kms:EncryptionContext:aws:logs:arn")
            .replace("$ARN", ARN);
        let more = if more.is_empty() { more } else { format!(r#",{{"Effect":"Allow","Resource":"*"{more}}}"#) };
        let root = r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}"#;
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{root}{more}]}}"#);
        keys.push(((*name).to_owned(), create(json!({ "Policy": policy }))));
    }
    keys.push(("rsa".to_owned(), create(json!({ "KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT" }))));
    let arn = |name: &str| &keys.iter().find(|(found, _)| found == name).expect(name).1;
    kms("DisableKey", json!({ "KeyId": arn("disabled") }));
    kms("ScheduleKeyDeletion", json!({ "KeyId": arn("pending") }));
    kms("CreateAlias", json!({ "AliasName": "alias/good", "TargetKeyId": arn("good") }));
    keys
}

/// A table of cases, one in a line: `name | operation and input | refusal`.
///
/// `{good}` is the ARN of the key `good`, `$ARN/plain` that of the log group `/plain`. A refusal is a code and how the
/// words begin; its status is 400. `words` stand for longer ones.
fn check(table: &str, words: &[(&str, &str)]) {
    let (account, keys) = account();
    let common = [
        ("$ARN", ARN),
        ("$NONE", "ResourceNotFoundException The specified log group does not exist."),
        ("$PARAMETER", "InvalidParameterException"),
    ];
    let spell = |text: &str| {
        let all = words.iter().chain(&common);
        let text = all.fold(text.trim().to_owned(), |text, (short, long)| text.replace(short, long));
        keys.iter().fold(text, |text, (name, arn)| text.replace(&format!("{{{name}}}"), arn))
    };
    let before = account.emulator.dump();
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [name, call, refusal] = line.split(" | ").map(spell).collect::<Vec<_>>().try_into().expect("three parts");
        let (operation, input) = call.split_once(' ').unwrap_or((&call, "{}"));
        let input: Value = serde_json::from_str(input).map_err(|error| format!("{name}: {error}")).expect("JSON");
        let aws = Aws { emulator: account.emulator.fork(), ..account.clone() };
        let answer = match aws.logs(operation, input) {
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

#[test]
fn requests_that_are_not_what_the_model_says() {
    let table = r#"
        no name | CreateLogGroup {} | $PARAMETER 1 validation error detected: Value null at 'logGroupName'
        a name with a space | CreateLogGroup {"logGroupName":"a b"} | $PARAMETER 1 validation error
        a name of 513 | CreateLogGroup {"logGroupName":"$LONG"} | $PARAMETER 1 validation error
        another class | CreateLogGroup {"logGroupName":"/new","logGroupClass":"GLACIER"} | $PARAMETER 1 validation error
        no tags | CreateLogGroup {"logGroupName":"/new","tags":{}} | $PARAMETER 1 validation error
        a tag with a star | CreateLogGroup {"logGroupName":"/new","tags":{"*":""}} | $PARAMETER 1 validation error
        an unknown parameter | CreateLogGroup {"logGroupName":"/new","colour":"red"} | $PARAMETER 1 validation error
        a page of 51 | DescribeLogGroups {"limit":51} | $PARAMETER 1 validation error
        a token of nobody | DescribeLogGroups {"nextToken":"page2"} | $PARAMETER Invalid value for nextToken
        an ARN with a star | TagResource {"resourceArn":"$ARN/plain:*","tags":{"a":"b"}} | $PARAMETER 1 validation error
        a retention of words | PutRetentionPolicy {"logGroupName":"/plain","retentionInDays":"7"} | $PARAMETER 1 validation error
        an unknown operation | PutLogEvents {} | UnknownOperationException
    "#;
    check(table, &[("$LONG", &"x".repeat(513))]);
}

#[test]
fn callers_whom_nobody_knows() {
    let aws = Aws { account: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..account().0 };
    let refused = aws.logs("DescribeLogGroups", json!({})).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (400, "UnrecognizedClientException"));
}

#[test]
fn log_groups_that_cannot_be_created() {
    let table = r#"
        taken | CreateLogGroup {"logGroupName":"/plain"} | ResourceAlreadyExistsException The specified log group already exists
        of AWS | CreateLogGroup {"logGroupName":"aws/eks"} | $PARAMETER Log groups starting with AWS/ are reserved for AWS.
        a tag of AWS | CreateLogGroup {"logGroupName":"/new","tags":{"aws:a":""}} | $PARAMETER Tag keys starting with 'aws:' are
        51 tags | CreateLogGroup {"logGroupName":"/new","tags":$TAGS} | $PARAMETER 1 validation error
    "#;
    let tags: Vec<String> = (0..51).map(|number| format!("\"key{number}\":\"\"")).collect();
    check(table, &[("$TAGS", &format!("{{{}}}", tags.join(",")))]);
}

#[test]
fn log_groups_that_are_not_there() {
    let table = r#"
        delete | DeleteLogGroup {"logGroupName":"/none"} | $NONE
        delete in another case | DeleteLogGroup {"logGroupName":"/Plain"} | $NONE
        keep | PutRetentionPolicy {"logGroupName":"/none","retentionInDays":7} | $NONE
        keep for ever | DeleteRetentionPolicy {"logGroupName":"/none"} | $NONE
        encrypt | AssociateKmsKey {"logGroupName":"/none","kmsKeyId":"{good}"} | $NONE
        encrypt by ARN | AssociateKmsKey {"resourceIdentifier":"$ARN/none","kmsKeyId":"{good}"} | $NONE
        do not encrypt | DisassociateKmsKey {"logGroupName":"/none"} | $NONE
        protect | PutLogGroupDeletionProtection {"logGroupIdentifier":"/none","deletionProtectionEnabled":true} | $NONE
        list tags | ListTagsForResource {"resourceArn":"$ARN/none"} | $NONE
        tag | TagResource {"resourceArn":"$ARN/none","tags":{"a":"b"}} | $NONE
        untag | UntagResource {"resourceArn":"$ARN/none","tagKeys":["a"]} | $NONE
        of another Region | ListTagsForResource {"resourceArn":"arn:aws:logs:us-east-1:111122223333:log-group:/plain"} | $PARAMETER arn
        of another account | ListTagsForResource {"resourceArn":"arn:aws:logs:eu-west-1:444455556666:log-group:/plain"} | $PARAMETER arn
        a name for an ARN | ListTagsForResource {"resourceArn":"/plain"} | $PARAMETER /plain is not the ARN of a log group
        an ARN of nothing | ListTagsForResource {"resourceArn":"$ARN"} | $PARAMETER $ARN is not the ARN of a log group
    "#;
    check(table, &[]);
}

#[test]
fn settings() {
    let table = r#"
        protected | DeleteLogGroup {"logGroupName":"/guarded"} | ValidationException The log group cannot be deleted because deletion
        kept for 2 days | PutRetentionPolicy {"logGroupName":"/plain","retentionInDays":2} | $PARAMETER 1 validation error detected: Val
        kept for no time | PutRetentionPolicy {"logGroupName":"/plain","retentionInDays":0} | $PARAMETER 1 validation error detected: Va
        a delivery is kept | PutRetentionPolicy {"logGroupName":"/delivery","retentionInDays":7} | $PARAMETER The retention of a log
        a delivery is kept for ever | DeleteRetentionPolicy {"logGroupName":"/delivery"} | $PARAMETER The retention of a log
        a tag of AWS | TagResource {"resourceArn":"$ARN/plain","tags":{"aws:a":""}} | $PARAMETER Tag keys starting with 'aws:' are
        the 51st tag | TagResource {"resourceArn":"$ARN/full","tags":{"a":""}} | TooManyTagsException A resource can have no more than
        no more tag of AWS | UntagResource {"resourceArn":"$ARN/plain","tagKeys":["aws:a"]} | $PARAMETER Tag keys starting with 'aws:'
        prefix and pattern | DescribeLogGroups {"logGroupNamePrefix":"/","logGroupNamePattern":"p"} | $PARAMETER LogGroup name prefix and
        names and a prefix | DescribeLogGroups {"logGroupIdentifiers":["/plain"],"logGroupNamePrefix":"/"} | $PARAMETER logGroupIdentif
        an ARN for a name | DescribeLogGroups {"logGroupIdentifiers":["$ARN/plain"]} | $PARAMETER $ARN/plain is not the name of a log
        other accounts | DescribeLogGroups {"includeLinkedAccounts":true} | $PARAMETER The emulator does not support the parameter
    "#;
    check(table, &[]);
}

#[test]
fn keys_that_cannot_encrypt() {
    let table = r#"
        no target | AssociateKmsKey {"kmsKeyId":"{good}"} | $PARAMETER Exactly one of logGroupName and resourceIdentifier
        two targets | AssociateKmsKey {"kmsKeyId":"{good}","logGroupName":"/plain","resourceIdentifier":"$ARN/plain"} | $PARAMETER Exact
        no target any more | DisassociateKmsKey {} | $PARAMETER Exactly one of logGroupName and resourceIdentifier
        query results | AssociateKmsKey {"kmsKeyId":"{good}","resourceIdentifier":"$QUERY"} | $PARAMETER The emulator does not support
        an alias | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"alias/good"} | $KEY
        the ARN of one | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"arn:aws:kms:eu-west-1:111122223333:alias/good"} | $KEY
        a key that is not there | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{good}0"} | $KEY
        a key of another Region | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"$OTHER"} | $KEY
        a disabled key | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{disabled}"} | $KEY
        a key to be deleted | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{pending}"} | $KEY
        a pair of keys | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{rsa}"} | $KEY
        a policy without logs | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{bare}"} | $KEY
        a policy with half of it | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{half}"} | $KEY
        a policy for another Region | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{elsewhere}"} | $KEY
        a policy for no Region | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{general}"} | $KEY
        a policy for another group | AssociateKmsKey {"logGroupName":"/plain","kmsKeyId":"{tied}"} | $KEY
        at creation | CreateLogGroup {"logGroupName":"/new","kmsKeyId":"{bare}"} | $NEW
        at creation for another | CreateLogGroup {"logGroupName":"/new","kmsKeyId":"{tied}"} | $NEW
    "#;
    let words =
        "InvalidParameterException The specified KMS key does not exist or is not allowed to be used with LogGroup";
    let [key, new] = ["/plain", "/new"].map(|name| format!("{words} '{ARN}{name}'"));
    let query = format!("arn:aws:logs:{REGION}:{ACCOUNT}:query-result:*");
    let other = format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    check(table, &[("$KEY", &key), ("$NEW", &new), ("$OTHER", &other), ("$QUERY", &query)]);
}
