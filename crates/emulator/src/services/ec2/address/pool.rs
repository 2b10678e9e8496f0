//! Public addresses to give.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::json;

use crate::random;
use crate::services::ec2::Ec2;

impl Ec2 {
    /// A public address that nobody has: the same every time for the same `owner`.
    ///
    /// Out of 198.18.0.0/15, which RFC 2544 keeps for tests: it is nobody's in the real world.
    pub(in crate::services::ec2) fn fresh_public_ip(&self, owner: &str) -> Ipv4Addr {
        let elastic = self.addresses.values().map(|address| address.public_ip);
        let automatic = self.network_interfaces.values().filter_map(|interface| interface.public_ip);
        let mut taken: BTreeSet<Ipv4Addr> = elastic.chain(automatic).collect();
        taken.extend(&self.released_addresses);
        let base = u32::from(Ipv4Addr::new(198, 18, 0, 0));
        let mut attempt = 0;
        loop {
            let host = random::hash(&json!([owner, attempt])) & 0x1_ffff;
            let address = Ipv4Addr::from(base | u32::try_from(host).unwrap_or_default());
            if !taken.contains(&address) {
                return address;
            }
            attempt += 1;
        }
    }
}
