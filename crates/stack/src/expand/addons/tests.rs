use eksctl_rs_core::{AddonFacts, AddonIdentity, Desired, Facts, Graph, Question, Refusal};
use serde_json::{Value, json};

use super::{are_bootstrapped, notes, question};
use crate::expand::{ExpandError, expand, needs, world};
use crate::schema::StackSpec;
use crate::{Sources, load};

fn stack(rest: &str) -> StackSpec {
    let head = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: dev, region: eu-west-1, account: \"111122223333\", version: \"1.35\"}\navailabilityZones: [eu-west-1a, eu-west-1b]\n";
    let text = format!("{head}{rest}\n");
    load(&Sources::text("stack.yaml", &text), &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec
}

/// What AWS says of every add-on of the stack.
fn facts(spec: &StackSpec, known: &AddonFacts) -> Facts {
    let mut facts = Facts::none();
    for addon in &spec.addons {
        facts.answer(&Question::Addon(question(spec, addon)), known);
    }
    facts
}

fn known() -> AddonFacts {
    AddonFacts {
        kubernetes: "1.35".into(),
        versions: vec!["v1.12.5-eksbuild.1".into(), "v1.12.4-eksbuild.1".into()],
        version: Some("v1.12.4-eksbuild.1".into()),
        fits: true,
        ..AddonFacts::default()
    }
}

fn graph(spec: &StackSpec, known: &AddonFacts) -> Graph {
    expand(spec, &facts(spec, known), &world(spec)).unwrap_or_else(|error| panic!("{error:#?}"))
}

fn refused(spec: &StackSpec, known: &AddonFacts) -> Vec<Refusal> {
    match expand(spec, &facts(spec, known), &world(spec)) {
        Err(ExpandError::Facts(refusals)) => refusals,
        other => panic!("{other:#?}"),
    }
}

fn spec_of(graph: &Graph, address: &str) -> Value {
    let found: &Desired = graph.get(&address.parse().expect("an address")).unwrap_or_else(|| panic!("no {address}"));
    found.spec.clone()
}

#[test]
fn a_version_that_floats_is_what_aws_says_and_unknown_without_facts() {
    let spec = stack("addons: [{name: coredns}]");
    assert_eq!(spec_of(&graph(&spec, &known()), "eks.Addon/coredns")["version"], "v1.12.4-eksbuild.1");
    let draft = expand(&spec, &Facts::none(), &world(&spec)).expect("a graph");
    assert_eq!(spec_of(&draft, "eks.Addon/coredns")["version"], Value::Null);
    assert!(needs(&spec).iter().any(|question| matches!(question, Question::Addon(addon) if !addon.configuration)));
}

#[test]
fn what_is_newer_is_noted() {
    let (spec, newer) = (stack("addons: [{name: coredns}]"), Some("v1.12.5-eksbuild.1".to_owned()));
    assert_eq!(notes(&spec, &facts(&spec, &known())), []);
    let told = notes(&spec, &facts(&spec, &AddonFacts { newer, ..known() }));
    assert_eq!(told[0].0.to_string(), "eks.Addon/coredns");
    assert!(told[0].1.contains("v1.12.5-eksbuild.1 is newer"), "{told:?}");
}

#[test]
fn a_version_that_does_not_work_with_kubernetes_is_refused() {
    let spec = stack("addons: [{name: coredns, version: v1.12.3-eksbuild.1}]");
    let version = Some("v1.12.3-eksbuild.1".to_owned());
    let told = refused(&spec, &AddonFacts { version, fits: false, ..known() });
    assert_eq!(told[0].to_string(), "eks.Addon/coredns: coredns v1.12.3-eksbuild.1 does not work with Kubernetes 1.35");
    assert!(told[0].hint.contains("v1.12.5-eksbuild.1, v1.12.4-eksbuild.1"), "{told:#?}");
    let nothing = AddonFacts { versions: Vec::new(), version: None, fits: false, ..known() };
    let told = refused(&stack("addons: [{name: cordns}]"), &nothing);
    assert_eq!(told[0].message, "AWS has no add-on cordns for Kubernetes 1.35");
}

#[test]
fn a_configuration_is_checked_against_the_schema_of_the_version() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-06/schema#",
        "$ref": "#/definitions/Coredns",
        "definitions": {
            "Coredns": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "replicaCount": { "type": "integer" },
                    "autoScaling": {
                        "type": "object", "additionalProperties": false, "properties": { "enabled": { "type": "boolean" } }
                    }
                }
            }
        }
    });
    let known = AddonFacts { schema: Some(schema), ..known() };
    let with = |values: &str| stack(&format!("addons: [{{name: coredns, configurationValues: {values}}}]"));
    for fine in ["{replicaCount: 3}", "\"replicaCount: 3\"", "'{\"autoScaling\": {\"enabled\": true}}'", "{}"] {
        graph(&with(fine), &known);
    }
    let told = refused(&with("{replicaCount: \"3\", autoScaling: {enable: true}}"), &known);
    let told: Vec<String> = told.iter().map(|one| format!("{one} ({})", one.hint)).collect();
    let schema =
        "the schema: aws eks describe-addon-configuration --addon-name coredns --addon-version v1.12.4-eksbuild.1";
    let expected = [
        "eks.Addon/coredns: configurationValues.autoScaling: the add-on has no setting enable (did you mean enabled?)"
            .to_owned(),
        format!("eks.Addon/coredns: configurationValues.replicaCount: \"3\" is not of type \"integer\" ({schema})"),
    ];
    assert!(expected.iter().all(|one| told.contains(one)) && told.len() == 2, "{told:#?}");
}

