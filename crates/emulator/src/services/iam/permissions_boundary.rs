//! The managed policy that limits what a role's other policies can allow.

use serde_json::{Value, json};

use super::{managed_policy, no_such_entity};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[
    ("DeleteRolePermissionsBoundary", delete_role_permissions_boundary),
    ("PutRolePermissionsBoundary", put_role_permissions_boundary),
];

fn put_role_permissions_boundary(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (name, arn) = (call.required("RoleName"), call.required("PermissionsBoundary"));
    call.iam().modifiable(&name)?;
    managed_policy::check_attachable(call, &arn, "Scope ARN:", "Role")?;
    call.iam().modifiable(&name)?.permissions_boundary = Some(arn);
    Ok(json!({}))
}

fn delete_role_permissions_boundary(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let name = call.required("RoleName");
    let role = call.iam().modifiable(&name)?;
    if role.permissions_boundary.take().is_none() {
        return Err(no_such_entity(format!("Role {name} does not have a permissions boundary.")));
    }
    Ok(json!({}))
}
