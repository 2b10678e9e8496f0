//! What Secrets Manager refuses, with its own codes. A refused call changes nothing.

mod aws;
mod refusals;

use aws::{ACCOUNT, Aws};
use refusals::check_json;
use serde_json::{Value, json};

const TOKEN: &str = "11111111-1111-4111-8111-111111111111";

#[test]
fn secrets() {
    let aws = Aws::new();
    let granted = |operation: &str, input: Value| aws::granted(operation, aws.secrets(operation, input));
    for name in ["full", "gone", "there"] {
        granted("CreateSecret", json!({ "Name": name, "ClientRequestToken": TOKEN, "SecretString": "1" }));
    }
    granted("DeleteSecret", json!({ "SecretId": "gone" }));
    let tags: Vec<Value> = (0..50).map(|number| json!({ "Key": format!("key{number}"), "Value": "" })).collect();
    granted("TagResource", json!({ "SecretId": "full", "Tags": tags }));
    let create = |more: Value| {
        let made = aws.kms("CreateKey", more).expect("a key");
        made["KeyMetadata"]["KeyId"].as_str().expect("an id").to_owned()
    };
    let closed = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:PutKeyPolicy",
        "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Resource": "*" }] });
    let (disabled, closed) = (create(json!({})), create(json!({ "Policy": closed.to_string() })));
    aws.kms("DisableKey", json!({ "KeyId": disabled })).expect("disabled");
    let table = r#"
        no name | CreateSecret {} | 400 ValidationException 1 validation error detected: Value null at 'name' failed
        a name with a space | CreateSecret {"Name":"a b"} | 400 ValidationException Invalid name. Must be a valid name
        a short token | CreateSecret {"Name":"new","ClientRequestToken":"1"} | 400 ValidationException 1 validation error detected
        an empty value | CreateSecret {"Name":"new",$TOKEN,"SecretString":""} | 400 ValidationException 1 validation error detected: Value '(redacted)'
        a value without token | CreateSecret {"Name":"new","SecretString":"1"} | 400 InvalidParameterException You must provide a ClientRequestToken
        two values | CreateSecret {"Name":"new",$TOKEN,"SecretString":"1","SecretBinary":"MQ=="} | 400 InvalidParameterException You can't specify both
        a name that is taken | CreateSecret {"Name":"there","ClientRequestToken":"$OTHER","SecretString":"1"} | 400 ResourceExistsException The operation failed
        another value | CreateSecret {"Name":"there",$TOKEN,"SecretString":"2"} | 400 ResourceExistsException The operation failed because
        a name that is to go | CreateSecret {"Name":"gone",$TOKEN,"SecretString":"1"} | 400 InvalidRequestException You can't create this secret
        a replica | CreateSecret {"Name":"new","AddReplicaRegions":[{"Region":"us-east-1"}]} | 400 InvalidRequestException The emulator does not
        no such key | CreateSecret {"Name":"new","KmsKeyId":"alias/none"} | 400 EncryptionFailure Secrets Manager can't encrypt
        a disabled key | CreateSecret {"Name":"new","KmsKeyId":"$DISABLED"} | 400 EncryptionFailure Secrets Manager can't encrypt
        a key that lets nobody in | CreateSecret {"Name":"new","KmsKeyId":"$CLOSED"} | 400 AccessDeniedException Access to KMS is not allowed
        a disabled key later | UpdateSecret {"SecretId":"there","KmsKeyId":"$DISABLED"} | 400 EncryptionFailure Secrets Manager can't
        a tag twice | CreateSecret {"Name":"new","Tags":[{"Key":"a","Value":""},{"Key":"a","Value":""}]} | 400 InvalidParameterException Duplicate
        a tag of AWS | TagResource {"SecretId":"there","Tags":[{"Key":"aws:a","Value":""}]} | 400 InvalidParameterException Tag keys
        the 51st tag | TagResource {"SecretId":"full","Tags":[{"Key":"a","Value":""}]} | 400 InvalidParameterException A secret can have
        no value to put | PutSecretValue {"SecretId":"there",$TOKEN} | 400 InvalidRequestException You must provide either
        another value to put | PutSecretValue {"SecretId":"there",$TOKEN,"SecretString":"2"} | 400 ResourceExistsException You can't use ClientRequestToken
        the same version | UpdateSecret {"SecretId":"there",$TOKEN,"SecretString":"1"} | 400 ResourceExistsException You can't use ClientRequestToken
        a window of 6 days | DeleteSecret {"SecretId":"there","RecoveryWindowInDays":6} | 400 InvalidParameterException RecoveryWindowInDays value
        a window of 31 days | DeleteSecret {"SecretId":"there","RecoveryWindowInDays":31} | 400 InvalidParameterException RecoveryWindowInDays
        a window and none | DeleteSecret {"SecretId":"there","RecoveryWindowInDays":7,"ForceDeleteWithoutRecovery":true} | 400 InvalidParameterException You can't use
        delete it again | DeleteSecret {"SecretId":"gone"} | 400 InvalidRequestException You can't perform this operation on the secret
        put into it | PutSecretValue {"SecretId":"gone","ClientRequestToken":"$OTHER","SecretString":"2"} | $GONE
        update it | UpdateSecret {"SecretId":"gone","Description":"d"} | $GONE
        read it | GetSecretValue {"SecretId":"gone"} | $GONE
        tag it | TagResource {"SecretId":"gone","Tags":[{"Key":"a","Value":""}]} | $GONE
        untag it | UntagResource {"SecretId":"gone","TagKeys":["a"]} | $GONE
        its policy | GetResourcePolicy {"SecretId":"gone"} | $GONE
        describe what is not there | DescribeSecret {"SecretId":"none"} | $NOBODY
        read what is not there | GetSecretValue {"SecretId":"none"} | $NOBODY
        delete what is not there | DeleteSecret {"SecretId":"none"} | $NOBODY
        restore what is not there | RestoreSecret {"SecretId":"none"} | $NOBODY
        a version that is not there | GetSecretValue {"SecretId":"there","VersionId":"$OTHER"} | 400 ResourceNotFoundException Secrets Manager can't find
        a stage that is not there | GetSecretValue {"SecretId":"there","VersionStage":"AWSPENDING"} | 400 ResourceNotFoundException Secrets Manager
        a malformed policy | PutResourcePolicy {"SecretId":"there","ResourcePolicy":"{}"} | 400 MalformedPolicyDocumentException
        a principal that is not there | PutResourcePolicy {"SecretId":"there","ResourcePolicy":$NOROLE} | 400 MalformedPolicyDocumentException This
        a policy for everyone | PutResourcePolicy {"SecretId":"there","BlockPublicPolicy":true,"ResourcePolicy":$PUBLIC} | 400 PublicPolicyException
        a filter without values | ListSecrets {"Filters":[{"Key":"name"}]} | 400 InvalidParameterException Each filter must have
        a token of nobody | ListSecrets {"NextToken":"x"} | 400 InvalidNextTokenException
        an unknown operation | RotateSecret {"SecretId":"there"} | 400 UnknownOperationException
    "#;
    let policy = |principal: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Resource":"*","#
        ) + r#""Action":"secretsmanager:GetSecretValue"}]}"#;
        Value::from(text).to_string()
    };
    let words = [
        ("$CLOSED", closed.as_str()),
        ("$DISABLED", &disabled),
        (
            "$GONE",
            "400 InvalidRequestException You can't perform this operation on the secret because it was marked for deletion.",
        ),
        ("$NOBODY", "400 ResourceNotFoundException Secrets Manager can't find the specified secret."),
        ("$NOROLE", &policy(r#"{"AWS":"arn:aws:iam::111122223333:role/nobody"}"#)),
        ("$OTHER", "22222222-2222-4222-8222-222222222222"),
        ("$PUBLIC", &policy(r#""*""#)),
        ("$TOKEN", r#""ClientRequestToken":"11111111-1111-4111-8111-111111111111""#),
    ];
    check_json(&aws, Aws::secrets, table, &words);
}

#[test]
fn callers_whom_nobody_knows() {
    let aws = Aws { account: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..Aws::new() };
    let refused = aws.secrets("ListSecrets", json!({})).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (400, "UnrecognizedClientException"));
}