#[test]
fn a_text_and_a_map_are_the_same_configuration() {
    let of = |values: &str| {
        let spec = stack(&format!("addons: [{{name: coredns, configurationValues: {values}}}]"));
        spec_of(&graph(&spec, &known()), "eks.Addon/coredns")["configuration"].clone()
    };
    assert_eq!(of("{replicaCount: 3}"), of("\"replicaCount: 3\""));
    assert_eq!(of("'{\"replicaCount\": 3}'"), json!({ "replicaCount": 3 }));
    assert_eq!((of("{}"), of("\"\"")), (Value::Null, Value::Null));
}

#[test]
fn what_aws_recommends_becomes_roles() {
    let policies = vec!["arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy".to_owned()];
    let identities = vec![AddonIdentity { service_account: "ebs-csi-controller-sa".into(), policies }];
    let known = AddonFacts { identities, ..known() };
    let address = "iam.Role/addon-aws-ebs-csi-driver-ebs-csi-controller-sa";
    for (own, all) in [("useDefaultPodIdentityAssociations: true", false), ("version: default", true)] {
        let rest = format!(
            "addons: [{{name: eks-pod-identity-agent, version: v1.3.10-eksbuild.1, podIdentityAssociations: []}}, {{name: aws-ebs-csi-driver, {own}}}]\naddonsConfig: {{autoApplyPodIdentityAssociations: {all}}}"
        );
        let graph = graph(&stack(&rest), &known);
        let role = spec_of(&graph, address);
        assert_eq!(role["managed_policies"][0]["$id"], "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy");
        assert!(role["assume_role_policy"].to_string().contains("pods.eks.amazonaws.com"));
        let addon = spec_of(&graph, "eks.Addon/aws-ebs-csi-driver");
        assert_eq!(addon["pod_identity_associations"]["ebs-csi-controller-sa"]["$ref"], address);
        assert_eq!(spec_of(&graph, "eks.Addon/eks-pod-identity-agent")["pod_identity_associations"], json!({}));
    }
    let wants = "addons: [{name: eks-pod-identity-agent}, {name: coredns, useDefaultPodIdentityAssociations: true}]";
    let told = refused(&stack(wants), &AddonFacts { identities: Vec::new(), ..known });
    assert_eq!(told[0].message, "AWS recommends no policies for it");
}

#[test]
fn roles_of_associations_are_made_or_are_there() {
    let rest = "addons: [{name: eks-pod-identity-agent}, {name: vpc-cni, podIdentityAssociations: [{serviceAccountName: aws-node, permissionPolicy: {Statement: [{Effect: Allow, Action: \"ec2:*\", Resource: \"*\"}]}, roleName: cni, permissionsBoundaryARN: \"arn:aws:iam::111122223333:policy/b\"}, {serviceAccountName: other, roleARN: \"arn:aws:iam::111122223333:role/other\"}]}]";
    let graph = graph(&stack(rest), &known());
    let role = spec_of(&graph, "iam.Role/addon-vpc-cni-aws-node");
    assert_eq!(
        (&role["name"], &role["permissions_boundary"]),
        (&json!("cni"), &json!("arn:aws:iam::111122223333:policy/b"))
    );
    assert!(role["inline_policies"]["attached"].to_string().contains("ec2:*"));
    let roles = &spec_of(&graph, "eks.Addon/vpc-cni")["pod_identity_associations"];
    assert_eq!(roles["other"]["$id"], "arn:aws:iam::111122223333:role/other");
    assert_eq!(roles["aws-node"]["$ref"], "iam.Role/addon-vpc-cni-aws-node");
}

#[test]
fn a_role_by_way_of_oidc_is_for_the_service_accounts_that_aws_tells_of() {
    let spec = stack("addons: [{name: vpc-cni, wellKnownPolicies: {vpcCNI: true}}]");
    let identities = vec![AddonIdentity { service_account: "aws-node".into(), policies: Vec::new() }];
    let told = AddonFacts { identities, namespace: Some("kube-system".into()), ..known() };
    let graph = graph(&spec, &told);
    assert_eq!(spec_of(&graph, "eks.Addon/vpc-cni")["service_account_role"]["$ref"], "iam.Role/addon-vpc-cni");
    let trust = spec_of(&graph, "iam.Role/addon-vpc-cni")["assume_role_policy"].to_string();
    assert!(trust.contains("system:serviceaccount:kube-system:aws-node"), "{trust}");
    assert!(graph.get(&"iam.OidcProvider/cluster".parse().expect("an address")).is_some());
    let told = refused(&spec, &known());
    assert!(told[0].message.starts_with("AWS does not tell which service account it has"), "{told:?}");
}

#[test]
fn eks_puts_in_its_copies_unless_the_stack_has_all_of_them() {
    let bootstrapped = |rest: &str| are_bootstrapped(&stack(rest));
    assert!(bootstrapped(""));
    assert!(bootstrapped("addons: [{name: vpc-cni}]"), "the others are needed, too");
    assert!(!bootstrapped("addons: [{name: vpc-cni}, {name: kube-proxy}, {name: coredns}]"));
    assert!(!bootstrapped("addonsConfig: {disableDefaultAddons: true}"));
    assert!(bootstrapped(
        "addons: [{name: vpc-cni}, {name: kube-proxy}, {name: coredns}]\naddonsConfig: {disableDefaultAddons: false}"
    ));
    assert!(!bootstrapped("autoModeConfig: {enabled: true}"));
}
