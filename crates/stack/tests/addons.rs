//! Add-ons as they are meant. What contradicts itself in them, `bad_specs.rs` tells.

use eksctl_rs_stack::{Sources, load};

/// A stack that is valid.
const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

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
