//! What is rendered of a stack.

use super::*;
use crate::{Sources, expand, load};
use eksctl_rs_core::Facts;

const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: '111122223333'}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

fn rendered(text: &str) -> Vec<Manifest> {
    let sources = Sources::text("x.yaml", &format!("{HEAD}{text}"));
    let spec = load(&sources, &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec;
    let world = expand::world(&spec);
    let graph = expand(&spec, &Facts::none(), &world).expect("a graph");
    of(&spec, &graph, &world)
}

fn only(manifests: &[Manifest], kind: &str) -> Vec<Value> {
    manifests.iter().map(|manifest| manifest.object.clone()).filter(|object| object["kind"] == kind).collect()
}

#[test]
fn without_a_word_there_is_an_encrypted_default_class() {
    let manifests = rendered("");
    let [class] = only(&manifests, "StorageClass").try_into().expect("one");
    assert_eq!(class["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"], "true");
    let parameters = json!({ "type": "gp3", "csi.storage.k8s.io/fstype": "ext4", "encrypted": "true" });
    assert_eq!(class["parameters"], parameters);
    assert_eq!(manifests.len(), 1);
    assert!(rendered("kubernetes: {storageClasses: []}\n").is_empty());
}

#[test]
fn the_stack_s_own_key_is_named_without_asking_anybody() {
    let manifests = rendered("kms: {usedFor: [volumes], alias: alias/mine}\n");
    assert_eq!(
        only(&manifests, "StorageClass")[0]["parameters"]["kmsKeyId"],
        "arn:aws:kms:eu-west-1:111122223333:alias/mine"
    );
    let manifests = rendered("kms: {usedFor: [secrets]}\n");
    assert_eq!(only(&manifests, "StorageClass")[0]["parameters"].get("kmsKeyId"), None);
}

#[test]
fn auto_mode_has_a_provisioner_of_its_own() {
    let manifests = rendered("autoModeConfig: {enabled: true}\n");
    assert_eq!(only(&manifests, "StorageClass")[0]["provisioner"], "ebs.csi.eks.amazonaws.com");
}

#[test]
fn namespaces_come_with_what_holds_in_them() {
    let manifests = rendered(
        "kubernetes:\n  namespaces:\n  - name: shop\n    podSecurity: baseline\n    labels: {team: shop, pod-security.kubernetes.io/warn: restricted}\n    resourceQuota: {pods: 10, requests.cpu: 500m}\n    limitRange: {default: {cpu: 1}}\n    defaultDeny: [Ingress, Egress]\n",
    );
    let [namespace] = only(&manifests, "Namespace").try_into().expect("one");
    let labels = json!({
        "pod-security.kubernetes.io/audit": "baseline",
        "pod-security.kubernetes.io/enforce": "baseline",
        "pod-security.kubernetes.io/warn": "restricted",
        "team": "shop",
    });
    assert_eq!(namespace["metadata"], json!({ "name": "shop", "labels": labels }));
    assert_eq!(
        only(&manifests, "ResourceQuota")[0]["spec"],
        json!({ "hard": { "pods": "10", "requests.cpu": "500m" } })
    );
    let limits = json!({ "limits": [{ "type": "Container", "default": { "cpu": "1" } }] });
    assert_eq!(only(&manifests, "LimitRange")[0]["spec"], limits);
    let deny = json!({ "podSelector": {}, "policyTypes": ["Ingress", "Egress"] });
    assert_eq!(only(&manifests, "NetworkPolicy")[0]["spec"], deny);
    let parts: Vec<Part> = manifests.iter().map(|manifest| manifest.part).collect();
    assert!(parts.is_sorted(), "{parts:?}");
}

#[test]
fn groups_by_name_are_asked_for_and_their_namespace_is_made() {
    let manifests = rendered(
        "vpc: {securityGroups: [{name: db}]}\nkubernetes:\n  securityGroupPolicies:\n  - {name: x, namespace: shop, podSelector: {matchLabels: {a: b}}, securityGroups: [db, cluster, sg-0123456789abcdef0]}\n  - {name: other, namespace: kube-system, serviceAccountSelector: {}, securityGroups: [sg-0123456789abcdef0]}\n  eniConfigs: [{name: eu-west-1a, subnet: eu-west-1a, securityGroups: [db]}]\n",
    );
    let namespaces: Vec<Value> =
        only(&manifests, "Namespace").iter().map(|one| one["metadata"]["name"].clone()).collect();
    assert_eq!(namespaces, ["shop"]);
    let missing: Vec<String> =
        missing(&manifests).iter().map(|(address, output)| format!("{address}.{output}")).collect();
    let wanted = ["ec2.SecurityGroup/db.id", "ec2.Subnet/private-eu-west-1a.id", "eks.Cluster/dev.security_group"];
    assert_eq!(missing, wanted);
    let told = told(manifests, &mut |address, _| Some(format!("id-of-{}", address.name())));
    let groups = json!(["id-of-db", "id-of-dev", "sg-0123456789abcdef0"]);
    let [kube, shop] = only(&told, "SecurityGroupPolicy").try_into().expect("two");
    assert_eq!(shop["spec"]["securityGroups"]["groupIds"], groups);
    assert_eq!(kube["spec"]["serviceAccountSelector"], json!({}));
    let [config] = only(&told, "ENIConfig").try_into().expect("one");
    assert_eq!(config["spec"], json!({ "subnet": "id-of-private-eu-west-1a", "securityGroups": ["id-of-db"] }));
}

#[test]
fn service_accounts_name_their_roles_and_roles_alone_are_somebody_else_s() {
    let manifests = rendered(
        "iam:\n  serviceAccounts:\n  - metadata: {name: app, namespace: shop, labels: {a: b}}\n    attachPolicyARNs: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']\n  - metadata: {name: other, namespace: elsewhere}\n    roleOnly: true\n    attachPolicyARNs: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']\n  - metadata: {name: theirs, namespace: kube-system}\n    attachRoleARN: arn:aws:iam::111122223333:role/theirs\n  podIdentityAssociations:\n  - {namespace: warehouse, serviceAccountName: stock, createServiceAccount: true, wellKnownPolicies: {externalSecrets: true}}\n  - {namespace: nowhere, serviceAccountName: of-a-chart, wellKnownPolicies: {externalSecrets: true}}\n",
    );
    assert!(missing(&manifests).is_empty(), "ARNs follow from the stack");
    let [theirs, app, stock] = only(&manifests, "ServiceAccount").try_into().expect("three");
    assert_eq!(stock["metadata"], json!({ "name": "stock", "namespace": "warehouse" }));
    assert_eq!(
        theirs["metadata"]["annotations"]["eks.amazonaws.com/role-arn"],
        "arn:aws:iam::111122223333:role/theirs"
    );
    let role = "arn:aws:iam::111122223333:role/eksctl-rs/dev.eu-west-1/dev-eu-west-1-sa-shop-app";
    assert_eq!(app["metadata"]["annotations"], json!({ "eks.amazonaws.com/role-arn": role }));
    assert_eq!((&app["metadata"]["namespace"], &app["metadata"]["labels"]["a"]), (&json!("shop"), &json!("b")));
    let namespaces = only(&manifests, "Namespace");
    let names: Vec<&Value> = namespaces.iter().map(|one| &one["metadata"]["name"]).collect();
    assert_eq!(names, ["shop", "warehouse"]);
}

#[test]
fn fargate_finds_its_namespaces() {
    let manifests = rendered(
        "fargateProfiles:\n- name: a\n  selectors: [{namespace: karpenter}, {namespace: kube-system}, {namespace: 'team-*'}, {namespace: flux-system}]\n",
    );
    let names: Vec<Value> = only(&manifests, "Namespace").iter().map(|one| one["metadata"]["name"].clone()).collect();
    assert_eq!(names, ["flux-system", "karpenter"]);
}

#[test]
fn karpenter_is_told_of_nodes() {
    let manifests = rendered(
        "kms: {usedFor: [volumes]}\nkarpenter:\n  nodeClasses:\n  - {name: default, amiAlias: bottlerocket@latest, volumeSize: 120, tags: {pool: x}}\n  nodePools:\n  - {name: gpu, instanceTypes: [g5.xlarge], minGeneration: 5, taints: [{key: nvidia.com/gpu, effect: NoSchedule}], limits: {nvidia.com/gpu: 30}, weight: 10}\n",
    );
    assert!(missing(&manifests).is_empty());
    let [class] = only(&manifests, "EC2NodeClass").try_into().expect("one");
    let spec = &class["spec"];
    assert_eq!(spec["role"], "dev-eu-west-1-karpenter-node");
    assert_eq!(spec["subnetSelectorTerms"], json!([{ "tags": { "karpenter.sh/discovery": "dev" } }]));
    let system = &spec["blockDeviceMappings"][0];
    assert_eq!((&system["deviceName"], &system["ebs"]["encrypted"]), (&json!("/dev/xvda"), &json!(true)));
    let disk = &spec["blockDeviceMappings"][1];
    assert_eq!((&disk["deviceName"], &disk["ebs"]["volumeSize"]), (&json!("/dev/xvdb"), &json!("120Gi")));
    assert_eq!(disk["ebs"]["kmsKeyID"], "arn:aws:kms:eu-west-1:111122223333:alias/dev");
    assert_eq!(spec["tags"], json!({ "pool": "x" }));
    let [pool] = only(&manifests, "NodePool").try_into().expect("one");
    let nodes = &pool["spec"]["template"]["spec"];
    assert_eq!(nodes["taints"], json!([{ "key": "nvidia.com/gpu", "effect": "NoSchedule" }]));
    let generation = json!({ "key": "karpenter.k8s.aws/instance-generation", "operator": "Gt", "values": ["4"] });
    assert!(nodes["requirements"].as_array().expect("a list").contains(&generation), "{nodes}");
    assert_eq!((&pool["spec"]["limits"], &pool["spec"]["weight"]), (&json!({ "nvidia.com/gpu": 30 }), &json!(10)));
    let namespaces = only(&manifests, "Namespace");
    assert_eq!(namespaces[0]["metadata"]["name"], "karpenter");
}
