//! A small world to plan for: ten kinds, and an "AWS" of its own that refuses what a real one would refuse.
//!
//! | kind | it shows |
//! |---|---|
//! | `toy.Net` | an immutable and an updatable field; precious; its ARN follows from its spec; creating it can leak; an annex that goes only when no part is in it |
//! | `toy.Part` | an immutable reference; a late reference that may close a circle |
//! | `toy.Route` | an updatable reference that keeps its target from being deleted: it lets go first |
//! | `toy.Pointer` | an updatable reference that may dangle for a while |
//! | `toy.Ship` | an updatable reference that it cannot let go of before it has another |
//! | `toy.Tower` | an early reference, so that a late one may point back |
//! | `toy.Group` | create first, under another name; a size that an autoscaler owns; a floating version; an ordering rule; a lane |
//! | `toy.Child` | dies with its net; holds something else until then |
//! | `toy.Role` | goes after the tower that it refers to; a document, tags |
//! | `toy.Tool` | an order that differs from one to another: before the groups, or upon them; a setting that is never told again |

#![expect(dead_code, unreachable_pub, reason = "each test file uses its own part of the toy")]

pub mod large;

use std::collections::BTreeMap;

use eksctl_rs_core::{
    Address, Desired, Field, Goal, Graph, Ignore, Input, KindRules, Lane, Lowered, Lowering, Observed, Order, Outputs,
    Owner, Plan, Reference, Refusal, Rules, Snapshot, SpecType, StackId, Status, Step, Text, Traits, Work, World,
    digest, ids, plan, resolve, spec,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

spec! {
    /// A network.
    pub struct Net {
        /// Its range.
        range: String => Replace;
        /// Its size.
        size: u32 => InPlace;
        /// It cannot be opened and closed again.
        open: bool => OneWay;
        /// Whether it has an annex, which cannot go while a part is in it.
        annex: bool => InPlace;
    }
}

spec! {
    /// A part of a network.
    pub struct Part {
        /// The network.
        net: Reference => Replace, to = "toy.Net";
        /// Its colour.
        colour: u32 => InPlace;
        /// Another part or a tower, which may point back.
        peer: Option<Reference> => InPlace, late = true, to = "toy.Part, toy.Tower";
        /// Whether it is in the network's annex.
        in_annex: bool => Replace;
    }
}

spec! {
    /// A way to a part.
    pub struct Route {
        /// The part.
        part: Reference => InPlace, to = "toy.Part";
    }
}

spec! {
    /// A loose way to a part.
    pub struct Pointer {
        /// The part.
        part: Reference => InPlace, to = "toy.Part";
    }
}

spec! {
    /// A ship at a part.
    pub struct Ship {
        /// The part.
        part: Reference => InPlace, to = "toy.Part", firm = true;
    }
}

spec! {
    /// A tower over a part. It needs the part to be there, and whoever needs the tower needs the part to be complete.
    pub struct Tower {
        /// The part.
        part: Reference => InPlace, to = "toy.Part", early = true, firm = true;
        /// What it is made of.
        flavour: u32 => Replace;
    }
}

spec! {
    /// A group of things in parts.
    pub struct Group {
        /// Its name.
        name: String => Identity;
        /// The network.
        net: Reference => Replace, to = "toy.Net";
        /// The parts.
        parts: Vec<Reference> => Replace, to = "toy.Part";
        /// What it is made of.
        flavour: u32 => Replace;
        /// How many at first.
        desired: u32 => Initial;
        /// How many at least.
        min: u32 => InPlace;
        /// Its version.
        version: Option<u32> => InPlace, floating = true;
    }
}

spec! {
    /// Something that is nothing without its network.
    pub struct Child {
        /// The network.
        net: Reference => Replace, to = "toy.Net";
        /// Its colour.
        colour: u32 => InPlace;
        /// What it holds as long as it stands.
        holds: Option<Reference> => Replace, to = "toy.Role";
    }
}

spec! {
    /// A role that a tower's tenants play until the tower is gone.
    pub struct Role {
        /// The tower.
        tower: Reference => InPlace, to = "toy.Tower";
        /// Who may play it.
        trust: Document => InPlace, to = "toy.Tower";
        /// Its tags.
        tags: BTreeMap<String, String> => InPlace;
    }
}
type Document = Value;

spec! {
    /// Something that groups need, or that needs groups.
    pub struct Tool {
        /// The network.
        net: Reference => Replace, to = "toy.Net";
        /// Whether groups need it.
        early: bool => Replace;
        /// Its edge.
        edge: u32 => InPlace;
        /// How hard it is pressed when it changes.
        force: bool => WriteOnly;
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op")]
pub enum Call {
    Create { spec: Value },
    Set { id: Reference, fields: Value },
    LetGo { id: Reference, field: String },
    Delete { id: Reference },
}

pub struct Toy {
    name: &'static str,
    fields: &'static [Field],
    traits: Traits,
}

pub const KINDS: &[Toy] = &[
    Toy {
        name: "toy.Net",
        fields: Net::FIELDS,
        traits: Traits { precious: Some("everything in it"), create_first: false, dies_with: &[], order: &[] },
    },
    Toy { name: "toy.Part", fields: Part::FIELDS, traits: PLAIN },
    Toy { name: "toy.Route", fields: Route::FIELDS, traits: PLAIN },
    Toy { name: "toy.Pointer", fields: Pointer::FIELDS, traits: PLAIN },
    Toy { name: "toy.Ship", fields: Ship::FIELDS, traits: PLAIN },
    Toy { name: "toy.Tower", fields: Tower::FIELDS, traits: PLAIN },
    Toy {
        name: "toy.Group",
        fields: Group::FIELDS,
        traits: Traits {
            create_first: true,
            precious: None,
            dies_with: &[],
            order: &[Order::AfterHolders { field: "parts", kind: "toy.Route" }, Order::AfterAll { kind: "toy.Tower" }],
        },
    },
    Toy {
        name: "toy.Child",
        fields: Child::FIELDS,
        traits: Traits { dies_with: &["net"], create_first: false, precious: None, order: &[] },
    },
    Toy {
        name: "toy.Role",
        fields: Role::FIELDS,
        traits: Traits { order: &[Order::Outlives { kind: "toy.Tower" }], ..PLAIN },
    },
    Toy { name: "toy.Tool", fields: Tool::FIELDS, traits: PLAIN },
];

const PLAIN: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };

impl KindRules for Toy {
    fn name(&self) -> &'static str {
        self.name
    }

    fn fields(&self) -> &'static [Field] {
        self.fields
    }

    fn traits(&self) -> Traits {
        self.traits
    }

    fn order(&self, spec: &Value) -> &'static [Order] {
        match (self.name, spec["early"].as_bool()) {
            ("toy.Tool", Some(true)) => &[Order::BeforeAll { kind: "toy.Group" }],
            ("toy.Tool", _) => &[Order::Upon { kind: "toy.Group" }],
            _ => self.traits.order,
        }
    }

    fn computed(&self, spec: &Value, _: &World) -> Outputs {
        match self.name {
            "toy.Net" => Outputs::from([("arn".to_owned(), format!("arn:{}", spec["range"].as_str().unwrap_or("?")))]),
            _ => Outputs::new(),
        }
    }

    fn settle(&self, mut desired: Value, live: &Observed) -> Value {
        if self.name == "toy.Group" {
            let (size, min) = (live.spec["desired"].as_u64().unwrap_or(0), desired["min"].as_u64().unwrap_or(0));
            desired["desired"] = size.max(min).into();
        }
        desired
    }

    fn refuse(&self, desired: &Value, live: &Observed) -> Vec<Refusal> {
        let (wanted, found) = (desired["version"].as_u64(), live.spec["version"].as_u64());
        match (wanted, found) {
            (Some(wanted), Some(found)) if wanted > found + 1 => vec![Refusal {
                address: live.address.clone(),
                message: format!("cannot go from {found} to {wanted} at once"),
                hint: format!("set version to {}, apply, then go on", found + 1),
            }],
            _ => Vec::new(),
        }
    }

    fn rename(&self, mut desired: Value, taken: &[String]) -> Value {
        let plain = desired["name"].as_str().unwrap_or_default().to_owned();
        if taken.contains(&plain) {
            let immutable = json!([desired["net"], desired["parts"], desired["flavour"]]);
            desired["name"] = format!("{plain}-{}", digest(&immutable, 6)).into();
        }
        desired
    }

    fn moved(&self, fields: &[&str]) -> Vec<&'static str> {
        if self.name == "toy.Part" && fields.contains(&"colour") { vec!["colour"] } else { Vec::new() }
    }

    fn lower(&self, lowering: &Lowering<'_, Value>) -> Result<Vec<Lowered<Value>>, String> {
        let to_value = |call: Call| serde_json::to_value(call).map_err(|error| error.to_string());
        let id = lowering.own("id");
        let calls = match &lowering.work {
            Work::Create { desired } => {
                let mut first = desired.clone();
                let mut calls = Vec::new();
                if self.name == "toy.Part" && !desired["peer"].is_null() {
                    first["peer"] = Value::Null;
                    calls.push(Lowered::new(
                        "toy:Set",
                        to_value(Call::Set { id: id.clone(), fields: json!({ "peer": desired["peer"] }) })?,
                    ));
                }
                let mut create = Lowered::creating("toy:Create", to_value(Call::Create { spec: first })?).taking(10);
                if self.name == "toy.Group" {
                    create = create.holding(Lane::up_to(2, "groups"));
                }
                if self.name == "toy.Net" {
                    create = create.leaking(to_value(Call::Delete { id })?);
                }
                calls.insert(0, create);
                calls
            }
            Work::Update { desired, live, changed, .. } => {
                let mut calls = Vec::new();
                for field in ["peer", "part"] {
                    let holds =
                        !matches!(self.name, "toy.Pointer" | "toy.Ship" | "toy.Tower") && !live[field].is_null();
                    if changed.contains(&field) && holds {
                        let call = to_value(Call::LetGo { id: id.clone(), field: field.into() })?;
                        calls.push(Lowered::new("toy:LetGo", call).letting_go());
                    }
                }
                let shrinks = changed.contains(&"annex") && desired["annex"] == false;
                if shrinks {
                    let call = Call::Set { id: id.clone(), fields: json!({ "annex": false }) };
                    calls.push(Lowered::new("toy:Shrink", to_value(call)?).after_holders());
                }
                let fields: serde_json::Map<String, Value> = changed
                    .iter()
                    .filter(|name| **name != "peer" || !desired["peer"].is_null())
                    .filter(|name| **name != "annex" || !shrinks)
                    .map(|name| ((*name).to_owned(), desired[*name].clone()))
                    .collect();
                let mut fields = fields;
                if !fields.is_empty() {
                    if self.name == "toy.Tool" {
                        fields.insert("force".to_owned(), desired["force"].clone());
                    }
                    calls.push(Lowered::new("toy:Set", to_value(Call::Set { id, fields: fields.into() })?));
                }
                calls
            }
            Work::Delete { live, .. } => {
                let mut calls = Vec::new();
                if self.name == "toy.Part" && !live["peer"].is_null() {
                    calls.push(
                        Lowered::new("toy:LetGo", to_value(Call::LetGo { id: id.clone(), field: "peer".into() })?)
                            .letting_go(),
                    );
                }
                calls.push(Lowered::new("toy:Delete", to_value(Call::Delete { id })?));
                calls
            }
        };
        Ok(calls)
    }
}

