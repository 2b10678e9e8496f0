//! What an account of a lifecycle is in, and what is looked at there.

#![expect(unreachable_pub, reason = "a test file has no outside")]

use eksctl_rs_emulator::Emulator;
use serde_json::{Value, json};

use crate::eks::{Account, text};
use crate::network::Network;

/// Enough virtual seconds for anything of the kind.
pub const CLUSTER_GONE: u64 = 371;
pub const CONFIG_UPDATED: u64 = 181;
pub const NODES_GIVEN_UP: u64 = 1981;
pub const NODES_GONE: u64 = 501;

impl Account {
    /// The same, where everything that takes time is complete at once.
    pub fn instant() -> Self {
        Self { net: Network::instant() }.furnished()
    }

    /// The same in an emulator.
    pub fn of(emulator: Emulator) -> Self {
        Self { net: Network::of(emulator) }.furnished()
    }

    /// The same in another world, which is like this one at this moment.
    pub fn forked(&self) -> Self {
        let mut net = self.net.clone();
        net.aws.emulator = self.net.aws.emulator.fork();
        Self { net }
    }

    /// The code and the message of a call that is refused.
    #[track_caller]
    pub fn refused(&self, operation: &str, input: Value) -> String {
        let refused = self.call(operation, input).expect_err("refused");
        format!("{} {}", refused.code, refused.message)
    }

    /// A node group of `dev`.
    pub fn nodegroup(&self, name: &str) -> Value {
        self.ok("DescribeNodegroup", json!({ "nodegroupName": name }))["nodegroup"].clone()
    }

    /// The status, and the codes of what is wrong, of a node group of `dev`.
    pub fn health(&self, name: &str) -> String {
        let group = self.nodegroup(name);
        let issues = group["health"]["issues"].as_array().expect("issues").clone();
        let codes: Vec<&str> = issues.iter().map(|issue| issue["code"].as_str().expect("a code")).collect();
        format!("{} [{}]", text(&group["status"]), codes.join(", "))
    }

    /// The subnets in which the interfaces with a description are.
    pub fn interfaces(&self, description: &str) -> Vec<String> {
        let parameters = format!("Filter.1.Name=description&Filter.1.Value.1={description}");
        self.net.all("DescribeNetworkInterfaces", &parameters, "subnetId")
    }

    /// The subnets in which the nodes of a group are.
    pub fn nodes(&self, group: &str) -> Vec<String> {
        let parameters = format!("Filter.1.Name=tag:eks:nodegroup-name&Filter.1.Value.1={group}");
        let mut subnets = self.net.all("DescribeNetworkInterfaces", &parameters, "subnetId");
        subnets.sort();
        subnets
    }

    /// The ids of what has names.
    pub fn ids(&self, names: &[&str]) -> Vec<String> {
        let mut ids: Vec<String> = names.iter().map(|name| self.net.id(name).to_owned()).collect();
        ids.sort();
        ids
    }
}
