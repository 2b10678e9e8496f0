//! EC2 from inside: what other services use of it, and what holds whatever is called.

mod interfaces;
mod parameters;
mod walk;

use std::cell::Cell;

use serde_json::{Value, json};

use super::{Ec2, SERVICE};
use crate::call::{Call, Caller};
use crate::error::ApiError;
use crate::model::MODELS;
use crate::services;
use crate::validate::{ProblemKind, validate};
use crate::weather::RunningWeather;
use crate::world::Account;

const REGION: &str = "eu-west-1";

/// What AWS answers against its own model: its filters have these names, and so have its answers.
const NOT_IN_THE_MODEL: &[&str] = &["nat_gateway", "available", "pending", "deleting"];

/// The answer has nothing that the model does not know: it would get lost on its way.
fn assert_known(operation: &str, answer: &Value) {
    let model = &MODELS["ec2"];
    let Some(output) = &model.operations[operation].output else { return };
    for problem in validate(model, &output.shape, answer) {
        let known = match &problem.kind {
            ProblemKind::Invalid { value, .. } => NOT_IN_THE_MODEL.contains(&value.as_str()),
            _ => false,
        };
        assert!(known, "{operation}: {problem:?}");
    }
}

/// An account that is called without a protocol.
struct Lab {
    account: Account,
    now: f64,
}

impl Lab {
    fn new() -> Self {
        Self { account: Account::default(), now: 0.0 }
    }

    /// Calls an operation, as after all checks of the model.
    fn call(&mut self, operation: &str, input: Value) -> Result<Value, ApiError> {
        services::advance(&mut self.account, self.now);
        let (operation, handler) = SERVICE.operation(operation).expect("an operation");
        let mut call = Call {
            input,
            operation,
            account_id: "111122223333".into(),
            region_name: REGION.into(),
            caller: Caller { arn: "arn:aws:iam::111122223333:user/emulator".into(), user_id: "AIDA".into() },
            now: self.now,
            epoch: 0.0,
            seed: 0,
            instant: false,
            completes: Cell::default(),
            weather: &mut RunningWeather::default(),
            account: &mut self.account,
        };
        handler(&mut call).inspect(|answer| assert_known(operation, answer))
    }

    /// All Describe operations are answered.
    fn describe_all(&mut self) {
        for (operation, _) in SERVICE.operations.iter().flat_map(|group| group.iter()) {
            let needs_more = ["DescribeLaunchTemplateVersions", "DescribeVpcAttribute"].contains(operation);
            if operation.starts_with("Describe") && !needs_more {
                self.call(operation, json!({})).expect(operation);
            }
        }
    }

    /// The text at `pointer` in the answer to a call that is granted.
    fn made(&mut self, operation: &str, input: Value, pointer: &str) -> String {
        let answer = self.call(operation, input).expect(operation);
        answer.pointer(pointer).and_then(Value::as_str).expect(pointer).to_owned()
    }

    fn ec2(&mut self) -> &mut Ec2 {
        &mut self.account.regions.entry(REGION.into()).or_default().ec2
    }

    fn vpc(&mut self) -> String {
        self.made("CreateVpc", json!({ "CidrBlock": "10.0.0.0/16" }), "/Vpc/VpcId")
    }

    fn subnet(&mut self, vpc: &str, cidr: &str) -> String {
        self.made("CreateSubnet", json!({ "VpcId": vpc, "CidrBlock": cidr }), "/Subnet/SubnetId")
    }

    /// An internet gateway, attached to the VPC.
    fn internet_gateway(&mut self, vpc: &str) -> String {
        let gateway = self.made("CreateInternetGateway", json!({}), "/InternetGateway/InternetGatewayId");
        let attach = json!({ "VpcId": vpc, "InternetGatewayId": gateway });
        self.call("AttachInternetGateway", attach).expect("an attachment");
        gateway
    }

    fn nat_gateway(&mut self, subnet: &str) -> String {
        let allocation = self.made("AllocateAddress", json!({}), "/AllocationId");
        let nat = json!({ "SubnetId": subnet, "AllocationId": allocation });
        self.made("CreateNatGateway", nat, "/NatGateway/NatGatewayId")
    }

    /// A route table of the subnet's own, with a default route to `target`.
    fn default_route(&mut self, vpc: &str, subnet: &str, member: &str, target: &str) -> String {
        let table = self.made("CreateRouteTable", json!({ "VpcId": vpc }), "/RouteTable/RouteTableId");
        let route = json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", (member): target });
        self.call("CreateRoute", route).expect("a route");
        let association = json!({ "RouteTableId": table, "SubnetId": subnet });
        self.call("AssociateRouteTable", association).expect("an association");
        table
    }
}
