//! Gateway endpoints: routes to the prefix list of their service.

use super::service::Service;
use super::{INVALID, VpcEndpoint};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::route_table::{Destination, Route, Target};
use crate::services::ec2::{id, prefix_list};

/// Where the routes to a service lead.
pub(super) fn destination(region: &str, service: Service) -> Option<Destination> {
    prefix_list::of_service(region, service.name).map(Destination::PrefixList)
}

/// Refuses route tables that are not there, not of the VPC, or that have a route to the service.
pub(super) fn check_tables(call: &Call<'_>, vpc_id: &str, service: Service, tables: &[String]) -> Result<(), ApiError> {
    let destination = destination(&call.region_name, service);
    for (index, table_id) in tables.iter().enumerate() {
        let table = id::ROUTE_TABLE.find(&call.network().route_tables, table_id)?;
        if table.vpc_id != vpc_id {
            return refuse(
                INVALID,
                format!("Route table {table_id} and network {vpc_id} belong to different networks"),
            );
        }
        if tables[..index].contains(table_id) {
            return refuse(INVALID, format!("Route table {table_id} is specified more than once"));
        }
        if let Some(found) = destination.as_ref().filter(|destination| table.route(destination).is_some()) {
            let message = format!("route table {table_id} already has a route with destination-prefix-list-id {found}");
            return refuse("RouteAlreadyExists", message);
        }
    }
    Ok(())
}

impl VpcEndpoint {
    /// Puts the route to the service into route tables.
    pub(super) fn add_routes(&self, call: &mut Call<'_>, service: Service, tables: &[String]) {
        let Some(destination) = destination(&call.region_name, service) else { return };
        let target = Target::GatewayEndpoint(self.id.clone());
        for table in call.ec2().route_tables.values_mut().filter(|table| tables.contains(&table.id)) {
            table.routes.push(Route { destination: destination.clone(), target: target.clone() });
        }
    }

    pub(super) fn remove_routes(&self, call: &mut Call<'_>, tables: &[String]) {
        for table in call.ec2().route_tables.values_mut().filter(|table| tables.contains(&table.id)) {
            table.forget_endpoint(&self.id);
        }
    }
}
