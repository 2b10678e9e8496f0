//! What a role may do: managed policies that are attached, and inline ones.

mod aws;

use aws::{Aws, all, xml};
use percent_encoding::percent_decode_str;
use serde_json::Value;

const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","#,
    r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#
);
const READ: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const JOBS: [&str; 4] = ["DatabaseAdministrator", "NetworkAdministrator", "SystemAdministrator", "ViewOnlyAccess"];
const CNI: &str = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy";
const EBS: &str = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy";

fn iam(aws: &Aws, action: &str, parameters: &[(&str, &str)]) -> String {
    aws::granted(action, aws.iam(action, parameters))
}

fn with_roles(names: &[&str]) -> Aws {
    let aws = Aws::new();
    for name in names {
        let path = format!("/{name}/");
        iam(&aws, "CreateRole", &[("RoleName", name), ("Path", &path), ("AssumeRolePolicyDocument", TRUST)]);
    }
    aws
}

fn decoded(answer: &str, name: &str) -> String {
    percent_decode_str(&xml(answer, name).expect(name)).decode_utf8().expect("UTF-8").into_owned()
}

#[test]
fn attachments_come_and_go() {
    let aws = with_roles(&["node"]);
    let attached = |more: &[(&str, &str)]| {
        let list = iam(&aws, "ListAttachedRolePolicies", &[&[("RoleName", "node")], more].concat());
        (all(&list, "PolicyName"), all(&list, "PolicyArn"))
    };
    assert_eq!(attached(&[]), (vec![], vec![]));
    for arn in [CNI, EBS, CNI] {
        iam(&aws, "AttachRolePolicy", &[("RoleName", "node"), ("PolicyArn", arn)]);
    }
    let (cni, ebs) = ("AmazonEKS_CNI_Policy".to_owned(), "AmazonEBSCSIDriverPolicy".to_owned());
    assert_eq!(attached(&[]), (vec![cni.clone(), ebs.clone()], vec![CNI.to_owned(), EBS.to_owned()]));
    assert_eq!(attached(&[("PathPrefix", "/service-role/")]).0, std::slice::from_ref(&ebs));
    assert_eq!(attached(&[("MaxItems", "1")]).0, [cni]);
    iam(&aws, "DetachRolePolicy", &[("RoleName", "node"), ("PolicyArn", CNI)]);
    assert_eq!(attached(&[]).0, [ebs]);
    let again = aws.iam("DetachRolePolicy", &[("RoleName", "node"), ("PolicyArn", CNI)]).expect_err("refused");
    assert_eq!(again.code, "NoSuchEntity");
}

#[test]
fn inline_policies_come_and_go() {
    let aws = with_roles(&["node"]);
    let put = |name: &str, text: &str| {
        iam(&aws, "PutRolePolicy", &[("RoleName", "node"), ("PolicyName", name), ("PolicyDocument", text)]);
    };
    let names = |more: &[(&str, &str)]| {
        all(&iam(&aws, "ListRolePolicies", &[&[("RoleName", "node")], more].concat()), "member")
    };
    put("write", READ);
    put("read", READ);
    let write = READ.replace("Get", "Put");
    put("write", &write);
    assert_eq!(names(&[]), ["read", "write"]);
    assert_eq!(names(&[("MaxItems", "1")]), ["read"]);
    let read = iam(&aws, "GetRolePolicy", &[("RoleName", "node"), ("PolicyName", "write")]);
    assert_eq!(decoded(&read, "PolicyDocument"), write, "the last one counts");
    assert_eq!((xml(&read, "RoleName"), xml(&read, "PolicyName")), (Some("node".into()), Some("write".into())));
    iam(&aws, "DeleteRolePolicy", &[("RoleName", "node"), ("PolicyName", "write")]);
    assert_eq!(names(&[]), ["read"]);
    iam(&aws, "DeleteRolePolicy", &[("RoleName", "node"), ("PolicyName", "read")]);
    iam(&aws, "DeleteRole", &[("RoleName", "node")]);
}

