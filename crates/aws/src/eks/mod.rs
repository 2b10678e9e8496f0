//! EKS: clusters and what belongs to them.

pub mod access_entry;
pub mod addon;
pub mod capability;
pub mod cluster;
pub mod fargate_profile;
pub mod identity_provider_config;
pub mod nodegroup;
pub mod pod_identity_association;
mod update;

use aws_sdk_eks::types::Cluster;
use eksctl_rs_core::{CallError, ErrorClass, Issue, Lowered, Lowering, Reference, Run, Tags, Work, World};
use serde::{Deserialize, Serialize};

use crate::Aws;
use crate::kind::not_ours;
use crate::reads::Reads;

pub(crate) use cluster::update_lane;
pub(crate) use update::{begun, follow_addon_update, follow_capability_update, follow_update, is_done_already};

/// What EKS's error codes mean. Source: EKS API reference, the errors of each action; messages as Terraform's provider
/// for AWS knows them.
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    let reads_or_removes =
        ["Describe", "List", "Delete", "Disassociate", "Untag"].iter().any(|verb| operation.starts_with(verb));
    let is_missing =
        code == "ResourceNotFoundException" || code == "NotFoundException" || message.contains("No cluster found");
    match code {
        _ if is_missing && reads_or_removes => Some(ErrorClass::Gone),
        // A cluster or a role that was made a moment ago is not known everywhere yet.
        _ if is_missing => Some(ErrorClass::NotYet),
        // A cluster that knows no access entries has none.
        "InvalidRequestException" if reads_or_removes && message.contains("authentication mode must be set") => {
            Some(ErrorClass::Gone)
        }
        "ResourceInUseException" if ["in progress", "in status"].iter().any(|part| message.contains(part)) => {
            Some(ErrorClass::Busy)
        }
        "ResourceInUseException" if operation.starts_with("Create") => Some(ErrorClass::Exists),
        "ResourceInUseException" if operation == "AssociateIdentityProviderConfig" => Some(ErrorClass::Exists),
        "ResourceInUseException" if operation.starts_with("Delete") => Some(ErrorClass::Held),
        "ResourceInUseException" => Some(ErrorClass::Busy),
        "ResourceLimitExceededException" => Some(ErrorClass::Quota),
        "ResourcePropagationDelayException" => Some(ErrorClass::NotYet),
        "InvalidStateException" => Some(ErrorClass::Busy),
        "InvalidRequestException" if message.contains("not in ACTIVE") || message.contains("not ACTIVE") => {
            Some(ErrorClass::Busy)
        }
        "InvalidParameterException" if is_not_yet_there(message) => Some(ErrorClass::NotYet),
        _ => None,
    }
}

/// What EKS says of roles, principals, subnets and launch templates that were made a moment ago.
fn is_not_yet_there(message: &str) -> bool {
    [
        "does not exist",
        "Error in role params",
        "could not be assumed",
        "doesn't have the Amazon EKS Managed Policies",
        "policy must include",
        "Role with arn",
        "NoSuchEntity",
        "Could not find the specified version",
        "invalid principal",
        "Misconfigured PodExecutionRole",
    ]
    .iter()
    .any(|part| message.contains(part))
}

/// The cluster of the stack, asked for once. The stack and its cluster have the same name.
pub(crate) async fn cluster<'r>(reads: &'r Reads<'_>) -> Result<Option<&'r Cluster>, CallError> {
    let name = cluster_name(reads);
    let ask = async {
        let answer =
            reads.ask_for("eks:DescribeCluster", || reads.aws.eks.describe_cluster().name(&name).send()).await?;
        Ok(answer.and_then(|answer| answer.cluster))
    };
    Ok(reads.shared.cluster.get(ask).await?.as_ref())
}

/// The name of the stack's cluster: that of the stack.
pub(crate) fn cluster_name(reads: &Reads<'_>) -> String {
    cluster_of_the_stack(reads.world()).to_owned()
}

/// The name of the cluster of a stack: that of the stack.
pub(crate) fn cluster_of_the_stack(world: &World) -> &str {
    let stack = world.stack.as_str();
    stack.strip_suffix(world.region.as_str()).and_then(|name| name.strip_suffix('.')).unwrap_or(stack)
}

/// The cluster of what a run is about, from its ARN: `arn:aws:eks:eu-west-1:111122223333:nodegroup/<cluster>/<name>/<uuid>`.
pub(crate) fn cluster_of(run: &Run<'_>) -> String {
    let arn = run.outputs.get("arn").map(String::as_str).unwrap_or_default();
    arn.split('/').nth(1).unwrap_or_default().to_owned()
}

/// Refuses what a creation finds under the name that it wants, if it is not the stack's.
pub(crate) fn check_ours(aws: &Aws, run: &Run<'_>, tags: &Tags, what: &str) -> Result<(), CallError> {
    let is_made = run.step.creates && run.call.is_some();
    if is_made && !aws.owns(tags) { Err(not_ours(run, what)) } else { Ok(()) }
}

