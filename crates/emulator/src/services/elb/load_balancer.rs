//! Load balancers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{VALIDATION, check_arn, listed};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) const OPERATIONS: Operations =
    &[("DeleteLoadBalancer", delete_load_balancer), ("DescribeLoadBalancers", describe_load_balancers)];

/// An application load balancer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LoadBalancer {
    pub(crate) arn: String,
    pub(crate) name: String,
    /// From the internet, and not from its VPC alone.
    pub(crate) internet_facing: bool,
    pub(crate) vpc_id: String,
    pub(crate) subnet_id: String,
    /// The ids of its security groups.
    pub(crate) security_groups: Vec<String>,
    /// Emulated seconds since the world began.
    pub(crate) created_at: f64,
    pub(crate) tags: Tags,
}

impl LoadBalancer {
    fn show(&self, call: &Call<'_>) -> Value {
        let prefix = if self.internet_facing { "" } else { "internal-" };
        let digits = self.arn.rsplit('/').next().unwrap_or_default();
        let zone = call.network().subnet(&self.subnet_id).map(|subnet| &subnet.availability_zone);
        json!({
            "LoadBalancerArn": self.arn,
            "LoadBalancerName": self.name,
            "DNSName": format!("{prefix}{}-{digits}.{}.elb.amazonaws.com", self.name, call.region_name),
            "Type": "application",
            "Scheme": if self.internet_facing { "internet-facing" } else { "internal" },
            "State": { "Code": "active" },
            "IpAddressType": "ipv4",
            "VpcId": self.vpc_id,
            "AvailabilityZones": [{ "ZoneName": zone, "SubnetId": self.subnet_id, "LoadBalancerAddresses": [] }],
            "SecurityGroups": self.security_groups,
            "CreatedTime": call.epoch + self.created_at,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeLoadBalancers {
    #[serde(default)]
    load_balancer_arns: BTreeSet<String>,
    #[serde(default)]
    names: BTreeSet<String>,
    #[serde(rename = "Marker")]
    _marker: Option<String>,
    #[serde(rename = "PageSize")]
    _page_size: Option<u32>,
}

fn describe_load_balancers(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DescribeLoadBalancers { load_balancer_arns: arns, names, .. } = call.args()?;
    if !arns.is_empty() && !names.is_empty() {
        return refuse(VALIDATION, "Load balancer names and load balancer ARNs cannot be specified at the same time");
    }
    arns.iter().try_for_each(|arn| check_arn(arn, "loadbalancer"))?;
    let all = call.balancing().load_balancers.values();
    let is_all = arns.is_empty() && names.is_empty();
    let found: Vec<&LoadBalancer> =
        all.filter(|found| is_all || arns.contains(&found.arn) || names.contains(&found.name)).collect();
    if found.len() < arns.len() + names.len() {
        return Err(not_found());
    }
    listed(call, "LoadBalancers", found.into_iter().map(|found| found.show(call)).collect())
}

/// "If the load balancer does not exist or has already been deleted, the call succeeds." Its interfaces stay for a while.
fn delete_load_balancer(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let arn = call.required("LoadBalancerArn");
    check_arn(&arn, "loadbalancer")?;
    let until = call.until(durations::REMOVE_BALANCER_INTERFACES, &arn);
    let elb = &mut call.region().elb;
    if elb.load_balancers.remove(&arn).is_some() {
        elb.target_groups.values_mut().for_each(|group| group.load_balancers.retain(|other| *other != arn));
        elb.interfaces_until.insert(arn, until);
    }
    Ok(json!({}))
}

/// The refusal of load balancers that are not there.
pub(super) fn not_found() -> ApiError {
    ApiError::new("LoadBalancerNotFound", "One or more load balancers not found")
}
