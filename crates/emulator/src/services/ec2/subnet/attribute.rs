//! `ModifySubnetAttribute`: one attribute at a time.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Subnet;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::flag::Flag;
use crate::services::ec2::{id, parameters, unsupported};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[("ModifySubnetAttribute", modify_subnet_attribute)];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ModifySubnetAttribute {
    assign_ipv6_address_on_creation: Option<Flag>,
    map_public_ip_on_launch: Option<Flag>,
    subnet_id: String,
    map_customer_owned_ip_on_launch: Option<Flag>,
    customer_owned_ipv4_pool: Option<String>,
    enable_dns64: Option<Flag>,
    private_dns_hostname_type_on_launch: Option<String>,
    enable_resource_name_dns_a_record_on_launch: Option<Flag>,
    #[serde(rename = "EnableResourceNameDnsAAAARecordOnLaunch")]
    enable_resource_name_dns_aaaa_record_on_launch: Option<Flag>,
    enable_lni_at_device_index: Option<i64>,
    disable_lni_at_device_index: Option<Flag>,
}

/// A change of one attribute.
enum Change {
    AssignIpv6(bool),
    MapPublicIp(bool),
    MapCustomerOwnedIp(bool),
    Dns64(bool),
    HostnameType(String),
    ARecord(bool),
    AaaaRecord(bool),
}

fn modify_subnet_attribute(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ModifySubnetAttribute = parameters(call)?;
    let subnet = id::SUBNET.find_mut(&mut call.ec2().subnets, &args.subnet_id)?;
    let change = args.change()?;
    change.check(subnet)?;
    change.apply(subnet);
    Ok(json!({}))
}

impl ModifySubnetAttribute {
    fn change(self) -> Result<Change, ApiError> {
        id::CUSTOMER_OWNED_POOL.none(self.customer_owned_ipv4_pool.as_deref())?;
        if self.enable_lni_at_device_index.is_some() {
            return Err(unsupported("EnableLniAtDeviceIndex"));
        }
        if self.disable_lni_at_device_index.is_some() {
            return Err(unsupported("DisableLniAtDeviceIndex"));
        }
        type Make = fn(bool) -> Change;
        let flags: [(&str, Option<Flag>, Make); 6] = [
            ("assignIpv6AddressOnCreation", self.assign_ipv6_address_on_creation, Change::AssignIpv6),
            ("mapPublicIpOnLaunch", self.map_public_ip_on_launch, Change::MapPublicIp),
            ("mapCustomerOwnedIpOnLaunch", self.map_customer_owned_ip_on_launch, Change::MapCustomerOwnedIp),
            ("enableDns64", self.enable_dns64, Change::Dns64),
            ("enableResourceNameDnsARecordOnLaunch", self.enable_resource_name_dns_a_record_on_launch, Change::ARecord),
            (
                "enableResourceNameDnsAAAARecordOnLaunch",
                self.enable_resource_name_dns_aaaa_record_on_launch,
                Change::AaaaRecord,
            ),
        ];
        let mut changes: Vec<Change> =
            self.private_dns_hostname_type_on_launch.map(Change::HostnameType).into_iter().collect();
        for (name, flag, make) in flags {
            if let Some(flag) = flag {
                changes.push(make(flag.value(name)?));
            }
        }
        if changes.len() > 1 {
            return refuse("InvalidParameterCombination", "Fields for multiple attribute types specified.");
        }
        let missing = || ApiError::new("MissingParameter", "The request must contain the attribute to modify.");
        changes.pop().ok_or_else(missing)
    }
}

impl Change {
    /// Refuses what the subnet's addresses do not allow.
    fn check(&self, subnet: &Subnet) -> Result<(), ApiError> {
        let (has_ipv6, native) = (subnet.ipv6().is_some(), subnet.ipv6_native);
        let reason = match self {
            Self::AssignIpv6(true) if !has_ipv6 => "does not have an associated IPv6 CIDR",
            Self::AssignIpv6(false) if native => "is for IPv6 only",
            Self::MapPublicIp(true) | Self::ARecord(true) if native => "is for IPv6 only",
            Self::MapCustomerOwnedIp(true) => "is not on an Outpost",
            Self::AaaaRecord(true) if !has_ipv6 => "does not have an associated IPv6 CIDR",
            Self::HostnameType(name) if native && name != "resource-name" => "is for IPv6 only",
            _ => return Ok(()),
        };
        refuse("InvalidParameterValue", format!("Invalid value for the attribute. The subnet {} {reason}.", subnet.id))
    }

    fn apply(self, subnet: &mut Subnet) {
        match self {
            Self::AssignIpv6(value) => subnet.assign_ipv6_address_on_creation = value,
            Self::MapPublicIp(value) => subnet.map_public_ip_on_launch = value,
            // Only false passed the check, which it is.
            Self::MapCustomerOwnedIp(_) => {}
            Self::Dns64(value) => subnet.enable_dns64 = value,
            Self::HostnameType(value) => subnet.hostname_type = value,
            Self::ARecord(value) => subnet.enable_resource_name_dns_a_record = value,
            Self::AaaaRecord(value) => subnet.enable_resource_name_dns_aaaa_record = value,
        }
    }
}
