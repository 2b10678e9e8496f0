//! From a change to calls.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{After, Lowered, Lowering, Observed, Reference, Tags, Work};
use serde::{Deserialize, Serialize};

use super::read::id_of;
use super::rule::{canonical, defaults};
use super::{Peer, Rule, Spec};
use crate::ec2::TagCall;

/// The calls of a security group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it.
    Create {
        /// The name.
        name: String,
        /// What it is for.
        description: String,
        /// The VPC.
        vpc: Reference,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Lets more through.
    Authorize {
        /// The group.
        id: Reference,
        /// Which way.
        direction: Direction,
        /// What.
        rules: BTreeSet<Rule>,
    },
    /// Says what rules that are there are for.
    Describe {
        /// The group.
        id: Reference,
        /// Which way.
        direction: Direction,
        /// The rules, with their new descriptions.
        rules: BTreeSet<Rule>,
    },
    /// Lets no longer through what AWS lets out of a new group.
    RevokeDefault {
        /// The group.
        id: Reference,
        /// Its VPC: it tells whether there is IPv6.
        vpc: Reference,
        /// What.
        rule: Rule,
    },
    /// Lets no longer through what it did.
    Revoke {
        /// The group.
        id: Reference,
        /// Which way.
        direction: Direction,
        /// The ids of the rules.
        rules: BTreeSet<String>,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it.
    Delete {
        /// The group.
        id: Reference,
    },
}

/// Into what has the group, or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
    Egress,
}

impl Direction {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    pub(super) fn authorize(self) -> &'static str {
        match self {
            Self::Ingress => "ec2:AuthorizeSecurityGroupIngress",
            Self::Egress => "ec2:AuthorizeSecurityGroupEgress",
        }
    }

    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Ingress => "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
            Self::Egress => "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        }
    }

    pub(super) fn revoke(self) -> &'static str {
        match self {
            Self::Ingress => "ec2:RevokeSecurityGroupIngress",
            Self::Egress => "ec2:RevokeSecurityGroupEgress",
        }
    }

    fn of(self, spec: &Spec) -> BTreeSet<Rule> {
        match self {
            Self::Ingress => canonical(&spec.ingress),
            Self::Egress => canonical(&spec.egress),
        }
    }
}

const BOTH: [Direction; 2] = [Direction::Ingress, Direction::Egress];

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => create(desired, lowering.ownership, &id),
        Work::Update { desired, live, observed, .. } => {
            let mut calls = update(desired, live, observed, &id);
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { live, observed } => {
            // What its rules name cannot go before them.
            let names_another = |rule: &Rule| matches!(&rule.peer, Peer::Group(group) if *group != id);
            let let_go = BOTH.map(|direction| {
                let rules = direction.of(live);
                revoke(&id, direction, observed, rules.iter().filter(|rule| names_another(rule)))
            });
            let mut calls: Vec<_> =
                let_go.into_iter().flatten().map(|call| call.after(After::Nothing).letting_go()).collect();
            calls.push(Lowered::new("ec2:DeleteSecurityGroup", Call::Delete { id }));
            calls
        }
    }
}