pub struct ToyRules;

impl Rules for ToyRules {
    fn kind(&self, name: &str) -> Option<&dyn KindRules> {
        KINDS.iter().find(|kind| kind.name == name).map(|kind| kind as &dyn KindRules)
    }

    fn kinds(&self) -> Vec<&dyn KindRules> {
        KINDS.iter().map(|kind| kind as &dyn KindRules).collect()
    }
}

pub fn world() -> World {
    World { stack: StackId::new("toy", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() }
}

pub fn at(kind: &str, name: &str) -> Address {
    Address::new(format!("toy.{kind}"), name)
}

pub fn net(name: &str, range: &str, size: u32) -> Desired {
    Desired::new(at("Net", name), &Net { range: range.into(), size, open: false, annex: false }).expect("JSON")
}

pub fn part(name: &str, net: &str, colour: u32, peer: Option<&str>) -> Desired {
    let peer = peer.map(|peer| Reference::to(&at("Part", peer), "id"));
    let part = Part { net: Reference::to(&at("Net", net), "id"), colour, peer, in_annex: false };
    Desired::new(at("Part", name), &part).expect("JSON")
}

pub fn route(name: &str, part: &str) -> Desired {
    Desired::new(at("Route", name), &Route { part: Reference::to(&at("Part", part), "id") }).expect("JSON")
}

pub fn pointer(name: &str, part: &str) -> Desired {
    Desired::new(at("Pointer", name), &Pointer { part: Reference::to(&at("Part", part), "id") }).expect("JSON")
}

pub fn ship(name: &str, part: &str) -> Desired {
    Desired::new(at("Ship", name), &Ship { part: Reference::to(&at("Part", part), "id") }).expect("JSON")
}

pub fn tower(name: &str, part: &str, flavour: u32) -> Desired {
    let part = Reference::to(&at("Part", part), "id");
    Desired::new(at("Tower", name), &Tower { part, flavour }).expect("JSON")
}

/// A part whose peer is a tower.
pub fn watched(name: &str, net: &str, tower: &str) -> Desired {
    let peer = Reference::to(&at("Tower", tower), "id");
    with(part(name, net, 1, None), "peer", serde_json::to_value(peer).expect("JSON"))
}

pub fn child(name: &str, net: &str) -> Desired {
    let child = Child { net: Reference::to(&at("Net", net), "id"), colour: 1, holds: None };
    Desired::new(at("Child", name), &child).expect("JSON")
}

pub fn role(name: &str, tower: &str) -> Desired {
    let tower = at("Tower", tower);
    let trust = json!({ "Version": 1, "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": Text::from("provider/").then_of(&tower, "id").to_value() },
        "Condition": { "StringEquals": { "subject": format!("tenant:{name}") } },
    }]});
    let tags =
        BTreeMap::from([("team", "a"), ("cost", "b"), ("stage", "c")].map(|(k, v)| (k.to_owned(), v.to_owned())));
    let role = Role { tower: Reference::to(&tower, "id"), trust, tags };
    Desired::new(at("Role", name), &role).expect("JSON")
}

