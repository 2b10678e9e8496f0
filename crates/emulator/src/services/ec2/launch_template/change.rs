//! Another version becomes the default one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Named, version_number};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::describe::Described;
use crate::services::ec2::parameters;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ModifyLaunchTemplate {
    client_token: Option<String>,
    launch_template_id: Option<String>,
    launch_template_name: Option<String>,
    default_version: Option<String>,
}

pub(super) fn modify_launch_template(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ModifyLaunchTemplate = parameters(call)?;
    let token = args.client_token.as_deref();
    let made = call.made_before(token, "IdempotentParameterMismatch")?;
    let named = Named { id: args.launch_template_id.as_deref(), name: args.launch_template_name.as_deref() };
    let template = call.network().existing_launch_template(named)?;
    if made.is_some() {
        return Ok(json!({ "LaunchTemplate": template.show(call) }));
    }
    let Some(version) = args.default_version else {
        return refuse("MissingParameter", "The request must contain the parameter DefaultVersion");
    };
    // "The version number": the names of versions do not stand for one here.
    version_number(&version)?;
    let mut changed = template.clone();
    changed.default_version = template.version(&version)?.number;
    let shown = changed.show(call);
    call.remember(token, &changed.id);
    call.ec2().launch_templates.insert(changed.id.clone(), changed);
    Ok(json!({ "LaunchTemplate": shown }))
}
