//! Tags on what is not the stack's: each stack minds its own, and leaves nothing behind.

use std::collections::BTreeMap;
use std::time::Duration;

use eksctl_rs_core::{Action, Desired, Graph, Outcome, Plan};
use eksctl_rs_emulator::{Hold, Weather, When};
use eksctl_rs_stack::StackSpec;
use serde_json::json;

use crate::base;
use crate::lab::{Lab, at, clients, graph, stack};

/// Tags on a subnet that was there before.
pub(crate) async fn on_a_foreign_subnet(lab: &Lab, spec: &StackSpec) -> Desired {
    let subnet = foreign_subnet(lab, spec).await;
    tags(&subnet, &[("kubernetes.io/role/internal-elb", "1"), ("karpenter.sh/discovery", "life")])
}

/// A subnet called `theirs`, of nobody's stack.
async fn foreign_subnet(lab: &Lab, spec: &StackSpec) -> String {
    use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};
    let ec2 = clients::ec2(lab, spec);
    let vpc = ec2.create_vpc().cidr_block("192.168.0.0/16").send().await.expect("made").vpc.expect("a VPC");
    let name = Tag::builder().key("Name").value("theirs").build();
    let name = TagSpecification::builder().resource_type(ResourceType::Subnet).tags(name).build();
    let request = ec2.create_subnet().vpc_id(vpc.vpc_id.expect("an id")).cidr_block("192.168.0.0/20");
    let made = request.tag_specifications(name).send().await.expect("made");
    made.subnet.and_then(|subnet| subnet.subnet_id).expect("an id")
}

fn tags(subnet: &str, pairs: &[(&str, &str)]) -> Desired {
    let tags: BTreeMap<&str, &str> = pairs.iter().copied().collect();
    Desired { address: at("ec2.Tags/foreign"), spec: json!({ "resource": { "$id": subnet }, "tags": tags }) }
}

/// Two stacks and a subnet that belongs to neither.
struct Two {
    lab: Lab,
    subnet: String,
}

impl Two {
    async fn new() -> Self {
        let lab = Lab::new();
        let subnet = foreign_subnet(&lab, &named("one")).await;
        Self { lab, subnet }
    }

    async fn plan(&self, name: &str, pairs: &[(&str, &str)]) -> Plan {
        let open = self.lab.open(&named(name)).await;
        let wanted = if pairs.is_empty() { Graph::empty() } else { graph(vec![tags(&self.subnet, pairs)]) };
        let observe = eksctl_rs_core::Observe { wanted: &wanted, questions: &[], only: None };
        let backoff = eksctl_rs_engine::Backoff::new(open.clock, 1);
        let observation =
            eksctl_rs_core::Provider::observe(&open.provider, &observe, &backoff).await.expect("observed");
        open.plan(&observation.snapshot, &wanted).unwrap_or_else(|refusals| panic!("{refusals:#?}"))
    }

    /// Applies, and insists that there is nothing left to do.
    async fn apply(&self, name: &str, pairs: &[(&str, &str)]) {
        let plan = self.plan(name, pairs).await;
        let report = self.lab.open(&named(name)).await.run(&plan).await;
        assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
        let again = self.plan(name, pairs).await;
        assert!(again.is_empty(), "{name}: {:#?}", again.changes);
    }

    /// The tags of the subnet, but for the marks.
    async fn live(&self) -> Vec<String> {
        let ec2 = clients::ec2(&self.lab, &named("one"));
        let subnets = ec2.describe_subnets().subnet_ids(&self.subnet).send().await.expect("the subnet");
        let tags = subnets.subnets()[0].tags().iter();
        let mut all: Vec<String> =
            tags.map(|tag| format!("{}={}", tag.key().expect("a key"), tag.value().expect("a value"))).collect();
        all.retain(|tag| !tag.starts_with("eksctl-rs.io/"));
        all.sort();
        all
    }

    /// Whether any stack says that it has set something.
    async fn is_marked(&self) -> bool {
        let ec2 = clients::ec2(&self.lab, &named("one"));
        let all = ec2.describe_tags().send().await.expect("tags");
        all.tags().iter().any(|tag| tag.key().is_some_and(|key| key.starts_with("eksctl-rs.io/")))
    }
}

fn named(name: &str) -> StackSpec {
    stack(&format!(
        "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {{name: {name}, region: eu-west-1, account: \
         \"111122223333\", version: \"1.34\"}}\navailabilityZones: [eu-west-1a, eu-west-1b]\n"
    ))
}

const ONE: &[(&str, &str)] = &[("shared", "1"), ("one", "1")];
const TWO: &[(&str, &str)] = &[("shared", "1"), ("two", "1")];

