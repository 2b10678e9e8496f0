//! The documented filters on instances. What stands in the interface is filtered as there.

use super::Instance;
use super::show::{PLATFORM, ROOT_DEVICE};
use crate::call::Call;
use crate::services::ec2::NetworkInterface;
use crate::services::ec2::describe::{Described, Filters, many, maybe, one};
use crate::services::ec2::timestamp;

pub(super) const FILTERS: Filters<Instance> = &[
    ("affinity", |_, _| Vec::new()),
    ("architecture", |instance, _| one(instance.architecture())),
    ("availability-zone", |instance, call| maybe(instance.subnet(call).map(|subnet| &subnet.availability_zone))),
    ("availability-zone-id", |instance, call| maybe(instance.subnet(call).map(|subnet| &subnet.availability_zone_id))),
    ("block-device-mapping.attach-time", |_, _| Vec::new()),
    ("block-device-mapping.delete-on-termination", |_, _| Vec::new()),
    ("block-device-mapping.device-name", |_, _| Vec::new()),
    ("block-device-mapping.status", |_, _| Vec::new()),
    ("block-device-mapping.volume-id", |_, _| Vec::new()),
    ("boot-mode", |_, _| Vec::new()),
    ("capacity-reservation-id", |_, _| Vec::new()),
    ("capacity-reservation-specification.capacity-reservation-preference", |_, _| Vec::new()),
    ("capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id", |_, _| Vec::new()),
    (
        "capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn",
        |_, _| Vec::new(),
    ),
    ("client-token", |_, _| Vec::new()),
    ("current-instance-boot-mode", |_, _| one("legacy-bios")),
    ("dns-name", |instance, call| instance.shown("PublicDnsName", call)),
    ("ebs-optimized", |_, _| one(false)),
    ("ena-support", |_, _| one(true)),
    ("enclave-options.enabled", |_, _| one(false)),
    ("hibernation-options.configured", |_, _| one(false)),
    ("host-id", |_, _| Vec::new()),
    ("hypervisor", |_, _| one("xen")),
    ("iam-instance-profile.arn", |instance, call| maybe(instance.profile(call).map(|(arn, _)| arn))),
    ("iam-instance-profile.id", |instance, call| maybe(instance.profile(call).and_then(|(_, id)| id))),
    ("image-id", |instance, _| one(&instance.image_id)),
    ("instance-id", |instance, _| one(&instance.id)),
    ("instance-lifecycle", |_, _| Vec::new()),
    ("instance-state-code", |instance, _| one(instance.state.code())),
    ("instance-state-name", |instance, _| one(instance.state.name())),
    ("instance-type", |instance, _| one(&instance.instance_type)),
    ("instance.group-id", |instance, call| instance.of_interface("group-id", call)),
    ("instance.group-name", |instance, call| instance.group_names(call)),
    ("ip-address", |instance, call| instance.shown("PublicIpAddress", call)),
    ("ipv6-address", |instance, call| instance.of_interface("ipv6-addresses.ipv6-address", call)),
    ("kernel-id", |_, _| Vec::new()),
    ("key-name", |_, _| Vec::new()),
    ("launch-index", |_, _| one(0)),
    ("launch-time", |instance, call| one(timestamp(call.epoch + instance.launched_at))),
    ("maintenance-options.auto-recovery", |_, _| one("default")),
    ("metadata-options.http-endpoint", |_, _| one("enabled")),
    ("metadata-options.http-protocol-ipv4", |_, _| one("enabled")),
    ("metadata-options.http-protocol-ipv6", |_, _| one("disabled")),
    ("metadata-options.http-put-response-hop-limit", |_, _| one(2)),
    ("metadata-options.http-tokens", |_, _| one("required")),
    ("metadata-options.instance-metadata-tags", |_, _| one("disabled")),
    ("metadata-options.state", |_, _| one("applied")),
    ("monitoring-state", |_, _| one("disabled")),
    ("network-interface.addresses.association.allocation-id", |instance, call| {
        instance.of_interface("association.allocation-id", call)
    }),
    ("network-interface.addresses.association.association-id", |instance, call| {
        instance.of_interface("association.association-id", call)
    }),
    ("network-interface.addresses.association.carrier-ip", |_, _| Vec::new()),
    ("network-interface.addresses.association.customer-owned-ip", |_, _| Vec::new()),
    ("network-interface.addresses.association.ip-owner-id", |instance, call| {
        instance.of_interface("association.ip-owner-id", call)
    }),
    ("network-interface.addresses.association.public-dns-name", |instance, call| {
        instance.of_interface("association.public-dns-name", call)
    }),
    ("network-interface.addresses.association.public-ip", |instance, call| {
        instance.of_interface("addresses.association.public-ip", call)
    }),
    ("network-interface.addresses.primary", |instance, call| instance.of_interface("addresses.primary", call)),
    ("network-interface.addresses.private-dns-name", |instance, call| instance.of_interface("private-dns-name", call)),
    ("network-interface.addresses.private-ip-address", |instance, call| {
        instance.of_interface("addresses.private-ip-address", call)
    }),
    ("network-interface.association.allocation-id", |instance, call| {
        instance.of_interface("association.allocation-id", call)
    }),
    ("network-interface.association.association-id", |instance, call| {
        instance.of_interface("association.association-id", call)
    }),
    ("network-interface.association.carrier-ip", |_, _| Vec::new()),
    ("network-interface.association.customer-owned-ip", |_, _| Vec::new()),
    ("network-interface.association.ip-owner-id", |instance, call| {
        instance.of_interface("association.ip-owner-id", call)
    }),
    ("network-interface.association.public-dns-name", |instance, call| {
        instance.of_interface("association.public-dns-name", call)
    }),
    ("network-interface.association.public-ip", |instance, call| instance.of_interface("association.public-ip", call)),
    ("network-interface.attachment.attach-time", |instance, call| {
        instance.of_interface("attachment.attach-time", call)
    }),
    ("network-interface.attachment.attachment-id", |instance, call| {
        instance.of_interface("attachment.attachment-id", call)
    }),
    ("network-interface.attachment.delete-on-termination", |instance, call| {
        instance.of_interface("attachment.delete-on-termination", call)
    }),
    ("network-interface.attachment.device-index", |instance, call| {
        instance.of_interface("attachment.device-index", call)
    }),
    ("network-interface.attachment.instance-id", |instance, call| {
        instance.of_interface("attachment.instance-id", call)
    }),
    ("network-interface.attachment.instance-owner-id", |instance, call| {
        instance.of_interface("attachment.instance-owner-id", call)
    }),
    ("network-interface.attachment.network-card-index", |instance, call| {
        instance.of_interface("attachment.device-index", call)
    }),
    ("network-interface.attachment.status", |instance, call| instance.of_interface("attachment.status", call)),
    ("network-interface.availability-zone", |instance, call| instance.of_interface("availability-zone", call)),
    ("network-interface.deny-all-igw-traffic", |_, _| Vec::new()),
    ("network-interface.description", |instance, call| instance.of_interface("description", call)),
    ("network-interface.group-id", |instance, call| instance.of_interface("group-id", call)),
    ("network-interface.group-name", |instance, call| instance.group_names(call)),
    ("network-interface.ipv4-prefixes.ipv4-prefix", |_, _| Vec::new()),
    ("network-interface.ipv6-address", |instance, call| instance.of_interface("ipv6-addresses.ipv6-address", call)),
    ("network-interface.ipv6-addresses.ipv6-address", |instance, call| {
        instance.of_interface("ipv6-addresses.ipv6-address", call)
    }),
    ("network-interface.ipv6-addresses.is-primary-ipv6", |_, _| Vec::new()),
    ("network-interface.ipv6-native", |_, _| one(false)),
    ("network-interface.ipv6-prefixes.ipv6-prefix", |_, _| Vec::new()),
    ("network-interface.mac-address", |instance, call| instance.of_interface("mac-address", call)),
    ("network-interface.network-interface-id", |instance, call| instance.of_interface("network-interface-id", call)),
    ("network-interface.operator.managed", |instance, call| instance.of_interface("operator.managed", call)),
    ("network-interface.operator.principal", |instance, call| instance.of_interface("operator.principal", call)),
    ("network-interface.outpost-arn", |_, _| Vec::new()),
    ("network-interface.owner-id", |instance, call| instance.of_interface("owner-id", call)),
    ("network-interface.private-dns-name", |instance, call| instance.of_interface("private-dns-name", call)),
    ("network-interface.private-ip-address", |instance, call| instance.of_interface("private-ip-address", call)),
    ("network-interface.public-dns-name", |instance, call| instance.of_interface("association.public-dns-name", call)),
    ("network-interface.requester-id", |instance, call| instance.of_interface("requester-id", call)),
    ("network-interface.requester-managed", |instance, call| instance.of_interface("requester-managed", call)),
    ("network-interface.status", |instance, call| instance.of_interface("status", call)),
    ("network-interface.source-dest-check", |instance, call| instance.of_interface("source-dest-check", call)),
    ("network-interface.subnet-id", |instance, call| instance.of_interface("subnet-id", call)),
    ("network-interface.tag-key", |instance, call| instance.interface_tags(call, |(key, _)| key.clone())),
    ("network-interface.tag-value", |instance, call| instance.interface_tags(call, |(_, value)| value.clone())),
    ("network-interface.vpc-id", |instance, call| instance.of_interface("vpc-id", call)),
    ("network-performance-options.bandwidth-weighting", |_, _| Vec::new()),
    ("operator.managed", |_, _| one(false)),
    ("operator.principal", |_, _| Vec::new()),
    ("outpost-arn", |_, _| Vec::new()),
    ("owner-id", |_, call| one(&call.account_id)),
    ("placement-group-name", |_, _| Vec::new()),
    ("placement-partition-number", |_, _| Vec::new()),
    ("platform", |_, _| Vec::new()),
    ("platform-details", |_, _| one(PLATFORM)),
    ("private-dns-name", |instance, call| instance.of_interface("private-dns-name", call)),
    ("private-dns-name-options.enable-resource-name-dns-a-record", |_, _| Vec::new()),
    ("private-dns-name-options.enable-resource-name-dns-aaaa-record", |_, _| Vec::new()),
    ("private-dns-name-options.hostname-type", |_, _| Vec::new()),
    ("private-ip-address", |instance, call| instance.of_interface("private-ip-address", call)),
    ("product-code", |_, _| Vec::new()),
    ("product-code.type", |_, _| Vec::new()),
    ("ramdisk-id", |_, _| Vec::new()),
    ("requester-id", |_, _| Vec::new()),
    ("reservation-id", |instance, _| one(instance.reservation_id())),
    ("root-device-name", |_, _| one(ROOT_DEVICE)),
    ("root-device-type", |_, _| one("ebs")),
    ("source-dest-check", |instance, call| instance.of_interface("source-dest-check", call)),
    ("spot-instance-request-id", |_, _| Vec::new()),
    ("state-reason-code", |instance, _| maybe(instance.state_reason_code())),
    ("state-reason-message", |instance, _| {
        maybe(instance.state_reason_code().map(|code| format!("{code}: User initiated shutdown")))
    }),
    ("subnet-id", |instance, call| instance.of_interface("subnet-id", call)),
    ("tenancy", |_, _| one("default")),
    ("tpm-support", |_, _| Vec::new()),
    ("usage-operation", |_, _| one("RunInstances")),
    ("usage-operation-update-time", |instance, call| one(timestamp(call.epoch + instance.launched_at))),
    ("virtualization-type", |_, _| one("hvm")),
    ("vpc-id", |instance, call| instance.of_interface("vpc-id", call)),
];

impl Instance {
    /// What its interface has for a filter on interfaces.
    fn of_interface(&self, name: &str, call: &Call<'_>) -> Vec<String> {
        let filter = NetworkInterface::FILTERS.iter().find(|(known, _)| *known == name);
        self.interface(call).zip(filter).map(|(interface, (_, values))| values(interface, call)).unwrap_or_default()
    }

    fn group_names(&self, call: &Call<'_>) -> Vec<String> {
        let groups = &call.network().security_groups;
        let ids = self.interface(call).map(|interface| interface.groups.as_slice()).unwrap_or_default();
        many(ids.iter().filter_map(|id| groups.get(id)).map(|group| &group.name))
    }

    fn interface_tags(&self, call: &Call<'_>, part: fn((&String, &String)) -> String) -> Vec<String> {
        self.interface(call).map(|interface| interface.tags.iter().map(part).collect()).unwrap_or_default()
    }

    /// A text that is shown of it, if there is one.
    fn shown(&self, member: &str, call: &Call<'_>) -> Vec<String> {
        maybe(self.show(call)[member].as_str().filter(|text| !text.is_empty()))
    }
}
