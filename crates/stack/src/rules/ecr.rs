//! Repositories, and what is set for the whole registry.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Report, names};
use crate::expand::ecr::is_enhanced;
use crate::expand::ecr_policies::selections;
use crate::places::Path;
use crate::schema::{
    ImageEncryption, ImageEncryptionType, ImageTagMutability, KeyUse, LifecycleRule, ManagedNodeGroup,
    RegistryScanning, ReplicationRule, Repository, RepositoryAccess, ScanFrequency, ScanType, StackSpec,
};

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, repository) in spec.ecr.repositories.iter().enumerate() {
        let path = Path::from("ecr.repositories").item(index);
        if !seen.insert(&repository.name) {
            let message = format!("there are two repositories called {}", repository.name);
            report.error(&path.key("name"), message, "give each a name of its own");
        }
        names::tags(&repository.tags, &path.key("tags"), report);
        settings(&Settings::of(repository), spec, &path, report);
        // Source: ECR `PutImageScanningConfiguration`, which ECR refuses then.
        if repository.scan_on_push.is_some() && is_enhanced(spec) {
            let hint = "remove it: a rule of ecr.scanning says which images are scanned";
            report.error_in_key(&path.key("scanOnPush"), "with enhanced scanning, repositories have no say", hint);
        }
    }
    if let Some(scanning) = &spec.ecr.scanning {
        scanned(scanning, report);
    }
    if let Some(rules) = &spec.ecr.replication {
        replicated(rules, spec, report);
    }
}

/// Source: ECR `PutRegistryScanningConfiguration`, `RegistryScanningRule.scanFrequency`.
fn scanned(scanning: &RegistryScanning, report: &mut Report<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (index, rule) in scanning.rules.iter().enumerate() {
        let at = Path::from("ecr.scanning.rules").item(index).key("frequency");
        let word = rule.frequency.word();
        if rule.frequency == ScanFrequency::ContinuousScan && scanning.r#type == ScanType::Basic {
            let hint = "set type: ENHANCED, or frequency: SCAN_ON_PUSH";
            report.error(&at, format!("basic scanning has no {word}"), hint);
        }
        if !seen.insert(rule.frequency) {
            report.error(&at, format!("there are two rules with {word}"), "put all filters into one");
        }
    }
}

/// Source: ECR `ReplicationConfiguration.rules`; user guide, "Considerations for private image replication".
fn replicated(rules: &[ReplicationRule], spec: &StackSpec, report: &mut Report<'_, '_>) {
    const MOST: usize = 25;
    let (mut known, mut destinations) = (BTreeSet::new(), BTreeSet::new());
    for (index, rule) in rules.iter().enumerate() {
        let path = Path::from("ecr.replication").item(index);
        let mut own = BTreeSet::new();
        for (number, destination) in rule.destinations.iter().enumerate() {
            let at = path.key("destinations").item(number);
            let account = destination.account.as_ref().unwrap_or(&spec.metadata.account);
            if (account, &destination.region) == (&spec.metadata.account, &spec.metadata.region) {
                let hint = "name another Region, or another account";
                report.error(&at, "images are in this registry already", hint);
            }
            if !own.insert((account, &destination.region)) {
                let message = format!("{} of {account} is named twice", destination.region);
                report.error(&at, message, "remove one of them");
            }
        }
        destinations.extend(own.iter().copied());
        if !known.insert((own, &rule.prefixes)) {
            report.error(&path, "there is such a rule already", "remove one of them");
        }
    }
    if destinations.len() > MOST {
        let message = format!("{} destinations are too many", destinations.len());
        report.error(&Path::from("ecr.replication"), message, format!("remove some: ECR takes {MOST} in all rules"));
    }
}

/// What repositories, and templates from which ECR makes some, have in common.
pub(super) struct Settings<'s> {
    pub(super) mutability: ImageTagMutability,
    pub(super) exclusions: &'s [String],
    pub(super) encryption: Option<&'s ImageEncryption>,
    pub(super) lifecycle: &'s [LifecycleRule],
    pub(super) lifecycle_policy: Option<&'s Value>,
    pub(super) access: Option<&'s RepositoryAccess>,
    pub(super) policy: Option<&'s Value>,
}

