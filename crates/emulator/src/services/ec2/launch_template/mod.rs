//! Launch templates and their versions.
//!
//! Source: "Store instance launch parameters in Amazon EC2 launch templates" in the EC2 user guide.

mod change;
mod create;
mod data;
mod delete;
mod version;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::describe::{Described, Filters, Listing, describe, one, texts};
use super::{Ec2, id};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(crate) use version::Version;

pub(super) const OPERATIONS: Operations = &[
    ("CreateLaunchTemplate", create::create_launch_template),
    ("CreateLaunchTemplateVersion", create::create_launch_template_version),
    ("DeleteLaunchTemplate", delete::delete_launch_template),
    ("DeleteLaunchTemplateVersions", delete::delete_launch_template_versions),
    ("DescribeLaunchTemplateVersions", version::describe_launch_template_versions),
    ("DescribeLaunchTemplates", describe_launch_templates),
    ("ModifyLaunchTemplate", change::modify_launch_template),
];

const LISTING: Listing =
    Listing { kind: id::LAUNCH_TEMPLATE, ids: "LaunchTemplateIds", filters: "Filters", output: "LaunchTemplates" };

const VERSION_NOT_FOUND: &str = "InvalidLaunchTemplateId.VersionNotFound";

/// A launch template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaunchTemplate {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Emulated seconds.
    pub(crate) created_at: f64,
    /// An ARN.
    pub(crate) created_by: String,
    pub(crate) default_version: u64,
    /// The number of the last version that was made: none is given twice.
    pub(crate) versions_made: u64,
    pub(crate) versions: BTreeMap<u64, Version>,
    pub(crate) tags: Tags,
}

impl LaunchTemplate {
    fn latest_version(&self) -> u64 {
        self.versions.keys().next_back().copied().unwrap_or(self.versions_made)
    }

    /// The version that `text` means: a number, `$Latest` or `$Default`.
    pub(crate) fn version(&self, text: &str) -> Result<&Version, ApiError> {
        let number = match text {
            "$Latest" => self.latest_version(),
            "$Default" => self.default_version,
            number => version_number(number)?,
        };
        let not_found = || {
            let message =
                format!("Could not find the specified version {text} for the launch template with ID {}", self.id);
            ApiError::new(VERSION_NOT_FOUND, format!("{message}."))
        };
        self.versions.get(&number).ok_or_else(not_found)
    }
}

/// The number of a version.
fn version_number(text: &str) -> Result<u64, ApiError> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => refuse("InvalidParameterValue", format!("Invalid launch template version: {text}")),
    }
}

/// How a request names a launch template: by its id or by its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
}

impl Ec2 {
    /// The launch template that a request names, or EC2's refusal.
    pub(crate) fn existing_launch_template(&self, named: Named<'_>) -> Result<&LaunchTemplate, ApiError> {
        match (named.id, named.name) {
            (Some(id), None) => id::LAUNCH_TEMPLATE.find(&self.launch_templates, id),
            (None, Some(name)) => self.launch_template_called(name).ok_or_else(no_such_name),
            (None, None) => {
                let message = "The request must contain exactly one of launchTemplateId, launchTemplateName";
                refuse("MissingParameter", message)
            }
            _ => {
                let message = "The parameters launchTemplateId and launchTemplateName cannot be used together";
                refuse("InvalidParameterCombination", message)
            }
        }
    }

    fn launch_template_called(&self, name: &str) -> Option<&LaunchTemplate> {
        self.launch_templates.values().find(|template| template.name == name)
    }
}

fn no_such_name() -> ApiError {
    let message = "At least one of the launch templates specified in the request does not exist.";
    ApiError::new("InvalidLaunchTemplateName.NotFoundException", message)
}

impl Described for LaunchTemplate {
    const FILTERS: Filters<Self> = &[
        ("create-time", |template, call| one(super::timestamp(call.epoch + template.created_at))),
        ("launch-template-name", |template, _| one(&template.name)),
    ];
    const TAG_FILTERS: &'static [&'static str] = &["tag:", "tag-key"];

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn show(&self, call: &Call<'_>) -> Value {
        json!({
            "LaunchTemplateId": self.id,
            "LaunchTemplateName": self.name,
            "CreateTime": call.epoch + self.created_at,
            "CreatedBy": self.created_by,
            "DefaultVersionNumber": self.default_version,
            "LatestVersionNumber": self.latest_version(),
            "Operator": { "Managed": false },
            "Tags": tags::to_list(&self.tags),
        })
    }
}

fn describe_launch_templates(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let ec2 = call.network();
    let names = texts(&call.input["LaunchTemplateNames"]);
    if names.is_empty() {
        return describe(call, &ec2.launch_templates, &LISTING);
    }
    if !texts(&call.input["LaunchTemplateIds"]).is_empty() {
        let message = "Launch templates can be named by their ids or by their names, not by both";
        return refuse("InvalidParameterCombination", message);
    }
    let named = names.iter().map(|name| ec2.launch_template_called(name).ok_or_else(no_such_name));
    let found: Vec<&LaunchTemplate> = named.collect::<Result<_, _>>()?;
    let found = found.into_iter().map(|template| (template.id.clone(), template.clone())).collect();
    describe(call, &found, &LISTING)
}
