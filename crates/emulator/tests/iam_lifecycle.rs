//! The life of roles: everything is read back as it was written, changes in place, and goes.

mod aws;

use aws::{ACCOUNT, Aws, all, xml};
use eksctl_rs_emulator::{Emulator, Options, Store};
use percent_encoding::percent_decode_str;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}"#;
const BOUNDARY: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

fn iam(aws: &Aws, action: &str, parameters: &[(&str, &str)]) -> String {
    let answer = aws::granted(action, aws.iam(action, parameters));
    // Without the id of the request, two answers can be compared.
    answer.split("<ResponseMetadata>").next().unwrap_or_default().to_owned()
}

fn create(aws: &Aws, name: &str, more: &[(&str, &str)]) -> String {
    iam(aws, "CreateRole", &[&[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)], more].concat())
}

fn get(aws: &Aws, name: &str) -> String {
    iam(aws, "GetRole", &[("RoleName", name)])
}

fn text(answer: &str, name: &str) -> String {
    xml(answer, name).expect(name)
}

fn decoded(answer: &str, name: &str) -> String {
    percent_decode_str(&text(answer, name)).decode_utf8().expect("UTF-8").into_owned()
}

#[test]
fn a_role_is_read_back_as_it_was_written() {
    let aws = Aws::new();
    let made = create(
        &aws,
        "node",
        &[
            ("Path", "/eks/dev/"),
            ("Description", "Nodes of <dev> & more"),
            ("MaxSessionDuration", "7200"),
            ("PermissionsBoundary", BOUNDARY),
            ("Tags.member.1.Key", "Name"),
            ("Tags.member.1.Value", "node"),
            ("Tags.member.2.Key", "empty"),
            ("Tags.member.2.Value", ""),
        ],
    );
    let read = get(&aws, "node");
    for answer in [&made, &read] {
        assert_eq!(text(answer, "RoleName"), "node");
        assert_eq!(text(answer, "Path"), "/eks/dev/");
        assert_eq!(text(answer, "Arn"), format!("arn:aws:iam::{ACCOUNT}:role/eks/dev/node"));
        assert_eq!(text(answer, "Description"), "Nodes of <dev> & more");
        assert_eq!(text(answer, "MaxSessionDuration"), "7200");
        assert_eq!(text(answer, "PermissionsBoundaryArn"), BOUNDARY);
        assert_eq!(text(answer, "CreateDate"), "2026-01-01T00:00:00.000Z");
        assert_eq!(all(answer, "Key"), ["Name", "empty"]);
        assert_eq!(all(answer, "Value"), ["node", ""]);
        assert_eq!(decoded(answer, "AssumeRolePolicyDocument"), TRUST);
    }
    assert_eq!(text(&made, "RoleId"), text(&read, "RoleId"));
    assert!(text(&read, "RoleId").starts_with("AROA") && text(&read, "RoleId").len() == 21);
    assert_eq!(text(&read, "RoleLastUsed"), "", "nobody has used it");
}

#[test]
fn documents_travel_encoded_as_rfc_3986_says() {
    let aws = Aws::new();
    create(&aws, "node", &[]);
    let encoded = text(&get(&aws, "node"), "AssumeRolePolicyDocument");
    assert!(encoded.starts_with("%7B%0A%20%20%22Version%22%3A%20%222012-10-17%22%2C%0A"), "{encoded}");
    assert!(encoded.contains("sts%3AAssumeRole") && encoded.contains("ec2.amazonaws.com"), "{encoded}");
}

#[test]
fn what_is_not_given_is_the_default_or_absent() {
    let aws = Aws::new();
    create(&aws, "node", &[]);
    let read = get(&aws, "node");
    assert_eq!((text(&read, "Path"), text(&read, "MaxSessionDuration")), ("/".into(), "3600".into()));
    assert_eq!(text(&read, "Arn"), format!("arn:aws:iam::{ACCOUNT}:role/node"));
    for absent in ["Description", "PermissionsBoundary", "Tags"] {
        assert_eq!(xml(&read, absent), None, "{absent}");
    }
}

