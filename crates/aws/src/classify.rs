//! What AWS's errors mean. Codes are read, never HTTP statuses of modelled errors, and messages only where AWS has one
//! code for different things.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use eksctl_rs_core::{CallError, ErrorClass};

use crate::{ec2, ecr, eks, iam, kms, logs, secretsmanager};

/// The error of one call.
pub(crate) fn classify<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let unsent = |class, code: &str| CallError::new(class, operation, code, root_cause(&error));
    match &error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let code = context.err().code().unwrap_or("Unknown");
            let message = context.err().message().unwrap_or_default();
            let class = class_of(operation, code, message, status);
            let request_id = context.raw().headers().get("x-amzn-requestid").map(str::to_owned);
            CallError { request_id, ..CallError::new(class, operation, code, message) }
        }
        // What cannot be read was sent, and may have had its effect.
        SdkError::ResponseError(_) | SdkError::TimeoutError(_) => unsent(ErrorClass::Transient, "NoAnswer"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() || failure.is_io() => {
            unsent(ErrorClass::Transient, "NoConnection")
        }
        _ if mentions_credentials(&error) => unsent(ErrorClass::Credentials, "NoCredentials"),
        SdkError::DispatchFailure(_) => unsent(ErrorClass::Transient, "NoConnection"),
        _ => unsent(ErrorClass::Bug, "NotSent"),
    }
}

/// What an error code means for `operation`.
pub(crate) fn class_of(operation: &str, code: &str, message: &str, status: u16) -> ErrorClass {
    if let Some(class) = common(code) {
        return class;
    }
    let (service, name) = operation.split_once(':').unwrap_or((operation, ""));
    let special = match service {
        "ec2" => ec2::classify(name, code, message),
        "ecr" => ecr::classify(name, code, message),
        "eks" => eks::classify(name, code, message),
        "iam" => iam::classify(name, code, message),
        "kms" => kms::classify(name, code, message),
        "logs" => logs::classify(name, code, message),
        "secretsmanager" => secretsmanager::classify(name, code, message),
        _ => None,
    };
    special.unwrap_or(if status >= 500 { ErrorClass::Transient } else { ErrorClass::Invalid })
}

/// Codes that mean the same everywhere. Source: the SDKs' retry rules and each service's common errors.
fn common(code: &str) -> Option<ErrorClass> {
    match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "SlowDown"
        | "PriorRequestNotComplete"
        | "EC2ThrottledException" => Some(ErrorClass::Throttled),
        "RequestTimeout"
        | "RequestTimeoutException"
        | "InternalError"
        | "InternalFailure"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "Unavailable"
        | "ServerException"
        | "ServiceFailure" => Some(ErrorClass::Transient),
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "AuthFailure"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature" => Some(ErrorClass::Credentials),
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "Client.UnauthorizedOperation" => {
            Some(ErrorClass::Denied)
        }
        "IdempotentParameterMismatch" => Some(ErrorClass::TokenUsed),
        _ => None,
    }
}

