//! NAT gateways as the API shows and filters them.

use serde_json::{Value, json};

use super::{Connectivity, NatAddress, NatGateway, State, Status};
use crate::call::Call;
use crate::services::ec2::describe::{Described, Filters, maybe, one};
use crate::tags::{self, Tags};

impl Described for NatGateway {
    const FILTERS: Filters<Self> = &[
        ("nat-gateway-id", |gateway, _| one(&gateway.id)),
        ("state", |gateway, _| one(gateway.state.name())),
        ("subnet-id", |gateway, _| maybe(gateway.subnet_id.as_ref())),
        ("vpc-id", |gateway, _| one(&gateway.vpc_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let failure = self.failure.as_ref().filter(|_| self.state == State::Failed);
        let regional = self.regional.as_ref();
        let automatic = regional.map(|regional| if regional.automatic { "enabled" } else { "disabled" });
        json!({
            "NatGatewayId": self.id,
            "VpcId": self.vpc_id,
            "SubnetId": self.subnet_id,
            "State": self.state.name(),
            "ConnectivityType": self.connectivity.name(),
            "AvailabilityMode": if regional.is_some() { "regional" } else { "zonal" },
            "AutoScalingIps": automatic,
            "AutoProvisionZones": automatic,
            "RouteTableId": regional.and_then(|regional| regional.route_table_id.as_ref()),
            "CreateTime": call.epoch + self.created_at,
            "DeleteTime": self.deleted_at.map(|at| call.epoch + at),
            "FailureCode": failure.map(|failure| &failure.code),
            "FailureMessage": failure.map(|failure| &failure.message),
            "NatGatewayAddresses": self.addresses.iter().map(NatAddress::show).collect::<Vec<_>>(),
            "Tags": tags::to_list(&self.tags),
        })
    }
}

impl NatAddress {
    pub(super) fn show(&self) -> Value {
        json!({
            "AllocationId": self.allocation_id,
            "AssociationId": self.association_id,
            "PublicIp": self.public_ip,
            "NetworkInterfaceId": self.network_interface_id,
            "PrivateIp": self.private_ip,
            "AvailabilityZone": self.zone.as_ref().map(|zone| &zone.name),
            "AvailabilityZoneId": self.zone.as_ref().map(|zone| &zone.id),
            "IsPrimary": self.primary,
            "Status": self.status.name(),
        })
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Available => "available",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

impl Connectivity {
    fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Assigning => "assigning",
            Self::Unassigning => "unassigning",
            Self::Associating => "associating",
            Self::Disassociating => "disassociating",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}