#[test]
fn lists_tell_less_and_follow_the_path() {
    let aws = Aws::new();
    let tagged = [("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b"), ("PermissionsBoundary", BOUNDARY)];
    create(&aws, "one", &[&tagged[..], &[("Path", "/eks/")]].concat());
    create(&aws, "two", &[("Path", "/eks/dev/"), ("Description", "listed")]);
    create(&aws, "three", &[]);
    let names = |parameters: &[(&str, &str)]| all(&iam(&aws, "ListRoles", parameters), "RoleName");
    assert_eq!(names(&[]), ["one", "three", "two"]);
    assert_eq!(names(&[("PathPrefix", "/")]), ["one", "three", "two"]);
    assert_eq!(names(&[("PathPrefix", "/eks")]), ["one", "two"]);
    assert_eq!(names(&[("PathPrefix", "/eks/dev/")]), ["two"]);
    assert_eq!(names(&[("PathPrefix", "/other/")]), [""; 0]);
    let list = iam(&aws, "ListRoles", &[]);
    for absent in ["Tags", "PermissionsBoundary", "RoleLastUsed"] {
        assert_eq!(xml(&list, absent), None, "{absent}");
    }
    assert_eq!(all(&list, "Description"), ["listed"]);
    assert_eq!(decoded(&list, "AssumeRolePolicyDocument"), TRUST);
}

#[test]
fn lists_come_in_pages() {
    let aws = Aws::new();
    for number in 100..105 {
        create(&aws, &format!("role{number}"), &[]);
    }
    let mut marker: Option<String> = None;
    let mut pages = Vec::new();
    loop {
        let marked = marker.iter().map(|marker| ("Marker", marker.as_str()));
        let parameters: Vec<_> = [("MaxItems", "2")].into_iter().chain(marked).collect();
        let page = iam(&aws, "ListRoles", &parameters);
        pages.push(all(&page, "RoleName"));
        marker = xml(&page, "Marker");
        assert_eq!(text(&page, "IsTruncated"), marker.is_some().to_string());
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(pages, [vec!["role100", "role101"], vec!["role102", "role103"], vec!["role104"]]);
    for number in 105..201 {
        create(&aws, &format!("role{number}"), &[]);
    }
    let page = iam(&aws, "ListRoles", &[]);
    assert_eq!((all(&page, "RoleName").len(), text(&page, "IsTruncated")), (100, "true".into()));
}

#[test]
fn a_role_changes_in_place() {
    let aws = Aws::new();
    create(&aws, "node", &[("Description", "old"), ("MaxSessionDuration", "7200")]);
    let id = text(&get(&aws, "node"), "RoleId");
    let settings = |aws: &Aws| {
        let read = get(aws, "node");
        (text(&read, "Description"), text(&read, "MaxSessionDuration"))
    };
    iam(&aws, "UpdateRole", &[("RoleName", "node"), ("MaxSessionDuration", "43200")]);
    assert_eq!(settings(&aws), ("old".into(), "43200".into()));
    let answer = iam(&aws, "UpdateRoleDescription", &[("RoleName", "node"), ("Description", "new")]);
    assert_eq!((text(&answer, "Description"), settings(&aws)), ("new".into(), ("new".into(), "43200".into())));
    iam(&aws, "UpdateRole", &[("RoleName", "node"), ("Description", "")]);
    assert_eq!(settings(&aws), (String::new(), "3600".into()), "the default of one hour is applied");

    let trust = TRUST.replace("ec2.", "eks.");
    iam(&aws, "UpdateAssumeRolePolicy", &[("RoleName", "node"), ("PolicyDocument", &trust)]);
    assert_eq!(decoded(&get(&aws, "node"), "AssumeRolePolicyDocument"), trust);

    iam(&aws, "PutRolePermissionsBoundary", &[("RoleName", "node"), ("PermissionsBoundary", BOUNDARY)]);
    assert_eq!(text(&get(&aws, "node"), "PermissionsBoundaryArn"), BOUNDARY);
    iam(&aws, "DeleteRolePermissionsBoundary", &[("RoleName", "node")]);
    assert_eq!(xml(&get(&aws, "node"), "PermissionsBoundary"), None);
    assert_eq!(text(&get(&aws, "node"), "RoleId"), id, "it is the same role all the time");
}

#[test]
fn tags_are_told_apart_without_their_case() {
    let aws = Aws::new();
    create(&aws, "node", &[]);
    let tag = |key: &str, value: &str| {
        iam(&aws, "TagRole", &[("RoleName", "node"), ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)]);
    };
    let tags = |more: &[(&str, &str)]| {
        let list = iam(&aws, "ListRoleTags", &[&[("RoleName", "node")], more].concat());
        all(&list, "Key").into_iter().zip(all(&list, "Value")).collect::<Vec<_>>()
    };
    tag("Team", "a");
    tag("eksctl-rs.io/stack", "dev.eu-west-1");
    tag("team", "b");
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(tags(&[]), [pair("eksctl-rs.io/stack", "dev.eu-west-1"), pair("team", "b")]);
    assert_eq!(tags(&[("MaxItems", "1")]), [pair("eksctl-rs.io/stack", "dev.eu-west-1")]);
    iam(&aws, "UntagRole", &[("RoleName", "node"), ("TagKeys.member.1", "TEAM"), ("TagKeys.member.2", "absent")]);
    assert_eq!(tags(&[]), [pair("eksctl-rs.io/stack", "dev.eu-west-1")]);
}

