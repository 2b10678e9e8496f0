//! The parts of answers, from the SDK's types to our spec. What AWS does not tell is its default.

use std::collections::BTreeSet;

use aws_sdk_ec2::types as sdk;
use aws_smithy_types::base64;
use eksctl_rs_core::{Reference, Tags, Text};

use super::{CapacityReservation, CpuOptions, MetadataOptions, NetworkInterface, Placement, Spec, Volume};
use crate::ec2::from_sdk;

/// The version with this data of the template called `name`.
pub(super) fn spec(name: &str, live: Option<&sdk::ResponseLaunchTemplateData>, tags: Tags) -> Spec {
    let none = sdk::ResponseLaunchTemplateData::builder().build();
    let live = live.unwrap_or(&none);
    Spec {
        name: name.to_owned(),
        image_id: live.image_id().map(str::to_owned),
        key_name: live.key_name().map(str::to_owned),
        security_groups: references(live.security_group_ids()),
        block_devices: live.block_device_mappings().iter().filter_map(device).collect(),
        metadata_options: metadata(live.metadata_options()),
        detailed_monitoring: live.monitoring().and_then(|monitoring| monitoring.enabled()).unwrap_or_default(),
        ebs_optimized: live.ebs_optimized(),
        enclave: live.enclave_options().and_then(|options| options.enabled()).unwrap_or_default(),
        cpu_options: live.cpu_options().map(cpu),
        placement: live.placement().map(placement),
        capacity_reservation: live.capacity_reservation_specification().map(capacity_reservation),
        market_type: live
            .instance_market_options()
            .and_then(|options| word(options.market_type(), sdk::MarketType::as_str)),
        network_interfaces: live.network_interfaces().iter().map(interface).collect(),
        user_data: live.user_data().map(|encoded| Text::from(user_data(encoded))),
        instance_tags: tags_of(live, &sdk::ResourceType::Instance),
        volume_tags: tags_of(live, &sdk::ResourceType::Volume),
        network_interface_tags: tags_of(live, &sdk::ResourceType::NetworkInterface),
        tags,
    }
}

/// What is no text was not written by us, and differs from every text.
fn user_data(encoded: &str) -> String {
    let bytes = base64::decode(encoded).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn word<T>(value: Option<&T>, text: impl Fn(&T) -> &str) -> Option<String> {
    value.map(|value| text(value).to_owned())
}

fn references(ids: &[String]) -> BTreeSet<Reference> {
    ids.iter().map(|id| Reference::from(id.as_str())).collect()
}

fn device(mapping: &sdk::LaunchTemplateBlockDeviceMapping) -> Option<(String, Volume)> {
    let live = mapping.ebs()?;
    let volume = Volume {
        volume_type: word(live.volume_type(), sdk::VolumeType::as_str).unwrap_or_else(|| "gp2".to_owned()),
        volume_size: live.volume_size().unwrap_or_default(),
        iops: live.iops(),
        throughput: live.throughput(),
        encrypted: live.encrypted().unwrap_or_default(),
        kms_key: live.kms_key_id().map(Reference::from),
        delete_on_termination: live.delete_on_termination().unwrap_or(true),
        snapshot_id: live.snapshot_id().map(str::to_owned),
        volume_initialization_rate: live.volume_initialization_rate(),
    };
    Some((mapping.device_name()?.to_owned(), volume))
}

fn metadata(live: Option<&sdk::LaunchTemplateInstanceMetadataOptions>) -> MetadataOptions {
    use sdk::{
        LaunchTemplateHttpTokensState as Tokens, LaunchTemplateInstanceMetadataEndpointState as Endpoint,
        LaunchTemplateInstanceMetadataProtocolIpv6 as Ipv6, LaunchTemplateInstanceMetadataTagsState as TagsState,
    };
    let or = |value: Option<String>, default: &str| value.unwrap_or_else(|| default.to_owned());
    MetadataOptions {
        http_tokens: or(live.and_then(|live| word(live.http_tokens(), Tokens::as_str)), "optional"),
        http_put_response_hop_limit: live.and_then(|live| live.http_put_response_hop_limit()).unwrap_or(1),
        http_endpoint: or(live.and_then(|live| word(live.http_endpoint(), Endpoint::as_str)), "enabled"),
        http_protocol_ipv6: or(live.and_then(|live| word(live.http_protocol_ipv6(), Ipv6::as_str)), "disabled"),
        instance_metadata_tags: or(
            live.and_then(|live| word(live.instance_metadata_tags(), TagsState::as_str)),
            "disabled",
        ),
    }
}

fn cpu(live: &sdk::LaunchTemplateCpuOptions) -> CpuOptions {
    CpuOptions {
        core_count: live.core_count(),
        threads_per_core: live.threads_per_core(),
        amd_sev_snp: word(live.amd_sev_snp(), sdk::AmdSevSnpSpecification::as_str),
        nested_virtualization: word(live.nested_virtualization(), sdk::NestedVirtualizationSpecification::as_str),
    }
}

fn placement(live: &sdk::LaunchTemplatePlacement) -> Placement {
    Placement {
        group_name: live.group_name().map(str::to_owned),
        group_id: live.group_id().map(str::to_owned),
        partition_number: live.partition_number(),
        tenancy: word(live.tenancy(), sdk::Tenancy::as_str),
        host_id: live.host_id().map(str::to_owned),
        host_resource_group_arn: live.host_resource_group_arn().map(str::to_owned),
        affinity: live.affinity().map(str::to_owned),
    }
}

fn capacity_reservation(live: &sdk::LaunchTemplateCapacityReservationSpecificationResponse) -> CapacityReservation {
    let target = live.capacity_reservation_target();
    CapacityReservation {
        preference: word(live.capacity_reservation_preference(), sdk::CapacityReservationPreference::as_str),
        id: target.and_then(|target| target.capacity_reservation_id()).map(str::to_owned),
        resource_group_arn: target
            .and_then(|target| target.capacity_reservation_resource_group_arn())
            .map(str::to_owned),
    }
}

fn interface(live: &sdk::LaunchTemplateInstanceNetworkInterfaceSpecification) -> NetworkInterface {
    NetworkInterface {
        device_index: live.device_index().unwrap_or_default(),
        network_card_index: live.network_card_index().unwrap_or_default(),
        interface_type: live.interface_type().unwrap_or("interface").to_owned(),
        associate_public_ip_address: live.associate_public_ip_address(),
        delete_on_termination: live.delete_on_termination().unwrap_or(true),
        security_groups: references(live.groups()),
    }
}

fn tags_of(live: &sdk::ResponseLaunchTemplateData, of: &sdk::ResourceType) -> Tags {
    let specifications = live.tag_specifications().iter().filter(|one| one.resource_type() == Some(of));
    specifications.flat_map(|one| from_sdk(one.tags())).collect()
}
