//! What the plan says of each resource.

use std::collections::BTreeMap;

use super::{Builder, Leaving};
use crate::change::{Action, Change, Consent, Consequence, Reason};
use crate::field::Mutability;
use crate::plan::diff;
use crate::{Address, Field, KindRules, Status};

impl<'a> Builder<'a, '_> {
    pub(super) fn describe_wanted(&mut self, address: &Address) {
        let (Some(kind), Some(decision)) = (self.kind(address), self.decisions.get(address)) else { return };
        if decision.action == Action::NoOp && decision.superseded.is_empty() {
            return;
        }
        let precious = match decision.current {
            Some(live) => kind.loses(live),
            None => kind.traits().precious,
        };
        let consequence = match decision.action {
            Action::Replace if precious.is_some() => Consequence::DataLosing,
            Action::Replace => Consequence::Replacing,
            Action::Update if changes_for_ever(kind, &decision.changed) => Consequence::OneWay,
            _ => Consequence::Reversible,
        };
        let live = decision.current.filter(|_| matches!(decision.action, Action::Update | Action::Replace));
        let failed = matches!(decision.reason, Reason::Failed(_));
        if let (Action::Replace, Some(loses), false) = (decision.action, precious, failed) {
            self.consents.push(Consent::Replace { address: address.clone(), loses: loses.to_owned() });
            self.consents.push(Consent::DataLoss { address: address.clone(), loses: loses.to_owned() });
        }
        if let (Action::Replace, Some(by)) =
            (decision.action, decision.current.and_then(|live| live.protection.clone()))
        {
            self.consents.push(Consent::Protected { address: address.clone(), by });
        }
        if let Reason::NotOurs(owner) = &decision.reason {
            self.consents.push(Consent::Adopt { address: address.clone(), owner: owner.clone() });
        }
        let mut notes: Vec<String> = decision.current.map(|live| health(&live.status)).unwrap_or_default();
        if matches!(decision.action, Action::Create | Action::Update | Action::Replace) {
            notes.extend(kind.stays().map(str::to_owned));
        }
        for extra in &decision.superseded {
            if self.live.number(extra).is_some_and(|number| self.is_used(number)) {
                notes.push(format!("{} also claims this address and is in use: it is left alone", extra.id));
            }
        }
        let fields = match decision.action {
            Action::Create | Action::Replace | Action::Update => {
                let shown = match decision.reason {
                    // A failed thing says nothing of what it should have been.
                    Reason::Failed(_) => None,
                    _ => live,
                };
                // What AWS never tells cannot be compared.
                let known = |field: &&Field| shown.is_none() || field.mutability != Mutability::WriteOnly;
                kind.fields()
                    .iter()
                    .filter(known)
                    .flat_map(|field| {
                        let before = shown.and_then(|live| live.spec.get(field.name));
                        diff::describe(field, before, decision.desired.get(field.name))
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        if decision.action == Action::NoOp && notes.is_empty() {
            return;
        }
        if decision.action == Action::Replace && decision.create_first {
            notes.push("the new one is made first; the old one goes when it is ready".to_owned());
        }
        self.changes.push(Change {
            address: address.clone(),
            action: decision.action,
            reason: decision.reason.clone(),
            consequence,
            origin: decision.origin,
            id: decision.current.map(|live| live.id.clone()),
            fields,
            notes,
        });
    }

    pub(super) fn describe_leaving(
        &mut self,
        number: usize,
        going: &Leaving<'a>,
        leaving: &BTreeMap<usize, Leaving<'a>>,
    ) {
        let observed = going.observed;
        let Some(kind) = self.kind(&observed.address) else { return };
        let precious = kind.loses(observed).filter(|_| going.reason != Reason::Superseded);
        if let Some(loses) = precious {
            self.consents.push(Consent::DataLoss { address: observed.address.clone(), loses: loses.to_owned() });
        }
        if let Some(by) = &observed.protection {
            self.consents.push(Consent::Protected { address: observed.address.clone(), by: by.clone() });
        }
        let reason = match self.parent_leaving(kind, number, leaving) {
            Some(parent) => Reason::DiesWith(parent.address.clone()),
            None => going.reason.clone(),
        };
        let fields =
            kind.fields().iter().flat_map(|field| diff::describe(field, observed.spec.get(field.name), None)).collect();
        self.changes.push(Change {
            address: observed.address.clone(),
            action: Action::Delete,
            reason,
            consequence: if precious.is_some() { Consequence::DataLosing } else { Consequence::Reversible },
            origin: None,
            id: Some(observed.id.clone()),
            fields,
            notes: health(&observed.status).into_iter().chain(kind.leaves(observed)).collect(),
        });
    }
}

fn changes_for_ever(kind: &dyn KindRules, changed: &[&str]) -> bool {
    kind.fields().iter().any(|field| field.mutability == Mutability::OneWay && changed.contains(&field.name))
}

fn health(status: &Status) -> Vec<String> {
    match status {
        Status::Degraded { issues } | Status::Failed { issues, .. } => {
            issues.iter().map(|issue| format!("AWS reports {}: {}", issue.code, issue.message)).collect()
        }
        _ => Vec::new(),
    }
}
