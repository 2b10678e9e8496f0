//! What the stack wants: resources that point at each other.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Address, Order, Rules, references};

/// A resource that the stack wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// Its address, which holds its kind.
    pub address: Address,
    /// Its spec, in the kind's own shape, with references.
    pub spec: Value,
}

impl Desired {
    /// The resource at `address` with `spec`.
    ///
    /// # Errors
    ///
    /// A spec that is no JSON: a bug.
    pub fn new(address: Address, spec: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self { address, spec: serde_json::to_value(spec)? })
    }
}

/// Why one resource comes after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// What it comes after.
    pub(crate) to: Address,
    /// Only its finishing step does, and only after the other is created.
    pub(crate) late: bool,
    /// Its creation comes after the other is created, its completion after the other is complete.
    pub(crate) early: bool,
}

/// The resources of a stack in an order in which they can be made.
///
/// Edges are *found*: from the references inside the specs, and from the few ordering rules that kinds declare.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    resources: IndexMap<Address, Desired>,
    /// What each resource comes after, by place.
    edges: Vec<Vec<Edge>>,
    /// Who comes after each resource, by place.
    followers: Vec<Vec<usize>>,
}

impl Graph {
    /// The graph of nothing: what `destroy` plans for.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The graph of `resources`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them: an unknown kind, an address that stands twice, a reference to nothing or to
    /// the wrong kind, a circle.
    pub fn new(resources: Vec<Desired>, rules: &dyn Rules) -> Result<Self, Vec<GraphError>> {
        let mut errors = Vec::new();
        let mut by_address: BTreeMap<Address, Desired> = BTreeMap::new();
        for desired in resources {
            if rules.kind(desired.address.kind()).is_none() {
                errors.push(GraphError::UnknownKind(desired.address.clone()));
            } else if by_address.contains_key(&desired.address) {
                errors.push(GraphError::Twice(desired.address.clone()));
            } else {
                by_address.insert(desired.address.clone(), desired);
            }
        }
        let mut edges = find_edges(&by_address, rules, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let order = sort(&by_address, &edges).map_err(|circle| vec![GraphError::Circle(circle)])?;
        let resources =
            order.into_iter().filter_map(|address| by_address.remove_entry(&address)).collect::<IndexMap<_, _>>();
        let edges: Vec<Vec<Edge>> = resources.keys().map(|address| edges.remove(address).unwrap_or_default()).collect();
        let mut followers = vec![Vec::new(); resources.len()];
        for (place, edges) in edges.iter().enumerate() {
            for before in edges.iter().filter_map(|edge| resources.get_index_of(&edge.to)) {
                followers[before].push(place);
            }
        }
        Ok(Self { resources, edges, followers })
    }

    /// The resource at `address`.
    pub fn get(&self, address: &Address) -> Option<&Desired> {
        self.resources.get(address)
    }

    /// Every resource, dependencies first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Desired> {
        self.resources.values()
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// What the resource at `address` comes after, in order of address.
    pub fn needs(&self, address: &Address) -> impl Iterator<Item = &Address> {
        self.edges_of(address).iter().map(|edge| &edge.to)
    }

    /// Those that come after the resource at `place`, by their own places.
    pub(crate) fn followers(&self, place: usize) -> &[usize] {
        self.followers.get(place).map_or(&[], Vec::as_slice)
    }

    /// The place of the resource at `address` in the order of [`Graph::iter`].
    pub(crate) fn place(&self, address: &Address) -> Option<usize> {
        self.resources.get_index_of(address)
    }

    /// The resource at `place` in the order of [`Graph::iter`].
    pub(crate) fn at(&self, place: usize) -> Option<&Desired> {
        self.resources.get_index(place).map(|(_, desired)| desired)
    }

    pub(crate) fn edges_of(&self, address: &Address) -> &[Edge] {
        self.place(address).map_or(&[], |place| &self.edges[place])
    }
}

/// The addresses of `kind` among the keys of `map`, where they stand side by side.
pub(crate) fn of_kind<'m, T>(map: &'m BTreeMap<Address, T>, kind: &str) -> impl Iterator<Item = &'m Address> {
    let rest = map.range(Address::new(kind, "")..).map(|(address, _)| address);
    rest.take_while(move |address| address.kind() == kind)
}

