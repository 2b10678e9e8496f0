//! What is there and not ours: VPCs and subnets that a stack is put into, and services that can be reached by endpoints.

use std::collections::BTreeMap;

use aws_sdk_ec2::operation::describe_subnets::DescribeSubnetsOutput;
use aws_sdk_ec2::operation::describe_vpc_endpoint_services::DescribeVpcEndpointServicesOutput;
use aws_sdk_ec2::operation::describe_vpcs::DescribeVpcsOutput;
use aws_sdk_ec2::types::{Filter, Subnet, Vpc};
use eksctl_rs_core::{CallError, ExistingSubnet, ExistingVpc, Filters};

use crate::reads::Reads;

/// The VPCs that match.
pub(crate) async fn vpcs(reads: &Reads<'_>, filters: &Filters) -> Result<Vec<ExistingVpc>, CallError> {
    let request = || reads.aws.ec2.describe_vpcs().set_filters(Some(to_sdk(filters)));
    let page = |page: DescribeVpcsOutput| (page.vpcs.unwrap_or_default(), page.next_token);
    let found = reads.pages("ec2:DescribeVpcs", |token| request().set_next_token(token).send(), page).await?;
    Ok(found.iter().map(vpc).collect())
}

/// The subnets that match, by zone.
pub(crate) async fn subnets(reads: &Reads<'_>, filters: &Filters) -> Result<Vec<ExistingSubnet>, CallError> {
    let request = || reads.aws.ec2.describe_subnets().set_filters(Some(to_sdk(filters)));
    let page = |page: DescribeSubnetsOutput| (page.subnets.unwrap_or_default(), page.next_token);
    let found = reads.pages("ec2:DescribeSubnets", |token| request().set_next_token(token).send(), page).await?;
    let mut subnets: Vec<ExistingSubnet> = found.iter().map(subnet).collect();
    subnets.sort();
    Ok(subnets)
}

/// The names of the zones in which each service is. Source: EC2 `DescribeVpcEndpointServices`: not every service is in
/// every zone.
pub(crate) async fn endpoint_zones(
    reads: &Reads<'_>,
    services: &[String],
) -> Result<BTreeMap<String, Vec<String>>, CallError> {
    let filter = Filter::builder().name("service-name").set_values(Some(services.to_vec())).build();
    let request = || reads.aws.ec2.describe_vpc_endpoint_services().filters(filter.clone());
    let page = |page: DescribeVpcEndpointServicesOutput| (page.service_details.unwrap_or_default(), page.next_token);
    let operation = "ec2:DescribeVpcEndpointServices";
    let found = reads.pages(operation, |token| request().set_next_token(token).send(), page).await?;
    let zones = found.into_iter().filter_map(|service| {
        let zones = service.availability_zones().to_vec();
        Some((service.service_name?, zones))
    });
    Ok(zones.collect())
}

fn to_sdk(filters: &Filters) -> Vec<Filter> {
    let filter =
        |(name, values): (&String, &Vec<String>)| Filter::builder().name(name).set_values(Some(values.clone())).build();
    filters.iter().map(filter).collect()
}

fn vpc(live: &Vpc) -> ExistingVpc {
    let first = live.cidr_block().map(str::to_owned);
    let others = live.cidr_block_association_set().iter().filter_map(|association| association.cidr_block());
    let others: Vec<String> = others.filter(|block| Some(*block) != first.as_deref()).map(str::to_owned).collect();
    ExistingVpc {
        id: live.vpc_id().unwrap_or_default().to_owned(),
        cidr_blocks: first.into_iter().chain(others).collect(),
    }
}

fn subnet(live: &Subnet) -> ExistingSubnet {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    ExistingSubnet { zone: text(live.availability_zone()), id: text(live.subnet_id()), vpc: text(live.vpc_id()) }
}
