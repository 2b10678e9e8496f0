//! Groups and their users: their life, and what IAM refuses. And roles that IAM Identity Center makes.

mod aws;
mod refusals;

use aws::{ACCOUNT, Aws, all, xml};
use eksctl_rs_emulator::IDENTITY_CENTER;
use refusals::check_iam;

const READ: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const PUSH: &str = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser";

fn iam(aws: &Aws, action: &str, parameters: &[(&str, &str)]) -> String {
    aws::granted(action, aws.iam(action, parameters))
}

fn text(answer: &str, name: &str) -> String {
    xml(answer, name).expect(name)
}

#[test]
fn a_group_comes_changes_and_goes() {
    let aws = Aws::new();
    let made = iam(&aws, "CreateGroup", &[("GroupName", "push"), ("Path", "/eksctl-rs/dev/")]);
    assert_eq!(text(&made, "Arn"), format!("arn:aws:iam::{ACCOUNT}:group/eksctl-rs/dev/push"));
    assert!(text(&made, "GroupId").starts_with("AGPA"));
    iam(&aws, "CreateGroup", &[("GroupName", "other")]);
    let names = |prefix: &str| all(&iam(&aws, "ListGroups", &[("PathPrefix", prefix)]), "GroupName");
    assert_eq!((names("/"), names("/eksctl-rs/dev/")), (vec!["other".into(), "push".into()], vec!["push".to_owned()]));
    iam(&aws, "UpdateGroup", &[("GroupName", "push"), ("NewGroupName", "Push"), ("NewPath", "/a/")]);
    let read = iam(&aws, "GetGroup", &[("GroupName", "Push")]);
    assert_eq!(text(&read, "Arn"), format!("arn:aws:iam::{ACCOUNT}:group/a/Push"));
    assert_eq!(text(&read, "GroupId"), text(&made, "GroupId"));
    iam(&aws, "DeleteGroup", &[("GroupName", "Push")]);
    assert_eq!(names("/"), ["other"]);
}

#[test]
fn policies_of_a_group_come_and_go() {
    let aws = Aws::new();
    iam(&aws, "CreateGroup", &[("GroupName", "g")]);
    let own = iam(&aws, "CreatePolicy", &[("PolicyName", "p"), ("Path", "/a/"), ("PolicyDocument", READ)]);
    let own = text(&own, "Arn");
    for arn in [PUSH, &own, PUSH] {
        iam(&aws, "AttachGroupPolicy", &[("GroupName", "g"), ("PolicyArn", arn)]);
    }
    let attached = |prefix: &str| {
        let parameters = [("GroupName", "g"), ("PathPrefix", prefix)];
        all(&iam(&aws, "ListAttachedGroupPolicies", &parameters), "PolicyArn")
    };
    assert_eq!((attached("/"), attached("/a/")), (vec![own.clone(), PUSH.to_owned()], vec![own.clone()]));
    iam(&aws, "PutGroupPolicy", &[("GroupName", "g"), ("PolicyName", "read"), ("PolicyDocument", READ)]);
    let read = iam(&aws, "GetGroupPolicy", &[("GroupName", "g"), ("PolicyName", "read")]);
    assert!(text(&read, "PolicyDocument").contains("s3%3AGetObject"), "{read}");
    assert_eq!(all(&iam(&aws, "ListGroupPolicies", &[("GroupName", "g")]), "member"), ["read"]);
    iam(&aws, "DeleteGroupPolicy", &[("GroupName", "g"), ("PolicyName", "read")]);
    for arn in [PUSH, &own] {
        iam(&aws, "DetachGroupPolicy", &[("GroupName", "g"), ("PolicyArn", arn)]);
    }
    iam(&aws, "DeletePolicy", &[("PolicyArn", &own)]);
    iam(&aws, "DeleteGroup", &[("GroupName", "g")]);
}

