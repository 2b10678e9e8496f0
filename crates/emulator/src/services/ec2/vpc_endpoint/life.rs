//! What happens to VPC endpoints as time passes.

use super::{State, VpcEndpoint};
use crate::services::ec2::Ec2;

/// What is due by `now` happens.
pub(in crate::services::ec2) fn advance(ec2: &mut Ec2, now: f64) {
    let mut failed = Vec::new();
    for endpoint in ec2.vpc_endpoints.values_mut() {
        if matches!(endpoint.state, State::Pending { until } if until <= now) {
            endpoint.state = if endpoint.failure.is_some() { State::Failed } else { State::Available };
            failed.extend(endpoint.failure.is_some().then(|| endpoint.id.clone()));
        }
    }
    // One that failed leads nowhere.
    failed.iter().for_each(|id| ec2.remove_interfaces(id));
    let is_over = |endpoint: &&VpcEndpoint| matches!(endpoint.state, State::Deleting { until } if until <= now);
    let gone: Vec<String> = ec2.vpc_endpoints.values().filter(is_over).map(|endpoint| endpoint.id.clone()).collect();
    for id in gone {
        ec2.remove_interfaces(&id);
        ec2.vpc_endpoints.remove(&id);
    }
}