#[test]
fn a_role_that_is_gone_is_not_trusted_under_its_name() {
    let aws = Aws::new();
    create(&aws, "first", &[]);
    let (id, arn) = (text(&get(&aws, "first"), "RoleId"), format!("arn:aws:iam::{ACCOUNT}:role/first"));
    let trust = TRUST.replace(r#""Service": "ec2.amazonaws.com""#, &format!(r#""AWS": "{arn}""#));
    create(&aws, "second", &[("AssumeRolePolicyDocument", &trust)]);
    iam(&aws, "DeleteRole", &[("RoleName", "first")]);
    assert!(aws.iam("GetRole", &[("RoleName", "first")]).is_err());
    assert_eq!(decoded(&get(&aws, "second"), "AssumeRolePolicyDocument"), trust.replace(&arn, &id));
    create(&aws, "first", &[]);
    assert_ne!(text(&get(&aws, "first"), "RoleId"), id, "a new role is another one");
}

#[test]
fn tags_of_an_instance_profile_come_and_go() {
    let aws = Aws::new();
    let named = ("InstanceProfileName", "profile");
    iam(&aws, "CreateInstanceProfile", &[named]);
    iam(&aws, "TagInstanceProfile", &[named, ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]);
    assert_eq!(all(&iam(&aws, "ListInstanceProfileTags", &[named]), "Key"), ["a"]);
    assert_eq!(all(&iam(&aws, "GetInstanceProfile", &[named]), "Key"), ["a"]);
    iam(&aws, "UntagInstanceProfile", &[named, ("TagKeys.member.1", "A")]);
    assert_eq!(all(&iam(&aws, "ListInstanceProfileTags", &[named]), "Key"), [""; 0]);
    let refused = aws.iam("UntagInstanceProfile", &[("InstanceProfileName", "none"), ("TagKeys.member.1", "a")]);
    assert_eq!(refused.expect_err("refused").code, "NoSuchEntity");
}

#[test]
fn an_instance_profile_holds_its_role() {
    let aws = Aws::new();
    create(&aws, "node", &[]);
    let named = [("InstanceProfileName", "profile")];
    let both = [named[0], ("RoleName", "node")];
    let tags = [("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")];
    let made = iam(&aws, "CreateInstanceProfile", &[&named[..], &tags, &[("Path", "/eks/")]].concat());
    assert_eq!(text(&made, "Arn"), format!("arn:aws:iam::{ACCOUNT}:instance-profile/eks/profile"));
    assert!(text(&made, "InstanceProfileId").starts_with("AIPA"));
    iam(&aws, "AddRoleToInstanceProfile", &both);
    let read = iam(&aws, "GetInstanceProfile", &named);
    assert_eq!((all(&read, "RoleName"), all(&read, "Key")), (vec!["node".to_owned()], vec!["a".to_owned()]));
    let of_role = iam(&aws, "ListInstanceProfilesForRole", &[("RoleName", "node")]);
    assert_eq!(all(&of_role, "InstanceProfileName"), ["profile"]);
    let list = iam(&aws, "ListInstanceProfiles", &[("PathPrefix", "/eks/")]);
    assert_eq!((all(&list, "InstanceProfileName").len(), xml(&list, "Tags")), (1, None));
    iam(&aws, "RemoveRoleFromInstanceProfile", &both);
    iam(&aws, "DeleteInstanceProfile", &named);
    iam(&aws, "DeleteRole", &[("RoleName", "node")]);
    assert_eq!(all(&iam(&aws, "ListRoles", &[]), "RoleName"), [""; 0]);
}

#[test]
fn a_service_linked_role_lives_by_its_own_calls() {
    let aws = Aws::new();
    let parameters = [("AWSServiceName", "eks-nodegroup.amazonaws.com"), ("Description", "made early")];
    let made = iam(&aws, "CreateServiceLinkedRole", &parameters);
    let name = "AWSServiceRoleForAmazonEKSNodegroup";
    let path = "/aws-service-role/eks-nodegroup.amazonaws.com/";
    assert_eq!((text(&made, "RoleName"), text(&made, "Path")), (name.into(), path.into()));
    assert_eq!(text(&made, "Arn"), format!("arn:aws:iam::{ACCOUNT}:role{path}{name}"));
    assert!(decoded(&made, "AssumeRolePolicyDocument").contains(r#""Service":"eks-nodegroup.amazonaws.com""#));
    let attached = iam(&aws, "ListAttachedRolePolicies", &[("RoleName", name)]);
    assert_eq!(all(&attached, "PolicyName"), ["AWSServiceRoleForAmazonEKSNodegroup"]);
    iam(&aws, "TagRole", &[("RoleName", name), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]);
    iam(&aws, "UpdateRole", &[("RoleName", name), ("Description", "changed")]);
    assert_eq!(text(&get(&aws, name), "Description"), "changed");
    assert_eq!(all(&iam(&aws, "ListRoles", &[("PathPrefix", "/aws-service-role/")]), "RoleName"), [name]);

    let suffixed = [("AWSServiceName", "autoscaling.amazonaws.com"), ("CustomSuffix", "dev")];
    let other = text(&iam(&aws, "CreateServiceLinkedRole", &suffixed), "RoleName");
    assert_eq!(other, "AWSServiceRoleForAutoScaling_dev");

    let task = text(&iam(&aws, "DeleteServiceLinkedRole", &[("RoleName", name)]), "DeletionTaskId");
    assert!(task.starts_with(&format!("task/aws-service-role/eks-nodegroup.amazonaws.com/{name}/")), "{task}");
    let status = iam(&aws, "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", &task)]);
    assert_eq!(text(&status, "Status"), "SUCCEEDED");
    assert_eq!(all(&iam(&aws, "ListRoles", &[]), "RoleName"), [other]);
}

#[test]
fn arns_are_in_the_partition_of_the_caller() {
    let aws = Aws { region: "us-gov-west-1".into(), ..Aws::new() };
    create(&aws, "node", &[("PermissionsBoundary", "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess")]);
    assert_eq!(text(&get(&aws, "node"), "Arn"), format!("arn:aws-us-gov:iam::{ACCOUNT}:role/node"));
}

#[test]
fn roles_are_the_same_in_every_region_and_no_other_account() {
    let aws = Aws::new();
    create(&aws, "node", &[]);
    let elsewhere = Aws { region: "us-east-1".into(), ..aws.clone() };
    assert_eq!(get(&elsewhere, "node"), get(&aws, "node"));
    let other = Aws { account: "444455556666".into(), ..aws };
    assert!(other.iam("GetRole", &[("RoleName", "node")]).is_err());
}

#[test]
fn a_session_of_a_role_is_somebody() {
    let aws = Aws::new();
    let trust = TRUST.replace(r#""Service": "ec2.amazonaws.com""#, &format!(r#""AWS": "{ACCOUNT}""#));
    create(&aws, "node", &[("AssumeRolePolicyDocument", &trust)]);
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/node");
    let session = aws.query("sts", "AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", "me")]).expect("granted");
    let me = Aws { account: text(&session, "AccessKeyId"), ..aws };
    let identity = me.query("sts", "GetCallerIdentity", &[]).expect("granted");
    assert_eq!(text(&identity, "Arn"), format!("arn:aws:sts::{ACCOUNT}:assumed-role/node/me"));
    assert_eq!(all(&iam(&me, "ListRoles", &[]), "RoleName"), ["node"]);
}

#[test]
fn everything_survives_the_process() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = || {
        let store = Store::open(directory.path(), "test").expect("a store");
        let emulator = Emulator::new(Options { store: Some(store), ..Options::default() }).expect("an emulator");
        Aws { emulator, ..Aws::new() }
    };
    let before = {
        let aws = open();
        create(&aws, "node", &[("PermissionsBoundary", BOUNDARY), ("Description", "kept")]);
        let policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy";
        iam(&aws, "AttachRolePolicy", &[("RoleName", "node"), ("PolicyArn", policy)]);
        get(&aws, "node")
    };
    let aws = open();
    assert_eq!(get(&aws, "node"), before);
    let attached = iam(&aws, "ListAttachedRolePolicies", &[("RoleName", "node")]);
    assert_eq!(all(&attached, "PolicyName"), ["AmazonEKS_CNI_Policy"]);
}