#[test]
fn users_come_and_go() {
    let aws = Aws::new();
    iam(&aws, "CreateGroup", &[("GroupName", "g")]);
    for name in ["one", "two"] {
        iam(&aws, "CreateUser", &[("UserName", name)]);
        iam(&aws, "AddUserToGroup", &[("GroupName", "g"), ("UserName", name)]);
    }
    let users =
        |more: &[(&str, &str)]| all(&iam(&aws, "GetGroup", &[&[("GroupName", "g")], more].concat()), "UserName");
    assert_eq!((users(&[]), users(&[("MaxItems", "1")])), (vec!["one".into(), "two".into()], vec!["one".to_owned()]));
    assert_eq!(all(&iam(&aws, "ListGroupsForUser", &[("UserName", "one")]), "GroupName"), ["g"]);
    for _ in 0..2 {
        iam(&aws, "RemoveUserFromGroup", &[("GroupName", "g"), ("UserName", "one")]);
    }
    iam(&aws, "DeleteUser", &[("UserName", "one")]);
    assert_eq!(users(&[]), ["two"]);
    assert_eq!(all(&iam(&aws, "ListUsers", &[]), "UserName"), ["two"]);
    assert_eq!(text(&iam(&aws, "GetUser", &[]), "UserName"), "emulator", "who calls");
}

