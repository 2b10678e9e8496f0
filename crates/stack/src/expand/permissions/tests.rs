use eksctl_rs_core::{Facts, resolve};

use super::*;
use crate::expand::{Network, world};
use crate::source::Sources;

const STACK: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";

fn with<T>(yaml: &str, look: impl FnOnce(&mut Expansion<'_>) -> T) -> T {
    let loaded = crate::load(&Sources::text("stack.yaml", &format!("{STACK}{yaml}")), &|_| None).expect("a stack");
    let world = world(&loaded.spec);
    let network: Network = crate::expand::network::of(&loaded.spec, &Facts::none(), &mut Vec::new());
    let mut expansion =
        Expansion { spec: &loaded.spec, world: &world, network, zones: Vec::new(), resources: Vec::new() };
    look(&mut expansion)
}

fn everything() -> WellKnownPolicies {
    let schema = &crate::schema::json::json_schema()["$defs"]["WellKnownPolicies"]["properties"];
    let all: serde_json::Map<String, Value> =
        schema.as_object().expect("fields").keys().map(|name| (name.clone(), true.into())).collect();
    serde_json::from_value(all.into()).expect("every policy")
}

#[test]
fn every_well_known_policy_fits_into_a_role_and_names_no_other_account() {
    with("", |expansion| {
        let permissions = Permissions { well_known: everything(), ..Permissions::default() };
        let (inline, managed) = (inline_policies(expansion, &permissions), managed_policies(expansion, &permissions));
        assert_eq!((inline.len(), managed.len()), (8, 5));
        for (name, document) in &inline {
            // Source: IAM user guide, "IAM and AWS STS quotas".
            assert!(document.text().len() < 10_240, "{name} has {} characters", document.text().len());
            assert!(document.text().is_ascii() && !document.text().contains("\"Action\":[\"*\"]"), "{name}");
        }
    });
}

#[test]
fn what_can_be_told_by_its_tags_is_the_clusters() {
    with("", |expansion| {
        let known = WellKnownPolicies { auto_scaler: true, aws_load_balancer_controller: true, ..Default::default() };
        let permissions = Permissions { well_known: known, ..Permissions::default() };
        let inline = inline_policies(expansion, &permissions);
        let of = |name: &str| inline[name].text();
        assert!(of("autoScaler").contains("\"aws:ResourceTag/k8s.io/cluster-autoscaler/dev\":[\"owned\"]"));
        assert!(of("awsLoadBalancerController").contains("\"aws:ResourceTag/elbv2.k8s.aws/cluster\":[\"dev\"]"));
    });
}

#[test]
fn the_network_plugin_needs_what_its_addresses_are() {
    let known = WellKnownPolicies { vpc_cni: true, ..Default::default() };
    let policies = |yaml: &str| {
        with(yaml, |expansion| {
            let permissions = Permissions { well_known: known, ..Permissions::default() };
            (managed_policies(expansion, &permissions).len(), inline_policies(expansion, &permissions).len())
        })
    };
    assert_eq!(policies(""), (1, 0));
    assert_eq!(policies("kubernetesNetworkConfig: {ipFamily: IPv6}"), (0, 1));
}

#[test]
fn a_role_for_service_accounts_trusts_these_alone() {
    let other = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/B";
    let subjects = [
        Subject::here("backend", "app"),
        Subject::here("backend", "worker-*"),
        Subject::of(Provider::Arn(other.to_owned()), "backend", "app"),
    ];
    let trust = serde_json::to_value(trust_of_subjects(&subjects)).expect("JSON");
    let known = resolve(&trust, &mut |_, output| match output {
        "arn" => Some("arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A".to_owned()),
        "issuer_host" => Some("oidc.eks.eu-west-1.amazonaws.com/id/A".to_owned()),
        _ => None,
    });
    insta::assert_json_snapshot!(PolicyDocument::new(known).value());
}

#[test]
fn a_role_has_what_yaml_says() {
    let boundary = "iam: {serviceRolePermissionsBoundary: \"arn:aws:iam::111122223333:policy/all\"}\n";
    with(boundary, |expansion| {
        let own = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }] });
        let (arns, names) = (["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()], ["push".to_owned()]);
        let permissions =
            Permissions { policy_arns: &arns, policies: &names, policy: Some(&own), ..Permissions::default() };
        let new = NewRole {
            address: "pod-a-b".into(),
            role_name: None,
            description: "A pod".into(),
            permissions,
            tags: Tags::from([("team".to_owned(), "a".to_owned())]),
        };
        let reference = pod_identity_role(expansion, &new);
        assert_eq!(reference, Reference::to(&names::role("pod-a-b"), "arn"));
        let role: role::Spec = serde_json::from_value(expansion.resources[0].spec.clone()).expect("a role");
        assert_eq!(role.name, "dev-eu-west-1-pod-a-b");
        assert_eq!(role.permissions_boundary.as_deref(), Some("arn:aws:iam::111122223333:policy/all"));
        assert_eq!(role.managed_policies.len(), 2);
        assert_eq!(role.inline_policies.keys().collect::<Vec<_>>(), ["attached"]);
        assert_eq!(role.tags["team"], "a");
    });
}
