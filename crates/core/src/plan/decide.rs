//! One decision per address, dependencies first.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Input, Refusal, diff};
use crate::change::{Action, Origin, Reason};
use crate::field::{Field, Mutability};
use crate::{Address, Desired, Fate, Graph, KindRules, Observed, Outputs, Owner, Status, digest, references, resolve};

/// The format of the digest in the tag; a digest of another one says nothing.
const DIGEST_VERSION: &str = "v1:";

/// What is to be done about one address that the stack wants.
pub(super) struct Decision<'a> {
    pub(super) action: Action,
    pub(super) reason: Reason,
    /// The live thing that counts.
    pub(super) current: Option<&'a Observed>,
    /// Live things of ours at the address that do not count.
    pub(super) superseded: Vec<&'a Observed>,
    /// The desired spec, resolved as far as it is known and settled with the live one.
    pub(super) desired: Value,
    /// The fields that differ.
    pub(super) changed: Vec<&'static str>,
    /// A replacement is made beside the old one.
    pub(super) create_first: bool,
    /// It comes after something that goes before it comes again: there is no time at which two could stand.
    pub(super) behind_replaced: bool,
    pub(super) origin: Option<Origin>,
    /// The digest for the tag of what is wanted.
    pub(super) digest: String,
    /// Why it cannot become what is wanted.
    refusals: Vec<Refusal>,
    /// What follows from the desired spec, once somebody has asked.
    computed: OnceCell<Outputs>,
}

impl Decision<'_> {
    /// Whether the live thing goes before its replacement comes.
    pub(super) fn deletes_first(&self) -> bool {
        self.action == Action::Replace && !self.create_first
    }

    /// What has to be the same from one round to the next.
    fn outline(&self) -> (Action, &[&'static str], bool) {
        (self.action, &self.changed, self.behind_replaced)
    }

    /// Whether it is the same as `other` for the decisions that follow from it.
    fn tells_the_same(&self, other: &Self) -> bool {
        self.outline() == other.outline()
            && self.create_first == other.create_first
            && self.current.map(std::ptr::from_ref) == other.current.map(std::ptr::from_ref)
            && self.desired == other.desired
    }
}

pub(super) struct Decisions<'a> {
    graph: &'a Graph,
    /// The decisions, by the places of their resources in the graph.
    by_place: Vec<Option<Decision<'a>>>,
    /// Those that go before they come again.
    deleted_first: BTreeSet<Address>,
    pub(super) refusals: Vec<Refusal>,
}

impl<'a> Decisions<'a> {
    fn new(graph: &'a Graph) -> Self {
        let by_place = graph.iter().map(|_| None).collect();
        Self { graph, by_place, deleted_first: BTreeSet::new(), refusals: Vec::new() }
    }

    /// The decision about the resource at `address`.
    pub(super) fn get(&self, address: &Address) -> Option<&Decision<'a>> {
        self.by_place[self.graph.place(address)?].as_ref()
    }

    /// Every decision with its address, dependencies first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a Address, &Decision<'a>)> {
        let decisions = self.graph.iter().zip(&self.by_place);
        decisions.filter_map(|(desired, decision)| Some((&desired.address, decision.as_ref()?)))
    }

    fn set(&mut self, place: usize, address: &Address, decision: Decision<'a>) {
        match decision.deletes_first() {
            true => self.deleted_first.insert(address.clone()),
            false => self.deleted_first.remove(address),
        };
        self.by_place[place] = Some(decision);
    }

    /// What becomes of the resource at `place`, with the decision's own spec.
    fn lend(&mut self, place: usize) -> Option<Fate<'a, Value>> {
        let (desired, decision) = (self.graph.at(place)?, self.by_place[place].as_mut()?);
        let live = decision.current.filter(|current| current.owner == Owner::Us);
        Some(Fate {
            address: &desired.address,
            live: live.map(|live| (live.spec.clone(), live)),
            becomes: Some(std::mem::take(&mut decision.desired)),
        })
    }

    fn take_back(&mut self, fate: Fate<'a, Value>) {
        let place = self.graph.place(fate.address);
        if let (Some(place), Some(spec)) = (place, fate.becomes)
            && let Some(decision) = &mut self.by_place[place]
        {
            decision.desired = spec;
        }
    }
}

/// How often the decisions are made anew until they no longer change. References in circles can make one resource's
/// decision depend on that of a later one; each round settles at least one of them.
const ROUNDS: usize = 16;

