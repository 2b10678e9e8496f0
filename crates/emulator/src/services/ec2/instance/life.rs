//! What happens to instances as time passes.

use super::{Instance, State, interface_id};
use crate::services::ec2::Ec2;

/// Seconds for which those that are terminated can still be seen. Source: TerminateInstances, "approximately one hour".
const SEEN_AFTERWARDS: f64 = 3600.0;

/// What is due by `now` happens.
pub(in crate::services::ec2) fn advance(ec2: &mut Ec2, now: f64) {
    let is_down = |instance: &&Instance| matches!(instance.state, State::ShuttingDown { until, .. } if until <= now);
    let down: Vec<String> = ec2.instances.values().filter(is_down).map(|instance| instance.id.clone()).collect();
    down.iter().for_each(|id| ec2.remove_interface(&interface_id(id)));
    let Ec2 { instances, network_interfaces, .. } = ec2;
    for instance in instances.values_mut() {
        let is_there = network_interfaces.contains_key(&interface_id(&instance.id));
        instance.state = match instance.state {
            State::ShuttingDown { at, until } if until <= now => {
                State::Terminated { at, until: until + SEEN_AFTERWARDS }
            }
            // Whoever launched it has taken it away.
            State::Running if !is_there => State::Terminated { at: now, until: now + SEEN_AFTERWARDS },
            state => state,
        };
    }
    instances.retain(|_, instance| !matches!(instance.state, State::Terminated { until, .. } if until <= now));
}
