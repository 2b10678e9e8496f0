//! Network interfaces as the API shows and filters them.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::{LOAD_BALANCING, NetworkInterface};
use crate::call::Call;
use crate::services::ec2::describe::{Described, Filters, many, maybe, one};
use crate::services::ec2::timestamp;
use crate::tags::{self, Tags};

/// Who AWS says that an address of its own belongs to, and an instance that is none of the account's.
const AMAZON: &str = "amazon";
const AMAZON_INSTANCES: &str = "amazon-aws";

/// A public address on a private one.
struct Mapping {
    private_ip: Ipv4Addr,
    public_ip: Ipv4Addr,
    allocation_id: Option<String>,
    association_id: Option<String>,
    owner: String,
}

impl Described for NetworkInterface {
    const FILTERS: Filters<Self> = &[
        ("association.allocation-id", |eni, call| {
            many(eni.mappings(call).into_iter().filter_map(|map| map.allocation_id))
        }),
        ("association.association-id", |eni, call| {
            many(eni.mappings(call).into_iter().filter_map(|map| map.association_id))
        }),
        ("association.ip-owner-id", |eni, call| many(eni.mappings(call).into_iter().map(|map| map.owner))),
        ("association.public-ip", |eni, call| many(eni.mappings(call).into_iter().map(|map| map.public_ip))),
        ("association.public-dns-name", |eni, call| {
            many(eni.mappings(call).iter().map(|map| eni.public_dns_name(map, call)))
        }),
        ("addresses.association.owner-id", |eni, call| many(eni.mappings(call).into_iter().map(|map| map.owner))),
        ("addresses.association.public-ip", |eni, call| many(eni.mappings(call).into_iter().map(|map| map.public_ip))),
        ("addresses.primary", |eni, _| many((0..eni.private_ips.len()).map(|index| index == 0))),
        ("addresses.private-ip-address", |eni, _| many(&eni.private_ips)),
        ("attachment.attach-time", |eni, call| maybe(eni.attached_at.map(|at| timestamp(call.epoch + at)))),
        ("attachment.attachment-id", |eni, _| eni.attached(|| eni.attachment_id())),
        ("attachment.delete-on-termination", |eni, call| eni.attached(|| eni.instance_id(call).is_some())),
        ("attachment.device-index", |eni, call| eni.attached(|| eni.device_index(call))),
        ("attachment.instance-id", |eni, call| maybe(eni.instance_id(call))),
        ("attachment.instance-owner-id", |eni, call| eni.attached(|| eni.instance_owner(call))),
        ("attachment.status", |eni, _| eni.attached(|| eni.attachment_status())),
        ("availability-zone", |eni, call| maybe(eni.zone(call).map(|(name, _)| name))),
        ("availability-zone-id", |eni, call| maybe(eni.zone(call).map(|(_, id)| id))),
        ("description", |eni, _| one(&eni.description)),
        ("group-id", |eni, _| many(&eni.groups)),
        ("ipv6-addresses.ipv6-address", |eni, _| maybe(eni.ipv6_address)),
        ("interface-type", |eni, _| one(&eni.interface_type)),
        ("mac-address", |eni, _| one(eni.mac_address())),
        ("network-interface-id", |eni, _| one(&eni.id)),
        ("operator.managed", |_, _| one(false)),
        ("operator.principal", |_, _| Vec::new()),
        ("owner-id", |_, call| one(&call.account_id)),
        ("private-dns-name", |eni, call| many(eni.private_ips.iter().filter_map(|ip| eni.private_dns_name(*ip, call)))),
        ("private-ip-address", |eni, _| many(&eni.private_ips)),
        ("requester-id", |eni, _| one(&eni.requester_id)),
        ("requester-managed", |eni, _| one(eni.is_requester_managed())),
        ("source-dest-check", |eni, _| one(eni.source_dest_check())),
        ("status", |eni, _| one(eni.status())),
        ("subnet-id", |eni, _| one(&eni.subnet_id)),
        ("vpc-id", |eni, _| one(&eni.vpc_id)),
    ];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let mappings = self.mappings(call);
        let zone = self.zone(call);
        let primary = self.private_ips.first().copied();
        json!({
            "NetworkInterfaceId": self.id,
            "SubnetId": self.subnet_id,
            "VpcId": self.vpc_id,
            "AvailabilityZone": zone.as_ref().map(|(name, _)| name),
            "AvailabilityZoneId": zone.as_ref().map(|(_, id)| id),
            "OwnerId": call.account_id,
            "Description": self.description,
            "InterfaceType": self.interface_type,
            "RequesterId": self.requester_id,
            "RequesterManaged": self.is_requester_managed(),
            "SourceDestCheck": self.source_dest_check(),
            "Status": self.status(),
            "MacAddress": self.mac_address(),
            "Attachment": self.show_attachment(call),
            "Association": mappings.iter().find(|map| Some(map.private_ip) == primary)
                .map(|map| self.show_mapping(map, call)),
            "PrivateIpAddress": primary,
            "PrivateDnsName": primary.and_then(|ip| self.private_dns_name(ip, call)),
            "PrivateIpAddresses": self.private_ips.iter().map(|ip| json!({
                "PrivateIpAddress": ip,
                "Primary": Some(*ip) == primary,
                "PrivateDnsName": self.private_dns_name(*ip, call),
                "Association": mappings.iter().find(|map| map.private_ip == *ip)
                    .map(|map| self.show_mapping(map, call)),
            })).collect::<Vec<_>>(),
            "Ipv6Address": self.ipv6_address,
            "Ipv6Addresses": self.ipv6_address.iter().map(|ip| json!({ "Ipv6Address": ip })).collect::<Vec<_>>(),
            "Ipv6Native": self.private_ips.is_empty(),
            "Groups": self.groups.iter().map(|id| json!({
                "GroupId": id,
                "GroupName": call.network().security_groups.get(id).map(|group| &group.name),
            })).collect::<Vec<_>>(),
            "Operator": { "Managed": false },
            "TagSet": tags::to_list(&self.tags),
        })
    }
}