/// The Kubernetes versions that EKS offers, newest first.
pub(crate) async fn cluster_versions(reads: &Reads<'_>) -> Result<Vec<String>, CallError> {
    let request = || reads.aws.eks.describe_cluster_versions();
    let page = |page: aws_sdk_eks::operation::describe_cluster_versions::DescribeClusterVersionsOutput| {
        let versions = page.cluster_versions.unwrap_or_default().into_iter().filter_map(|one| one.cluster_version);
        (versions.collect::<Vec<_>>(), page.next_token)
    };
    let operation = "eks:DescribeClusterVersions";
    let mut versions = reads.pages(operation, |token| request().set_next_token(token).send(), page).await?;
    versions.sort_by_key(|version| std::cmp::Reverse(minor(version)));
    Ok(versions)
}

/// The Kubernetes version of a new cluster for which none is said.
pub(crate) async fn default_cluster_version(reads: &Reads<'_>) -> Result<Option<String>, CallError> {
    let request = || reads.aws.eks.describe_cluster_versions().default_only(true).send();
    let answer = reads.ask("eks:DescribeClusterVersions", request).await?;
    Ok(answer.cluster_versions().iter().find_map(|one| one.cluster_version()).map(str::to_owned))
}

/// The minor of a Kubernetes version: 35 of `1.35`.
pub(crate) fn minor(version: &str) -> Option<u32> {
    version.split_once('.')?.1.parse().ok()
}

#[expect(clippy::disallowed_types, reason = "the SDK's type; its order ends here")]
pub(crate) fn tags_of(tags: Option<&std::collections::HashMap<String, String>>) -> Tags {
    tags.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// A problem as AWS tells it.
pub(crate) fn issue(code: Option<&str>, message: Option<&str>) -> Issue {
    Issue { code: code.unwrap_or("Unknown").to_owned(), message: message.unwrap_or_default().to_owned() }
}

/// The error for a resource that failed, with AWS's words.
pub(crate) fn failed(operation: &str, status: &str, issues: &[Issue]) -> CallError {
    let code = issues.first().map_or(status, |issue| issue.code.as_str());
    let texts: Vec<String> = issues.iter().map(|issue| issue.message.clone()).collect();
    let message = if texts.is_empty() { format!("the status is {status}") } else { texts.join("; ") };
    CallError::new(ErrorClass::Failed, operation, code, message)
}

/// A change of the tags of an EKS resource. Source: EKS `TagResource`, `UntagResource`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TagCall {
    /// Sets tags.
    Set {
        /// The ARN.
        arn: Reference,
        /// Key and value.
        tags: Tags,
    },
    /// Removes tags.
    Remove {
        /// The ARN.
        arn: Reference,
        /// The keys.
        keys: Vec<String>,
    },
}

impl TagCall {
    /// The calls that bring the tags of an update from `live` to `desired`, and the ownership tags up to date.
    pub(crate) fn lower<S>(lowering: &Lowering<'_, S>, desired: &Tags, live: &Tags) -> Vec<Lowered<Self>> {
        let new = desired.iter().filter(|(key, value)| live.get(*key) != Some(*value));
        let mut set: Tags = new.map(|(key, value)| (key.clone(), value.clone())).collect();
        if matches!(&lowering.work, Work::Update { retag: true, .. }) {
            set.extend(lowering.ownership.clone());
        }
        let keys: Vec<String> = live.keys().filter(|key| !desired.contains_key(*key)).cloned().collect();
        let arn = lowering.own("arn");
        let mut calls = Vec::new();
        if !keys.is_empty() {
            calls.push(Lowered::new("eks:UntagResource", Self::Remove { arn: arn.clone(), keys }));
        }
        if !set.is_empty() {
            calls.push(Lowered::new("eks:TagResource", Self::Set { arn, tags: set }));
        }
        calls
    }

    pub(crate) async fn start(
        self,
        aws: &crate::Aws,
        run: &eksctl_rs_core::Run<'_>,
    ) -> Result<eksctl_rs_core::Progress, CallError> {
        use crate::ec2::literal;
        match self {
            Self::Set { arn, tags } => {
                let tags = tags.into_iter().collect();
                let request = aws.eks.tag_resource().resource_arn(literal(&arn, run)?).set_tags(Some(tags));
                aws.call("eks:TagResource", request.send()).await?;
            }
            Self::Remove { arn, keys } => {
                let request = aws.eks.untag_resource().resource_arn(literal(&arn, run)?).set_tag_keys(Some(keys));
                aws.call("eks:UntagResource", request.send()).await?;
            }
        }
        Ok(eksctl_rs_core::Progress::done())
    }
}
