//! What the planner knows of every kind. Rooms implement it; nothing here does I/O.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Address, Field, Observed, Outputs, Reason, Refusal, Tags, World};

/// The kinds of a provider.
pub trait Rules: Send + Sync {
    /// The rules of the kind called `name`.
    fn kind(&self, name: &str) -> Option<&dyn KindRules>;

    /// The rules of every kind, in the provider's order.
    fn kinds(&self) -> Vec<&dyn KindRules>;
}

/// The pure side of a kind.
pub trait KindRules: Send + Sync {
    /// The name, such as `eks.Nodegroup`.
    fn name(&self) -> &'static str;

    /// The fields of its spec, in order.
    fn fields(&self) -> &'static [Field];

    /// What one tells of itself, besides its `id` and its spec, to those who build on it: names with their meanings.
    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Whether one that a stack wants can be found by its spec alone, for nothing on it says whose it is.
    fn is_found_by_spec(&self) -> bool {
        false
    }

    /// What is lost with `live`, if replacing or deleting it needs consent of its own: by default what its traits say.
    fn loses(&self, _live: &Observed) -> Option<&'static str> {
        self.traits().precious
    }

    /// Whether destroying the whole stack, too, needs consent to lose that: it is the work of others.
    fn is_lost_by_consent_alone(&self) -> bool {
        false
    }

    /// Why it stays when the stack drops it or is destroyed, if it does: in words for whoever is about to make or change it.
    fn stays(&self) -> Option<&'static str> {
        None
    }

    /// Why a live one goes that the stack does not want, if there is more to say than that.
    fn why_it_goes(&self, _live: &Observed) -> Option<Reason> {
        None
    }

    /// What stays behind when `live` goes, in words.
    fn leaves(&self, _live: &Observed) -> Option<String> {
        None
    }

    /// What kind of thing it is.
    fn traits(&self) -> Traits;

    /// The ordering rules of the one with `spec`, desired or live: those of the kind, unless its members differ.
    fn order(&self, _spec: &Value) -> &'static [Order] {
        self.traits().order
    }

    /// The outputs that follow from the spec alone: names and ARNs. They are never "known after apply".
    fn computed(&self, spec: &Value, world: &World) -> Outputs;

    /// The desired spec as it is to be compared with `live`: values that others own are taken from the live one.
    fn settle(&self, desired: Value, live: &Observed) -> Value;

    /// Why `live` cannot become `desired`, if it cannot.
    fn refuse(&self, desired: &Value, live: &Observed) -> Vec<Refusal>;

    /// Why what becomes of all of this kind is refused, taken together: what no one of them tells. `caller` is the ARN of
    /// whoever plans, if it is known.
    fn refuse_together(&self, _fates: &[Fate<'_, Value>], _caller: Option<&str>) -> Vec<Refusal> {
        Vec::new()
    }

    /// The desired spec under another name than those in `taken`, the ids and outputs of all of its kind: for a replacement
    /// beside the one that is there.
    fn rename(&self, desired: Value, taken: &[String]) -> Value;

    /// The outputs that an update of `fields` changes.
    fn moved(&self, fields: &[&str]) -> Vec<&'static str>;

    /// The calls that do `work`, one AWS call each.
    ///
    /// # Errors
    ///
    /// A text when the spec is not of this kind: a bug.
    fn lower(&self, lowering: &Lowering<'_, Value>) -> Result<Vec<Lowered<Value>>, String>;
}

/// What kind of thing a kind is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// A replacement is made beside the old one, under a new name, before that is deleted.
    pub create_first: bool,
    /// Replacing or deleting it needs consent of its own. What is lost, in words.
    pub precious: Option<&'static str>,
    /// The fields that name its parents: when one is deleted, it is gone with it and needs no call.
    pub dies_with: &'static [&'static str],
    /// Ordering rules beyond references, unless they differ from one to another: see [`KindRules::order`].
    pub order: &'static [Order],
}

/// An ordering rule that no reference tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// It comes after every resource of `kind` that refers to something that its own `field` refers to: a node group
    /// after the route tables of its subnets. On delete it goes before them.
    AfterHolders {
        /// The field of the kind that has the rule.
        field: &'static str,
        /// The kind that it comes after.
        kind: &'static str,
    },
    /// It comes after every resource of `kind` in the stack: a node group after the endpoints of its VPC, whether it finds
    /// them by a name or by a route. On delete it goes before them.
    AfterAll {
        /// The kind that it comes after.
        kind: &'static str,
    },
    /// It comes before every resource of `kind` in the stack: the network plugin before the nodes. On delete it goes after
    /// them.
    BeforeAll {
        /// The kind that it comes before.
        kind: &'static str,
    },
    /// It is made once every resource of `kind` is made, and changed before they are: what runs on the nodes needs them,
    /// and goes to a new version before they do. On delete it goes before them.
    Upon {
        /// The kind that it needs.
        kind: &'static str,
    },
    /// It goes after every resource of `kind` that goes, even if it is made after them and refers to them: the roles of pods
    /// are of use until the cluster is gone. It orders nothing that is made.
    Outlives {
        /// The kind that goes first.
        kind: &'static str,
    },
}

/// What becomes of one resource.
#[derive(Clone, Debug)]
pub struct Fate<'a, S> {
    /// The resource.
    pub address: &'a Address,
    /// What it is, and the rest of what was read; nothing if it is not there yet.
    pub live: Option<(S, &'a Observed)>,
    /// What it is to be; nothing if it goes, and not because its parent does.
    pub becomes: Option<S>,
}