pub(super) fn decide<'a>(input: Input<'a>) -> Decisions<'a> {
    let mut decisions = Decisions::new(input.graph);
    // What is decided anew: what has not been decided yet, or comes after something whose decision has changed since.
    let mut open = vec![true; input.graph.len()];
    for _ in 0..ROUNDS {
        let mut settled = true;
        for (place, desired) in input.graph.iter().enumerate() {
            let Some(kind) = input.rules.kind(desired.address.kind()) else { continue };
            // What is firm asks after everything that goes.
            if !std::mem::take(&mut open[place]) && !kind.fields().iter().any(|field| field.firm) {
                continue;
            }
            let decision = decide_one(input, kind, desired, &decisions);
            let before = decisions.by_place[place].as_ref();
            settled &= before.is_some_and(|before| before.outline() == decision.outline());
            if before.is_none_or(|before| !before.tells_the_same(&decision)) {
                input.graph.followers(place).iter().for_each(|follower| open[*follower] = true);
            }
            decisions.set(place, &desired.address, decision);
        }
        if settled {
            break;
        }
    }
    decisions.refusals = decisions.iter().flat_map(|(_, decision)| decision.refusals.clone()).collect();
    let mut wanted: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, desired) in input.graph.iter().enumerate() {
        wanted.entry(desired.address.kind()).or_default().push(place);
    }
    for kind in input.rules.kinds() {
        let wanted = wanted.get(kind.name()).map_or(&[][..], Vec::as_slice);
        // Most kinds have nothing to say: the specs are lent, and not copied.
        let mut fates: Vec<_> = wanted.iter().filter_map(|place| decisions.lend(*place)).collect();
        fates.extend(leaving(input, kind));
        decisions.refusals.extend(kind.refuse_together(&fates, input.caller));
        fates.into_iter().for_each(|fate| decisions.take_back(fate));
    }
    decisions
}

/// What becomes of everything of a kind that is ours and not wanted. What goes with its parent is not lost by itself.
fn leaving<'a>(input: Input<'a>, kind: &dyn KindRules) -> Vec<Fate<'a, Value>> {
    let dies_with = kind.traits().dies_with;
    let parents = kind.fields().iter().filter(|field| dies_with.contains(&field.name)).flat_map(Field::targets);
    let parents = parents.flat_map(|parent| input.snapshot.of_kind(parent)).filter(|parent| goes(input, parent));
    let parents: BTreeSet<&String> = parents.flat_map(|parent| parent.outputs.values()).collect();
    let goes_with_parent = |live: &Observed| {
        let mut ids = dies_with.iter().filter_map(|field| live.spec.get(*field)).flat_map(crate::ids);
        ids.any(|id| parents.contains(&id))
    };
    let leaving = input.snapshot.of_kind(kind.name()).filter(|observed| goes(input, observed)).filter(|observed| {
        let stays = !observed.status.is_deleting() && !observed.status.is_dormant();
        stays && !goes_with_parent(observed)
    });
    leaving.map(|live| Fate { address: &live.address, live: Some((live.spec.clone(), live)), becomes: None }).collect()
}

/// Whether a live thing is ours and not wanted.
fn goes(input: Input<'_>, observed: &Observed) -> bool {
    observed.owner == Owner::Us && input.graph.get(&observed.address).is_none()
}

fn decide_one<'a>(
    input: Input<'a>,
    kind: &dyn KindRules,
    desired: &Desired,
    decisions: &Decisions<'a>,
) -> Decision<'a> {
    let address = &desired.address;
    let fields = kind.fields();
    let resolved = resolve(&desired.spec, &mut |to, output| known_output(input, decisions, to, output));
    let candidates = Candidates::of(input, kind, input.snapshot.at(address), &resolved);
    let mut decision = Decision {
        action: Action::NoOp,
        reason: Reason::UpToDate,
        current: candidates.current,
        superseded: candidates.superseded,
        desired: resolved,
        changed: Vec::new(),
        create_first: false,
        behind_replaced: behind_replaced(input, decisions, address),
        origin: None,
        digest: spec_digest(&desired.spec),
        refusals: Vec::new(),
        computed: OnceCell::new(),
    };
    let Some(current) = decision.current else {
        (decision.action, decision.reason) = match (candidates.leaving, candidates.foreign) {
            (Some(leaving), _) => {
                decision.current = Some(leaving);
                (Action::Create, Reason::BeingDeleted)
            }
            (None, Some(foreign)) => {
                decision.current = Some(foreign);
                let owner = match &foreign.owner {
                    Owner::Stack(stack) => Some(stack.clone()),
                    Owner::Us | Owner::Unknown => None,
                };
                (Action::Adopt, Reason::NotOurs(owner))
            }
            (None, None) => (Action::Create, Reason::Missing),
        };
        return decision;
    };
    match &current.status {
        Status::Creating { status } | Status::Updating { status, .. } | Status::Deleting { status } => {
            decision.action = Action::Attach;
            decision.reason = Reason::InFlight(status.clone());
            return decision;
        }
        Status::Failed { status, .. } => {
            decision.action = Action::Replace;
            decision.reason = Reason::Failed(status.clone());
            return decision;
        }
        Status::Ready | Status::Degraded { .. } | Status::Dormant { .. } => {}
    }
    let mut settled = diff::settle(fields, decision.desired, &current.spec);
    for rule in input.ignore {
        rule.apply(address, &mut settled, &current.spec);
    }
    decision.desired = kind.settle(settled, current);
    decision.refusals = kind.refuse(&decision.desired, current);
    let differing: Vec<&Field> = diff::differing(fields, &decision.desired, &current.spec)
        .into_iter()
        .filter(|field| !matches!(field.mutability, Mutability::Identity | Mutability::WriteOnly))
        .collect();
    decision.changed = differing.iter().map(|field| field.name).collect();
    let Some(_) = differing.first() else { return decision };
    decision.origin = Some(origin(current, &decision.digest));
    let immutable = differing.iter().find(|field| field.mutability == Mutability::Replace);
    let replaced = immutable.map(|field| why_replaced(decisions, field, &decision.desired));
    let replaced = replaced.or_else(|| taken_along(decisions, &differing, desired, &decision.desired, current));
    match replaced {
        None => {
            decision.action = Action::Update;
            decision.reason = Reason::FieldsDiffer;
        }
        Some(reason) => {
            decision.action = Action::Replace;
            decision.reason = reason;
            decision.create_first = kind.traits().create_first && !decision.behind_replaced;
        }
    }
    decision
}

