//! In which order AWS is asked: what comes before what when a stack is made and when it is deleted.
//!
//! Asserted from the emulator's log of calls, and not from our own graph. The numbers are those of the sources: EKS user
//! guide, terraform-aws-eks, eksctl.

#[path = "../lab/mod.rs"]
mod lab;
mod story;

use std::collections::BTreeMap;

use eksctl_rs_stack::StackSpec;
use lab::platforms::platforms;
use lab::{Lab, stack};
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

async fn stories(lab: &Lab, spec: &StackSpec) -> (Story, Story) {
    lab.converge(spec).await;
    let made = Story::new(lab.emulator.log());
    lab.emulator.clear_log();
    let report = lab.destroy(spec).await;
    assert_eq!(report.outcome, eksctl_rs_core::Outcome::Done, "{:#?}", report.failures);
    (made, Story::new(lab.emulator.log()))
}

/// Every fact of E1 and E5; those of what a stack does not have say nothing.
async fn check(lab: &Lab, spec: &StackSpec) -> (Story, Story) {
    let (made, deleted) = stories(lab, spec).await;
    made.network_comes_from_the_outside_in();
    made.keys_and_log_groups_come_before_what_they_are_for();
    made.roles_are_complete_before_they_are_used();
    made.nodes_come_last();
    made.fargate_profiles_come_one_after_the_other();
    made.add_ons_come_before_the_nodes_that_need_them_and_after_those_that_they_need();
    made.pods_find_their_roles();
    made.whoever_gets_in_is_there_first();
    made.images_wait_for_no_cluster();
    deleted.nodes_go_first();
    deleted.fargate_profiles_go_one_after_the_other();
    deleted.add_ons_go_with_their_cluster();
    deleted.what_eks_runs_for_a_cluster_goes_before_it();
    deleted.the_cluster_goes_before_what_it_uses();
    deleted.pods_keep_their_roles_to_the_end();
    deleted.caches_go_before_their_credentials();
    deleted.the_network_goes_from_the_inside_out();
    (made, deleted)
}

#[tokio::test(start_paused = true)]
async fn every_environment_and_every_example() {
    const OFTEN: &[&str] = &[
        "CreateNodegroup",
        "CreateAddon",
        "CreateAccessEntry",
        "CreateOpenIDConnectProvider",
        "CreatePullThroughCacheRule",
        "CreateSecret",
        "CreateFargateProfile",
    ];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for platform in platforms() {
        println!("{}", platform.name);
        let (made, _) = check(&platform.lab(), &platform.spec).await;
        for operation in OFTEN {
            *counts.entry(operation).or_default() += made.count(operation);
        }
    }
    // A fact about what does not happen says nothing.
    assert!(counts.values().all(|count| *count > 3), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_private_cluster() {
    check(&Lab::new(), &stack(PRIVATE)).await;
}

#[tokio::test(start_paused = true)]
async fn an_ipv6_cluster() {
    check(&Lab::new(), &stack(IPV6)).await;
}

#[tokio::test(start_paused = true)]
async fn a_cluster_with_pods_on_fargate() {
    let (made, deleted) = check(&Lab::new(), &stack(FARGATE)).await;
    assert_eq!((made.count("CreateFargateProfile"), deleted.count("DeleteFargateProfile")), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn add_ons() {
    let (made, _) = check(&Lab::new(), &stack(ADDONS)).await;
    assert_eq!(made.count("CreateAddon"), 5);
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
    let (made, deleted) = check(&Lab::new(), &stack(INHABITED)).await;
    let made = ["CreatePodIdentityAssociation", "AssociateIdentityProviderConfig"].map(|one| made.count(one));
    assert_eq!((made, deleted.count("DeleteCapability")), ([1, 1], 2));
}