#[test]
fn every_policy_that_eks_asks_for_is_there() {
    let aws = Aws::new();
    for name in [
        "AdministratorAccess",
        "AmazonEC2ContainerRegistryFullAccess",
        "AmazonEC2ContainerRegistryPowerUser",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSClusterPolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSFargatePodExecutionRolePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSLocalOutpostClusterPolicy",
        "AmazonEKSNetworkingPolicy",
        "AmazonEKSServicePolicy",
        "AmazonEKSVPCResourceController",
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonPrometheusRemoteWriteAccess",
        "AmazonRoute53FullAccess",
        "AmazonS3ReadOnlyAccess",
        "AmazonSSMManagedInstanceCore",
        "AmazonVPCFullAccess",
        "AWSXRayDaemonWriteAccess",
        "CloudWatchAgentServerPolicy",
        "CloudWatchFullAccess",
        "ElasticLoadBalancingFullAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
        "SecretsManagerReadWrite",
        "job-function/ViewOnlyAccess",
        "service-role/AmazonEBSCSIDriverPolicy",
        "service-role/AmazonEFSCSIDriverPolicy",
    ] {
        let arn = format!("arn:aws:iam::aws:policy/{name}");
        let policy = iam(&aws, "GetPolicy", &[("PolicyArn", &arn)]);
        assert_eq!(xml(&policy, "Arn"), Some(arn.clone()));
        assert_eq!(xml(&policy, "PolicyName").as_deref(), name.rsplit('/').next());
        let version = xml(&policy, "DefaultVersionId").expect("a version");
        let versions = iam(&aws, "ListPolicyVersions", &[("PolicyArn", &arn)]);
        assert_eq!((all(&versions, "VersionId"), xml(&versions, "Document")), (vec![version.clone()], None));
        let read = iam(&aws, "GetPolicyVersion", &[("PolicyArn", &arn), ("VersionId", &version)]);
        let document: Value = serde_json::from_str(&decoded(&read, "Document")).expect("JSON");
        assert_eq!(document["Version"], "2012-10-17");
    }
}

#[test]
fn policies_know_who_uses_them() {
    let aws = with_roles(&["bounded", "node"]);
    iam(&aws, "AttachRolePolicy", &[("RoleName", "node"), ("PolicyArn", CNI)]);
    iam(&aws, "PutRolePermissionsBoundary", &[("RoleName", "bounded"), ("PermissionsBoundary", CNI)]);
    iam(&aws, "PutRolePermissionsBoundary", &[("RoleName", "node"), ("PermissionsBoundary", EBS)]);

    let policy = iam(&aws, "GetPolicy", &[("PolicyArn", CNI)]);
    assert_eq!(xml(&policy, "AttachmentCount").as_deref(), Some("1"));
    assert_eq!(xml(&policy, "PermissionsBoundaryUsageCount").as_deref(), Some("1"));

    let users = |more: &[(&str, &str)]| {
        all(&iam(&aws, "ListEntitiesForPolicy", &[&[("PolicyArn", CNI)], more].concat()), "RoleName")
    };
    assert_eq!(users(&[]), ["bounded", "node"]);
    assert_eq!(users(&[("EntityFilter", "Role"), ("PolicyUsageFilter", "PermissionsPolicy")]), ["node"]);
    assert_eq!(users(&[("PolicyUsageFilter", "PermissionsBoundary")]), ["bounded"]);
    assert_eq!(users(&[("PathPrefix", "/node/")]), ["node"]);
    assert_eq!(users(&[("EntityFilter", "User")]), [""; 0]);

    let names = |parameters: &[(&str, &str)]| all(&iam(&aws, "ListPolicies", parameters), "PolicyName");
    assert_eq!(
        names(&[("OnlyAttached", "true"), ("PolicyUsageFilter", "PermissionsPolicy")]),
        ["AmazonEKS_CNI_Policy"]
    );
    let both = ["AmazonEBSCSIDriverPolicy", "AmazonEKS_CNI_Policy"];
    assert_eq!(names(&[("OnlyAttached", "true")]), both);
    assert_eq!(names(&[("PolicyUsageFilter", "PermissionsBoundary")]), both);
}

#[test]
fn the_catalogue_can_be_searched() {
    let aws = Aws::new();
    let list = |parameters: &[(&str, &str)]| iam(&aws, "ListPolicies", parameters);
    let names = |parameters: &[(&str, &str)]| all(&list(parameters), "PolicyName");
    assert!(names(&[]).len() > 30);
    assert_eq!(names(&[("Scope", "AWS"), ("OnlyAttached", "false")]), names(&[]));
    assert_eq!(names(&[("Scope", "Local")]), [""; 0]);
    assert_eq!(names(&[("PathPrefix", "/job-function/")]), JOBS);
    assert_eq!(xml(&list(&[]), "Description"), None, "lists have no descriptions");
    let first = list(&[("MaxItems", "30")]);
    assert_eq!(xml(&first, "IsTruncated").as_deref(), Some("true"));
    let rest = names(&[("MaxItems", "1000"), ("Marker", &xml(&first, "Marker").expect("a marker"))]);
    assert_eq!([all(&first, "PolicyName"), rest].concat(), names(&[("MaxItems", "1000")]));
}
