//! SSH to the nodes; RDP to those with Windows.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Nodegroup;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::ec2::{Peer, Rule, SecurityGroup, Traffic};
use crate::services::eks::{derived_id, invalid, passed_on};

/// Source: RemoteAccessConfig.
const SSH: i64 = 22;
const RDP: i64 = 3389;

/// How nodes can be reached. Source: RemoteAccessConfig. The emulator has no key pairs and takes every name of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::services::eks) struct RemoteAccess {
    ec2_ssh_key: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    source_security_groups: BTreeSet<String>,
}

impl RemoteAccess {
    /// Refuses access without a key, or from groups that are not in the VPC of the cluster.
    pub(super) fn check(&self, call: &Call<'_>, vpc_id: &str) -> Result<(), ApiError> {
        if self.ec2_ssh_key.as_ref().is_none_or(String::is_empty) {
            return invalid("ec2SshKey is required in remoteAccess");
        }
        for id in &self.source_security_groups {
            let found = call.network().existing_security_group(id);
            let group = found.map_err(|error| passed_on("AmazonEC2", 400, &error))?;
            if group.vpc_id != vpc_id {
                return invalid(format!("The security group {id} is not in the VPC {vpc_id} of the cluster"));
            }
        }
        Ok(())
    }

    /// "If you specify an Amazon EC2 SSH key but don't specify a source security group … the port on the nodes is opened
    /// to the internet".
    fn rules(&self, port: i64) -> Vec<Rule> {
        let anywhere = Peer::Ipv4(Ipv4Net::default());
        let groups = self.source_security_groups.iter().cloned().map(Peer::Group);
        let peers: Vec<Peer> = if self.source_security_groups.is_empty() { vec![anywhere] } else { groups.collect() };
        let description = "Allow SSH access to all nodes in the node group";
        let rule = |peer| Rule::new(false, Traffic::tcp(port), peer, Some(description.to_owned()));
        peers.into_iter().map(rule).chain([Rule::all_to_ipv4()]).collect()
    }
}

impl Nodegroup {
    /// The id of the security group that lets in, of node groups that have one.
    pub(super) fn remote_access_group(&self) -> String {
        derived_id("sg", &json!([self.uid, "remote access"]))
    }

    /// The security group that lets in.
    pub(super) fn new_remote_access_group(&self, vpc_id: &str) -> Option<SecurityGroup> {
        let access = self.remote_access.as_ref()?;
        let port = if self.ami_type.is_windows() { RDP } else { SSH };
        let tags = [("eks".to_owned(), self.name.clone()), ("eks:nodegroup-name".to_owned(), self.name.clone())];
        let name = format!("eks-remoteAccess-{}", self.uid);
        let description = "Security group for all nodes in the nodeGroup to allow SSH access".to_owned();
        let id = self.remote_access_group();
        let group = SecurityGroup::new(id, vpc_id.to_owned(), name, description, tags.into());
        Some(group.allowing(access.rules(port)))
    }
}
