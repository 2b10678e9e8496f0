//! What becomes of caches of images and templates of repositories. What contradicts itself in them, `bad_specs.rs` tells.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::fmt::Write;

use eksctl_rs_core::{Desired, Facts, Graph};
use eksctl_rs_stack::{Sources, expand, load};
use serde_json::{Value, json};

/// A stack that is valid.
const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

/// Credentials that are.
const USER: &str = "{username: {value: bot}, accessToken: {valueFrom: {env: TOKEN}}}";

fn stack(caches: &str) -> Sources {
    let caches = caches.replace("USER", USER);
    Sources::text("stack.yaml", &format!("{HEAD}pullThroughCache: [{caches}]\n"))
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    let mut told = String::new();
    for caches in [
        "{upstream: quay, prefix: team}, {upstream: ecr-public, prefix: team/public}",
        "{upstream: quay, repositories: {imageTagMutability: IMMUTABLE}}",
    ] {
        let loaded = load(&stack(caches), &|_| None).unwrap_or_else(|problems| panic!("{caches}\n{problems}"));
        let _ = writeln!(told, "{}", loaded.warnings);
    }
    insta::assert_snapshot!(told);
}

fn graph(text: &Sources) -> Graph {
    let spec = load(text, &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec;
    expand(&spec, &Facts::none(), &expand::world(&spec)).expect("a graph")
}

fn spec<'g>(graph: &'g Graph, address: &str) -> &'g Value {
    let address = address.parse().expect("an address");
    &graph.get(&address).unwrap_or_else(|| panic!("no {address}")).spec
}

#[test]
fn one_entry_makes_everything_that_a_cache_needs() {
    let graph = graph(&stack(
        "{upstream: docker-hub, credentials: {username: {value: bot}, accessToken: {valueFrom: {env: TOKEN}}, revision: 4}, repositories: {lifecycle: [{keep: 5}], tags: {team: data}}}",
    ));
    let secret = spec(&graph, "secretsmanager.Secret/docker-hub");
    assert_eq!(secret["name"], "ecr-pullthroughcache/dev/docker-hub/credential");
    assert_eq!(secret["content"], json!({ "accessToken": { "env": "TOKEN" }, "username": { "value": "bot" } }));
    assert_eq!((&secret["revision"], &secret["recovery_window_in_days"]), (&json!(4), &json!(7)));
    let template = spec(&graph, "ecr.RepositoryCreationTemplate/docker-hub");
    assert_eq!((&template["vouches"], &template["applied_for"]), (&json!(true), &json!(["PULL_THROUGH_CACHE"])));
    assert_eq!(template["resource_tags"], json!({ "team": "data" }));
    assert_eq!(template["custom_role"], json!({ "$ref": "iam.Role/ecr-template", "output": "arn" }));
    let policy = &spec(&graph, "iam.Role/ecr-template")["inline_policies"]["make-repositories"]["Statement"];
    assert_eq!(policy[0]["Resource"], json!(["arn:aws:ecr:eu-west-1:111122223333:repository/docker-hub/*"]));
    let rule = spec(&graph, "ecr.PullThroughCacheRule/docker-hub");
    assert_eq!(rule["upstream_registry_url"], "registry-1.docker.io");
    assert_eq!(rule["prefix"], json!({ "$ref": "ecr.RepositoryCreationTemplate/docker-hub", "output": "prefix" }));
    assert_eq!(rule["credential"], json!({ "$ref": "secretsmanager.Secret/docker-hub", "output": "arn" }));
}

