//! Pull-through caches: what comes before what, whose they are, and what a dead run leaves.

use std::time::Duration;

use aws_sdk_ecr::types::UpstreamRegistry;
use eksctl_rs_core::{Action, Consent, Desired, ErrorClass, Graph, Outcome, Reason};
use eksctl_rs_emulator::{Hold, Weather, When};
use serde_json::json;

use crate::lab::{Lab, at, clients, essence, graph, stack};
use crate::{Base, afresh, outline};

const RULE: &str = "ecr.PullThroughCacheRule/docker-hub";

/// A cache with everything that it needs, and nothing else.
fn alone(desired: &mut Vec<Desired>) {
    const KINDS: &[&str] = &["secretsmanager.Secret", "ecr.RepositoryCreationTemplate", "ecr.PullThroughCacheRule"];
    desired.retain(|one| {
        let is_part = KINDS.contains(&one.address.kind()) && one.address.name() == "docker-hub";
        is_part || one.address == at("iam.Role/ecr-template")
    });
}

/// The changing calls since the log was cleared.
fn calls(base: &Base) -> Vec<String> {
    base.lab.mutating_calls().into_iter().map(|entry| entry.operation).collect()
}

fn comes_before(calls: &[String], first: &str, then: &str) {
    let place =
        |operation: &str| calls.iter().position(|call| call == operation).unwrap_or_else(|| panic!("{calls:?}"));
    assert!(place(first) < place(then), "{first} comes before {then}: {calls:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rule_comes_last_and_goes_first() {
    let base = afresh(alone).await;
    base.converge(&base.desired, "made").await;
    let made = calls(&base);
    for first in ["CreateSecret", "CreateRepositoryCreationTemplate"] {
        comes_before(&made, first, "CreatePullThroughCacheRule");
    }
    let log = base.lab.emulator.log();
    let last = log
        .iter()
        .rfind(|entry| entry.operation.contains("PullThroughCacheRule") && !entry.operation.starts_with("Describe"));
    assert_eq!(last.map(|entry| entry.operation.as_str()), Some("ValidatePullThroughCacheRule"), "it is tried");
    base.lab.emulator.clear_log();
    base.converge(&[], "gone").await;
    let gone = calls(&base);
    for then in ["DeleteRepositoryCreationTemplate", "DeleteSecret"] {
        comes_before(&gone, "DeletePullThroughCacheRule", then);
    }
}

#[tokio::test(start_paused = true)]
async fn another_revision_sends_the_value_and_tries_the_rule() {
    let base = afresh(alone).await;
    base.converge(&base.desired, "made").await;
    let mut desired = base.desired.clone();
    desired.iter_mut().filter(|one| one.address.kind() == "secretsmanager.Secret").for_each(|one| {
        one.spec["revision"] = 2.into();
    });
    let plan = base.plan(&desired).await;
    let changes: Vec<_> = plan.changes.iter().map(|change| (change.address.to_string(), change.action)).collect();
    let updated = |address: &str| (address.to_owned(), Action::Update);
    assert_eq!(changes, [updated("secretsmanager.Secret/docker-hub"), updated(RULE)]);
    base.lab.emulator.clear_log();
    base.converge(&desired, "sent").await;
    let sent: Vec<String> = base.lab.emulator.log().into_iter().map(|entry| entry.operation).collect();
    comes_before(&sent, "PutSecretValue", "TagResource");
    comes_before(&sent, "TagResource", "ValidatePullThroughCacheRule");
}

#[tokio::test(start_paused = true)]
async fn whatever_call_a_run_dies_at_a_cache_is_made_once() {
    let whole = afresh(alone).await;
    whole.converge(&whole.desired, "undisturbed").await;
    let wanted = essence(&whole.observe(&graph(whole.desired.clone())).await);
    let calls: Vec<u64> = whole.lab.mutating_calls().into_iter().map(|entry| entry.call).collect();
    assert!(calls.len() >= 5, "{calls:?}");
    for call in calls {
        for when in [When::Before, When::After] {
            let base = afresh(alone).await;
            let what = format!("{when:?} call {call}");
            dies(&base, &base.desired, call, when, &what).await;
            base.converge(&base.desired, &what).await;
            assert_eq!(essence(&base.observe(&graph(base.desired.clone())).await), wanted, "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_call_a_destroy_dies_at_nothing_is_forgotten_and_everything_comes_back() {
    let made = afresh(alone).await;
    made.converge(&made.desired, "made").await;
    let wanted = essence(&made.observe(&graph(made.desired.clone())).await);
    let whole = made.fork().await;
    whole.lab.emulator.clear_log();
    whole.converge(&[], "gone").await;
    let calls: Vec<u64> = whole.lab.mutating_calls().into_iter().map(|entry| entry.call).collect();
    assert!(calls.len() >= 4, "{calls:?}");
    for call in calls {
        for when in [When::Before, When::After] {
            let base = made.fork().await;
            base.lab.emulator.clear_log();
            let what = format!("{when:?} call {call}");
            dies(&base, &[], call, when, &what).await;
            base.converge(&[], &what).await;
            assert_eq!(essence(&base.observe(&Graph::empty()).await), [""; 0], "{what}");
            base.converge(&base.desired, &format!("{what}, back")).await;
            assert_eq!(essence(&base.observe(&graph(base.desired.clone())).await), wanted, "{what}");
        }
    }
}

/// A run towards what is desired, which dies at a call.
async fn dies(base: &Base, desired: &[Desired], call: u64, when: When, what: &str) {
    const FOR_EVER: Duration = Duration::from_secs(3600);
    let hold = Weather { hold: Some(Hold { call, when }), ..Weather::default() };
    base.lab.emulator.set_weather(hold).expect("such weather");
    let plan = base.plan(desired).await;
    let died = tokio::time::timeout(FOR_EVER, base.open.run(&plan)).await;
    base.lab.emulator.set_weather(Weather::default()).expect("such weather");
    assert!(died.is_err(), "{what}: the run was over before");
}

#[tokio::test(start_paused = true)]
async fn a_rule_of_somebody_else_is_told_and_not_taken() {
    let base = afresh(alone).await;
    let ecr = clients::ecr(&base.lab, &base.open.spec);
    let rule = ecr.create_pull_through_cache_rule().ecr_repository_prefix("docker-hub");
    let rule = rule.upstream_registry(UpstreamRegistry::Quay).upstream_registry_url("quay.io");
    rule.send().await.expect("made");
    let plan = base.plan(&base.desired).await;
    assert_eq!(plan.change(&at(RULE)).map(|change| change.action), Some(Action::Adopt), "{:#?}", outline(&plan));
    assert_eq!(plan.consents, [Consent::Adopt { address: at(RULE), owner: None }]);
    // Neither is it ours because a template of ours has its prefix.
    let mut template = base.desired.clone();
    template.retain(|one| {
        one.address.kind() != "ecr.PullThroughCacheRule" && one.address.kind() != "secretsmanager.Secret"
    });
    template
        .iter_mut()
        .filter(|one| one.address.name() == "docker-hub")
        .for_each(|one| one.spec["vouches"] = json!(false));
    base.converge(&template, "a template").await;
    base.converge(&[], "gone").await;
    let rules = ecr.describe_pull_through_cache_rules().send().await.expect("rules");
    assert_eq!(rules.pull_through_cache_rules().len(), 1, "it is still there");
}

#[tokio::test(start_paused = true)]
async fn the_rule_of_another_stack_is_told_by_its_name() {
    let base = afresh(alone).await;
    base.converge(&base.desired, "made").await;
    let mut spec = base.open.spec.clone();
    spec.metadata.name = "other".to_owned();
    let open = base.lab.open(&spec).await;
    let other = Base { lab: base.lab.clone(), open, desired: base.desired.clone(), snapshot: base.snapshot.clone() };
    let plan = other.plan(&other.desired).await;
    let reason = plan.change(&at(RULE)).map(|change| change.reason.clone());
    assert!(
        matches!(reason, Some(Reason::NotOurs(Some(ref stack))) if stack.as_str() == "life.eu-west-1"),
        "{reason:?}"
    );
    // Towards nothing it has nothing to do.
    assert!(other.plan(&[]).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_none_fail_in_aws_s_words_and_the_rest_is_done() {
    let base = afresh(alone).await;
    let secrets = clients::secrets(&base.lab, &base.open.spec);
    let secret = secrets.create_secret().name("ecr-pullthroughcache/by-hand").secret_string("{}");
    let arn = secret.send().await.expect("made").arn().expect("an ARN").to_owned();
    let mut desired = base.desired.clone();
    desired.retain(|one| one.address.kind() != "secretsmanager.Secret");
    desired.iter_mut().filter(|one| one.address == at(RULE)).for_each(|one| {
        one.spec["credential"] = json!({ "$id": arn });
        one.spec["tried_with"] = json!(null);
    });
    let plan = base.plan(&desired).await;
    let report = base.open.run(&plan).await;
    let [(address, error)] = report.failures.as_slice() else { panic!("{:#?}", report.failures) };
    assert_eq!((report.outcome, address, error.class), (Outcome::Partial, &at(RULE), ErrorClass::Invalid));
    assert!(error.message.contains("JSON object with the keys username and accessToken"), "{}", error.message);
    assert!(base.plan(&desired).await.is_empty(), "the rule is there");
}

#[tokio::test(start_paused = true)]
async fn two_stacks_with_caches_live_side_by_side() {
    let lab = Lab::new();
    let of = |name: &str, prefix: &str| {
        stack(&format!(
            "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {{name: {name}, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}}\navailabilityZones: [eu-west-1a, eu-west-1b]\npullThroughCache: [{{upstream: github, prefix: {prefix}, credentials: {{username: {{value: a}}, accessToken: {{valueFrom: {{env: TOKEN}}}}}}}}]\n"
        ))
    };
    let (one, other) = (of("one", "gh-one"), of("other", "gh-other"));
    lab.converge(&one).await;
    lab.converge(&other).await;
    lab.assert_converged(&one).await;
    assert_eq!(lab.destroy(&one).await.outcome, Outcome::Done);
    lab.assert_converged(&other).await;
}
