//! EKS: clusters and their node groups.

use serde::{Deserialize, Serialize};

use super::{Service, validation_error};
use crate::tags::Tags;
use crate::world::Region;

pub(crate) const SERVICE: Service = Service {
    name: "eks",
    operations: &[],
    invalid: |problems| validation_error("InvalidParameterException", problems),
    unknown_caller: ("UnrecognizedClientException", 403),
};

/// The clusters of one Region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Eks {}

impl Eks {
    /// Everything that can be tagged, by ARN.
    pub(crate) fn tagged(&self) -> Vec<(String, &Tags)> {
        Vec::new()
    }

    /// The tags of the resource `arn`.
    pub(crate) fn tags_mut(&mut self, _arn: &str) -> Option<&mut Tags> {
        None
    }

    /// What is due by `now` happens.
    pub(crate) fn advance(&mut self, _now: f64) {}
}

/// Takes the network interfaces and security groups of clusters that are gone out of the network.
pub(crate) fn settle_network(_region: &mut Region) {}
