//! Kubernetes taints: one for each key and effect.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::label::{is_key, is_value};
use crate::error::ApiError;
use crate::services::eks::update::{Params, param};
use crate::services::eks::{invalid, quota};

/// A taint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::services::eks) struct Taint {
    key: String,
    value: Option<String>,
    effect: String,
}

/// A taint of a request, in which the model requires nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AskedTaint {
    key: Option<String>,
    value: Option<String>,
    effect: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UpdateTaints {
    add_or_update_taints: Option<Vec<AskedTaint>>,
    remove_taints: Option<Vec<AskedTaint>>,
}

impl Taint {
    /// Its key, if pods that do not tolerate it keep off.
    pub(super) fn blocking(&self) -> Option<&str> {
        (self.effect != "PREFER_NO_SCHEDULE").then_some(self.key.as_str())
    }

    fn identity(&self) -> (&str, &str) {
        (&self.key, &self.effect)
    }

    pub(super) fn show(&self) -> Value {
        json!({ "key": self.key, "value": self.value, "effect": self.effect })
    }
}

impl UpdateTaints {
    pub(super) fn after(&self, taints: &[Taint]) -> Result<Vec<Taint>, ApiError> {
        let new = read(self.add_or_update_taints.as_deref().unwrap_or_default())?;
        let old = read(self.remove_taints.as_deref().unwrap_or_default())?;
        let names = |list: &[Taint], taint: &Taint| list.iter().any(|other| other.identity() == taint.identity());
        if let Some(taint) = old.iter().find(|taint| names(&new, taint)) {
            return invalid(format!("The taint {}:{} cannot be both added and removed", taint.key, taint.effect));
        }
        let kept = taints.iter().filter(|taint| !names(&old, taint) && !names(&new, taint));
        let after: Vec<Taint> = kept.cloned().chain(new.clone()).collect();
        check_number(after.len())?;
        // What is added as it is does not move to the end.
        let changes = new.iter().any(|taint| !taints.contains(taint)) || after.len() != taints.len();
        Ok(if changes { after } else { taints.to_vec() })
    }

    pub(super) fn params(&self) -> Params {
        let new = self.add_or_update_taints.as_ref().map(|taints| param("TaintsToAdd", json!(taints)));
        let old = self.remove_taints.as_ref().map(|taints| param("TaintsToRemove", json!(taints)));
        new.into_iter().chain(old).collect()
    }
}

/// The taints of a request. Each has a key and an effect, and no two have the same.
pub(super) fn read(asked: &[AskedTaint]) -> Result<Vec<Taint>, ApiError> {
    let taints: Vec<Taint> = asked.iter().map(read_one).collect::<Result<_, _>>()?;
    let mut seen = BTreeSet::new();
    if let Some(taint) = taints.iter().find(|taint| !seen.insert(taint.identity())) {
        return invalid(format!("The taint {}:{} is specified more than once", taint.key, taint.effect));
    }
    check_number(taints.len())?;
    Ok(taints)
}

fn read_one(asked: &AskedTaint) -> Result<Taint, ApiError> {
    let (Some(key), Some(effect)) = (&asked.key, &asked.effect) else {
        return invalid("Each taint must have a key and an effect");
    };
    if !is_key(key) {
        return invalid(format!("Invalid taint key: {key}"));
    }
    if let Some(value) = asked.value.as_ref().filter(|value| !is_value(value)) {
        return invalid(format!("Invalid value of the taint {key}: {value}"));
    }
    Ok(Taint { key: key.clone(), value: asked.value.clone(), effect: effect.clone() })
}

fn check_number(number: usize) -> Result<(), ApiError> {
    if number > quota::TAINTS {
        return invalid(format!("A node group can have at most {} taints", quota::TAINTS));
    }
    Ok(())
}
