//! Where images are replicated to.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ecr::{VALIDATION, invalid_at};
use crate::services::iam::service_linked_role;

pub(in crate::services::ecr) const OPERATIONS: Operations =
    &[("DescribeRegistry", describe_registry), ("PutReplicationConfiguration", put_replication_configuration)];

/// Whom repositories are replicated to, of which repositories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    destinations: Vec<Destination>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    repository_filters: Vec<Filter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delete_replication: Option<DeleteReplication>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destination {
    region: String,
    registry_id: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    filter: String,
    filter_type: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct DeleteReplication {
    enabled: bool,
}

fn describe_registry(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let rules = &call.registry().registry.replication;
    Ok(json!({ "registryId": call.account_id, "replicationConfiguration": { "rules": rules } }))
}

/// The first time ECR makes its service-linked role.
fn put_replication_configuration(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let rules = call.input["replicationConfiguration"]["rules"].clone();
    let rules: Vec<Rule> = serde_json::from_value(rules).map_err(|error| invalid_at("rules", &error.to_string()))?;
    check(call, &rules)?;
    service_linked_role::ensure(call, "replication.ecr.amazonaws.com")?;
    call.ecr().registry.replication.clone_from(&rules);
    Ok(json!({ "replicationConfiguration": { "rules": rules } }))
}

fn check(call: &Call<'_>, rules: &[Rule]) -> Result<(), ApiError> {
    for rule in rules {
        if rule.destinations.is_empty() {
            return Err(invalid_at("destinations", "Member must have length greater than or equal to 1"));
        }
        for (index, destination) in rule.destinations.iter().enumerate() {
            if destination.region == call.region_name && destination.registry_id == call.account_id {
                return refuse(VALIDATION, "The replication destination cannot be the same as the source registry");
            }
            if rule.destinations[..index].contains(destination) {
                return refuse(VALIDATION, "A replication rule cannot have the same destination twice");
            }
        }
    }
    Ok(())
}
