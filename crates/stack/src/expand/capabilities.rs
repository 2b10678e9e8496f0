//! Capabilities, and the roles that they work with.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::eks::capability::{Identity, IdentityCenter, Spec};
use eksctl_rs_core::{Reference, Tags};
use serde_json::json;

use super::cluster::word;
use super::permissions::{NewRole, Permissions, make};
use super::{Expansion, names, roles};
use crate::schema::{ArgoCd, Capability};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    for capability in &expansion.spec.capabilities {
        let role = role_of(expansion, capability);
        let mut tags: Tags = expansion.spec.metadata.tags.clone();
        tags.extend(capability.tags.clone());
        let (argo, ack) = (capability.configuration.argocd.as_ref(), capability.configuration.ack.as_ref());
        let endpoints = argo.map(|argo| &argo.network_access.vpce_ids);
        let spec = Spec {
            name: capability.name.clone(),
            cluster: Reference::to(&names::cluster(&expansion.spec.metadata.name), "name"),
            capability_type: word(capability.r#type),
            role,
            namespace: argo.and_then(|argo| argo.namespace.clone()),
            identity_center: argo.and_then(|argo| argo.aws_idc.as_ref()).map(|center| IdentityCenter {
                instance: center.idc_instance_arn.clone(),
                region: center.idc_region.clone(),
            }),
            endpoint_prefix: argo.and_then(|argo| argo.endpoint_prefix.clone()),
            role_mappings: argo.map(role_mappings).unwrap_or_default(),
            vpc_endpoints: endpoints.into_iter().flatten().map(|id| Reference::from(id.as_str())).collect(),
            enable_cross_namespace: ack.is_some_and(|ack| ack.enable_cross_namespace),
            disabled_services: ack.map(|ack| ack.disabled_services.clone()).unwrap_or_default(),
            tags,
        };
        expansion.add(names::capability(&capability.name), &spec);
    }
}

fn role_mappings(argo: &ArgoCd) -> BTreeMap<String, BTreeSet<Identity>> {
    let mapping = |mapping: &crate::schema::ArgoCdRoleMapping| {
        let identities = mapping.identities.iter();
        let identities = identities.map(|one| Identity { kind: word(one.r#type), id: one.id.clone() });
        (word(mapping.role), identities.collect())
    };
    argo.rbac_role_mappings.iter().map(mapping).collect()
}

/// Source: EKS user guide, "Amazon EKS capability IAM role".
fn role_of(expansion: &mut Expansion<'_>, capability: &Capability) -> Reference {
    if let Some(arn) = &capability.role_arn {
        return Reference::from(arn.as_str());
    }
    let new = NewRole {
        address: format!("capability-{}", capability.name),
        role_name: None,
        description: format!("The capability {} of {}", capability.name, expansion.world.stack),
        permissions: Permissions {
            policy_arns: &capability.attach_policy_arns,
            policy: capability.attach_policy.as_ref(),
            boundary: capability.permissions_boundary.as_deref(),
            ..Permissions::default()
        },
        tags: capability.tags.clone(),
    };
    let trust = roles::trust("capabilities.eks.amazonaws.com", &json!(["sts:AssumeRole", "sts:TagSession"]));
    make(expansion, &new, trust)
}
