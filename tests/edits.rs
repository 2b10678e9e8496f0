//! What an edit of the YAML leads to: exactly these actions, for that reason; applied, nothing is left to do.

#![expect(clippy::panic, reason = "a test fails by a panic")]

mod lab;

use eksctl_rs_core::{Plan, Reason};
use lab::{Lab, stack};

const BASE: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: edit, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
vpc:
  nat: {gateway: Single}
  clusterEndpoints: {privateAccess: true, publicAccess: true}
  publicAccessCIDRs: [192.0.2.0/24]
kms: {usedFor: [logs]}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
managedNodeGroups:
- name: a
  instanceType: m6i.large
  minSize: 1
  maxSize: 4
  desiredCapacity: 2
  labels: {team: data}
"#;

/// What changes, in the order of their addresses: `update eks.Cluster/edit`.
fn actions(plan: &Plan) -> Vec<String> {
    let word = |action| format!("{action:?}").to_lowercase();
    let mut actions: Vec<String> =
        plan.changes.iter().map(|change| format!("{} {}", word(change.action), change.address)).collect();
    actions.sort();
    actions
}

/// The base with security groups and endpoints.
fn with_network() -> String {
    let network = "vpc:\n  securityGroups: [{name: web, ingress: [{ports: 443, cidrs: [vpc]}]}]\n  endpoints: [{service: s3}, {service: sts}]\n";
    let group = "instanceType: m6i.large\n  securityGroups: {attach: [web]}";
    BASE.replace("vpc:\n", network).replace("instanceType: m6i.large", group)
}

/// Edits a stack by replacing a text in it.
async fn edited_in(base: &str, from: &str, to: &str) -> (Lab, eksctl_rs_stack::StackSpec, Plan) {
    assert!(base.contains(from), "{from}");
    let (lab, after) = (Lab::new(), stack(&base.replace(from, to)));
    lab.converge(&stack(base)).await;
    let plan = lab.plan(&after).await;
    (lab, after, plan)
}

/// Edits the base by replacing a text in it.
async fn edited(from: &str, to: &str) -> (Lab, eksctl_rs_stack::StackSpec, Plan) {
    edited_in(BASE, from, to).await
}

/// The edit of a stack leads to these actions and no others; applied, nothing is left to do.
async fn leads_to_in(base: &str, from: &str, to: &str, expected: &[&str]) -> Plan {
    let (lab, after, plan) = edited_in(base, from, to).await;
    assert_eq!(actions(&plan), expected);
    lab.converge(&after).await;
    plan
}

/// The edit of the base leads to these actions and no others; applied, nothing is left to do.
async fn leads_to(from: &str, to: &str, expected: &[&str]) -> Plan {
    leads_to_in(BASE, from, to, expected).await
}

fn reason(plan: &Plan, address: &str) -> Reason {
    plan.change(&lab::at(address)).unwrap_or_else(|| panic!("no change of {address}")).reason.clone()
}

fn notes(plan: &Plan, address: &str) -> String {
    plan.change(&lab::at(address)).unwrap_or_else(|| panic!("no change of {address}")).notes.join("\n")
}

#[tokio::test(start_paused = true)]
async fn one_zone_more_grows_the_network_and_leaves_the_control_plane() {
    let plan = leads_to(
        "[eu-west-1a, eu-west-1b]",
        "[eu-west-1a, eu-west-1b, eu-west-1c]",
        &[
            "create ec2.RouteTable/private-eu-west-1c",
            "create ec2.Subnet/private-eu-west-1c",
            "create ec2.Subnet/public-eu-west-1c",
            "replace eks.Nodegroup/a",
            "update ec2.RouteTable/public",
        ],
    )
    .await;
    assert_eq!(reason(&plan, "eks.Nodegroup/a"), Reason::DependencyReplaced(lab::at("ec2.Subnet/private-eu-west-1c")));
    assert!(notes(&plan, "eks.Nodegroup/a").contains("made first"));
}

