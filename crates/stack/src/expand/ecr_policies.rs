//! From short forms to what ECR wants: for repositories, and for templates from which ECR makes some.

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::ecr::LifecycleDocument;
use eksctl_rs_core::{Reference, Text, World};
use serde_json::{Value, json};

use super::{Expansion, kms, names};
use crate::schema::{ImageEncryption, ImageEncryptionType, KeyUse, LifecycleRule, RepositoryAccess};

/// How images are encrypted: AWS's word for it, and the key. By default with the key of the stack, if it is for images.
pub(super) fn encryption(
    expansion: &Expansion<'_>,
    asked: Option<&ImageEncryption>,
) -> (&'static str, Option<Reference>) {
    let named = asked.and_then(|asked| asked.key_arn.as_deref()).map(Reference::from);
    let key = named.or_else(|| kms::used_for(expansion, KeyUse::Images));
    let by = match (asked.and_then(|asked| asked.r#type), &key) {
        (Some(by), _) => by,
        (None, Some(_)) => ImageEncryptionType::Kms,
        (None, None) => ImageEncryptionType::Aes256,
    };
    (by.word(), key.filter(|_| by != ImageEncryptionType::Aes256))
}

/// The lifecycle policy: as it was written, or as the short form means it.
///
/// In ECR, several prefixes in one rule mean images that have a tag of each of them. Who lists some means any of them: each
/// becomes a rule.
///
/// Source: ECR user guide, "Lifecycle policy properties in Amazon ECR".
pub(super) fn lifecycle(short: &[LifecycleRule], raw: Option<&Value>) -> Option<LifecycleDocument> {
    if let Some(raw) = raw {
        return Some(LifecycleDocument::new(raw.clone()));
    }
    let rules: Vec<Value> = short
        .iter()
        .flat_map(|rule| selections(rule).into_iter().map(move |selection| (rule, selection)))
        .zip(1..)
        .map(|((rule, selection), priority)| {
            json!({
                "rulePriority": priority,
                "description": rule.description,
                "selection": selection,
                "action": { "type": "expire" },
            })
        })
        .collect();
    (!rules.is_empty()).then(|| LifecycleDocument::new(json!({ "rules": rules })))
}

/// Which images a rule is about, once for each prefix or pattern.
pub(crate) fn selections(rule: &LifecycleRule) -> Vec<Value> {
    let age = |days: u32| json!({ "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days });
    let mut count = match (rule.keep, rule.expire_after_days, rule.expire_untagged_after_days) {
        (Some(keep), ..) => json!({ "countType": "imageCountMoreThan", "countNumber": keep }),
        (None, Some(days), _) | (None, None, Some(days)) => age(days),
        // A rule of ours has refused it.
        (None, None, None) => return Vec::new(),
    };
    let tagged = |list: &str, tag: &String| {
        let mut selection = count.clone();
        selection["tagStatus"] = "tagged".into();
        selection[list] = json!([tag]);
        selection
    };
    let by_prefix = rule.prefixes.iter().map(|prefix| tagged("tagPrefixList", prefix));
    let by_pattern = rule.patterns.iter().map(|pattern| tagged("tagPatternList", pattern));
    let all: Vec<Value> = by_prefix.chain(by_pattern).collect();
    if !all.is_empty() {
        return all;
    }
    let status = if rule.expire_untagged_after_days.is_some() { "untagged" } else { "any" };
    count["tagStatus"] = status.into();
    vec![count]
}

/// What `docker pull` needs. Source: ECR user guide, "Private repository policy examples in Amazon ECR".
pub(super) const PULL: &[&str] = &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// What `docker push` needs. Source: ECR user guide, "IAM permissions for pushing an image to an Amazon ECR private
/// repository".
pub(super) const PUSH: &[&str] = &[
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];

/// The policy of a repository: as it was written, or as the short form means it. Nobody else is allowed anything by it, and
/// whom IAM allows something in the account itself needs none.
pub(super) fn access(world: &World, short: Option<&RepositoryAccess>, raw: Option<&Value>) -> Option<PolicyDocument> {
    if let Some(raw) = raw {
        return Some(PolicyDocument::new(raw.clone()));
    }
    let short = short?;
    let allow = |sid: &str, who: &[String], actions: &[&str]| {
        let principals: Vec<Value> = who.iter().map(|who| principal(world, who)).collect();
        json!({ "Sid": sid, "Effect": "Allow", "Principal": { "AWS": principals }, "Action": actions })
    };
    let mut statements = Vec::new();
    if !short.pull.is_empty() {
        statements.push(allow("Pull", &short.pull, PULL));
    }
    if !short.push.is_empty() {
        statements.push(allow("Push", &short.push, PUSH));
    }
    // Source: ECR user guide, "Private repository policy examples in Amazon ECR"; IAM, "aws:PrincipalOrgID".
    if let Some(organization) = &short.organization {
        statements.push(json!({
            "Sid": "PullInOrganization",
            "Effect": "Allow",
            "Principal": "*",
            "Action": PULL,
            "Condition": { "StringEquals": { "aws:PrincipalOrgID": organization } },
        }));
    }
    let statement = json!({ "Version": "2012-10-17", "Statement": statements });
    (statement["Statement"] != json!([])).then(|| PolicyDocument::new(statement))
}

/// Somebody that a policy names: an account, a role of the stack, or an ARN.
fn principal(world: &World, who: &str) -> Value {
    match who.strip_prefix("role:") {
        Some(name) => Text::of(&names::role(name), "arn").to_value(),
        None if who.len() == 12 => format!("arn:{}:iam::{who}:root", world.partition()).into(),
        None => who.into(),
    }
}

#[cfg(test)]
mod tests {
    use eksctl_rs_core::StackId;

    use super::*;

    fn rule(text: &str) -> LifecycleRule {
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        for (key, default) in [("description", json!("")), ("prefixes", json!([])), ("patterns", json!([]))] {
            value.as_object_mut().expect("a map").entry(key).or_insert(default);
        }
        serde_json::from_value(value).expect("a rule")
    }

    #[test]
    fn the_short_form_of_a_lifecycle_means_one_rule_for_each_prefix() {
        let short = [
            rule(r#"{"expireUntaggedAfterDays": 14}"#),
            rule(r#"{"keep": 30, "prefixes": ["v", "release-"]}"#),
            rule(r#"{"expireAfterDays": 90, "patterns": ["dev-*"]}"#),
            rule(r#"{"keep": 500, "description": "the rest"}"#),
        ];
        let selected = |priority: i64, selection: Value| json!({ "rulePriority": priority, "selection": selection, "action": { "type": "expire" } });
        let newest = |prefix: &str| json!({ "tagStatus": "tagged", "tagPrefixList": [prefix], "countType": "imageCountMoreThan", "countNumber": 30 });
        let age = |status: &str, days: i64| json!({ "tagStatus": status, "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days });
        let mut by_pattern = age("tagged", 90);
        by_pattern["tagPatternList"] = json!(["dev-*"]);
        let mut rest =
            selected(5, json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 500 }));
        rest["description"] = "the rest".into();
        let meant = json!({ "rules": [
            selected(1, age("untagged", 14)), selected(2, newest("v")), selected(3, newest("release-")),
            selected(4, by_pattern), rest,
        ] });
        assert_eq!(lifecycle(&short, None), Some(LifecycleDocument::new(meant.clone())));
        assert_eq!(lifecycle(&short, Some(&meant)), Some(LifecycleDocument::new(meant)));
        assert_eq!(lifecycle(&[], None), None);
    }

    #[test]
    fn the_short_form_of_access_allows_no_more_than_it_says() {
        let world = World {
            stack: StackId::new("dev", "eu-west-1"),
            account: "111122223333".into(),
            region: "eu-west-1".into(),
        };
        let short = RepositoryAccess {
            pull: vec!["444455556666".into(), "role:ci".into()],
            push: vec!["arn:aws:iam::111122223333:role/build".into()],
            organization: Some("o-a1b2c3d4e5".into()),
        };
        let meant = json!({ "Version": "2012-10-17", "Statement": [
            {
                "Sid": "Pull", "Effect": "Allow",
                "Principal": { "AWS": ["444455556666", { "$text": [{ "$ref": "iam.Role/ci", "output": "arn" }] }] },
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
            },
            {
                "Sid": "Push", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/build" },
                "Action": [
                    "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload",
                    "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"
                ]
            },
            {
                "Sid": "PullInOrganization", "Effect": "Allow", "Principal": "*",
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }
            }
        ] });
        let text = access(&world, Some(&short), None).map(|policy| policy.text());
        assert_eq!(text, Some(PolicyDocument::new(meant).text()));
        let nobody = RepositoryAccess { pull: Vec::new(), push: Vec::new(), organization: None };
        assert_eq!(access(&world, Some(&nobody), None), None);
    }
}
