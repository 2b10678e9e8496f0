//! VPC endpoints are changed.

use serde::Deserialize;
use serde_json::{Value, json};

use super::create::DnsOptions;
use super::interface::{check_address_type, check_groups, check_private_dns, check_subnets};
use super::service::Service;
use super::{INVALID, VpcEndpoint, gateway, policy};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{id, parameters, unsupported};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ModifyVpcEndpoint {
    vpc_endpoint_id: String,
    reset_policy: Option<bool>,
    policy_document: Option<String>,
    #[serde(default)]
    add_route_table_ids: Vec<String>,
    #[serde(default)]
    remove_route_table_ids: Vec<String>,
    #[serde(default)]
    add_subnet_ids: Vec<String>,
    #[serde(default)]
    remove_subnet_ids: Vec<String>,
    #[serde(default)]
    add_security_group_ids: Vec<String>,
    #[serde(default)]
    remove_security_group_ids: Vec<String>,
    ip_address_type: Option<String>,
    dns_options: Option<DnsOptions>,
    private_dns_enabled: Option<bool>,
    #[serde(default)]
    subnet_configurations: Vec<Value>,
}

pub(super) fn modify_vpc_endpoint(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ModifyVpcEndpoint = parameters(call)?;
    if !args.subnet_configurations.is_empty() {
        return Err(unsupported("SubnetConfigurations"));
    }
    let endpoint = id::VPC_ENDPOINT.find(&call.network().vpc_endpoints, &args.vpc_endpoint_id)?;
    if !endpoint.is_available() {
        let message = format!("The VPC endpoint {} is not available: {}", endpoint.id, endpoint.state.name());
        return refuse("IncorrectState", message);
    }
    let Some(service) = Service::called(&endpoint.service) else {
        return Err(id::VPC_ENDPOINT.not_found(&endpoint.id));
    };
    let mut changed = endpoint.clone();
    args.change_policy(&mut changed)?;
    args.change_dns(call, &mut changed, service)?;
    match changed.is_interface() {
        true => args.check_interface(call, &mut changed, service)?,
        false => args.check_gateway(call, &changed, service)?,
    }
    changed.remove_routes(call, &args.remove_route_table_ids);
    changed.add_routes(call, service, &args.add_route_table_ids);
    changed.remove_interfaces(call, &args.remove_subnet_ids);
    changed.add_interfaces(call, &args.add_subnet_ids);
    changed.dress_interfaces(call);
    call.ec2().vpc_endpoints.insert(changed.id.clone(), changed);
    Ok(json!({ "Return": true }))
}

impl ModifyVpcEndpoint {
    fn change_policy(&self, endpoint: &mut VpcEndpoint) -> Result<(), ApiError> {
        match (self.reset_policy == Some(true), &self.policy_document) {
            (true, Some(_)) => {
                let message = "The parameters resetPolicy and policyDocument cannot be used together";
                return refuse("InvalidParameterCombination", message);
            }
            (true, None) => endpoint.policy = None,
            (false, Some(text)) => endpoint.policy = policy::asked(Some(text))?,
            (false, None) => {}
        }
        Ok(())
    }

    fn change_dns(&self, call: &Call<'_>, endpoint: &mut VpcEndpoint, service: Service) -> Result<(), ApiError> {
        if let Some(records) = self.dns_options.as_ref().map(DnsOptions::record_type).transpose()?.flatten() {
            records.clone_into(&mut endpoint.dns_record_ip_type);
        }
        let Some(enabled) = self.private_dns_enabled else { return Ok(()) };
        if enabled && !endpoint.is_interface() {
            return refuse(INVALID, "Private DNS can't be enabled for Gateway endpoints.");
        }
        if enabled && !endpoint.private_dns {
            let vpc = id::VPC.find(&call.network().vpcs, &endpoint.vpc_id)?;
            check_private_dns(call, vpc, service, &endpoint.id)?;
        }
        endpoint.private_dns = enabled;
        Ok(())
    }

    fn check_gateway(&self, call: &Call<'_>, endpoint: &VpcEndpoint, service: Service) -> Result<(), ApiError> {
        let of_interfaces = [
            &self.add_subnet_ids,
            &self.remove_subnet_ids,
            &self.add_security_group_ids,
            &self.remove_security_group_ids,
        ];
        if of_interfaces.iter().any(|ids| !ids.is_empty()) {
            return refuse(INVALID, "SubnetIds and SecurityGroupIds are not supported for Gateway endpoints.");
        }
        if self.ip_address_type.as_deref().is_some_and(|asked| asked != "ipv4") {
            return refuse(INVALID, "Gateway endpoints support the IP address type ipv4 only.");
        }
        let present: Vec<&String> = endpoint.route_tables(call.network()).collect();
        for table_id in &self.remove_route_table_ids {
            id::ROUTE_TABLE.find(&call.network().route_tables, table_id)?;
            if !present.contains(&table_id) {
                let message = format!("Route table {table_id} is not associated with the endpoint {}", endpoint.id);
                return refuse(INVALID, message);
            }
        }
        gateway::check_tables(call, &endpoint.vpc_id, service, &self.add_route_table_ids)
    }

    fn check_interface(&self, call: &Call<'_>, endpoint: &mut VpcEndpoint, service: Service) -> Result<(), ApiError> {
        if !self.add_route_table_ids.is_empty() || !self.remove_route_table_ids.is_empty() {
            return refuse(INVALID, "Route table IDs are only supported for Gateway endpoints.");
        }
        self.check_subnets(call, endpoint, service)?;
        let vpc_id = endpoint.vpc_id.clone();
        check_groups(call.network(), &vpc_id, &self.add_security_group_ids)?;
        for group_id in &self.remove_security_group_ids {
            if !endpoint.security_groups.contains(group_id) {
                let message = format!("Security group {group_id} is not associated with the endpoint {}", endpoint.id);
                return refuse(INVALID, message);
            }
        }
        let groups = &mut endpoint.security_groups;
        groups.retain(|group_id| !self.remove_security_group_ids.contains(group_id));
        for group_id in &self.add_security_group_ids {
            if !groups.contains(group_id) {
                groups.push(group_id.clone());
            }
        }
        match groups.is_empty() {
            true => refuse(INVALID, format!("The endpoint {} must have a security group", endpoint.id)),
            false => Ok(()),
        }
    }

    fn check_subnets(&self, call: &Call<'_>, endpoint: &mut VpcEndpoint, service: Service) -> Result<(), ApiError> {
        let mut subnets: Vec<String> = endpoint.subnets(call.network()).cloned().collect();
        for subnet_id in &self.remove_subnet_ids {
            if !subnets.contains(subnet_id) {
                let message = format!("Subnet {subnet_id} is not associated with the endpoint {}", endpoint.id);
                return refuse(INVALID, message);
            }
        }
        subnets.retain(|subnet_id| !self.remove_subnet_ids.contains(subnet_id));
        check_subnets(call, &endpoint.vpc_id, service, &subnets, &self.add_subnet_ids)?;
        subnets.extend(self.add_subnet_ids.iter().cloned());
        let address_type = self.ip_address_type.as_ref().unwrap_or(&endpoint.ip_address_type).clone();
        check_address_type(call.network(), &address_type, &subnets)?;
        endpoint.ip_address_type = address_type;
        Ok(())
    }
}
