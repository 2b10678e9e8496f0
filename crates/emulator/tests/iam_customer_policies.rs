//! Managed policies of the account: their life and versions, and what IAM refuses.

mod aws;
mod refusals;

use std::time::Duration;

use aws::{ACCOUNT, Aws, all, xml};
use percent_encoding::percent_decode_str;
use refusals::check_iam;

const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","#,
    r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#
);
const READ: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

fn iam(aws: &Aws, action: &str, parameters: &[(&str, &str)]) -> String {
    aws::granted(action, aws.iam(action, parameters))
}

fn arn(rest: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:policy/{rest}")
}

fn create(aws: &Aws, name: &str, more: &[(&str, &str)]) -> String {
    let parameters = [&[("PolicyName", name), ("PolicyDocument", READ)], more].concat();
    xml(&iam(aws, "CreatePolicy", &parameters), "Arn").expect("an ARN")
}

fn get(aws: &Aws, arn: &str) -> String {
    iam(aws, "GetPolicy", &[("PolicyArn", arn)])
}

fn text(answer: &str, name: &str) -> String {
    xml(answer, name).expect(name)
}

fn version(aws: &Aws, arn: &str, document: &str, set_as_default: bool) -> String {
    let set_as_default = set_as_default.to_string();
    let parameters = [("PolicyArn", arn), ("PolicyDocument", document), ("SetAsDefault", &set_as_default)];
    text(&iam(aws, "CreatePolicyVersion", &parameters), "VersionId")
}

fn document(aws: &Aws, arn: &str, id: &str) -> String {
    let answer = iam(aws, "GetPolicyVersion", &[("PolicyArn", arn), ("VersionId", id)]);
    percent_decode_str(&text(&answer, "Document")).decode_utf8().expect("UTF-8").into_owned()
}

#[test]
fn a_policy_is_read_back_as_it_was_written() {
    let aws = Aws::new();
    let more = [
        ("Path", "/eksctl-rs/dev/"),
        ("Description", "Push images"),
        ("Tags.member.1.Key", "stack"),
        ("Tags.member.1.Value", "dev"),
    ];
    let made = create(&aws, "push", &more);
    assert_eq!(made, arn("eksctl-rs/dev/push"));
    let read = get(&aws, &made);
    for (name, value) in [
        ("PolicyName", "push"),
        ("Path", "/eksctl-rs/dev/"),
        ("Description", "Push images"),
        ("DefaultVersionId", "v1"),
        ("AttachmentCount", "0"),
        ("PermissionsBoundaryUsageCount", "0"),
        ("IsAttachable", "true"),
        ("Key", "stack"),
        ("Value", "dev"),
    ] {
        assert_eq!(text(&read, name), value, "{name}");
    }
    assert!(text(&read, "PolicyId").starts_with("ANPA"));
    assert_eq!(document(&aws, &made, "v1"), READ);
    let listed = iam(&aws, "ListPolicies", &[("Scope", "Local")]);
    assert_eq!(
        (all(&listed, "Arn"), xml(&listed, "Description"), xml(&listed, "Tags")),
        (vec![made.clone()], None, None)
    );
    iam(&aws, "DeletePolicy", &[("PolicyArn", &made)]);
    assert_eq!(aws.iam("GetPolicy", &[("PolicyArn", &made)]).expect_err("gone").code, "NoSuchEntity");
}

