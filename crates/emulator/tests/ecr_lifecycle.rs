//! The life of repositories, of what is in them, and of the registry: everything is read back as it was written.

mod aws;

use std::time::Duration;

use aws::{ACCOUNT, Aws, REGION};
use eksctl_rs_emulator::{Emulator, Options, Store};
use serde_json::{Value, json};

const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    r#""Principal":{"Service":"ecr.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
);
const EXPIRE: &str = r#"{
  "rules": [{
    "rulePriority": 1,
    "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14},
    "action": {"type": "expire"}
  }]
}"#;

fn ecr(aws: &Aws, operation: &str, input: Value) -> Value {
    aws::granted(operation, aws.ecr(operation, input))
}

fn code(answer: Result<Value, aws::Refused>) -> String {
    answer.expect_err("refused").code
}

fn arn(name: &str) -> String {
    format!("arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name}")
}

fn describe(aws: &Aws, name: &str) -> Value {
    ecr(aws, "DescribeRepositories", json!({ "repositoryNames": [name] }))["repositories"][0].clone()
}

fn names(aws: &Aws) -> Vec<String> {
    let answer = ecr(aws, "DescribeRepositories", json!({}));
    let repositories = answer["repositories"].as_array().expect("a list");
    repositories.iter().map(|found| found["repositoryName"].as_str().expect("a name").to_owned()).collect()
}

/// An image whose digest follows from `layer`.
fn manifest(layer: &str) -> String {
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "size": 10, "digest": "sha256:c" },
        "layers": [{ "size": 20, "digest": format!("sha256:{layer}") }],
    })
    .to_string()
}

fn push(aws: &Aws, name: &str, layer: &str, tag: Option<&str>) -> Result<Value, aws::Refused> {
    let mut input = json!({ "repositoryName": name, "imageManifest": manifest(layer) });
    if let Some(tag) = tag {
        input["imageTag"] = tag.into();
    }
    aws.ecr("PutImage", input)
}

#[tokio::test(start_paused = true)]
async fn a_repository_is_read_back_as_it_was_written() {
    let aws = Aws::new();
    let made = ecr(
        &aws,
        "CreateRepository",
        json!({
            "repositoryName": "team/app",
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{ "filterType": "WILDCARD", "filter": "dev-*" }],
            "imageScanningConfiguration": { "scanOnPush": true },
            "tags": [{ "Key": "stack", "Value": "dev" }],
        }),
    );
    let expected = json!({
        "repositoryArn": arn("team/app"),
        "registryId": ACCOUNT,
        "repositoryName": "team/app",
        "repositoryUri": format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/app"),
        "createdAt": 1_767_225_600.0,
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{ "filterType": "WILDCARD", "filter": "dev-*" }],
        "imageScanningConfiguration": { "scanOnPush": true },
        "encryptionConfiguration": { "encryptionType": "AES256" },
    });
    assert_eq!(made["repository"], expected);
    assert_eq!(describe(&aws, "team/app"), expected);
    let tags = ecr(&aws, "ListTagsForResource", json!({ "resourceArn": arn("team/app") }));
    assert_eq!(tags["tags"], json!([{ "Key": "stack", "Value": "dev" }]));
    ecr(&aws, "DeleteRepository", json!({ "repositoryName": "team/app" }));
    assert_eq!(names(&aws), [""; 0]);
}

#[test]
fn what_is_not_given_is_the_default() {
    let aws = Aws::new();
    ecr(&aws, "CreateRepository", json!({ "repositoryName": "app" }));
    let found = describe(&aws, "app");
    assert_eq!(found["imageTagMutability"], "MUTABLE");
    assert_eq!(found["imageTagMutabilityExclusionFilters"], Value::Null);
    assert_eq!(found["imageScanningConfiguration"], json!({ "scanOnPush": false }));
    for operation in ["GetLifecyclePolicy", "GetRepositoryPolicy"] {
        assert!(code(aws.ecr(operation, json!({ "repositoryName": "app" }))).ends_with("PolicyNotFoundException"));
    }
    let registry = ecr(&aws, "GetRegistryScanningConfiguration", json!({}));
    assert_eq!(registry["scanningConfiguration"], json!({ "scanType": "BASIC", "rules": [] }));
    assert_eq!(ecr(&aws, "DescribeRegistry", json!({}))["replicationConfiguration"], json!({ "rules": [] }));
    assert_eq!(code(aws.ecr("GetRegistryPolicy", json!({}))), "RegistryPolicyNotFoundException");
}

