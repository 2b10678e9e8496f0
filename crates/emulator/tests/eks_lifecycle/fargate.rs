//! The life of Fargate profiles.

use serde_json::json;

use crate::aws::{self, ACCOUNT, REGION};
use crate::eks::{Account, NODES_JOINED, ROLE_KNOWN, pass, text};

/// Enough virtual seconds for anything of the kind.
pub(crate) const PROFILE_MADE: u64 = 346;
pub(crate) const PROFILE_GONE: u64 = 131;

/// The status, and the codes of what is wrong, of a profile of `dev`.
fn health(account: &Account, name: &str) -> String {
    let found = account.ok("DescribeFargateProfile", json!({ "fargateProfileName": name }))["fargateProfile"].clone();
    let issues = found["health"]["issues"].as_array().expect("issues").clone();
    let codes: Vec<&str> = issues.iter().map(|issue| issue["code"].as_str().expect("a code")).collect();
    format!("{} [{}]", text(&found["status"]), codes.join(", "))
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_made_and_deleted() {
    let account = Account::with_cluster(json!({})).await.with_inner();
    let input = json!({
        "selectors": [{ "namespace": "kube-system", "labels": { "k8s-app": "kube-dns" } }, { "namespace": "team-*" }],
        "tags": { "a": "b" },
        "clientRequestToken": "once",
    });
    let made = account.ok("CreateFargateProfile", input.clone())["fargateProfile"].clone();
    let arn = text(&made["fargateProfileArn"]);
    let place = format!("arn:aws:eks:{REGION}:{ACCOUNT}:fargateprofile/dev/pods/");
    assert_eq!(arn.strip_prefix(&place).map(str::len), Some(36), "{arn}");
    assert_eq!((&made["status"], &made["subnets"]), (&json!("CREATING"), &json!([account.net.id("inner")])));
    assert_eq!(made["selectors"][0], input["selectors"][0]);
    assert_eq!(made["selectors"][1], json!({ "namespace": "team-*", "labels": {} }));
    assert_eq!(account.ok("CreateFargateProfile", input.clone())["fargateProfile"], made, "the same token");
    pass(PROFILE_MADE).await;
    assert_eq!(health(&account, "pods"), "ACTIVE []");
    assert_eq!(account.ok("ListFargateProfiles", json!({}))["fargateProfileNames"], json!(["pods"]));
    let roles = account.iam("ListRoles", &[("PathPrefix", "/aws-service-role/")]);
    assert!(roles.contains("<RoleName>AWSServiceRoleForAmazonEKSForFargate</RoleName>"), "{roles}");
    assert_eq!(account.ok("DeleteFargateProfile", json!({}))["fargateProfile"]["status"], "DELETING");
    pass(PROFILE_GONE).await;
    assert_eq!(account.ok("ListFargateProfiles", json!({}))["fargateProfileNames"], json!([]));
    let again = account.ok("CreateFargateProfile", input)["fargateProfile"].clone();
    assert_ne!(again["fargateProfileArn"], made["fargateProfileArn"], "the first one is gone, and its token");
}

#[tokio::test(start_paused = true)]
async fn a_role_can_be_for_profiles_of_one_cluster() {
    let account = Account::with_cluster(json!({})).await.with_inner();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": { "Service": "eks-fargate-pods.amazonaws.com" },
        "Condition": {
            "ArnLike": { "aws:SourceArn": format!("arn:aws:eks:{REGION}:{ACCOUNT}:fargateprofile/dev/*") },
            "StringEquals": { "aws:SourceAccount": ACCOUNT },
        },
    }] });
    account.iam("CreateRole", &[("RoleName", "ours"), ("AssumeRolePolicyDocument", &trust.to_string())]);
    let refused = account.refused("CreateFargateProfile", json!({ "podExecutionRoleArn": "{role}ours" }));
    assert!(refused.starts_with("InvalidParameterException Misconfigured"), "nobody has heard of it yet: {refused}");
    pass(ROLE_KNOWN).await;
    account.ok("CreateFargateProfile", json!({ "podExecutionRoleArn": "{role}ours" }));
    pass(PROFILE_MADE).await;
    assert_eq!(health(&account, "pods"), "ACTIVE []");
}