#[test]
fn what_is_refused() {
    let aws = Aws::new();
    for name in ["attached", "embedding", "full", "inhabited", "plain"] {
        iam(&aws, "CreateGroup", &[("GroupName", name)]);
    }
    iam(&aws, "AttachGroupPolicy", &[("GroupName", "attached"), ("PolicyArn", PUSH)]);
    iam(&aws, "PutGroupPolicy", &[("GroupName", "embedding"), ("PolicyName", "p"), ("PolicyDocument", READ)]);
    iam(&aws, "CreateUser", &[("UserName", "u")]);
    iam(&aws, "AddUserToGroup", &[("GroupName", "inhabited"), ("UserName", "u")]);
    for number in 0..10 {
        let made = iam(&aws, "CreatePolicy", &[("PolicyName", &format!("p{number}")), ("PolicyDocument", READ)]);
        iam(&aws, "AttachGroupPolicy", &[("GroupName", "full"), ("PolicyArn", &text(&made, "Arn"))]);
    }
    let table = "
        a name with a space | CreateGroup GroupName=a b | 400 ValidationError 1 validation error detected
        a path without an end | CreateGroup GroupName=a & Path=/a | 400 ValidationError 1 validation error detected
        a name that is taken | CreateGroup GroupName=PLAIN | 409 EntityAlreadyExists Group with name PLAIN already exists.
        another's name | UpdateGroup GroupName=plain & NewGroupName=Full | 409 EntityAlreadyExists Group with name Full
        delete it while attached | DeleteGroup GroupName=attached | 409 DeleteConflict Cannot delete entity, must detach all
        delete it with policies | DeleteGroup GroupName=embedding | 409 DeleteConflict Cannot delete entity, must delete
        delete it with users | DeleteGroup GroupName=inhabited | 409 DeleteConflict Cannot delete entity, must remove users
        delete a member | DeleteUser UserName=u | 409 DeleteConflict Cannot delete entity, must remove users from group first.
        delete what is not there | DeleteGroup GroupName=none | $NOBODY
        get it | GetGroup GroupName=none | $NOBODY
        rename it | UpdateGroup GroupName=none & NewGroupName=a | $NOBODY
        attach to it | AttachGroupPolicy GroupName=none & PolicyArn=$PUSH | $NOBODY
        detach from it | DetachGroupPolicy GroupName=none & PolicyArn=$PUSH | $NOBODY
        list its attachments | ListAttachedGroupPolicies GroupName=none | $NOBODY
        embed in it | PutGroupPolicy GroupName=none & PolicyName=p & $READ | $NOBODY
        get from it | GetGroupPolicy GroupName=none & PolicyName=p | $NOBODY
        list what it embeds | ListGroupPolicies GroupName=none | $NOBODY
        remove from it | DeleteGroupPolicy GroupName=none & PolicyName=p | $NOBODY
        put somebody in it | AddUserToGroup GroupName=none & UserName=u | $NOBODY
        put nobody in one | AddUserToGroup GroupName=plain & UserName=v | 404 NoSuchEntity The user with name v cannot be found.
        a policy that is not attached | DetachGroupPolicy GroupName=plain & PolicyArn=$PUSH | 404 NoSuchEntity Policy $PUSH was
        a policy that is not there | AttachGroupPolicy GroupName=plain & PolicyArn=$PUSH-x | 404 NoSuchEntity Policy $PUSH-x does
        a policy of a service | AttachGroupPolicy GroupName=plain & PolicyArn=$LINKED | 400 PolicyNotAttachable Cannot attach
        an eleventh policy | AttachGroupPolicy GroupName=full & PolicyArn=$PUSH | 409 LimitExceeded Cannot exceed quota for PoliciesPerGroup
        an inline policy to get | GetGroupPolicy GroupName=plain & PolicyName=p | 404 NoSuchEntity The group policy with name p
        an inline policy to delete | DeleteGroupPolicy GroupName=plain & PolicyName=p | 404 NoSuchEntity The group policy
        a malformed one | PutGroupPolicy GroupName=plain & PolicyName=p & PolicyDocument={} | 400 MalformedPolicyDocument Syntax
        a long one | PutGroupPolicy GroupName=plain & PolicyName=p & PolicyDocument=$LONG | 409 LimitExceeded Maximum policy size of 5120
    ";
    let long = READ.replacen('{', &format!(r#"{{"Id":"{}","#, "x".repeat(5120)), 1);
    let words = [
        ("$LINKED", "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy"),
        ("$LONG", long.as_str()),
        ("$NOBODY", "404 NoSuchEntity The group with name none cannot be found."),
        ("$PUSH", PUSH),
        ("$READ", &format!("PolicyDocument={READ}")),
    ];
    check_iam(&aws, table, &words);
}

#[test]
fn roles_of_permission_sets_are_identity_centers() {
    let aws = Aws::new();
    let arn = aws.emulator.plant_permission_set_role(ACCOUNT, "AdministratorAccess").expect("planted");
    aws.emulator.plant_permission_set_role(ACCOUNT, "ReadOnly").expect("planted");
    let listed = iam(&aws, "ListRoles", &[("PathPrefix", "/aws-reserved/sso.amazonaws.com/")]);
    let names = all(&listed, "RoleName");
    assert_eq!(names.len(), 2);
    let suffix = names[0].strip_prefix("AWSReservedSSO_AdministratorAccess_").expect("the set's name");
    assert!(suffix.len() == 16 && suffix.bytes().all(|byte| byte.is_ascii_hexdigit()), "{suffix}");
    assert_eq!(text(&listed, "Path"), format!("/aws-reserved/sso.amazonaws.com/{IDENTITY_CENTER}/"));
    assert_eq!(text(&listed, "Arn"), arn);
    let words = [("$NAME", names[0].as_str()), ("$PUSH", PUSH)];
    let table = "
        delete it | DeleteRole RoleName=$NAME | 400 UnmodifiableEntity Cannot perform the operation on the protected role
        attach to it | AttachRolePolicy RoleName=$NAME & PolicyArn=$PUSH | 400 UnmodifiableEntity Cannot perform the operation
        delete it as a service's | DeleteServiceLinkedRole RoleName=$NAME | 404 NoSuchEntity
    ";
    check_iam(&aws, table, &words);
    assert_eq!(aws.emulator.withdraw_permission_set(ACCOUNT, "AdministratorAccess").expect("withdrawn"), 1);
    let again = aws.emulator.plant_permission_set_role(ACCOUNT, "AdministratorAccess").expect("planted");
    assert_ne!(again, arn, "assigned again it is another role");
}
