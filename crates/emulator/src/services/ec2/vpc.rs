//! VPCs.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::Operations;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[("CreateVpc", create_vpc)];

/// A VPC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    pub(crate) cidr_block: Ipv4Net,
    pub(crate) tags: Tags,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateVpc {
    cidr_block: Option<String>,
}

fn create_vpc(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateVpc = call.args()?;
    let Some(cidr) = args.cidr_block.and_then(|text| text.parse::<Ipv4Net>().ok()) else {
        return refuse(
            "InvalidParameterValue",
            "Value for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        );
    };
    let id = call.id("vpc");
    let vpc = Vpc { id: id.clone(), cidr_block: cidr, tags: Tags::new() };
    let answer = json!({ "Vpc": { "VpcId": id, "CidrBlock": cidr.to_string(), "Tags": tags::to_list(&vpc.tags) } });
    call.ec2().vpcs.insert(id, vpc);
    Ok(answer)
}
