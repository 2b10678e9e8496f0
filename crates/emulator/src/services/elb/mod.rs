//! Elastic Load Balancing, version 2: the load balancers and target groups that a cluster's controllers have made. Nobody
//! makes one by a call: the operations for that are not there. Listeners and targets are not either.
//!
//! Source: its API reference.

mod load_balancer;
mod tag;
mod target_group;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ec2::Ec2;
use super::{Refusals, Service, validation_error};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::{Paging, page};
use crate::tags::Tags;

pub(crate) use load_balancer::LoadBalancer;
pub(crate) use target_group::TargetGroup;

pub(crate) const SERVICE: Service = Service {
    name: "elasticloadbalancing",
    operations: &[load_balancer::OPERATIONS, tag::OPERATIONS, target_group::OPERATIONS],
    invalid: |problems| validation_error(VALIDATION, problems),
    unknown_caller: ("InvalidClientTokenId", 403),
    refusals: Refusals {
        prefix: "elasticloadbalancing",
        throttled: ("Throttling", 400),
        broken: &[("InternalFailure", 500), ("ServiceUnavailable", 503)],
        denied: ("AccessDenied", 403),
    },
    quotas: &[],
};

const VALIDATION: &str = "ValidationError";

/// The load balancers of one Region, everything by its ARN.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Elb {
    pub(crate) load_balancers: BTreeMap<String, LoadBalancer>,
    pub(crate) target_groups: BTreeMap<String, TargetGroup>,
    /// When the interfaces of deleted load balancers go, in emulated seconds.
    interfaces_until: BTreeMap<String, f64>,
}

impl Elb {
    /// Lets the time pass: the interfaces of deleted load balancers go after them.
    pub(crate) fn advance(&mut self, ec2: &mut Ec2, now: f64) {
        self.interfaces_until.retain(|arn, until| {
            let is_over = *until <= now;
            if is_over {
                ec2.remove_interfaces(arn);
            }
            !is_over
        });
    }

    /// Everything that can be tagged, by ARN.
    pub(crate) fn tagged(&self) -> Vec<(String, &Tags)> {
        let balancers = self.load_balancers.iter().map(|(arn, found)| (arn.clone(), &found.tags));
        balancers.chain(self.target_groups.iter().map(|(arn, found)| (arn.clone(), &found.tags))).collect()
    }

    /// The tags of the resource `arn`.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        match self.load_balancers.get_mut(arn) {
            Some(found) => Some(&mut found.tags),
            None => self.target_groups.get_mut(arn).map(|found| &mut found.tags),
        }
    }
}

impl Call<'_> {
    /// The load balancers of the call's Region.
    fn balancing(&self) -> &Elb {
        static NOTHING: LazyLock<Elb> = LazyLock::new(Elb::default);
        self.account.regions.get(&self.region_name).map_or(&NOTHING, |region| &region.elb)
    }
}

/// How the service names the parts of a page.
const PAGING: Paging = Paging { size: "PageSize", token: "Marker", default: 400, bad_token: VALIDATION };

/// The page of `all` that the call asks for, under the name `list`.
fn listed(call: &Call<'_>, list: &str, all: Vec<Value>) -> Result<Value, ApiError> {
    let (shown, next) = page(&call.input, PAGING, all)?;
    Ok(json!({ list: shown, "NextMarker": next }))
}

/// Refuses what is no ARN of this kind, such as `loadbalancer`.
fn check_arn(arn: &str, kind: &str) -> Result<(), ApiError> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let is_one = parts.next() == Some("elasticloadbalancing")
        && parts.nth(2).is_some_and(|resource| resource.split('/').next() == Some(kind));
    match is_one {
        true => Ok(()),
        false => refuse(VALIDATION, format!("'{arn}' is not a valid {kind} ARN")),
    }
}
