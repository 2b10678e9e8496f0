//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_ec2::operation::describe_launch_templates::DescribeLaunchTemplatesOutput;
use aws_sdk_ec2::types::{Filter, LaunchTemplate, LaunchTemplateVersion, ResourceType};
use eksctl_rs_core::{Address, CallError, Outputs, Progress, Run};

use super::{Call, Room, Spec, response};
use crate::Aws;
use crate::branches::{try_join, try_join_all};
use crate::ec2::{from_sdk, gone, id_of, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

/// The version that a template is taken for. One that somebody adds is nobody's until it becomes the default; what node
/// groups use they name by its number.
const VERSION: &str = "$Default";

/// The templates that the stack wants are asked for by name; the stack's tag tells of the others. A version does not tell
/// the tags of its template: of those that the tag did not tell, another look-up does.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::LaunchTemplate).await? {
        return Ok(Vec::new());
    }
    let wanted: BTreeMap<String, Address> =
        reads.wanted::<Room>().into_iter().map(|(address, spec)| (spec.name, address)).collect();
    let (mut templates, versions) = try_join(
        templates(reads, vec![of_the_stack(reads.world())]),
        try_join_all(wanted.keys().map(|name| version(reads, name))),
    )
    .await?;
    let mut versions: Vec<LaunchTemplateVersion> = versions.into_iter().flatten().collect();
    let surprises: Vec<&str> = templates
        .iter()
        .filter(|template| !versions.iter().any(|version| is_of(version, template)))
        .filter_map(LaunchTemplate::launch_template_name)
        .collect();
    let untold: Vec<&str> = versions
        .iter()
        .filter(|version| !templates.iter().any(|template| is_of(version, template)))
        .filter_map(LaunchTemplateVersion::launch_template_name)
        .collect();
    let (more_versions, more_templates) =
        try_join(try_join_all(surprises.into_iter().map(|name| version(reads, name))), called(reads, &untold)).await?;
    versions.extend(more_versions.into_iter().flatten());
    templates.extend(more_templates);
    let found = versions.iter().filter_map(|version| {
        let template = templates.iter().find(|template| is_of(version, template))?;
        let address = wanted.get(template.launch_template_name().unwrap_or_default());
        Some(from_live(template, version).asked_as(address.cloned()))
    });
    Ok(found.collect())
}

fn is_of(version: &LaunchTemplateVersion, template: &LaunchTemplate) -> bool {
    version.launch_template_id() == template.launch_template_id()
}

async fn version(reads: &Reads<'_>, name: &str) -> Result<Option<LaunchTemplateVersion>, CallError> {
    let request = || {
        let request = reads.aws.ec2.describe_launch_template_versions();
        request.launch_template_name(name).versions(VERSION).send()
    };
    let answer = reads.ask_for("ec2:DescribeLaunchTemplateVersions", request).await?;
    Ok(answer.and_then(|answer| answer.launch_template_versions.unwrap_or_default().into_iter().next()))
}

async fn called(reads: &Reads<'_>, names: &[&str]) -> Result<Vec<LaunchTemplate>, CallError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    // By a filter: asked by their names, AWS refuses if one of them is gone.
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    templates(reads, vec![Filter::builder().name("launch-template-name").set_values(Some(names)).build()]).await
}

async fn templates(reads: &Reads<'_>, filters: Vec<Filter>) -> Result<Vec<LaunchTemplate>, CallError> {
    let request = || reads.aws.ec2.describe_launch_templates().set_filters(Some(filters.clone()));
    let page = |page: DescribeLaunchTemplatesOutput| (page.launch_templates.unwrap_or_default(), page.next_token);
    reads.pages("ec2:DescribeLaunchTemplates", |token| request().set_next_token(token).send(), page).await
}

pub(super) fn from_live(template: &LaunchTemplate, version: &LaunchTemplateVersion) -> Found<Spec> {
    let tags = from_sdk(template.tags());
    let name = template.launch_template_name().unwrap_or_default();
    let spec = response::spec(name, version.launch_template_data(), own_tags(&tags));
    let mut found = Found::new(template.launch_template_id().unwrap_or_default(), spec, tags);
    found.outputs = outputs(template.launch_template_id(), version.version_number());
    found
}

/// What a template tells: its id, and the number of the version that it is taken for.
pub(super) fn outputs(id: Option<&str>, version: Option<i64>) -> Outputs {
    [("id", id.map(str::to_owned)), ("version", version.map(|number| number.to_string()))]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// Templates are complete when they are made. This only answers for a creation whose answer was lost.
pub(super) async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = aws.ec2.describe_launch_templates();
    let request = match call {
        // The one that it replaces has the same address.
        Some(Call::Create { spec, .. }) => {
            let name = Filter::builder().name("launch-template-name").values(spec.name).build();
            request.filters(of_the_stack(&aws.world)).filters(name)
        }
        _ => request.launch_template_ids(id_of(run)?),
    };
    let answer = aws.call("ec2:DescribeLaunchTemplates", request.send()).await?;
    let template = answer.launch_templates().first().ok_or_else(|| gone(run))?;
    Ok(Progress::Done { outputs: outputs(template.launch_template_id(), template.default_version_number()) })
}
