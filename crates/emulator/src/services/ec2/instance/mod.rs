//! Instances: those of node groups, and those that other things of a cluster have launched. Nobody launches one by a call:
//! the operation for that is not there.

mod describe;
mod filter;
mod life;
mod show;
mod terminate;

use serde::{Deserialize, Serialize};

use super::{Ec2, ManagedInterface, NetworkInterface};
use crate::services::Operations;
use crate::tags::Tags;

pub(super) use life::advance;

pub(super) const OPERATIONS: Operations =
    &[("DescribeInstances", describe::describe_instances), ("TerminateInstances", terminate::terminate_instances)];

/// An instance, with one network interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) instance_type: String,
    pub(crate) image_id: String,
    /// The ARN of the instance profile.
    pub(crate) instance_profile: Option<String>,
    /// Emulated seconds since the world began.
    pub(crate) launched_at: f64,
    pub(crate) state: State,
    pub(crate) tags: Tags,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum State {
    Running,
    /// Somebody asked for it, at a time.
    ShuttingDown {
        at: f64,
        until: f64,
    },
    /// It can still be seen.
    Terminated {
        at: f64,
        until: f64,
    },
}

impl State {
    /// Source: InstanceState.
    fn code(self) -> i64 {
        match self {
            Self::Running => 16,
            Self::ShuttingDown { .. } => 32,
            Self::Terminated { .. } => 48,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::ShuttingDown { .. } => "shutting-down",
            Self::Terminated { .. } => "terminated",
        }
    }
}

/// An instance that a service launches into a subnet.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) id: String,
    /// What its interface is removed with; itself if there is nothing.
    pub(crate) holder: Option<String>,
    pub(crate) subnet_id: String,
    /// The ids of its security groups.
    pub(crate) groups: Vec<String>,
    pub(crate) instance_type: String,
    pub(crate) image_id: String,
    pub(crate) instance_profile: Option<String>,
    pub(crate) launched_at: f64,
    pub(crate) tags: Tags,
    pub(crate) interface_tags: Tags,
    pub(crate) public_ip: bool,
}

impl Ec2 {
    /// Launches an instance, unless its subnet is full or not there.
    pub(crate) fn launch(&mut self, launch: Launch) {
        let interface_id = interface_id(&launch.id);
        self.add_interface(ManagedInterface {
            id: interface_id.clone(),
            holder: launch.holder.unwrap_or_else(|| launch.id.clone()),
            subnet_id: launch.subnet_id,
            description: String::new(),
            requester_id: String::new(),
            groups: launch.groups,
            interface_type: "interface".to_owned(),
            tags: launch.interface_tags,
            public_ip: launch.public_ip,
        });
        if self.network_interfaces.contains_key(&interface_id) {
            let instance = Instance {
                id: launch.id.clone(),
                instance_type: launch.instance_type,
                image_id: launch.image_id,
                instance_profile: launch.instance_profile,
                launched_at: launch.launched_at,
                state: State::Running,
                tags: launch.tags,
            };
            self.instances.insert(launch.id, instance);
        }
    }

    /// The interface of an instance; those that are terminated have none.
    pub(super) fn interface_of_instance(&self, id: &str) -> Option<&NetworkInterface> {
        self.network_interfaces.get(&interface_id(id))
    }

    /// The instance that an interface belongs to.
    pub(super) fn instance_with(&self, interface_id: &str) -> Option<&Instance> {
        self.instances.get(&interface_id.replacen("eni-", "i-", 1))
    }
}

/// The id of an instance's interface.
fn interface_id(id: &str) -> String {
    id.replacen("i-", "eni-", 1)
}
