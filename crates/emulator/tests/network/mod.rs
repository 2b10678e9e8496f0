//! Networks to call EC2 on, in which things have names: `{vpc}` in a parameter is the id of what is called `vpc`.

#![expect(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use eksctl_rs_emulator::{Clock, Emulator, Options};

use super::aws::{self, Aws, Refused};

/// An account's network.
#[derive(Clone)]
pub struct Network {
    pub aws: Aws,
    names: BTreeMap<String, String>,
}

impl Network {
    /// An account with nothing in it.
    pub fn empty() -> Self {
        Self { aws: Aws::new(), names: BTreeMap::new() }
    }

    /// A VPC `{vpc}` of 10.0.0.0/16, its route table `{main}`, a subnet `{subnet}` of 10.0.0.0/24, and an internet
    /// gateway `{igw}` that is attached.
    pub fn new() -> Self {
        Self::empty().filled()
    }

    /// The same, where everything that takes time is complete at once.
    pub fn instant() -> Self {
        let options = Options { clock: Clock::Instant, ..Options::default() };
        Self::of(Emulator::new(options).expect("an emulator"))
    }

    /// The same in an emulator.
    pub fn of(emulator: Emulator) -> Self {
        Self { aws: Aws { emulator, ..Aws::new() }, names: BTreeMap::new() }.filled()
    }

    fn filled(mut self) -> Self {
        self.make("vpc", "CreateVpc", "CidrBlock=10.0.0.0/16", "vpcId");
        self.make("main", "DescribeRouteTables", "", "routeTableId");
        self.make("subnet", "CreateSubnet", "VpcId={vpc}&CidrBlock=10.0.0.0/24", "subnetId");
        self.make("igw", "CreateInternetGateway", "", "internetGatewayId");
        self.ok("AttachInternetGateway", "VpcId={vpc}&InternetGatewayId={igw}");
        self
    }

    /// The network after something was done in it.
    pub fn after(mut self, happens: impl FnOnce(&mut Self)) -> Self {
        happens(&mut self);
        self
    }

    /// Calls an operation with parameters such as `VpcId={vpc}&CidrBlock=10.0.0.0/24`.
    pub fn call(&self, action: &str, parameters: &str) -> Result<String, Refused> {
        let text = self.filled_in(parameters);
        let parameters: Vec<(&str, &str)> = text
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').expect("name=value"))
            .collect();
        self.aws.ec2(action, &parameters)
    }

    /// The answer to a call that is granted.
    pub fn ok(&self, action: &str, parameters: &str) -> String {
        self.call(action, parameters).map_err(|refused| format!("{action} {parameters}: {refused:?}")).expect("granted")
    }

    /// The error code of a call that is refused.
    pub fn refused(&self, action: &str, parameters: &str) -> String {
        self.call(action, parameters)
            .map(|answer| format!("{action} {parameters}: {answer}"))
            .expect_err("refused")
            .code
    }

    /// Calls an operation, and calls what its answer has in the first `element` by a name.
    pub fn make(&mut self, name: &str, action: &str, parameters: &str, element: &str) -> String {
        let answer = self.ok(action, parameters);
        let made = aws::xml(&answer, element).ok_or_else(|| format!("no {element} in {answer}")).expect("made");
        self.name(name, &made);
        made
    }

    /// Calls `value` by a name.
    pub fn name(&mut self, name: &str, value: &str) {
        self.names.insert(name.to_owned(), value.to_owned());
    }

    /// What is called by a name.
    pub fn id(&self, name: &str) -> &str {
        &self.names[name]
    }

    /// All values of `element` in the answer to a call.
    pub fn all(&self, action: &str, parameters: &str, element: &str) -> Vec<String> {
        aws::all(&self.ok(action, parameters), element)
    }

    /// The first value of `element` in the answer to a call, if there is one.
    pub fn first(&self, action: &str, parameters: &str, element: &str) -> Option<String> {
        aws::xml(&self.ok(action, parameters), element)
    }

    /// Everything that the account has, as text.
    pub fn everything(&self) -> String {
        let describe = |what: &&str| {
            let answer = self.ok(&format!("Describe{what}"), "");
            answer.split_once("</requestId>").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
        };
        let kinds = [
            "Vpcs",
            "Subnets",
            "Instances",
            "InternetGateways",
            "EgressOnlyInternetGateways",
            "Addresses",
            "NatGateways",
            "RouteTables",
            "NetworkInterfaces",
            "SecurityGroups",
            "SecurityGroupRules",
            "NetworkAcls",
            "LaunchTemplates",
            "VpcEndpoints",
            "FlowLogs",
            "Tags",
        ];
        kinds.iter().map(describe).collect()
    }

    /// `text` with ids in the place of names.
    pub fn filled_in(&self, text: &str) -> String {
        let fill = |text: String, (name, id): (&String, &String)| text.replace(&format!("{{{name}}}"), id);
        self.names.iter().fold(text.to_owned(), fill)
    }
}