fn find_edges(
    resources: &BTreeMap<Address, Desired>,
    rules: &dyn Rules,
    errors: &mut Vec<GraphError>,
) -> BTreeMap<Address, Vec<Edge>> {
    let mut edges: BTreeMap<Address, Vec<Edge>> = BTreeMap::new();
    // Who of a kind refers to what: for the rules that go by a shared target.
    let mut holders: BTreeMap<(&str, Address), Vec<&Address>> = BTreeMap::new();
    for desired in resources.values() {
        let Some(kind) = rules.kind(desired.address.kind()) else { continue };
        let own = edges.entry(desired.address.clone()).or_default();
        for field in kind.fields() {
            for (to, _) in desired.spec.get(field.name).map(references).unwrap_or_default() {
                if !resources.contains_key(&to) {
                    errors.push(GraphError::Dangling { from: desired.address.clone(), field: field.name, to });
                } else if !field.targets().any(|target| target == to.kind()) {
                    errors.push(GraphError::WrongKind { from: desired.address.clone(), field: field.name, to });
                } else {
                    holders.entry((desired.address.kind(), to.clone())).or_default().push(&desired.address);
                    own.push(Edge { to, late: field.late, early: field.early });
                }
            }
        }
    }
    for desired in resources.values() {
        let Some(kind) = rules.kind(desired.address.kind()) else { continue };
        for order in kind.order(&desired.spec) {
            let others: Vec<&Address> = match order {
                Order::AfterHolders { field, kind } => {
                    let shared = desired.spec.get(*field).map(references).unwrap_or_default();
                    shared
                        .into_iter()
                        .filter_map(|(shared, _)| holders.get(&(*kind, shared)))
                        .flatten()
                        .copied()
                        .collect()
                }
                Order::AfterAll { kind } | Order::BeforeAll { kind } | Order::Upon { kind } => {
                    of_kind(resources, kind).collect()
                }
                Order::Outlives { .. } => Vec::new(),
            };
            let early = matches!(order, Order::Upon { .. });
            for other in others.into_iter().filter(|other| **other != desired.address) {
                let (from, to) = match order {
                    Order::BeforeAll { .. } => (other, &desired.address),
                    _ => (&desired.address, other),
                };
                edges.entry(from.clone()).or_default().push(Edge { to: to.clone(), late: false, early });
            }
        }
    }
    for own in edges.values_mut() {
        // An edge that is needed at once outweighs a late one to the same resource, one that is needed complete an early
        // one.
        own.sort_by(|a, b| (&a.to, a.late, a.early).cmp(&(&b.to, b.late, b.early)));
        own.dedup_by(|later, earlier| later.to == earlier.to);
    }
    edges
}

/// A circle of resources that wait for each other, from one of them back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle(pub Vec<Address>);

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&names.join(" → "))
    }
}

/// Sorts in two stages: "created" waits for what its references need complete, "complete" for what its late references
/// need created; an early reference waits stage by stage.
fn sort(resources: &BTreeMap<Address, Desired>, edges: &BTreeMap<Address, Vec<Edge>>) -> Result<Vec<Address>, Circle> {
    let mut stages: DiGraph<&Address, ()> = DiGraph::new();
    let mut nodes: BTreeMap<&Address, (NodeIndex, NodeIndex)> = BTreeMap::new();
    // petgraph's sort ends with the node that was added first, as far as the edges leave a choice.
    for address in resources.keys().rev() {
        let created = stages.add_node(address);
        let complete = stages.add_node(address);
        stages.add_edge(created, complete, ());
        nodes.insert(address, (created, complete));
    }
    for (from, own) in edges {
        for edge in own {
            if let (Some((created, complete)), Some((to_created, to_complete))) = (nodes.get(from), nodes.get(&edge.to))
            {
                if edge.late {
                    stages.add_edge(*to_created, *complete, ());
                } else if edge.early {
                    stages.add_edge(*to_created, *created, ());
                    stages.add_edge(*to_complete, *complete, ());
                } else {
                    stages.add_edge(*to_complete, *created, ());
                }
            }
        }
    }
    match toposort(&stages, None) {
        Ok(order) => {
            let is_created = |node: &NodeIndex| nodes.get(stages[*node]).is_some_and(|(created, _)| created == node);
            Ok(order.iter().filter(|node| is_created(node)).map(|node| stages[*node].clone()).collect())
        }
        Err(_) => Err(find_circle(&stages)),
    }
}

fn find_circle(stages: &DiGraph<&Address, ()>) -> Circle {
    let Some(mut knot) = tarjan_scc(stages).into_iter().find(|knot| knot.len() > 1) else { return Circle(Vec::new()) };
    knot.sort();
    // Within a knot every node has a successor in it: following them closes a circle.
    let mut path = vec![knot[0]];
    loop {
        let last = path[path.len() - 1];
        let Some(next) = knot.iter().copied().find(|node| stages.contains_edge(last, *node)) else { break };
        if let Some(start) = path.iter().position(|node| *node == next) {
            path.drain(..start);
            path.push(next);
            break;
        }
        path.push(next);
    }
    let mut addresses: Vec<Address> = path.iter().rev().map(|node| stages[*node].clone()).collect();
    addresses.dedup();
    Circle(addresses)
}

/// Why resources are no graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// No room is called so.
    #[error("{0}: there is no such kind")]
    UnknownKind(Address),
    /// Two resources have the same address.
    #[error("{0} stands twice in the stack")]
    Twice(Address),
    /// A reference leads nowhere.
    #[error("{from}: {field} refers to {to}, which is not in the stack")]
    Dangling {
        /// Who refers.
        from: Address,
        /// By which field.
        field: &'static str,
        /// To what.
        to: Address,
    },
    /// A reference leads to a kind that the field does not take.
    #[error("{from}: {field} cannot refer to {to}")]
    WrongKind {
        /// Who refers.
        from: Address,
        /// By which field.
        field: &'static str,
        /// To what.
        to: Address,
    },
    /// Resources wait for each other.
    #[error("these wait for each other: {0}")]
    Circle(Circle),
}
