//! Changing associations: at once.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Settings;
use crate::call::Call;
use crate::error::ApiError;
use crate::services::eks::{INVALID_PARAMETER, invalid, role, token};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdatePodIdentityAssociation {
    cluster_name: String,
    association_id: String,
    role_arn: Option<String>,
    client_request_token: Option<String>,
    disable_session_tags: Option<bool>,
    /// An empty text takes it away, as in [`Self::policy`].
    target_role_arn: Option<String>,
    policy: Option<String>,
}

pub(super) fn update_pod_identity_association(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let asked: UpdatePodIdentityAssociation = call.args()?;
    let (name, id) = (asked.cluster_name.as_str(), asked.association_id.as_str());
    let client_token = asked.client_request_token.as_deref();
    call.clusters().cluster(name)?.association(id)?;
    if call.made_before(client_token, INVALID_PARAMETER)?.is_none() {
        let settings = asked.check(call)?;
        let (now, arn) = (call.now, call.clusters().cluster(name)?.association(id)?.arn.clone());
        token::remember_update(call, client_token, &arn, "changed");
        if let Some(association) = call.eks().cluster_mut(name)?.associations.get_mut(id) {
            association.role_arn = asked.role_arn.clone().unwrap_or_else(|| std::mem::take(&mut association.role_arn));
            association.settings = settings;
            association.modified_at = now;
        }
    }
    Ok(json!({ "association": call.clusters().cluster(name)?.association(id)?.show(call) }))
}

impl UpdatePodIdentityAssociation {
    /// What the association has afterwards.
    fn check(&self, call: &Call<'_>) -> Result<Settings, ApiError> {
        let cluster = call.clusters().cluster(&self.cluster_name)?;
        cluster.check_associations_can_change()?;
        let association = cluster.association(&self.association_id)?;
        association.check_not_owned()?;
        let says_nothing = self.role_arn.is_none()
            && self.disable_session_tags.is_none()
            && self.target_role_arn.is_none()
            && self.policy.is_none();
        if says_nothing {
            // Source: UpdatePodIdentityAssociation, "You must change at least one of these in an update".
            return invalid("At least one of roleArn, targetRoleArn, disableSessionTags and policy must be specified");
        }
        if let Some(arn) = &self.role_arn {
            role::check_pod_role(call, arn, &cluster.arn)?;
        }
        let current = &association.settings;
        let after = |asked: &Option<String>, current: &Option<String>| match asked {
            Some(asked) => Some(asked.clone()).filter(|text| !text.is_empty()),
            None => current.clone(),
        };
        let settings = Settings {
            disable_session_tags: self.disable_session_tags.unwrap_or(current.disable_session_tags),
            target_role_arn: after(&self.target_role_arn, &current.target_role_arn),
            policy: after(&self.policy, &current.policy),
        };
        settings.check(call)?;
        Ok(settings)
    }
}