/// The replacement of what a firm field holds: it cannot go while it is held, and is held until what takes its place is
/// complete. That is too late if it is what goes before it comes again, or waits for the same.
fn taken_along(
    decisions: &Decisions<'_>,
    differing: &[&Field],
    wanted: &Desired,
    resolved: &Value,
    live: &Observed,
) -> Option<Reason> {
    let names = |spec: &Value, field: &Field| spec.get(field.name).map(references).unwrap_or_default();
    let held = |field: &&&Field| {
        let mut held = names(resolved, field);
        if !field.early && loses_its_hold(decisions, live.spec.get(field.name)) {
            held.extend(names(&wanted.spec, field));
        }
        held
    };
    let comes_again =
        |to: &Address| decisions.get(to).is_some_and(|decision| decision.deletes_first() || decision.behind_replaced);
    let mut firm = differing.iter().filter(|field| field.firm).flat_map(|field| held(&field));
    firm.find(|(to, _)| comes_again(to)).map(|(to, _)| Reason::DependencyReplaced(to))
}

/// Whether something that the live value names goes before it comes again.
fn loses_its_hold(decisions: &Decisions<'_>, value: Option<&Value>) -> bool {
    let ids = value.map(crate::ids).unwrap_or_default();
    decisions.deleted_first.iter().filter_map(|address| decisions.get(address)).any(|decision| {
        decision.current.is_some_and(|current| current.outputs.values().any(|output| ids.contains(output)))
    })
}

/// The live things at one address, sorted by what they are.
struct Candidates<'a> {
    current: Option<&'a Observed>,
    superseded: Vec<&'a Observed>,
    leaving: Option<&'a Observed>,
    foreign: Option<&'a Observed>,
}

impl<'a> Candidates<'a> {
    /// Of several that are ours, one that matches what AWS cannot change is current: the one that differs least, of equals
    /// the one that most others refer to, of equals the oldest. If none matches, it is the oldest. What is dormant counts only
    /// where there is nothing else, and only if it matches.
    fn of(input: Input<'_>, kind: &dyn KindRules, claimants: &'a [Observed], desired: &Value) -> Self {
        let fields = kind.fields();
        let (ours, others): (Vec<_>, Vec<_>) = claimants.iter().partition(|observed| observed.owner == Owner::Us);
        let leaves = |observed: &&Observed| observed.status.is_deleting() || loses_its_parent(input, kind, observed);
        let (leaving, staying): (Vec<_>, Vec<_>) = ours.into_iter().partition(leaves);
        let settled =
            |observed: &Observed| kind.settle(diff::settle(fields, desired.clone(), &observed.spec), observed);
        let fits = |observed: &&&Observed| {
            !matches!(observed.status, Status::Failed { .. })
                && diff::same_immutable(fields, &settled(observed), &observed.spec)
        };
        let differences = |observed: &Observed| diff::differing(fields, &settled(observed), &observed.spec).len();
        let (dormant, staying): (Vec<_>, Vec<_>) =
            staying.into_iter().partition(|observed| observed.status.is_dormant());
        let current = match staying.as_slice() {
            [] => dormant.iter().find(fits).copied(),
            [only] => Some(*only),
            several => {
                let fitting = several.iter().filter(fits);
                let best = fitting.min_by_key(|one| (differences(one), Reverse(holders(input, one))));
                best.or_else(|| several.first()).copied()
            }
        };
        let superseded =
            staying.into_iter().filter(|observed| current.is_none_or(|current| current.id != observed.id)).collect();
        Self { current, superseded, leaving: leaving.first().copied(), foreign: others.first().copied() }
    }
}