#[tokio::test(start_paused = true)]
async fn nodes_have_another_role() {
    let account = Account::known().await.with_inner();
    let both = r#"["ec2.amazonaws.com","eks-fargate-pods.amazonaws.com"]"#;
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Service":{both}}},"Action":"sts:AssumeRole"}}}}"#
    );
    account.iam("CreateRole", &[("RoleName", "both"), ("AssumeRolePolicyDocument", &trust)]);
    account.ok("CreateCluster", json!({}));
    pass(crate::eks::CLUSTER_MADE).await;
    account.ok("CreateNodegroup", json!({ "nodeRole": "{role}both" }));
    pass(NODES_JOINED).await;
    account.ok("CreateFargateProfile", json!({ "podExecutionRoleArn": "{role}both" }));
    pass(PROFILE_MADE).await;
    assert_eq!(health(&account, "pods"), "CREATE_FAILED [PodExecutionRoleAlreadyInUse]");
    account.ok("DeleteFargateProfile", json!({}));
    pass(PROFILE_GONE).await;
    assert!(account.refused("DescribeFargateProfile", json!({})).starts_with("ResourceNotFoundException"));
}

#[tokio::test(start_paused = true)]
async fn without_subnets_it_has_the_private_ones_of_the_cluster() {
    let mut account = Account::known().await.with_inner();
    account.subnet("deep", "10.0.21.0/24", 'b');
    account.net.ok("AssociateRouteTable", "RouteTableId={inside}&SubnetId={deep}");
    account.ok("CreateCluster", json!({ "resourcesVpcConfig": { "subnetIds": ["{a}", "{b}", "{deep}"] } }));
    pass(crate::eks::CLUSTER_MADE).await;
    let made = account.ok("CreateFargateProfile", json!({ "subnets": null }))["fargateProfile"].clone();
    assert_eq!(made["subnets"], json!([account.net.id("deep")]));
}

#[tokio::test(start_paused = true)]
async fn its_pods_have_an_access_entry() {
    let account = Account::with_cluster(json!({ "accessConfig": { "authenticationMode": "API" } })).await.with_inner();
    account.ok("CreateFargateProfile", json!({}));
    let asked = json!({ "principalArn": "{role}pods" });
    let entry = account.ok("DescribeAccessEntry", asked.clone())["accessEntry"].clone();
    assert_eq!((&entry["type"], &entry["username"]), (&json!("FARGATE_LINUX"), &json!("system:node:{{SessionName}}")));
    pass(PROFILE_MADE).await;
    account.ok("DeleteFargateProfile", json!({}));
    pass(PROFILE_GONE).await;
    assert!(account.refused("DescribeAccessEntry", asked).starts_with("ResourceNotFoundException"));
}

#[tokio::test(start_paused = true)]
async fn profiles_are_tagged_and_found_by_tags() {
    let account = Account::with_cluster(json!({})).await.with_inner();
    let made = account.ok("CreateFargateProfile", json!({ "tags": { "stack": "dev" } }))["fargateProfile"].clone();
    let arn = &made["fargateProfileArn"];
    account.ok("TagResource", json!({ "resourceArn": arn, "tags": { "more": "yes" } }));
    account.ok("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["stack"] }));
    let tags = account.ok("DescribeFargateProfile", json!({}))["fargateProfile"]["tags"].clone();
    assert_eq!(tags, json!({ "more": "yes" }));
    let question = json!({ "TagFilters": [{ "Key": "more" }], "ResourceTypeFilters": ["eks:fargateprofile"] });
    let found = aws::granted("GetResources", account.net.aws.tagging("GetResources", question));
    assert_eq!(found["ResourceTagMappingList"][0]["ResourceARN"], *arn);
}

#[tokio::test(start_paused = true)]
async fn the_weather_lets_one_fail() {
    let account = Account::with_cluster(json!({})).await.with_inner();
    account.net.aws.weather(json!({ "failing": [
        { "resource": "fargate-profile", "name": "po*", "code": "AccessDenied" },
    ] }));
    account.ok("CreateFargateProfile", json!({}));
    pass(PROFILE_MADE).await;
    assert_eq!(health(&account, "pods"), "CREATE_FAILED [AccessDenied]");
}
