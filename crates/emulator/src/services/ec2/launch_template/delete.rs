//! Launch templates and versions of them are deleted. What was launched from them does not hold them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{LaunchTemplate, Named, version_number};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::describe::Described;
use crate::services::ec2::parameters;

/// "You can delete up to 200 launch template versions in a single request."
const AT_ONCE: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteLaunchTemplate {
    launch_template_id: Option<String>,
    launch_template_name: Option<String>,
}

pub(super) fn delete_launch_template(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DeleteLaunchTemplate = parameters(call)?;
    let named = Named { id: args.launch_template_id.as_deref(), name: args.launch_template_name.as_deref() };
    let template = call.network().existing_launch_template(named)?;
    let (id, shown) = (template.id.clone(), template.show(call));
    call.ec2().launch_templates.remove(&id);
    Ok(json!({ "LaunchTemplate": shown }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteLaunchTemplateVersions {
    launch_template_id: Option<String>,
    launch_template_name: Option<String>,
    versions: Vec<String>,
}

pub(super) fn delete_launch_template_versions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DeleteLaunchTemplateVersions = parameters(call)?;
    let named = Named { id: args.launch_template_id.as_deref(), name: args.launch_template_name.as_deref() };
    let template = call.network().existing_launch_template(named)?;
    if args.versions.is_empty() {
        return refuse("MissingParameter", "The request must contain the parameter LaunchTemplateVersion");
    }
    if args.versions.len() > AT_ONCE {
        return refuse("InvalidParameterValue", format!("At most {AT_ONCE} versions can be deleted in one request"));
    }
    let numbers = args.versions.iter().map(|text| version_number(text)).collect::<Result<Vec<u64>, _>>()?;
    let mut changed = template.clone();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for number in numbers {
        match changed.remove(number) {
            Ok(()) => done.push(changed.deletion(number, Value::Null)),
            Err(error) => failed.push(changed.deletion(number, error)),
        }
    }
    call.ec2().launch_templates.insert(changed.id.clone(), changed);
    Ok(json!({
        "SuccessfullyDeletedLaunchTemplateVersions": done,
        "UnsuccessfullyDeletedLaunchTemplateVersions": failed,
    }))
}

impl LaunchTemplate {
    /// "You can't delete the default version of a launch template".
    fn remove(&mut self, number: u64) -> Result<(), Value> {
        if number == self.default_version {
            let message = "The default version of a launch template cannot be deleted.";
            return Err(json!({ "Code": "unexpectedError", "Message": message }));
        }
        match self.versions.remove(&number) {
            Some(_) => Ok(()),
            None => {
                let message = format!("Could not find the specified version {number}.");
                Err(json!({ "Code": "launchTemplateVersionDoesNotExist", "Message": message }))
            }
        }
    }

    /// What became of the deletion of one version.
    fn deletion(&self, number: u64, error: Value) -> Value {
        let mut shown = json!({
            "LaunchTemplateId": self.id, "LaunchTemplateName": self.name, "VersionNumber": number,
        });
        if !error.is_null() {
            shown["ResponseError"] = error;
        }
        shown
    }
}