#[test]
fn settings_change_in_place() {
    let aws = Aws::new();
    let named = |more: Value| {
        let mut input = json!({ "repositoryName": "app" });
        input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        input
    };
    ecr(&aws, "CreateRepository", named(json!({})));
    let filters = json!([{ "filterType": "WILDCARD", "filter": "latest" }]);
    let put = json!({ "imageTagMutability": "MUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters });
    let answer = ecr(&aws, "PutImageTagMutability", named(put));
    assert_eq!(answer["imageTagMutabilityExclusionFilters"], filters);
    assert_eq!(describe(&aws, "app")["imageTagMutabilityExclusionFilters"], filters);
    ecr(&aws, "PutImageTagMutability", named(json!({ "imageTagMutability": "IMMUTABLE" })));
    let found = describe(&aws, "app");
    assert_eq!(
        (&found["imageTagMutability"], &found["imageTagMutabilityExclusionFilters"]),
        (&json!("IMMUTABLE"), &Value::Null)
    );
    ecr(&aws, "PutImageScanningConfiguration", named(json!({ "imageScanningConfiguration": { "scanOnPush": true } })));
    assert_eq!(describe(&aws, "app")["imageScanningConfiguration"], json!({ "scanOnPush": true }));
    ecr(&aws, "PutLifecyclePolicy", named(json!({ "lifecyclePolicyText": EXPIRE })));
    let read = ecr(&aws, "GetLifecyclePolicy", named(json!({})));
    let text = read["lifecyclePolicyText"].as_str().expect("a text");
    assert!(text.starts_with(r#"{"rules":[{"rulePriority":1,"#), "without white space: {text}");
    ecr(&aws, "DeleteLifecyclePolicy", named(json!({})));
    assert_eq!(code(aws.ecr("GetLifecyclePolicy", named(json!({})))), "LifecyclePolicyNotFoundException");
    ecr(&aws, "TagResource", json!({ "resourceArn": arn("app"), "tags": [{ "Key": "a", "Value": "1" }] }));
    ecr(&aws, "UntagResource", json!({ "resourceArn": arn("app"), "tagKeys": ["a", "none"] }));
    assert_eq!(ecr(&aws, "ListTagsForResource", json!({ "resourceArn": arn("app") }))["tags"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_gone_is_not_let_in_under_its_name() {
    let aws = Aws::new();
    ecr(&aws, "CreateRepository", json!({ "repositoryName": "app" }));
    let create = || aws.iam("CreateRole", &[("RoleName", "ci"), ("AssumeRolePolicyDocument", TRUST)]).expect("a role");
    let role = format!("arn:aws:iam::{ACCOUNT}:role/ci");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Sid": "push images", "Effect": "Allow",
        "Principal": { "AWS": [role] }, "Action": ["ecr:BatchGetImage", "ecr:PutImage"] }] });
    let put = || aws.ecr("SetRepositoryPolicy", json!({ "repositoryName": "app", "policyText": policy.to_string() }));
    create();
    let refused = put().expect_err("ECR has not heard of the role yet");
    assert!(refused.message.contains("Principal not found"), "{}", refused.message);
    tokio::time::advance(Duration::from_secs(31)).await;
    put().expect("now it has");
    let get = || {
        let answer = ecr(&aws, "GetRepositoryPolicy", json!({ "repositoryName": "app" }));
        let text = answer["policyText"].as_str().expect("a text").to_owned();
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    assert_eq!(get(), policy);
    aws.iam("DeleteRole", &[("RoleName", "ci")]).expect("deleted");
    create();
    let shown = get()["Statement"][0]["Principal"]["AWS"][0].as_str().expect("a text").to_owned();
    assert!(shown.starts_with("AROA"), "{shown}");
    ecr(&aws, "DeleteRepositoryPolicy", json!({ "repositoryName": "app" }));
    let again = aws.ecr("DeleteRepositoryPolicy", json!({ "repositoryName": "app" }));
    assert_eq!(code(again), "RepositoryPolicyNotFoundException");
}

#[test]
fn keys_encrypt_repositories() {
    let aws = Aws::new();
    let key = aws.kms("CreateKey", json!({})).expect("a key")["KeyMetadata"].clone();
    let create = |name: &str, encryption: Value| {
        let input = json!({ "repositoryName": name, "encryptionConfiguration": encryption });
        ecr(&aws, "CreateRepository", input)["repository"]["encryptionConfiguration"].clone()
    };
    let own = create("own", json!({ "encryptionType": "KMS", "kmsKey": key["Arn"] }));
    assert_eq!(own, json!({ "encryptionType": "KMS", "kmsKey": key["Arn"] }));
    let by_id = create("by-id", json!({ "encryptionType": "KMS_DSSE", "kmsKey": key["KeyId"] }));
    assert_eq!(by_id, json!({ "encryptionType": "KMS_DSSE", "kmsKey": key["Arn"] }));
    let managed = aws.kms("DescribeKey", json!({ "KeyId": "alias/aws/ecr" })).expect("a key");
    let default = create("default", json!({ "encryptionType": "KMS" }));
    assert_eq!(default["kmsKey"], managed["KeyMetadata"]["Arn"], "the one that AWS manages");
}

#[test]
fn images_come_and_go() {
    let aws = Aws::new();
    let named = json!({ "repositoryName": "app" });
    ecr(&aws, "CreateRepository", named.clone());
    let image = push(&aws, "app", "1", Some("v1")).expect("pushed")["image"].clone();
    let digest = image["imageId"]["imageDigest"].as_str().expect("a digest").to_owned();
    assert!(digest.starts_with("sha256:") && digest.len() == 71);
    push(&aws, "app", "1", Some("latest")).expect("another tag");
    push(&aws, "app", "2", None).expect("pushed");
    let ids = |filter: Value| {
        let answer = ecr(&aws, "ListImages", json!({ "repositoryName": "app", "filter": filter }));
        answer["imageIds"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(
        (ids(json!({})), ids(json!({ "tagStatus": "TAGGED" })), ids(json!({ "tagStatus": "UNTAGGED" }))),
        (3, 2, 1)
    );
    let asked = json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }] });
    let details = ecr(&aws, "DescribeImages", asked.clone())["imageDetails"][0].clone();
    assert_eq!(details["imageTags"], json!(["latest", "v1"]));
    assert_eq!(details["imageSizeInBytes"], 30);
    let got = ecr(
        &aws,
        "BatchGetImage",
        json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }, { "imageTag": "v9" }] }),
    );
    assert_eq!(got["images"][0]["imageManifest"], manifest("1"));
    assert_eq!(got["failures"][0]["failureCode"], "ImageNotFound");
    assert_eq!(code(aws.ecr("DeleteRepository", named.clone())), "RepositoryNotEmptyException");
    push(&aws, "app", "2", Some("latest")).expect("the tag moves");
    let details = ecr(&aws, "DescribeImages", asked)["imageDetails"][0].clone();
    assert_eq!(details["imageTags"], json!(["v1"]));
    let delete = json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }, { "imageTag": "latest" }] });
    ecr(&aws, "BatchDeleteImage", delete);
    assert_eq!(ids(json!({})), 0, "an image goes with its last tag");
    push(&aws, "app", "1", Some("v1")).expect("pushed");
    ecr(&aws, "DeleteRepository", json!({ "repositoryName": "app", "force": true }));
    assert_eq!(names(&aws), [""; 0]);
}

