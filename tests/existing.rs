//! Stacks in a network that is not theirs: found by ids, by tags, and as that of another stack.

#![expect(clippy::panic, reason = "a test fails by a panic")]

mod lab;

use eksctl_rs_core::Outcome;
use eksctl_rs_engine::ReadError;
use eksctl_rs_stack::{ExpandError, StackSpec};
use lab::{Lab, stack};

/// The stack that makes the network, without nodes.
const NETWORK: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: net, region: eu-west-1, account: "111122223333", version: "1.35", tags: {tier: shared}}
availabilityZones: [eu-west-1a, eu-west-1b]
"#;

fn guest(name: &str, vpc: &str) -> StackSpec {
    stack(&format!(
        "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\n\
         metadata: {{name: {name}, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}}\n\
         vpc: {vpc}\nmanagedNodeGroups: [{{name: a, instanceType: m6i.large}}]\n"
    ))
}

/// A lab with a network in it, and the ids of its VPC and private subnets.
async fn with_network() -> (Lab, StackSpec, String, Vec<(String, String)>) {
    let (lab, network) = (Lab::new(), stack(NETWORK));
    lab.converge(&network).await;
    let ec2 = lab::clients::ec2(&lab, &network);
    let vpcs = ec2.describe_vpcs().send().await.expect("described");
    let vpc = vpcs.vpcs().iter().find(|vpc| !vpc.is_default().unwrap_or_default()).expect("a VPC");
    let subnets = ec2.describe_subnets().send().await.expect("described");
    let private = subnets.subnets().iter().filter(|subnet| {
        subnet.tags().iter().any(|tag| tag.value().is_some_and(|value| value.starts_with("ec2.Subnet/private-")))
    });
    let mut private: Vec<(String, String)> = private
        .map(|subnet| {
            (subnet.availability_zone().expect("a zone").to_owned(), subnet.subnet_id().expect("an id").to_owned())
        })
        .collect();
    private.sort();
    (lab, network, vpc.vpc_id().expect("an id").to_owned(), private)
}

async fn lives_and_dies(lab: &Lab, network: &StackSpec, guest: &StackSpec) {
    let before = lab.essence(network).await;
    lab.converge(guest).await;
    lab.assert_converged(network).await;
    let kinds: Vec<String> =
        lab.essence(guest).await.iter().map(|line| line.split('/').next().unwrap_or_default().to_owned()).collect();
    assert!(!kinds.iter().any(|kind| kind == "ec2.Vpc" || kind == "ec2.Subnet"), "{kinds:?}");
    let report = lab.destroy(guest).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
    // Tags that were there before are still there, and whose they are nobody can tell.
    let left: Vec<String> =
        lab.essence(guest).await.into_iter().filter(|line| !line.starts_with("ec2.Tags/")).collect();
    assert_eq!(left, [""; 0]);
    assert_eq!(lab.essence(network).await, before);
}

#[tokio::test(start_paused = true)]
async fn by_the_name_of_another_stack() {
    let (lab, network, ..) = with_network().await;
    lives_and_dies(&lab, &network, &guest("guest", "{existing: {stack: net}}")).await;
}

#[tokio::test(start_paused = true)]
async fn by_tags() {
    let (lab, network, ..) = with_network().await;
    let vpc = "{existing: {tags: {tier: shared, Name: net/vpc}, privateSubnetTags: {Name: net/private-*}}, \
               subnetTags: {private: {karpenter.sh/discovery: guest}}}";
    lives_and_dies(&lab, &network, &guest("guest", vpc)).await;
}

#[tokio::test(start_paused = true)]
async fn by_ids() {
    let (lab, network, vpc, subnets) = with_network().await;
    let list: Vec<String> = subnets.iter().map(|(zone, id)| format!("{zone}: {{id: {id}}}")).collect();
    let vpc = format!("{{id: {vpc}, subnets: {{private: {{{}}}}}}}", list.join(", "));
    lives_and_dies(&lab, &network, &guest("guest", &vpc)).await;
}

#[tokio::test(start_paused = true)]
async fn two_guests_side_by_side_share_nothing_but_the_network() {
    let (lab, network, ..) = with_network().await;
    let tagged = |name: &str| {
        guest(
            name,
            &format!("{{existing: {{stack: net}}, subnetTags: {{private: {{kubernetes.io/cluster/{name}: shared}}}}}}"),
        )
    };
    let (one, other) = (tagged("one"), tagged("other"));
    lab.converge(&one).await;
    lab.converge(&other).await;
    lab.assert_converged(&one).await;
    lab.destroy(&one).await;
    lab.assert_converged(&other).await;
    lab.assert_converged(&network).await;
}

/// Why a stack does not fit what AWS has.
async fn refused(lab: &Lab, spec: &StackSpec) -> String {
    let open = lab.open(spec).await;
    match open.read().await {
        Err(ReadError::Expand(ExpandError::Facts(problems))) => {
            problems.iter().map(|problem| format!("{problem}; {}", problem.hint)).collect::<Vec<_>>().join("\n")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_not_there_is_told() {
    let (lab, ..) = with_network().await;
    let told = refused(&lab, &guest("guest", "{existing: {stack: nowhere}}")).await;
    assert!(told.contains("there is no VPC by tag:eksctl-rs.io/address=ec2.Vpc/main"), "{told}");
    let told = refused(&lab, &guest("guest", "{existing: {tags: {Name: net/*}, privateSubnetTags: {Name: x}}}")).await;
    assert!(told.contains("no private subnet was found in the VPC by tag:Name=x"), "{told}");
    let one_zone = "{existing: {tags: {Name: net/*}, privateSubnetTags: {Name: net/private-eu-west-1a}}}";
    let told = refused(&lab, &guest("guest", one_zone)).await;
    assert!(told.contains("all private subnets are in eu-west-1a"), "{told}");
    let unknown = "{existing: {stack: net}, endpoints: [{service: nonsense}]}";
    let told = refused(&lab, &guest("guest", unknown)).await;
    assert!(
        told.contains("ec2.VpcEndpoint/nonsense: there is no endpoint service com.amazonaws.eu-west-1.nonsense"),
        "{told}"
    );
}
