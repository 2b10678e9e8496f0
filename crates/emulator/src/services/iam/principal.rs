//! Principals of trust and key policies: whether they exist.
//!
//! Source: "AWS JSON policy elements: Principal" in the IAM user guide. Of other accounts and of identity providers
//! only the form of the ARN is checked: IAM does not look for the latter, and the emulator cannot look into the former.

use std::collections::BTreeMap;

use super::Role;
use super::document::{OneOrMany, Principals, malformed};
use crate::call::Call;
use crate::error::ApiError;

/// Refuses principals that do not exist.
pub(crate) fn check(call: &Call<'_>, principals: &Principals) -> Result<(), ApiError> {
    let types = match principals {
        Principals::Everyone(text) if text == "*" => return Ok(()),
        Principals::Everyone(text) => return invalid("AWS", text),
        Principals::Listed(types) => types,
    };
    if types.values().map(OneOrMany::as_slice).all(<[String]>::is_empty) {
        return malformed("Missing required field Principal cannot be empty!");
    }
    for (kind, names) in types {
        let exists = match kind.as_str() {
            "AWS" => is_identity,
            "Service" => is_service,
            "Federated" => is_provider,
            _ => return malformed(format!("Invalid principal in policy: \"{kind}\"")),
        };
        if let Some(unknown) = names.as_slice().iter().find(|name| !exists(call, name.as_str())) {
            return invalid(kind, unknown);
        }
    }
    Ok(())
}

/// The roles of the account that are principals by their ARNs.
pub(crate) fn roles<'c>(call: &'c Call<'_>, principals: &'c Principals) -> impl Iterator<Item = &'c Role> {
    let names = match principals {
        Principals::Everyone(_) => None,
        Principals::Listed(types) => types.get("AWS"),
    };
    let names = names.map_or(&[] as &[String], OneOrMany::as_slice);
    names.iter().filter_map(|name| call.account.global.iam.role_by_arn(name))
}

/// A policy as it is now: instead of roles that are gone AWS shows the ids that only they had, so that a new one of the
/// same name is not let in. `roles` are the ids that the roles in it had when it was put, by their ARNs. Source: "AWS JSON
/// policy elements: Principal", "IAM role principals".
pub(crate) fn without_gone(call: &Call<'_>, text: &str, roles: &BTreeMap<String, String>) -> String {
    let iam = &call.account.global.iam;
    let gone = roles.iter().filter(|(arn, id)| iam.role_by_arn(arn).is_none_or(|role| role.id != **id));
    gone.fold(text.to_owned(), |text, (arn, id)| text.replace(&format!("\"{arn}\""), &format!("\"{id}\"")))
}

fn invalid(kind: &str, name: &str) -> Result<(), ApiError> {
    let kind = kind.to_ascii_uppercase();
    malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\""))
}

/// An account, one of its roles or users, or a session.
fn is_identity(call: &Call<'_>, name: &str) -> bool {
    if name == "*" || is_account(name) {
        return true;
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = parts.as_slice() else { return false };
    if *partition != call.partition() || !is_account(account) || resource.contains(['*', '?']) {
        return false;
    }
    let own = *account == call.account_id;
    match (*service, resource.split_once('/')) {
        ("iam", None) => *resource == "root",
        ("iam", Some(("role", role))) => {
            !role.is_empty() && (!own || call.account.global.iam.role_by_arn(name).is_some())
        }
        // Besides those that were made there is who uses the key of the account.
        ("iam", Some(("user", user))) => {
            !user.is_empty() && (!own || user == "emulator" || call.account.global.iam.user_by_arn(name).is_some())
        }
        ("sts", Some(("assumed-role", session))) => session.split('/').filter(|part| !part.is_empty()).count() == 2,
        ("sts", Some(("federated-user", user))) => !user.is_empty(),
        _ => false,
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_provider(call: &Call<'_>, name: &str) -> bool {
    const PUBLIC: &[&str] =
        &["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, "iam", "", account, resource] => {
            let named = |kind: &str| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
            *partition == call.partition()
                && is_account(account)
                && !resource.contains(['*', '?'])
                && (named("oidc-provider/") || named("saml-provider/"))
        }
        _ => PUBLIC.contains(&name),
    }
}

/// `eks.amazonaws.com`, in some services also with a Region: `logs.eu-west-1.amazonaws.com`.
fn is_service(_: &Call<'_>, name: &str) -> bool {
    let Some(service) = name.strip_suffix(".amazonaws.com").or_else(|| name.strip_suffix(".amazonaws.com.cn")) else {
        return false;
    };
    let known = |service: &str| SERVICES.lines().flat_map(str::split_whitespace).any(|known| known == service);
    let without_region = service.rsplit_once('.').filter(|(_, region)| region.split('-').count() >= 3);
    known(service) || without_region.is_some_and(|(service, _)| known(service))
}

/// The services that assume roles. Source: "AWS services that work with IAM" and the pages that it names.
const SERVICES: &str = "
    access-analyzer airflow airflow-env amplify apigateway application-autoscaling appflow appmesh apprunner appstream
    appsync aps athena autoscaling backup batch bedrock bedrock-agentcore budgets build.apprunner capabilities.eks
    channels.lex chatbot cloud9 cloudformation cloudfront cloudhsm cloudtrail cloudwatch codebuild codecommit codedeploy
    codepipeline cognito-idp config connect credentials.iot databrew dataexchange datapipeline datasync dax
    delivery.logs devops-guru directconnect dlm dms ds dynamodb dynamodb.application-autoscaling ec2 ec2scheduled
    ec2.application-autoscaling ecr ecs ecs-tasks ecs.application-autoscaling edgelambda eks eks-connector eks-fargate
    eks-fargate-pods eks-nodegroup elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce
    emr-containers emr-serverless enhancedmonitoring.rds es events export.rds firehose fis fsx gamelift glacier glue
    grafana greengrass guardduty health imagebuilder inspector inspector2 internetmonitor iot iotevents ivs kafka
    kafkaconnect kinesis kinesisanalytics kms lakeformation lambda lex lexv2 logs macie
    malware-protection-plan.guardduty
    mediaconvert medialive mgn monitoring monitoring.rds mq network-firewall networkmanager opensearchservice
    ops.apigateway opsworks organizations osis pipes pods.eks pullthroughcache.ecr quicksight ram rds redshift
    redshift-serverless rekognition replication.dynamodb replication.ecr resource-groups robomaker rolesanywhere route53
    route53resolver s3 sagemaker scheduler scraper.aps secretsmanager securityhub securitylake serverlessrepo
    servicecatalog servicediscovery ses shield signin sms sns spot spotfleet sqs ssm ssm-incidents sso states
    storagegateway support swf tasks.apprunner templates.ecr transfer vmie vpc-flow-logs vpc-lattice waf wafv2
    workspaces xray
";