#[test]
fn ecr_s_own_words_for_registries() {
    let graph = graph(&stack(
        "{upstream: ecr-public}, {upstream: quay}, {upstream: kubernetes}, {upstream: github, credentials: USER}, {upstream: gitlab, credentials: USER}, {upstream: chainguard, credentials: USER}, {upstream: azure, registry: example.azurecr.io, credentials: USER}, {upstream: ecr, registry: 111122223333.dkr.ecr.eu-west-2.amazonaws.com, upstreamPrefix: team}",
    ));
    let words = |one: &Desired| {
        ["upstream_registry", "upstream_registry_url", "upstream_repository_prefix"]
            .map(|field| one.spec[field].as_str().expect("a text").to_owned())
            .join(" ")
    };
    let rules = graph.iter().filter(|one| one.address.kind() == "ecr.PullThroughCacheRule");
    let mut rules: Vec<String> = rules.map(words).collect();
    rules.sort();
    assert_eq!(
        rules,
        [
            "azure-container-registry example.azurecr.io ROOT",
            "chainguard cgr.dev ROOT",
            "ecr 111122223333.dkr.ecr.eu-west-2.amazonaws.com team",
            "ecr-public public.ecr.aws ROOT",
            "github-container-registry ghcr.io ROOT",
            "gitlab-container-registry registry.gitlab.com ROOT",
            "k8s registry.k8s.io ROOT",
            "quay quay.io ROOT",
        ]
    );
}

#[test]
fn without_tags_and_keys_ecr_has_a_role_of_its_own() {
    let graph = graph(&stack("{upstream: quay, repositories: {encryption: {type: KMS, keyARN: alias/aws/ecr}}}"));
    let template = spec(&graph, "ecr.RepositoryCreationTemplate/quay");
    assert_eq!((&template["custom_role"], &template["kms_key"]), (&Value::Null, &Value::Null));
    assert!(graph.get(&"iam.Role/ecr-template".parse().expect("an address")).is_none());
    assert!(graph.iter().all(|one| one.address.kind() != "secretsmanager.Secret"));
}

#[test]
fn a_template_of_one_s_own_vouches_for_nothing() {
    let text = "ecr: {creationTemplates: [{prefix: team/apps, appliedFor: [CREATE_ON_PUSH, REPLICATION], repositories: {encryption: {type: KMS, keyARN: \"arn:aws:kms:eu-west-1:111122223333:key/1\"}}}]}";
    let graph = graph(&Sources::text("stack.yaml", &format!("{HEAD}{text}\n")));
    let template = spec(&graph, "ecr.RepositoryCreationTemplate/team/apps");
    assert_eq!((&template["vouches"], &template["description"]), (&json!(false), &json!("Images of team/apps")));
    assert_eq!(template["applied_for"], json!(["CREATE_ON_PUSH", "REPLICATION"]));
    let statements = &spec(&graph, "iam.Role/ecr-template")["inline_policies"]["make-repositories"]["Statement"];
    assert_eq!(statements[0]["Resource"], json!(["arn:aws:ecr:eu-west-1:111122223333:repository/team/apps/*"]));
    assert_eq!(statements[1]["Resource"], json!(["arn:aws:kms:eu-west-1:111122223333:key/1"]));
}

#[test]
fn nodes_may_make_the_repositories_of_caches_and_no_others() {
    let nodes = "karpenter: {}\nfargateProfiles: [{name: f, selectors: [{namespace: f}]}]\nmanagedNodeGroups: [{name: a, instanceType: m6i.large}, {name: b, instanceType: m6i.large, iam: {instanceRoleName: own}}]\nautoModeConfig: {enabled: true}\n";
    let with = |caches: &str| Sources::text("stack.yaml", &format!("{HEAD}{nodes}pullThroughCache: [{caches}]\n"));
    let own = graph(&with("{upstream: quay}, {upstream: ecr-public, prefix: public}"));
    for role in
        ["iam.Role/node", "iam.Role/node-b", "iam.Role/auto-mode", "iam.Role/fargate", "iam.Role/karpenter-node"]
    {
        let statement = &spec(&own, role)["inline_policies"]["pull-through-cache"]["Statement"][0];
        assert_eq!(statement["Action"], json!(["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]), "{role}");
        let repository = |prefix: &str| format!("arn:aws:ecr:eu-west-1:111122223333:repository/{prefix}/*");
        assert_eq!(statement["Resource"], json!([repository("public"), repository("quay")]), "{role}");
    }
    let none = graph(&with(""));
    assert_eq!(spec(&none, "iam.Role/node")["inline_policies"], json!({}));
    let root = graph(&with("{upstream: quay, prefix: ROOT}"));
    let statement = &spec(&root, "iam.Role/node")["inline_policies"]["pull-through-cache"]["Statement"][0];
    assert_eq!(statement["Resource"], json!(["arn:aws:ecr:eu-west-1:111122223333:repository/*"]));
}
