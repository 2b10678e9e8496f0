//! Address ranges of a VPC: they come before what is in them and go after it.

use std::time::Duration;

use eksctl_rs_core::{Desired, Reference};
use eksctl_rs_emulator::{Hold, Weather, When};
use serde_json::{Value, json};

use crate::lab::{at, clients};
use crate::{Base, base};

const SUBNET: &str = "ec2.Subnet/second-range";

fn spec<'d>(desired: &'d mut [Desired], address: &str) -> &'d mut Value {
    &mut desired.iter_mut().find(|desired| desired.address == at(address)).expect("the resource").spec
}

fn id(address: &str) -> Value {
    serde_json::to_value(Reference::to(&at(address), "id")).expect("JSON")
}

/// Calls of `operation` since the log was cleared: their numbers, with the error codes of those that were refused.
fn calls(base: &Base, operation: &str) -> Vec<(u64, Option<String>)> {
    let all = base.lab.emulator.log().into_iter().filter(|entry| entry.operation == operation);
    all.map(|entry| (entry.call, entry.error)).collect()
}

fn refused(base: &Base, operation: &str) -> Vec<String> {
    calls(base, operation).into_iter().filter_map(|(_, error)| error).collect()
}

#[tokio::test(start_paused = true)]
async fn ranges_go_once_nothing_is_in_them_though_nodes_move_out_first() {
    let base = base().await;
    let mut within = base.desired.clone();
    spec(&mut within, "eks.Nodegroup/a")["subnets"] = json!([id(SUBNET)]);
    let associated = &mut spec(&mut within, "ec2.RouteTable/private-eu-west-1a")["subnets"];
    associated.as_array_mut().expect("a list").push(id(SUBNET));
    base.converge(&within, "nodes in the second range").await;
    let mut without = base.desired.clone();
    without.retain(|one| one.address != at(SUBNET));
    let vpc = spec(&mut without, "ec2.Vpc/main");
    vpc["secondary_cidr_blocks"] = json!([]);
    vpc["amazon_provided_ipv6_cidr_block"] = false.into();
    base.lab.emulator.clear_log();
    base.converge(&without, "no second range").await;
    assert_eq!(calls(&base, "DisassociateVpcCidrBlock").len(), 2);
    assert_eq!(refused(&base, "DisassociateVpcCidrBlock"), [""; 0]);
    base.lab.emulator.clear_log();
    base.converge(&within, "and back").await;
    assert_eq!(refused(&base, "CreateSubnet"), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn one_range_of_ipv6_is_made_though_a_run_dies() {
    let base = base().await;
    let mut without = base.desired.clone();
    spec(&mut without, "ec2.Vpc/main")["amazon_provided_ipv6_cidr_block"] = false.into();
    let subnet = spec(&mut without, SUBNET);
    subnet["ipv6_cidr_block"] = Value::Null;
    subnet["assign_ipv6_address_on_creation"] = false.into();
    base.lab.emulator.clear_log();
    base.converge(&without, "no IPv6").await;
    for operation in ["DisassociateSubnetCidrBlock", "DisassociateVpcCidrBlock"] {
        assert_eq!(refused(&base, operation), [""; 0], "{operation}");
    }
    let rehearsal = base.fork().await;
    rehearsal.lab.emulator.clear_log();
    rehearsal.converge(&base.desired, "IPv6 again").await;
    let call = calls(&rehearsal, "AssociateVpcCidrBlock")[0].0;
    for when in [When::Before, When::After] {
        let base = base.fork().await;
        base.lab.emulator.clear_log();
        base.lab
            .emulator
            .set_weather(Weather { hold: Some(Hold { call, when }), ..Weather::default() })
            .expect("such weather");
        let plan = base.plan(&base.desired).await;
        let died = tokio::time::timeout(Duration::from_secs(3600), base.open.run(&plan)).await;
        base.lab.emulator.set_weather(Weather::default()).expect("such weather");
        assert!(died.is_err(), "{when:?} the range is made");
        base.converge(&base.desired, &format!("{when:?}")).await;
        let ec2 = clients::ec2(&base.lab, &base.open.spec);
        let vpc = &base.snapshot.at(&at("ec2.Vpc/main"))[0].id;
        let vpcs = ec2.describe_vpcs().vpc_ids(vpc).send().await.expect("VPCs");
        assert_eq!(vpcs.vpcs()[0].ipv6_cidr_block_association_set().len(), 1, "{when:?}");
    }
}
