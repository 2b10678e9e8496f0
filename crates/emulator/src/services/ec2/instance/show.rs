//! Instances as the API shows them.

use serde_json::{Value, json};

use super::{Instance, State};
use crate::call::Call;
use crate::services::ec2::describe::{Described, Filters};
use crate::services::ec2::{NetworkInterface, Subnet, timestamp};
use crate::tags::{self, Tags};

pub(super) const ROOT_DEVICE: &str = "/dev/xvda";
/// What every instance of the emulator runs.
pub(super) const PLATFORM: &str = "Linux/UNIX";

impl Described for Instance {
    const FILTERS: Filters<Self> = super::filter::FILTERS;
    const TAG_FILTERS: &'static [&'static str] = &["tag:", "tag-key"];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let (interface, subnet) = (self.interface(call), self.subnet(call));
        let in_interface = |member: &str| interface.map_or(Value::Null, |found| found.show(call)[member].clone());
        let (state, public) = (self.state, in_interface("Association"));
        json!({
            "InstanceId": self.id,
            "InstanceType": self.instance_type,
            "ImageId": self.image_id,
            "AmiLaunchIndex": 0,
            "State": { "Code": state.code(), "Name": state.name() },
            "StateTransitionReason": self.transition_reason(call),
            "StateReason": self.state_reason(),
            "LaunchTime": call.epoch + self.launched_at,
            "Placement": {
                "AvailabilityZone": subnet.map(|subnet| &subnet.availability_zone),
                "AvailabilityZoneId": subnet.map(|subnet| &subnet.availability_zone_id),
                "GroupName": "",
                "Tenancy": "default",
            },
            "Architecture": self.architecture(),
            "Hypervisor": "xen",
            "VirtualizationType": "hvm",
            "PlatformDetails": PLATFORM,
            "UsageOperation": "RunInstances",
            "RootDeviceName": ROOT_DEVICE,
            "RootDeviceType": "ebs",
            "BlockDeviceMappings": [],
            "ProductCodes": [],
            "ClientToken": "",
            "EbsOptimized": false,
            "EnaSupport": true,
            "Monitoring": { "State": "disabled" },
            "EnclaveOptions": { "Enabled": false },
            "HibernationOptions": { "Configured": false },
            "MaintenanceOptions": { "AutoRecovery": "default" },
            "MetadataOptions": {
                "State": "applied",
                "HttpTokens": "required",
                "HttpPutResponseHopLimit": 2,
                "HttpEndpoint": "enabled",
                "HttpProtocolIpv6": "disabled",
                "InstanceMetadataTags": "disabled",
            },
            "CurrentInstanceBootMode": "legacy-bios",
            "Operator": { "Managed": false },
            "IamInstanceProfile": self.show_profile(call),
            "SubnetId": in_interface("SubnetId"),
            "VpcId": in_interface("VpcId"),
            "PrivateIpAddress": in_interface("PrivateIpAddress"),
            "PrivateDnsName": in_interface("PrivateDnsName").as_str().unwrap_or_default(),
            "PublicIpAddress": public["PublicIp"],
            "PublicDnsName": public["PublicDnsName"].as_str().unwrap_or_default(),
            "Ipv6Address": in_interface("Ipv6Address"),
            "SourceDestCheck": in_interface("SourceDestCheck"),
            "SecurityGroups": in_interface("Groups"),
            "NetworkInterfaces": interface.map(|found| show_interface(found, call)).into_iter().collect::<Vec<_>>(),
            "Tags": tags::to_list(&self.tags),
        })
    }
}

/// The members that an instance tells of its interface: it knows itself, and nothing of allocations.
fn show_interface(interface: &NetworkInterface, call: &Call<'_>) -> Value {
    const OWN: &[&str] = &[
        "Description",
        "Groups",
        "InterfaceType",
        "Ipv6Addresses",
        "MacAddress",
        "NetworkInterfaceId",
        "Operator",
        "OwnerId",
        "PrivateDnsName",
        "PrivateIpAddress",
        "PrivateIpAddresses",
        "SourceDestCheck",
        "Status",
        "SubnetId",
        "VpcId",
    ];
    const ATTACHMENT: &[&str] =
        &["AttachTime", "AttachmentId", "DeleteOnTermination", "DeviceIndex", "NetworkCardIndex", "Status"];
    const ASSOCIATION: &[&str] = &["IpOwnerId", "PublicDnsName", "PublicIp"];
    let shown = interface.show(call);
    let mut told = only(&shown, OWN);
    told["Attachment"] = only(&shown["Attachment"], ATTACHMENT);
    told["Association"] = only(&shown["Association"], ASSOCIATION);
    for address in told["PrivateIpAddresses"].as_array_mut().into_iter().flatten() {
        address["Association"] = only(&address["Association"], ASSOCIATION);
    }
    told
}

/// Some members of what is shown; nothing of what is not there.
fn only(shown: &Value, members: &[&str]) -> Value {
    match shown {
        Value::Null => Value::Null,
        shown => members.iter().map(|member| ((*member).to_owned(), shown[*member].clone())).collect(),
    }
}

impl Instance {
    pub(super) fn interface<'c>(&self, call: &'c Call<'_>) -> Option<&'c NetworkInterface> {
        call.network().interface_of_instance(&self.id)
    }

    pub(super) fn subnet<'c>(&self, call: &'c Call<'_>) -> Option<&'c Subnet> {
        self.interface(call).and_then(|interface| call.network().subnet(&interface.subnet_id))
    }

    /// Graviton's types have a `g` after the number of their generation: `m7g.large`.
    pub(super) fn architecture(&self) -> &'static str {
        let family = self.instance_type.split('.').next().unwrap_or_default();
        let attributes = family.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        if attributes.contains('g') { "arm64" } else { "x86_64" }
    }

    /// The instance profile: its ARN and its id, if it is still there.
    pub(super) fn profile(&self, call: &Call<'_>) -> Option<(String, Option<String>)> {
        let arn = self.instance_profile.as_ref()?;
        let mut profiles = call.account.global.iam.instance_profiles.values();
        Some((arn.clone(), profiles.find(|profile| profile.arn == *arn).map(|profile| profile.id.clone())))
    }

    fn show_profile(&self, call: &Call<'_>) -> Option<Value> {
        self.profile(call).map(|(arn, id)| json!({ "Arn": arn, "Id": id }))
    }

    fn transition_reason(&self, call: &Call<'_>) -> String {
        match self.state {
            State::Running => String::new(),
            State::ShuttingDown { at, .. } | State::Terminated { at, .. } => {
                let time = timestamp(call.epoch + at);
                let (day, clock) = time.split_once('T').unwrap_or_default();
                format!("User initiated ({day} {} GMT)", clock.trim_end_matches(".000Z"))
            }
        }
    }

    fn state_reason(&self) -> Option<Value> {
        let code = self.state_reason_code()?;
        Some(json!({ "Code": code, "Message": format!("{code}: User initiated shutdown") }))
    }

    pub(super) fn state_reason_code(&self) -> Option<&'static str> {
        (self.state != State::Running).then_some("Client.UserInitiatedShutdown")
    }
}