impl NetworkInterface {
    fn mappings(&self, call: &Call<'_>) -> Vec<Mapping> {
        let elastic = |private_ip: &Ipv4Addr| {
            let address = call.network().address_on(&self.id, *private_ip)?;
            Some(Mapping {
                private_ip: *private_ip,
                public_ip: address.public_ip,
                allocation_id: Some(address.id.clone()),
                association_id: address.association.as_ref().map(|association| association.id.clone()),
                owner: call.account_id.clone(),
            })
        };
        let found: Vec<Mapping> = self.private_ips.iter().filter_map(elastic).collect();
        // An Elastic IP address takes the place of a public address of Amazon's.
        let is_free = |private_ip: &Ipv4Addr| !found.iter().any(|mapping| mapping.private_ip == *private_ip);
        let automatic = self.public_ip.zip(self.private_ips.first().filter(|primary| is_free(primary)));
        let automatic = automatic.map(|(public_ip, private_ip)| Mapping {
            private_ip: *private_ip,
            public_ip,
            allocation_id: None,
            association_id: None,
            owner: AMAZON.to_owned(),
        });
        found.into_iter().chain(automatic).collect()
    }

    fn show_mapping(&self, mapping: &Mapping, call: &Call<'_>) -> Value {
        json!({
            "PublicIp": mapping.public_ip,
            "PublicDnsName": self.public_dns_name(mapping, call),
            "AllocationId": mapping.allocation_id,
            "AssociationId": mapping.association_id,
            "IpOwnerId": mapping.owner,
        })
    }

    fn show_attachment(&self, call: &Call<'_>) -> Option<Value> {
        let instance_id = self.instance_id(call);
        let shown = json!({
            "AttachmentId": self.attachment_id(),
            "AttachTime": self.attached_at.map(|at| call.epoch + at),
            "DeleteOnTermination": instance_id.is_some(),
            "DeviceIndex": self.device_index(call),
            "InstanceId": instance_id,
            "InstanceOwnerId": self.instance_owner(call),
            "NetworkCardIndex": instance_id.map(|_| 0),
            "Status": self.attachment_status(),
        });
        self.is_attached().then_some(shown)
    }

    /// What a filter on the attachment finds, if there is one.
    fn attached<T: ToString>(&self, value: impl FnOnce() -> T) -> Vec<String> {
        if self.is_attached() { one(value()) } else { Vec::new() }
    }

    /// The instance of the account's that it belongs to.
    fn instance_id<'c>(&self, call: &'c Call<'_>) -> Option<&'c String> {
        call.network().instance_with(&self.id).map(|instance| &instance.id)
    }

    /// The first interface of an instance, and the second of what services have behind theirs.
    fn device_index(&self, call: &Call<'_>) -> i64 {
        if self.instance_id(call).is_some() { 0 } else { 1 }
    }

    fn instance_owner(&self, call: &Call<'_>) -> String {
        match self.requester_id.as_str() {
            _ if self.instance_id(call).is_some() => call.account_id.clone(),
            LOAD_BALANCING => LOAD_BALANCING.to_owned(),
            _ => AMAZON_INSTANCES.to_owned(),
        }
    }

    fn attachment_id(&self) -> String {
        let prefix = if self.is_requester_managed() { "ela-attach" } else { "eni-attach" };
        self.id.replacen("eni", prefix, 1)
    }

    fn attachment_status(&self) -> &'static str {
        if self.attached_at.is_some() { "attached" } else { "attaching" }
    }

    fn status(&self) -> &'static str {
        match (self.is_attached(), self.attached_at) {
            (false, _) => "available",
            (true, Some(_)) => "in-use",
            (true, None) => "attaching",
        }
    }

    /// NAT gateways pass on what is not meant for them.
    fn source_dest_check(&self) -> bool {
        self.interface_type != "nat_gateway"
    }

    /// The name and the id of its zone.
    fn zone(&self, call: &Call<'_>) -> Option<(String, String)> {
        let subnet = call.network().subnet(&self.subnet_id)?;
        Some((subnet.availability_zone.clone(), subnet.availability_zone_id.clone()))
    }

    fn has_dns_names(&self, call: &Call<'_>) -> bool {
        call.network().vpc(&self.vpc_id).is_some_and(|vpc| vpc.enable_dns_support && vpc.enable_dns_hostnames)
    }

    fn private_dns_name(&self, ip: Ipv4Addr, call: &Call<'_>) -> Option<String> {
        let domain = match call.region_name.as_str() {
            "us-east-1" => "ec2.internal".to_owned(),
            region => format!("{region}.compute.internal"),
        };
        self.has_dns_names(call).then(|| format!("ip-{}.{domain}", dashed(ip)))
    }

    fn public_dns_name(&self, mapping: &Mapping, call: &Call<'_>) -> String {
        let domain = match call.region_name.as_str() {
            "us-east-1" => "compute-1.amazonaws.com".to_owned(),
            region if region.starts_with("cn-") => format!("{region}.compute.amazonaws.com.cn"),
            region => format!("{region}.compute.amazonaws.com"),
        };
        if self.has_dns_names(call) { format!("ec2-{}.{domain}", dashed(mapping.public_ip)) } else { String::new() }
    }
}

fn dashed(ip: Ipv4Addr) -> String {
    ip.to_string().replace('.', "-")
}
