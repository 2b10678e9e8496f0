//! How many nodes a group has, and how many it may have.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::update::{Params, param};
use crate::services::eks::{invalid, quota};

/// The sizes of a node group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::services::eks) struct Scaling {
    min: i64,
    max: i64,
    pub(super) desired: i64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ScalingConfig {
    min_size: Option<i64>,
    max_size: Option<i64>,
    desired_size: Option<i64>,
}

impl Scaling {
    /// What a group has that does not say anything.
    const DEFAULT: Self = Self { min: 1, max: 2, desired: 2 };

    /// Source: NodegroupScalingConfig, "When creating a node group, you must specify all or none of the properties".
    pub(super) fn at_creation(call: &Call<'_>, asked: ScalingConfig) -> Result<Self, ApiError> {
        match (asked.min_size, asked.max_size, asked.desired_size) {
            (None, None, None) => Ok(Self::DEFAULT),
            (Some(min), Some(max), Some(desired)) => Self { min, max, desired }.checked(call),
            _ => invalid("You must specify all or none of minSize, maxSize and desiredSize in scalingConfig"),
        }
    }

    /// What is not said stays as it is.
    pub(super) fn after(self, call: &Call<'_>, asked: ScalingConfig) -> Result<Self, ApiError> {
        let (min, max) = (asked.min_size.unwrap_or(self.min), asked.max_size.unwrap_or(self.max));
        Self { min, max, desired: asked.desired_size.unwrap_or(self.desired) }.checked(call)
    }

    fn checked(self, call: &Call<'_>) -> Result<Self, ApiError> {
        let Self { min, max, desired } = self;
        if min > desired {
            return invalid(format!("Minimum capacity {min} can't be greater than desired size {desired}"));
        }
        if desired > max {
            return invalid(format!("desired capacity {desired} can't be greater than max size {max}"));
        }
        let most = call.quota(quota::NODES_PER_NODEGROUP);
        if usize::try_from(max).is_ok_and(|max| max > most) {
            return invalid(format!("max size {max} can't be greater than {most}"));
        }
        Ok(self)
    }

    pub(super) fn show(self) -> Value {
        json!({ "minSize": self.min, "maxSize": self.max, "desiredSize": self.desired })
    }
}

impl ScalingConfig {
    pub(super) fn params(self) -> Params {
        let sizes = [("MinSize", self.min_size), ("MaxSize", self.max_size), ("DesiredSize", self.desired_size)];
        sizes.into_iter().filter_map(|(name, size)| Some(param(name, size?))).collect()
    }
}
