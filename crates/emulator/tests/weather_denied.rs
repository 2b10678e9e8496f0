//! What the caller may not do.

mod aws;

use aws::{Aws, granted};
use http::Method;
use serde_json::{Value, json};

#[test]
fn each_service_denies_in_its_own_words() {
    let aws = Aws::new();
    aws.weather(json!({ "denied": [{ "action": "*" }] }));
    let denied = [
        aws.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).expect_err("denied"),
        aws.eks(Method::GET, "/clusters", Value::Null).expect_err("denied"),
        aws.iam("ListRoles", &[]).expect_err("denied"),
        aws.kms("CreateKey", json!({})).expect_err("denied"),
        aws.logs("DescribeLogGroups", json!({})).expect_err("denied"),
        aws.tagging("GetResources", json!({})).expect_err("denied"),
        aws.query("sts", "AssumeRole", &[]).expect_err("denied"),
    ];
    let seen: Vec<_> = denied.iter().map(|refused| (refused.status, refused.code.as_str())).collect();
    let expected = [
        (403, "UnauthorizedOperation"),
        (403, "AccessDeniedException"),
        (403, "AccessDenied"),
        (400, "AccessDeniedException"),
        (400, "AccessDeniedException"),
        (400, "AccessDeniedException"),
        (403, "AccessDenied"),
    ];
    assert_eq!(seen, expected);
    assert!(denied[0].message.contains("is not authorized to perform: ec2:CreateVpc"), "{}", denied[0].message);
    assert!(denied[0].message.contains("Encoded authorization failure message: "), "{}", denied[0].message);
    assert_eq!(
        denied[5].message,
        "User: arn:aws:iam::111122223333:user/emulator is not authorized to perform: tag:GetResources on resource: * \
         because no identity-based policy allows the tag:GetResources action"
    );
    granted("GetCallerIdentity", aws.query("sts", "GetCallerIdentity", &[]));
}

#[test]
fn it_begins_and_ends_when_it_is_said_to() {
    let aws = Aws::new();
    aws.weather(json!({ "denied": [{ "action": "ec2:Create*Gateway", "after": 2, "times": 2 }] }));
    let create = || aws.ec2("CreateInternetGateway", &[]).map_or_else(|refused| refused.code, |_| "made".to_owned());
    granted("DescribeVpcs", aws.ec2("DescribeVpcs", &[]));
    let seen: Vec<String> = (0..6).map(|_| create()).collect();
    assert_eq!(seen, ["made", "made", "UnauthorizedOperation", "UnauthorizedOperation", "made", "made"]);
    let gateways = granted("DescribeInternetGateways", aws.ec2("DescribeInternetGateways", &[]));
    assert_eq!(aws::all(&gateways, "internetGatewayId").len(), 4, "what was denied changed nothing");
}

#[test]
fn a_dry_run_tells_of_it() {
    let aws = Aws::new();
    aws.weather(json!({ "denied": [{ "action": "ec2:CreateInternetGateway" }] }));
    let dry = aws.ec2("CreateInternetGateway", &[("DryRun", "true")]).expect_err("denied");
    assert_eq!(dry.code, "UnauthorizedOperation");
}
