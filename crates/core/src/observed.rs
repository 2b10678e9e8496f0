//! What AWS has, in the same types as what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Address, Outputs, StackId};

/// A problem that AWS reports of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// AWS's code, such as `InsufficientFreeAddresses`.
    pub code: String,
    /// AWS's message.
    pub message: String,
}

/// Where a resource stands in its life, as AWS tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Status {
    /// It can be used and changed.
    Ready,
    /// It can be used and changed, and something is wrong with it.
    Degraded {
        /// What is wrong.
        issues: Vec<Issue>,
    },
    /// It is being made.
    Creating {
        /// AWS's word for it.
        status: String,
    },
    /// It is being changed.
    Updating {
        /// AWS's word for it.
        status: String,
        /// What to follow until the change ends, such as an update id.
        follow: Option<String>,
    },
    /// It is being deleted.
    Deleting {
        /// AWS's word for it.
        status: String,
    },
    /// It is deleted, and AWS keeps it for a while: as good as gone, unless it is wanted again. Then an update takes it
    /// back.
    Dormant {
        /// AWS's word for it.
        status: String,
    },
    /// Its creation failed: it is of no use and must be made anew.
    Failed {
        /// AWS's word for it.
        status: String,
        /// Why.
        issues: Vec<Issue>,
    },
}

impl Status {
    /// Whether it is on its way out.
    pub fn is_deleting(&self) -> bool {
        matches!(self, Self::Deleting { .. })
    }

    /// Whether it is there only as long as AWS keeps it.
    pub fn is_dormant(&self) -> bool {
        matches!(self, Self::Dormant { .. })
    }
}

/// To whom a resource belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// This stack: its tags say so.
    Us,
    /// Another stack.
    Stack(StackId),
    /// Nobody that we know: it has no tags of ours.
    Unknown,
}

/// A resource that AWS has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Which resource of the stack it is, or claims to be.
    pub address: Address,
    /// AWS's id of it: unique among the resources of its kind.
    pub id: String,
    /// The spec that it has, in the same type as the desired one, every reference literal.
    pub spec: Value,
    /// What it tells of itself.
    pub outputs: Outputs,
    /// Where it stands in its life.
    pub status: Status,
    /// To whom it belongs.
    pub owner: Owner,
    /// The digest of the spec that was last applied to it, if a tag tells.
    pub applied: Option<String>,
    /// When it was made and by which run, for kinds whose creation can leak; else when AWS says that it was made.
    pub claim: Option<String>,
    /// Why it may not be deleted without more ado, if it is protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<String>,
}

/// Everything that was read: by address, a list each, for several live things may claim one address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    resources: BTreeMap<Address, Vec<Observed>>,
}

impl Snapshot {
    /// Adds a resource. The same one, seen by two reads, counts once.
    pub fn add(&mut self, observed: Observed) {
        let claimants = self.resources.entry(observed.address.clone()).or_default();
        if !claimants.iter().any(|other| other.id == observed.id) {
            claimants.push(observed);
            claimants.sort_by(|a, b| (&a.claim, &a.id).cmp(&(&b.claim, &b.id)));
        }
    }

    /// Forgets every resource of a kind in `kinds`, for it is read anew.
    pub fn forget(&mut self, kinds: &BTreeSet<&'static str>) {
        self.resources.retain(|address, _| !kinds.contains(address.kind()));
    }

    /// Everything that claims `address`, oldest first.
    pub fn at(&self, address: &Address) -> &[Observed] {
        self.resources.get(address).map_or(&[], Vec::as_slice)
    }

    /// Every resource, by address.
    pub fn iter(&self) -> impl Iterator<Item = &Observed> {
        self.resources.values().flatten()
    }

    /// Every resource of `kind`, by address.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Observed> {
        let rest = self.resources.range(Address::new(kind, "")..);
        rest.take_while(move |(address, _)| address.kind() == kind).flat_map(|(_, claimants)| claimants)
    }

    /// Every address that something claims.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.resources.keys()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.resources.values().all(Vec::is_empty)
    }
}

impl FromIterator<Observed> for Snapshot {
    fn from_iter<T: IntoIterator<Item = Observed>>(iter: T) -> Self {
        let mut snapshot = Self::default();
        iter.into_iter().for_each(|observed| snapshot.add(observed));
        snapshot
    }
}