#[tokio::test(start_paused = true)]
async fn two_stacks_that_tag_the_same_subnet_do_not_disturb_each_other() {
    let two = Two::new().await;
    two.apply("one", ONE).await;
    two.apply("two", TWO).await;
    assert_eq!(two.live().await, ["Name=theirs", "one=1", "shared=1", "two=1"]);
    assert!(two.plan("one", ONE).await.is_empty(), "the first one sees nothing of it");
    two.apply("one", &[]).await;
    assert_eq!(two.live().await, ["Name=theirs", "shared=1", "two=1"], "what both want stays");
    assert!(two.plan("two", TWO).await.is_empty());
    two.apply("one", &[("one", "2")]).await;
    two.apply("two", &[]).await;
    assert_eq!(two.live().await, ["Name=theirs", "one=2"], "and goes with the last one");
    two.apply("one", &[]).await;
    assert_eq!(two.live().await, ["Name=theirs"]);
    assert!(!two.is_marked().await, "nothing is left");
}

#[tokio::test(start_paused = true)]
async fn what_was_there_before_is_told_and_is_not_taken() {
    let two = Two::new().await;
    let plan = two.plan("one", &[("Name", "theirs"), ("one", "1")]).await;
    let [change] = plan.changes.as_slice() else { panic!("{:#?}", plan.changes) };
    assert_eq!(change.action, Action::Update, "never an adoption");
    two.apply("one", &[("Name", "theirs"), ("one", "1")]).await;
    two.apply("one", &[]).await;
    assert_eq!(two.live().await, ["Name=theirs"]);
    let plan = two.plan("one", &[("Name", "ours")]).await;
    let [name] = plan.changes[0].fields.as_slice() else { panic!("{:#?}", plan.changes) };
    assert_eq!((&name.before, &name.after), (&Some("theirs".into()), &Some("ours".into())));
    two.apply("one", &[("Name", "ours")]).await;
    two.apply("one", &[]).await;
    assert_eq!(two.live().await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_subnet_that_is_not_there_is_told_at_once() {
    let two = Two { subnet: "subnet-0123456789abcdef0".to_owned(), ..Two::new().await };
    let plan = two.plan("one", ONE).await;
    two.lab.emulator.clear_log();
    let report = two.lab.open(&named("one")).await.run(&plan).await;
    assert_eq!(report.failures[0].1.code, "InvalidSubnetID.NotFound");
    assert_eq!(two.lab.mutating_calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whatever_call_a_run_dies_at_no_tag_of_ours_is_forgotten() {
    let states: [&[(&str, &str)]; 4] = [&[], ONE, &[("one", "2"), ("more", "1")], &[]];
    let mut base = Two::new().await;
    for wanted in states {
        let rehearsal = Two { lab: base.lab.fork(), subnet: base.subnet.clone() };
        rehearsal.lab.emulator.clear_log();
        rehearsal.apply("one", wanted).await;
        for call in rehearsal.lab.mutating_calls().into_iter().map(|entry| entry.call) {
            for when in [When::Before, When::After] {
                let two = Two { lab: base.lab.fork(), subnet: base.subnet.clone() };
                two.lab.emulator.clear_log();
                two.lab
                    .emulator
                    .set_weather(Weather { hold: Some(Hold { call, when }), ..Weather::default() })
                    .expect("such weather");
                let died = tokio::time::timeout(Duration::from_secs(3600), two.apply("one", wanted)).await;
                two.lab.emulator.set_weather(Weather::default()).expect("such weather");
                assert!(died.is_err(), "{when:?} call {call}");
                two.apply("one", wanted).await;
                assert_eq!(two.live().await, rehearsal.live().await, "{when:?} call {call}");
                two.apply("one", &[]).await;
                assert_eq!(two.live().await, ["Name=theirs"], "{when:?} call {call}");
                assert!(!two.is_marked().await, "{when:?} call {call}");
            }
        }
        base = rehearsal;
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_owns_a_subnet_sees_nothing_of_the_tags_of_another_stack() {
    let base = base().await;
    let own = base.snapshot.at(&at("ec2.Subnet/private-eu-west-1a"))[0].id.clone();
    let two = Two { lab: base.lab.clone(), subnet: own };
    two.apply("two", TWO).await;
    assert!(base.plan(&base.desired).await.is_empty(), "they are not ours");
    let mut wanted = base.desired.clone();
    set_shared(&mut wanted, "1");
    assert!(base.plan(&wanted).await.is_empty(), "both want one of them: it is there");
    set_shared(&mut wanted, "2");
    base.converge(&wanted, "another value").await;
    assert_eq!(two.plan("two", TWO).await.changes.len(), 1, "that is told");
}

fn set_shared(wanted: &mut [Desired], value: &str) {
    let subnet = wanted.iter_mut().find(|one| one.address == at("ec2.Subnet/private-eu-west-1a")).expect("a subnet");
    subnet.spec["tags"]["shared"] = value.into();
}
