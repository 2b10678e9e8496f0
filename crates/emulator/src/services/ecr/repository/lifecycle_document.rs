//! What ECR takes for a lifecycle policy.
//!
//! Source: "Lifecycle policy properties in Amazon ECR", and the rules in "How lifecycle policies work".

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::services::ecr::invalid_at;

/// Source: "Amazon ECR service quotas", rules per lifecycle policy.
const RULES: usize = 50;
/// Source: tagPatternList, "There is a maximum limit of four wildcards (*) per string".
const WILDCARDS: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    rule_priority: u64,
    #[serde(rename = "description")]
    _description: Option<String>,
    selection: Selection,
    action: Action,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Selection {
    tag_status: TagStatus,
    tag_prefix_list: Option<Vec<String>>,
    tag_pattern_list: Option<Vec<String>>,
    storage_class: Option<StorageClass>,
    count_type: CountType,
    count_unit: Option<CountUnit>,
    count_number: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TagStatus {
    Tagged,
    Untagged,
    Any,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StorageClass {
    Standard,
    Archive,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum CountType {
    ImageCountMoreThan,
    SinceImagePushed,
    SinceImagePulled,
    SinceImageTransitioned,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CountUnit {
    Days,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Action {
    #[serde(rename = "type")]
    kind: ActionKind,
    target_storage_class: Option<StorageClass>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ActionKind {
    Expire,
    Transition,
}

/// Reads a lifecycle policy, unless ECR would not take it, and gives it as ECR keeps it.
pub(in crate::services::ecr) fn read(parameter: &str, text: &str) -> Result<String, ApiError> {
    let wrong = |reason: &str| invalid_at(parameter, &format!("Lifecycle policy validation failure:\n{reason}"));
    let document: Document = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
    check(&document).map_err(wrong)?;
    let value: Value = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
    Ok(value.to_string())
}

fn check(document: &Document) -> Result<(), &'static str> {
    let rules = &document.rules;
    if rules.is_empty() || rules.len() > RULES {
        return Err("A policy must have 1 to 50 rules");
    }
    let priorities: BTreeSet<u64> = rules.iter().map(|rule| rule.rule_priority).collect();
    if priorities.len() < rules.len() || priorities.contains(&0) {
        return Err("Each rule must have a unique rulePriority of at least 1");
    }
    rules.iter().try_for_each(|rule| check_selection(&rule.selection))?;
    rules.iter().try_for_each(check_action)?;
    check_untagged(rules)?;
    check_any(rules)
}

fn check_selection(selection: &Selection) -> Result<(), &'static str> {
    let (prefixes, patterns) = (selection.tag_prefix_list.as_ref(), selection.tag_pattern_list.as_ref());
    let is_given = |list: Option<&Vec<String>>| list.is_some_and(|list| !list.is_empty());
    match (selection.tag_status, is_given(prefixes), is_given(patterns)) {
        (TagStatus::Tagged, false, false) => {
            return Err("tagPrefixList or tagPatternList is required for tagStatus tagged");
        }
        (TagStatus::Tagged, true, true) => return Err("Only one of tagPrefixList and tagPatternList can be specified"),
        (TagStatus::Untagged | TagStatus::Any, true, _) | (TagStatus::Untagged | TagStatus::Any, _, true) => {
            return Err("tagPrefixList and tagPatternList are allowed only for tagStatus tagged");
        }
        _ => {}
    }
    if patterns.into_iter().flatten().any(|pattern| pattern.matches('*').count() > WILDCARDS) {
        return Err("There is a maximum limit of four wildcards (*) per string of tagPatternList");
    }
    if prefixes.into_iter().chain(patterns).flatten().any(String::is_empty) {
        return Err("Tag prefixes and patterns must not be empty");
    }
    if selection.count_number == 0 {
        return Err("countNumber must be at least 1");
    }
    match (selection.count_type, selection.count_unit) {
        (CountType::ImageCountMoreThan, Some(_)) => Err("countUnit is not allowed with imageCountMoreThan"),
        (CountType::ImageCountMoreThan, None) | (_, Some(CountUnit::Days)) => Ok(()),
        (_, None) => Err("countUnit is required with this countType"),
    }
}

fn check_action(rule: &Rule) -> Result<(), &'static str> {
    let archived = rule.selection.storage_class == Some(StorageClass::Archive);
    match (rule.action.kind, rule.action.target_storage_class, rule.selection.count_type) {
        (ActionKind::Expire, Some(_), _) => Err("targetStorageClass is allowed only with the action transition"),
        (ActionKind::Expire, None, CountType::SinceImagePulled) => {
            Err("sinceImagePulled is allowed only with the action transition")
        }
        (ActionKind::Expire, None, CountType::SinceImageTransitioned) if !archived => {
            Err("sinceImageTransitioned is allowed only with storageClass archive")
        }
        (ActionKind::Expire, None, _) => Ok(()),
        (ActionKind::Transition, Some(StorageClass::Archive), CountType::SinceImageTransitioned) => {
            Err("sinceImageTransitioned is allowed only with the action expire")
        }
        (ActionKind::Transition, Some(StorageClass::Archive), _) if !archived => Ok(()),
        (ActionKind::Transition, _, _) => Err("Images can be transitioned only from standard to archive"),
    }
}

/// "Only one rule is allowed to select untagged images", for each storage class.
fn check_untagged(rules: &[Rule]) -> Result<(), &'static str> {
    let classes = of_status(rules, TagStatus::Untagged);
    match classes.iter().collect::<BTreeSet<_>>().len() < classes.len() {
        true => Err("Only one rule is allowed to select untagged images"),
        false => Ok(()),
    }
}

/// "A rule with a tagStatus value of any must have the highest value for rulePriority and be evaluated last."
fn check_any(rules: &[Rule]) -> Result<(), &'static str> {
    let classes = of_status(rules, TagStatus::Any);
    if classes.iter().collect::<BTreeSet<_>>().len() < classes.len() {
        return Err("Only one rule is allowed to select any images");
    }
    let is_late = |any: &&Rule| {
        let class = any.selection.storage_class.unwrap_or(StorageClass::Standard);
        let of_class =
            rules.iter().filter(|rule| rule.selection.storage_class.unwrap_or(StorageClass::Standard) == class);
        of_class.into_iter().all(|rule| rule.rule_priority <= any.rule_priority)
    };
    let mut any = rules.iter().filter(|rule| rule.selection.tag_status == TagStatus::Any);
    match any.all(|rule| is_late(&rule)) {
        true => Ok(()),
        false => Err("Rules with tagStatus any must have the highest value for rulePriority"),
    }
}

/// The storage classes of the rules with a tag status.
fn of_status(rules: &[Rule], status: TagStatus) -> Vec<StorageClass> {
    let of = rules.iter().filter(|rule| rule.selection.tag_status == status);
    of.map(|rule| rule.selection.storage_class.unwrap_or(StorageClass::Standard)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(rules: &Value) -> String {
        let text = json!({ "rules": rules }).to_string();
        match read("p", &text) {
            Ok(kept) => {
                assert_eq!(kept, text);
                "taken".to_owned()
            }
            Err(error) => error.message.lines().nth(1).unwrap_or_default().trim_end_matches('\'').to_owned(),
        }
    }

    fn rule(priority: u64, selection: Value) -> Value {
        json!({ "rulePriority": priority, "selection": selection, "action": { "type": "expire" } })
    }

    fn untagged() -> Value {
        json!({ "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14 })
    }

    fn any() -> Value {
        json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 30 })
    }

    fn tagged(field: &str, list: Value) -> Value {
        json!({ "tagStatus": "tagged", field: list, "countType": "imageCountMoreThan", "countNumber": 30 })
    }

    #[test]
    fn what_ecr_takes_is_taken() {
        let (prefix, pattern) = (tagged("tagPrefixList", json!(["v"])), tagged("tagPatternList", json!(["dev-*"])));
        assert_eq!(answer(&json!([rule(1, prefix), rule(2, pattern), rule(3, untagged()), rule(9, any())])), "taken");
        let mut archive = rule(1, any());
        archive["action"] = json!({ "type": "transition", "targetStorageClass": "archive" });
        assert_eq!(answer(&json!([archive])), "taken");
    }

    #[test]
    fn what_ecr_does_not_take_is_refused() {
        let with = |field: &str, value: Value| {
            let mut selection = any();
            selection[field] = value;
            json!([rule(1, selection)])
        };
        for (rules, reason) in [
            (json!([]), "A policy must have 1 to 50 rules"),
            (json!([rule(1, untagged()), rule(1, any())]), "Each rule must have a unique rulePriority of at least 1"),
            (json!([rule(0, any())]), "Each rule must have a unique rulePriority of at least 1"),
            (json!([rule(1, any()), rule(2, untagged())]), "Rules with tagStatus any must have the highest value"),
            (json!([rule(1, any()), rule(2, any())]), "Only one rule is allowed to select any images"),
            (json!([rule(1, untagged()), rule(2, untagged())]), "Only one rule is allowed to select untagged images"),
            (with("tagStatus", json!("tagged")), "tagPrefixList or tagPatternList is required"),
            (with("tagPrefixList", json!(["v"])), "tagPrefixList and tagPatternList are allowed only for"),
            (json!([rule(1, tagged("tagPatternList", json!(["*a*b*c*d*"])))]), "There is a maximum limit of four"),
            (json!([rule(1, tagged("tagPrefixList", json!([""])))]), "Tag prefixes and patterns must not be empty"),
            (with("countNumber", json!(0)), "countNumber must be at least 1"),
            (with("countUnit", json!("days")), "countUnit is not allowed with imageCountMoreThan"),
            (with("countType", json!("sinceImagePushed")), "countUnit is required with this countType"),
            (with("countType", json!("never")), "unknown variant `never`"),
            (with("colour", json!("red")), "unknown field `colour`"),
        ] {
            assert!(answer(&rules).starts_with(reason), "{rules}: {}", answer(&rules));
        }
    }
}
