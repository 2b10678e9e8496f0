//! Which tags of images can be moved to another image.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{invalid_at, texts};
use crate::error::ApiError;
use crate::filter::like;

/// Source: "Preventing image tags from being overwritten in Amazon ECR": "a maximum of two wildcards (*) per filter".
const WILDCARDS: usize = 2;

/// Which tags can be moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Mutability {
    pub(super) setting: String,
    /// Patterns with `*` of the tags for which the opposite holds.
    pub(super) exclusions: Vec<String>,
}

impl Default for Mutability {
    fn default() -> Self {
        Self { setting: "MUTABLE".to_owned(), exclusions: Vec::new() }
    }
}

impl Mutability {
    /// The one that `input` asks for, if it does.
    pub(super) fn asked(input: &Value) -> Result<Option<Self>, ApiError> {
        let filters = &input["imageTagMutabilityExclusionFilters"];
        let exclusions: Vec<Value> =
            filters.as_array().into_iter().flatten().map(|filter| filter["filter"].clone()).collect();
        let exclusions: Vec<String> = texts(&exclusions.into()).into_iter().map(str::to_owned).collect();
        let wrong = |constraint: &str| Err(invalid_at("imageTagMutabilityExclusionFilters", constraint));
        let setting = input["imageTagMutability"].as_str();
        let excludes = setting.is_some_and(|setting| setting.ends_with("_WITH_EXCLUSION"));
        if excludes && exclusions.is_empty() {
            return wrong("Exclusion filters are required when the image tag mutability setting is with exclusion");
        }
        if !excludes && !exclusions.is_empty() {
            return wrong("Exclusion filters are allowed only when the image tag mutability setting is with exclusion");
        }
        if exclusions.iter().any(|filter| filter.matches('*').count() > WILDCARDS) {
            return wrong("Exclusion filter can contain a maximum of 2 wildcards (*)");
        }
        Ok(setting.map(|setting| Self { setting: setting.to_owned(), exclusions }))
    }

    /// Puts it into an answer.
    pub(super) fn show(&self, shown: &mut Value) {
        shown["imageTagMutability"] = self.setting.as_str().into();
        if !self.exclusions.is_empty() {
            let filters = self.exclusions.iter().map(|filter| json!({ "filterType": "WILDCARD", "filter": filter }));
            shown["imageTagMutabilityExclusionFilters"] = filters.collect();
        }
    }

    /// Whether the tag can be moved to another image.
    pub(super) fn lets_move(&self, tag: &str) -> bool {
        let is_excluded = self.exclusions.iter().any(|pattern| like(pattern, tag));
        self.setting.starts_with("MUTABLE") != is_excluded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_excluded_tags_the_opposite_holds() {
        let moves = |setting: &str, tag| {
            Mutability { setting: setting.to_owned(), exclusions: vec!["dev-*".to_owned()] }.lets_move(tag)
        };
        assert!(moves("IMMUTABLE_WITH_EXCLUSION", "dev-1") && !moves("IMMUTABLE_WITH_EXCLUSION", "v1"));
        assert!(!moves("MUTABLE_WITH_EXCLUSION", "dev-1") && moves("MUTABLE_WITH_EXCLUSION", "v1"));
        assert!(Mutability::default().lets_move("v1"));
    }
}
