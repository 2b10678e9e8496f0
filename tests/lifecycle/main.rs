//! The life of every kind: created, read back, every field changed, vanished, made again, dropped, deleted.
//!
//! The base is a stack with one of everything. Every field that its kind calls updatable or immutable has an edit in
//! `edits`; a field without one fails the test, so that no field is forgotten.

#![expect(clippy::panic, reason = "a test fails by a panic")]

mod access_entries;
mod addresses;
mod caches;
mod edits;
mod foreign_tags;
#[path = "../lab/mod.rs"]
mod lab;
mod launch_templates;
mod registry;
mod security_groups;
mod vpc_endpoints;

use std::collections::BTreeSet;
use std::time::Duration;

use edits::{Edit, edits};
use eksctl_rs_aws::{AwsRules, PolicyDocument};
use eksctl_rs_core::{
    Action, Address, Change, Desired, Graph, Mutability, Order, Outcome, Plan, Reason, Reference, Rules, Snapshot,
    StepId, references,
};
use eksctl_rs_emulator::{Hold, Weather, When};
use lab::{Lab, Open, at, graph, stack};
use serde_json::{Value, json};

/// A stack with one of everything that YAML can say.
const BASE: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: life, region: eu-west-1, account: "111122223333", version: "1.34"}
availabilityZones: [eu-west-1a, eu-west-1b]
accessConfig: {authenticationMode: API_AND_CONFIG_MAP}
kms: {usedFor: [logs], policyStatements: [{Sid: More, Effect: Allow, Principal: {AWS: "111122223333"}, Action: "kms:List*", Resource: "*"}]}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
iam:
  serviceAccounts: [{metadata: {name: app, namespace: backend}, wellKnownPolicies: {externalDNS: true}}]
  policies: [{name: push, ecrPush: [app]}, {name: pull, ecrPull: [app]}]
  groups: [{name: pushers, attachPolicies: [push]}]
  podIdentityAssociations:
  - {namespace: backend, serviceAccountName: worker, wellKnownPolicies: {externalDNS: true}, targetRoleARN: "arn:aws:iam::444455556666:role/target"}
ecr:
  repositories:
  - name: team/app
    lifecycle: [{expireUntaggedAfterDays: 14}, {keep: 30, prefixes: [v]}]
    access: {pull: ["444455556666"]}
  scanning: {type: ENHANCED, rules: [{frequency: CONTINUOUS_SCAN, filters: ["prod/*"]}]}
  replication: [{destinations: [{region: eu-west-2}]}]
pullThroughCache:
- upstream: docker-hub
  credentials: {username: {value: life}, accessToken: {valueFrom: {env: HUB_TOKEN}}}
  repositories: {lifecycle: [{expireUntaggedAfterDays: 14}], tags: {team: data}}
- upstream: ecr
  prefix: hub-account
  registry: 444455556666.dkr.ecr.eu-west-1.amazonaws.com
  customRoleARN: arn:aws:iam::111122223333:role/pull
managedNodeGroups:
- name: a
  instanceType: m6i.large
  labels: {team: data, tier: one}
  taints: [{key: dedicated, value: data, effect: NoSchedule}]
  iam: {instanceRoleName: life-a}
identityProviders:
- {name: corp, issuerURL: "https://id.example.com", clientID: kubernetes, groupsClaim: groups, groupsPrefix: "oidc:", requiredClaims: {hd: example.com}}
capabilities:
- name: argo
  type: ARGOCD
  configuration:
    argocd:
      namespace: argocd
      awsIdc: {idcInstanceARN: "arn:aws:sso:::instance/ssoins-0123456789abcdef"}
      rbacRoleMappings: [{role: ADMIN, identities: [{type: SSO_GROUP, id: a}]}, {role: VIEWER, identities: [{type: SSO_USER, id: b}]}]
- {name: ack, type: ACK, configuration: {ack: {disabledServices: [s3]}}}
fargateProfiles:
- {name: f, selectors: [{namespace: kube-system, labels: {k8s-app: kube-dns}}]}
addons:
- {name: vpc-cni, configurationValues: {env: {WARM_IP_TARGET: "2"}}}
- {name: kube-proxy}
- {name: coredns}
- {name: eks-pod-identity-agent}
- {name: aws-ebs-csi-driver, useDefaultPodIdentityAssociations: true}
"#;

