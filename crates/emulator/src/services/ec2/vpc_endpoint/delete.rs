//! VPC endpoints are deleted.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Kind, State};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{id, parameters};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteVpcEndpoints {
    vpc_endpoint_ids: Vec<String>,
}

/// Each by itself: what cannot be deleted is named in the answer.
pub(super) fn delete_vpc_endpoints(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DeleteVpcEndpoints = parameters(call)?;
    if args.vpc_endpoint_ids.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter VpcEndpointIds");
    }
    args.vpc_endpoint_ids.iter().try_for_each(|found| id::VPC_ENDPOINT.check(found))?;
    let failed: Vec<Value> = args.vpc_endpoint_ids.iter().filter_map(|found| delete(call, found)).collect();
    Ok(json!({ "Unsuccessful": failed }))
}

/// Deletes one endpoint, or tells why not.
fn delete(call: &mut Call<'_>, endpoint_id: &str) -> Option<Value> {
    let until = call.now + call.seconds(durations::DELETE_VPC_ENDPOINT, endpoint_id);
    let ec2 = call.ec2();
    let Some(endpoint) = ec2.vpc_endpoints.get_mut(endpoint_id) else {
        let message = format!("The Vpc Endpoint Id '{endpoint_id}' does not exist");
        let error = json!({ "Code": "InvalidVpcEndpoint.NotFound", "Message": message });
        return Some(json!({ "ResourceId": endpoint_id, "Error": error }));
    };
    match (endpoint.kind, endpoint.state) {
        (_, State::Deleting { .. }) => {}
        (Kind::Interface, _) => {
            endpoint.state = State::Deleting { until };
            call.completes_at(until);
        }
        (Kind::Gateway, _) => {
            ec2.vpc_endpoints.remove(endpoint_id);
            ec2.route_tables.values_mut().for_each(|table| table.forget_endpoint(endpoint_id));
        }
    }
    None
}
