//! The Resource Groups Tagging API: tags of what other services have.

mod aws;

use aws::{ACCOUNT, Aws, REGION, Refused, xml};
use eksctl_rs_emulator::{Clock, Emulator, Options};
use serde_json::{Value, json};

const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","#,
    r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#
);

/// A VPC with tags; its ARN.
fn vpc(aws: &Aws, tags: Value) -> String {
    let made = aws.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).expect("a VPC");
    let arn = format!("arn:aws:ec2:{}:{ACCOUNT}:vpc/{}", aws.region, xml(&made, "vpcId").expect("an id"));
    if tags.as_object().is_some_and(|tags| !tags.is_empty()) {
        let answer = aws.tagging("TagResources", json!({ "ResourceARNList": [arn], "Tags": tags }));
        assert_eq!(answer, Ok(json!({ "FailedResourcesMap": {} })));
    }
    arn
}

/// An instance profile, which is in IAM and so in us-east-1; its ARN.
fn profile(aws: &Aws) -> String {
    let tag = [("Tags.member.1.Key", "Name"), ("Tags.member.1.Value", "profile")];
    let parameters = [&[("InstanceProfileName", "profile")][..], &tag].concat();
    xml(&aws.iam("CreateInstanceProfile", &parameters).expect("a profile"), "Arn").expect("an ARN")
}

fn tagging(aws: &Aws, operation: &str, body: Value) -> Value {
    aws::granted(operation, aws.tagging(operation, body))
}

/// The ARNs that GetResources finds.
fn found(aws: &Aws, question: Value) -> Vec<String> {
    arns(&tagging(aws, "GetResources", question))
}

fn arns(answer: &Value) -> Vec<String> {
    let list = answer["ResourceTagMappingList"].as_array().expect("a list");
    list.iter().map(|mapping| mapping["ResourceARN"].as_str().expect("an ARN").to_owned()).collect()
}

fn sorted(mut arns: Vec<String>) -> Vec<String> {
    arns.sort();
    arns
}

#[test]
fn filters_by_key_and_value() {
    let aws = Aws::new();
    let dev = vpc(&aws, json!({ "stack": "dev", "Name": "one" }));
    let test = vpc(&aws, json!({ "stack": "test", "Name": "two" }));
    let bare = vpc(&aws, json!({}));
    let by = |filters: Value| sorted(found(&aws, json!({ "TagFilters": filters })));
    let both = sorted(vec![dev.clone(), test.clone()]);
    assert_eq!(by(json!([])), both, "what has no tags is not found: {bare}");
    assert_eq!(by(json!([{ "Key": "stack" }])), both);
    assert_eq!(by(json!([{ "Key": "stack", "Values": [] }])), both);
    assert_eq!(by(json!([{ "Key": "stack", "Values": ["dev"] }])), [dev.as_str()]);
    assert_eq!(by(json!([{ "Key": "stack", "Values": ["dev", "test"] }])), both);
    assert_eq!(
        by(json!([{ "Key": "stack", "Values": ["dev", "test"] }, { "Key": "Name", "Values": ["two"] }])),
        [test]
    );
    assert_eq!(by(json!([{ "Key": "stack", "Values": ["dev"] }, { "Key": "Name", "Values": ["two"] }])), [""; 0]);
    assert_eq!(by(json!([{ "Key": "Stack" }])), [""; 0], "keys have a case");
    assert_eq!(by(json!([{ "Key": "stack", "Values": ["d*"] }])), [""; 0], "values are no patterns");
}

