//! What happens to NAT gateways as time passes.

use super::{NatAddress, NatGateway, State, Status, regional};
use crate::services::ec2::Ec2;
use crate::services::ec2::route_table::RouteTable;

/// Seconds for which those that are deleted or failed can still be seen: about an hour.
const SEEN_AFTERWARDS: f64 = 3600.0;

/// What is due by `now` happens.
pub(crate) fn advance(ec2: &mut Ec2, now: f64) {
    for id in ec2.nat_gateways.keys().cloned().collect::<Vec<_>>() {
        while step(ec2, &id, now) {}
        settle_addresses(ec2, &id, now);
        regional::follow_subnets(ec2, &id);
    }
}

/// The next change of one gateway; whether there was one.
fn step(ec2: &mut Ec2, id: &str, now: f64) -> bool {
    let Some(gateway) = ec2.nat_gateways.get_mut(id) else { return false };
    let Some(due) = gateway.due.filter(|due| *due <= now) else { return false };
    let next = match gateway.state {
        State::Pending if gateway.failure.is_some() => State::Failed,
        State::Pending => State::Available,
        State::Deleting => State::Deleted,
        State::Available | State::Failed | State::Deleted => {
            ec2.nat_gateways.remove(id);
            return false;
        }
    };
    gateway.state = next;
    gateway.due = (next != State::Available).then_some(due + SEEN_AFTERWARDS);
    if next == State::Deleted {
        let gateway = gateway.clone();
        let_go(ec2, &gateway);
    }
    true
}

/// Frees all that the gateway held.
fn let_go(ec2: &mut Ec2, gateway: &NatGateway) {
    ec2.remove_interfaces(&gateway.id);
    ec2.route_tables.retain(|_, table: &mut RouteTable| !table.serves_gateway(&gateway.id));
    for address in gateway.addresses.iter().filter(|address| address.status != Status::Failed) {
        release(ec2, address);
    }
}

/// Frees an Elastic IP address; one that the gateway got for itself is gone.
fn release(ec2: &mut Ec2, address: &NatAddress) {
    let Some(id) = &address.allocation_id else { return };
    if ec2.addresses.get(id).is_some_and(|found| found.service_managed) {
        ec2.addresses.remove(id);
    } else if let Some(found) = ec2.addresses.get_mut(id) {
        found.association = None;
    }
}

/// New addresses are ready, and those that had to drain go.
fn settle_addresses(ec2: &mut Ec2, id: &str, now: f64) {
    let Some(gateway) = ec2.nat_gateways.get_mut(id).filter(|gateway| gateway.is_available()) else { return };
    let is_gone = |address: &mut NatAddress| address.until.is_some_and(|until| until <= now);
    let gone: Vec<NatAddress> = gateway.addresses.extract_if(.., is_gone).collect();
    for address in &mut gateway.addresses {
        if matches!(address.status, Status::Assigning | Status::Associating) {
            address.status = Status::Succeeded;
        }
    }
    for address in gone {
        release(ec2, &address);
        let interface = address.network_interface_id.as_ref().and_then(|id| ec2.network_interfaces.get_mut(id));
        if let Some(interface) = interface {
            interface.private_ips.retain(|private_ip| Some(*private_ip) != address.private_ip);
        }
    }
}
