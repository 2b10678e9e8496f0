//! `manifests`: what the cluster needs inside.

use crate::Desk;

const NOW: &str = "--emulator --emulator-clock instant";
const INSIDE: &str = "kubernetes:\n  namespaces: [{name: shop, podSecurity: restricted}]\n  securityGroupPolicies:\n  - {name: clients, namespace: shop, podSelector: {}, securityGroups: [nodes, cluster]}\n";

#[test]
fn what_follows_from_the_stack_needs_no_aws() {
    let desk = Desk::small();
    desk.write(
        "environments/dev/kubernetes.yaml",
        "kubernetes: {namespaces: [{name: shop, podSecurity: restricted}]}\n",
    );
    let did = desk.insist(0, "manifests dev");
    let wanted = "\
# Rendered by `eksctl-rs manifests` for dev.eu-west-1: change the stack, and render it again.
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/audit: restricted
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/warn: restricted
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: gp3
  annotations:
    storageclass.kubernetes.io/is-default-class: \"true\"
provisioner: ebs.csi.aws.com
parameters:
  type: gp3
  csi.storage.k8s.io/fstype: ext4
  encrypted: \"true\"
  kmsKeyId: arn:aws:kms:eu-west-1:111122223333:alias/dev
reclaimPolicy: Delete
allowVolumeExpansion: true
volumeBindingMode: WaitForFirstConsumer
";
    assert_eq!(did.stdout, wanted);
    assert_eq!(did.stderr, "", "nobody was asked");
    assert!(!desk.path().join(".eksctl-rs").exists());
    assert_eq!(desk.insist(0, "manifests dev --out -").stdout, wanted);
    let json = desk.insist(0, "manifests dev --output json").stdout;
    let answer: serde_json::Value = serde_json::from_str(&json).expect("one line of JSON");
    assert_eq!(answer["manifests"][0]["kind"], "Namespace");
}

#[test]
fn ids_come_from_aws_and_are_never_guessed() {
    let desk = Desk::small();
    desk.write("environments/dev/kubernetes.yaml", INSIDE);
    let failed = desk.insist(1, &format!("manifests dev {NOW} --out out"));
    assert!(failed.stderr.contains("ec2.SecurityGroup/nodes, eks.Cluster/dev"), "{}", failed.stderr);
    assert!(failed.stderr.contains("apply the stack first"), "{}", failed.stderr);
    assert!(!desk.path().join("out").exists());
    desk.insist(0, &format!("apply dev {NOW} --auto-approve --skip-plan"));
    let did = desk.insist(0, &format!("manifests dev {NOW}"));
    assert_eq!(did.stdout.matches("\n    - sg-").count(), 2, "{}", did.stdout);
    assert!(!did.stdout.contains('$'), "{}", did.stdout);
}

#[test]
fn a_directory_has_a_file_for_each_part_and_keeps_what_is_not_ours() {
    let desk = Desk::small();
    let path = "environments/dev/kubernetes.yaml";
    desk.write(path, "kubernetes: {namespaces: [{name: shop}]}\n");
    let wrote = "wrote gitops/cluster/00-namespaces.yaml\nwrote gitops/cluster/30-storage-classes.yaml\n";
    assert_eq!(desk.insist(0, "manifests dev --out gitops/cluster").stdout, wrote);
    desk.write("gitops/cluster/kustomization.yaml", "resources: []\n");
    desk.write(path, "kubernetes: {namespaces: [{name: warehouse}], storageClasses: []}\n");
    let did = desk.insist(0, "manifests dev --out gitops/cluster");
    assert_eq!(did.stdout, "wrote gitops/cluster/00-namespaces.yaml\nremoved gitops/cluster/30-storage-classes.yaml\n");
    assert!(desk.read("gitops/cluster/00-namespaces.yaml").contains("name: warehouse\n"));
    assert_eq!(desk.read("gitops/cluster/kustomization.yaml"), "resources: []\n");

    desk.write("gitops/cluster/00-namespaces.yaml", "# mine\n");
    desk.write(path, "kubernetes: {namespaces: [{name: shop}]}\n");
    let refused = desk.insist(1, "manifests dev --out gitops/cluster");
    assert!(refused.stderr.contains("00-namespaces.yaml was not rendered by eksctl-rs"), "{}", refused.stderr);
    assert_eq!(desk.read("gitops/cluster/00-namespaces.yaml"), "# mine\n");
    assert!(!desk.path().join("gitops/cluster/30-storage-classes.yaml").exists(), "nothing was written");

    desk.write("file", "");
    let refused = desk.insist(1, "manifests dev --out file");
    assert!(refused.stderr.contains("cannot read file/00-namespaces.yaml"), "{}", refused.stderr);
}

#[test]
fn what_kubernetes_would_refuse_is_refused() {
    let desk = Desk::small();
    desk.write(
        "environments/dev/kubernetes.yaml",
        "kubernetes:\n  namespaces:\n  - {name: a, labels: {'-x': z, b: 'no spaces'}, resourceQuota: {cpu: many}}\n  storageClasses:\n  - {name: one, default: true, volumeType: st1, iops: 100}\n  - {name: two, default: true, volumeType: io1}\n  securityGroupPolicies:\n  - {name: x, securityGroups: [nobody]}\n  eniConfigs: [{name: z, subnet: nowhere}]\n",
    );
    let did = desk.insist(3, "manifests dev");
    for text in [
        "\"-x\" is no key of a label",
        "\"no spaces\" is no value of a label",
        "\"many\" is no quantity of cpu",
        "volumes of this type have no iops of their own",
        "one is the default storage class already",
        "volumes of this type need iops",
        "no pods are selected",
        "there is no security group nobody",
        "the stack has no private subnet nowhere",
    ] {
        assert!(did.stderr.contains(text), "{text}: {}", did.stderr);
    }
}