#[test]
fn filters_by_type_and_arn() {
    let aws = Aws { region: "us-east-1".into(), ..Aws::new() };
    let (vpc, profile) = (vpc(&aws, json!({ "Name": "vpc" })), profile(&aws));
    let by = |types: &[&str]| sorted(found(&aws, json!({ "ResourceTypeFilters": types })));
    let both = sorted(vec![vpc.clone(), profile.clone()]);
    assert_eq!(by(&[]), both);
    assert_eq!(by(&["ec2"]), [vpc.as_str()]);
    assert_eq!(by(&["ec2:vpc", "eks:cluster"]), [vpc.as_str()]);
    assert_eq!(by(&["ec2:subnet", "eks:nodegroup", "iam:policy"]), [""; 0]);
    assert_eq!(by(&["iam:instance-profile", "ec2:vpc"]), both);
    assert_eq!(found(&aws, json!({ "ResourceARNList": [vpc, format!("{vpc}0")] })), [vpc.as_str()]);
}

#[test]
fn egress_only_gateways_are_among_the_resources() {
    let aws = Aws::new();
    let vpc = aws.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).expect("a VPC");
    let vpc = xml(&vpc, "vpcId").expect("an id");
    let made = aws.ec2("CreateEgressOnlyInternetGateway", &[("VpcId", &vpc)]).expect("a gateway");
    let id = xml(&made, "egressOnlyInternetGatewayId").expect("an id");
    let arn = format!("arn:aws:ec2:{REGION}:{ACCOUNT}:egress-only-internet-gateway/{id}");
    let change = json!({ "ResourceARNList": [arn], "Tags": { "a": "b" } });
    assert_eq!(tagging(&aws, "TagResources", change), json!({ "FailedResourcesMap": {} }));
    let asked = json!({ "ResourceTypeFilters": ["ec2:egress-only-internet-gateway"] });
    assert_eq!(found(&aws, asked), [arn.as_str()]);
    tagging(&aws, "UntagResources", json!({ "ResourceARNList": [arn], "TagKeys": ["a"] }));
    assert_eq!(found(&aws, json!({})), [""; 0]);
}

#[test]
fn answers_hold_all_tags_of_a_resource() {
    let aws = Aws::new();
    let arn = vpc(&aws, json!({ "b": "2", "a": "", "c": "3" }));
    let tags = json!([{ "Key": "a", "Value": "" }, { "Key": "b", "Value": "2" }, { "Key": "c", "Value": "3" }]);
    let question = json!({ "TagFilters": [{ "Key": "a" }] });
    let mapping = json!({ "ResourceARN": arn, "Tags": tags });
    let answer = json!({ "PaginationToken": "", "ResourceTagMappingList": [mapping] });
    assert_eq!(tagging(&aws, "GetResources", question.clone()), answer);
    assert_eq!(aws.tagging_in_cbor("GetResources", &question), Ok(answer));
}

#[test]
fn without_a_tag_policy_everything_complies() {
    let aws = Aws::new();
    vpc(&aws, json!({ "a": "b" }));
    let answer = tagging(&aws, "GetResources", json!({ "IncludeComplianceDetails": true }));
    assert_eq!(answer["ResourceTagMappingList"][0]["ComplianceDetails"]["ComplianceStatus"], true);
    let question = json!({ "IncludeComplianceDetails": true, "ExcludeCompliantResources": true });
    assert_eq!(found(&aws, question), [""; 0]);
}