pub fn tool(name: &str, net: &str, early: bool, edge: u32) -> Desired {
    let tool = Tool { net: Reference::to(&at("Net", net), "id"), early, edge, force: false };
    Desired::new(at("Tool", name), &tool).expect("JSON")
}

pub fn group(name: &str, net: &str, parts: &[&str], flavour: u32) -> Desired {
    let group = Group {
        name: name.into(),
        net: Reference::to(&at("Net", net), "id"),
        parts: parts.iter().map(|part| Reference::to(&at("Part", part), "id")).collect(),
        flavour,
        desired: 2,
        min: 1,
        version: None,
    };
    Desired::new(at("Group", name), &group).expect("JSON")
}

/// The same resource with one field set.
pub fn with(mut desired: Desired, field: &str, value: impl Into<Value>) -> Desired {
    desired.spec[field] = value.into();
    desired
}

/// A live thing of the toy world.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub address: Address,
    pub id: String,
    pub spec: Value,
    pub owner: Owner,
    pub status: Status,
    pub applied: Option<String>,
}

/// The toy's AWS.
#[derive(Clone, Debug, Default)]
pub struct ToyWorld {
    pub things: BTreeMap<String, Thing>,
    pub made: usize,
    pub log: Vec<String>,
}

impl ToyWorld {
    /// What a read tells.
    pub fn snapshot(&self) -> Snapshot {
        self.things
            .values()
            .map(|thing| Observed {
                address: thing.address.clone(),
                id: thing.spec["name"].as_str().map_or_else(|| thing.id.clone(), str::to_owned),
                spec: thing.spec.clone(),
                outputs: outputs(thing),
                status: thing.status.clone(),
                owner: thing.owner.clone(),
                applied: thing.applied.clone(),
                claim: Some(thing.id.clone()),
                protection: None,
            })
            .collect()
    }