#[test]
fn lists_are_limited_by_scope_path_and_use() {
    let aws = Aws::new();
    let (plain, deep) = (create(&aws, "plain", &[]), create(&aws, "deep", &[("Path", "/a/b/")]));
    let listed = |parameters: &[(&str, &str)]| all(&iam(&aws, "ListPolicies", parameters), "Arn");
    assert_eq!(listed(&[("PathPrefix", "/a/")]), [deep.as_str()]);
    assert_eq!(listed(&[("Scope", "Local")]), [deep.as_str(), &plain]);
    assert!(!listed(&[("Scope", "AWS"), ("MaxItems", "1000")]).contains(&plain));
    assert!(listed(&[("MaxItems", "1000")]).contains(&plain));
    assert_eq!(listed(&[("Scope", "Local"), ("OnlyAttached", "true")]), [""; 0]);
    iam(&aws, "CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST), ("PermissionsBoundary", &deep)]);
    iam(&aws, "AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &plain)]);
    iam(&aws, "CreateGroup", &[("GroupName", "g")]);
    iam(&aws, "AttachGroupPolicy", &[("GroupName", "g"), ("PolicyArn", &plain)]);
    assert_eq!(listed(&[("PolicyUsageFilter", "PermissionsPolicy")]), [plain.as_str()]);
    assert_eq!(listed(&[("PolicyUsageFilter", "PermissionsBoundary")]), [deep.as_str()]);
    assert_eq!(text(&get(&aws, &plain), "AttachmentCount"), "2");
    assert_eq!(text(&get(&aws, &deep), "PermissionsBoundaryUsageCount"), "1");
    let entities = |filter: &[(&str, &str)]| {
        let answer = iam(&aws, "ListEntitiesForPolicy", &[&[("PolicyArn", plain.as_str())], filter].concat());
        (all(&answer, "GroupName"), all(&answer, "RoleName"))
    };
    let (group, role) = (vec!["g".to_owned()], vec!["r".to_owned()]);
    assert_eq!(entities(&[]), (group.clone(), role.clone()));
    assert_eq!(entities(&[("EntityFilter", "Group")]), (group.clone(), vec![]));
    assert_eq!(entities(&[("EntityFilter", "Role")]), (vec![], role));
    assert_eq!(entities(&[("MaxItems", "1")]), (group, vec![]), "a page counts both");
    let attached = iam(&aws, "ListAttachedRolePolicies", &[("RoleName", "r")]);
    assert_eq!((all(&attached, "PolicyName"), all(&attached, "PolicyArn")), (vec!["plain".to_owned()], vec![plain]));
}

#[tokio::test(start_paused = true)]
async fn a_document_changes_by_versions_of_which_one_counts() {
    let aws = Aws::new();
    let made = create(&aws, "p", &[]);
    tokio::time::advance(Duration::from_mins(1)).await;
    let write = READ.replace("Get", "Put");
    assert_eq!(version(&aws, &made, &write, false), "v2");
    assert_eq!(text(&get(&aws, &made), "DefaultVersionId"), "v1");
    assert_eq!(version(&aws, &made, &write, true), "v3");
    let read = get(&aws, &made);
    assert_eq!(text(&read, "DefaultVersionId"), "v3");
    assert_eq!(text(&read, "CreateDate"), "2026-01-01T00:00:00.000Z");
    assert_eq!(text(&read, "UpdateDate"), "2026-01-01T00:01:00.000Z");
    let listed = iam(&aws, "ListPolicyVersions", &[("PolicyArn", &made)]);
    assert_eq!(all(&listed, "VersionId"), ["v3", "v2", "v1"]);
    assert_eq!(all(&listed, "IsDefaultVersion"), ["true", "false", "false"]);
    assert_eq!((document(&aws, &made, "v1"), document(&aws, &made, "v3")), (READ.to_owned(), write));
    iam(&aws, "SetDefaultPolicyVersion", &[("PolicyArn", &made), ("VersionId", "v1")]);
    iam(&aws, "DeletePolicyVersion", &[("PolicyArn", &made), ("VersionId", "v3")]);
    assert_eq!(version(&aws, &made, READ, false), "v4", "no number is given twice");
    for id in ["v2", "v4"] {
        iam(&aws, "DeletePolicyVersion", &[("PolicyArn", &made), ("VersionId", id)]);
    }
    iam(&aws, "DeletePolicy", &[("PolicyArn", &made)]);
}

#[test]
fn tags_come_and_go() {
    let aws = Aws::new();
    let made = create(&aws, "p", &[]);
    let named = ("PolicyArn", made.as_str());
    iam(&aws, "TagPolicy", &[named, ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "1")]);
    iam(&aws, "TagPolicy", &[named, ("Tags.member.1.Key", "A"), ("Tags.member.1.Value", "2")]);
    let listed = iam(&aws, "ListPolicyTags", &[named]);
    assert_eq!((all(&listed, "Key"), all(&listed, "Value")), (vec!["A".to_owned()], vec!["2".to_owned()]));
    iam(&aws, "UntagPolicy", &[named, ("TagKeys.member.1", "a")]);
    assert_eq!(all(&iam(&aws, "ListPolicyTags", &[named]), "Key"), [""; 0]);
}

#[test]
fn what_is_refused() {
    let aws = Aws::new();
    for name in ["attached", "bounding", "full", "grouped", "plain"] {
        create(&aws, name, &[]);
    }
    let bounding = arn("bounding");
    iam(
        &aws,
        "CreateRole",
        &[("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST), ("PermissionsBoundary", &bounding)],
    );
    iam(&aws, "AttachRolePolicy", &[("RoleName", "r"), ("PolicyArn", &arn("attached"))]);
    iam(&aws, "CreateGroup", &[("GroupName", "g")]);
    iam(&aws, "AttachGroupPolicy", &[("GroupName", "g"), ("PolicyArn", &arn("grouped"))]);
    for _ in 0..4 {
        version(&aws, &arn("full"), READ, false);
    }
    let table = "
        no document | CreatePolicy PolicyName=new | 400 ValidationError 1 validation error detected: Value null at
        a name with a space | CreatePolicy PolicyName=a b & $READ | 400 ValidationError 1 validation error detected
        a name that is taken | CreatePolicy PolicyName=PLAIN & Path=/a/ & $READ | 409 EntityAlreadyExists A policy called PLAIN
        a trust policy | CreatePolicy PolicyName=new & PolicyDocument=$TRUST | 400 MalformedPolicyDocument Policy document should
        no JSON | CreatePolicy PolicyName=new & PolicyDocument={ | 400 MalformedPolicyDocument Syntax errors in policy.
        a long document | CreatePolicy PolicyName=new & PolicyDocument=$LONG | 409 LimitExceeded Cannot exceed quota for PolicySize: 6144
        a tag twice | CreatePolicy PolicyName=new & $READ & $TWICE | 400 InvalidInput Duplicate tag keys found.
        a long version | CreatePolicyVersion $PLAIN & PolicyDocument=$LONG | 409 LimitExceeded Cannot exceed quota for PolicySize
        a malformed version | CreatePolicyVersion $PLAIN & PolicyDocument={} | 400 MalformedPolicyDocument Syntax errors
        a sixth version | CreatePolicyVersion $FULL & $READ | 409 LimitExceeded A managed policy can have up to 5 versions.
        the version that counts | DeletePolicyVersion $FULL & VersionId=v1 | 409 DeleteConflict Cannot delete the default version
        a version that is not there | DeletePolicyVersion $FULL & VersionId=v9 | 404 NoSuchEntity Policy $ARN:policy/full version v9
        one to get | GetPolicyVersion $FULL & VersionId=v9 | 404 NoSuchEntity Policy $ARN:policy/full version v9 does not exist.
        one to count | SetDefaultPolicyVersion $FULL & VersionId=v9 | 404 NoSuchEntity Policy $ARN:policy/full version v9
        delete it with versions | DeletePolicy $FULL | 409 DeleteConflict This policy has more than one version.
        delete it while attached | DeletePolicy $ATTACHED | 409 DeleteConflict Cannot delete a policy attached to entities.
        delete it while in a group | DeletePolicy $GROUPED | 409 DeleteConflict Cannot delete a policy attached to entities.
        delete it while it bounds | DeletePolicy $BOUNDING | 409 DeleteConflict Cannot delete a policy attached to entities.
        delete what is not there | DeletePolicy $NONE | $NOBODY
        get it | GetPolicy $NONE | $NOBODY
        a version of it | CreatePolicyVersion $NONE & $READ | $NOBODY
        its tags | ListPolicyTags $NONE | $NOBODY
        tag it | TagPolicy $NONE & Tags.member.1.Key=a & Tags.member.1.Value= | $NOBODY
        untag it | UntagPolicy $NONE & TagKeys.member.1=a | $NOBODY
        the policy of another account | GetPolicy PolicyArn=arn:aws:iam::444455556666:policy/plain | 404 NoSuchEntity
        delete one of AWS | DeletePolicy $CNI | 403 AccessDenied User: arn:aws:iam::111122223333:user/emulator is not authorized
        change one of AWS | CreatePolicyVersion $CNI & $READ | 403 AccessDenied
        tag one of AWS | TagPolicy $CNI & Tags.member.1.Key=a & Tags.member.1.Value= | 403 AccessDenied
        the ARN of a role | DeletePolicy PolicyArn=$ARN:role/r | 400 InvalidInput ARN $ARN:role/r is not valid.
    ";
    let long = READ.replacen('{', &format!(r#"{{"Id":"{}","#, "x".repeat(6144)), 1);
    let named = |name: &str| format!("PolicyArn={}", arn(name));
    let words = [
        ("$ARN", "arn:aws:iam::111122223333"),
        ("$ATTACHED", &named("attached")),
        ("$BOUNDING", &named("bounding")),
        ("$CNI", "PolicyArn=arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"),
        ("$FULL", &named("full")),
        ("$GROUPED", &named("grouped")),
        ("$LONG", &long),
        ("$NOBODY", "404 NoSuchEntity Policy arn:aws:iam::111122223333:policy/none was not found."),
        ("$NONE", &named("none")),
        ("$PLAIN", &named("plain")),
        ("$READ", &format!("PolicyDocument={READ}")),
        ("$TRUST", TRUST),
        ("$TWICE", "Tags.member.1.Key=a & Tags.member.1.Value= & Tags.member.2.Key=A & Tags.member.2.Value="),
    ];
    check_iam(&aws, table, &words);
}

#[test]
fn white_space_does_not_count() {
    let blanks = READ.replacen('{', &format!("{{{}", " ".repeat(7000)), 1);
    iam(&Aws::new(), "CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &blanks)]);
}

#[test]
fn accounts_have_their_own() {
    let aws = Aws::new();
    let other = Aws { account: "444455556666".into(), ..aws.clone() };
    let made = create(&aws, "p", &[]);
    assert_eq!(create(&other, "p", &[]), made.replace(ACCOUNT, "444455556666"));
    iam(&aws, "DeletePolicy", &[("PolicyArn", &made)]);
    get(&other, &made.replace(ACCOUNT, "444455556666"));
}
