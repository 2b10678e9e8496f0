//! What contradicts itself in add-ons, each with what is said about it.

use std::fmt::Write;

use eksctl_rs_stack::{Sources, load};

/// A stack that is valid.
const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

/// What is wrong, and the rest of a stack in which it is.
const CASES: &[(&str, &str)] = &[
    ("an add-on twice", "addons: [{name: coredns}, {name: coredns}]"),
    ("a name that is none", "addons: [{name: core dns}]"),
    ("a version that is none", "addons: [{name: coredns, version: newest}]"),
    ("an exact version that moves", "addons: [{name: coredns, version: v1.12.4-eksbuild.1, update: auto}]"),
    ("a configuration that is a list", "addons: [{name: coredns, configurationValues: [a]}]"),
    ("a configuration that nobody can read", "addons: [{name: coredns, configurationValues: \"{a: [\"}]"),
    ("a configuration that is no map", "addons: [{name: coredns, configurationValues: \"[1, 2]\"}]"),
    (
        "a role by two ways",
        "addons: [{name: eks-pod-identity-agent}, {name: aws-ebs-csi-driver, serviceAccountRoleARN: \"arn:aws:iam::111122223333:role/ebs\", useDefaultPodIdentityAssociations: true}]",
    ),
    (
        "policies for somebody else's role, and for none",
        "addons: [{name: aws-ebs-csi-driver, serviceAccountRoleARN: \"arn:aws:iam::111122223333:role/ebs\", wellKnownPolicies: {ebsCSIController: true}}, {name: adot, permissionsBoundary: \"arn:aws:iam::111122223333:policy/b\"}]",
    ),
    (
        "policies that are not there",
        "addons: [{name: eks-pod-identity-agent}, {name: adot, attachPolicies: [a]}, {name: vpc-cni, podIdentityAssociations: [{serviceAccountName: aws-node, permissionPolicies: [b]}]}]",
    ),
    (
        "a role of one's own without OIDC",
        "iam: {withOIDC: false}\naddons: [{name: vpc-cni, wellKnownPolicies: {vpcCNI: true}}]",
    ),
    (
        "policies and associations",
        "addons: [{name: eks-pod-identity-agent}, {name: vpc-cni, wellKnownPolicies: {vpcCNI: true}, useDefaultPodIdentityAssociations: true}]",
    ),
    (
        "own associations and recommended ones",
        "addons: [{name: eks-pod-identity-agent}, {name: aws-ebs-csi-driver, useDefaultPodIdentityAssociations: true, podIdentityAssociations: []}]",
    ),
    (
        "associations that are none",
        "addons: [{name: eks-pod-identity-agent}, {name: vpc-cni, podIdentityAssociations: [{serviceAccountName: aws-node}, {serviceAccountName: b, roleARN: \"arn:aws:iam::111122223333:role/a\", roleName: b}, {serviceAccountName: b, roleARN: \"arn:aws:iam::111122223333:role/a\"}]}]",
    ),
    (
        "credentials for the agent itself",
        "addons: [{name: eks-pod-identity-agent, useDefaultPodIdentityAssociations: true}]",
    ),
    (
        "associations without the agent",
        "addons: [{name: vpc-cni, podIdentityAssociations: [{serviceAccountName: aws-node, roleARN: \"arn:aws:iam::111122223333:role/a\"}]}, {name: aws-ebs-csi-driver, useDefaultPodIdentityAssociations: true}]\naddonsConfig: {autoApplyPodIdentityAssociations: true}",
    ),
    (
        "what Auto Mode has built in",
        "autoModeConfig: {enabled: true}\naddons: [{name: vpc-cni}, {name: metrics-server}]",
    ),
    ("copies in Auto Mode", "autoModeConfig: {enabled: true}\naddonsConfig: {disableDefaultAddons: false}"),
    (
        "prefixes for what takes none",
        "managedNodeGroups: [{name: a, instanceType: m4.large}, {name: b, instanceTypes: [m6i.large, t2.medium]}]\naddons: [{name: vpc-cni, configurationValues: {env: {ENABLE_PREFIX_DELEGATION: \"true\"}}}]",
    ),
    (
        "IPv6 without prefixes",
        "kubernetesNetworkConfig: {ipFamily: IPv6}\naddons: [{name: vpc-cni, configurationValues: \"env: {ENABLE_PREFIX_DELEGATION: 'false'}\"}]",
    ),
    (
        "security groups for pods",
        "iam: {vpcResourceControllerPolicy: false}\nmanagedNodeGroups: [{name: a, instanceType: t3.large}]\naddons: [{name: vpc-cni, configurationValues: {env: {ENABLE_POD_ENI: \"true\"}}}]",
    ),
    ("a namespace that is none", "addons: [{name: metrics-server, namespaceConfig: {namespace: Kube_System}}]"),
    ("tags that are AWS's", "addons: [{name: coredns, tags: {\"aws:x\": z}}]"),
];

#[test]
fn every_contradiction_is_told() {
    let mut told = String::new();
    for (what, body) in CASES {
        let problems = load(&Sources::text("stack.yaml", &format!("{HEAD}{body}\n")), &|_| None);
        let problems = problems.expect_err(what).to_string();
        let _ = writeln!(told, "# {what}\n{problems}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn nodes_without_a_network_are_warned_of() {
    let body = "managedNodeGroups: [{name: a, instanceType: m6i.large}]\naddons: [{name: vpc-cni}]\naddonsConfig: {disableDefaultAddons: true}";
    let loaded = load(&Sources::text("stack.yaml", &format!("{HEAD}{body}\n")), &|_| None).expect("a stack");
    let told = loaded.warnings.to_string();
    assert!(told.contains("nobody installs kube-proxy, and nodes become ready only with a network"), "{told}");
}

#[test]
fn what_is_meant_is_taken() {
    for body in [
        "addons: [{name: vpc-cni, version: latest, update: auto}, {name: kube-proxy, version: v1.35.0-eksbuild.2}, {name: coredns}]",
        "addons: [{name: vpc-cni, configurationValues: {env: {ENABLE_PREFIX_DELEGATION: \"true\"}}}]\nmanagedNodeGroups: [{name: a, instanceType: m6i.large}]",
        "addons: [{name: coredns, configurationValues: \"replicaCount: 3\"}, {name: kube-proxy, configurationValues: '{\"mode\": \"ipvs\"}'}]",
        "addons: [{name: eks-pod-identity-agent}, {name: aws-ebs-csi-driver, useDefaultPodIdentityAssociations: true}]",
        "addons: [{name: vpc-cni, wellKnownPolicies: {vpcCNI: true}}, {name: aws-efs-csi-driver, attachPolicyARNs: [\"arn:aws:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy\"]}]",
        "autoModeConfig: {enabled: true}\naddons: [{name: metrics-server, preserveOnDelete: true, resolveConflicts: preserve}]",
    ] {
        let loaded = load(&Sources::text("stack.yaml", &format!("{HEAD}{body}\n")), &|_| None);
        let loaded = loaded.unwrap_or_else(|problems| panic!("{body}\n{problems}"));
        assert_eq!(loaded.warnings.to_string(), "", "{body}");
    }
}
