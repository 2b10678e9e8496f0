//! Tags of managed policies.

use serde_json::{Value, json};

use super::{ManagedPolicy, asked, asked_mut};
use crate::call::Call;
use crate::error::ApiError;
use crate::services::Operations;
use crate::services::iam::tag;
use crate::tags::Tags;

pub(in crate::services::iam) const OPERATIONS: Operations =
    &[("ListPolicyTags", list_policy_tags), ("TagPolicy", tag_policy), ("UntagPolicy", untag_policy)];

fn list_policy_tags(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let tags = match asked(call)? {
        ManagedPolicy::Customer(policy) => policy.tags.clone(),
        ManagedPolicy::Aws(_) => Tags::new(),
    };
    tag::listed(call, &tags)
}

fn tag_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let new = call.input["Tags"].clone();
    tag::put(&mut asked_mut(call)?.tags, &new, "TagsPerPolicy")?;
    Ok(json!({}))
}

fn untag_policy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let keys = call.input["TagKeys"].clone();
    tag::remove(&mut asked_mut(call)?.tags, &keys);
    Ok(json!({}))
}
