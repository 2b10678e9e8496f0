//! Images: pushing and deleting their manifests.

pub(super) mod read;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::invalid_at;
use super::repository::{Repository, asked, asked_mut};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;

pub(super) const OPERATIONS: Operations = &[("BatchDeleteImage", batch_delete_image), ("PutImage", put_image)];

/// An image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Image {
    digest: String,
    manifest: String,
    media_type: String,
    /// Bytes, as its manifest tells.
    size: u64,
    tags: BTreeSet<String>,
    /// Emulated seconds since the world began.
    pushed_at: f64,
}

fn digest(manifest: &str) -> String {
    let hex: String = Sha256::digest(manifest.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The sizes in a manifest, of whatever it names.
fn size(manifest: &Value) -> u64 {
    let list = ["layers", "manifests"].iter().flat_map(|name| manifest[*name].as_array().into_iter().flatten());
    list.chain([&manifest["config"]]).filter_map(|part| part["size"].as_u64()).sum()
}

/// Layers are not missed.
fn put_image(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let repository = asked(call)?;
    let (manifest, tag) = (call.required("imageManifest"), call.text("imageTag").map(str::to_owned));
    let Ok(read) = serde_json::from_str::<Value>(&manifest) else {
        return Err(invalid_at("ImageManifest", "Invalid JSON syntax"));
    };
    let digest = digest(&manifest);
    if call.text("imageDigest").is_some_and(|asked| asked != digest) {
        return refuse(
            "ImageDigestDoesNotMatchException",
            "The provided digest does not match the digest of the image",
        );
    }
    check_tag(call, repository, &digest, tag.as_deref())?;
    let media_type = call.text("imageManifestMediaType").or(read["mediaType"].as_str());
    let media_type = media_type.unwrap_or("application/vnd.docker.distribution.manifest.v2+json").to_owned();
    let pushed_at = call.now;
    let repository = asked_mut(call)?;
    if let Some(tag) = &tag {
        for image in repository.images.values_mut() {
            image.tags.remove(tag);
        }
    }
    let image = repository.images.entry(digest.clone()).or_insert_with(|| Image {
        digest: digest.clone(),
        size: size(&read),
        manifest,
        media_type,
        tags: BTreeSet::new(),
        pushed_at,
    });
    image.tags.extend(tag.clone());
    let image = image.clone();
    let mut id = json!({ "imageDigest": digest });
    if let Some(tag) = tag {
        id["imageTag"] = tag.into();
    }
    Ok(json!({ "image": image.in_full(call, id) }))
}

fn check_tag(call: &Call<'_>, repository: &Repository, digest: &str, tag: Option<&str>) -> Result<(), ApiError> {
    let same = repository.images.get(digest);
    let holder = tag.and_then(|tag| repository.images.values().find(|image| image.tags.contains(tag)));
    let exists = match tag {
        None => same.is_some(),
        Some(tag) => same.is_some_and(|image| image.tags.contains(tag)),
    };
    if exists {
        let message = format!(
            "Image with digest '{digest}' and tag '{}' already exists in the repository with name '{}' in registry with id \
             '{}'",
            tag.unwrap_or("null"),
            repository.name,
            call.account_id
        );
        return refuse("ImageAlreadyExistsException", message);
    }
    match tag {
        Some(tag) if holder.is_some() && !repository.mutability.lets_move(tag) => {
            let message = format!(
                "The image tag '{tag}' already exists in the '{}' repository and cannot be overwritten because the tag is \
                 immutable.",
                repository.name
            );
            refuse("ImageTagAlreadyExistsException", message)
        }
        _ => Ok(()),
    }
}

/// By tag an image loses the tag, and goes with its last one; by digest it goes with all of them.
fn batch_delete_image(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let ids = call.input["imageIds"].as_array().cloned().unwrap_or_default();
    let repository = asked_mut(call)?;
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for id in ids {
        match delete(repository, id["imageDigest"].as_str(), id["imageTag"].as_str()) {
            Ok(gone) => deleted.extend(gone),
            Err((code, reason)) => {
                failures.push(json!({ "imageId": id, "failureCode": code, "failureReason": reason }));
            }
        }
    }
    Ok(json!({ "imageIds": deleted, "failures": failures }))
}

type Failure = (&'static str, &'static str);

fn delete(repository: &mut Repository, digest: Option<&str>, tag: Option<&str>) -> Result<Vec<Value>, Failure> {
    if digest.is_none() && tag.is_none() {
        return Err(("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"));
    }
    let image = find(repository, digest, tag).ok_or(("ImageNotFound", "Requested image not found"))?;
    let (found, tags) = (image.digest.clone(), image.tags.clone());
    let Some(tag) = tag else {
        repository.images.remove(&found);
        return Ok(ids(&found, &tags));
    };
    if tags.len() == 1 {
        repository.images.remove(&found);
    } else if let Some(image) = repository.images.get_mut(&found) {
        image.tags.remove(tag);
    }
    Ok(vec![json!({ "imageDigest": found, "imageTag": tag })])
}

/// The image that is named by digest, by tag, or by both.
fn find<'r>(repository: &'r Repository, digest: Option<&str>, tag: Option<&str>) -> Option<&'r Image> {
    let is_it = |image: &&Image| {
        digest.is_none_or(|digest| image.digest == digest) && tag.is_none_or(|tag| image.tags.contains(tag))
    };
    repository.images.values().find(is_it)
}

/// An id for each tag, or one without.
fn ids(digest: &str, tags: &BTreeSet<String>) -> Vec<Value> {
    match tags.is_empty() {
        true => vec![json!({ "imageDigest": digest })],
        false => tags.iter().map(|tag| json!({ "imageDigest": digest, "imageTag": tag })).collect(),
    }
}
