//! Internet gateways.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Filters, Listing, describe, maybe, one};
use super::tag::{self, TagSpecification};
use super::{Ec2, id, parameters, quota};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[
    ("AttachInternetGateway", attach_internet_gateway),
    ("CreateInternetGateway", create_internet_gateway),
    ("DeleteInternetGateway", delete_internet_gateway),
    ("DescribeInternetGateways", |call| describe(call, &call.network().internet_gateways, &LISTING)),
    ("DetachInternetGateway", detach_internet_gateway),
];

const LISTING: Listing =
    Listing { kind: id::INTERNET_GATEWAY, ids: "InternetGatewayIds", filters: "Filters", output: "InternetGateways" };

/// An internet gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct InternetGateway {
    pub(crate) id: String,
    /// The VPC that it is attached to.
    pub(crate) vpc_id: Option<String>,
    pub(crate) tags: Tags,
}

impl Described for InternetGateway {
    const FILTERS: Filters<Self> = &[
        ("attachment.state", |gateway, _| maybe(gateway.vpc_id.as_ref().map(|_| "available"))),
        ("attachment.vpc-id", |gateway, _| maybe(gateway.vpc_id.as_ref())),
        ("internet-gateway-id", |gateway, _| one(&gateway.id)),
        ("owner-id", |_, call| one(&call.account_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let attachment = self.vpc_id.as_ref().map(|vpc_id| json!({ "State": "available", "VpcId": vpc_id }));
        json!({
            "InternetGatewayId": self.id,
            "Attachments": attachment.into_iter().collect::<Vec<_>>(),
            "OwnerId": call.account_id,
            "Tags": tags::to_list(&self.tags),
        })
    }
}

impl Ec2 {
    /// The internet gateway that is attached to the VPC.
    pub(super) fn internet_gateway_of(&self, vpc_id: &str) -> Option<&InternetGateway> {
        self.internet_gateways.values().find(|gateway| gateway.vpc_id.as_deref() == Some(vpc_id))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateInternetGateway {
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
}

fn create_internet_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateInternetGateway = parameters(call)?;
    let tags = tag::on_creation(&args.tag_specifications, "internet-gateway")?;
    if call.network().internet_gateways.len() >= call.quota(quota::INTERNET_GATEWAYS) {
        let message = "The maximum number of internet gateways has been reached.";
        return refuse("InternetGatewayLimitExceeded", message);
    }
    let gateway = InternetGateway { id: call.id("igw"), vpc_id: None, tags };
    let shown = gateway.show(call);
    call.ec2().internet_gateways.insert(gateway.id.clone(), gateway);
    Ok(json!({ "InternetGateway": shown }))
}

/// An internet gateway and a VPC.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attachment {
    internet_gateway_id: String,
    vpc_id: String,
}

fn attach_internet_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Attachment { internet_gateway_id, vpc_id } = parameters(call)?;
    let ec2 = call.network();
    let gateway = id::INTERNET_GATEWAY.find(&ec2.internet_gateways, &internet_gateway_id)?;
    id::VPC.find(&ec2.vpcs, &vpc_id)?;
    if let Some(attached_to) = &gateway.vpc_id {
        let message = format!("resource {internet_gateway_id} is already attached to network {attached_to}");
        return refuse("Resource.AlreadyAssociated", message);
    }
    if ec2.internet_gateway_of(&vpc_id).is_some() {
        let message = format!("Network {vpc_id} already has an internet gateway attached");
        return refuse("InvalidParameterValue", message);
    }
    let gateways = &mut call.ec2().internet_gateways;
    id::INTERNET_GATEWAY.find_mut(gateways, &internet_gateway_id)?.vpc_id = Some(vpc_id);
    Ok(json!({}))
}

fn detach_internet_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Attachment { internet_gateway_id, vpc_id } = parameters(call)?;
    let ec2 = call.network();
    let gateway = id::INTERNET_GATEWAY.find(&ec2.internet_gateways, &internet_gateway_id)?;
    id::VPC.find(&ec2.vpcs, &vpc_id)?;
    if gateway.vpc_id.as_ref() != Some(&vpc_id) {
        let message = format!("resource {internet_gateway_id} is not attached to network {vpc_id}");
        return refuse("Gateway.NotAttached", message);
    }
    if ec2.has_mapped_addresses(&vpc_id) {
        let message = format!(
            "Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before \
             detaching the gateway."
        );
        return refuse("DependencyViolation", message);
    }
    if ec2.route_tables.values().any(|table| table.serves_gateway(&internet_gateway_id)) {
        return in_use(&internet_gateway_id, "detached");
    }
    let gateways = &mut call.ec2().internet_gateways;
    id::INTERNET_GATEWAY.find_mut(gateways, &internet_gateway_id)?.vpc_id = None;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteInternetGateway {
    internet_gateway_id: String,
}

fn delete_internet_gateway(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteInternetGateway { internet_gateway_id } = parameters(call)?;
    let gateways = &call.network().internet_gateways;
    if id::INTERNET_GATEWAY.find(gateways, &internet_gateway_id)?.vpc_id.is_some() {
        return in_use(&internet_gateway_id, "deleted");
    }
    call.ec2().internet_gateways.remove(&internet_gateway_id);
    Ok(json!({}))
}

fn in_use(id: &str, what: &str) -> Result<Value, ApiError> {
    let message = format!("The internetGateway '{id}' has dependencies and cannot be {what}.");
    refuse("DependencyViolation", message)
}
