//! What can be changed of a repository in place: whether tags can be moved, and whether images are scanned when pushed.

use serde_json::{Value, json};

use super::{answer, asked, asked_mut};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ecr::VALIDATION;
use crate::services::ecr::mutability::Mutability;

pub(in crate::services::ecr) const OPERATIONS: Operations = &[
    ("PutImageScanningConfiguration", put_image_scanning_configuration),
    ("PutImageTagMutability", put_image_tag_mutability),
];

fn put_image_tag_mutability(call: &mut Call<'_>) -> Result<Value, ApiError> {
    asked(call)?;
    let mutability = Mutability::asked(&call.input)?.unwrap_or_default();
    let mut shown = answer(call, json!({}));
    mutability.show(&mut shown);
    asked_mut(call)?.mutability = mutability;
    Ok(shown)
}

/// Where Amazon Inspector scans, repositories have no say.
fn put_image_scanning_configuration(call: &mut Call<'_>) -> Result<Value, ApiError> {
    asked(call)?;
    if call.registry().registry.scanning.is_enhanced() {
        return refuse(VALIDATION, "This feature is disabled");
    }
    let scan_on_push = call.input["imageScanningConfiguration"]["scanOnPush"] == true;
    asked_mut(call)?.scan_on_push = scan_on_push;
    Ok(answer(call, json!({ "imageScanningConfiguration": { "scanOnPush": scan_on_push } })))
}
