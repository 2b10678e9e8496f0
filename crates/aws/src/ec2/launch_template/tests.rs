use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types as sdk;
use aws_smithy_types::base64;
use eksctl_rs_core::{
    Address, Lowered, Lowering, Observed, Owner, Reference, StackId, Status, Tags, Text, Work, World, tag,
};

use super::read::from_live;
use super::write::lower;
use super::{Call, MetadataOptions, Room, Spec, Volume};
use crate::kind::{Found, Kind};

fn found(data: sdk::ResponseLaunchTemplateData) -> Found<Spec> {
    let tag = |key: &str, value: &str| sdk::Tag::builder().key(key).value(value).build();
    let template = sdk::LaunchTemplate::builder()
        .launch_template_id("lt-1")
        .launch_template_name("dev/system")
        .latest_version_number(7)
        .tags(tag("team", "data"))
        .tags(tag(tag::STACK, "dev.eu-west-1"))
        .build();
    let version = sdk::LaunchTemplateVersion::builder().version_number(3).launch_template_data(data).build();
    from_live(&template, &version)
}

fn bare() -> Found<Spec> {
    found(sdk::ResponseLaunchTemplateData::builder().build())
}

#[test]
fn what_aws_does_not_tell_is_its_default() {
    let found = bare();
    assert_eq!((found.spec.name.as_str(), found.spec.tags.len()), ("dev/system", 1));
    assert_eq!((found.outputs["id"].as_str(), found.outputs["version"].as_str()), ("lt-1", "3"));
    let defaults = MetadataOptions {
        http_tokens: "optional".into(),
        http_put_response_hop_limit: 1,
        http_endpoint: "enabled".into(),
        http_protocol_ipv6: "disabled".into(),
        instance_metadata_tags: "disabled".into(),
    };
    assert_eq!(found.spec.metadata_options, defaults);
    assert_eq!((found.spec.user_data, found.spec.cpu_options, found.spec.enclave), (None, None, false));
}

#[test]
fn what_aws_tells_is_our_spec() {
    let tags = |kind: sdk::ResourceType, key: &str| {
        let tag = sdk::Tag::builder().key(key).value("yes").build();
        sdk::LaunchTemplateTagSpecification::builder().resource_type(kind).tags(tag).build()
    };
    let ebs = sdk::LaunchTemplateEbsBlockDevice::builder()
        .volume_type(sdk::VolumeType::Gp3)
        .volume_size(80)
        .encrypted(true)
        .kms_key_id("arn:aws:kms:eu-west-1:1:key/1")
        .delete_on_termination(true)
        .build();
    let root = sdk::LaunchTemplateBlockDeviceMapping::builder().device_name("/dev/xvda").ebs(ebs).build();
    let scratch = sdk::LaunchTemplateBlockDeviceMapping::builder().device_name("/dev/sdb").virtual_name("ephemeral0");
    let data = sdk::ResponseLaunchTemplateData::builder()
        .block_device_mappings(root)
        .block_device_mappings(scratch.build())
        .security_group_ids("sg-1")
        .user_data(base64::encode("[settings.kubernetes]\n"))
        .tag_specifications(tags(sdk::ResourceType::Instance, "instance"))
        .tag_specifications(tags(sdk::ResourceType::Volume, "volume"))
        .build();
    let spec = found(data).spec;
    let volume = Volume {
        volume_type: "gp3".into(),
        volume_size: 80,
        iops: None,
        throughput: None,
        encrypted: true,
        kms_key: Some(Reference::from("arn:aws:kms:eu-west-1:1:key/1")),
        delete_on_termination: true,
        snapshot_id: None,
        volume_initialization_rate: None,
    };
    assert_eq!(spec.block_devices, BTreeMap::from([("/dev/xvda".to_owned(), volume)]));
    assert_eq!(spec.security_groups, BTreeSet::from([Reference::from("sg-1")]));
    assert_eq!(spec.user_data, Some(Text::from("[settings.kubernetes]\n")), "in clear");
    assert!(spec.instance_tags.contains_key("instance") && spec.volume_tags.contains_key("volume"));
    assert!(spec.network_interface_tags.is_empty());
}

fn calls(change: impl Fn(&mut Spec), changed: &[&str]) -> Vec<Lowered<Call>> {
    let live = bare();
    let mut desired = live.spec.clone();
    change(&mut desired);
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let address = Address::new("ec2.LaunchTemplate", "system");
    let observed = Observed {
        address: address.clone(),
        id: live.id,
        spec: serde_json::Value::Null,
        outputs: live.outputs,
        status: Status::Ready,
        owner: Owner::Us,
        applied: None,
        claim: None,
        protection: None,
    };
    let work = Work::Update { desired, live: live.spec, observed: &observed, changed, retag: true };
    let ownership = Tags::from([(tag::SPEC.to_owned(), "v1:1".to_owned())]);
    lower(&Lowering { address: &address, world: &world, work, ownership: &ownership })
}

#[test]
fn a_change_of_data_is_a_version_that_becomes_the_default() {
    let calls = calls(|spec| spec.detailed_monitoring = true, &["detailed_monitoring"]);
    let operations: Vec<&str> = calls.iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate", "ec2:CreateTags"]);
    let Call::CreateVersion { after, spec, .. } = &calls[0].call else { panic!("{:?}", calls[0].call) };
    assert!(after == "3" && spec.detailed_monitoring, "the whole data, after the version that there was");
    let version = Reference::to(&Address::new("ec2.LaunchTemplate", "system"), "version");
    assert_eq!(calls[1].call, Call::SetDefault { id: Reference::from("lt-1"), version });
}

#[test]
fn a_change_of_tags_is_no_version() {
    let calls = calls(|spec| spec.tags.clear(), &["tags"]);
    let operations: Vec<&str> = calls.iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["ec2:DeleteTags", "ec2:CreateTags"]);
    assert_eq!((Room::moved(&["tags"]), Room::moved(&["tags", "image_id"])), (vec![], vec!["version"]));
}