#[test]
fn immutable_tags_stay_where_they_are() {
    let aws = Aws::new();
    let filters = json!([{ "filterType": "WILDCARD", "filter": "dev-*" }]);
    let create = json!({ "repositoryName": "app", "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": filters });
    ecr(&aws, "CreateRepository", create);
    for tag in ["v1", "dev-1"] {
        push(&aws, "app", "1", Some(tag)).expect("pushed");
    }
    assert_eq!(code(push(&aws, "app", "1", Some("v1"))), "ImageAlreadyExistsException");
    assert_eq!(code(push(&aws, "app", "2", Some("v1"))), "ImageTagAlreadyExistsException");
    push(&aws, "app", "2", Some("dev-1")).expect("it may be moved");
}

#[test]
fn the_registry_has_settings_for_all_repositories() {
    let aws = Aws::new();
    for name in ["prod/app", "dev/app"] {
        ecr(
            &aws,
            "CreateRepository",
            json!({ "repositoryName": name, "imageScanningConfiguration": { "scanOnPush": true } }),
        );
    }
    let filters = json!([{ "filter": "prod/*", "filterType": "WILDCARD" }]);
    let put = json!({ "scanType": "ENHANCED", "rules": [{ "scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": filters }] });
    assert_eq!(ecr(&aws, "PutRegistryScanningConfiguration", put.clone())["registryScanningConfiguration"], put);
    assert_eq!(ecr(&aws, "GetRegistryScanningConfiguration", json!({}))["scanningConfiguration"], put);
    let asked = json!({ "repositoryNames": ["prod/app", "dev/app", "none"] });
    let each = ecr(&aws, "BatchGetRepositoryScanningConfiguration", asked);
    let frequencies: Vec<&Value> =
        (0..2).map(|index| &each["scanningConfigurations"][index]["scanFrequency"]).collect();
    assert_eq!(frequencies, ["CONTINUOUS_SCAN", "MANUAL"]);
    assert_eq!(each["failures"][0]["failureCode"], "REPOSITORY_NOT_FOUND");
    let scan = json!({ "repositoryName": "dev/app", "imageScanningConfiguration": { "scanOnPush": true } });
    assert_eq!(code(aws.ecr("PutImageScanningConfiguration", scan)), "ValidationException", "Inspector scans");
    let rules = json!({ "rules": [{ "destinations": [{ "region": "us-east-1", "registryId": ACCOUNT }],
        "repositoryFilters": [{ "filter": "prod/", "filterType": "PREFIX_MATCH" }] }] });
    ecr(&aws, "PutReplicationConfiguration", json!({ "replicationConfiguration": rules }));
    assert_eq!(ecr(&aws, "DescribeRegistry", json!({}))["replicationConfiguration"], rules);
    aws.iam("GetRole", &[("RoleName", "AWSServiceRoleForECRReplication")]).expect("ECR has made its role");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Sid": "replicate", "Effect": "Allow",
        "Principal": { "AWS": "arn:aws:iam::444455556666:root" }, "Action": "ecr:ReplicateImage",
        "Resource": format!("arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*") }] });
    ecr(&aws, "PutRegistryPolicy", json!({ "policyText": policy.to_string() }));
    let text = ecr(&aws, "GetRegistryPolicy", json!({}))["policyText"].as_str().expect("a text").to_owned();
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), policy);
    ecr(&aws, "DeleteRegistryPolicy", json!({}));
    assert_eq!(code(aws.ecr("GetRegistryPolicy", json!({}))), "RegistryPolicyNotFoundException");
    assert_eq!(ecr(&aws, "GetAccountSetting", json!({ "name": "BLOB_MOUNTING" }))["value"], "DISABLED");
    ecr(&aws, "PutAccountSetting", json!({ "name": "BLOB_MOUNTING", "value": "ENABLED" }));
    assert_eq!(ecr(&aws, "GetAccountSetting", json!({ "name": "BLOB_MOUNTING" }))["value"], "ENABLED");
}

