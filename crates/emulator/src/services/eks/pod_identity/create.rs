//! Creating associations, for callers and for add-ons.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{PodIdentityAssociation, Settings};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::random;
use crate::services::eks::cluster::Cluster;
use crate::services::eks::{IN_USE, INVALID_PARAMETER, LIMIT_EXCEEDED, invalid, quota, role};
use crate::services::iam::document::Document;
use crate::tags::{self, Tags};

/// The longest policy for sessions. Source: AssumeRole of STS, `Policy`.
const POLICY: usize = 2048;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreatePodIdentityAssociation {
    cluster_name: String,
    namespace: String,
    service_account: String,
    role_arn: String,
    client_request_token: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    disable_session_tags: Option<bool>,
    target_role_arn: Option<String>,
    policy: Option<String>,
}

/// A service account and its role, as add-ons have them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::services::eks) struct Bound {
    pub(in crate::services::eks) service_account: String,
    pub(in crate::services::eks) role_arn: String,
}

pub(super) fn create_pod_identity_association(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: CreatePodIdentityAssociation = call.args()?;
    let client_token = asked.client_request_token.as_deref();
    call.clusters().cluster(&asked.cluster_name)?;
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let settings = asked.check(call)?;
        let mut association = PodIdentityAssociation::new(call, &asked.cluster_name, &asked.namespace, &asked.bound());
        association.settings = settings;
        tags::put(&mut association.tags, asked.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        call.remember(client_token, &association.arn);
        let cluster = call.eks().cluster_mut(&asked.cluster_name)?;
        cluster.associations.insert(association.id.clone(), association);
    }
    let mut all = call.clusters().cluster(&asked.cluster_name)?.associations.values();
    let made = all.find(|association| association.is_for(&asked.namespace, &asked.service_account));
    Ok(json!({ "association": made.map(|association| association.show(call)) }))
}

impl CreatePodIdentityAssociation {
    fn bound(&self) -> Bound {
        Bound { service_account: self.service_account.clone(), role_arn: self.role_arn.clone() }
    }

    fn check(&self, call: &Call<'_>) -> Result<Settings, ApiError> {
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        cluster.check_associations_can_change()?;
        check_bound(call, cluster, &self.namespace, &self.bound(), None)?;
        tags::put(&mut Tags::new(), self.tags.clone().unwrap_or_default(), INVALID_PARAMETER)?;
        let settings = Settings {
            disable_session_tags: self.disable_session_tags.unwrap_or_default(),
            target_role_arn: self.target_role_arn.clone().filter(|arn| !arn.is_empty()),
            policy: self.policy.clone().filter(|policy| !policy.is_empty()),
        };
        settings.check(call)?;
        let most = call.quota(quota::POD_IDENTITY_ASSOCIATIONS);
        if cluster.associations.len() >= most {
            return refuse(
                LIMIT_EXCEEDED,
                format!("Pod identity association limit of {most} in the cluster is exceeded"),
            );
        }
        Ok(settings)
    }
}

/// Refuses an association that a cluster cannot have; `owner` is the ARN of the add-on that it is for, whose own ones
/// are no obstacle.
pub(in crate::services::eks) fn check_bound(
    call: &Call<'_>,
    cluster: &Cluster,
    namespace: &str,
    bound: &Bound,
    owner: Option<&str>,
) -> Result<(), ApiError> {
    let account = &bound.service_account;
    if !is_label(namespace) {
        return invalid(format!("The namespace {namespace} is not a valid Kubernetes namespace"));
    }
    if account.len() > 253 || !account.split('.').all(is_label) {
        return invalid(format!("The service account {account} is not a valid name of a Kubernetes service account"));
    }
    let mut others =
        cluster.associations.values().filter(|other| owner.is_none() || other.owner_arn.as_deref() != owner);
    if let Some(other) = others.find(|other| other.is_for(namespace, account)) {
        return refuse(IN_USE, format!("Association already exists: {}", other.id));
    }
    role::check_pod_role(call, &bound.role_arn, &cluster.arn)
}

/// Source: RFC 1123, as Kubernetes has it.
fn is_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}

impl PodIdentityAssociation {
    /// A new association of a cluster that is there, with nothing special.
    pub(in crate::services::eks) fn new(call: &mut Call<'_>, cluster: &str, namespace: &str, bound: &Bound) -> Self {
        let digits = random::capitals(&json!(call.uuid()), 17).to_lowercase();
        let id = format!("a-{digits}");
        Self {
            arn: call.arn("eks", &format!("podidentityassociation/{cluster}/{id}")),
            id,
            cluster_name: cluster.to_owned(),
            namespace: namespace.to_owned(),
            service_account: bound.service_account.clone(),
            role_arn: bound.role_arn.clone(),
            tags: Tags::new(),
            created_at: call.now,
            modified_at: call.now,
            owner_arn: None,
            settings: Settings::default(),
        }
    }
}

impl Settings {
    /// Source: CreatePodIdentityAssociation.
    pub(super) fn check(&self, call: &Call<'_>) -> Result<(), ApiError> {
        if let Some(arn) = &self.target_role_arn {
            role::check_form(call, arn)?;
        }
        let Some(policy) = &self.policy else { return Ok(()) };
        if !self.disable_session_tags {
            return invalid("disableSessionTags must be true when a policy is specified");
        }
        if policy.len() > POLICY {
            return invalid(format!("The policy can have at most {POLICY} characters"));
        }
        match Document::parse(policy) {
            Ok(_) => Ok(()),
            Err(error) => invalid(format!("The policy is not a valid IAM policy: {}", error.message)),
        }
    }
}