    /// Does what one call asks, or refuses it as a real AWS would.
    pub fn call(&mut self, step: &Step, call: &Value, applied: &str) -> Result<Outputs, String> {
        self.log.push(format!("{} {}", step.operation, step.address));
        match serde_json::from_value(call.clone()).map_err(|error| error.to_string())? {
            Call::Create { spec } => self.create(&step.address, spec, applied),
            Call::Set { id, fields } => {
                let fields = fields.as_object().cloned().unwrap_or_default();
                self.check_references(&Value::Object(fields.clone()))?;
                let net = id.literal()?.to_owned();
                let holds = |thing: &Thing| thing.spec["in_annex"] == true && ids(&thing.spec["net"]).contains(&net);
                if fields.get("annex").is_some_and(|annex| annex == false) && self.things.values().any(holds) {
                    return Err(format!("a part is in the annex of {net}"));
                }
                let thing = self.thing(id.literal()?)?;
                for (name, value) in fields {
                    thing.spec[name] = value;
                }
                thing.applied = Some(applied.to_owned());
                Ok(outputs(thing))
            }
            Call::LetGo { id, field } => {
                self.thing(id.literal()?)?.spec[field] = Value::Null;
                Ok(Outputs::new())
            }
            Call::Delete { id } => {
                let id = id.literal()?.to_owned();
                let holds = |thing: &&Thing| thing.id != id && ids(&thing.spec).contains(&id);
                let strict = |thing: &&Thing| !matches!(thing.address.kind(), "toy.Pointer" | "toy.Role");
                let holder = self.things.values().find(|thing| holds(thing) && strict(thing));
                match holder {
                    Some(child) if child.address.kind() == "toy.Child" => {}
                    Some(holder) => return Err(format!("{id} is held by {}", holder.address)),
                    None => {}
                }
                self.things.remove(&id).ok_or_else(|| format!("{id} is not there"))?;
                let dead = |thing: &Thing| thing.address.kind() == "toy.Child" && ids(&thing.spec).contains(&id);
                self.things.retain(|_, thing| !dead(thing));
                Ok(Outputs::new())
            }
        }
    }

