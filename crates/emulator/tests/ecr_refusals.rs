//! What ECR refuses, with its own codes. A refused call changes nothing.

mod aws;
mod refusals;

use aws::{ACCOUNT, Aws};
use refusals::check_json;
use serde_json::{Value, json};

fn ecr(aws: &Aws, operation: &str, input: Value) -> Value {
    aws::granted(operation, aws.ecr(operation, input))
}

const ANY: &str = r#"{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":30}"#;

#[test]
fn repositories() {
    let aws = Aws::new();
    for name in ["app", "full", "tagged"] {
        ecr(&aws, "CreateRepository", json!({ "repositoryName": name, "imageTagMutability": "IMMUTABLE" }));
    }
    ecr(&aws, "PutImage", json!({ "repositoryName": "full", "imageManifest": "{}", "imageTag": "v1" }));
    let tags: Vec<Value> = (0..50).map(|number| json!({ "Key": format!("key{number}"), "Value": "" })).collect();
    let tagged = format!("arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/tagged");
    ecr(&aws, "TagResource", json!({ "resourceArn": tagged, "tags": tags }));
    let create = |more: Value| aws.kms("CreateKey", more).expect("a key")["KeyMetadata"]["KeyId"].clone();
    let id = |value: &Value| value.as_str().expect("an id").to_owned();
    let (disabled, pending) = (id(&create(json!({}))), id(&create(json!({}))));
    let rsa = id(&create(json!({ "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY" })));
    let closed = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:PutKeyPolicy",
        "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Resource": "*" }] });
    let closed = id(&create(json!({ "Policy": closed.to_string() })));
    aws.kms("DisableKey", json!({ "KeyId": disabled })).expect("disabled");
    aws.kms("ScheduleKeyDeletion", json!({ "KeyId": pending })).expect("scheduled");
    let table = r#"
        no name | CreateRepository {} | 400 InvalidParameterException Invalid parameter at 'repositoryName' failed to satisfy
        a capital | CreateRepository {"repositoryName":"App"} | 400 InvalidParameterException Invalid parameter at 'repositoryName'
        a short name | CreateRepository {"repositoryName":"a"} | 400 InvalidParameterException Invalid parameter at 'repositoryName'
        an unknown parameter | CreateRepository {"repositoryName":"new","colour":"red"} | 400 InvalidParameterException Invalid parameter at 'colour'
        a name that is taken | CreateRepository {"repositoryName":"app"} | 400 RepositoryAlreadyExistsException The repository with name 'app' already exists
        another registry | CreateRepository {"repositoryName":"new","registryId":"444455556666"} | 400 AccessDeniedException User:
        filters without exclusion | $NEW,"imageTagMutability":"IMMUTABLE",$FILTER} | $FILTERS
        filters alone | $NEW,$FILTER} | $FILTERS
        exclusion without filters | $NEW,"imageTagMutability":"MUTABLE_WITH_EXCLUSION"} | $FILTERS
        three wildcards | $NEW,"imageTagMutability":"MUTABLE_WITH_EXCLUSION",$STARS} | $FILTERS
        later | PutImageTagMutability {"repositoryName":"app","imageTagMutability":"IMMUTABLE",$FILTER} | $FILTERS
        a key without KMS | $NEW,"encryptionConfiguration":{"encryptionType":"AES256","kmsKey":"$DISABLED"}} | 400 InvalidParameterException
        no such key | $NEW,$KMS"1234abcd-12ab-34cd-56ef-1234567890ab"}} | 400 KmsException Key '1234abcd-12ab-34cd-56ef-1234567890ab' does
        a disabled key | $NEW,$KMS"$DISABLED"}} | 400 KmsException arn:aws:kms
        a key that goes | $NEW,$KMS"$PENDING"}} | 400 KmsException arn:aws:kms
        a key that signs | $NEW,$KMS"$RSA"}} | 400 KmsException arn:aws:kms
        a key that lets nobody grant | $NEW,$KMS"$CLOSED"}} | 400 KmsException User: arn:aws:iam::111122223333:user/emulator is not
        a tag twice | $NEW,"tags":[{"Key":"a","Value":""},{"Key":"a","Value":""}]} | 400 InvalidTagParameterException Duplicate
        a tag of AWS | $NEW,"tags":[{"Key":"aws:a","Value":""}]} | 400 InvalidTagParameterException Tag keys starting with
        a tag without key | $NEW,"tags":[{"Key":"","Value":""}]} | 400 InvalidTagParameterException Tag keys must have
        the 51st tag | TagResource {"resourceArn":"$ARN/tagged","tags":[{"Key":"a","Value":""}]} | 400 TooManyTagsException
        tags of nothing | ListTagsForResource {"resourceArn":"$ARN/none"} | $NOBODY
        tags of another Region | ListTagsForResource {"resourceArn":"arn:aws:ecr:us-east-1:111122223333:repository/app"} | 400 InvalidParameterException
        describe what is not there | DescribeRepositories {"repositoryNames":["app","none"]} | $NOBODY
        names and pages | DescribeRepositories {"repositoryNames":["app"],"maxResults":1} | 400 InvalidParameterException
        a page of 1001 | DescribeRepositories {"maxResults":1001} | 400 InvalidParameterException Invalid parameter at 'maxResults'
        a token of nobody | DescribeRepositories {"nextToken":"x"} | 400 InvalidParameterException Invalid value for nextToken
        delete what is not there | DeleteRepository {"repositoryName":"none"} | $NOBODY
        delete it with images | DeleteRepository {"repositoryName":"full"} | 400 RepositoryNotEmptyException The repository with name 'full'
        its images | ListImages {"repositoryName":"none"} | $NOBODY
        its lifecycle policy | GetLifecyclePolicy {"repositoryName":"none"} | $NOBODY
        its policy | GetRepositoryPolicy {"repositoryName":"none"} | $NOBODY
        no lifecycle policy | DeleteLifecyclePolicy {"repositoryName":"app"} | 400 LifecyclePolicyNotFoundException Lifecycle policy does
        no policy | DeleteRepositoryPolicy {"repositoryName":"app"} | 400 RepositoryPolicyNotFoundException Repository policy does not
        an image that is not there | DescribeImages {"repositoryName":"app","imageIds":[{"imageTag":"v1"}]} | 400 ImageNotFoundException
        an image again | PutImage {"repositoryName":"full","imageManifest":"{}","imageTag":"v1"} | 400 ImageAlreadyExistsException
        a tag again | PutImage {"repositoryName":"full","imageManifest":"[]","imageTag":"v1"} | 400 ImageTagAlreadyExistsException The image tag
        another digest | PutImage {"repositoryName":"app","imageManifest":"{}","imageDigest":"sha256:0"} | 400 ImageDigestDoesNotMatchException
        no manifest | PutImage {"repositoryName":"app","imageManifest":"x"} | 400 InvalidParameterException Invalid parameter at 'ImageManifest'
        an unknown operation | StartImageScan {} | 400 UnknownOperationException
    "#;
    let words = [
        ("$ARN", "arn:aws:ecr:eu-west-1:111122223333:repository"),
        ("$CLOSED", closed.as_str()),
        ("$DISABLED", &disabled),
        (
            "$FILTERS",
            "400 InvalidParameterException Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy",
        ),
        ("$FILTER", r#""imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"dev-*"}]"#),
        ("$KMS", r#""encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"#),
        ("$NEW", r#"CreateRepository {"repositoryName":"new""#),
        (
            "$NOBODY",
            "400 RepositoryNotFoundException The repository with name 'none' does not exist in the registry with id '1111",
        ),
        ("$PENDING", &pending),
        ("$RSA", &rsa),
        ("$STARS", r#""imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"*a*b*"}]"#),
    ];
    check_json(&aws, Aws::ecr, table, &words);
}

#[test]
fn policies() {
    let aws = Aws::new();
    ecr(&aws, "CreateRepository", json!({ "repositoryName": "app" }));
    let statement = |more: &str| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"a b","Effect":"Allow"{more}}}]}}"#);
        Value::from(text).to_string()
    };
    let everyone = r#","Principal":"*""#;
    let nobody = r#","Principal":{"AWS":"arn:aws:iam::111122223333:role/nobody"}"#;
    let action = r#","Action":"ecr:BatchGetImage""#;
    let resource = r#","Resource":"*""#;
    let lifecycle = |rules: &str| Value::from(format!("{{\"rules\":[{rules}]{}}}", " ".repeat(100))).to_string();
    let rule = format!(r#"{{"rulePriority":1,"selection":{ANY},"action":{{"type":"expire"}}}}"#);
    let table = r#"
        no JSON | $SET"x"} | $INVALID
        no principal | $SET$ACTION} | $INVALID
        no action | $SET$PRINCIPAL} | $INVALID
        an action of S3 | $SET$S3} | $INVALID
        a resource | $SET$RESOURCE} | $INVALID
        a principal that is not there | $SET$NOBODY} | 400 InvalidParameterException Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'
        a long one | $SET"$LONG"} | 400 InvalidParameterException Invalid parameter at 'policyText'
        the registry without resource | PutRegistryPolicy {"policyText":$BOTH} | 400 InvalidParameterException Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided'
        a short lifecycle | $PUT"{}"} | 400 InvalidParameterException Invalid parameter at 'lifecyclePolicyText'
        one without rules | $PUT$EMPTY} | 400 InvalidParameterException Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle
        one with a rule twice | $PUT$TWICE} | 400 InvalidParameterException Invalid parameter at 'LifecyclePolicyText' failed to satisfy
    "#;
    let words = [
        ("$ACTION", statement(action)),
        ("$BOTH", statement(&format!("{everyone}{action}"))),
        ("$EMPTY", lifecycle("")),
        ("$INVALID", "400 InvalidParameterException Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy".into()),
        ("$LONG", "x".repeat(10_241)),
        ("$NOBODY", statement(&format!("{nobody}{action}"))),
        ("$PRINCIPAL", statement(everyone)),
        ("$PUT", r#"PutLifecyclePolicy {"repositoryName":"app","lifecyclePolicyText":"#.into()),
        ("$RESOURCE", statement(&format!("{everyone}{action}{resource}"))),
        ("$S3", statement(&format!(r#"{everyone},"Action":"s3:GetObject""#))),
        ("$SET", r#"SetRepositoryPolicy {"repositoryName":"app","policyText":"#.into()),
        ("$TWICE", lifecycle(&format!("{rule},{rule}"))),
    ];
    let words: Vec<(&str, &str)> = words.iter().map(|(short, long)| (*short, long.as_str())).collect();
    check_json(&aws, Aws::ecr, table, &words);
}

#[test]
fn the_registry() {
    let table = r#"
        a third rule | $SCAN"BASIC","rules":[$PUSH,$PUSH,$PUSH]} | 400 InvalidParameterException Invalid parameter at 'rules'
        a frequency twice | $SCAN"BASIC","rules":[$PUSH,$PUSH]} | 400 InvalidParameterException Invalid parameter at 'rules'
        continuous basic scans | $SCAN"BASIC","rules":[$ALWAYS]} | 400 InvalidParameterException Invalid parameter at 'rules'
        manual enhanced scans | $SCAN"ENHANCED","rules":[$MANUAL]} | 400 InvalidParameterException Invalid parameter at 'rules'
        no destination | $REPLICATE[{"destinations":[]}]}} | 400 InvalidParameterException Invalid parameter at 'destinations'
        itself | $REPLICATE[{"destinations":[{"region":"eu-west-1","registryId":"111122223333"}]}]}} | 400 ValidationException The replication
        a destination twice | $REPLICATE[{"destinations":[$US,$US]}]}} | 400 ValidationException A replication rule cannot
        an unknown setting | GetAccountSetting {"name":"COLOUR"} | 400 ValidationException The account setting COLOUR is not
        an unknown value | PutAccountSetting {"name":"BLOB_MOUNTING","value":"MAYBE"} | 400 ValidationException The value MAYBE
        no policy | DeleteRegistryPolicy {} | 400 RegistryPolicyNotFoundException Registry policy does not exist in the registry
    "#;
    let words = [
        ("$ALWAYS", r#"{"scanFrequency":"CONTINUOUS_SCAN","repositoryFilters":[]}"#),
        ("$MANUAL", r#"{"scanFrequency":"MANUAL","repositoryFilters":[]}"#),
        ("$PUSH", r#"{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"*","filterType":"WILDCARD"}]}"#),
        ("$REPLICATE", r#"PutReplicationConfiguration {"replicationConfiguration":{"rules":"#),
        ("$SCAN", r#"PutRegistryScanningConfiguration {"scanType":"#),
        ("$US", r#"{"region":"us-east-1","registryId":"111122223333"}"#),
    ];
    let aws = Aws::new();
    ecr(&aws, "CreateRepository", json!({ "repositoryName": "app" }));
    check_json(&aws, Aws::ecr, table, &words);
}

#[test]
fn templates() {
    let aws = Aws::new();
    ecr(&aws, "CreateRepositoryCreationTemplate", json!({ "prefix": "there", "appliedFor": ["REPLICATION"] }));
    let table = r#"
        no use | CreateRepositoryCreationTemplate {"prefix":"new"} | 400 InvalidParameterException Invalid parameter at 'appliedFor'
        an empty use | CreateRepositoryCreationTemplate {"prefix":"new","appliedFor":[]} | 400 InvalidParameterException Invalid
        another use | CreateRepositoryCreationTemplate {"prefix":"new","appliedFor":["FUN"]} | 400 InvalidParameterException Invalid
        a prefix with a capital | CreateRepositoryCreationTemplate {"prefix":"New","appliedFor":["REPLICATION"]} | 400 InvalidParameterException
        a prefix that is taken | CreateRepositoryCreationTemplate {"prefix":"there/","appliedFor":["REPLICATION"]} | 400 TemplateAlreadyExistsException
        tags without a role | $NEW,"resourceTags":[{"Key":"a","Value":"b"}]} | 400 ValidationException A custom role is required
        KMS without a role | $NEW,"encryptionConfiguration":{"encryptionType":"KMS"}} | 400 ValidationException A custom role is required
        the key's id | $NEW,"encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"alias/a"}} | 400 InvalidParameterException Invalid
        a role of another account | $NEW,"customRoleArn":"arn:aws:iam::444455556666:role/a"} | 400 ValidationException The custom role
        a role that is not there | $NEW,"customRoleArn":"arn:aws:iam::111122223333:role/a"} | 400 ValidationException The custom role
        a malformed lifecycle | $NEW,"lifecyclePolicy":"{}"} | 400 InvalidParameterException Invalid parameter at 'LifecyclePolicy'
        a malformed policy | $NEW,"repositoryPolicy":"{}"} | 400 InvalidParameterException Invalid parameter at 'PolicyText'
        tags later | UpdateRepositoryCreationTemplate {"prefix":"there","resourceTags":[{"Key":"a","Value":"b"}]} | 400 ValidationException A
        one that is not there | UpdateRepositoryCreationTemplate {"prefix":"none"} | 400 TemplateNotFoundException The repository
        delete it | DeleteRepositoryCreationTemplate {"prefix":"none"} | 400 TemplateNotFoundException The repository creation template
    "#;
    let new = r#"CreateRepositoryCreationTemplate {"prefix":"new","appliedFor":["PULL_THROUGH_CACHE"]"#;
    check_json(&aws, Aws::ecr, table, &[("$NEW", new)]);
}

#[test]
fn callers_whom_nobody_knows() {
    let aws = Aws { account: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..Aws::new() };
    let refused = aws.ecr("DescribeRegistry", json!({})).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (400, "UnrecognizedClientException"));
}