fn mentions_credentials(error: &(dyn Error + 'static)) -> bool {
    let mut source = Some(error);
    while let Some(cause) = source {
        let text = cause.to_string().to_ascii_lowercase();
        if text.contains("credential") || text.contains("identity resolver") {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The innermost cause says most: what is around it only says that something failed.
fn root_cause<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: Error + Send + Sync + 'static,
{
    let mut innermost: &(dyn Error + 'static) = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    if text.is_empty() { DisplayErrorContext(error).to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_services_say() {
        for (operation, code, message, expected) in [
            ("ec2:DescribeVpcs", "RequestLimitExceeded", "", ErrorClass::Throttled),
            ("ec2:CreateVpc", "VpcLimitExceeded", "", ErrorClass::Quota),
            ("ec2:DeleteVpc", "DependencyViolation", "", ErrorClass::Held),
            ("ec2:DeleteVpc", "InvalidVpcID.NotFound", "", ErrorClass::Gone),
            ("ec2:CreateSubnet", "InvalidVpcID.NotFound", "", ErrorClass::NotYet),
            ("ec2:CreateSecurityGroup", "InvalidGroup.Duplicate", "", ErrorClass::Exists),
            ("ec2:AuthorizeSecurityGroupIngress", "InvalidGroup.NotFound", "", ErrorClass::NotYet),
            ("ec2:RevokeSecurityGroupIngress", "InvalidGroup.NotFound", "", ErrorClass::Gone),
            ("ec2:CreateNatGateway", "IdempotentParameterMismatch", "", ErrorClass::TokenUsed),
            ("ec2:CreateVpc", "UnauthorizedOperation", "", ErrorClass::Denied),
            ("ec2:CreateLaunchTemplate", "InvalidLaunchTemplateName.AlreadyExistsException", "", ErrorClass::Exists),
            ("ec2:DescribeLaunchTemplateVersions", "InvalidLaunchTemplateName.NotFoundException", "", ErrorClass::Gone),
            ("ec2:ModifyLaunchTemplate", "InvalidLaunchTemplateId.VersionNotFound", "", ErrorClass::NotYet),
            ("ec2:CreateFlowLogs", "FlowLogAlreadyExists", "", ErrorClass::Exists),
            ("ec2:CreateFlowLogs", "InvalidParameter", "Unable to assume given IAM role", ErrorClass::NotYet),
            ("ec2:DisassociateVpcCidrBlock", "InvalidCidrBlock.InUse", "", ErrorClass::Held),
            ("iam:CreateRole", "LimitExceeded", "", ErrorClass::Quota),
            ("iam:GetRole", "NoSuchEntity", "", ErrorClass::Gone),
            ("iam:DeleteRole", "DeleteConflict", "", ErrorClass::Held),
            ("iam:AddUserToGroup", "NoSuchEntity", "The user with name a cannot be found.", ErrorClass::Invalid),
            ("iam:CreateOpenIDConnectProvider", "OpenIdIdpCommunicationError", "", ErrorClass::NotYet),
            (
                "eks:CreateCluster",
                "ResourceInUseException",
                "Cluster already exists with name: dev",
                ErrorClass::Exists,
            ),
            ("eks:UpdateClusterConfig", "ResourceInUseException", "", ErrorClass::Busy),
            (
                "eks:CreateCluster",
                "InvalidParameterException",
                "Role with arn: x could not be assumed because the trusted entity is not correct",
                ErrorClass::NotYet,
            ),
            (
                "eks:CreateNodegroup",
                "InvalidParameterException",
                "The role with name node cannot be found. (Service: AmazonIdentityManagement; Status Code: 404; Error \
                 Code: NoSuchEntity; Proxy: null)",
                ErrorClass::NotYet,
            ),
            ("eks:CreateCluster", "InvalidParameterException", "unsupported Kubernetes version", ErrorClass::Invalid),
            ("ecr:DescribeRepositories", "RepositoryNotFoundException", "", ErrorClass::Gone),
            ("ecr:GetLifecyclePolicy", "LifecyclePolicyNotFoundException", "", ErrorClass::Gone),
            ("ecr:PutLifecyclePolicy", "RepositoryNotFoundException", "", ErrorClass::NotYet),
            ("ecr:CreateRepository", "RepositoryAlreadyExistsException", "", ErrorClass::Exists),
            ("ecr:CreateRepository", "KmsException", "", ErrorClass::NotYet),
            ("ecr:DeleteRepository", "RepositoryNotEmptyException", "it still contains images", ErrorClass::Invalid),
            (
                "ecr:SetRepositoryPolicy",
                "InvalidParameterException",
                "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
                ErrorClass::NotYet,
            ),
            ("ecr:CreatePullThroughCacheRule", "SecretNotFoundException", "", ErrorClass::NotYet),
            (
                "eks:CreateAccessEntry",
                "InvalidParameterException",
                "The specified principalArn is invalid: invalid principal.",
                ErrorClass::NotYet,
            ),
            (
                "eks:ListAccessEntries",
                "InvalidRequestException",
                "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this \
                 operation.",
                ErrorClass::Gone,
            ),
            (
                "eks:CreateFargateProfile",
                "InvalidParameterException",
                "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service \
                 Principal",
                ErrorClass::NotYet,
            ),
            (
                "eks:CreateFargateProfile",
                "ResourceInUseException",
                "Cannot create Fargate Profile b because cluster dev currently has Fargate profile a in status CREATING",
                ErrorClass::Busy,
            ),
            (
                "eks:CreateFargateProfile",
                "ResourceInUseException",
                "Fargate Profile already exists with name: a",
                ErrorClass::Exists,
            ),
            (
                "eks:AssociateIdentityProviderConfig",
                "ResourceInUseException",
                "An identity provider config is already associated with cluster dev",
                ErrorClass::Exists,
            ),
            (
                "eks:AssociateIdentityProviderConfig",
                "ResourceInUseException",
                "Cannot AssociateIdentityProviderConfig because cluster dev currently has an update in progress",
                ErrorClass::Busy,
            ),
            ("eks:DisassociateAccessPolicy", "ResourceNotFoundException", "", ErrorClass::Gone),
            (
                "ecr:CreateRepositoryCreationTemplate",
                "ValidationException",
                "The custom role x does not exist",
                ErrorClass::NotYet,
            ),
            ("ecr:CreatePullThroughCacheRule", "ValidationException", "Invalid prefix", ErrorClass::Invalid),
            ("eks:DescribeCluster", "ResourceNotFoundException", "", ErrorClass::Gone),
            ("secretsmanager:CreateSecret", "ResourceExistsException", "", ErrorClass::Exists),
            ("secretsmanager:PutSecretValue", "ResourceExistsException", "", ErrorClass::TokenUsed),
            (
                "secretsmanager:CreateSecret",
                "InvalidRequestException",
                "You can't create this secret because a secret with this name is already scheduled for deletion.",
                ErrorClass::Exists,
            ),
            (
                "secretsmanager:PutSecretValue",
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.",
                ErrorClass::NotYet,
            ),
            ("secretsmanager:DescribeSecret", "ResourceNotFoundException", "", ErrorClass::Gone),
            ("eks:ListNodegroups", "ClientException", "No cluster found for name: dev.", ErrorClass::Gone),
        ] {
            assert_eq!(class_of(operation, code, message, 400), expected, "{operation} {code}");
        }
        assert_eq!(class_of("ec2:DescribeVpcs", "Strange", "", 503), ErrorClass::Transient);
    }
}