/// One of every kind that YAML cannot say yet, among what is wanted.
fn add_what_yaml_cannot_say(desired: &mut Vec<Desired>) {
    let (vpc, gateway) = (Reference::to(&at("ec2.Vpc/main"), "id"), at("ec2.EgressOnlyInternetGateway/main"));
    let way_out = json!({ "egress_only_internet_gateway": Reference::to(&gateway, "id") });
    let table = at("ec2.RouteTable/private-eu-west-1a");
    let table = desired.iter_mut().find(|desired| desired.address == table).expect("a route table");
    table.spec["routes"]["::/0"] = way_out;
    desired.push(Desired { address: gateway, spec: json!({ "vpc": vpc, "tags": { "Name": "life" } }) });
    add_addresses(desired);
    security_groups::add(desired);
    vpc_endpoints::add(desired);
    add_flow_log(desired);
    access_entries::add(desired);
    // A role that is there when ECR looks for it.
    let rule = at("ecr.PullThroughCacheRule/hub-account");
    let rule = desired.iter_mut().find(|desired| desired.address == rule).expect("a rule");
    rule.spec["custom_role"] = json!(Reference::to(&at("iam.Role/ecr-template"), "arn"));
}

/// A flow log with a log group and a role of its own.
fn add_flow_log(desired: &mut Vec<Desired>) {
    let spec =
        |address: &str| desired.iter().find(|desired| desired.address == at(address)).expect("a resource").spec.clone();
    let mut role = spec("iam.Role/cluster");
    role["name"] = "life-flow-log".into();
    role["managed_policies"] = json!([]);
    let text = role["assume_role_policy"].to_string().replace("eks.amazonaws.com", "vpc-flow-logs.amazonaws.com");
    role["assume_role_policy"] = serde_json::from_str(&text).expect("JSON");
    let statement =
        json!({ "Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*" });
    let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] }));
    role["inline_policies"] = json!({ "deliver": policy });
    let mut group = desired.iter().find(|one| one.address.kind() == "logs.LogGroup").expect("a group").spec.clone();
    group["name"] = "/life/flow-log".into();
    group["kms_key"] = Value::Null;
    let (role_at, group_at) = (at("iam.Role/flow-log"), at("logs.LogGroup/flow-log"));
    let log = json!({
        "resource": Reference::to(&at("ec2.Subnet/private-eu-west-1b"), "id"),
        "traffic_type": "ALL",
        "destination_type": "cloud-watch-logs",
        "destination": Reference::to(&group_at, "arn"),
        "deliver_logs_role": Reference::to(&role_at, "arn"),
        "log_format": null,
        "max_aggregation_interval": 600,
        "destination_options": null,
        "tags": { "Name": "life" },
    });
    desired.push(Desired { address: role_at, spec: role });
    desired.push(Desired { address: group_at, spec: group });
    desired.push(Desired { address: at("ec2.FlowLog/private"), spec: log });
}

/// A second IPv4 range and one of IPv6, and a subnet that has both.
fn add_addresses(desired: &mut Vec<Desired>) {
    let find = |address: &str| desired.iter().position(|desired| desired.address == at(address)).expect("a resource");
    let (vpc, subnet) = (find("ec2.Vpc/main"), find("ec2.Subnet/private-eu-west-1a"));
    desired[vpc].spec["secondary_cidr_blocks"] = json!(["100.64.0.0/16"]);
    desired[vpc].spec["amazon_provided_ipv6_cidr_block"] = true.into();
    let mut spec = desired[subnet].spec.clone();
    spec["cidr_block"] = "100.64.0.0/20".into();
    spec["ipv6_cidr_block"] = json!({ "of": Reference::to(&at("ec2.Vpc/main"), "ipv6_cidr_block"), "number": 9 });
    spec["assign_ipv6_address_on_creation"] = true.into();
    spec["enable_dns64"] = true.into();
    desired.push(Desired { address: at("ec2.Subnet/second-range"), spec });
}

/// The base stack, applied, and what is wanted of it.
struct Base {
    lab: Lab,
    open: Open,
    desired: Vec<Desired>,
    snapshot: Snapshot,
}

async fn base() -> Base {
    let (lab, spec) = (Lab::new(), stack(BASE));
    let open = lab.open(&spec).await;
    let (nothing, of_yaml) = open.observe().await;
    let mut desired: Vec<Desired> = of_yaml.iter().cloned().collect();
    add_what_yaml_cannot_say(&mut desired);
    // Somebody for groups: users are nobody's resources here.
    lab::clients::iam(&lab, &open.spec).create_user().user_name("life").send().await.expect("a user");
    desired.push(foreign_tags::on_a_foreign_subnet(&lab, &open.spec).await);
    let base = Base { lab, open, desired, snapshot: nothing.snapshot };
    base.converge(&base.desired, "the base").await;
    let snapshot = base.observe(&graph(base.desired.clone())).await;
    Base { snapshot, ..base }
}

