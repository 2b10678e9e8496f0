//! The log group of the control plane: made before the cluster, for else EKS makes one that keeps everything for ever.

use eksctl_rs_aws::logs::log_group;
use eksctl_rs_core::Reference;

use super::{Expansion, kms, names};
use crate::schema::{KeyUse, LogGroupClass};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    if for_cluster(expansion).is_none() {
        return;
    }
    let logging = &expansion.spec.cloud_watch.cluster_logging;
    let class = match logging.log_group_class {
        LogGroupClass::Standard => "STANDARD",
        LogGroupClass::InfrequentAccess => "INFREQUENT_ACCESS",
    };
    let spec = log_group::Spec {
        name: name(expansion),
        log_group_class: class.to_owned(),
        retention_in_days: Some(logging.log_retention_in_days).filter(|days| *days > 0),
        kms_key: kms::used_for(expansion, KeyUse::Logs),
        deletion_protection: logging.log_group_deletion_protection,
        tags: expansion.tags("control-plane-logs"),
    };
    expansion.add(names::log_group("cluster"), &spec);
}

/// The name that EKS writes to. Source: EKS user guide, "Send control plane logs to CloudWatch Logs".
pub(super) fn name(expansion: &Expansion<'_>) -> String {
    format!("/aws/eks/{}/cluster", expansion.spec.metadata.name)
}

/// The group, if the control plane writes any logs.
pub(super) fn for_cluster(expansion: &Expansion<'_>) -> Option<Reference> {
    let writes = !expansion.spec.cloud_watch.cluster_logging.enable_types.is_empty();
    writes.then(|| Reference::to(&names::log_group("cluster"), "name"))
}
