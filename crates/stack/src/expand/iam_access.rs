//! Policies, groups, roles and identity providers of one's own.

use std::collections::BTreeMap;

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::iam::{group, oidc_provider, policy, role};
use eksctl_rs_core::Text;
use serde_json::{Value, json};

use super::permissions::{self, NewRole, Permissions, Provider, web_identity};
use super::{Expansion, ecr_policies, names};
use crate::schema::{EksAccess, IamGroup, IamPolicy, IamRole, OidcProvider, OidcTrust, RoleTrust};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let iam = &expansion.spec.iam;
    for one in iam.oidc_providers.iter().filter(|provider| !provider.existing) {
        provider(expansion, one);
    }
    for one in &iam.policies {
        policy(expansion, one);
    }
    for one in &iam.groups {
        group(expansion, one);
    }
    for one in &iam.roles {
        role(expansion, one);
    }
}

fn provider(expansion: &mut Expansion<'_>, one: &OidcProvider) {
    let mut tags = expansion.tags(&one.name);
    tags.extend(one.tags.clone());
    let spec = oidc_provider::Spec {
        url: Text::from(one.url.as_str()),
        client_ids: one.client_ids.clone(),
        thumbprints: one.thumbprints.clone(),
        tags,
    };
    expansion.add(names::oidc_provider(&one.name), &spec);
}

fn policy(expansion: &mut Expansion<'_>, one: &IamPolicy) {
    let mut tags = expansion.tags(&one.name);
    tags.extend(one.tags.clone());
    let spec = policy::Spec {
        name: one.policy_name.clone().unwrap_or_else(|| names::policy_name(expansion.world, &one.name)),
        path: role::path_of(expansion.world),
        description: one.description.clone(),
        document: document_of(expansion, one),
        tags,
    };
    expansion.add(names::policy(&one.name), &spec);
}

/// The document of a policy: as it was written, or as the short forms mean it.
///
/// A token for the registry cannot be had for one repository alone. Source: ECR user guide, "Amazon ECR identity-based
/// policy examples".
fn document_of(expansion: &Expansion<'_>, one: &IamPolicy) -> PolicyDocument {
    if let Some(document) = &one.document {
        return PolicyDocument::new(document.clone());
    }
    let arn = |name: &String| match name.starts_with("arn:") {
        true => name.clone(),
        false => expansion.world.arn("ecr", &format!("repository/{name}")),
    };
    let allow = |sid: &str, actions: Vec<&str>, names: &[String]| {
        let repositories: Vec<String> = names.iter().map(arn).collect();
        json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": repositories })
    };
    let mut statements =
        vec![json!({ "Sid": "Token", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*" })];
    let pull = || ecr_policies::PULL.iter().chain(&["ecr:BatchCheckLayerAvailability"]).copied();
    if !one.ecr_pull.is_empty() {
        statements.push(allow("Pull", pull().collect(), &one.ecr_pull));
    }
    if !one.ecr_push.is_empty() {
        statements.push(allow("Push", pull().chain(ecr_policies::PUSH.iter().copied()).collect(), &one.ecr_push));
    }
    PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": statements }))
}

fn group(expansion: &mut Expansion<'_>, one: &IamGroup) {
    let own = Permissions {
        policy_arns: &one.attach_policy_arns,
        policies: &one.attach_policies,
        policy: one.attach_policy.as_ref(),
        ..Permissions::default()
    };
    let spec = group::Spec {
        name: one.group_name.clone().unwrap_or_else(|| names::group_name(expansion.world, &one.name)),
        path: group::path_of(expansion.world, &one.name),
        managed_policies: permissions::managed_policies(expansion, &own),
        inline_policies: permissions::inline_policies(expansion, &own),
        users: one.users.clone(),
    };
    expansion.add(names::group(&one.name), &spec);
}

fn role(expansion: &mut Expansion<'_>, one: &IamRole) {
    let permissions = Permissions {
        policy_arns: &one.attach_policy_arns,
        policies: &one.attach_policies,
        policy: one.attach_policy.as_ref(),
        well_known: one.well_known_policies,
        boundary: one.permissions_boundary.as_deref(),
    };
    let new = NewRole {
        address: one.name.clone(),
        role_name: one.role_name.as_deref(),
        description: one.description.clone(),
        permissions,
        tags: one.tags.clone(),
    };
    let mut spec = permissions::spec(expansion, &new, trust(expansion, &one.trust));
    spec.max_session_duration = one.max_session_duration;
    spec.inline_policies.extend(eks_access(expansion, one.eks_access));
    expansion.add(names::role(&one.name), &spec);
}

/// Source: EKS user guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file": required permissions.
fn eks_access(expansion: &Expansion<'_>, access: Option<EksAccess>) -> BTreeMap<String, PolicyDocument> {
    let cluster = expansion.world.arn("eks", &format!("cluster/{}", expansion.spec.metadata.name));
    let describing = json!({ "Effect": "Allow", "Action": "eks:DescribeCluster", "Resource": cluster });
    let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [describing] }));
    access.map(|EksAccess::Describe| ("eksAccess".to_owned(), policy)).into_iter().collect()
}

fn trust(expansion: &Expansion<'_>, trust: &RoleTrust) -> PolicyDocument {
    if let Some(document) = &trust.document {
        return PolicyDocument::new(document.clone());
    }
    let mut statements = Vec::new();
    statements.extend(of_people(expansion, trust));
    if !trust.services.is_empty() {
        let principal = json!({ "Service": trust.services });
        statements.push(json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }));
    }
    if let Some(oidc) = &trust.oidc {
        statements.push(web_identity(
            &provider_called(expansion, oidc),
            &oidc.audience,
            &oidc.subjects.iter().cloned().collect(),
        ));
    }
    PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// Source: IAM user guide, "Access to AWS accounts owned by third parties" and "Secure API access with MFA".
fn of_people(expansion: &Expansion<'_>, trust: &RoleTrust) -> Option<Value> {
    let partition = expansion.world.partition();
    let accounts = trust.accounts.iter().map(|account| format!("arn:{partition}:iam::{account}:root"));
    let principals: Vec<String> = accounts.chain(trust.principal_arns.iter().cloned()).collect();
    if principals.is_empty() {
        return None;
    }
    let mut statement = json!({ "Effect": "Allow", "Principal": { "AWS": principals }, "Action": "sts:AssumeRole" });
    if let Some(external_id) = &trust.external_id {
        statement["Condition"]["StringEquals"]["sts:ExternalId"] = external_id.as_str().into();
    }
    if trust.mfa {
        statement["Condition"]["Bool"]["aws:MultiFactorAuthPresent"] = "true".into();
    }
    Some(statement)
}

fn provider_called(expansion: &Expansion<'_>, oidc: &OidcTrust) -> Provider {
    let mut known = expansion.spec.iam.oidc_providers.iter();
    match known.find(|provider| provider.name == oidc.provider && provider.existing) {
        Some(existing) => Provider::Arn(oidc_provider::arn_of(&existing.url, expansion.world)),
        None => Provider::Own(names::oidc_provider(&oidc.provider)),
    }
}
