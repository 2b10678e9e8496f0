//! A network that somebody else has made, put into the world on request: for stacks that are guests in one.

use serde_json::{Value, json};

use super::region::zone;
use crate::call::Call;
use crate::plant::PlantError;
use crate::services::Service;

/// How many zones it has, as far as the Region goes.
const ZONES: usize = 3;

/// A VPC of /16 with a public and a private subnet in each zone, an internet gateway, and one NAT gateway for the private
/// ones, made by the calls that its owner would have sent. The VPC has the tag `Name`, the subnets the tag `tier` (`public`
/// or `private`). For each thing its id, and what it is.
pub(crate) fn plant(call: &mut Call<'_>, name: &str, cidr: &str) -> Result<Vec<String>, PlantError> {
    let network: ipnet::Ipv4Net = cidr.parse().map_err(|_| PlantError::NoRange { cidr: cidr.to_owned() })?;
    let parts: Vec<ipnet::Ipv4Net> = match network.prefix_len() {
        16 => network.subnets(20).map(Iterator::collect).unwrap_or_default(),
        _ => return Err(PlantError::NoRange { cidr: cidr.to_owned() }),
    };
    let zones = zone::open_zones(&call.region_name);
    let mut maker = Maker { call, name, planted: Vec::new() };
    let vpc = maker.make("CreateVpc", "vpc", "the VPC", &[], json!({ "CidrBlock": cidr }))?;
    maker.send("ModifyVpcAttribute", json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": true } }))?;
    let gateway = maker.make("CreateInternetGateway", "internet-gateway", "its internet gateway", &[], json!({}))?;
    maker.send("AttachInternetGateway", json!({ "VpcId": vpc, "InternetGatewayId": gateway }))?;
    let public = maker.table(&vpc, "public", json!({ "GatewayId": gateway }))?;
    let (mut ways_out, mut private) = (Vec::new(), Vec::new());
    for (number, zone) in zones.iter().take(ZONES).enumerate() {
        let [inner, outer] = [number, number + 8].map(|part| parts.get(part).map(ToString::to_string));
        let outer = maker.subnet(&vpc, "public", &zone.name, outer)?;
        maker.send("AssociateRouteTable", json!({ "RouteTableId": public, "SubnetId": outer }))?;
        ways_out.push(outer);
        private.push(maker.subnet(&vpc, "private", &zone.name, inner)?);
    }
    let address = maker.make("AllocateAddress", "elastic-ip", "its address", &[], json!({ "Domain": "vpc" }))?;
    let nat = json!({ "SubnetId": ways_out.first(), "AllocationId": address });
    let nat = maker.make("CreateNatGateway", "natgateway", "its NAT gateway", &[], nat)?;
    let inner = maker.table(&vpc, "private", json!({ "NatGatewayId": nat }))?;
    for subnet in private {
        maker.send("AssociateRouteTable", json!({ "RouteTableId": inner, "SubnetId": subnet }))?;
    }
    Ok(maker.planted)
}

/// Whoever makes the network.
struct Maker<'m, 'w> {
    call: &'m mut Call<'w>,
    name: &'m str,
    planted: Vec<String>,
}

impl Maker<'_, '_> {
    /// Sends a call of EC2's, and gives its answer.
    fn send(&mut self, operation: &'static str, input: Value) -> Result<Value, PlantError> {
        let found = Service::find("ec2").and_then(|service| service.operation(operation));
        let (_, handler) = found.ok_or_else(|| PlantError::refused(operation, "there is no such operation"))?;
        self.call.input = input;
        self.call.operation = operation;
        handler(self.call).map_err(|error| PlantError::refused(operation, &error.message))
    }

    /// Makes a thing with its tags, and gives its id.
    fn make(
        &mut self,
        operation: &'static str,
        kind: &str,
        what: &str,
        tags: &[(&str, &str)],
        mut input: Value,
    ) -> Result<String, PlantError> {
        let name = json!({ "Key": "Name", "Value": self.name });
        let more = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
        let tags: Vec<Value> = std::iter::once(name).chain(more).collect();
        input["TagSpecifications"] = json!([{ "ResourceType": kind, "Tags": tags }]);
        let answer = self.send(operation, input)?;
        let id = id(&answer).ok_or_else(|| PlantError::refused(operation, "the answer names nothing"))?;
        self.planted.push(format!("{id} {what}"));
        Ok(id)
    }

    fn subnet(&mut self, vpc: &str, tier: &str, zone: &str, cidr: Option<String>) -> Result<String, PlantError> {
        let input = json!({ "VpcId": vpc, "AvailabilityZone": zone, "CidrBlock": cidr });
        let subnet = self.make("CreateSubnet", "subnet", &format!("a {tier} subnet"), &[("tier", tier)], input)?;
        if tier == "public" {
            self.send(
                "ModifySubnetAttribute",
                json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": { "Value": true } }),
            )?;
        }
        Ok(subnet)
    }

    /// A route table with a way out.
    fn table(&mut self, vpc: &str, tier: &str, mut way_out: Value) -> Result<String, PlantError> {
        let what = format!("the route table of the {tier} subnets");
        let table = self.make("CreateRouteTable", "route-table", &what, &[("tier", tier)], json!({ "VpcId": vpc }))?;
        way_out["RouteTableId"] = table.as_str().into();
        way_out["DestinationCidrBlock"] = "0.0.0.0/0".into();
        self.send("CreateRoute", way_out)?;
        Ok(table)
    }
}

/// The id of what was made: below the one structure of the answer, or beside it.
fn id(answer: &Value) -> Option<String> {
    const IDS: [&str; 6] = ["NatGatewayId", "SubnetId", "RouteTableId", "InternetGatewayId", "AllocationId", "VpcId"];
    let fields = answer.as_object()?;
    let mut places = std::iter::once(answer).chain(fields.values());
    places.find_map(|place| IDS.iter().find_map(|name| place[*name].as_str())).map(str::to_owned)
}