fn create(desired: &Spec, ownership: &Tags, id: &Reference) -> Vec<Lowered<Call>> {
    let mut tags = desired.tags.clone();
    tags.extend(ownership.clone());
    let (name, description, vpc) = (desired.name.clone(), desired.description.clone(), desired.vpc.clone());
    let create = Call::Create { name, description, vpc, tags };
    let mut calls = vec![Lowered::creating("ec2:CreateSecurityGroup", create)];
    let (ingress, egress, [ipv4, ipv6]) = (canonical(&desired.ingress), canonical(&desired.egress), defaults());
    // Whether AWS lets IPv6 out already is not known: to let it out twice does no harm.
    let wanted = [(Direction::Egress, &egress, Some(&ipv4)), (Direction::Ingress, &ingress, None)];
    let new = |late: bool| -> Vec<Lowered<Call>> {
        let calls = wanted.iter().flat_map(|(direction, rules, there)| {
            let new = rules.iter().filter(|rule| Some(&rule.key()) != *there);
            authorize(id, *direction, new.filter(|rule| rule.unknown_group().is_some() == late))
        });
        calls.map(|call| call.after(After::First)).collect()
    };
    calls.extend(new(false));
    let is_default = |rule: &&Rule| [&ipv4, &ipv6].contains(&&rule.key()) && !rule.description.is_empty();
    calls.extend(describe(id, Direction::Egress, egress.iter().filter(is_default)));
    calls.extend(new(true));
    let unwanted = [ipv4, ipv6].into_iter().filter(|rule| !rule.is_in(&egress));
    calls.extend(unwanted.map(|rule| {
        let call = Call::RevokeDefault { id: id.clone(), vpc: desired.vpc.clone(), rule };
        Lowered::new(Direction::Egress.revoke(), call).after(After::First)
    }));
    calls
}

/// What is let through comes before what is no longer let through: nothing is cut off in between.
fn update(desired: &Spec, live: &Spec, observed: &Observed, id: &Reference) -> Vec<Lowered<Call>> {
    let mut calls = Vec::new();
    for direction in BOTH {
        let (wanted, found) = (direction.of(desired), direction.of(live));
        let new = authorize(id, direction, wanted.iter().filter(|rule| !rule.is_in(&found)));
        calls.extend(new.into_iter().map(|call| call.after(After::Nothing)));
        let renamed = wanted.difference(&found).filter(|rule| rule.is_in(&found));
        calls.extend(describe(id, direction, renamed).map(|call| call.after(After::Nothing)));
    }
    let names_a_group = |rule: &&Rule| matches!(rule.peer, Peer::Group(_));
    let old = BOTH.map(|direction| {
        let wanted = direction.of(desired);
        let old = direction.of(live).into_iter().filter(|rule| !rule.is_in(&wanted));
        (direction, old.collect::<Vec<Rule>>())
    });
    // Rules that name groups may have to go sooner than the rest: the groups cannot go before.
    for (direction, rules) in &old {
        let let_go = revoke(id, *direction, observed, rules.iter().filter(names_a_group));
        calls.extend(let_go.map(Lowered::letting_go));
    }
    for (direction, rules) in &old {
        calls.extend(revoke(id, *direction, observed, rules.iter().filter(|rule| !names_a_group(rule))));
    }
    calls
}

/// One call for everything that can be let through at once, and one for each group that nobody knows yet.
fn authorize<'r>(id: &Reference, direction: Direction, rules: impl Iterator<Item = &'r Rule>) -> Vec<Lowered<Call>> {
    let mut together: BTreeMap<Option<&Reference>, BTreeSet<Rule>> = BTreeMap::new();
    for rule in rules {
        together.entry(rule.unknown_group()).or_default().insert(rule.clone());
    }
    let call = |rules| Lowered::new(direction.authorize(), Call::Authorize { id: id.clone(), direction, rules });
    together.into_values().map(call).collect()
}

fn describe<'r>(id: &Reference, direction: Direction, rules: impl Iterator<Item = &'r Rule>) -> Option<Lowered<Call>> {
    let rules: BTreeSet<Rule> = rules.cloned().collect();
    (!rules.is_empty()).then(|| Lowered::new(direction.describe(), Call::Describe { id: id.clone(), direction, rules }))
}

fn revoke<'r>(
    id: &Reference,
    direction: Direction,
    observed: &Observed,
    rules: impl Iterator<Item = &'r Rule>,
) -> Option<Lowered<Call>> {
    let known = rules.filter_map(|rule| observed.outputs.get(&id_of(direction, rule)).cloned());
    let rules: BTreeSet<String> = known.collect();
    (!rules.is_empty()).then(|| Lowered::new(direction.revoke(), Call::Revoke { id: id.clone(), direction, rules }))
}
