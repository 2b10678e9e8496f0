//! Tags of load balancers and target groups.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{VALIDATION, check_arn, load_balancer, target_group};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[("DescribeTags", describe_tags)];

/// Source: DescribeTags, "You can specify up to 20 resources in a single call".
const MOST: usize = 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeTags {
    resource_arns: Vec<String>,
}

fn describe_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DescribeTags { resource_arns: arns } = call.args()?;
    if arns.is_empty() || arns.len() > MOST {
        return refuse(VALIDATION, format!("Between 1 and {MOST} resource ARNs must be specified"));
    }
    let shown: Vec<Value> = arns
        .iter()
        .map(|arn| Ok(json!({ "ResourceArn": arn, "Tags": tags::to_list(find(call, arn)?) })))
        .collect::<Result<_, ApiError>>()?;
    Ok(json!({ "TagDescriptions": shown }))
}

fn find<'c>(call: &'c Call<'_>, arn: &str) -> Result<&'c Tags, ApiError> {
    let elb = call.balancing();
    if check_arn(arn, "targetgroup").is_ok() {
        return elb.target_groups.get(arn).map(|found| &found.tags).ok_or_else(target_group::not_found);
    }
    check_arn(arn, "loadbalancer")?;
    elb.load_balancers.get(arn).map(|found| &found.tags).ok_or_else(load_balancer::not_found)
}
