//! Requests.

use std::collections::BTreeMap;

use eksctl_rs_core::{CallError, ErrorClass, Lowered, Lowering, Progress, Run, Work};
use serde::{Deserialize, Serialize};

use super::Spec;
use crate::Aws;

/// Seconds until an instance is gone; inferred from reports.
const TERMINATE_TAKES: u64 = 60;

/// The calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Ends an instance.
    Terminate {
        /// The instance.
        id: String,
    },
    /// Deletes a network interface.
    DeleteInterface {
        /// The interface.
        id: String,
    },
    /// Takes rules away from another security group, for they name this one.
    Revoke {
        /// The other group.
        group: String,
        /// Whether the rules let traffic out.
        egress: bool,
        /// Their ids.
        rules: Vec<String>,
    },
    /// Deletes a security group.
    DeleteGroup {
        /// The group.
        id: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let Work::Delete { live, observed } = &lowering.work else { return Vec::new() };
    let id = observed.id.clone();
    match live.what.as_str() {
        "instance" => vec![Lowered::new("ec2:TerminateInstances", Call::Terminate { id }).taking(TERMINATE_TAKES)],
        "network-interface" => vec![Lowered::new("ec2:DeleteNetworkInterface", Call::DeleteInterface { id })],
        _ => {
            let mut calls = revocations(live);
            calls.push(Lowered::new("ec2:DeleteSecurityGroup", Call::DeleteGroup { id }));
            calls
        }
    }
}

/// Groups that name each other are in each other's way. One call for each group and direction.
fn revocations(live: &Spec) -> Vec<Lowered<Call>> {
    let mut rules: BTreeMap<(String, bool), Vec<String>> = BTreeMap::new();
    for (rule, by) in &live.named_by {
        rules.entry((by.group.clone(), by.egress)).or_default().push(rule.clone());
    }
    let call = |((group, egress), rules)| {
        let operation = if egress { "ec2:RevokeSecurityGroupEgress" } else { "ec2:RevokeSecurityGroupIngress" };
        Lowered::new(operation, Call::Revoke { group, egress, rules })
    };
    rules.into_iter().map(call).collect()
}

pub(super) async fn start(aws: &Aws, call: Call, _: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Terminate { id } => {
            aws.call("ec2:TerminateInstances", aws.ec2.terminate_instances().instance_ids(id).send()).await?;
            Ok(Progress::pending("shutting-down"))
        }
        Call::DeleteInterface { id } => {
            let request = aws.ec2.delete_network_interface().network_interface_id(id);
            aws.call("ec2:DeleteNetworkInterface", request.send()).await?;
            Ok(Progress::done())
        }
        Call::Revoke { group, egress, rules } => revoke(aws, group, egress, rules).await,
        Call::DeleteGroup { id } => {
            aws.call("ec2:DeleteSecurityGroup", aws.ec2.delete_security_group().group_id(id).send()).await?;
            Ok(Progress::done())
        }
    }
}

/// A rule that is gone, or whose group is, names nothing any longer.
async fn revoke(aws: &Aws, group: String, egress: bool, rules: Vec<String>) -> Result<Progress, CallError> {
    let answer = match egress {
        true => {
            let request =
                aws.ec2.revoke_security_group_egress().group_id(group).set_security_group_rule_ids(Some(rules));
            aws.call("ec2:RevokeSecurityGroupEgress", request.send()).await.map(drop)
        }
        false => {
            let request =
                aws.ec2.revoke_security_group_ingress().group_id(group).set_security_group_rule_ids(Some(rules));
            aws.call("ec2:RevokeSecurityGroupIngress", request.send()).await.map(drop)
        }
    };
    match answer {
        Err(error) if error.class == ErrorClass::Gone || error.code.ends_with(".NotFound") => Ok(Progress::done()),
        other => other.map(|()| Progress::done()),
    }
}