#[test]
fn keys_and_log_groups_are_among_the_resources() {
    let aws = Aws::new();
    let made = aws.kms("CreateKey", json!({ "Tags": [{ "TagKey": "stack", "TagValue": "dev" }] })).expect("a key");
    let key = made["KeyMetadata"]["Arn"].as_str().expect("an ARN").to_owned();
    let group = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/eks/dev/cluster");
    aws.logs("CreateLogGroup", json!({ "logGroupName": "/aws/eks/dev/cluster" })).expect("a log group");
    assert_eq!(found(&aws, json!({})), [key.as_str()]);
    let change =
        json!({ "ResourceARNList": [key, group, format!("{group}:*"), format!("{key}0")], "Tags": { "a": "b" } });
    let failed = tagging(&aws, "TagResources", change)["FailedResourcesMap"].clone();
    assert_eq!(failed.as_object().map(serde_json::Map::len), Some(2), "{failed}");
    let by = |types: &[&str]| found(&aws, json!({ "ResourceTypeFilters": types }));
    assert_eq!(by(&["kms:key"]), [key.as_str()]);
    assert_eq!(by(&["logs:log-group"]), [group.as_str()]);
    assert_eq!(sorted(by(&["kms", "logs"])), sorted(vec![key.clone(), group.clone()]));
    let tags = aws.logs("ListTagsForResource", json!({ "resourceArn": group })).expect("tags");
    assert_eq!(tags["tags"], json!({ "a": "b" }));
    tagging(&aws, "UntagResources", json!({ "ResourceARNList": [key], "TagKeys": ["stack"] }));
    let tags = aws.kms("ListResourceTags", json!({ "KeyId": key })).expect("tags");
    assert_eq!(tags["Tags"], json!([{ "TagKey": "a", "TagValue": "b" }]));
    // A key that is to be deleted is still there, and keeps its tags.
    aws.kms("ScheduleKeyDeletion", json!({ "KeyId": key })).expect("a deletion");
    assert_eq!(by(&["kms:key"]), [key.as_str()]);
    let failed = tagging(&aws, "TagResources", json!({ "ResourceARNList": [key], "Tags": { "c": "d" } }));
    assert_eq!(failed["FailedResourcesMap"][&key]["StatusCode"], 400);
}

#[test]
fn roles_are_not_among_the_resources() {
    let aws = Aws { region: "us-east-1".into(), ..Aws::new() };
    let tag = [("Tags.member.1.Key", "Name"), ("Tags.member.1.Value", "node")];
    let parameters = [&[("RoleName", "node"), ("AssumeRolePolicyDocument", TRUST)][..], &tag].concat();
    let arn = xml(&aws.iam("CreateRole", &parameters).expect("a role"), "Arn").expect("an ARN");
    assert_eq!(found(&aws, json!({})), [""; 0]);
    assert_eq!(found(&aws, json!({ "ResourceARNList": [arn] })), [""; 0]);
    let answer = tagging(&aws, "TagResources", json!({ "ResourceARNList": [arn], "Tags": { "a": "b" } }));
    assert_eq!(answer["FailedResourcesMap"][&arn]["ErrorCode"], "InvalidParameterException");
}

#[test]
fn policies_and_providers_are_among_the_resources_of_the_home_region() {
    let home = Aws { region: "us-east-1".into(), ..Aws::new() };
    let tag = [("Tags.member.1.Key", "stack"), ("Tags.member.1.Value", "dev")];
    let read = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let policy = [&[("PolicyName", "p"), ("PolicyDocument", read)][..], &tag].concat();
    let policy = xml(&home.iam("CreatePolicy", &policy).expect("a policy"), "Arn").expect("an ARN");
    let provider = [&[("Url", "https://a.com")][..], &tag].concat();
    let provider = home.iam("CreateOpenIDConnectProvider", &provider).expect("a provider");
    let provider = xml(&provider, "OpenIDConnectProviderArn").expect("an ARN");
    assert_eq!(sorted(found(&home, json!({}))), sorted(vec![policy.clone(), provider.clone()]));
    assert_eq!(found(&home, json!({ "ResourceTypeFilters": ["iam:policy"] })), [policy.as_str()]);
    assert_eq!(found(&home, json!({ "ResourceTypeFilters": ["iam:oidc-provider"] })), [provider.as_str()]);
    assert_eq!(found(&Aws { region: REGION.into(), ..home.clone() }, json!({})), [""; 0], "IAM is not there");
    tagging(&home, "UntagResources", json!({ "ResourceARNList": [policy, provider], "TagKeys": ["stack"] }));
    assert_eq!(found(&home, json!({})), [""; 0]);
}

