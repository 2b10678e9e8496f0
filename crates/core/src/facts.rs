//! Answers to the questions that a spec asks of AWS before it can be expanded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that expand must know and that no spec tells. Asked in the first round of reading.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Question {
    /// The Availability Zones of the Region that this account may use. Answered by [`Facts::zones`].
    AvailabilityZones,
    /// The Kubernetes versions that EKS offers. Answered by [`Facts::cluster_versions`].
    ClusterVersions,
}

/// An Availability Zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Zone {
    /// The account's name for it, such as `eu-west-1a`.
    pub name: String,
    /// The id that all accounts share, such as `euw1-az2`.
    pub id: String,
}

/// The answers, by question. What was not asked has no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// No answers yet: what `validate` works with.
    pub fn none() -> Self {
        Self::default()
    }

    /// Records the answer to `question`.
    pub fn answer(&mut self, question: &Question, answer: impl Serialize) {
        let value = serde_json::to_value(answer).unwrap_or(Value::Null);
        self.0.insert(key(question), value);
    }

    /// The Availability Zones, by name, if they were asked for.
    pub fn zones(&self) -> Option<Vec<Zone>> {
        self.typed(&Question::AvailabilityZones)
    }

    /// The Kubernetes versions that EKS offers, newest first, if they were asked for.
    pub fn cluster_versions(&self) -> Option<Vec<String>> {
        self.typed(&Question::ClusterVersions)
    }

    fn typed<T: serde::de::DeserializeOwned>(&self, question: &Question) -> Option<T> {
        self.0.get(&key(question)).and_then(|value| serde_json::from_value(value.clone()).ok())
    }
}

fn key(question: &Question) -> String {
    serde_json::to_string(question).unwrap_or_default()
}
