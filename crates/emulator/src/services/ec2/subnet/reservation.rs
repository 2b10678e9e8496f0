//! CIDR reservations of subnets.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Subnet;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::page;
use crate::services::Operations;
use crate::services::ec2::describe::{Described, Filters, matching, one};
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{PAGING, cidr, id, parameters};
use crate::tags::{self, Tags};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("CreateSubnetCidrReservation", create_subnet_cidr_reservation),
    ("DeleteSubnetCidrReservation", delete_subnet_cidr_reservation),
    ("GetSubnetCidrReservations", get_subnet_cidr_reservations),
];

/// Addresses of a subnet that are given only to those who ask for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CidrReservation {
    pub(crate) id: String,
    pub(crate) subnet_id: String,
    pub(crate) cidr: IpNet,
    pub(crate) reservation_type: String,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
}

impl Described for CidrReservation {
    const FILTERS: Filters<Self> = &[
        ("reservationType", |reservation, _| one(&reservation.reservation_type)),
        ("subnet-id", |reservation, _| one(&reservation.subnet_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "SubnetCidrReservationId": self.id,
            "SubnetId": self.subnet_id,
            "Cidr": self.cidr,
            "ReservationType": self.reservation_type,
            "OwnerId": call.account_id,
            "Description": self.description,
            "Tags": tags::to_list(&self.tags),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateSubnetCidrReservation {
    subnet_id: String,
    cidr: String,
    reservation_type: String,
    description: Option<String>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
}

fn create_subnet_cidr_reservation(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateSubnetCidrReservation = parameters(call)?;
    let tags = tag::on_creation(&args.tag_specifications, "subnet-cidr-reservation")?;
    let subnet = id::SUBNET.find(&call.network().subnets, &args.subnet_id)?;
    let cidr = match args.cidr.contains(':') {
        true => IpNet::V6(cidr::ipv6("cidr", &args.cidr)?),
        false => IpNet::V4(cidr::ipv4("cidr", &args.cidr)?),
    };
    if !subnet.has(cidr) {
        let message = format!("The CIDR '{cidr}' is not within the subnet {}.", subnet.id);
        return refuse("InvalidParameterValue", message);
    }
    let mut others = call.network().subnet_cidr_reservations.values().filter(|other| other.subnet_id == args.subnet_id);
    if others.any(|other| other.cidr.contains(&cidr) || cidr.contains(&other.cidr)) {
        let message = format!("The CIDR '{cidr}' conflicts with another reservation.");
        return refuse("InvalidParameterValue", message);
    }
    let id = call.id("scr");
    let CreateSubnetCidrReservation { subnet_id, reservation_type, description, .. } = args;
    let reservation = CidrReservation { id: id.clone(), subnet_id, cidr, reservation_type, description, tags };
    let shown = reservation.show(call);
    call.ec2().subnet_cidr_reservations.insert(id, reservation);
    Ok(json!({ "SubnetCidrReservation": shown }))
}

impl Subnet {
    /// Whether the whole of `cidr` is in the subnet.
    fn has(&self, cidr: IpNet) -> bool {
        match cidr {
            IpNet::V4(cidr) => self.cidr_block.is_some_and(|block| block.contains(&cidr)),
            IpNet::V6(cidr) => self.ipv6().is_some_and(|block| block.cidr.contains(&cidr)),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteSubnetCidrReservation {
    subnet_cidr_reservation_id: String,
}

fn delete_subnet_cidr_reservation(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DeleteSubnetCidrReservation = parameters(call)?;
    let all = &call.network().subnet_cidr_reservations;
    let shown = id::SUBNET_CIDR_RESERVATION.find(all, &args.subnet_cidr_reservation_id)?.show(call);
    call.ec2().subnet_cidr_reservations.remove(&args.subnet_cidr_reservation_id);
    Ok(json!({ "DeletedSubnetCidrReservation": shown }))
}

fn get_subnet_cidr_reservations(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let subnet_id = call.required("SubnetId");
    let ec2 = call.network();
    id::SUBNET.find(&ec2.subnets, &subnet_id)?;
    let own = ec2.subnet_cidr_reservations.values().filter(|reservation| reservation.subnet_id == subnet_id);
    let found = matching(call, own, &call.input["Filters"])?;
    let (shown, next) = page(&call.input, PAGING, found)?;
    let (ipv4, ipv6): (Vec<_>, Vec<_>) =
        shown.into_iter().partition(|reservation| matches!(reservation.cidr.addr(), IpAddr::V4(_)));
    let show = |found: Vec<&CidrReservation>| found.into_iter().map(|one| one.show(call)).collect::<Vec<_>>();
    Ok(json!({
        "SubnetIpv4CidrReservations": show(ipv4),
        "SubnetIpv6CidrReservations": show(ipv6),
        "NextToken": next,
    }))
}
