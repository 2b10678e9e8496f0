//! The roles that EKS is handed, and what it asks of them.

use super::{INVALID_PARAMETER, invalid, passed_on};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::iam::Role;

/// Refuses a role that the control plane could not use.
pub(super) fn check_cluster_role(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    let role = known(call, arn).filter(|role| role.trusts("eks.amazonaws.com")).ok_or_else(|| not_assumed(arn))?;
    if !role.has_policy("AmazonEKSClusterPolicy") {
        let policy = format!("arn:{}:iam::aws:policy/AmazonEKSClusterPolicy", call.partition());
        return invalid(format!(
            "The provided role doesn't have the Amazon EKS Managed Policies associated with it. \
             Please ensure the following policies [{policy}] are attached"
        ));
    }
    Ok(())
}

/// Refuses a cluster role that Auto Mode could not use. Source: "Amazon EKS Auto Mode cluster IAM role".
pub(super) fn check_auto_mode_role(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    match known(call, arn).is_some_and(|role| role.lets_tag_sessions("eks.amazonaws.com")) {
        true => Ok(()),
        false => Err(not_assumed(arn)),
    }
}

/// Refuses a role that nodes could not use; gives its name.
pub(super) fn check_node_role(call: &Call<'_>, arn: &str) -> Result<String, ApiError> {
    let Some(role) = known(call, arn) else {
        let name = arn.rsplit('/').next().unwrap_or_default();
        let missing = ApiError::new("NoSuchEntity", format!("The role with name {name} cannot be found."));
        return Err(passed_on("AmazonIdentityManagement", 404, &missing));
    };
    if !role.trusts("ec2.amazonaws.com") {
        let message = "Following required service principals [ec2.amazonaws.com] were not found in the trust \
                       relationships of nodeRole";
        return refuse(INVALID_PARAMETER, format!("{message} {arn}"));
    }
    Ok(role.name.clone())
}

/// Refuses a role that Fargate could not run the pods of `profile`, an ARN, with. Source: "Amazon EKS Pod execution IAM
/// role", with the condition on the source.
pub(super) fn check_pod_execution_role(call: &Call<'_>, arn: &str, profile: &str) -> Result<(), ApiError> {
    let trusts = |role: &Role| role.trusts_on_behalf_of("eks-fargate-pods.amazonaws.com", profile);
    match known(call, arn).is_some_and(trusts) {
        true => Ok(()),
        false => invalid(
            "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal",
        ),
    }
}

/// Refuses a role that pods of a cluster, an ARN, could not get by Pod Identity. Source: "Create IAM role with trust
/// policy required by EKS Pod Identity".
pub(super) fn check_pod_role(call: &Call<'_>, arn: &str, cluster: &str) -> Result<(), ApiError> {
    const PODS: &str = "pods.eks.amazonaws.com";
    check_own(call, arn)?;
    let Some(role) = known(call, arn) else {
        return invalid(format!("Role provided in the request does not exist: {arn}"));
    };
    if !role.trusts_on_behalf_of(PODS, cluster) || !role.lets_tag_sessions(PODS) {
        return invalid(format!(
            "Trust policy of the role {arn} must allow the service principal {PODS} to perform sts:AssumeRole and \
             sts:TagSession"
        ));
    }
    Ok(())
}

/// Refuses a role that a capability could not use. Source: "Amazon EKS capability IAM role".
pub(super) fn check_capability_role(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    const CAPABILITIES: &str = "capabilities.eks.amazonaws.com";
    check_own(call, arn)?;
    let Some(role) = known(call, arn) else {
        return invalid(format!("Role provided in the request does not exist: {arn}"));
    };
    if role.trusts(CAPABILITIES) && role.lets_tag_sessions(CAPABILITIES) {
        return Ok(());
    }
    invalid(format!(
        "Trust policy of the role {arn} must allow the service principal {CAPABILITIES} to perform sts:AssumeRole and \
         sts:TagSession"
    ))
}

/// Refuses roles of other accounts, which nobody can hand to a service.
pub(super) fn check_own(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    check_form(call, arn)?;
    if arn.split(':').nth(4) != Some(call.account_id.as_str()) {
        return Err(ApiError::with_status("AccessDeniedException", 403, "Cross-account pass role is not allowed."));
    }
    Ok(())
}

/// Refuses text that is no ARN of a role.
pub(super) fn check_form(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else {
        return invalid(format!("Invalid role ARN: {arn}"));
    };
    let named = resource.strip_prefix("role/").is_some_and(|name| !name.is_empty());
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if *partition != call.partition() || !is_account || !named {
        return invalid(format!("Invalid role ARN: {arn}"));
    }
    Ok(())
}

/// Whether EKS has heard of the role.
pub(super) fn is_there(call: &Call<'_>, arn: &str) -> bool {
    known(call, arn).is_some()
}

/// The role with the ARN `arn`, once EKS has heard of it.
fn known<'c>(call: &'c Call<'_>, arn: &str) -> Option<&'c Role> {
    let role = call.account.global.iam.role_by_arn(arn)?;
    role.is_known(call).then_some(role)
}

fn not_assumed(arn: &str) -> ApiError {
    let message = "could not be assumed because it does not exist or the trusted entity is not correct";
    ApiError::new(INVALID_PARAMETER, format!("Role with arn: {arn}, {message}"))
}