    fn create(&mut self, address: &Address, spec: Value, applied: &str) -> Result<Outputs, String> {
        self.check_references(&spec)?;
        let has_annex = |id: &String| self.things[id].spec["annex"] == true;
        if spec.get("in_annex").is_some_and(|within| within == true) && !ids(&spec["net"]).iter().all(has_annex) {
            return Err(format!("there is no annex for {address}"));
        }
        let name = spec.get("name").cloned();
        if name.is_some() && self.things.values().any(|thing| thing.spec.get("name") == name.as_ref()) {
            return Err(format!("{name:?} is taken"));
        }
        self.made += 1;
        let id = format!("{}-{}", address.kind(), self.made);
        let mut spec = spec;
        if spec.get("version").is_some_and(Value::is_null) {
            spec["version"] = 7.into();
        }
        let thing = Thing {
            address: address.clone(),
            id: id.clone(),
            spec,
            owner: Owner::Us,
            status: Status::Ready,
            applied: Some(applied.to_owned()),
        };
        let told = outputs(&thing);
        self.things.insert(id, thing);
        Ok(told)
    }

    fn thing(&mut self, id: &str) -> Result<&mut Thing, String> {
        self.things.get_mut(id).ok_or_else(|| format!("{id} is not there"))
    }

    fn check_references(&self, spec: &Value) -> Result<(), String> {
        match ids(spec).into_iter().find(|id| !self.things.contains_key(id)) {
            Some(id) => Err(format!("{id} does not exist")),
            None => Ok(()),
        }
    }