/// What is wanted, in a world of its own, with nothing there yet.
async fn afresh(change: impl Fn(&mut Vec<Desired>)) -> Base {
    let (lab, spec) = (Lab::new(), stack(BASE));
    let open = lab.open(&spec).await;
    let (_, of_yaml) = open.observe().await;
    let mut desired: Vec<Desired> = of_yaml.iter().cloned().collect();
    add_what_yaml_cannot_say(&mut desired);
    change(&mut desired);
    Base { lab, open, desired, snapshot: Snapshot::default() }
}

impl Base {
    /// This base in a world of its own.
    async fn fork(&self) -> Self {
        let lab = self.lab.fork();
        let open = lab.open(&self.open.spec).await;
        Self { lab, open, desired: self.desired.clone(), snapshot: self.snapshot.clone() }
    }

    async fn plan(&self, desired: &[Desired]) -> Plan {
        let graph = graph(desired.to_vec());
        let observation = self.observe(&graph).await;
        self.open.plan(&observation, &graph).unwrap_or_else(|refusals| panic!("{refusals:#?}"))
    }

    async fn observe(&self, graph: &Graph) -> Snapshot {
        use eksctl_rs_core::{Observe, Provider};
        let backoff = eksctl_rs_engine::Backoff::new(self.open.clock, 1);
        let observe = Observe { wanted: graph, questions: &[], only: None };
        self.open.provider.observe(&observe, &backoff).await.expect("observed").snapshot
    }

    /// Applies and insists that there is nothing left to do.
    async fn converge(&self, desired: &[Desired], what: &str) {
        let plan = self.plan(desired).await;
        let report = self.open.run(&plan).await;
        assert_eq!(report.outcome, Outcome::Done, "{what}: {:#?}", report.failures);
        let again = self.plan(desired).await;
        assert!(again.is_empty(), "{what}: {:#?}", outline(&again));
    }

    fn of_kind(&self, kind: &str) -> Address {
        let found = self.desired.iter().find(|desired| desired.address.kind() == kind);
        found.unwrap_or_else(|| panic!("the base has no {kind}")).address.clone()
    }
}

