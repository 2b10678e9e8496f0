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

/// The role with the ARN `arn`, once EKS has heard of it.
fn known<'c>(call: &'c Call<'_>, arn: &str) -> Option<&'c Role> {
    let role = call.account.global.iam.role_by_arn(arn)?;
    role.is_known(call).then_some(role)
}

fn not_assumed(arn: &str) -> ApiError {
    let message = "could not be assumed because it does not exist or the trusted entity is not correct";
    ApiError::new(INVALID_PARAMETER, format!("Role with arn: {arn}, {message}"))
}
