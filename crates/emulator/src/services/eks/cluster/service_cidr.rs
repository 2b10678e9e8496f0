//! The addresses of Kubernetes services.

use ipnet::Ipv4Net;
use serde_json::json;

use super::IpFamily;
use crate::call::Call;
use crate::error::ApiError;
use crate::random;
use crate::services::eks::invalid;

/// Source: KubernetesNetworkConfigRequest. The second one where the VPC is in 10.0.0.0/8.
const DEFAULTS: [&str; 2] = ["10.100.0.0/16", "172.20.0.0/16"];
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// The block of a new IPv4 cluster in the VPC; nothing for an IPv6 one.
pub(super) fn chosen(
    call: &Call<'_>,
    asked: Option<&str>,
    family: IpFamily,
    vpc_id: &str,
) -> Result<Option<String>, ApiError> {
    let vpc = call.network().vpc(vpc_id).map(|vpc| vpc.ipv4_cidrs()).unwrap_or_default();
    match (family, asked) {
        (IpFamily::Ipv6, Some(_)) => invalid("serviceIpv4Cidr cannot be specified when ipFamily is ipv6"),
        (IpFamily::Ipv6, None) => Ok(None),
        (IpFamily::Ipv4, Some(text)) => check(text, &vpc).map(Some),
        (IpFamily::Ipv4, None) => {
            let in_ten = vpc.iter().any(|cidr| is_within(*cidr, PRIVATE[0]));
            Ok(Some(DEFAULTS[usize::from(in_ten)].to_owned()))
        }
    }
}

/// The block of an IPv6 cluster: "Kubernetes assigns services IPv6 addresses from the unique local address range
/// (fc00::/7)".
pub(super) fn unique_local(uid: &str) -> String {
    let digits = random::hex(&json!([uid, "services"]), 10);
    format!("fd{}:{}:{}::/108", &digits[..2], &digits[2..6], &digits[6..])
}

fn check(text: &str, vpc: &[Ipv4Net]) -> Result<String, ApiError> {
    let Ok(cidr) = text.parse::<Ipv4Net>() else {
        return invalid(format!("Invalid serviceIpv4Cidr: {text} is not a valid CIDR block"));
    };
    let cidr = cidr.trunc();
    if !PRIVATE.iter().any(|block| is_within(cidr, block)) {
        let blocks = PRIVATE.join(", ");
        return invalid(format!("Invalid serviceIpv4Cidr: {text} must be within one of the private blocks {blocks}"));
    }
    if !(12..=24).contains(&cidr.prefix_len()) {
        return invalid(format!("Invalid serviceIpv4Cidr: {text} must be between /24 and /12"));
    }
    if let Some(taken) = vpc.iter().find(|block| block.contains(&cidr) || cidr.contains(*block)) {
        return invalid(format!("Invalid serviceIpv4Cidr: {text} overlaps the CIDR block {taken} of the VPC"));
    }
    Ok(cidr.to_string())
}

fn is_within(cidr: Ipv4Net, block: &str) -> bool {
    block.parse::<Ipv4Net>().is_ok_and(|block| block.contains(&cidr))
}
