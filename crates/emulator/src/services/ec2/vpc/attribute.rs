//! Attributes of VPCs, one at a time.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ec2::flag::Flag;
use crate::services::ec2::{id, parameters};

pub(in crate::services::ec2) const OPERATIONS: Operations =
    &[("DescribeVpcAttribute", describe_vpc_attribute), ("ModifyVpcAttribute", modify_vpc_attribute)];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ModifyVpcAttribute {
    vpc_id: String,
    enable_dns_hostnames: Option<Flag>,
    enable_dns_support: Option<Flag>,
    enable_network_address_usage_metrics: Option<Flag>,
}

fn modify_vpc_attribute(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ModifyVpcAttribute = parameters(call)?;
    let vpc = id::VPC.find_mut(&mut call.ec2().vpcs, &args.vpc_id)?;
    match (args.enable_dns_hostnames, args.enable_dns_support, args.enable_network_address_usage_metrics) {
        (Some(flag), None, None) => {
            let enable = flag.value("enableDnsHostnames")?;
            if enable && !vpc.enable_dns_support {
                let message = "DNS hostnames can only be enabled if DNS support is enabled.";
                return refuse("InvalidParameterValue", message);
            }
            vpc.enable_dns_hostnames = enable;
        }
        (None, Some(flag), None) => vpc.enable_dns_support = flag.value("enableDnsSupport")?,
        (None, None, Some(flag)) => {
            vpc.enable_network_address_usage_metrics = flag.value("enableNetworkAddressUsageMetrics")?;
        }
        (None, None, None) => {
            return refuse("MissingParameter", "The request must contain the attribute to modify.");
        }
        _ => return refuse("InvalidParameterCombination", "Fields for multiple attribute types specified."),
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeVpcAttribute {
    attribute: String,
    vpc_id: String,
}

fn describe_vpc_attribute(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DescribeVpcAttribute = parameters(call)?;
    let vpc = id::VPC.find(&call.network().vpcs, &args.vpc_id)?;
    // The model allows these three only.
    let (member, value) = match args.attribute.as_str() {
        "enableDnsHostnames" => ("EnableDnsHostnames", vpc.enable_dns_hostnames),
        "enableDnsSupport" => ("EnableDnsSupport", vpc.enable_dns_support),
        _ => ("EnableNetworkAddressUsageMetrics", vpc.enable_network_address_usage_metrics),
    };
    Ok(json!({ "VpcId": vpc.id, (member): { "Value": value } }))
}
