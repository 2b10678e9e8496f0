//! Large stacks, shaped like real ones: what speed and growth are measured with.
//!
//! As in a real stack, few things are named by all others (the network, the clusters, the subnets of the node groups),
//! the kinds with ordering rules about everything of a kind are few on one side, and the rest grows.

use super::*;

/// One in so many is edited or dropped.
const TENTH: usize = 10;

/// A stack of `size` resources: a net, parts in which groups are, towers, tools; and then, by turns, parts that point at
/// each other, routes, groups, roles, and what refers to one of them.
pub fn stack(size: usize) -> Vec<Desired> {
    let shared = ["s0", "s1", "s2", "s3", "s4", "s5"];
    let mut stack = vec![net("main", "10/8", 1)];
    stack.extend(shared.iter().flat_map(|name| [part(name, "main", 1, None), route(name, name)]));
    stack.extend(["t0", "t1"].map(|name| tower(name, "s0", 1)));
    stack.extend((0..10).map(|number| tool(&format!("o{number}"), "main", number < 4, 1)));
    for number in 0..size.saturating_sub(stack.len()) {
        // The one that came before at the turn `before`.
        let name = format!("r{number}");
        let earlier = |before: usize| format!("r{}", number - before);
        stack.push(match number % TENTH {
            0 => part(&name, "main", 1, None),
            1 => part(&name, "main", 1, Some(&earlier(1))),
            2 => route(&name, &earlier(1)),
            3 => pointer(&name, &earlier(2)),
            4 | 5 => role(&name, shared_tower(number)),
            6 | 7 => group(&name, "main", &[shared[number % 3], shared[3 + number % 3]], 1),
            8 => with(child(&name, "main"), "holds", reference("Role", &earlier(4))),
            _ => ship(&name, &earlier(9)),
        });
    }
    stack.truncate(size);
    stack
}

fn shared_tower(number: usize) -> &'static str {
    if number.is_multiple_of(2) { "t0" } else { "t1" }
}

fn reference(kind: &str, name: &str) -> Value {
    serde_json::to_value(Reference::to(&at(kind, name), "id")).expect("JSON")
}

/// The same stack with every tenth resource changed, in place or for another one, and another tenth of those that nothing
/// refers to dropped.
pub fn edited(stack: &[Desired]) -> Vec<Desired> {
    // The turn moves on by one with every round, so that every kind has its share.
    let turn = |number: usize| (number + number / TENTH) % TENTH;
    let is_leaf = |desired: &Desired| matches!(desired.address.kind(), "toy.Pointer" | "toy.Group" | "toy.Child");
    let kept = stack.iter().enumerate().filter(|(number, desired)| turn(*number) != 5 || !is_leaf(desired));
    kept.map(|(number, desired)| if turn(number) == 0 { edit(desired) } else { desired.clone() }).collect()
}

fn edit(desired: &Desired) -> Desired {
    let (field, value) = match desired.address.kind() {
        "toy.Net" => ("size", json!(2)),
        "toy.Part" | "toy.Child" => ("colour", json!(2)),
        "toy.Role" => ("tags", json!({ "team": "a", "cost": "c" })),
        "toy.Group" | "toy.Tower" => ("flavour", json!(2)),
        "toy.Tool" => ("edge", json!(2)),
        _ => ("part", reference("Part", "s1")),
    };
    with(desired.clone(), field, value)
}

/// What is there once `stack` has been applied, without the pains of applying it.
pub fn live(stack: &[Desired]) -> Snapshot {
    let by_address: BTreeMap<&Address, &Desired> = stack.iter().map(|desired| (&desired.address, desired)).collect();
    let thing = |desired: &Desired, spec: Value| Thing {
        address: desired.address.clone(),
        id: format!("id-{}", desired.address),
        spec,
        owner: Owner::Us,
        status: Status::Ready,
        applied: Some(format!("v1:{}", digest(&desired.spec, 16))),
    };
    let mut told = |to: &Address, output: &str| {
        by_address.get(to).and_then(|to| outputs(&thing(to, to.spec.clone())).get(output).cloned())
    };
    let things = stack.iter().map(|desired| thing(desired, resolve(&desired.spec, &mut told)));
    ToyWorld { things: things.map(|thing| (thing.id.clone(), thing)).collect(), ..ToyWorld::default() }.snapshot()
}

/// What there is to plan.
pub struct Case {
    pub graph: Graph,
    pub snapshot: Snapshot,
}

/// The cases: a stack that is not there, one that is, one that is edited and one that is no longer wanted.
pub const CASES: [&str; 4] = ["create", "nothing", "edit", "destroy"];

/// The case called `name` with a stack of `size` resources.
pub fn case(name: &str, size: usize) -> Case {
    let stack = stack(size);
    let wanted = match name {
        "edit" => edited(&stack),
        "destroy" => Vec::new(),
        _ => stack.clone(),
    };
    let snapshot = if name == "create" { Snapshot::default() } else { live(&stack) };
    Case { graph: Graph::new(wanted, &ToyRules).expect("a graph"), snapshot }
}

impl Case {
    pub fn plan(&self) -> Plan {
        let (graph, snapshot) = (&self.graph, &self.snapshot);
        plan(Input { graph, snapshot, rules: &ToyRules, world: &world(), ignore: &[], caller: None }).expect("a plan")
    }
}
