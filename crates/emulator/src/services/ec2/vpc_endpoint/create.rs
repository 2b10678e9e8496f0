//! VPC endpoints are made.

use serde::Deserialize;
use serde_json::{Value, json};

use super::interface::{check_address_type, check_groups, check_private_dns, check_subnets, default_group};
use super::service::{Service, check_kind};
use super::{Failure, INVALID, Kind, State, VpcEndpoint, gateway, policy};
use crate::call::Call;
use crate::durations;
use crate::error::{ApiError, refuse};
use crate::services::ec2::describe::Described;
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{Vpc, id, parameters, quota, unsupported};
use crate::tags::Tags;
use crate::weather::Resource;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateVpcEndpoint {
    vpc_endpoint_type: Option<String>,
    vpc_id: String,
    service_name: Option<String>,
    policy_document: Option<String>,
    #[serde(default)]
    route_table_ids: Vec<String>,
    #[serde(default)]
    subnet_ids: Vec<String>,
    #[serde(default)]
    security_group_ids: Vec<String>,
    ip_address_type: Option<String>,
    dns_options: Option<DnsOptions>,
    client_token: Option<String>,
    private_dns_enabled: Option<bool>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
    #[serde(default)]
    subnet_configurations: Vec<Value>,
    service_network_arn: Option<String>,
    resource_configuration_arn: Option<String>,
    service_region: Option<String>,
}

/// Which addresses the names of an endpoint have.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DnsOptions {
    dns_record_ip_type: Option<String>,
    private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
    private_dns_preference: Option<String>,
    #[serde(default)]
    private_dns_specified_domains: Vec<String>,
}

impl DnsOptions {
    /// The type of the DNS records, if it is asked for.
    pub(super) fn record_type(&self) -> Result<Option<&str>, ApiError> {
        if self.private_dns_only_for_inbound_resolver_endpoint == Some(true) {
            return Err(unsupported("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint"));
        }
        if self.private_dns_preference.is_some() || !self.private_dns_specified_domains.is_empty() {
            let message = "Preferences for private DNS are for endpoints of resources and service networks";
            return refuse(INVALID, message);
        }
        Ok(self.dns_record_ip_type.as_deref())
    }
}

pub(super) fn create_vpc_endpoint(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateVpcEndpoint = parameters(call)?;
    let token = args.client_token.as_deref();
    if let Some(made) = call.made_before(token, "IdempotentParameterMismatch")? {
        // What is gone by now is still answered, as for the other kinds.
        let gone = json!({ "VpcEndpointId": made });
        let shown = call.network().vpc_endpoints.get(&made).map_or(gone, |endpoint| endpoint.show(call));
        return Ok(json!({ "VpcEndpoint": shown, "ClientToken": token }));
    }
    let service = args.service(call)?;
    let endpoint = args.draft(call, service)?;
    let endpoint_id = endpoint.id.clone();
    call.remember(token, &endpoint_id);
    endpoint.add_routes(call, service, &args.route_table_ids);
    endpoint.add_interfaces(call, &args.subnet_ids);
    let shown = endpoint.show(call);
    call.ec2().vpc_endpoints.insert(endpoint_id, endpoint);
    Ok(json!({ "VpcEndpoint": shown, "ClientToken": token }))
}

impl CreateVpcEndpoint {
    fn service(&self, call: &Call<'_>) -> Result<Service, ApiError> {
        if !self.subnet_configurations.is_empty() {
            return Err(unsupported("SubnetConfigurations"));
        }
        if self.service_network_arn.is_some() || self.resource_configuration_arn.is_some() {
            return Err(unsupported("ServiceNetworkArn and ResourceConfigurationArn"));
        }
        if self.service_region.as_ref().is_some_and(|region| *region != call.region_name) {
            return Err(unsupported("ServiceRegion"));
        }
        let Some(name) = self.service_name.as_deref() else {
            return refuse("MissingParameter", "The request must contain the parameter ServiceName");
        };
        let service = Service::find(&call.region_name, name)?;
        check_kind(service, Kind::asked(self.vpc_endpoint_type.as_deref())?)?;
        Ok(service)
    }

