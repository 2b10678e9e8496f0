//! How nodes are replaced by those of another version.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::services::eks::invalid;
use crate::services::eks::update::{Params, param};

/// Source: NodegroupUpdateConfig.
const MOST_AT_ONCE: i64 = 100;

/// How many nodes may be unavailable at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::services::eks) struct UpdatePolicy {
    unavailable: Unavailable,
    strategy: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Unavailable {
    Nodes(i64),
    Percent(i64),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UpdateConfig {
    max_unavailable: Option<i64>,
    max_unavailable_percentage: Option<i64>,
    update_strategy: Option<String>,
}

impl Default for UpdatePolicy {
    fn default() -> Self {
        Self { unavailable: Unavailable::Nodes(1), strategy: "DEFAULT".to_owned() }
    }
}

impl UpdatePolicy {
    pub(super) fn after(&self, asked: &UpdateConfig) -> Result<Self, ApiError> {
        let unavailable = match (asked.max_unavailable, asked.max_unavailable_percentage) {
            (Some(_), Some(_)) => {
                return invalid("Only one of maxUnavailable and maxUnavailablePercentage can be specified");
            }
            (None, None) => return invalid("One of maxUnavailable and maxUnavailablePercentage must be specified"),
            (Some(nodes), None) if nodes > MOST_AT_ONCE => {
                return invalid(format!("maxUnavailable {nodes} can't be greater than {MOST_AT_ONCE}"));
            }
            (Some(nodes), None) => Unavailable::Nodes(nodes),
            (None, Some(percent)) => Unavailable::Percent(percent),
        };
        Ok(Self { unavailable, strategy: asked.update_strategy.clone().unwrap_or_else(|| self.strategy.clone()) })
    }

    /// In how many rounds that many nodes are replaced.
    pub(super) fn rounds(&self, nodes: i64) -> i64 {
        let at_once = match self.unavailable {
            Unavailable::Nodes(nodes) => nodes,
            Unavailable::Percent(percent) => (nodes * percent / 100).min(MOST_AT_ONCE),
        };
        let at_once = at_once.max(1);
        (nodes + at_once - 1) / at_once
    }

    pub(super) fn show(&self) -> Value {
        let (nodes, percent) = match self.unavailable {
            Unavailable::Nodes(nodes) => (Some(nodes), None),
            Unavailable::Percent(percent) => (None, Some(percent)),
        };
        json!({ "maxUnavailable": nodes, "maxUnavailablePercentage": percent, "updateStrategy": self.strategy })
    }
}

impl UpdateConfig {
    pub(super) fn params(&self) -> Params {
        let nodes = self.max_unavailable.map(|nodes| param("MaxUnavailable", nodes));
        let percent = self.max_unavailable_percentage.map(|percent| param("MaxUnavailablePercentage", percent));
        let strategy = self.update_strategy.as_deref().map(|strategy| param("UpdateStrategy", strategy));
        nodes.into_iter().chain(percent).chain(strategy).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_as_many_as_the_policy_makes_necessary() {
        let rounds = |unavailable, nodes| UpdatePolicy { unavailable, strategy: String::new() }.rounds(nodes);
        assert_eq!(rounds(Unavailable::Nodes(1), 3), 3);
        assert_eq!(rounds(Unavailable::Nodes(2), 3), 2);
        assert_eq!(rounds(Unavailable::Percent(33), 9), 5);
        assert_eq!(rounds(Unavailable::Percent(1), 2), 2);
        assert_eq!(rounds(Unavailable::Percent(100), 450), 5);
        assert_eq!(rounds(Unavailable::Nodes(1), 0), 0);
    }
}
