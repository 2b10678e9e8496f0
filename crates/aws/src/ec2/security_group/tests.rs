use std::collections::BTreeSet;

use aws_sdk_ec2::types::{ReferencedSecurityGroup, SecurityGroup, SecurityGroupRule};
use eksctl_rs_core::{Address, Lowered, Lowering, Observed, Owner, Reference, StackId, Status, Tags, Work, World};

use super::read::from_live;
use super::rule::{canonical, defaults};
use super::write::lower;
use super::{Call, Peer, Room, Rule, Spec};
use crate::kind::{Found, Kind};

fn rule(protocol: &str, ports: Option<(i32, i32)>, peer: Peer, description: &str) -> Rule {
    let (from_port, to_port) = ports.unzip();
    Rule { protocol: protocol.to_owned(), from_port, to_port, peer, description: description.to_owned() }
}

fn tcp(port: i32, range: &str, description: &str) -> Rule {
    rule("tcp", Some((port, port)), Peer::Ipv4(range.to_owned()), description)
}

fn from(group: &str) -> Rule {
    let address: Address = format!("ec2.SecurityGroup/{group}").parse().expect("an address");
    rule("tcp", Some((443, 443)), Peer::Group(Reference::to(&address, "id")), "")
}

fn spec(ingress: &[Rule], egress: &[Rule]) -> Spec {
    Spec {
        name: "nodes".to_owned(),
        description: "Nodes".to_owned(),
        vpc: Reference::from("vpc-1"),
        ingress: ingress.iter().cloned().collect(),
        egress: egress.iter().cloned().collect(),
        tags: Tags::new(),
    }
}

fn live_rule(id: &str) -> aws_sdk_ec2::types::builders::SecurityGroupRuleBuilder {
    SecurityGroupRule::builder().security_group_rule_id(id).group_id("sg-1").is_egress(false)
}

fn live() -> Found<Spec> {
    let group = SecurityGroup::builder().group_id("sg-1").group_name("nodes").description("Nodes").vpc_id("vpc-1");
    let rules = [
        live_rule("sgr-1").ip_protocol("tcp").from_port(443).to_port(443).cidr_ipv4("10.0.0.0/16").description("API"),
        live_rule("sgr-2").ip_protocol("-1").from_port(-1).to_port(-1).is_egress(true).cidr_ipv4("0.0.0.0/0"),
        live_rule("sgr-3")
            .ip_protocol("icmp")
            .from_port(8)
            .to_port(-1)
            .referenced_group_info(ReferencedSecurityGroup::builder().group_id("sg-2").build()),
        live_rule("sgr-4")
            .ip_protocol("-1")
            .from_port(-1)
            .to_port(-1)
            .referenced_group_info(ReferencedSecurityGroup::builder().group_id("sg-1").build()),
    ];
    let rules: Vec<SecurityGroupRule> = rules.into_iter().map(|rule| rule.build()).collect();
    from_live(&group.build(), &rules.iter().collect::<Vec<_>>())
}

/// What a change of the group amounts to: each call, and whether it lets go.
fn calls(desired: Option<Spec>, live: Option<Found<Spec>>) -> Vec<(String, Call, bool)> {
    let address: Address = "ec2.SecurityGroup/nodes".parse().expect("an address");
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let observed = live.as_ref().map(|found| Observed {
        address: address.clone(),
        id: found.id.clone(),
        spec: serde_json::to_value(&found.spec).expect("JSON"),
        outputs: found.outputs.clone(),
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    });
    let work = match (desired, live, &observed) {
        (Some(desired), Some(live), Some(observed)) => {
            Work::Update { desired, live: live.spec, observed, changed: &[], retag: false }
        }
        (None, Some(live), Some(observed)) => Work::Delete { live: live.spec, observed },
        (Some(desired), ..) => Work::Create { desired },
        _ => panic!("nothing to do"),
    };
    let lowering = Lowering { address: &address, world: &world, work, ownership: &Tags::new() };
    let told = |lowered: Lowered<Call>| (lowered.operation.replace("SecurityGroup", ""), lowered.call, lowered.lets_go);
    lower(&lowering).into_iter().map(told).collect()
}

fn operations(calls: &[(String, Call, bool)]) -> Vec<&str> {
    calls.iter().map(|(operation, ..)| operation.trim_start_matches("ec2:")).collect()
}

