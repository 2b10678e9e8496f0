//! Which repositories are scanned, and when.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::filter::like;
use crate::services::Operations;
use crate::services::ecr::repository::Repository;
use crate::services::ecr::{invalid_at, texts};

pub(in crate::services::ecr) const OPERATIONS: Operations = &[
    ("BatchGetRepositoryScanningConfiguration", batch_get_repository_scanning_configuration),
    ("GetRegistryScanningConfiguration", get_registry_scanning_configuration),
    ("PutRegistryScanningConfiguration", put_registry_scanning_configuration),
];

/// What is scanned, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::services::ecr) struct Scanning {
    scan_type: String,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    scan_frequency: String,
    repository_filters: Vec<Filter>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    filter: String,
    filter_type: String,
}

impl Default for Scanning {
    fn default() -> Self {
        Self { scan_type: "BASIC".to_owned(), rules: Vec::new() }
    }
}

impl Filter {
    /// A filter without a star is found anywhere in a name. Source: "Filters to choose which repositories are scanned".
    fn fits(&self, name: &str) -> bool {
        if self.filter.contains('*') { like(&self.filter, name) } else { name.contains(&self.filter) }
    }
}

impl Scanning {
    /// Whether Amazon Inspector scans.
    pub(in crate::services::ecr) fn is_enhanced(&self) -> bool {
        self.scan_type == "ENHANCED"
    }

    fn show(&self) -> Value {
        json!(self)
    }

    fn check(&self) -> Result<(), ApiError> {
        // Source: "Scan images for software vulnerabilities in Amazon ECR", basic and enhanced scanning.
        let allowed: &[&str] = match self.is_enhanced() {
            true => &["SCAN_ON_PUSH", "CONTINUOUS_SCAN"],
            false => &["SCAN_ON_PUSH", "MANUAL"],
        };
        let wrong = |constraint: String| Err(invalid_at("rules", &constraint));
        for (index, rule) in self.rules.iter().enumerate() {
            let frequency = &rule.scan_frequency;
            if !allowed.contains(&frequency.as_str()) {
                return wrong(format!("Scan frequency {frequency} is not supported by scan type {}", self.scan_type));
            }
            if self.rules[..index].iter().any(|other| other.scan_frequency == *frequency) {
                return wrong(format!("Only one rule with scan frequency {frequency} is allowed"));
            }
        }
        Ok(())
    }

    /// How often images of the repository are scanned, and the filters that say so.
    fn of(&self, repository: &Repository) -> (&str, Vec<&Filter>) {
        for rule in &self.rules {
            let fitting: Vec<&Filter> =
                rule.repository_filters.iter().filter(|filter| filter.fits(&repository.name)).collect();
            if !fitting.is_empty() {
                return (&rule.scan_frequency, fitting);
            }
        }
        let on_push = repository.scan_on_push && !self.is_enhanced();
        (if on_push { "SCAN_ON_PUSH" } else { "MANUAL" }, Vec::new())
    }
}

fn get_registry_scanning_configuration(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let shown = call.registry().registry.scanning.show();
    Ok(json!({ "registryId": call.account_id, "scanningConfiguration": shown }))
}

/// What is not given is what it was at the beginning.
fn put_registry_scanning_configuration(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let scan_type = call.text("scanType").unwrap_or("BASIC");
    let rules = call.input["rules"].as_array().cloned().unwrap_or_default();
    let scanning = json!({ "scanType": scan_type, "rules": rules });
    let scanning: Scanning =
        serde_json::from_value(scanning).map_err(|error| invalid_at("rules", &error.to_string()))?;
    scanning.check()?;
    let shown = scanning.show();
    call.ecr().registry.scanning = scanning;
    Ok(json!({ "registryScanningConfiguration": shown }))
}

fn batch_get_repository_scanning_configuration(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in texts(&call.input["repositoryNames"]) {
        let Some(repository) = call.registry().repositories.get(name) else {
            failures.push(json!({
                "repositoryName": name,
                "failureCode": "REPOSITORY_NOT_FOUND",
                "failureReason": format!("The repository with name '{name}' does not exist in the registry"),
            }));
            continue;
        };
        let (frequency, filters) = call.registry().registry.scanning.of(repository);
        found.push(json!({
            "repositoryArn": repository.arn,
            "repositoryName": name,
            "scanOnPush": frequency == "SCAN_ON_PUSH",
            "scanFrequency": frequency,
            "appliedScanFilters": filters,
        }));
    }
    Ok(json!({ "scanningConfigurations": found, "failures": failures }))
}
