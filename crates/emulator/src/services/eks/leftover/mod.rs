//! What the controllers of a cluster leave in its network when nobody tells them that it goes: the emulator runs none of
//! them, and puts it there when it is asked to.

mod group;
mod instance;
mod interface;
mod load_balancer;

use crate::call::Call;
use crate::plant::PlantError;
use crate::services::ec2::WayOut;

/// The network of a cluster, as its controllers see it.
struct Place {
    cluster: String,
    vpc_id: String,
    /// The security group that comes with the cluster.
    cluster_group: String,
    /// The cluster's subnets, those without a way in from the internet first.
    subnets: Vec<String>,
}

/// What the AWS Load Balancer Controller, the cloud provider, the VPC CNI and Karpenter leave: for each thing its id, and
/// what it is.
pub(crate) fn plant(call: &mut Call<'_>, cluster: &str) -> Result<Vec<String>, PlantError> {
    let place = Place::of(call, cluster, interface::COUNT + 1)?;
    let mut planted = group::plant(call, &place);
    planted.extend(interface::plant(call, &place));
    planted.push(instance::plant(call, &place));
    Ok(planted)
}

/// A load balancer with its target group, and its interface, which only goes with it.
pub(crate) fn plant_load_balancer(call: &mut Call<'_>, cluster: &str) -> Result<Vec<String>, PlantError> {
    let place = Place::of(call, cluster, 1)?;
    Ok(load_balancer::plant(call, &place))
}

impl Place {
    /// The network of a cluster, if a subnet in it has room for so many addresses.
    fn of(call: &Call<'_>, name: &str, addresses: u32) -> Result<Self, PlantError> {
        let found = call.clusters().clusters.get(name).ok_or_else(|| PlantError::no_cluster(call, name))?;
        let Some(cluster_group) = found.security_group.clone() else {
            return Err(PlantError::NotReady { cluster: name.to_owned() });
        };
        let ec2 = call.network();
        let mut subnets: Vec<String> = found.config.subnets.iter().cloned().collect();
        subnets.retain(|id| ec2.free_addresses(id) >= addresses);
        subnets.sort_by_key(|id| ec2.way_out(id) == Some(WayOut::InternetGateway));
        if subnets.is_empty() {
            return Err(PlantError::NoRoom { cluster: name.to_owned() });
        }
        Ok(Self { cluster: name.to_owned(), vpc_id: found.vpc_id.clone(), cluster_group, subnets })
    }

    /// A subnet that the internet does not reach, if there is one.
    fn subnet(&self) -> String {
        self.subnets.first().cloned().unwrap_or_default()
    }
}

/// Tags out of texts.
fn tags<const N: usize>(tags: [(&str, &str); N]) -> crate::tags::Tags {
    tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