#[tokio::test(start_paused = true)]
async fn a_zone_of_the_control_plane_cannot_be_taken_away() {
    let lab = Lab::new();
    lab.converge(&stack(BASE)).await;
    let refusals = lab
        .try_plan(&stack(&BASE.replace("[eu-west-1a, eu-west-1b]", "[eu-west-1a, eu-west-1c]")))
        .await
        .expect_err("refused");
    assert_eq!(refusals.len(), 1, "{refusals:#?}");
    assert!(refusals[0].message.contains("was made in eu-west-1b and cannot leave"), "{refusals:#?}");
    assert!(refusals[0].hint.contains("keep the zone"), "{refusals:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_node_group_more_and_one_less() {
    let more = "managedNodeGroups:\n- {name: b, instanceType: m6i.large}";
    leads_to("managedNodeGroups:", more, &["create ec2.LaunchTemplate/b", "create eks.Nodegroup/b"]).await;
    let (lab, after, plan) = edited(&BASE[BASE.find("managedNodeGroups").expect("there")..], "").await;
    assert_eq!(actions(&plan), ["delete ec2.LaunchTemplate/a", "delete eks.Nodegroup/a", "delete iam.Role/node"]);
    lab.converge(&after).await;
}

#[tokio::test(start_paused = true)]
async fn a_renamed_node_group_is_there_before_the_old_one_goes() {
    let plan = leads_to(
        "name: a\n",
        "name: other\n",
        &[
            "create ec2.LaunchTemplate/other",
            "create eks.Nodegroup/other",
            "delete ec2.LaunchTemplate/a",
            "delete eks.Nodegroup/a",
        ],
    )
    .await;
    let step = |operation: &str| plan.steps.iter().find(|step| step.operation == operation).expect("a step");
    assert!(step("eks:DeleteNodegroup").needs.contains(&step("eks:CreateNodegroup").id));
    assert!(step("ec2:DeleteLaunchTemplate").needs.contains(&step("eks:DeleteNodegroup").id));
}

#[tokio::test(start_paused = true)]
async fn what_the_control_plane_changes_in_place() {
    let cluster = ["update eks.Cluster/edit"];
    leads_to("[audit]", "[audit, api]", &cluster).await;
    leads_to("[192.0.2.0/24]", "[192.0.2.0/24, 198.51.100.0/24]", &cluster).await;
    leads_to("[192.0.2.0/24]", "[198.51.100.0/24]", &cluster).await;
}

#[tokio::test(start_paused = true)]
async fn what_keys_and_log_groups_change_in_place() {
    leads_to("[audit]", "[audit], logRetentionInDays: 30", &["update logs.LogGroup/cluster"]).await;
    leads_to("{usedFor: [logs]}", "{usedFor: [logs], rotationPeriodInDays: 180}", &["update kms.Key/main"]).await;
    leads_to("{usedFor: [logs]}", "{usedFor: [logs], enableKeyRotation: false}", &["update kms.Key/main"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_for_secrets_is_for_good() {
    let plan = leads_to("[logs]", "[logs, secrets]", &["update eks.Cluster/edit", "update kms.Key/main"]).await;
    let change = plan.change(&lab::at("eks.Cluster/edit")).expect("a change");
    assert_eq!(change.consequence, eksctl_rs_core::Consequence::OneWay);
    let step = |operation: &str| plan.steps.iter().find(|step| step.operation == operation).expect("a step");
    let policy_first = step("eks:AssociateEncryptionConfig").needs.contains(&step("kms:PutKeyPolicy").id);
    assert!(policy_first, "the cluster's role may use the key before the cluster does");
}

#[tokio::test(start_paused = true)]
async fn without_logs_their_group_goes_with_consent() {
    let plan = leads_to("[audit]", "[]", &["delete logs.LogGroup/cluster", "update eks.Cluster/edit"]).await;
    let words: Vec<&str> = plan.consents.iter().map(eksctl_rs_core::Consent::word).collect();
    assert_eq!(words, ["data-loss"]);
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_comes_again_takes_its_key_back() {
    let (lab, spec) = (Lab::new(), stack(BASE));
    lab.converge(&spec).await;
    lab.destroy(&spec).await;
    let plan = lab.plan(&spec).await;
    assert!(actions(&plan).contains(&"update kms.Key/main".to_owned()), "{:#?}", actions(&plan));
    lab.converge(&spec).await;
    let world = lab.emulator.dump();
    let keys = world["111122223333"]["regions"]["eu-west-1"]["kms"]["keys"].as_object().expect("keys").len();
    assert_eq!(keys, 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_node_group_changes_in_place() {
    let group = ["update eks.Nodegroup/a"];
    leads_to("{team: data}", "{team: web, tier: one}", &group).await;
    leads_to("{team: data}", "{}\n  taints: [{key: dedicated, value: web, effect: NoSchedule}]", &group).await;
    let plan = leads_to("minSize: 1\n  maxSize: 4\n  desiredCapacity: 2", "minSize: 3\n  maxSize: 4", &group).await;
    let change = plan.change(&lab::at("eks.Nodegroup/a")).expect("a change");
    let paths: Vec<&str> = change.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths, ["min_size", "desired_size"], "the size moves with its limit");
}

/// How often the log has a call of `operation`, such as `UpdateNodegroupVersion`.
fn sent(lab: &Lab, operation: &str) -> usize {
    lab.emulator.log().iter().filter(|entry| entry.operation == operation).count()
}

#[tokio::test(start_paused = true)]
async fn what_instances_are_launched_with_is_a_version_and_then_an_update_of_the_group() {
    let both = ["update ec2.LaunchTemplate/a", "update eks.Nodegroup/a"];
    let size = leads_to("labels: {team: data}", "labels: {team: data}\n  volumeSize: 120", &both).await;
    let tags = leads_to("labels: {team: data}", "labels: {team: data}\n  tags: {team: data}", &both).await;
    for plan in [size, tags] {
        let change = plan.change(&lab::at("eks.Nodegroup/a")).expect("a change");
        let version = change.fields.iter().find(|field| field.path == "launch_template_version").expect("a field");
        let symbol = serde_json::json!({ "$ref": "ec2.LaunchTemplate/a", "output": "version" });
        assert_eq!(version.after, Some(symbol), "known when the template has it");
        let step = |operation: &str| plan.steps.iter().find(|step| step.operation == operation).expect("a step");
        let (update, made) = (step("eks:UpdateNodegroupVersion"), step("ec2:CreateLaunchTemplateVersion"));
        assert!(update.needs.contains(&made.id) && update.needs.contains(&step("ec2:ModifyLaunchTemplate").id));
    }
}

#[tokio::test(start_paused = true)]
async fn user_data_are_a_version_too_and_what_they_refer_to_is_told() {
    use eksctl_rs_core::{Desired, Text};
    let (lab, spec) = (Lab::new(), stack(BASE));
    lab.converge(&spec).await;
    let open = lab.open(&spec).await;
    let (observation, wanted) = open.observe().await;
    let mut desired: Vec<Desired> = wanted.iter().cloned().collect();
    let of_template = |one: &&mut Desired| one.address == lab::at("ec2.LaunchTemplate/a");
    let template = desired.iter_mut().find(of_template).expect("a template");
    let text = Text::from("Content-Type: multipart/mixed\n").then_of(&lab::at("eks.Cluster/edit"), "endpoint");
    template.spec["user_data"] = text.to_value();
    let plan = open.plan(&observation.snapshot, &lab::graph(desired.clone())).expect("no refusal");
    assert_eq!(actions(&plan), ["update ec2.LaunchTemplate/a", "update eks.Nodegroup/a"]);
    let change = plan.change(&lab::at("ec2.LaunchTemplate/a")).expect("a change");
    let [field] = change.fields.as_slice() else { panic!("{:#?}", change.fields) };
    let endpoint = &observation.snapshot.at(&lab::at("eks.Cluster/edit"))[0].outputs["endpoint"];
    assert_eq!(field.after, Some(format!("Content-Type: multipart/mixed\n{endpoint}").into()));
    assert_eq!(open.run(&plan).await.outcome, eksctl_rs_core::Outcome::Done);
    let (observation, _) = open.observe().await;
    let plan = open.plan(&observation.snapshot, &lab::graph(desired)).expect("no refusal");
    assert!(plan.is_empty(), "{:#?}", plan.changes);
}

#[tokio::test(start_paused = true)]
async fn a_new_template_and_a_new_kubernetes_version_replace_the_nodes_once() {
    let (lab, after) =
        (Lab::new(), BASE.replace("\"1.34\"", "\"1.35\"").replace("minSize: 1", "minSize: 1\n  volumeSize: 120"));
    lab.converge(&stack(BASE)).await;
    lab.emulator.clear_log();
    lab.converge(&stack(&after)).await;
    assert_eq!((sent(&lab, "CreateLaunchTemplateVersion"), sent(&lab, "UpdateNodegroupVersion")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_new_template_leaves_a_pinned_kubernetes_version_alone() {
    let pinned = BASE.replace("\"1.34\"", "\"1.35\"").replace("minSize: 1", "minSize: 1\n  version: \"1.34\"");
    let lab = Lab::new();
    lab.converge(&stack(BASE)).await;
    lab.converge(&stack(&pinned)).await;
    let after = stack(&pinned.replace("minSize: 1", "minSize: 1\n  volumeSize: 120"));
    assert_eq!(actions(&lab.plan(&after).await), ["update ec2.LaunchTemplate/a", "update eks.Nodegroup/a"]);
    lab.converge(&after).await;
}

#[tokio::test(start_paused = true)]
async fn the_size_that_an_autoscaler_has_chosen_is_left_alone() {
    let (lab, _, plan) = edited("desiredCapacity: 2", "desiredCapacity: 4").await;
    assert_eq!(actions(&plan), [""; 0]);
    lab.assert_converged(&stack(BASE)).await;
}

#[tokio::test(start_paused = true)]
async fn other_instance_types_make_a_new_group_first() {
    let plan = leads_to("m6i.large", "m7i.large", &["replace eks.Nodegroup/a"]).await;
    assert_eq!(reason(&plan, "eks.Nodegroup/a"), Reason::ImmutableField("instance_types".into()));
    assert!(notes(&plan, "eks.Nodegroup/a").contains("made first"));
}

#[tokio::test(start_paused = true)]
async fn one_way_out_for_each_zone_is_a_change_of_a_route() {
    leads_to(
        "gateway: Single",
        "gateway: HighlyAvailable",
        &[
            "create ec2.ElasticIp/nat-eu-west-1b",
            "create ec2.NatGateway/eu-west-1b",
            "update ec2.RouteTable/private-eu-west-1b",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn another_range_of_services_is_another_cluster() {
    let plan = leads_to(
        "cloudWatch:",
        "kubernetesNetworkConfig: {serviceIPv4CIDR: 172.30.0.0/16}\ncloudWatch:",
        &["replace eks.Cluster/edit", "replace eks.Nodegroup/a"],
    )
    .await;
    let mut words: Vec<&str> = plan.consents.iter().map(eksctl_rs_core::Consent::word).collect();
    words.sort_unstable();
    assert_eq!(words, ["data-loss", "replace"]);
    assert_eq!(reason(&plan, "eks.Nodegroup/a"), Reason::DependencyReplaced(lab::at("eks.Cluster/edit")));
}

#[tokio::test(start_paused = true)]
async fn one_minor_up_is_the_cluster_and_then_its_groups() {
    let plan = leads_to("\"1.34\"", "\"1.35\"", &["update eks.Cluster/edit", "update eks.Nodegroup/a"]).await;
    let step = |operation: &str| plan.steps.iter().find(|step| step.operation == operation).expect("a step");
    assert!(step("eks:UpdateNodegroupVersion").needs.contains(&step("eks:UpdateClusterVersion").id));
}

#[tokio::test(start_paused = true)]
async fn rules_of_a_security_group_come_and_go_in_place() {
    let base = with_network();
    let rule = "{ports: 443, cidrs: [vpc]}";
    let group = ["update ec2.SecurityGroup/web"];
    let more = leads_to_in(&base, rule, &format!("{rule}, {{ports: 8443, cidrs: [192.0.2.0/24]}}"), &group).await;
    assert_eq!(reason(&more, "ec2.SecurityGroup/web"), Reason::FieldsDiffer);
    leads_to_in(&base, &format!("[{rule}]"), "[]", &group).await;
    // What takes the place of a rule is there before that goes.
    let other = leads_to_in(&base, "ports: 443, cidrs", "ports: 8443, cidrs", &group).await;
    let step = |operation: &str| other.steps.iter().position(|step| step.operation == operation).expect("a step");
    assert!(step("ec2:AuthorizeSecurityGroupIngress") < step("ec2:RevokeSecurityGroupIngress"));
}

#[tokio::test(start_paused = true)]
async fn a_security_group_more_reaches_the_nodes_by_their_template() {
    let base = with_network();
    let (from, to) = ("attach: [web]", "attach: [web, more]");
    let base = base.replace("securityGroups: [{name: web", "securityGroups: [{name: more}, {name: web");
    leads_to_in(&base, from, to, &["update ec2.LaunchTemplate/a", "update eks.Nodegroup/a"]).await;
}

#[tokio::test(start_paused = true)]
async fn another_description_is_another_security_group_that_comes_first() {
    let expected = ["replace ec2.SecurityGroup/web", "update ec2.LaunchTemplate/a", "update eks.Nodegroup/a"];
    let plan = leads_to_in(&with_network(), "{name: web,", "{name: web, description: The web,", &expected).await;
    assert_eq!(reason(&plan, "ec2.SecurityGroup/web"), Reason::ImmutableField("description".into()));
    assert!(notes(&plan, "ec2.SecurityGroup/web").contains("made first"));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_more_and_one_less() {
    let base = with_network();
    leads_to_in(&base, "{service: sts}", "{service: sts}, {service: ecr.api}", &["create ec2.VpcEndpoint/ecr.api"])
        .await;
    let expected = ["delete ec2.SecurityGroup/vpc-endpoints", "delete ec2.VpcEndpoint/sts"];
    leads_to_in(&base, ", {service: sts}", "", &expected).await;
    let policy =
        "{service: s3, policy: {Statement: [{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: '*'}]}}";
    leads_to_in(&base, "{service: s3}", policy, &["update ec2.VpcEndpoint/s3"]).await;
}

#[tokio::test(start_paused = true)]
async fn one_zone_more_is_one_network_interface_more_for_each_endpoint() {
    let plan = leads_to_in(
        &with_network(),
        "[eu-west-1a, eu-west-1b]",
        "[eu-west-1a, eu-west-1b, eu-west-1c]",
        &[
            "create ec2.RouteTable/private-eu-west-1c",
            "create ec2.Subnet/private-eu-west-1c",
            "create ec2.Subnet/public-eu-west-1c",
            "replace eks.Nodegroup/a",
            "update ec2.RouteTable/public",
            "update ec2.VpcEndpoint/s3",
            "update ec2.VpcEndpoint/sts",
        ],
    )
    .await;
    assert_eq!(reason(&plan, "ec2.VpcEndpoint/sts"), Reason::FieldsDiffer);
}

#[tokio::test(start_paused = true)]
async fn what_instances_are_made_of_is_a_version_of_their_template() {
    let both = ["update ec2.LaunchTemplate/a", "update eks.Nodegroup/a"];
    for setting in [
        "volumeSize: 120",
        "volumeIOPS: 6000",
        "imdsHopLimit: 2",
        "maxPodsPerNode: 58",
        "preBootstrapCommands: [sysctl -w net.core.somaxconn=1024]",
        "additionalVolumes: [{volumeName: /dev/xvdf, volumeSize: 200}]",
        "tags: {cost: data}",
    ] {
        let plan = leads_to("  labels: {team: data}", &format!("  labels: {{team: data}}\n  {setting}"), &both).await;
        let change = plan.change(&lab::at("eks.Nodegroup/a")).expect("a change");
        assert!(change.fields.iter().any(|field| field.path == "launch_template_version"), "{setting}");
        let step = |operation: &str| plan.steps.iter().find(|step| step.operation == operation).expect("a step");
        let after = step("eks:UpdateNodegroupVersion");
        let made =
            plan.steps.iter().filter(|step| step.operation.starts_with("ec2:") && step.operation != "ec2:CreateTags");
        assert!(
            made.map(|step| step.id).all(|id| after.needs.contains(&id)),
            "{setting}: nodes come with the new version"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn flow_logs_come_and_go_with_what_they_need() {
    let all = ["ec2.FlowLog/vpc", "iam.Role/flow-logs", "logs.LogGroup/flow-logs"];
    let create: Vec<String> = all.iter().map(|address| format!("create {address}")).collect();
    let mut create: Vec<&str> = create.iter().map(String::as_str).collect();
    // The key lets the logs of both groups in.
    create.push("update kms.Key/main");
    leads_to("vpc:\n", "vpc:\n  flowLogs: {}\n", &create).await;
    let base = BASE.replace("vpc:\n", "vpc:\n  flowLogs: {}\n");
    let (lab, after, plan) = edited_in(&base, "  flowLogs: {}\n", "").await;
    let mut expected: Vec<String> = all.iter().map(|address| format!("delete {address}")).collect();
    expected.push("update kms.Key/main".to_owned());
    assert_eq!(actions(&plan), expected);
    lab.converge(&after).await;
    let replaced =
        leads_to_in(&base, "flowLogs: {}", "flowLogs: {trafficType: REJECT}", &["replace ec2.FlowLog/vpc"]).await;
    assert_eq!(reason(&replaced, "ec2.FlowLog/vpc"), Reason::ImmutableField("traffic_type".into()));
}

#[tokio::test(start_paused = true)]
async fn ipv6_comes_to_a_network_in_place() {
    let zones = ["eu-west-1a", "eu-west-1b"];
    let mut expected = vec!["create ec2.EgressOnlyInternetGateway/main".to_owned(), "update ec2.Vpc/main".to_owned()];
    expected.push("update ec2.RouteTable/public".to_owned());
    for zone in zones {
        expected.push(format!("update ec2.RouteTable/private-{zone}"));
        expected.push(format!("update ec2.Subnet/private-{zone}"));
        expected.push(format!("update ec2.Subnet/public-{zone}"));
    }
    expected.sort();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    leads_to("vpc:\n", "vpc:\n  autoAllocateIPv6: true\n", &expected).await;
}

#[tokio::test(start_paused = true)]
async fn another_family_of_addresses_is_another_cluster() {
    let (_, _, plan) = edited("cloudWatch:", "kubernetesNetworkConfig: {ipFamily: IPv6}\ncloudWatch:").await;
    assert_eq!(reason(&plan, "eks.Cluster/edit"), Reason::ImmutableField("ip_family".into()));
    let mut words: Vec<&str> = plan.consents.iter().map(eksctl_rs_core::Consent::word).collect();
    words.sort_unstable();
    assert_eq!(words, ["data-loss", "replace"]);
}

#[tokio::test(start_paused = true)]
async fn a_fargate_profile_comes_with_its_role_and_is_replaced_by_another_that_comes_first() {
    let profile = "fargateProfiles: [{name: f, selectors: [{namespace: batch}]}]\ncloudWatch:";
    leads_to("cloudWatch:", profile, &["create eks.FargateProfile/f", "create iam.Role/fargate"]).await;
    let base = BASE.replace("cloudWatch:", profile);
    let replaced = leads_to_in(&base, "namespace: batch", "namespace: jobs", &["replace eks.FargateProfile/f"]).await;
    assert_eq!(reason(&replaced, "eks.FargateProfile/f"), Reason::ImmutableField("selectors".into()));
    assert!(notes(&replaced, "eks.FargateProfile/f").contains("made first"));
    leads_to_in(&base, profile, "cloudWatch:", &["delete eks.FargateProfile/f", "delete iam.Role/fargate"]).await;
}

#[tokio::test(start_paused = true)]
async fn access_is_given_changed_and_taken_away_in_place() {
    // Nobody is asked whether a user of IAM is there.
    let entry = |more: &str| {
        let principal = "principalARN: \"arn:aws:iam::111122223333:user/emulator\"";
        format!(
            "accessConfig: {{bootstrapClusterCreatorAdminPermissions: false, accessEntries: [{{name: own, {principal}, accessPolicies: [{{policyARN: AmazonEKSClusterAdminPolicy}}]}}{more}]}}\ncloudWatch:"
        )
    };
    let other = |groups: &str| {
        format!(", {{name: b, principalARN: \"arn:aws:iam::444455556666:role/b\", kubernetesGroups: [{groups}]}}")
    };
    let base = BASE.replace("cloudWatch:", &entry(&other("viewers")));
    leads_to_in(&base, "[viewers]", "[editors]", &["update eks.AccessEntry/b"]).await;
    leads_to_in(&base, &other("viewers"), "", &["delete eks.AccessEntry/b"]).await;
    let elsewhere = leads_to_in(&base, "role/b", "role/c", &["replace eks.AccessEntry/b"]).await;
    assert_eq!(reason(&elsewhere, "eks.AccessEntry/b"), Reason::ImmutableField("principal".into()));
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_is_taken_back_can_be_made_again() {
    // EKS remembers the client token of the first time.
    let (lab, base) = (Lab::new(), stack(BASE));
    let edited = stack(&BASE.replace("[audit]", "[audit, api]"));
    for _ in 0..2 {
        lab.converge(&base).await;
        lab.converge(&edited).await;
    }
}