    /// The endpoint, if nothing stands against it.
    fn draft(&self, call: &mut Call<'_>, service: Service) -> Result<VpcEndpoint, ApiError> {
        let kind = Kind::asked(self.vpc_endpoint_type.as_deref())?;
        let tags = tag::on_creation(&self.tag_specifications, "vpc-endpoint")?;
        let policy = policy::asked(self.policy_document.as_deref())?;
        let vpc = id::VPC.find(&call.network().vpcs, &self.vpc_id)?;
        let address_type = self.ip_address_type.as_deref().unwrap_or("ipv4").to_owned();
        let (private_dns, security_groups) = match kind {
            Kind::Gateway => self.check_gateway(call, service, &address_type).map(|()| (false, Vec::new()))?,
            Kind::Interface => self.check_interface(call, vpc, service, &address_type)?,
        };
        check_room(call, kind, &self.vpc_id)?;
        let usual = if kind == Kind::Gateway { "service-defined" } else { address_type.as_str() };
        let records = self.dns_options.as_ref().map(DnsOptions::record_type).transpose()?.flatten();
        let dns_record_ip_type = records.unwrap_or(usual).to_owned();
        let failure = match kind {
            Kind::Gateway => None,
            Kind::Interface => planted(call, service, &tags),
        };
        let endpoint_id = call.id("vpce");
        let state = match kind {
            Kind::Gateway => State::Available,
            Kind::Interface => State::Pending { until: call.until(durations::CREATE_VPC_ENDPOINT, &endpoint_id) },
        };
        Ok(VpcEndpoint {
            id: endpoint_id,
            vpc_id: self.vpc_id.clone(),
            kind,
            service: service.name.to_owned(),
            state,
            failure,
            policy,
            security_groups,
            private_dns,
            ip_address_type: address_type,
            dns_record_ip_type,
            created_at: call.now,
            tags,
        })
    }

    fn check_gateway(&self, call: &Call<'_>, service: Service, address_type: &str) -> Result<(), ApiError> {
        if !self.subnet_ids.is_empty() || !self.security_group_ids.is_empty() {
            return refuse(INVALID, "SubnetIds and SecurityGroupIds are not supported for Gateway endpoints.");
        }
        if self.private_dns_enabled == Some(true) {
            return refuse(INVALID, "Private DNS can't be enabled for Gateway endpoints.");
        }
        if address_type != "ipv4" {
            return refuse(
                INVALID,
                format!("The IP address type {address_type} is not supported for Gateway endpoints."),
            );
        }
        gateway::check_tables(call, &self.vpc_id, service, &self.route_table_ids)
    }

    /// Whether it has private DNS, and its security groups.
    fn check_interface(
        &self,
        call: &Call<'_>,
        vpc: &Vpc,
        service: Service,
        address_type: &str,
    ) -> Result<(bool, Vec<String>), ApiError> {
        if !self.route_table_ids.is_empty() {
            return refuse(INVALID, "Route table IDs are only supported for Gateway endpoints.");
        }
        check_subnets(call, &vpc.id, service, &[], &self.subnet_ids)?;
        check_address_type(call.network(), address_type, &self.subnet_ids)?;
        check_groups(call.network(), &vpc.id, &self.security_group_ids)?;
        let private_dns = self.private_dns_enabled.unwrap_or(true);
        if private_dns {
            check_private_dns(call, vpc, service, "")?;
        }
        let groups = match self.security_group_ids.as_slice() {
            [] => default_group(call.network(), &vpc.id),
            asked => asked.to_vec(),
        };
        Ok((private_dns, groups))
    }
}

/// What the weather has in store for an endpoint with these tags.
fn planted(call: &mut Call<'_>, service: Service, tags: &Tags) -> Option<Failure> {
    let name = tags.get("Name").map(String::as_str).unwrap_or_default();
    let mishap = call.mishap(Resource::VpcEndpoint, &[name, service.name])?;
    Some(Failure { code: mishap.code, message: mishap.message })
}

/// Source: "AWS PrivateLink quotas".
fn check_room(call: &Call<'_>, kind: Kind, vpc_id: &str) -> Result<(), ApiError> {
    let same = call.network().vpc_endpoints.values().filter(|endpoint| endpoint.kind == kind);
    let is_full = match kind {
        Kind::Gateway => same.count() >= call.quota(quota::GATEWAY_ENDPOINTS),
        Kind::Interface => {
            same.filter(|endpoint| endpoint.vpc_id == vpc_id).count() >= call.quota(quota::INTERFACE_ENDPOINTS_PER_VPC)
        }
    };
    match is_full {
        true => refuse("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached."),
        false => Ok(()),
    }
}
