//! In which order AWS is asked: what comes before what when a stack is made and when it is deleted.
//!
//! Asserted from the emulator's log of calls, and not from our own graph. The numbers are those of the sources: EKS user
//! guide, terraform-aws-eks, eksctl.

#[path = "../lab/mod.rs"]
mod lab;
mod story;

use lab::{Lab, environment, stack};
use story::Story;

/// A cluster without a way to the internet, whose nodes need endpoints.
const PRIVATE: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: private, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
privateCluster: {enabled: true}
kms: {usedFor: [secrets, logs, volumes]}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

/// A cluster whose pods have IPv6 addresses.
const IPV6: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: six, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
kubernetesNetworkConfig: {ipFamily: IPv6}
vpc: {flowLogs: {}, endpoints: [{service: s3}, {service: sts}]}
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

/// A cluster with pods on Fargate.
const FARGATE: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: far, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
managedNodeGroups:
- {name: a, instanceType: m6i.large}
fargateProfiles:
- {name: system, selectors: [{namespace: kube-system}]}
- {name: batch, selectors: [{namespace: batch}]}
- {name: jobs, selectors: [{namespace: jobs}]}
"#;

/// A cluster with add-ons of both sorts: those that nodes need, and those that need nodes.
const ADDONS: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: addons, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
managedNodeGroups:
- {name: a, instanceType: m6i.large}
- {name: b, instanceType: m6i.large}
addons:
- {name: vpc-cni, configurationValues: {env: {ENABLE_PREFIX_DELEGATION: "true"}}}
- {name: kube-proxy, update: auto}
- {name: coredns, update: auto}
- {name: eks-pod-identity-agent}
- {name: aws-ebs-csi-driver, useDefaultPodIdentityAssociations: true}
"#;

/// A cluster with everything in it that EKS runs or keeps.
const INHABITED: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: full, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
accessConfig:
  accessEntries: [{role: ops, accessPolicies: [{policyARN: AmazonEKSViewPolicy}]}]
iam:
  roles: [{name: ops, trust: {accounts: ["111122223333"]}}]
  podIdentityAssociations: [{namespace: app, serviceAccountName: worker, wellKnownPolicies: {externalDNS: true}}]
identityProviders: [{name: corp, issuerURL: "https://id.example.com", clientID: kubernetes}]
capabilities: [{name: kro, type: KRO}, {name: ack, type: ACK}]
addons: [{name: eks-pod-identity-agent}]
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

async fn stories(spec: &eksctl_rs_stack::StackSpec) -> (Story, Story) {
    let lab = Lab::new();
    lab.converge(spec).await;
    let made = Story::new(lab.emulator.log());
    lab.emulator.clear_log();
    let report = lab.destroy(spec).await;
    assert_eq!(report.outcome, eksctl_rs_core::Outcome::Done, "{:#?}", report.failures);
    (made, Story::new(lab.emulator.log()))
}

async fn check(spec: &eksctl_rs_stack::StackSpec) {
    let (made, deleted) = stories(spec).await;
    made.network_comes_from_the_outside_in();
    made.keys_and_log_groups_come_before_what_they_are_for();
    made.roles_are_complete_before_they_are_used();
    made.nodes_come_last();
    deleted.nodes_go_first();
    deleted.the_cluster_goes_before_what_it_uses();
    deleted.the_network_goes_from_the_inside_out();
}

#[tokio::test(start_paused = true)]
async fn dev() {
    check(&environment("dev")).await;
}

#[tokio::test(start_paused = true)]
async fn test() {
    check(&environment("test")).await;
}

#[tokio::test(start_paused = true)]
async fn prod() {
    check(&environment("prod")).await;
}

#[tokio::test(start_paused = true)]
async fn sbx() {
    check(&environment("sbx")).await;
}

#[tokio::test(start_paused = true)]
async fn a_private_cluster() {
    check(&stack(PRIVATE)).await;
}

#[tokio::test(start_paused = true)]
async fn an_ipv6_cluster() {
    check(&stack(IPV6)).await;
}

#[tokio::test(start_paused = true)]
async fn a_cluster_with_pods_on_fargate() {
    let spec = stack(FARGATE);
    check(&spec).await;
    let (made, deleted) = stories(&spec).await;
    made.fargate_profiles_come_one_after_the_other();
    deleted.fargate_profiles_go_one_after_the_other();
}

#[tokio::test(start_paused = true)]
async fn add_ons() {
    let spec = stack(ADDONS);
    check(&spec).await;
    let (made, deleted) = stories(&spec).await;
    made.add_ons_come_before_the_nodes_that_need_them_and_after_those_that_they_need();
    deleted.add_ons_go_with_their_cluster();
}

#[tokio::test(start_paused = true)]
async fn add_ons_on_the_way_to_another_version() {
    let lab = Lab::new();
    lab.converge(&stack(ADDONS)).await;
    lab.emulator.clear_log();
    lab.converge(&stack(&ADDONS.replace("\"1.34\"", "\"1.35\""))).await;
    Story::new(lab.emulator.log()).the_control_plane_moves_first_then_add_ons_then_nodes();
}

#[tokio::test(start_paused = true)]
async fn add_ons_that_are_dropped_with_the_nodes() {
    let lab = Lab::new();
    lab.converge(&stack(ADDONS)).await;
    lab.emulator.clear_log();
    lab.converge(&stack(&ADDONS[..ADDONS.find("managedNodeGroups").expect("groups")])).await;
    Story::new(lab.emulator.log()).what_nodes_need_goes_after_them();
}

#[tokio::test(start_paused = true)]
async fn a_cluster_with_everything_in_it() {
    let spec = stack(INHABITED);
    check(&spec).await;
    let (made, deleted) = stories(&spec).await;
    made.whoever_gets_in_is_there_first();
    deleted.what_eks_runs_for_a_cluster_goes_before_it();
}
