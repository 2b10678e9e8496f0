//! The data of a version, from our spec to the SDK's types: all of it, for a version is made anew and after no other.

use std::collections::BTreeSet;

use aws_sdk_ec2::types as sdk;
use aws_smithy_types::base64;
use eksctl_rs_core::{CallError, Reference, Run, Tags, Text};

use super::{CapacityReservation, CpuOptions, MetadataOptions, NetworkInterface, Placement, Spec, Volume};
use crate::ec2::{literal, to_sdk};

pub(super) fn data(spec: &Spec, run: &Run<'_>) -> Result<sdk::RequestLaunchTemplateData, CallError> {
    let groups = literals(&spec.security_groups, run)?;
    let interfaces: Result<Vec<_>, CallError> = spec.network_interfaces.iter().map(|one| interface(one, run)).collect();
    let devices: Result<Vec<_>, CallError> =
        spec.block_devices.iter().map(|(name, volume)| device(name, volume, run)).collect();
    let (interfaces, devices) = (interfaces?, devices?);
    let tags = tags(spec);
    let monitoring = sdk::LaunchTemplatesMonitoringRequest::builder().enabled(spec.detailed_monitoring).build();
    Ok(sdk::RequestLaunchTemplateData::builder()
        .set_image_id(spec.image_id.clone())
        .set_key_name(spec.key_name.clone())
        .set_security_group_ids((!groups.is_empty()).then_some(groups))
        .set_block_device_mappings((!devices.is_empty()).then_some(devices))
        .metadata_options(metadata(&spec.metadata_options))
        .monitoring(monitoring)
        .set_ebs_optimized(spec.ebs_optimized)
        .set_enclave_options(spec.enclave.then(enclave))
        .set_cpu_options(spec.cpu_options.as_ref().map(cpu))
        .set_placement(spec.placement.as_ref().map(placement))
        .set_capacity_reservation_specification(spec.capacity_reservation.as_ref().map(capacity_reservation))
        .set_instance_market_options(spec.market_type.as_deref().map(market))
        .set_network_interfaces((!interfaces.is_empty()).then_some(interfaces))
        .set_user_data(spec.user_data.as_ref().map(|text| user_data(text, run)).transpose()?)
        .set_tag_specifications((!tags.is_empty()).then_some(tags))
        .build())
}

fn user_data(text: &Text, run: &Run<'_>) -> Result<String, CallError> {
    let bug = || CallError::bug(&run.step.operation, "the user data are not resolved");
    text.literal().map(base64::encode).ok_or_else(bug)
}

fn literals(references: &BTreeSet<Reference>, run: &Run<'_>) -> Result<Vec<String>, CallError> {
    references.iter().map(|reference| literal(reference, run)).collect()
}

fn device(
    name: &str,
    volume: &Volume,
    run: &Run<'_>,
) -> Result<sdk::LaunchTemplateBlockDeviceMappingRequest, CallError> {
    let key = volume.kms_key.as_ref().map(|key| literal(key, run)).transpose()?;
    // "If you are creating a volume from a snapshot, you can't specify an encryption value."
    let encrypted = (volume.encrypted || volume.snapshot_id.is_none()).then_some(volume.encrypted);
    let ebs = sdk::LaunchTemplateEbsBlockDeviceRequest::builder()
        .volume_type(sdk::VolumeType::from(volume.volume_type.as_str()))
        .volume_size(volume.volume_size)
        .set_iops(volume.iops)
        .set_throughput(volume.throughput)
        .set_encrypted(encrypted)
        .set_kms_key_id(key)
        .delete_on_termination(volume.delete_on_termination)
        .set_snapshot_id(volume.snapshot_id.clone())
        .set_volume_initialization_rate(volume.volume_initialization_rate)
        .build();
    Ok(sdk::LaunchTemplateBlockDeviceMappingRequest::builder().device_name(name).ebs(ebs).build())
}

