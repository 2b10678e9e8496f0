//! A capability as the API shows it.

use serde_json::{Value, json};

use super::config::ArgoCd;
use super::{Capability, State};
use crate::call::Call;
use crate::random;
use crate::services::eks::health;

impl Capability {
    pub(super) fn in_list(&self, epoch: f64) -> Value {
        json!({
            "capabilityName": self.name,
            "arn": self.arn,
            "type": self.kind.name(),
            "status": self.status(),
            "version": self.kind.version(),
            "createdAt": epoch + self.created_at,
            "modifiedAt": epoch + self.modified_at,
        })
    }

    pub(super) fn show(&self, call: &Call<'_>) -> Value {
        let mut capability = self.in_list(call.epoch);
        let (config, mut shown) = (&self.config, json!({}));
        if let Some(argo_cd) = &config.argo_cd {
            shown["argoCd"] = self.show_argo_cd(argo_cd, call);
        }
        if let Some(ack) = &config.ack {
            let disabled = &ack.disabled_services;
            shown["ack"] = json!({ "enableCrossNamespace": ack.cross_namespace, "disabledServices": disabled });
        }
        capability["clusterName"] = self.cluster_name.as_str().into();
        capability["roleArn"] = config.role_arn.as_str().into();
        capability["configuration"] = if shown == json!({}) { Value::Null } else { shown };
        capability["tags"] = json!(self.tags);
        capability["health"] = health::show(&self.issues);
        // The model's issues of capabilities name no resources.
        for issue in capability["health"]["issues"].as_array_mut().into_iter().flatten() {
            issue.as_object_mut().map(|issue| issue.shift_remove("resourceIds"));
        }
        capability["deletePropagationPolicy"] = "RETAIN".into();
        capability
    }

    /// Its address and its application are there once it is.
    fn show_argo_cd(&self, config: &ArgoCd, call: &Call<'_>) -> Value {
        let is_there = !matches!(self.state, State::Creating(_) | State::CreateFailed);
        let (id, region) = (random::hex(&json!(self.arn), 20), &call.region_name);
        let host = config.endpoint_prefix.as_ref().map_or_else(|| id.clone(), |prefix| format!("{prefix}-{id}"));
        let instance = config.idc_instance_arn.rsplit('/').next().unwrap_or_default();
        let application =
            format!("arn:{}:sso::{}:application/{instance}/apl-{}", call.partition(), call.account_id, &id[..16]);
        json!({
            "namespace": config.namespace,
            "awsIdc": {
                "idcInstanceArn": config.idc_instance_arn,
                "idcRegion": config.idc_region,
                "idcManagedApplicationArn": is_there.then_some(application),
            },
            "rbacRoleMappings": config.show_mappings(),
            "networkAccess": (!config.vpce_ids.is_empty()).then(|| json!({ "vpceIds": config.vpce_ids })),
            "serverUrl": is_there.then(|| format!("https://{host}.eks-capabilities.{region}.amazonaws.com")),
            "endpointPrefix": config.endpoint_prefix,
        })
    }

    pub(super) fn status(&self) -> &'static str {
        match self.state {
            State::Creating(_) => "CREATING",
            State::Active => "ACTIVE",
            State::Updating(_) => "UPDATING",
            State::Deleting(_) => "DELETING",
            State::CreateFailed => "CREATE_FAILED",
        }
    }
}
