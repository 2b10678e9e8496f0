//! Reading what is in a repository.

use serde_json::{Value, json};

use super::{Image, find, ids};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::services::ecr::listed;
use crate::services::ecr::repository::asked;

pub(in crate::services::ecr) const OPERATIONS: Operations =
    &[("BatchGetImage", batch_get_image), ("DescribeImages", describe_images), ("ListImages", list_images)];

impl Image {
    pub(super) fn in_full(&self, call: &Call<'_>, id: Value) -> Value {
        json!({
            "registryId": call.account_id,
            "repositoryName": call.text("repositoryName"),
            "imageId": id,
            "imageManifest": self.manifest,
            "imageManifestMediaType": self.media_type,
        })
    }

    fn details(&self, call: &Call<'_>) -> Value {
        let mut shown = json!({
            "registryId": call.account_id,
            "repositoryName": call.text("repositoryName"),
            "imageDigest": self.digest,
            "imageSizeInBytes": self.size,
            "imagePushedAt": call.epoch + self.pushed_at,
            "imageManifestMediaType": self.media_type,
            "imageStatus": "ACTIVE",
        });
        if !self.tags.is_empty() {
            shown["imageTags"] = self.tags.iter().map(String::as_str).collect();
        }
        shown
    }

    /// Whether it passes the filter of the call. Nothing here is ever archived.
    fn passes(&self, call: &Call<'_>) -> bool {
        let filter = &call.input["filter"];
        let by_tags = match filter["tagStatus"].as_str() {
            Some("TAGGED") => !self.tags.is_empty(),
            Some("UNTAGGED") => self.tags.is_empty(),
            _ => true,
        };
        by_tags && matches!(filter["imageStatus"].as_str(), None | Some("ACTIVE" | "ANY"))
    }
}

fn list_images(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let images = asked(call)?.images.values().filter(|image| image.passes(call));
    let all = images.flat_map(|image| ids(&image.digest, &image.tags)).collect();
    listed(call, "imageIds", all)
}

fn describe_images(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let repository = asked(call)?;
    let Some(wanted) = call.input["imageIds"].as_array() else {
        let images = repository.images.values().filter(|image| image.passes(call));
        return listed(call, "imageDetails", images.map(|image| image.details(call)).collect());
    };
    let mut found = Vec::new();
    for id in wanted {
        let (digest, tag) = (id["imageDigest"].as_str(), id["imageTag"].as_str());
        match find(repository, digest, tag) {
            Some(image) => found.push(image.details(call)),
            None => {
                let message = format!(
                    "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the repository with name \
                     '{}' in the registry with id '{}'",
                    digest.unwrap_or("null"),
                    tag.unwrap_or("null"),
                    repository.name,
                    call.account_id
                );
                return refuse("ImageNotFoundException", message);
            }
        }
    }
    listed(call, "imageDetails", found)
}

fn batch_get_image(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let repository = asked(call)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in call.input["imageIds"].as_array().into_iter().flatten() {
        match find(repository, id["imageDigest"].as_str(), id["imageTag"].as_str()) {
            Some(image) => {
                let mut shown = id.clone();
                shown["imageDigest"] = image.digest.as_str().into();
                images.push(image.in_full(call, shown));
            }
            None => failures.push(json!({
                "imageId": id, "failureCode": "ImageNotFound", "failureReason": "Requested image not found",
            })),
        }
    }
    Ok(json!({ "images": images, "failures": failures }))
}