/// Said in full: what is left out would be as the account has it for all instances.
fn metadata(options: &MetadataOptions) -> sdk::LaunchTemplateInstanceMetadataOptionsRequest {
    sdk::LaunchTemplateInstanceMetadataOptionsRequest::builder()
        .http_tokens(options.http_tokens.as_str().into())
        .http_put_response_hop_limit(options.http_put_response_hop_limit)
        .http_endpoint(options.http_endpoint.as_str().into())
        .http_protocol_ipv6(options.http_protocol_ipv6.as_str().into())
        .instance_metadata_tags(options.instance_metadata_tags.as_str().into())
        .build()
}

fn enclave() -> sdk::LaunchTemplateEnclaveOptionsRequest {
    sdk::LaunchTemplateEnclaveOptionsRequest::builder().enabled(true).build()
}

fn cpu(options: &CpuOptions) -> sdk::LaunchTemplateCpuOptionsRequest {
    sdk::LaunchTemplateCpuOptionsRequest::builder()
        .set_core_count(options.core_count)
        .set_threads_per_core(options.threads_per_core)
        .set_amd_sev_snp(options.amd_sev_snp.as_deref().map(Into::into))
        .set_nested_virtualization(options.nested_virtualization.as_deref().map(Into::into))
        .build()
}

fn placement(placement: &Placement) -> sdk::LaunchTemplatePlacementRequest {
    sdk::LaunchTemplatePlacementRequest::builder()
        .set_group_name(placement.group_name.clone())
        .set_group_id(placement.group_id.clone())
        .set_partition_number(placement.partition_number)
        .set_tenancy(placement.tenancy.as_deref().map(Into::into))
        .set_host_id(placement.host_id.clone())
        .set_host_resource_group_arn(placement.host_resource_group_arn.clone())
        .set_affinity(placement.affinity.clone())
        .build()
}

fn capacity_reservation(
    reservation: &CapacityReservation,
) -> sdk::LaunchTemplateCapacityReservationSpecificationRequest {
    let is_targeted = reservation.id.is_some() || reservation.resource_group_arn.is_some();
    let target = sdk::CapacityReservationTarget::builder()
        .set_capacity_reservation_id(reservation.id.clone())
        .set_capacity_reservation_resource_group_arn(reservation.resource_group_arn.clone())
        .build();
    sdk::LaunchTemplateCapacityReservationSpecificationRequest::builder()
        .set_capacity_reservation_preference(reservation.preference.as_deref().map(Into::into))
        .set_capacity_reservation_target(is_targeted.then_some(target))
        .build()
}

fn market(market_type: &str) -> sdk::LaunchTemplateInstanceMarketOptionsRequest {
    sdk::LaunchTemplateInstanceMarketOptionsRequest::builder().market_type(market_type.into()).build()
}

fn interface(
    interface: &NetworkInterface,
    run: &Run<'_>,
) -> Result<sdk::LaunchTemplateInstanceNetworkInterfaceSpecificationRequest, CallError> {
    let groups = literals(&interface.security_groups, run)?;
    Ok(sdk::LaunchTemplateInstanceNetworkInterfaceSpecificationRequest::builder()
        .device_index(interface.device_index)
        .network_card_index(interface.network_card_index)
        .interface_type(&interface.interface_type)
        .set_associate_public_ip_address(interface.associate_public_ip_address)
        .delete_on_termination(interface.delete_on_termination)
        .set_groups((!groups.is_empty()).then_some(groups))
        .build())
}

fn tags(spec: &Spec) -> Vec<sdk::LaunchTemplateTagSpecificationRequest> {
    let of = |kind: sdk::ResourceType, tags: &Tags| {
        let request = sdk::LaunchTemplateTagSpecificationRequest::builder().resource_type(kind);
        (!tags.is_empty()).then(|| request.set_tags(Some(to_sdk(tags))).build())
    };
    let all = [
        of(sdk::ResourceType::Instance, &spec.instance_tags),
        of(sdk::ResourceType::Volume, &spec.volume_tags),
        of(sdk::ResourceType::NetworkInterface, &spec.network_interface_tags),
    ];
    all.into_iter().flatten().collect()
}
