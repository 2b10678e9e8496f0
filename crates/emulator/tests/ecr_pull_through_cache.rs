//! Pull-through cache rules: their life, what ECR makes of their credentials, and what it refuses.

mod aws;
mod refusals;

use std::time::Duration;

use aws::{ACCOUNT, Aws};
use refusals::check_json;
use serde_json::{Value, json};

const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    r#""Principal":{"Service":"ecr.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
);
const LOGIN: &str = r#"{"username":"u","accessToken":"t"}"#;

fn ecr(aws: &Aws, operation: &str, input: Value) -> Value {
    aws::granted(operation, aws.ecr(operation, input))
}

/// A secret with that value; its ARN.
fn secret(aws: &Aws, name: &str, value: &str, more: Value) -> String {
    let token = "11111111-1111-4111-8111-111111111111";
    let mut input = json!({ "Name": name, "ClientRequestToken": token, "SecretString": value });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let made = aws::granted(name, aws.secrets("CreateSecret", input));
    made["ARN"].as_str().expect("an ARN").to_owned()
}

fn docker_hub(credential: &str) -> Value {
    json!({ "ecrRepositoryPrefix": "docker-hub", "upstreamRegistryUrl": "registry-1.docker.io", "credentialArn": credential })
}

fn failure(aws: &Aws) -> String {
    let answer = ecr(aws, "ValidatePullThroughCacheRule", json!({ "ecrRepositoryPrefix": "docker-hub" }));
    let failure = answer["failure"].as_str().unwrap_or_default().to_owned();
    assert_eq!(answer["isValid"], failure.is_empty());
    failure
}

#[tokio::test(start_paused = true)]
async fn a_rule_comes_changes_and_goes() {
    let aws = Aws::new();
    let credential = secret(&aws, "ecr-pullthroughcache/docker-hub", LOGIN, json!({}));
    ecr(&aws, "CreatePullThroughCacheRule", docker_hub(&credential));
    aws.iam("GetRole", &[("RoleName", "AWSServiceRoleForECRPullThroughCache")]).expect("ECR has made its role");
    let read = || ecr(&aws, "DescribePullThroughCacheRules", json!({}))["pullThroughCacheRules"][0].clone();
    let expected = json!({
        "ecrRepositoryPrefix": "docker-hub",
        "upstreamRegistryUrl": "registry-1.docker.io",
        "upstreamRegistry": "docker-hub",
        "upstreamRepositoryPrefix": "ROOT",
        "credentialArn": credential,
        "registryId": ACCOUNT,
        "createdAt": 1_767_225_600.0,
        "updatedAt": 1_767_225_600.0,
    });
    assert_eq!(read(), expected);
    tokio::time::advance(Duration::from_secs(1)).await;
    let other = secret(&aws, "ecr-pullthroughcache/other", LOGIN, json!({}));
    ecr(&aws, "UpdatePullThroughCacheRule", json!({ "ecrRepositoryPrefix": "docker-hub/", "credentialArn": other }));
    let changed = read();
    assert_eq!(changed["credentialArn"], other);
    assert_ne!(changed["updatedAt"], changed["createdAt"]);
    let named = json!({ "ecrRepositoryPrefixes": ["docker-hub"] });
    assert_eq!(ecr(&aws, "DescribePullThroughCacheRules", named.clone())["pullThroughCacheRules"][0], changed);
    ecr(&aws, "DeletePullThroughCacheRule", json!({ "ecrRepositoryPrefix": "docker-hub" }));
    assert_eq!(ecr(&aws, "DescribePullThroughCacheRules", json!({}))["pullThroughCacheRules"], json!([]));
    let refused = aws.ecr("DescribePullThroughCacheRules", named).expect_err("refused");
    assert_eq!(refused.code, "PullThroughCacheRuleNotFoundException");
}

