//! What calls send of a configuration.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::error::BuildError;
use aws_sdk_eks::types as sdk;
use eksctl_rs_core::{CallError, Run};

use super::{Identity, Spec};
use crate::ec2::literal;

/// The mappings of one role after the other.
pub(super) type Mappings = BTreeMap<String, BTreeSet<Identity>>;

fn bug(error: BuildError) -> CallError {
    CallError::bug("eks:CreateCapability", error.to_string())
}

/// The configuration of a new one: that of its type.
pub(super) fn configuration(
    spec: &Spec,
    run: &Run<'_>,
) -> Result<Option<sdk::CapabilityConfigurationRequest>, CallError> {
    let builder = sdk::CapabilityConfigurationRequest::builder();
    Ok(match spec.capability_type.as_str() {
        "ARGOCD" => Some(builder.argo_cd(argo_cd(spec, run)?).build()),
        "ACK" => Some(builder.ack(ack(spec)).build()),
        _ => None,
    })
}

fn argo_cd(spec: &Spec, run: &Run<'_>) -> Result<sdk::ArgoCdConfigRequest, CallError> {
    let center = spec.identity_center.as_ref().map(|center| {
        let builder = sdk::ArgoCdAwsIdcConfigRequest::builder().idc_instance_arn(&center.instance);
        builder.set_idc_region(center.region.clone()).build().map_err(bug)
    });
    let builder = sdk::ArgoCdConfigRequest::builder()
        .set_namespace(spec.namespace.clone())
        .set_aws_idc(center.transpose()?)
        .set_endpoint_prefix(spec.endpoint_prefix.clone());
    let builder = match spec.role_mappings.is_empty() {
        true => builder,
        false => builder.set_rbac_role_mappings(Some(mappings(&spec.role_mappings)?)),
    };
    let access = (!spec.vpc_endpoints.is_empty()).then(|| network_access(spec, run)).transpose()?;
    Ok(builder.set_network_access(access).build())
}

/// From where the server of Argo CD can be reached.
pub(super) fn network_access(spec: &Spec, run: &Run<'_>) -> Result<sdk::ArgoCdNetworkAccessConfigRequest, CallError> {
    let ids: Result<Vec<String>, CallError> =
        spec.vpc_endpoints.iter().map(|endpoint| literal(endpoint, run)).collect();
    Ok(sdk::ArgoCdNetworkAccessConfigRequest::builder().set_vpce_ids(Some(ids?)).build())
}

fn ack(spec: &Spec) -> sdk::AckConfigRequest {
    let disabled = (!spec.disabled_services.is_empty()).then(|| spec.disabled_services.iter().cloned().collect());
    let builder = sdk::AckConfigRequest::builder().enable_cross_namespace(spec.enable_cross_namespace);
    builder.set_disabled_services(disabled).build()
}

/// Who is what.
pub(super) fn mappings(mappings: &Mappings) -> Result<Vec<sdk::ArgoCdRoleMapping>, CallError> {
    let mapping = |(role, identities): (&String, &BTreeSet<Identity>)| {
        let identities: Result<Vec<sdk::SsoIdentity>, BuildError> = identities
            .iter()
            .map(|one| {
                let kind = sdk::SsoIdentityType::from(one.kind.as_str());
                sdk::SsoIdentity::builder().id(&one.id).r#type(kind).build()
            })
            .collect();
        let role = sdk::ArgoCdRole::from(role.as_str());
        sdk::ArgoCdRoleMapping::builder().role(role).set_identities(Some(identities?)).build()
    };
    mappings.iter().map(mapping).collect::<Result<_, BuildError>>().map_err(bug)
}