fn revoked(call: &Call) -> Vec<&str> {
    match call {
        Call::Revoke { rules, .. } => rules.iter().map(String::as_str).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rules_are_read_as_they_are_written_with_their_ids() {
    let found = live();
    let ping = rule("icmp", Some((8, -1)), Peer::Group(Reference::from("sg-2")), "");
    let own = rule("-1", None, Peer::Group(Reference::from("sg-1")), "");
    assert_eq!(found.spec, spec(&[tcp(443, "10.0.0.0/16", "API"), ping, own], &[defaults()[0].clone()]));
    assert_eq!(found.outputs["rule/ingress/tcp/443/443/10.0.0.0/16"], "sgr-1");
    assert_eq!(found.outputs["rule/egress/-1/all/all/0.0.0.0/0"], "sgr-2");
    assert_eq!((found.outputs["id"].as_str(), found.outputs["name"].as_str()), ("sg-1", "nodes"));
}

#[test]
fn equal_meaning_is_equal_text() {
    let same = |a: Rule, b: Rule| assert_eq!(a.canonical(), b.canonical());
    let range = |text: &str| Peer::Ipv4(text.to_owned());
    same(rule("all", Some((1, 2)), range("10.1.2.3/16"), ""), rule("-1", None, range("10.1.0.0/16"), ""));
    same(rule("6", Some((1, 2)), range("10.1.2.3/0"), ""), rule("TCP", Some((1, 2)), range("0.0.0.0/0"), ""));
    same(rule("icmpv6", None, range("x"), ""), rule("58", Some((-1, -1)), range("x"), ""));
    same(rule("50", Some((-1, -1)), range("10.0.0.1/32"), ""), rule("50", None, range("10.0.0.1/32"), ""));
    let range = |text: &str| Peer::Ipv6(text.to_owned());
    same(rule("-1", None, range("2001:DB8:0::1/32"), ""), rule("-1", None, range("2001:db8::/32"), ""));
    let twice = BTreeSet::from([tcp(1, "10.0.0.0/8", "b"), tcp(1, "10.1.0.0/8", "a")]);
    assert_eq!(canonical(&twice), BTreeSet::from([tcp(1, "10.0.0.0/8", "b")]));
}

#[test]
fn what_aws_lets_out_of_a_new_group_is_not_let_out_again_and_what_is_not_wanted_of_it_is_revoked() {
    let [ipv4, ipv6] = defaults();
    let of = |egress: &[Rule]| calls(Some(spec(&[], egress)), None);
    let unwanted = |calls: &[(String, Call, bool)]| -> Vec<Rule> {
        let rules = calls.iter().filter_map(|(_, call, _)| match call {
            Call::RevokeDefault { rule, .. } => Some(rule.clone()),
            _ => None,
        });
        rules.collect()
    };
    assert_eq!(operations(&of(&[ipv4.clone(), ipv6.clone()])), ["Create", "AuthorizeEgress"]);
    assert_eq!(unwanted(&of(&[])), [ipv4.clone(), ipv6.clone()]);
    assert_eq!(unwanted(&of(std::slice::from_ref(&ipv4))), [ipv6]);
    let described = Rule { description: "everywhere".to_owned(), ..ipv4 };
    let calls = of(&[described]);
    assert_eq!(operations(&calls), ["Create", "UpdateRuleDescriptionsEgress", "RevokeEgress"]);
}

#[test]
fn rules_wait_only_for_the_groups_that_they_name() {
    let calls = calls(Some(spec(&[tcp(443, "10.0.0.0/16", ""), from("a"), from("b"), from("nodes")], &[])), None);
    let named: Vec<Vec<String>> = calls
        .iter()
        .filter_map(|(_, call, _)| match call {
            Call::Authorize { rules, .. } => Some(rules.iter().filter_map(Rule::unknown_group).collect()),
            _ => None,
        })
        .map(|groups: Vec<&Reference>| groups.iter().filter_map(|group| group.literal().err()).collect())
        .collect();
    let symbol = |name: &str| vec![format!("(ec2.SecurityGroup/{name}).id")];
    assert_eq!(named, [vec![], symbol("a"), symbol("b"), symbol("nodes")]);
}

#[test]
fn new_rules_come_before_old_ones_go_and_descriptions_change_without_a_gap() {
    let [everywhere, _] = defaults();
    let wanted = spec(&[tcp(443, "10.0.0.0/16", "the API"), tcp(80, "10.0.0.0/16", "")], &[everywhere]);
    let calls = calls(Some(wanted), Some(live()));
    let told: Vec<(&str, bool)> =
        calls.iter().map(|(name, _, lets_go)| (name.trim_start_matches("ec2:"), *lets_go)).collect();
    assert_eq!(
        told,
        [("AuthorizeIngress", false), ("UpdateRuleDescriptionsIngress", false), ("RevokeIngress", true)],
        "rules that name groups let go of them"
    );
    assert_eq!(revoked(&calls[2].1), ["sgr-3", "sgr-4"]);
}

#[test]
fn a_group_lets_go_of_the_others_that_its_rules_name_before_it_goes() {
    let calls = calls(None, Some(live()));
    assert_eq!(operations(&calls), ["RevokeIngress", "Delete"]);
    assert_eq!((revoked(&calls[0].1), calls[0].2), (vec!["sgr-3"], true));
}

#[test]
fn a_replacement_has_a_name_of_its_own_only_while_the_plain_one_is_taken() {
    let renamed = |taken: &str| Room::rename(spec(&[], &[]), &[taken.to_owned()]).name;
    assert_eq!(renamed("other"), "nodes");
    let suffixed = renamed("nodes");
    assert!(suffixed.starts_with("nodes-") && suffixed.len() == 12, "{suffixed}");
}