#[test]
fn credentials_are_looked_at() {
    let aws = Aws::new();
    let credential = secret(&aws, "ecr-pullthroughcache/docker-hub", LOGIN, json!({}));
    ecr(&aws, "CreatePullThroughCacheRule", docker_hub(&credential));
    assert_eq!(failure(&aws), "");
    let put = |number: usize, value: &str| {
        let token = number.to_string().repeat(32);
        let input = json!({ "SecretId": credential, "ClientRequestToken": token, "SecretString": value });
        aws::granted("PutSecretValue", aws.secrets("PutSecretValue", input));
    };
    put(1, "u:t");
    assert!(failure(&aws).starts_with("The contents of the secret are not valid."));
    put(2, r#"{"username":"u"}"#);
    assert!(failure(&aws).starts_with("The contents of the secret are not valid."));
    put(3, LOGIN);
    assert_eq!(failure(&aws), "");
    let named = json!({ "SecretId": credential });
    aws.secrets("DeleteSecret", named.clone()).expect("scheduled");
    assert!(failure(&aws).starts_with("The secret is unable to be accessed."));
    aws.secrets("RestoreSecret", named.clone()).expect("restored");
    assert_eq!(failure(&aws), "");
    let key = aws.kms("CreateKey", json!({})).expect("a key")["KeyMetadata"]["Arn"].clone();
    aws.secrets("UpdateSecret", json!({ "SecretId": credential, "KmsKeyId": key })).expect("updated");
    assert!(failure(&aws).starts_with("The secret is accessible but is unable to be decrypted."));
    aws.secrets("DeleteSecret", json!({ "SecretId": credential, "ForceDeleteWithoutRecovery": true })).expect("gone");
    assert!(failure(&aws).starts_with("The ARN of the secret specified in the pull through cache rule was not found."));
}

#[test]
fn each_upstream_has_its_url() {
    let aws = Aws::new();
    aws.iam("CreateRole", &[("RoleName", "ecr"), ("AssumeRolePolicyDocument", TRUST)]).expect("a role");
    let role = format!("arn:aws:iam::{ACCOUNT}:role/ecr");
    let credential = secret(&aws, "ecr-pullthroughcache/all", LOGIN, json!({}));
    for (upstream, url, more) in [
        ("azure-container-registry", "acme.azurecr.io", json!({ "credentialArn": credential })),
        ("chainguard", "cgr.dev", json!({ "credentialArn": credential })),
        ("docker-hub", "registry-1.docker.io", json!({ "credentialArn": credential })),
        ("ecr-public", "public.ecr.aws", json!({})),
        ("github-container-registry", "ghcr.io", json!({ "credentialArn": credential })),
        ("gitlab-container-registry", "registry.gitlab.com", json!({ "credentialArn": credential })),
        ("k8s", "registry.k8s.io", json!({})),
        ("quay", "quay.io", json!({})),
        ("ecr", "444455556666.dkr.ecr.eu-west-1.amazonaws.com", json!({ "customRoleArn": role })),
    ] {
        let mut input =
            json!({ "ecrRepositoryPrefix": upstream, "upstreamRegistryUrl": url, "upstreamRegistry": upstream });
        input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let made = ecr(&aws, "CreatePullThroughCacheRule", input);
        assert_eq!(made["upstreamRegistry"], upstream);
        let valid = ecr(&aws, "ValidatePullThroughCacheRule", json!({ "ecrRepositoryPrefix": upstream }));
        assert_eq!(valid["isValid"], true, "{upstream}");
    }
    let root = json!({ "ecrRepositoryPrefix": "ROOT", "upstreamRegistryUrl": "444455556666.dkr.ecr.us-east-1.amazonaws.com",
        "customRoleArn": role, "upstreamRepositoryPrefix": "ROOT" });
    ecr(&aws, "CreatePullThroughCacheRule", root);
    let own = json!({ "ecrRepositoryPrefix": "own", "upstreamRegistryUrl": format!("{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com") });
    ecr(&aws, "CreatePullThroughCacheRule", own);
}

#[test]
fn what_is_refused() {
    let aws = Aws::new();
    let good = secret(&aws, "ecr-pullthroughcache/good", LOGIN, json!({}));
    let scheduled = secret(&aws, "ecr-pullthroughcache/scheduled", LOGIN, json!({}));
    aws.secrets("DeleteSecret", json!({ "SecretId": scheduled })).expect("scheduled");
    let key = aws.kms("CreateKey", json!({})).expect("a key")["KeyMetadata"]["Arn"].clone();
    let own_key = secret(&aws, "ecr-pullthroughcache/own-key", LOGIN, json!({ "KmsKeyId": key }));
    let elsewhere = secret(&aws, "elsewhere-than-below-the-prefix", LOGIN, json!({}));
    ecr(&aws, "CreatePullThroughCacheRule", docker_hub(&good));
    ecr(&aws, "CreatePullThroughCacheRule", json!({ "ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io" }));
    let table = r#"
        a short prefix | $CREATE"a","upstreamRegistryUrl":"quay.io"} | 400 InvalidParameterException Invalid parameter at 'ecrRepositoryPrefix'
        a long prefix | $CREATE"a123456789012345678901234567890","upstreamRegistryUrl":"quay.io"} | 400 InvalidParameterException Invalid parameter at
        a prefix with a capital | $CREATE"Quay","upstreamRegistryUrl":"quay.io"} | 400 InvalidParameterException Invalid parameter at
        an unknown upstream | $CREATE"new","upstreamRegistryUrl":"registry.example.com"} | 400 UnsupportedUpstreamRegistryException The upstream
        a scheme | $CREATE"new","upstreamRegistryUrl":"https://quay.io"} | 400 UnsupportedUpstreamRegistryException The upstream
        another name | $CREATE"new","upstreamRegistryUrl":"quay.io","upstreamRegistry":"k8s"} | 400 UnsupportedUpstreamRegistryException
        no credentials | $CREATE"new","upstreamRegistryUrl":"ghcr.io"} | 400 InvalidParameterException Invalid parameter at 'credentialArn'
        needless credentials | $CREATE"new","upstreamRegistryUrl":"quay.io","credentialArn":"$GOOD"} | 400 InvalidParameterException Invalid
        a needless role | $CREATE"new","upstreamRegistryUrl":"quay.io","customRoleArn":"arn:aws:iam::111122223333:role/a"} | 400 InvalidParameterException
        a secret with another name | $CREATE"new",$GHCR"$ELSEWHERE"} | 400 InvalidParameterException Invalid parameter at 'credentialArn'
        a secret that is not there | $CREATE"new",$GHCR"$GOODx"} | 400 SecretNotFoundException The ARN of the secret specified
        a secret of another account | $CREATE"new",$GHCR"$OTHERS"} | 400 SecretNotFoundException The ARN of the secret specified
        a secret that is to go | $CREATE"new",$GHCR"$SCHEDULED"} | 400 UnableToAccessSecretException The secret is unable
        a secret with a key | $CREATE"new",$GHCR"$OWNKEY"} | 400 UnableToDecryptSecretValueException The secret is accessible
        a prefix that is taken | $CREATE"quay/","upstreamRegistryUrl":"public.ecr.aws"} | 400 PullThroughCacheRuleAlreadyExistsException
        itself | $CREATE"new","upstreamRegistryUrl":"111122223333.dkr.ecr.eu-west-1.amazonaws.com"} | 400 ValidationException The upstream
        another account without a role | $CREATE"new","upstreamRegistryUrl":"444455556666.dkr.ecr.eu-west-1.amazonaws.com"} | 400 InvalidParameterException
        a role that is not there | $CREATE"new",$HUB"arn:aws:iam::111122223333:role/none"} | 400 ValidationException The custom role
        a role of the other account | $CREATE"new",$HUB"arn:aws:iam::444455556666:role/a"} | 400 ValidationException The custom role
        another registry | $CREATE"new","upstreamRegistryUrl":"quay.io","registryId":"444455556666"} | 400 AccessDeniedException User:
        nothing to update | UpdatePullThroughCacheRule {"ecrRepositoryPrefix":"docker-hub"} | 400 InvalidParameterException Invalid parameter
        needless ones later | UpdatePullThroughCacheRule {"ecrRepositoryPrefix":"quay","credentialArn":"$GOOD"} | 400 InvalidParameterException
        a bad one later | UpdatePullThroughCacheRule {"ecrRepositoryPrefix":"docker-hub","credentialArn":"$SCHEDULED"} | 400 UnableToAccessSecretException
        update what is not there | UpdatePullThroughCacheRule {"ecrRepositoryPrefix":"none","credentialArn":"$GOOD"} | $NOBODY
        delete it | DeletePullThroughCacheRule {"ecrRepositoryPrefix":"none"} | $NOBODY
        describe it | DescribePullThroughCacheRules {"ecrRepositoryPrefixes":["quay","none"]} | $NOBODY
        validate it | ValidatePullThroughCacheRule {"ecrRepositoryPrefix":"none"} | $NOBODY
    "#;
    let others = good.replace(ACCOUNT, "444455556666");
    let words = [
        ("$CREATE", r#"CreatePullThroughCacheRule {"ecrRepositoryPrefix":"#),
        ("$ELSEWHERE", elsewhere.as_str()),
        ("$GHCR", r#""upstreamRegistryUrl":"ghcr.io","credentialArn":"#),
        ("$GOOD", &good),
        ("$HUB", r#""upstreamRegistryUrl":"444455556666.dkr.ecr.eu-west-1.amazonaws.com","customRoleArn":"#),
        (
            "$NOBODY",
            "400 PullThroughCacheRuleNotFoundException The pull through cache rule with the repository prefix 'none'",
        ),
        ("$OTHERS", &others),
        ("$OWNKEY", &own_key),
        ("$SCHEDULED", &scheduled),
    ];
    check_json(&aws, Aws::ecr, table, &words);
}

#[test]
fn the_rule_after_the_fiftieth() {
    let aws = Aws::new();
    for number in 0..50 {
        let input = json!({ "ecrRepositoryPrefix": format!("quay{number}"), "upstreamRegistryUrl": "quay.io" });
        ecr(&aws, "CreatePullThroughCacheRule", input);
    }
    let call = r#"CreatePullThroughCacheRule {"ecrRepositoryPrefix":"quay","upstreamRegistryUrl":"quay.io"}"#;
    check_json(&aws, Aws::ecr, &format!("one more | {call} | 400 LimitExceededException The registry"), &[]);
}
