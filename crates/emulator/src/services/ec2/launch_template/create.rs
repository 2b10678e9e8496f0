//! Launch templates and versions of them are made.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{LaunchTemplate, Named, Version, data};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::describe::Described;
use crate::services::ec2::tag::{self, TagSpecification};
use crate::services::ec2::{id, parameters, quota, unsupported};

/// The code for a client token that was used for something else.
const MISMATCH: &str = "IdempotentParameterMismatch";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateLaunchTemplate {
    client_token: Option<String>,
    launch_template_name: String,
    version_description: Option<String>,
    launch_template_data: Value,
    operator: Option<Value>,
    #[serde(default)]
    tag_specifications: Vec<TagSpecification>,
}

pub(super) fn create_launch_template(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateLaunchTemplate = parameters(call)?;
    let token = args.client_token.as_deref();
    if let Some(made) = call.made_before(token, MISMATCH)? {
        let found = id::LAUNCH_TEMPLATE.find(&call.network().launch_templates, &made)?;
        return Ok(json!({ "LaunchTemplate": found.show(call) }));
    }
    if args.operator.is_some() {
        return Err(unsupported("Operator"));
    }
    check_name(&args.launch_template_name)?;
    let tags = tag::on_creation(&args.tag_specifications, "launch-template")?;
    data::check(&args.launch_template_data)?;
    let ec2 = call.network();
    if ec2.launch_template_called(&args.launch_template_name).is_some() {
        return refuse("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
    }
    if ec2.launch_templates.len() >= call.quota(quota::LAUNCH_TEMPLATES) {
        return refuse("LaunchTemplateLimitExceeded", "The maximum number of launch templates has been reached.");
    }
    let warning = data::warning(&args.launch_template_data);
    let mut template = LaunchTemplate {
        id: call.id("lt"),
        name: args.launch_template_name,
        created_at: call.now,
        created_by: call.caller.arn.clone(),
        default_version: 1,
        versions_made: 0,
        versions: BTreeMap::new(),
        tags,
    };
    template.add(call, args.version_description, args.launch_template_data);
    let shown = template.show(call);
    call.remember(token, &template.id);
    call.ec2().launch_templates.insert(template.id.clone(), template);
    Ok(json!({ "LaunchTemplate": shown, "Warning": warning }))
}

/// Source: `LaunchTemplateName`, 3 to 128 of `[a-zA-Z0-9().-/_]`.
fn check_name(name: &str) -> Result<(), ApiError> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "().-/_".contains(letter);
    if (3..=128).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    let message = format!("The launch template name '{name}' must have 3 to 128 letters, digits, or ().-/_");
    refuse("InvalidLaunchTemplateName.MalformedException", message)
}

impl LaunchTemplate {
    /// Adds a version with the next number.
    fn add(&mut self, call: &Call<'_>, description: Option<String>, data: Value) -> Version {
        self.versions_made += 1;
        let version = Version {
            number: self.versions_made,
            description,
            created_at: call.now,
            created_by: call.caller.arn.clone(),
            data,
        };
        self.versions.insert(version.number, version.clone());
        version
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateLaunchTemplateVersion {
    client_token: Option<String>,
    launch_template_id: Option<String>,
    launch_template_name: Option<String>,
    source_version: Option<String>,
    version_description: Option<String>,
    launch_template_data: Value,
    resolve_alias: Option<bool>,
}

pub(super) fn create_launch_template_version(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: CreateLaunchTemplateVersion = parameters(call)?;
    let token = args.client_token.as_deref();
    let made = call.made_before(token, MISMATCH)?;
    let named = Named { id: args.launch_template_id.as_deref(), name: args.launch_template_name.as_deref() };
    let template = call.network().existing_launch_template(named)?;
    if let Some(number) = made {
        return Ok(json!({ "LaunchTemplateVersion": template.version(&number)?.show(template, call) }));
    }
    if args.resolve_alias == Some(true) {
        return Err(unsupported("ResolveAlias"));
    }
    let data = match &args.source_version {
        Some(source) => data::over(&template.version(source)?.data, args.launch_template_data),
        None => args.launch_template_data,
    };
    data::check(&data)?;
    if template.versions.len() >= call.quota(quota::VERSIONS_PER_LAUNCH_TEMPLATE) {
        let message = "The maximum number of versions of the launch template has been reached.";
        return refuse("LaunchTemplateVersionLimitExceeded", message);
    }
    let warning = data::warning(&data);
    let mut changed = template.clone();
    let version = changed.add(call, args.version_description, data);
    let shown = version.show(&changed, call);
    call.remember(token, &version.number.to_string());
    call.ec2().launch_templates.insert(changed.id.clone(), changed);
    Ok(json!({ "LaunchTemplateVersion": shown, "Warning": warning }))
}
