use aws_sdk_ec2::types::{NatGateway, NatGatewayAddress, NatGatewayState};
use eksctl_rs_core::{Issue, Reference, Status};

use super::read::from_live;

#[test]
fn a_failed_one_says_why() {
    let gateway = NatGateway::builder()
        .nat_gateway_id("nat-1")
        .subnet_id("subnet-1")
        .state(NatGatewayState::Failed)
        .failure_code("Gateway.NotAttached")
        .failure_message("Network vpc-1 has no Internet gateway attached")
        .nat_gateway_addresses(NatGatewayAddress::builder().allocation_id("eipalloc-1").build())
        .build();
    let found = from_live(&gateway);
    let issue =
        Issue { code: "Gateway.NotAttached".into(), message: "Network vpc-1 has no Internet gateway attached".into() };
    assert_eq!(found.status, Status::Failed { status: "failed".into(), issues: vec![issue] });
    assert_eq!(found.spec.allocation, Some(Reference::from("eipalloc-1")));
}
