//! Warm pools: instances that have booted already.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ami::AmiType;
use crate::error::ApiError;
use crate::services::eks::invalid;
use crate::services::eks::update::{Params, param};

/// A warm pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::services::eks) struct WarmPool {
    min_size: i64,
    max_group_prepared_capacity: Option<i64>,
    pool_state: String,
    reuse_on_scale_in: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WarmPoolConfig {
    enabled: Option<bool>,
    min_size: Option<i64>,
    max_group_prepared_capacity: Option<i64>,
    pool_state: Option<String>,
    reuse_on_scale_in: Option<bool>,
}

impl Default for WarmPool {
    fn default() -> Self {
        Self {
            min_size: 0,
            max_group_prepared_capacity: None,
            pool_state: "STOPPED".to_owned(),
            reuse_on_scale_in: false,
        }
    }
}

impl WarmPoolConfig {
    /// The pool after a request; what is not said stays as it is.
    pub(super) fn over(
        &self,
        current: Option<&WarmPool>,
        ami_type: AmiType,
        capacity_type: &str,
    ) -> Result<Option<WarmPool>, ApiError> {
        if !self.enabled.unwrap_or(current.is_some()) {
            return if self.has_settings() {
                invalid("A warm pool that is not enabled has no settings")
            } else {
                Ok(None)
            };
        }
        let current = current.cloned().unwrap_or_default();
        let pool = WarmPool {
            min_size: self.min_size.unwrap_or(current.min_size),
            max_group_prepared_capacity: self.max_group_prepared_capacity.or(current.max_group_prepared_capacity),
            pool_state: self.pool_state.clone().unwrap_or(current.pool_state),
            reuse_on_scale_in: self.reuse_on_scale_in.unwrap_or(current.reuse_on_scale_in),
        };
        pool.check(ami_type, capacity_type)?;
        Ok(Some(pool))
    }

    fn has_settings(&self) -> bool {
        self.min_size.is_some()
            || self.max_group_prepared_capacity.is_some()
            || self.pool_state.is_some()
            || self.reuse_on_scale_in.is_some()
    }

    pub(super) fn params(&self) -> Params {
        [
            self.enabled.map(|enabled| param("WarmPoolEnabled", enabled)),
            self.min_size.map(|size| param("WarmPoolMinSize", size)),
            self.max_group_prepared_capacity.map(|most| param("WarmPoolMaxGroupPreparedCapacity", most)),
            self.pool_state.as_deref().map(|state| param("WarmPoolState", state)),
            self.reuse_on_scale_in.map(|reuse| param("WarmPoolReuseOnScaleIn", reuse)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl WarmPool {
    /// Source: WarmPoolConfig; for Spot "Limitations for warm pools" in the EC2 Auto Scaling user guide.
    fn check(&self, ami_type: AmiType, capacity_type: &str) -> Result<(), ApiError> {
        if capacity_type != "ON_DEMAND" {
            return invalid(format!("Warm pools are not supported for the capacity type {capacity_type}"));
        }
        if ami_type.is_bottlerocket() && self.pool_state == "HIBERNATED" {
            return invalid("Warm pool instances in the HIBERNATED state are not supported with Bottlerocket AMIs");
        }
        if ami_type.is_bottlerocket() && self.reuse_on_scale_in {
            return invalid("reuseOnScaleIn is not supported for Bottlerocket AMIs");
        }
        match self.max_group_prepared_capacity {
            Some(most) if most < self.min_size => invalid(format!(
                "Warm pool minSize {} can't be greater than maxGroupPreparedCapacity {most}",
                self.min_size
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn show(&self) -> Value {
        json!({
            "enabled": true,
            "minSize": self.min_size,
            "maxGroupPreparedCapacity": self.max_group_prepared_capacity,
            "poolState": self.pool_state,
            "reuseOnScaleIn": self.reuse_on_scale_in,
        })
    }
}