/// How many other live things of ours refer to a live thing.
fn holders(input: Input<'_>, held: &Observed) -> usize {
    let refers = |holder: &&Observed| {
        let fields = input.rules.kind(holder.address.kind()).map(|kind| kind.fields()).unwrap_or_default();
        let mut fields = fields.iter().filter(|field| field.targets().any(|target| target == held.address.kind()));
        fields.any(|field| {
            let ids = holder.spec.get(field.name).map(crate::ids).unwrap_or_default();
            held.outputs.values().any(|output| ids.contains(output))
        })
    };
    let ours = input.snapshot.iter().filter(|holder| holder.owner == Owner::Us && holder.address != held.address);
    ours.filter(refers).count()
}

/// Whether AWS is deleting what it goes with: it is still there, and will not be.
fn loses_its_parent(input: Input<'_>, kind: &dyn KindRules, observed: &Observed) -> bool {
    let dies_with = kind.traits().dies_with;
    let mut fields = kind.fields().iter().filter(|field| dies_with.contains(&field.name));
    fields.any(|field| {
        let parents = field.targets().flat_map(|parent| input.snapshot.of_kind(parent));
        let mut dying = parents.filter(|parent| parent.owner == Owner::Us && parent.status.is_deleting()).peekable();
        if dying.peek().is_none() {
            return false;
        }
        let ids = observed.spec.get(field.name).map(crate::ids).unwrap_or_default();
        dying.any(|parent| parent.outputs.values().any(|output| ids.contains(output)))
    })
}

/// The output of the resource at `to`, if it is known before the run and will still be true after it.
fn known_output(input: Input<'_>, decisions: &Decisions<'_>, to: &Address, output: &str) -> Option<String> {
    let computed = || -> Option<String> {
        let kind = input.rules.kind(to.kind())?;
        match decisions.get(to) {
            Some(Decision { computed, desired, .. }) => {
                computed.get_or_init(|| kind.computed(desired, input.world)).get(output).cloned()
            }
            None => kind.computed(&input.graph.get(to)?.spec, input.world).get(output).cloned(),
        }
    };
    let observed = |outputs: &Outputs| outputs.get(output).cloned();
    match decisions.get(to) {
        // Not decided yet: only a late reference comes so early. The next round knows better.
        None => match input.snapshot.at(to).iter().find(|live| live.owner == Owner::Us && !live.status.is_deleting()) {
            Some(live) => observed(&live.outputs).or_else(computed),
            None => computed(),
        },
        Some(decision) => match (decision.action, decision.current) {
            (Action::Create, _) => computed(),
            (Action::Replace, _) => None,
            (Action::Update, Some(live)) => {
                let kind = input.rules.kind(to.kind())?;
                match kind.moved(&decision.changed).contains(&output) {
                    true => None,
                    false => observed(&live.outputs),
                }
            }
            (_, Some(live)) => observed(&live.outputs).or_else(computed),
            (_, None) => computed(),
        },
    }
}

fn why_replaced(decisions: &Decisions<'_>, field: &Field, desired: &Value) -> Reason {
    let symbolic = desired.get(field.name).map(references).unwrap_or_default();
    let replaced = symbolic.into_iter().map(|(to, _)| to).find(|to| {
        decisions.get(to).is_some_and(|decision| matches!(decision.action, Action::Replace | Action::Create))
    });
    match replaced {
        Some(to) => Reason::DependencyReplaced(to),
        None => Reason::ImmutableField(field.name.to_owned()),
    }
}

fn behind_replaced(input: Input<'_>, decisions: &Decisions<'_>, address: &Address) -> bool {
    input.graph.edges_of(address).iter().any(|edge| {
        decisions.get(&edge.to).is_some_and(|decision| decision.deletes_first() || decision.behind_replaced)
    })
}

pub(super) fn spec_digest(spec: &Value) -> String {
    format!("{DIGEST_VERSION}{}", digest(spec, 16))
}

fn origin(current: &Observed, wanted: &str) -> Origin {
    match &current.applied {
        Some(applied) if applied == wanted => Origin::Drift,
        Some(applied) if applied.starts_with(DIGEST_VERSION) => Origin::Edit,
        _ => Origin::Unknown,
    }
}