#[test]
fn every_region_answers_for_itself() {
    let aws = Aws::new();
    let elsewhere = Aws { region: "us-east-1".into(), ..aws.clone() };
    let here = vpc(&aws, json!({ "Name": "here" }));
    let (there, profile) = (vpc(&elsewhere, json!({ "Name": "there" })), profile(&aws));
    assert_eq!(found(&aws, json!({})), [here.as_str()]);
    assert_eq!(sorted(found(&elsewhere, json!({}))), sorted(vec![there.clone(), profile.clone()]), "IAM is there");
    assert_eq!(found(&aws, json!({ "ResourceARNList": [there] })), [""; 0]);
    let others = [there, profile, here.replace(REGION, "eu-west-2"), here.replace(ACCOUNT, "444455556666")];
    let named: Vec<&String> = others.iter().chain([&here]).collect();
    let change = json!({ "ResourceARNList": named, "Tags": { "new": "1" } });
    let failed = tagging(&aws, "TagResources", change)["FailedResourcesMap"].clone();
    let failed = failed.as_object().expect("a map").keys().cloned().collect();
    assert_eq!(sorted(failed), sorted(others.into()));
    assert_eq!(found(&aws, json!({ "TagFilters": [{ "Key": "new" }] })), [here]);
}

#[test]
fn pages_of_resources() {
    let aws = Aws::new();
    let mut all: Vec<String> = (0..5).map(|number| vpc(&aws, json!({ "number": number.to_string() }))).collect();
    all.sort();
    let mut question = json!({ "ResourcesPerPage": 2 });
    let mut sizes = Vec::new();
    let mut seen = Vec::new();
    loop {
        let answer = tagging(&aws, "GetResources", question.clone());
        sizes.push(arns(&answer).len());
        seen.extend(arns(&answer));
        question["PaginationToken"] = answer["PaginationToken"].clone();
        if answer["PaginationToken"] == "" {
            break;
        }
    }
    assert_eq!((sizes, sorted(seen)), (vec![2, 2, 1], all));
}

