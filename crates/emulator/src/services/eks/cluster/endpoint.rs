//! Who can reach the API server.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};

use super::IpFamily;
use super::vpc_config::VpcConfigRequest;
use crate::error::ApiError;
use crate::services::eks::{invalid, quota};

/// Access to the API server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(super) public: bool,
    pub(in crate::services::eks) private: bool,
    /// Where from, as long as it is public.
    pub(super) public_access_cidrs: BTreeSet<IpNet>,
}

impl Endpoint {
    /// What a cluster has that does not ask for anything else.
    pub(super) fn initial(family: IpFamily) -> Self {
        Self { public: true, private: false, public_access_cidrs: anywhere(family) }
    }

    /// What it is after a request.
    pub(super) fn after(&self, asked: &VpcConfigRequest, family: IpFamily) -> Result<Self, ApiError> {
        let public = asked.endpoint_public_access.unwrap_or(self.public);
        let private = asked.endpoint_private_access.unwrap_or(self.private);
        if !public && !private {
            return invalid("Private and public endpoint access cannot be false");
        }
        let public_access_cidrs = match asked.public_access_cidrs.as_deref() {
            Some(_) if !public => {
                return invalid("publicAccessCidrs can be specified only with public endpoint access");
            }
            None if !public => BTreeSet::new(),
            None if !self.public => anywhere(family),
            None => self.public_access_cidrs.clone(),
            Some([]) => anywhere(family),
            Some(texts) => read(texts, family)?,
        };
        Ok(Self { public, private, public_access_cidrs })
    }

    /// Whether an address outside the VPC reaches it.
    pub(in crate::services::eks) fn lets_in(&self, address: Ipv4Addr) -> bool {
        self.public && self.public_access_cidrs.iter().any(|cidr| cidr.contains(&std::net::IpAddr::V4(address)))
    }

    /// Whether every address outside the VPC reaches it.
    pub(in crate::services::eks) fn lets_in_everyone(&self) -> bool {
        self.public && self.public_access_cidrs.contains(&IpNet::V4(Ipv4Net::default()))
    }
}

/// Source: VpcConfigRequest, "0.0.0.0/0 and additionally ::/0 for dual-stack IPv6 clusters".
fn anywhere(family: IpFamily) -> BTreeSet<IpNet> {
    let ipv4 = IpNet::V4(Ipv4Net::default());
    match family {
        IpFamily::Ipv4 => [ipv4].into(),
        IpFamily::Ipv6 => [ipv4, IpNet::V6(ipnet::Ipv6Net::default())].into(),
    }
}

fn read(texts: &[String], family: IpFamily) -> Result<BTreeSet<IpNet>, ApiError> {
    if texts.len() > quota::PUBLIC_ACCESS_CIDRS {
        return invalid(format!("publicAccessCidrs can have at most {} CIDR blocks", quota::PUBLIC_ACCESS_CIDRS));
    }
    let mut cidrs = BTreeSet::new();
    for text in texts {
        match text.parse::<IpNet>() {
            Ok(IpNet::V6(_)) if family == IpFamily::Ipv4 => {
                return invalid(format!(
                    "IPv6 CIDR blocks are not supported in publicAccessCidrs of IPv4 clusters: {text}"
                ));
            }
            Ok(cidr) if is_reserved(cidr) => {
                return invalid(format!("The following CIDRs are not allowed in publicAccessCidrs: [{text}]"));
            }
            Ok(cidr) => cidrs.insert(cidr.trunc()),
            Err(_) => return invalid(format!("The following CIDRs are invalid in publicAccessCidrs: [{text}]")),
        };
    }
    Ok(cidrs)
}

/// Source: "Cluster API server endpoint" in the user guide: "The block can't include reserved addresses".
fn is_reserved(cidr: IpNet) -> bool {
    let IpNet::V4(cidr) = cidr else { return false };
    let first = cidr.network();
    let narrow = cidr.prefix_len() >= 8;
    narrow && (first.is_private() || first.is_loopback() || first.is_link_local() || first.is_multicast())
}