impl<'s> Settings<'s> {
    fn of(repository: &'s Repository) -> Self {
        Self {
            mutability: repository.image_tag_mutability,
            exclusions: &repository.image_tag_mutability_exclusions,
            encryption: repository.encryption.as_ref(),
            lifecycle: &repository.lifecycle,
            lifecycle_policy: repository.lifecycle_policy.as_ref(),
            access: repository.access.as_ref(),
            policy: repository.policy.as_ref(),
        }
    }
}

/// Whatever contradicts itself in the settings at `path`.
pub(super) fn settings(settings: &Settings<'_>, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    exclusions(settings, path, report);
    encryption(settings.encryption, spec, path, report);
    if settings.lifecycle_policy.is_some() && !settings.lifecycle.is_empty() {
        let hint = "remove one of them: lifecycle is the short form of lifecyclePolicy";
        report.error_in_key(&path.key("lifecyclePolicy"), "the lifecycle is said twice", hint);
    }
    if settings.policy.is_some() && settings.access.is_some() {
        let hint = "remove one of them: access is the short form of policy";
        report.error_in_key(&path.key("policy"), "who may use the images is said twice", hint);
    }
    for (key, who) in settings.access.iter().flat_map(|access| [("pull", &access.pull), ("push", &access.push)]) {
        roles(who, spec, &path.key("access").key(key), report);
    }
    for (key, document) in [("lifecyclePolicy", settings.lifecycle_policy), ("policy", settings.policy)] {
        document_size(document, &path.key(key), report);
    }
    lifecycle(settings.lifecycle, &path.key("lifecycle"), report);
}

/// Roles of the stack that a policy names have to be there.
fn roles(who: &[String], spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let known = roles_of(spec);
    for (index, name) in who.iter().enumerate().filter_map(|(index, who)| Some((index, who.strip_prefix("role:")?))) {
        if !known.contains(name) {
            let hint = match known.is_empty() {
                true => "name it by its ARN".to_owned(),
                false => format!("choose from {}", Vec::from_iter(known.iter().map(String::as_str)).join(", ")),
            };
            report.error(&path.item(index), format!("the stack has no role {name}"), hint);
        }
    }
}

/// The roles of one's own, and those that the stack makes for nodes.
fn roles_of(spec: &StackSpec) -> BTreeSet<String> {
    let of_group = |group: &ManagedNodeGroup| match &group.iam {
        Some(iam) => iam.instance_role_arn.is_none().then(|| format!("node-{}", group.name)),
        None => Some("node".to_owned()),
    };
    let own = spec.iam.roles.iter().map(|role| role.name.clone());
    own.chain(spec.managed_node_groups.iter().filter_map(of_group)).collect()
}

/// Source: ECR user guide, "Preventing image tags from being overwritten in Amazon ECR".
fn exclusions(settings: &Settings<'_>, path: &Path, report: &mut Report<'_, '_>) {
    let at = path.key("imageTagMutabilityExclusions");
    match (settings.mutability.has_exclusions(), settings.exclusions.is_empty()) {
        (true, true) if report.is_news(&at) => {
            let message = format!("{} needs exclusions", settings.mutability.word());
            report.error(
                &path.key("imageTagMutability"),
                message,
                "set imageTagMutabilityExclusions, such as [\"dev-*\"]",
            );
        }
        (false, false) => {
            let word = settings.mutability.word();
            let hint = format!("set imageTagMutability: {word}_WITH_EXCLUSION, or remove them");
            report.error_in_key(&at, format!("{word} has no exclusions"), hint);
        }
        _ => {}
    }
}

