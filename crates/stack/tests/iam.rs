//! What the IAM of a stack becomes: documents, who is trusted, what is attached.

use std::collections::BTreeMap;

use eksctl_rs_core::Facts;
use eksctl_rs_stack::{Sources, expand, load};
use serde_json::Value;

const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

/// The fields of the resources of `kind`, by address, without tags.
fn of_kind(yaml: &str, kind: &str, fields: &[&str]) -> BTreeMap<String, Value> {
    let loaded = load(&Sources::text("stack.yaml", &format!("{HEAD}{yaml}")), &|_| None).expect("a stack");
    let world = eksctl_rs_stack::expand::world(&loaded.spec);
    let graph = expand(&loaded.spec, &Facts::none(), &world).expect("a graph");
    let of_kind = graph.iter().filter(|desired| desired.address.kind() == kind);
    let shown = |spec: &Value| fields.iter().map(|field| ((*field).to_owned(), spec[*field].clone())).collect();
    of_kind.map(|desired| (desired.address.to_string(), shown(&desired.spec))).collect()
}

#[test]
fn every_form_of_trust_is_a_statement() {
    let yaml = r#"
iam:
  oidcProviders:
    - {name: github, url: "https://token.actions.githubusercontent.com"}
    - {name: gitlab, url: "https://gitlab.com", existing: true}
  roles:
    - name: admin
      eksAccess: describe
      maxSessionDuration: 7200
      trust: {accounts: ["444455556666"], principalARNs: ["arn:aws:iam::444455556666:role/ops"], externalID: piksel, mfa: true}
    - {name: ci, trust: {oidc: {provider: github, subjects: ["repo:acme/app:ref:refs/heads/main", "repo:acme/lib:*"]}}}
    - {name: gitlab, trust: {oidc: {provider: gitlab, subjects: ["project_path:acme/app:ref_type:branch:ref:main"], audience: https://gitlab.com}}}
    - {name: machine, trust: {services: [ec2.amazonaws.com], document: null}}
    - {name: raw, trust: {document: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "sts:AssumeRole"}]}}}
"#;
    let mut roles =
        of_kind(yaml, "iam.Role", &["name", "assume_role_policy", "inline_policies", "max_session_duration"]);
    roles.remove("iam.Role/cluster");
    insta::assert_json_snapshot!(roles);
    let providers = of_kind(yaml, "iam.OidcProvider", &["url", "client_ids", "thumbprints"]);
    assert_eq!(providers.keys().collect::<Vec<_>>(), ["iam.OidcProvider/github"], "what is there is only referred to");
}

#[test]
fn images_are_pushed_and_pulled_with_as_little_as_that_takes() {
    let yaml = r#"
iam:
  policies:
    - {name: push, description: Push images, ecrPush: [app, "team/*"]}
    - {name: pull, policyName: pull-from-hub, ecrPull: ["arn:aws:ecr:eu-west-1:444455556666:repository/*"]}
  groups:
    - {name: pushers, groupName: image-push, attachPolicies: [push], attachPolicyARNs: ["arn:aws:iam::aws:policy/ReadOnlyAccess"], users: [ci]}
  serviceAccounts:
    - {metadata: {name: sync, namespace: flux-system}, attachPolicies: [pull]}
"#;
    let policies = of_kind(yaml, "iam.Policy", &["name", "path", "description", "document"]);
    let groups = of_kind(yaml, "iam.Group", &["name", "path", "managed_policies", "inline_policies", "users"]);
    insta::assert_json_snapshot!((policies, groups));
    let roles = of_kind(yaml, "iam.Role", &["managed_policies", "assume_role_policy"]);
    insta::assert_json_snapshot!(roles["iam.Role/sa-flux-system-sync"]);
}

#[test]
fn the_cluster_is_an_identity_provider_when_something_needs_it() {
    let providers = |yaml: &str| of_kind(yaml, "iam.OidcProvider", &["url"]).len();
    assert_eq!(providers(""), 0);
    assert_eq!(providers("iam: {withOIDC: true}"), 1);
    assert_eq!(providers("iam: {serviceAccounts: [{metadata: {name: a}, wellKnownPolicies: {externalDNS: true}}]}"), 1);
    let role = "{oidc: {provider: cluster, subjects: [\"system:serviceaccount:ci:runner\"]}}";
    assert_eq!(providers(&format!("iam: {{roles: [{{name: ci, trust: {role}}}]}}")), 1);
}

#[test]
fn karpenter_has_its_ground() {
    let yaml = r#"
vpc: {tagSubnets: false}
karpenter:
  identity: irsa
  nodeRole: {enableSsm: true}
  nodeClasses: [{name: default, amiAlias: al2023@v20251103, volumeSize: 120}]
  nodePools:
    - {name: default, instanceCategories: [c, m, r, t], capacityTypes: [on-demand, spot], limits: {cpu: 500, memory: 2000Gi}}
    - {name: gpu, instanceTypes: [g5.xlarge, g5.2xlarge, g5.4xlarge], limits: {nvidia.com/gpu: 30}, taints: [{key: nvidia.com/gpu, value: "true", effect: NoSchedule}]}
"#;
    let mut roles = of_kind(yaml, "iam.Role", &["name", "assume_role_policy", "managed_policies", "inline_policies"]);
    roles.remove("iam.Role/cluster");
    let controller = roles["iam.Role/karpenter"]["inline_policies"]["attached"].to_string();
    assert!(controller.len() < 10_240, "IAM takes 10240 characters, not {}", controller.len());
    insta::assert_json_snapshot!(roles);
    insta::assert_json_snapshot!(of_kind(yaml, "ec2.Tags", &["resource", "tags"]));
    let subnets = of_kind(yaml, "ec2.Subnet", &["tags"]);
    let found = |name: &str| subnets[name]["tags"].get("karpenter.sh/discovery").is_some();
    assert!(found("ec2.Subnet/private-eu-west-1a") && !found("ec2.Subnet/public-eu-west-1a"));
}
