//! Requests.

use aws_sdk_ec2::types::ResourceType;
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work, digest};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Spec, read, request};
use crate::Aws;
use crate::ec2::{TagCall, literal, specification, token};

/// The calls of a launch template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it, with its first version.
    Create {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Makes another version.
    CreateVersion {
        /// The template.
        id: Reference,
        /// The number of the version that was the default before: what is wanted again after something else was wanted
        /// has another client token than the first time.
        after: String,
        /// Everything that it is to be.
        spec: Box<Spec>,
    },
    /// Makes a version the default.
    SetDefault {
        /// The template.
        id: Reference,
        /// The number of the version.
        version: Reference,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Deletes it, with all its versions.
    Delete {
        /// The template.
        id: Reference,
    },
}

/// Whether a change of these fields makes another version: all but the tags are part of one.
pub(super) fn needs_version(fields: &[&str]) -> bool {
    fields.iter().any(|field| *field != "tags")
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let id = lowering.own("id");
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let create = Call::Create { spec: Box::new(desired.clone()), tags };
            vec![Lowered::creating("ec2:CreateLaunchTemplate", create)]
        }
        Work::Update { desired, live, observed, changed, .. } => {
            let mut calls = Vec::new();
            if needs_version(changed) {
                let after = observed.outputs.get("version").cloned().unwrap_or_default();
                let create = Call::CreateVersion { id: id.clone(), after, spec: Box::new(desired.clone()) };
                // The number that the call before it tells.
                let version = Reference::to(lowering.address, "version");
                calls.push(Lowered::new("ec2:CreateLaunchTemplateVersion", create));
                calls.push(Lowered::new("ec2:ModifyLaunchTemplate", Call::SetDefault { id, version }));
            }
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            calls.extend(tags.into_iter().map(|lowered| lowered.map(Call::Tags)));
            calls
        }
        Work::Delete { .. } => vec![Lowered::new("ec2:DeleteLaunchTemplate", Call::Delete { id })],
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Create { spec, tags } => {
            let request = aws
                .ec2
                .create_launch_template()
                .client_token(token_of_this_run(run))
                .launch_template_name(&spec.name)
                .launch_template_data(request::data(&spec, run)?)
                .tag_specifications(specification(ResourceType::LaunchTemplate, &tags));
            let answer = aws.call("ec2:CreateLaunchTemplate", request.send()).await?;
            let template = answer.launch_template();
            let id = template.and_then(|template| template.launch_template_id());
            let version = template.and_then(|template| template.default_version_number());
            Ok(Progress::Done { outputs: read::outputs(id, version) })
        }
        Call::CreateVersion { id, spec, .. } => {
            let id = literal(&id, run)?;
            let request = aws
                .ec2
                .create_launch_template_version()
                .client_token(token(run))
                .launch_template_id(&id)
                .launch_template_data(request::data(&spec, run)?);
            let answer = aws.call("ec2:CreateLaunchTemplateVersion", request.send()).await?;
            let version = answer.launch_template_version().and_then(|version| version.version_number());
            Ok(Progress::Done { outputs: read::outputs(Some(&id), version) })
        }
        Call::SetDefault { id, version } => {
            // No client token of ours: what was the default once may have to become it again.
            let request = aws.ec2.modify_launch_template().launch_template_id(literal(&id, run)?);
            let request = request.default_version(literal(&version, run)?);
            aws.call("ec2:ModifyLaunchTemplate", request.send()).await?;
            Ok(Progress::done())
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Delete { id } => {
            let request = aws.ec2.delete_launch_template().launch_template_id(literal(&id, run)?);
            aws.call("ec2:DeleteLaunchTemplate", request.send()).await?;
            Ok(Progress::done())
        }
    }
}

/// Whatever run makes it, its name is unique. The token is for what a run itself has to send twice; that of an earlier
/// run could name a template that is gone by now.
fn token_of_this_run(run: &Run<'_>) -> String {
    digest(&json!([run.token, run.claim]), 32)
}
