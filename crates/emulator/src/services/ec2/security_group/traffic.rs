//! What a rule lets through: a protocol and its ports. Source: `IpPermission` in the EC2 API reference.

use serde::{Deserialize, Serialize};

use crate::error::{ApiError, refuse};

/// The protocol that stands for all of them.
const ALL_PROTOCOLS: &str = "-1";

/// A protocol and its ports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub(crate) protocol: String,
    /// The first port, or the ICMP type; nothing where all protocols are meant.
    pub(crate) from_port: Option<i64>,
    /// The last port, or the ICMP code.
    pub(crate) to_port: Option<i64>,
}

impl Traffic {
    /// Everything.
    pub(super) fn all() -> Self {
        Self { protocol: ALL_PROTOCOLS.to_owned(), from_port: None, to_port: None }
    }

    /// TCP to one port.
    pub(crate) fn tcp(port: i64) -> Self {
        Self { protocol: "tcp".to_owned(), from_port: Some(port), to_port: Some(port) }
    }

    /// Whether TCP to one port is of it.
    pub(crate) fn takes_tcp(&self, port: i64) -> bool {
        match self.protocol.as_str() {
            ALL_PROTOCOLS => true,
            "tcp" => self.from_port.is_some_and(|from| from <= port) && self.to_port.is_some_and(|to| port <= to),
            _ => false,
        }
    }

    /// The traffic that a request describes.
    ///
    /// "Specifying -1 or a protocol number other than tcp, udp, icmp, or icmpv6 allows traffic on all ports, regardless
    /// of any port range you specify."
    pub(super) fn asked(protocol: Option<&str>, from: Option<i64>, to: Option<i64>) -> Result<Self, ApiError> {
        let Some(protocol) = protocol else {
            return refuse("MissingParameter", "The request must contain the parameter ipProtocol");
        };
        let protocol = named(protocol)?;
        let (from_port, to_port) = match protocol.as_str() {
            "tcp" | "udp" => ports(from, to)?,
            "icmp" => icmp(from, to)?,
            // "If you omit the port range, traffic for all types and codes is allowed."
            "icmpv6" if from.is_none() && to.is_none() => (Some(-1), Some(-1)),
            "icmpv6" => icmp(from, to)?,
            _ => (None, None),
        };
        Ok(Self { protocol, from_port, to_port })
    }
}

/// A protocol as the API shows it: by its name, if it has one here.
fn named(protocol: &str) -> Result<String, ApiError> {
    let lower = protocol.to_ascii_lowercase();
    let name = match lower.as_str() {
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" => "icmpv6",
        "all" => ALL_PROTOCOLS,
        "tcp" | "udp" | "icmp" | "icmpv6" | ALL_PROTOCOLS => &lower,
        number if number.parse::<u8>().is_ok() => number,
        _ => {
            let message = format!("Invalid value '{protocol}' for IP protocol. Unknown protocol.");
            return refuse("InvalidParameterValue", message);
        }
    };
    Ok(name.to_owned())
}

type Range = (Option<i64>, Option<i64>);

fn ports(from: Option<i64>, to: Option<i64>) -> Result<Range, ApiError> {
    let (Some(first), Some(last)) = (from, to) else {
        return port_range("Must specify both from and to ports with TCP/UDP.");
    };
    if !(0..=65535).contains(&first) || !(0..=65535).contains(&last) {
        return port_range("TCP/UDP port out of range");
    }
    if first > last {
        return port_range("TCP/UDP port range is invalid: from port must not be greater than to port.");
    }
    Ok((from, to))
}

/// "If the start port is -1 (all ICMP types), then the end port must be -1 (all ICMP codes)."
fn icmp(from: Option<i64>, to: Option<i64>) -> Result<Range, ApiError> {
    let (Some(kind), Some(code)) = (from, to) else {
        return port_range("Must specify both ICMP type and code.");
    };
    if !(-1..=255).contains(&kind) || !(-1..=255).contains(&code) {
        return port_range("ICMP type or code out of range");
    }
    if kind == -1 && code != -1 {
        return port_range("ICMP code must be -1 (all) if the ICMP type is -1 (all).");
    }
    Ok((from, to))
}

fn port_range<T>(what: &str) -> Result<T, ApiError> {
    refuse("InvalidParameterValue", format!("Invalid value '{what}' for portRange."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_have_names_and_only_some_have_ports() {
        let asked = |protocol, from, to| {
            let traffic = Traffic::asked(Some(protocol), from, to).expect(protocol);
            (traffic.protocol, traffic.from_port, traffic.to_port)
        };
        assert_eq!(asked("6", Some(80), Some(81)), ("tcp".into(), Some(80), Some(81)));
        assert_eq!(asked("-1", Some(80), Some(80)), ("-1".into(), None, None));
        assert_eq!(asked("50", Some(80), Some(80)), ("50".into(), None, None));
        assert_eq!(asked("icmp", Some(8), Some(-1)), ("icmp".into(), Some(8), Some(-1)));
        assert_eq!(asked("58", None, None), ("icmpv6".into(), Some(-1), Some(-1)));
    }

    #[test]
    fn ports_and_types_have_their_ranges() {
        let wrong = [
            ("tcp", Some(80), None),
            ("tcp", Some(2), Some(1)),
            ("udp", Some(0), Some(65536)),
            ("udp", Some(-1), Some(-1)),
            ("icmp", Some(-1), Some(0)),
            ("icmp", Some(256), Some(0)),
            ("icmp", None, None),
            ("256", None, None),
            ("sctp", None, None),
        ];
        for (protocol, from, to) in wrong {
            let refused = Traffic::asked(Some(protocol), from, to).expect_err(protocol);
            assert_eq!(refused.code, "InvalidParameterValue", "{protocol} {from:?} {to:?}");
        }
    }
}
