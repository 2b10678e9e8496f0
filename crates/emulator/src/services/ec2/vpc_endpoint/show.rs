//! VPC endpoints as the API shows and filters them.

use serde_json::{Value, json};

use super::service::Service;
use super::{Kind, State, VpcEndpoint, policy};
use crate::call::Call;
use crate::random;
use crate::services::ec2::describe::{Described, Filters, one};
use crate::tags::{self, Tags};

impl Described for VpcEndpoint {
    const FILTERS: Filters<Self> = &[
        ("ip-address-type", |endpoint, _| one(&endpoint.ip_address_type)),
        ("service-name", |endpoint, call| one(endpoint.service_name(call))),
        ("service-region", |_, call| one(&call.region_name)),
        ("vpc-endpoint-id", |endpoint, _| one(&endpoint.id)),
        ("vpc-endpoint-state", |endpoint, _| one(endpoint.state.name())),
        ("vpc-endpoint-type", |endpoint, _| one(endpoint.kind.name())),
        ("vpc-id", |endpoint, _| one(&endpoint.vpc_id)),
    ];
    const TAG_FILTERS: &'static [&'static str] = &["tag:", "tag-key"];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let ec2 = call.network();
        let group =
            |id: &String| json!({ "GroupId": id, "GroupName": ec2.security_groups.get(id).map(|group| &group.name) });
        let failure = self.failure.as_ref().filter(|_| self.state == State::Failed);
        json!({
            "VpcEndpointId": self.id,
            "VpcEndpointType": self.kind.name(),
            "VpcId": self.vpc_id,
            "ServiceName": self.service_name(call),
            "ServiceRegion": call.region_name,
            "State": self.state.name(),
            "PolicyDocument": self.policy.clone().unwrap_or_else(policy::default),
            "RouteTableIds": self.route_tables(ec2).collect::<Vec<_>>(),
            "SubnetIds": self.subnets(ec2).collect::<Vec<_>>(),
            "Groups": self.security_groups.iter().map(group).collect::<Vec<_>>(),
            "IpAddressType": self.ip_address_type,
            "DnsOptions": { "DnsRecordIpType": self.dns_record_ip_type },
            "PrivateDnsEnabled": self.private_dns,
            "RequesterManaged": false,
            "NetworkInterfaceIds": ec2.interfaces_of(&self.id).map(|interface| &interface.id).collect::<Vec<_>>(),
            "DnsEntries": self.dns_entries(call),
            "LastError": failure.map(|failure| json!({ "Code": failure.code, "Message": failure.message })),
            "CreationTimestamp": call.epoch + self.created_at,
            "OwnerId": call.account_id,
            "Tags": tags::to_list(&self.tags),
        })
    }
}

impl VpcEndpoint {
    pub(super) fn service_name(&self, call: &Call<'_>) -> String {
        Service::called(&self.service).map(|service| service.full_name(&call.region_name)).unwrap_or_default()
    }

    /// The names of an interface endpoint: for the Region, for each zone, and the public name of the service.
    fn dns_entries(&self, call: &Call<'_>) -> Vec<Value> {
        let Some(service) = Service::called(&self.service).filter(|_| self.kind == Kind::Interface) else {
            return Vec::new();
        };
        let region = &call.region_name;
        let label = format!("{}-{}", self.id, random::hex(&json!([self.id, "DNS"]), 8));
        let base = service.base_name(region);
        let zoned = self.zones(call).into_iter().map(|zone| format!("{label}-{zone}.{base}"));
        let private = self.private_dns.then(|| service.private_dns_name(region));
        let names = [format!("{label}.{base}")].into_iter().chain(zoned).map(|name| (name, base.clone()));
        let own = private.map(|name| (name, format!("{} {}", self.vpc_id, service.name)));
        let entry = |(name, zone): (String, String)| {
            let digits = random::hex(&json!(["hosted zone", zone]), 13).to_uppercase();
            json!({ "DnsName": name, "HostedZoneId": format!("Z{digits}") })
        };
        names.chain(own).map(entry).collect()
    }
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Available => "available",
            Self::Failed => "failed",
            Self::Deleting { .. } => "deleting",
        }
    }
}
