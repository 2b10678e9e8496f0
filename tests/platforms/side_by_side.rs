//! Two stacks in one account and Region, and one in another Region, with everything in them.

use eksctl_rs_core::Outcome;
use eksctl_rs_stack::{Sources, StackSpec, load};

use super::example;
use crate::lab::{Lab, left};

/// The compute layer under another name or in another Region. What a registry has once is named apart, as two stacks that
/// share it must; and an account has five Elastic IPs, so not both can have three.
fn compute(name: &str, region: &str, apart: &str) -> StackSpec {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/compute-layer/stack.yaml");
    let text = std::fs::read_to_string(path).expect("the example");
    let text = text
        .replace("name: compute\n", &format!("name: {name}\n"))
        .replace("eu-west-1", region)
        .replace(
            "gateway: HighlyAvailable",
            if apart.is_empty() { "gateway: HighlyAvailable" } else { "gateway: Single" },
        )
        .replace("name: app-backend", &format!("name: {apart}app-backend"))
        .replace("upstream: docker-hub", &format!("upstream: docker-hub\n    prefix: {apart}docker-hub"))
        .replace("upstream: ecr-public", &format!("upstream: ecr-public\n    prefix: {apart}ecr-public"))
        .replace("upstream: quay", &format!("upstream: quay\n    prefix: {apart}quay"))
        .replace("prefix: ghcr", &format!("prefix: {apart}ghcr"))
        .replace("prefix: acr", &format!("prefix: {apart}acr"));
    load(&Sources::text("stack.yaml", &text), &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec
}

#[tokio::test(start_paused = true)]
async fn they_share_nothing_and_destroying_one_leaves_the_others_as_they_are() {
    let stacks = [
        example("compute-layer").spec,
        compute("second", "eu-west-1", "second-"),
        compute("compute", "eu-central-1", ""),
    ];
    let lab = Lab::new();
    for stack in &stacks {
        lab.converge(stack).await;
    }
    for stack in &stacks {
        lab.assert_converged(stack).await;
    }
    for (index, stack) in stacks.iter().enumerate() {
        let others: Vec<&StackSpec> =
            stacks.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, stack)| stack).collect();
        let fork = lab.fork();
        let report = fork.destroy(stack).await;
        assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
        assert_eq!(left::by_the_emulator(&fork, stack), [""; 0]);
        for other in others {
            fork.assert_converged(other).await;
            assert_eq!(fork.essence(other).await, lab.essence(other).await);
        }
    }
}
