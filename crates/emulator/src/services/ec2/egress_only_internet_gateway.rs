//! Egress-only internet gateways: the way out for IPv6, and no way in.
//!
//! Source: "Enable outbound IPv6 traffic using an egress-only internet gateway" in the VPC User Guide.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Filters, Listing, describe};
use super::tag::{self, TagSpecification};
use super::{Ec2, id, parameters};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[
    ("CreateEgressOnlyInternetGateway", create_egress_only_internet_gateway),
    ("DeleteEgressOnlyInternetGateway", delete_egress_only_internet_gateway),
    ("DescribeEgressOnlyInternetGateways", |call| describe(call, &call.network().egress_only_gateways, &LISTING)),
];

const LISTING: Listing = Listing {
    kind: id::EGRESS_ONLY_GATEWAY,
    ids: "EgressOnlyInternetGatewayIds",
    filters: "Filters",
    output: "EgressOnlyInternetGateways",
};

/// An egress-only internet gateway. It is attached from its creation to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct EgressOnlyInternetGateway {
    pub(crate) id: String,
    pub(crate) vpc_id: String,
    pub(crate) tags: Tags,
}

impl Described for EgressOnlyInternetGateway {
    /// AWS documents filters on tags only.
    const FILTERS: Filters<Self> = &[];
    const TAG_FILTERS: &'static [&'static str] = &["tag:", "tag-key"];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, _call: &Call<'_>) -> Value {
        json!({
            "EgressOnlyInternetGatewayId": self.id,
            "Attachments": [{ "State": "attached", "VpcId": self.vpc_id }],
            "Tags": tags::to_list(&self.tags),
        })
    }
}

impl Ec2 {
    /// Whether the VPC has an egress-only internet gateway.
    pub(super) fn has_egress_only_gateway(&self, vpc_id: &str) -> bool {
        self.egress_only_gateways.values().any(|gateway| gateway.vpc_id == vpc_id)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateEgressOnlyInternetGateway {
    client_token: Option<String>,
    vpc_id: String,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
}

/// AWS documents no need for an IPv6 block: the VPC may get one later.
fn create_egress_only_internet_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateEgressOnlyInternetGateway = parameters(call)?;
    let token = args.client_token.as_deref();
    let id = match call.made_before(token, "IdempotentParameterMismatch")? {
        Some(id) => id,
        None => create(call, &args)?,
    };
    // What is gone by now is still answered, as AWS does.
    let gone = json!({ "EgressOnlyInternetGatewayId": id });
    let shown = call.network().egress_only_gateways.get(&id).map_or(gone, |gateway| gateway.show(call));
    Ok(json!({ "EgressOnlyInternetGateway": shown, "ClientToken": token }))
}

/// The quota for a Region is the one for VPCs, and a VPC takes one: it cannot be exceeded by itself.
fn create(call: &mut Call<'_>, args: &CreateEgressOnlyInternetGateway) -> Result<String, ApiError> {
    let tags = tag::on_creation(&args.tag_specifications, "egress-only-internet-gateway")?;
    let ec2 = call.network();
    id::VPC.find(&ec2.vpcs, &args.vpc_id)?;
    if ec2.has_egress_only_gateway(&args.vpc_id) {
        let message = format!("Network {} already has an egress-only internet gateway attached", args.vpc_id);
        return refuse("InvalidParameterValue", message);
    }
    let gateway = EgressOnlyInternetGateway { id: call.id("eigw"), vpc_id: args.vpc_id.clone(), tags };
    let id = gateway.id.clone();
    call.remember(args.client_token.as_deref(), &id);
    call.ec2().egress_only_gateways.insert(id.clone(), gateway);
    Ok(id)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteEgressOnlyInternetGateway {
    egress_only_internet_gateway_id: String,
}

/// Routes that lead to it stay, as black holes.
fn delete_egress_only_internet_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteEgressOnlyInternetGateway { egress_only_internet_gateway_id: id } = parameters(call)?;
    id::EGRESS_ONLY_GATEWAY.find(&call.network().egress_only_gateways, &id)?;
    call.ec2().egress_only_gateways.remove(&id);
    Ok(json!({ "ReturnCode": true }))
}
