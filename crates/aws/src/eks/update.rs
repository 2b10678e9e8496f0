//! Updates: EKS works on one after the other and tells of each by its id.

use aws_sdk_eks::types::{Update, UpdateStatus};
use eksctl_rs_core::{CallError, ErrorClass, Outputs, Progress, Run};

use super::{failed, issue};
use crate::Aws;

/// An update that EKS has accepted. One that has ended already is of an earlier life: EKS remembers client tokens, and would
/// answer with what failed for ever, or with what somebody has changed back since. If it was ours after all, and only its
/// answer was lost, EKS says under another token that there is nothing to do.
pub(crate) fn begun(run: &Run<'_>, update: Option<&Update>) -> Result<Progress, CallError> {
    let follow = update.and_then(|update| update.id()).map(str::to_owned);
    let status = update.and_then(|update| update.status());
    if let Some(UpdateStatus::Failed | UpdateStatus::Cancelled | UpdateStatus::Successful) = status {
        let message = format!("the client token names the update {}, which has ended", follow.unwrap_or_default());
        return Err(CallError::new(ErrorClass::TokenUsed, &run.step.operation, "TokenUsed", message));
    }
    let status = status.map_or("InProgress", |status| status.as_str()).to_owned();
    Ok(Progress::Pending { status, follow, outputs: Outputs::new(), issues: Vec::new() })
}

/// Where the update `id` of a cluster, or of one of its node groups, stands.
pub(crate) async fn follow_update(
    aws: &Aws,
    run: &Run<'_>,
    cluster: &str,
    nodegroup: Option<&str>,
    id: &str,
) -> Result<Progress, CallError> {
    let request =
        aws.eks.describe_update().name(cluster).set_nodegroup_name(nodegroup.map(str::to_owned)).update_id(id);
    let answer = aws.call("eks:DescribeUpdate", request.send()).await?;
    told(run, answer.update(), id)
}

/// Where the update `id` of an add-on stands.
pub(crate) async fn follow_addon_update(
    aws: &Aws,
    run: &Run<'_>,
    cluster: &str,
    addon: &str,
    id: &str,
) -> Result<Progress, CallError> {
    let request = aws.eks.describe_update().name(cluster).addon_name(addon).update_id(id);
    let answer = aws.call("eks:DescribeUpdate", request.send()).await?;
    told(run, answer.update(), id)
}

/// Where the update `id` of a capability stands.
pub(crate) async fn follow_capability_update(
    aws: &Aws,
    run: &Run<'_>,
    cluster: &str,
    capability: &str,
    id: &str,
) -> Result<Progress, CallError> {
    let request = aws.eks.describe_update().name(cluster).capability_name(capability).update_id(id);
    let answer = aws.call("eks:DescribeUpdate", request.send()).await?;
    told(run, answer.update(), id)
}

fn told(run: &Run<'_>, update: Option<&Update>, id: &str) -> Result<Progress, CallError> {
    let errors = update.map(Update::errors).unwrap_or_default();
    let issues: Vec<_> =
        errors.iter().map(|error| issue(error.error_code().map(|code| code.as_str()), error.error_message())).collect();
    match update.and_then(Update::status) {
        Some(UpdateStatus::Successful) => Ok(Progress::done()),
        Some(UpdateStatus::Failed) => Err(failed(&run.step.operation, "Failed", &issues)),
        Some(UpdateStatus::Cancelled) => Err(failed(&run.step.operation, "Cancelled", &issues)),
        status => {
            let status = status.map_or("InProgress", |status| status.as_str()).to_owned();
            Ok(Progress::Pending { status, follow: Some(id.to_owned()), outputs: Outputs::new(), issues })
        }
    }
}

/// Whether EKS refuses an update because it is what the cluster has already: an earlier attempt has done it.
pub(crate) fn is_done_already(error: &CallError) -> bool {
    error.code == "InvalidParameterException"
        && ["No changes needed", "already at the desired"].iter().any(|part| error.message.contains(part))
}