/// A change on its way to calls.
#[derive(Clone, Debug)]
pub struct Lowering<'a, S> {
    /// The resource.
    pub address: &'a Address,
    /// Where the stack lives.
    pub world: &'a World,
    /// What is to be done.
    pub work: Work<'a, S>,
    /// The tags that say that it is ours, for creating it and after changing it.
    pub ownership: &'a Tags,
}

/// What is to be done to one live thing.
#[derive(Clone, Debug)]
pub enum Work<'a, S> {
    /// Make it.
    Create {
        /// What it is to be. May hold references to things that do not exist yet.
        desired: S,
    },
    /// Change it.
    Update {
        /// What it is to be.
        desired: S,
        /// What it is.
        live: S,
        /// AWS's id of it and the rest of what was read.
        observed: &'a Observed,
        /// The names of the fields that differ.
        changed: &'a [&'a str],
        /// The ownership tags on it are stale and must be written.
        retag: bool,
    },
    /// Delete it.
    Delete {
        /// What it is.
        live: S,
        /// AWS's id of it and the rest of what was read.
        observed: &'a Observed,
    },
}

impl<S> Lowering<'_, S> {
    /// An output of the resource itself: literal once it exists, else a reference to what creating it will tell.
    pub fn own(&self, output: &str) -> crate::Reference {
        let known = match &self.work {
            Work::Create { .. } => None,
            Work::Update { observed, .. } | Work::Delete { observed, .. } => observed.outputs.get(output),
        };
        match known {
            Some(value) => crate::Reference::Id(value.clone()),
            None => crate::Reference::to(self.address, output),
        }
    }
}

/// After which of the calls of the same change a call may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// At once.
    Nothing,
    /// After the first call.
    First,
    /// After the call before it.
    Previous,
    /// After every call before it.
    All,
}

/// Something that only so many steps may hold at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lane {
    /// What is held, such as `eks.Cluster/dev update`.
    pub name: String,
    /// How many may hold it at a time.
    pub limit: usize,
}

impl Lane {
    /// A lane for one at a time.
    pub fn alone(name: impl Into<String>) -> Self {
        Self { name: name.into(), limit: 1 }
    }

    /// A lane for `limit` at a time.
    pub fn up_to(limit: usize, name: impl Into<String>) -> Self {
        Self { name: name.into(), limit }
    }
}

/// One AWS call of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered<C> {
    /// The call, as the room that sends it wants it.
    pub call: C,
    /// AWS's name of the operation, such as `eks:CreateCluster`.
    pub operation: &'static str,
    /// After which of the calls before it.
    pub after: After,
    /// What it holds while it runs.
    pub lanes: Vec<Lane>,
    /// How long it usually takes until its effect is complete.
    pub takes: Duration,
    /// Its end means "created": late references may use the resource from then on.
    pub creates: bool,
    /// It only lets go of other resources: what it held may be deleted after it. It comes as late as that allows: after
    /// the calls that it is after, and when its resource goes, after everything that uses that.
    pub lets_go: bool,
    /// It only lifts a protection from what is to be deleted, and waits for nobody.
    pub unlocks: bool,
    /// It takes something away that others may use: it waits until everything that holds the resource and goes is gone,
    /// or has let go, and no other resource waits for it.
    pub after_holders: bool,
    /// Sending it twice would make two: its answer must be known before it is sent again. This is the call that takes
    /// back one too many.
    pub undo: Option<C>,
}

impl<C> Lowered<C> {
    /// A call of `operation` that takes no time worth mentioning, after everything before it.
    pub fn new(operation: &'static str, call: C) -> Self {
        Self {
            call,
            operation,
            after: After::All,
            lanes: Vec::new(),
            takes: Duration::ZERO,
            creates: false,
            lets_go: false,
            unlocks: false,
            after_holders: false,
            undo: None,
        }
    }

    /// The call that makes the resource.
    pub fn creating(operation: &'static str, call: C) -> Self {
        Self { creates: true, ..Self::new(operation, call) }
    }

    /// The same after `after`.
    #[must_use]
    pub fn after(self, after: After) -> Self {
        Self { after, ..self }
    }

    /// The same, holding `lane`.
    #[must_use]
    pub fn holding(mut self, lane: Lane) -> Self {
        self.lanes.push(lane);
        self
    }

    /// The same, usually complete after `seconds`.
    #[must_use]
    pub fn taking(self, seconds: u64) -> Self {
        Self { takes: Duration::from_secs(seconds), ..self }
    }

    /// The same, as a call that lets go of other resources.
    #[must_use]
    pub fn letting_go(self) -> Self {
        Self { lets_go: true, ..self }
    }

    /// The same, as a call that lifts a protection from what is to be deleted.
    #[must_use]
    pub fn unlocking(self) -> Self {
        Self { unlocks: true, ..self }
    }

    /// The same, as a call that takes something away that others may use, such as a range with subnets in it.
    #[must_use]
    pub fn after_holders(self) -> Self {
        Self { after_holders: true, ..self }
    }

    /// The same, as a call that must not be repeated blindly, for AWS would make a second one; `undo` deletes one.
    #[must_use]
    pub fn leaking(self, undo: C) -> Self {
        Self { undo: Some(undo), ..self }
    }

    /// The same with another type of call.
    pub fn map<D>(self, mut f: impl FnMut(C) -> D) -> Lowered<D> {
        Lowered {
            call: f(self.call),
            operation: self.operation,
            after: self.after,
            lanes: self.lanes,
            takes: self.takes,
            creates: self.creates,
            lets_go: self.lets_go,
            unlocks: self.unlocks,
            after_holders: self.after_holders,
            undo: self.undo.map(f),
        }
    }
}
