use aws_sdk_ec2::types::{Route, RouteOrigin, RouteTable, RouteTableAssociation};
use eksctl_rs_core::Reference;

use super::Target;
use super::read::from_live;

#[test]
fn local_and_propagated_routes_and_those_of_endpoints_are_not_ours() {
    let route = |destination: &str| Route::builder().destination_cidr_block(destination);
    let table = RouteTable::builder()
        .route_table_id("rtb-1")
        .vpc_id("vpc-1")
        .routes(route("10.0.0.0/16").gateway_id("local").origin(RouteOrigin::CreateRouteTable).build())
        .routes(route("172.16.0.0/12").gateway_id("vgw-1").origin(RouteOrigin::EnableVgwRoutePropagation).build())
        .routes(Route::builder().destination_prefix_list_id("pl-1").gateway_id("vpce-1").build())
        .routes(route("0.0.0.0/0").nat_gateway_id("nat-1").origin(RouteOrigin::CreateRoute).build())
        .routes(
            Route::builder()
                .destination_ipv6_cidr_block("::/0")
                .egress_only_internet_gateway_id("eigw-1")
                .origin(RouteOrigin::CreateRoute)
                .build(),
        )
        .routes(route("192.168.0.0/16").transit_gateway_id("tgw-1").origin(RouteOrigin::CreateRoute).build())
        .associations(RouteTableAssociation::builder().main(true).route_table_association_id("rtbassoc-0").build())
        .associations(
            RouteTableAssociation::builder().subnet_id("subnet-1").route_table_association_id("rtbassoc-1").build(),
        )
        .build();
    let found = from_live(&table);
    let routes: Vec<_> = found.spec.routes.into_iter().collect();
    assert_eq!(
        routes,
        [
            ("0.0.0.0/0".to_owned(), Target::NatGateway(Reference::from("nat-1"))),
            ("192.168.0.0/16".to_owned(), Target::Other(Reference::from("tgw-1"))),
            ("::/0".to_owned(), Target::EgressOnlyInternetGateway(Reference::from("eigw-1"))),
        ]
    );
    assert_eq!(found.spec.subnets.into_iter().collect::<Vec<_>>(), [Reference::from("subnet-1")]);
    assert_eq!(found.outputs["association/subnet-1"], "rtbassoc-1");
}