/// What changes, and why, without the values.
fn outline(plan: &Plan) -> Vec<String> {
    let paths = |change: &Change| change.fields.iter().map(|field| field.path.clone()).collect::<Vec<_>>().join(" ");
    let line =
        |change: &Change| format!("{:?} {} {:?}: {}", change.action, change.address, change.reason, paths(change));
    plan.changes.iter().map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn every_kind_is_created_and_read_back_equal() {
    let base = base().await;
    for kind in AwsRules.kinds() {
        let address = base.of_kind(kind.name());
        let [observed] = base.snapshot.at(&address) else { panic!("{address}: {:#?}", base.snapshot.at(&address)) };
        for (output, _) in kind.outputs().iter().filter(|(output, _)| *output != "service_ipv6_cidr") {
            assert!(observed.outputs.contains_key(*output), "{address} does not tell {output}: {:?}", observed.outputs);
        }
    }
    assert!(base.plan(&base.desired).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_field_has_an_edit_and_no_edit_is_for_nothing() {
    let mut wanted = BTreeSet::new();
    for kind in AwsRules.kinds() {
        for field in kind.fields() {
            if matches!(field.mutability, Mutability::InPlace | Mutability::OneWay | Mutability::Replace) {
                wanted.insert((kind.name(), field.name));
            }
        }
    }
    let there: BTreeSet<_> = edits().iter().map(|edit| (edit.kind, edit.field)).collect();
    assert_eq!(wanted.difference(&there).collect::<Vec<_>>(), [] as [&(&str, &str); 0], "fields without an edit");
    assert_eq!(there.difference(&wanted).collect::<Vec<_>>(), [] as [&(&str, &str); 0], "edits without a field");
}

#[tokio::test(start_paused = true)]
async fn every_field_is_updated_or_makes_a_replacement() {
    use futures::FutureExt;
    let (base, mut failed) = (base().await, Vec::new());
    for edit in edits() {
        let whole = std::panic::AssertUnwindSafe(one_edit(&base, &edit));
        failed.extend(whole.catch_unwind().await.is_err().then_some((edit.kind, edit.field)));
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

async fn one_edit(base: &Base, edit: &Edit) {
    let what = format!("{}.{}", edit.kind, edit.field);
    let base = base.fork().await;
    let kind = AwsRules.kind(edit.kind).expect("a kind");
    let field = kind.fields().iter().find(|field| field.name == edit.field).expect("a field");
    let address = edit.of.map_or_else(|| base.of_kind(edit.kind), at);
    let mut desired = base.desired.clone();
    (edit.change)(&mut desired, &base.snapshot);
    let plan = base.plan(&desired).await;
    let change = plan.change(&address).unwrap_or_else(|| panic!("{what}: no change: {:#?}", outline(&plan)));
    let changed: Vec<&str> = change.fields.iter().map(|field| field.path.split('.').next().unwrap_or("")).collect();
    assert!(changed.contains(&edit.field), "{what}: {change:#?}");
    let replaced = field.mutability == Mutability::Replace;
    assert_eq!(change.action, if replaced { Action::Replace } else { Action::Update }, "{what}: {change:#?}");
    base.converge(&desired, &what).await;
    if !replaced && field.mutability != Mutability::OneWay && !edit.one_way {
        // And back: an update that sends only what is set would leave something behind.
        base.converge(&base.desired, &format!("{what}, back")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_vanishes_behind_our_back_is_made_again() {
    let base = base().await;
    for kind in AwsRules.kinds().into_iter().filter(|kind| kind.stays().is_none()) {
        let base = base.fork().await;
        let address = base.of_kind(kind.name());
        let gone = vanish(&base, &address).await;
        let plan = base.plan(&base.desired).await;
        let change = plan.change(&address).unwrap_or_else(|| panic!("{address} is not missed"));
        // A key or a secret that is deleted can be taken back for a while.
        let expected = match kind.name() {
            "kms.Key" | "secretsmanager.Secret" => (Action::Update, &Reason::FieldsDiffer),
            _ => (Action::Create, &Reason::Missing),
        };
        assert_eq!((change.action, &change.reason), expected, "{address}");
        assert!(gone.contains(&address));
        base.converge(&base.desired, &format!("{address} vanished")).await;
    }
}

/// Somebody deletes the resource, and whatever AWS wants deleted before it.
async fn vanish(base: &Base, address: &Address) -> BTreeSet<Address> {
    let whole = graph(base.desired.clone());
    let snapshot = base.observe(&whole).await;
    let kind = AwsRules.kind(address.kind()).expect("a kind");
    // What goes with its parent has a call of its own only while that stays.
    let rest = match kind.traits().dies_with {
        [] => Graph::empty(),
        _ => {
            let gone = with_dependents(&whole, address);
            graph(base.desired.iter().filter(|desired| !gone.contains(&desired.address)).cloned().collect())
        }
    };
    let mut plan = base.open.plan(&snapshot, &rest).expect("no refusal");
    let mut keep: BTreeSet<StepId> =
        plan.steps.iter().filter(|step| step.address == *address).map(|step| step.id).collect();
    while let Some(more) = plan
        .steps
        .iter()
        .filter(|step| keep.contains(&step.id))
        .flat_map(|step| &step.needs)
        .find(|need| !keep.contains(need))
    {
        keep.insert(*more);
    }
    let numbers: Vec<StepId> = keep.iter().copied().collect();
    let renumbered = |id: &StepId| StepId(numbers.iter().position(|other| other == id).expect("kept"));
    plan.steps.retain(|step| keep.contains(&step.id));
    for step in &mut plan.steps {
        step.id = renumbered(&step.id);
        step.needs = step.needs.iter().map(renumbered).collect();
    }
    let gone = plan.steps.iter().map(|step| step.address.clone()).collect();
    let report = base.open.run(&plan).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
    gone
}

#[tokio::test(start_paused = true)]
async fn a_route_into_a_black_hole_leads_out_again_and_one_gateway_is_made_though_a_run_dies() {
    let (base, address) = (base().await, at("ec2.EgressOnlyInternetGateway/main"));
    for when in [None, Some(When::Before), Some(When::After)] {
        let base = base.fork().await;
        let ec2 = lab::clients::ec2(&base.lab, &base.open.spec);
        // AWS does not mind the route: it stays.
        let id = &base.snapshot.at(&address)[0].id;
        ec2.delete_egress_only_internet_gateway().egress_only_internet_gateway_id(id).send().await.expect("deleted");
        let plan = base.plan(&base.desired).await;
        assert_eq!(plan.change(&address).expect("a change").action, Action::Create);
        assert_eq!(plan.change(&at("ec2.RouteTable/private-eu-west-1a")).expect("a change").action, Action::Update);
        if let Some(when) = when {
            base.lab.emulator.clear_log();
            base.lab
                .emulator
                .set_weather(Weather { hold: Some(Hold { call: 1, when }), ..Weather::default() })
                .expect("such weather");
            let died = tokio::time::timeout(Duration::from_secs(3600), base.open.run(&plan)).await;
            base.lab.emulator.set_weather(Weather::default()).expect("fair weather");
            assert!(died.is_err(), "{when:?} the gateway is made");
        }
        base.converge(&base.desired, &format!("{when:?}")).await;
        let found = ec2.describe_egress_only_internet_gateways().send().await.expect("gateways");
        assert_eq!(found.egress_only_internet_gateways().len(), 1, "{when:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_from_the_stack_is_deleted() {
    let base = base().await;
    for kind in AwsRules.kinds().into_iter().filter(|kind| kind.stays().is_none()) {
        let base = base.fork().await;
        let address = base.of_kind(kind.name());
        let whole = graph(base.desired.clone());
        let dropped = with_dependents(&whole, &address);
        let rest: Vec<Desired> =
            base.desired.iter().filter(|desired| !dropped.contains(&desired.address)).cloned().collect();
        let plan = base.plan(&rest).await;
        let deleted: BTreeSet<Address> = plan.changes.iter().map(|change| change.address.clone()).collect();
        assert_eq!(deleted, dropped, "{address}");
        assert!(plan.changes.iter().all(|change| change.action == Action::Delete), "{address}");
        base.converge(&rest, &format!("{address} dropped")).await;
        base.converge(&base.desired, &format!("{address} back")).await;
    }
}

/// The resource and everything that cannot be without it, by reference or by an ordering rule.
fn with_dependents(graph: &Graph, address: &Address) -> BTreeSet<Address> {
    let mut found = BTreeSet::from([address.clone()]);
    loop {
        let more: Vec<Address> = graph
            .iter()
            .filter(|desired| !found.contains(&desired.address))
            .filter(|desired| {
                let refers = references(&desired.spec).iter().any(|(to, _)| found.contains(to));
                refers || comes_after(graph, desired).iter().any(|first| found.contains(first))
            })
            .map(|desired| desired.address.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// What the ordering rules of its kind put before a resource.
fn comes_after(graph: &Graph, desired: &Desired) -> Vec<Address> {
    let kind = AwsRules.kind(desired.address.kind()).expect("a kind");
    let mut first = Vec::new();
    for order in kind.traits().order {
        // What comes after all of a kind can do without them.
        let Order::AfterHolders { field, kind } = order else { continue };
        let shared: BTreeSet<Address> = references(&desired.spec[field]).into_iter().map(|(to, _)| to).collect();
        let holds = |other: &&Desired| references(&other.spec).iter().any(|(to, _)| shared.contains(to));
        first.extend(
            graph.iter().filter(|other| other.address.kind() == *kind).filter(holds).map(|other| other.address.clone()),
        );
    }
    first
}

#[tokio::test(start_paused = true)]
async fn what_failed_at_creation_is_made_anew() {
    // A NAT gateway without a way to the internet fails, and so does what stands behind it.
    let base = base().await.fork().await;
    let address = at("ec2.NatGateway/eu-west-1a");
    assert!(base.snapshot.at(&address).len() == 1);
    vanish(&base, &at("ec2.InternetGateway/main")).await;
    let ec2 = lab::clients::ec2(&base.lab, &base.open.spec);
    let subnet = base.snapshot.at(&at("ec2.Subnet/public-eu-west-1a"))[0].id.clone();
    let tag = |key: &str, value: &str| aws_sdk_ec2::types::Tag::builder().key(key).value(value).build();
    let tags = aws_sdk_ec2::types::TagSpecification::builder()
        .resource_type(aws_sdk_ec2::types::ResourceType::Natgateway)
        .tags(tag("eksctl-rs.io/stack", "life.eu-west-1"))
        .tags(tag("eksctl-rs.io/address", "ec2.NatGateway/eu-west-1a"))
        .build();
    let allocation = ec2.allocate_address().send().await.expect("allocated");
    let id = allocation.allocation_id().expect("an id");
    ec2.create_nat_gateway().subnet_id(subnet).allocation_id(id).tag_specifications(tags).send().await.expect("made");
    eksctl_rs_engine::Clock::real().sleep(300.0).await;
    let plan = base.plan(&base.desired).await;
    let change = plan.change(&address).expect("a change");
    assert_eq!((change.action, &change.reason), (Action::Replace, &Reason::Failed("failed".into())));
    assert_eq!(change.notes.len(), 1, "AWS's reason is told");
    base.converge(&base.desired, "the failed one").await;
}
