//! The services that endpoints lead to.
//!
//! Source: "AWS services that integrate with AWS PrivateLink"; for China, the names that the services document there.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Kind;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::page;
use crate::random;
use crate::services::Operations;
use crate::services::ec2::describe::{Described, Filters, NO_TAGS, many, matching, one};
use crate::services::ec2::region::zone::Zone;
use crate::services::ec2::{PAGING, open_zones, parameters, prefix_list, unsupported};
use crate::tags::Tags;

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("DescribePrefixLists", prefix_list::describe_prefix_lists),
    ("DescribeVpcEndpointServices", describe_vpc_endpoint_services),
];

/// A service that endpoints lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// The last part of its name.
    pub(super) name: &'static str,
    /// Whether there are gateway endpoints for it, besides those with interfaces.
    has_gateway: bool,
    /// Whether its name begins with `cn.` in China.
    is_chinese: bool,
    /// What comes before the Region in its public name.
    public_name: &'static str,
}

const fn service(name: &'static str, is_chinese: bool, public_name: &'static str) -> Service {
    Service { name, has_gateway: false, is_chinese, public_name }
}

const fn with_gateway(name: &'static str) -> Service {
    Service { name, has_gateway: true, is_chinese: false, public_name: name }
}

const SERVICES: &[Service] = &[
    service("autoscaling", true, "autoscaling"),
    with_gateway("dynamodb"),
    service("ec2", true, "ec2"),
    service("ec2messages", true, "ec2messages"),
    service("ecr.api", true, "api.ecr"),
    service("ecr.dkr", true, "*.dkr.ecr"),
    service("eks", true, "eks"),
    service("eks-auth", true, "eks-auth"),
    service("elasticloadbalancing", true, "elasticloadbalancing"),
    service("kms", true, "kms"),
    service("logs", false, "logs"),
    service("monitoring", true, "monitoring"),
    with_gateway("s3"),
    service("secretsmanager", false, "secretsmanager"),
    service("sqs", true, "sqs"),
    service("ssm", true, "ssm"),
    service("ssmmessages", true, "ssmmessages"),
    service("sts", true, "sts"),
    service("xray", true, "xray"),
];

/// The service that not every zone has: in the emulator the last one of a Region does not.
const NOT_EVERYWHERE: &str = "eks-auth";

impl Service {
    /// The service called `name` in a Region, such as `com.amazonaws.eu-west-1.ec2`.
    pub(super) fn find(region: &str, name: &str) -> Result<Self, ApiError> {
        let found = SERVICES.iter().find(|service| service.full_name(region) == name);
        let not_found =
            || ApiError::new("InvalidServiceName", format!("The Vpc Endpoint Service '{name}' does not exist"));
        found.copied().ok_or_else(not_found)
    }

    /// The service by the last part of its name.
    pub(super) fn called(name: &str) -> Option<Self> {
        SERVICES.iter().find(|service| service.name == name).copied()
    }

    pub(super) fn full_name(&self, region: &str) -> String {
        let china = if self.is_chinese && region.starts_with("cn-") { "cn." } else { "" };
        format!("{china}com.amazonaws.{region}.{}", self.name)
    }

    pub(super) fn kinds(&self) -> &'static [Kind] {
        if self.has_gateway { &[Kind::Gateway, Kind::Interface] } else { &[Kind::Interface] }
    }

    /// The name that everybody calls it by, which private DNS takes to the endpoint.
    pub(super) fn private_dns_name(&self, region: &str) -> String {
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("{}.{region}.{domain}", self.public_name)
    }

    /// What the names of its endpoints end with.
    pub(super) fn base_name(&self, region: &str) -> String {
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("{}.{region}.vpce.{domain}", self.public_name.trim_start_matches("*."))
    }

    /// The zones that have it.
    pub(super) fn zones(&self, region: &str) -> Vec<Zone> {
        let mut zones = open_zones(region);
        if self.name == NOT_EVERYWHERE && zones.len() > 1 {
            zones.pop();
        }
        zones
    }
}

