//! VPC endpoints: private ways to services of AWS.
//!
//! Source: "Access AWS services through AWS PrivateLink" and "Gateway endpoints" in the AWS PrivateLink guide.

mod create;
mod delete;
mod gateway;
mod interface;
mod life;
mod modify;
mod policy;
mod reach;
pub(super) mod service;
mod show;

use serde::{Deserialize, Serialize};

use super::describe::{Listing, describe};
use super::{Ec2, id};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) use life::advance;

pub(super) const OPERATIONS: Operations = &[
    ("CreateVpcEndpoint", create::create_vpc_endpoint),
    ("DeleteVpcEndpoints", delete::delete_vpc_endpoints),
    ("DescribeVpcEndpoints", |call| describe(call, &call.network().vpc_endpoints, &LISTING)),
    ("ModifyVpcEndpoint", modify::modify_vpc_endpoint),
];

const LISTING: Listing =
    Listing { kind: id::VPC_ENDPOINT, ids: "VpcEndpointIds", filters: "Filters", output: "VpcEndpoints" };

/// The code for most of what is wrong with endpoints.
const INVALID: &str = "InvalidParameter";

/// A VPC endpoint. Its subnets are those of its interfaces, its route tables those with a route to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct VpcEndpoint {
    pub(crate) id: String,
    pub(crate) vpc_id: String,
    pub(crate) kind: Kind,
    /// The last part of the name, such as `ecr.api`.
    pub(crate) service: String,
    pub(crate) state: State,
    /// Why it cannot be created.
    #[serde(default)]
    pub(crate) failure: Option<Failure>,
    /// Nothing is the default one, which allows everything.
    pub(crate) policy: Option<String>,
    /// The ids of the groups of its interfaces.
    pub(crate) security_groups: Vec<String>,
    pub(crate) private_dns: bool,
    pub(crate) ip_address_type: String,
    pub(crate) dns_record_ip_type: String,
    /// Emulated seconds.
    pub(crate) created_at: f64,
    pub(crate) tags: Tags,
}

/// How an endpoint leads to its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// By routes.
    Gateway,
    /// By interfaces in subnets.
    Interface,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum State {
    Pending { until: f64 },
    Available,
    Failed,
    Deleting { until: f64 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    code: String,
    message: String,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Gateway => "Gateway",
            Self::Interface => "Interface",
        }
    }

    /// The kind in a request. The others are for services that are not AWS's own.
    fn asked(name: Option<&str>) -> Result<Self, ApiError> {
        match name {
            None | Some("Gateway") => Ok(Self::Gateway),
            Some("Interface") => Ok(Self::Interface),
            Some(other) => {
                let message = format!("The emulator does not support VPC endpoints of the type {other}");
                refuse("UnsupportedOperation", message)
            }
        }
    }
}

impl VpcEndpoint {
    pub(super) fn is_available(&self) -> bool {
        self.state == State::Available
    }

    /// The ids of its subnets.
    fn subnets<'e>(&'e self, ec2: &'e Ec2) -> impl Iterator<Item = &'e String> {
        ec2.interfaces_of(&self.id).map(|interface| &interface.subnet_id)
    }

    /// The ids of its route tables.
    fn route_tables<'e>(&'e self, ec2: &'e Ec2) -> impl Iterator<Item = &'e String> {
        let tables = ec2.route_tables.values().filter(|table| table.leads_to_endpoint(&self.id));
        tables.map(|table| &table.id)
    }

    /// The zones of its interfaces, by their names.
    fn zones(&self, call: &Call<'_>) -> Vec<String> {
        let subnets = self.subnets(call.network()).filter_map(|id| call.network().subnet(id));
        subnets.map(|subnet| subnet.availability_zone.clone()).collect()
    }
}

impl Ec2 {
    /// Whether an endpoint is in the VPC.
    pub(super) fn has_endpoints(&self, vpc_id: &str) -> bool {
        self.vpc_endpoints.values().any(|endpoint| endpoint.vpc_id == vpc_id)
    }
}