#[test]
fn pages_do_not_split_the_tags_of_a_resource() {
    let aws = Aws::new();
    for _ in 0..5 {
        vpc(&aws, (0..40).map(|key| (format!("key{key}"), json!("x"))).collect::<serde_json::Map<_, _>>().into());
    }
    let first = tagging(&aws, "GetResources", json!({ "TagsPerPage": 100 }));
    assert_eq!(arns(&first).len(), 2, "a third one would make 120 tags");
    let question = json!({ "TagsPerPage": 100, "PaginationToken": first["PaginationToken"] });
    assert_eq!(arns(&tagging(&aws, "GetResources", question)).len(), 2);
    assert_eq!(found(&aws, json!({ "TagsPerPage": 100, "ResourcesPerPage": 1 })).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_expires_after_a_quarter_of_an_hour() {
    let emulator = Emulator::new(Options { clock: Clock::REAL, ..Options::default() }).expect("an emulator");
    let aws = Aws { emulator, ..Aws::new() };
    vpc(&aws, json!({ "a": "1" }));
    vpc(&aws, json!({ "a": "2" }));
    let first = tagging(&aws, "GetResources", json!({ "ResourcesPerPage": 1 }));
    let question = json!({ "ResourcesPerPage": 1, "PaginationToken": first["PaginationToken"] });
    tokio::time::advance(std::time::Duration::from_mins(15)).await;
    assert_eq!(found(&aws, question.clone()).len(), 1);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    let refused = aws.tagging("GetResources", question).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (400, "PaginationTokenExpiredException"));
}

#[test]
fn keys_and_values_in_use() {
    let aws = Aws::new();
    for number in 0..3 {
        let mut tags: serde_json::Map<_, _> = (0..40).map(|key| (format!("key{number}-{key}"), json!("x"))).collect();
        tags.insert("stack".into(), json!(format!("stack{number}")));
        vpc(&aws, tags.into());
    }
    let values = json!({ "PaginationToken": "", "TagValues": ["stack0", "stack1", "stack2"] });
    assert_eq!(tagging(&aws, "GetTagValues", json!({ "Key": "stack" })), values);
    assert_eq!(aws.tagging_in_cbor("GetTagValues", &json!({ "Key": "stack" })), Ok(values));
    assert_eq!(tagging(&aws, "GetTagValues", json!({ "Key": "none" }))["TagValues"], json!([]));
    let first = tagging(&aws, "GetTagKeys", json!({}));
    let rest = tagging(&aws, "GetTagKeys", json!({ "PaginationToken": first["PaginationToken"] }));
    let length = |answer: &Value| answer["TagKeys"].as_array().map_or(0, Vec::len);
    assert_eq!((length(&first), length(&rest), &rest["PaginationToken"]), (100, 21, &json!("")));
}

#[test]
fn tags_are_put_and_taken_in_either_protocol() {
    let aws = Aws::new();
    let (one, two) = (vpc(&aws, json!({ "a": "1", "b": "1" })), vpc(&aws, json!({})));
    let tags = |arn: &str| {
        let answer = tagging(&aws, "GetResources", json!({ "ResourceARNList": [arn] }));
        answer["ResourceTagMappingList"][0]["Tags"].clone()
    };
    let put = json!({ "ResourceARNList": [one, two], "Tags": { "a": "2" } });
    assert_eq!(aws.tagging_in_cbor("TagResources", &put), Ok(json!({ "FailedResourcesMap": {} })));
    assert_eq!(tags(&one), json!([{ "Key": "a", "Value": "2" }, { "Key": "b", "Value": "1" }]));
    assert_eq!(tags(&two), json!([{ "Key": "a", "Value": "2" }]));
    let take = json!({ "ResourceARNList": [one, two], "TagKeys": ["a", "none"] });
    assert_eq!(aws.tagging_in_cbor("UntagResources", &take), Ok(json!({ "FailedResourcesMap": {} })));
    assert_eq!(tags(&one), json!([{ "Key": "b", "Value": "1" }]));
    assert_eq!(tags(&two), Value::Null, "it has none any more");
    assert_eq!(tagging(&aws, "UntagResources", take), json!({ "FailedResourcesMap": {} }), "again is no mistake");
}

#[test]
fn what_fails_for_one_resource_does_not_for_the_others() {
    let aws = Aws::new();
    let arn = vpc(&aws, json!({}));
    let full = vpc(&aws, (0..50).map(|key| (format!("key{key}"), json!(""))).collect::<serde_json::Map<_, _>>().into());
    let (gone, subnet) = (format!("{arn}0"), arn.replace(":vpc/", ":subnet/"));
    let change = json!({ "ResourceARNList": [gone, subnet, full, arn], "Tags": { "new": "1" } });
    let failed = tagging(&aws, "TagResources", change)["FailedResourcesMap"].clone();
    for arn in [&gone, &subnet, &full] {
        assert_eq!(failed[arn]["StatusCode"], 400, "{arn}: {failed}");
        assert_eq!(failed[arn]["ErrorCode"], "InvalidParameterException");
    }
    assert_eq!(failed.as_object().map(serde_json::Map::len), Some(3));
    assert_eq!(found(&aws, json!({ "TagFilters": [{ "Key": "new" }] })), [arn]);
}

#[test]
fn what_is_refused_as_a_whole() {
    let aws = Aws::new();
    let arn = vpc(&aws, json!({ "a": "b" }));
    let china = arn.replace("arn:aws:", "arn:aws-cn:");
    let many = |count: usize| vec![arn.as_str(); count];
    let cases = [
        ("GetResources", json!({ "ResourceARNList": [arn], "TagFilters": [{ "Key": "a" }] })),
        ("GetResources", json!({ "ResourceARNList": [arn], "ResourceTypeFilters": ["ec2"] })),
        ("GetResources", json!({ "ResourceARNList": [arn], "ResourcesPerPage": 1 })),
        ("GetResources", json!({ "ResourceARNList": [arn], "TagsPerPage": 100 })),
        ("GetResources", json!({ "ResourceARNList": [arn], "PaginationToken": "x" })),
        ("GetResources", json!({ "ResourceARNList": many(101) })),
        ("GetResources", json!({ "ResourceARNList": [] })),
        ("GetResources", json!({ "ResourceARNList": ["vpc-1"] })),
        ("GetResources", json!({ "ResourceARNList": [china] })),
        ("GetResources", json!({ "ResourcesPerPage": 0 })),
        ("GetResources", json!({ "ResourcesPerPage": 101 })),
        ("GetResources", json!({ "TagsPerPage": 99 })),
        ("GetResources", json!({ "TagsPerPage": 501 })),
        ("GetResources", json!({ "TagFilters": [{ "Values": ["b"] }] })),
        ("GetResources", json!({ "TagFilters": [{ "Key": "a", "Values": many(21) }] })),
        ("GetResources", json!({ "TagFilters": vec![json!({ "Key": "a" }); 51] })),
        ("GetResources", json!({ "ResourceTypeFilters": [":vpc"] })),
        ("GetResources", json!({ "ResourceTypeFilters": ["ec2 vpc"] })),
        ("GetResources", json!({ "ResourceTypeFilters": vec!["ec2"; 101] })),
        ("GetResources", json!({ "ExcludeCompliantResources": true })),
        ("GetResources", json!({ "PaginationToken": "page2" })),
        ("GetResources", json!({ "Region": REGION })),
        ("GetTagValues", json!({})),
        ("GetTagKeys", json!({ "PaginationToken": "page2" })),
        ("TagResources", json!({ "ResourceARNList": many(21), "Tags": { "c": "" } })),
        ("TagResources", json!({ "ResourceARNList": [arn], "Tags": {} })),
        ("TagResources", json!({ "ResourceARNList": [arn], "Tags": { "aws:c": "" } })),
        ("TagResources", json!({ "ResourceARNList": [arn], "Tags": { "c": "x".repeat(257) } })),
        ("TagResources", json!({ "ResourceARNList": [arn, china], "Tags": { "c": "" } })),
        ("TagResources", json!({ "ResourceARNList": [arn] })),
        ("UntagResources", json!({ "ResourceARNList": [arn, "vpc-1"], "TagKeys": ["a"] })),
        ("UntagResources", json!({ "ResourceARNList": [arn], "TagKeys": ["a", "aws:x"] })),
        ("UntagResources", json!({ "ResourceARNList": [arn], "TagKeys": [] })),
    ];
    let before = tagging(&aws, "GetResources", json!({}));
    for (operation, body) in cases {
        let in_json = aws.tagging(operation, body.clone());
        let refused = |answer: &Result<Value, Refused>| {
            answer.as_ref().err().map(|refused| (refused.status, refused.code.clone()))
        };
        let expected = Some((400, "InvalidParameterException".to_owned()));
        assert_eq!(refused(&in_json), expected, "{operation} {body}: {in_json:?}");
        assert_eq!(in_json, aws.tagging_in_cbor(operation, &body));
    }
    assert_eq!(tagging(&aws, "GetResources", json!({})), before, "nothing has changed");
}

#[test]
fn unknown_operations_and_callers() {
    let aws = Aws::new();
    let code = |refused: Refused| (refused.status, refused.code);
    let unknown = aws.tagging("GetResource", json!({})).expect_err("refused");
    assert_eq!(code(unknown), (400, "UnknownOperationException".into()));
    let nobody = Aws { account: "AKIAIOSFODNN7EXAMPLE".into(), ..aws };
    let refused = nobody.tagging("GetResources", json!({})).expect_err("refused");
    assert_eq!(code(refused), (400, "UnrecognizedClientException".into()));
}