/// A service with one kind of its endpoints, as the API lists it.
struct Offer {
    service: Service,
    kind: Kind,
}

impl Described for Offer {
    const FILTERS: Filters<Self> = &[
        ("owner", |_, _| one("amazon")),
        ("service-name", |offer, call| one(offer.service.full_name(&call.region_name))),
        ("service-region", |_, call| one(&call.region_name)),
        ("service-type", |offer, _| one(offer.kind.name())),
        ("supported-ip-address-types", |_, _| many(["ipv4", "ipv6"])),
    ];
    const TAG_FILTERS: &'static [&'static str] = &["tag:", "tag-key"];

    fn tags(&self) -> &Tags {
        &NO_TAGS
    }

    fn show(&self, call: &Call<'_>) -> Value {
        let (region, service) = (&call.region_name, &self.service);
        let (names, ids): (Vec<String>, Vec<String>) =
            service.zones(region).into_iter().map(|zone| (zone.name, zone.id)).unzip();
        let private = (self.kind == Kind::Interface).then(|| service.private_dns_name(region));
        let base = match self.kind {
            Kind::Gateway => service.private_dns_name(region),
            Kind::Interface => service.base_name(region),
        };
        json!({
            "ServiceName": service.full_name(region),
            "ServiceId": format!("vpce-svc-0{}", random::hex(&json!([region, service.name, self.kind.name()]), 16)),
            "ServiceType": [{ "ServiceType": self.kind.name() }],
            "ServiceRegion": region,
            "AvailabilityZones": names,
            "AvailabilityZoneIds": ids,
            "Owner": "amazon",
            "BaseEndpointDnsNames": [base],
            "PrivateDnsName": private,
            "PrivateDnsNames": private.iter().map(|name| json!({ "PrivateDnsName": name })).collect::<Vec<_>>(),
            "PrivateDnsNameVerificationState": private.as_ref().map(|_| "verified"),
            "VpcEndpointPolicySupported": true,
            "AcceptanceRequired": false,
            "ManagesVpcEndpoints": false,
            "SupportedIpAddressTypes": ["ipv4", "ipv6"],
            "Tags": [],
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeVpcEndpointServices {
    #[serde(default)]
    service_names: Vec<String>,
    #[serde(default)]
    filters: Value,
    #[serde(rename = "MaxResults")]
    _max_results: Option<i64>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
    #[serde(default)]
    service_regions: Vec<String>,
}

fn describe_vpc_endpoint_services(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DescribeVpcEndpointServices = parameters(call)?;
    if args.service_regions.iter().any(|region| *region != call.region_name) {
        return Err(unsupported("ServiceRegions"));
    }
    let region = &call.region_name;
    args.service_names.iter().try_for_each(|name| Service::find(region, name).map(drop))?;
    let named =
        |service: &&Service| args.service_names.is_empty() || args.service_names.contains(&service.full_name(region));
    let offers = |service: &Service| {
        let service = *service;
        service.kinds().iter().map(move |kind| Offer { service, kind: *kind })
    };
    let all: Vec<Offer> = SERVICES.iter().filter(named).flat_map(offers).collect();
    let found = matching(call, all.iter(), &args.filters)?;
    let (shown, next) = page(&call.input, PAGING, found)?;
    let mut names: Vec<String> = shown.iter().map(|offer| offer.service.full_name(region)).collect();
    names.dedup();
    let details: Vec<Value> = shown.into_iter().map(|offer| offer.show(call)).collect();
    Ok(json!({ "ServiceNames": names, "ServiceDetails": details, "NextToken": next }))
}

/// Refuses a kind of endpoint that there is none of for the service.
pub(super) fn check_kind(service: Service, kind: Kind) -> Result<(), ApiError> {
    if service.kinds().contains(&kind) {
        return Ok(());
    }
    let names: Vec<&str> = service.kinds().iter().map(|kind| kind.name()).collect();
    let message =
        format!("Endpoint type ({}) does not match available service types ([{}]).", kind.name(), names.join(", "));
    refuse(super::INVALID, message)
}