fn encryption(asked: Option<&ImageEncryption>, spec: &StackSpec, path: &Path, report: &mut Report<'_, '_>) {
    let Some(asked) = asked else { return };
    let at = path.key("encryption");
    let has_key = spec.kms.as_ref().is_some_and(|kms| kms.used_for.contains(&KeyUse::Images));
    match (asked.r#type, &asked.key_arn) {
        (Some(ImageEncryptionType::Aes256), Some(_)) => {
            report.error(&at.key("keyARN"), "AES256 takes no key", "remove keyARN, or set type: KMS");
        }
        (Some(by @ (ImageEncryptionType::Kms | ImageEncryptionType::KmsDsse)), None) if !has_key => {
            let hint = "set keyARN (alias/aws/ecr is AWS's own key), or put images into kms.usedFor";
            report.error(&at.key("type"), format!("{} needs a key", by.word()), hint);
        }
        _ => {}
    }
    // Source: ECR `EncryptionConfiguration.kmsKey`.
    let region = asked.key_arn.as_deref().and_then(|arn| arn.strip_prefix("arn:")?.split(':').nth(2));
    if let Some(region) = region.filter(|region| *region != spec.metadata.region) {
        let message = format!("the key is in {region}");
        report.error(&at.key("keyARN"), message, format!("name one in {}", spec.metadata.region));
    }
}

/// Source: ECR `PutLifecyclePolicy`, `SetRepositoryPolicy`: the limits of their texts.
fn document_size(document: Option<&Value>, path: &Path, report: &mut Report<'_, '_>) {
    let (least, most) = if path.to_string().ends_with("lifecyclePolicy") { (100, 30_720) } else { (0, 10_240) };
    let Some(length) = document.map(|document| document.to_string().len()) else { return };
    if length < least {
        let hint = "it is JSON such as {rules: [{rulePriority: 1, selection: {…}, action: {type: expire}}]}";
        report.error(path, format!("{length} characters are too few for a lifecycle policy"), hint);
    } else if length > most {
        report.error(path, format!("{length} characters are too many"), format!("shorten it: ECR takes {most}"));
    }
}

/// Source: ECR user guide, "How the lifecycle policy works" and "Lifecycle policy properties in Amazon ECR"; service
/// quotas, "Rules per lifecycle policy".
fn lifecycle(rules: &[LifecycleRule], path: &Path, report: &mut Report<'_, '_>) {
    const MOST: usize = 50;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, rule) in rules.iter().enumerate() {
        let at = path.item(index);
        lifecycle_rule(rule, index + 1 == rules.len(), &at, report);
        for selection in selections(rule) {
            let key = ["tagStatus", "tagPrefixList", "tagPatternList"].map(|key| selection[key].to_string()).concat();
            if let Some(first) = seen.insert(key, index).filter(|first| *first != index) {
                let message = format!("rule {} is about the same images", first + 1);
                report.error(&at, message, "an image goes by the first rule that it matches: keep one of them");
            }
        }
    }
    if seen.len() > MOST {
        let message = format!("these are {} rules, for each prefix and pattern is one", seen.len());
        report.error(path, message, format!("remove some: ECR takes {MOST} for a repository"));
    }
}

fn lifecycle_rule(rule: &LifecycleRule, is_last: bool, path: &Path, report: &mut Report<'_, '_>) {
    let counts = [rule.keep, rule.expire_after_days, rule.expire_untagged_after_days];
    let choose = "set one of keep, expireAfterDays and expireUntaggedAfterDays";
    match counts.iter().flatten().count() {
        0 => report.error(path, "the rule does not say which images go", choose),
        1 => {}
        _ => {
            report.error(path, "the rule says in two ways which images go", format!("{choose}: two ways are two rules"))
        }
    }
    if !rule.prefixes.is_empty() && !rule.patterns.is_empty() {
        report.error(path, "prefixes and patterns exclude each other", "make them two rules");
    }
    let has_tags = !rule.prefixes.is_empty() || !rule.patterns.is_empty();
    if rule.expire_untagged_after_days.is_some() && has_tags {
        let hint = "remove prefixes and patterns, or set expireAfterDays instead";
        report.error(path, "images without a tag have no tag that could match", hint);
    }
    let is_for_all = !has_tags && rule.expire_untagged_after_days.is_none();
    if is_for_all && !is_last && counts.iter().flatten().count() == 1 {
        let hint = "put it at the end: an image that it is about is left alone by the rules after it";
        report.error(path, "a rule for all images comes last", hint);
    }
}