    /// The only thing at `address`.
    pub fn only(&mut self, address: &Address) -> &mut Thing {
        let mut found: Vec<_> = self.things.values_mut().filter(|thing| thing.address == *address).collect();
        assert_eq!(found.len(), 1, "things at {address}");
        found.remove(0)
    }

    /// What does not depend on ids: for comparing two worlds.
    pub fn essence(&self) -> Vec<(Address, Value)> {
        let names: BTreeMap<&str, String> =
            self.things.values().map(|thing| (thing.id.as_str(), thing.address.to_string())).collect();
        let mut all: Vec<_> =
            self.things.values().map(|thing| (thing.address.clone(), without_ids(&thing.spec, &names))).collect();
        all.sort_by_key(|(address, spec)| (address.clone(), spec.to_string()));
        all
    }
}

fn without_ids(value: &Value, names: &BTreeMap<&str, String>) -> Value {
    match value {
        Value::Object(fields) => match fields.get("$id").and_then(Value::as_str) {
            Some(id) => json!(names.get(id)),
            None => fields.iter().map(|(key, field)| (key.clone(), without_ids(field, names))).collect(),
        },
        Value::Array(items) => items.iter().map(|item| without_ids(item, names)).collect(),
        _ => value.clone(),
    }
}

fn outputs(thing: &Thing) -> Outputs {
    let mut told = Outputs::from([("id".to_owned(), thing.id.clone())]);
    if thing.address.kind() == "toy.Net" {
        told.insert("arn".into(), format!("arn:{}", thing.spec["range"].as_str().unwrap_or("?")));
    }
    if thing.address.kind() == "toy.Part" {
        told.insert("colour".into(), thing.spec["colour"].to_string());
    }
    told
}

/// The plan of `desired` for `live`.
pub fn try_plan(desired: &[Desired], live: &ToyWorld, ignore: &[Ignore]) -> Result<Plan, Vec<Refusal>> {
    let graph = Graph::new(desired.to_vec(), &ToyRules).expect("a graph");
    plan(Input { graph: &graph, snapshot: &live.snapshot(), rules: &ToyRules, world: &world(), ignore, caller: None })
}

pub fn plan_of(desired: &[Desired], live: &ToyWorld) -> Plan {
    try_plan(desired, live, &[]).expect("no refusal")
}

/// Runs the steps in an order that `pick` chooses among those that are allowed, each to its end before the next.
pub fn run(
    plan: &Plan,
    live: &mut ToyWorld,
    desired: &[Desired],
    mut pick: impl FnMut(usize) -> usize,
) -> Result<(), String> {
    let mut outputs: BTreeMap<Address, Outputs> = plan.outputs.clone();
    let mut open: Vec<&Step> = plan.steps.iter().collect();
    let mut done = Vec::new();
    while !open.is_empty() {
        let ready: Vec<usize> =
            (0..open.len()).filter(|index| open[*index].needs.iter().all(|need| done.contains(need))).collect();
        let step = open.remove(ready[pick(ready.len())]);
        if let Some(call) = &step.call {
            let resolved = resolve(call, &mut |to, output| outputs.get(to)?.get(output).cloned());
            let applied = desired
                .iter()
                .find(|desired| desired.address == step.address)
                .map_or(String::new(), |desired| format!("v1:{}", digest(&desired.spec, 16)));
            let told = live.call(step, &resolved, &applied).map_err(|error| format!("{}: {error}", step.address))?;
            if step.goal == Goal::Ready {
                outputs.entry(step.address.clone()).or_default().extend(told);
            }
        }
        done.push(step.id);
    }
    Ok(())
}

/// Applies `desired` to `live`, in the plan's own order.
pub fn apply(desired: &[Desired], live: &mut ToyWorld) -> Plan {
    let plan = plan_of(desired, live);
    run(&plan, live, desired, |_| 0).expect("every allowed order works");
    plan
}