#[tokio::test(start_paused = true)]
async fn a_template_comes_changes_and_goes() {
    let aws = Aws::new();
    aws.iam("CreateRole", &[("RoleName", "ecr"), ("AssumeRolePolicyDocument", TRUST)]).expect("a role");
    let role = format!("arn:aws:iam::{ACCOUNT}:role/ecr");
    let create = json!({
        "prefix": "docker-hub",
        "description": "Images of Docker Hub",
        "appliedFor": ["PULL_THROUGH_CACHE"],
        "imageTagMutability": "IMMUTABLE",
        "encryptionConfiguration": { "encryptionType": "KMS" },
        "resourceTags": [{ "Key": "stack", "Value": "dev" }],
        "lifecyclePolicy": EXPIRE,
        "customRoleArn": role,
    });
    ecr(&aws, "CreateRepositoryCreationTemplate", create.clone());
    let read = || ecr(&aws, "DescribeRepositoryCreationTemplates", json!({}))["repositoryCreationTemplates"][0].clone();
    let made = read();
    for (name, value) in create.as_object().expect("an object") {
        assert_eq!(&made[name], value, "{name}");
    }
    assert_eq!(made["createdAt"], made["updatedAt"]);
    tokio::time::advance(Duration::from_secs(5)).await;
    ecr(
        &aws,
        "UpdateRepositoryCreationTemplate",
        json!({
            "prefix": "docker-hub/",
            "appliedFor": ["PULL_THROUGH_CACHE", "REPLICATION"],
            "lifecyclePolicy": "",
            "resourceTags": [],
        }),
    );
    let changed = read();
    assert_eq!(changed["appliedFor"], json!(["PULL_THROUGH_CACHE", "REPLICATION"]));
    assert_eq!(changed["lifecyclePolicy"], Value::Null, "an empty text takes it away");
    assert_eq!(changed["resourceTags"], json!([]));
    assert_eq!(changed["description"], "Images of Docker Hub", "what is not given stays");
    assert_ne!(changed["createdAt"], changed["updatedAt"]);
    let found = |prefixes: Value| {
        let answer = ecr(&aws, "DescribeRepositoryCreationTemplates", json!({ "prefixes": prefixes }));
        answer["repositoryCreationTemplates"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((found(json!(["docker-hub"])), found(json!(["none"]))), (1, 0));
    ecr(&aws, "DeleteRepositoryCreationTemplate", json!({ "prefix": "docker-hub" }));
    assert_eq!(found(json!([])), 0);
}

#[test]
fn a_token_is_for_docker_login() {
    let aws = Aws::new();
    let token = ecr(&aws, "GetAuthorizationToken", json!({}))["authorizationData"][0].clone();
    assert_eq!(token["proxyEndpoint"], format!("https://{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"));
    assert!(token["authorizationToken"].as_str().is_some_and(|text| text.starts_with("QVdTO")), "AWS:");
}

#[test]
fn every_region_and_account_has_its_own() {
    let aws = Aws::new();
    let elsewhere = Aws { region: "us-east-1".into(), ..aws.clone() };
    let other = Aws { account: "444455556666".into(), ..aws.clone() };
    for aws in [&aws, &elsewhere, &other] {
        ecr(aws, "CreateRepository", json!({ "repositoryName": "app", "tags": [{ "Key": "a", "Value": "b" }] }));
    }
    ecr(&elsewhere, "DeleteRepository", json!({ "repositoryName": "app" }));
    assert_eq!((names(&aws), names(&elsewhere), names(&other)), (vec!["app".into()], vec![], vec!["app".to_owned()]));
    let asked = json!({ "repositoryNames": ["app"], "registryId": "444455556666" });
    assert_eq!(code(aws.ecr("DescribeRepositories", asked)), "AccessDeniedException");
    let found = aws.tagging("GetResources", json!({ "ResourceTypeFilters": ["ecr:repository"] })).expect("granted");
    assert_eq!(found["ResourceTagMappingList"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["ResourceTagMappingList"][0]["ResourceARN"], arn("app"));
    let untag = json!({ "ResourceARNList": [arn("app")], "TagKeys": ["a"] });
    assert_eq!(aws.tagging("UntagResources", untag).expect("granted"), json!({ "FailedResourcesMap": {} }));
    assert_eq!(ecr(&aws, "ListTagsForResource", json!({ "resourceArn": arn("app") }))["tags"], json!([]));
}

#[test]
fn lists_come_in_pages() {
    let aws = Aws::new();
    for number in 0..5 {
        ecr(&aws, "CreateRepository", json!({ "repositoryName": format!("app{number}") }));
    }
    let first = ecr(&aws, "DescribeRepositories", json!({ "maxResults": 3 }));
    assert_eq!(first["repositories"].as_array().map(Vec::len), Some(3));
    let second = ecr(&aws, "DescribeRepositories", json!({ "maxResults": 3, "nextToken": first["nextToken"] }));
    assert_eq!((second["repositories"].as_array().map(Vec::len), &second["nextToken"]), (Some(2), &Value::Null));
}

#[test]
fn everything_survives_the_process() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let store = Store::open(directory.path(), "test").expect("a store");
        let options = Options { store: Some(store), ..Options::default() };
        Aws { emulator: Emulator::new(options).expect("an emulator"), ..Aws::new() }
    };
    let aws = open();
    ecr(&aws, "CreateRepository", json!({ "repositoryName": "app" }));
    ecr(&aws, "PutLifecyclePolicy", json!({ "repositoryName": "app", "lifecyclePolicyText": EXPIRE }));
    push(&aws, "app", "1", Some("v1")).expect("pushed");
    let before = aws.emulator.dump();
    drop(aws);
    let again = open().emulator.dump();
    assert_eq!(again[ACCOUNT]["regions"][REGION]["ecr"], before[ACCOUNT]["regions"][REGION]["ecr"]);
}
