//! VPC endpoints: those of the base, nodes that have no other way out, and runs that die.

use std::collections::BTreeSet;
use std::time::Duration;

use eksctl_rs_core::{Desired, Graph, Outcome, Reference, StepId};
use eksctl_rs_emulator::{Hold, Weather, When};
use serde_json::{Value, json};

use crate::afresh;
use crate::lab::{at, essence, graph};

/// The zones of the base.
const ZONES: [&str; 2] = ["eu-west-1a", "eu-west-1b"];

/// One with interfaces, whose group lets in what has the cluster's own; and one with routes.
pub(crate) fn add(desired: &mut Vec<Desired>) {
    desired.extend([interface("sts"), gateway()]);
}

fn interface(service: &str) -> Desired {
    let mut spec = endpoint(service, "Interface");
    spec["subnets"] = ZONES.map(|zone| id(&format!("ec2.Subnet/private-{zone}"))).to_vec().into();
    spec["security_groups"] = json!([id("ec2.SecurityGroup/control-plane")]);
    spec["private_dns_enabled"] = true.into();
    Desired { address: at(&format!("ec2.VpcEndpoint/{service}")), spec }
}

fn gateway() -> Desired {
    let mut spec = endpoint("s3", "Gateway");
    spec["route_tables"] = ZONES.map(|zone| id(&format!("ec2.RouteTable/private-{zone}"))).to_vec().into();
    Desired { address: at("ec2.VpcEndpoint/s3"), spec }
}

fn endpoint(service: &str, kind: &str) -> Value {
    json!({
        "vpc": id("ec2.Vpc/main"), "service_name": format!("com.amazonaws.eu-west-1.{service}"), "endpoint_type": kind,
        "subnets": [], "security_groups": [], "route_tables": [], "policy": null, "private_dns_enabled": false,
        "ip_address_type": "ipv4", "tags": { "Name": service },
    })
}

fn id(address: &str) -> Value {
    serde_json::to_value(Reference::to(&at(address), "id")).expect("JSON")
}

/// Without NAT gateways. Source: EKS user guide, "Deploy private clusters with limited internet access".
fn shut_in(desired: &mut Vec<Desired>) {
    desired.retain(|one| !matches!(one.address.kind(), "ec2.NatGateway" | "ec2.ElasticIp"));
    let tables = desired.iter_mut().filter(|one| one.address.kind() == "ec2.RouteTable");
    tables.filter(|one| one.address.name() != "public").for_each(|one| one.spec["routes"] = json!({}));
    desired.extend(["ec2", "ecr.api", "ecr.dkr", "eks"].map(interface));
}

#[tokio::test(start_paused = true)]
async fn nodes_without_another_way_out_come_after_the_endpoints_and_go_before_them() {
    let base = afresh(shut_in).await;
    let plan = base.plan(&base.desired).await;
    let of = |kind: &str| -> BTreeSet<StepId> {
        plan.steps.iter().filter(|step| step.address.kind() == kind).map(|step| step.id).collect()
    };
    let nodes = plan.steps.iter().find(|step| step.operation == "eks:CreateNodegroup").expect("the nodes");
    assert!(of("ec2.VpcEndpoint").is_subset(&nodes.needs.iter().copied().collect()));
    let endpoint = plan.steps.iter().find(|step| step.operation == "ec2:CreateVpcEndpoint").expect("an endpoint");
    assert!(endpoint.needs.iter().all(|need| !of("eks.Cluster").contains(need)), "they are made side by side");
    base.converge(&base.desired, "the private stack").await;
    let (nothing, snapshot) = (Graph::empty(), base.observe(&Graph::empty()).await);
    let plan = base.open.plan(&snapshot, &nothing).expect("no refusal");
    let report = base.open.run(&plan).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
    let order: Vec<String> = base.lab.mutating_calls().into_iter().map(|entry| entry.operation).collect();
    let place = |operation: &str| order.iter().position(|one| one == operation).expect("it was called");
    assert!(place("DeleteNodegroup") < place("DeleteVpcEndpoints"));
    // Until the cluster goes, its group and the endpoints talk.
    assert!(
        place("DeleteVpcEndpoints")
            < order.iter().rposition(|one| one == "RevokeSecurityGroupIngress").expect("revoked")
    );
}

/// Groups and endpoints, and what they stand in.
fn network(desired: &mut Vec<Desired>) {
    desired.retain(|one| one.address.kind().starts_with("ec2."));
    let others = ["ec2.NatGateway", "ec2.ElasticIp", "ec2.FlowLog", "ec2.LaunchTemplate", "ec2.Tags"];
    desired.retain(|one| !others.contains(&one.address.kind()));
    for one in desired.iter_mut() {
        match one.address.to_string().as_str() {
            "ec2.RouteTable/private-eu-west-1a" | "ec2.RouteTable/private-eu-west-1b" => one.spec["routes"] = json!({}),
            "ec2.SecurityGroup/control-plane" => one.spec["ingress"] = json!([]),
            _ => {}
        }
    }
}

/// Longer than any run takes.
const FOR_EVER: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn whatever_call_a_run_dies_at_groups_and_endpoints_are_made_once() {
    let whole = afresh(network).await;
    whole.converge(&whole.desired, "undisturbed").await;
    let wanted = essence(&whole.observe(&graph(whole.desired.clone())).await);
    let mine = |operation: &str| ["SecurityGroup", "VpcEndpoint"].iter().any(|kind| operation.contains(kind));
    let log = whole.lab.emulator.log();
    let calls = (1..).zip(&log).filter(|(_, entry)| entry.mutating && mine(&entry.operation)).map(|(number, _)| number);
    let calls: Vec<u64> = calls.collect();
    assert!(calls.len() > 10, "{calls:?}");
    for call in calls {
        for when in [When::Before, When::After] {
            let base = afresh(network).await;
            base.lab
                .emulator
                .set_weather(Weather { hold: Some(Hold { call, when }), ..Weather::default() })
                .expect("such weather");
            let plan = base.plan(&base.desired).await;
            let died = tokio::time::timeout(FOR_EVER, base.open.run(&plan)).await;
            base.lab.emulator.set_weather(Weather::default()).expect("such weather");
            let what = format!("{when:?} call {call}");
            assert!(died.is_err(), "{what}: the run was over before");
            base.converge(&base.desired, &what).await;
            assert_eq!(essence(&base.observe(&graph(base.desired.clone())).await), wanted, "{what}");
            let ec2 = crate::lab::clients::ec2(&base.lab, &base.open.spec);
            let endpoints = ec2.describe_vpc_endpoints().send().await.expect("endpoints");
            assert_eq!(endpoints.vpc_endpoints().len(), 2, "{what}");
        }
    }
}
