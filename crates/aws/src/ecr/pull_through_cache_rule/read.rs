//! From AWS's answers to our spec.

use std::collections::BTreeMap;

use aws_sdk_ecr::operation::describe_pull_through_cache_rules::DescribePullThroughCacheRulesOutput;
use aws_sdk_ecr::types::{PullThroughCacheRule, RepositoryCreationTemplate};
use eksctl_rs_core::{Address, CallError, Reference, StackId, Tags, World};

use super::{ROOT, Room, Spec, outputs};
use crate::branches::try_join;
use crate::ecr::creation_template::mark::Mark;
use crate::ecr::creation_template::read::{all, plain};
use crate::kind::{Found, Kind};
use crate::reads::Reads;

/// All rules of the registry, and the templates that vouch for some of them. The address follows from the prefix. Where the
/// stack wants no rule, there is one of its own only if a template vouches for one.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let wanted: Vec<Address> = reads.wanted::<Room>().into_iter().map(|(address, _)| address).collect();
    if wanted.is_empty() && !all(reads).await?.iter().any(|template| vouches(template, &reads.world().stack)) {
        return Ok(Vec::new());
    }
    let (rules, templates) = try_join(rules(reads), all(reads)).await?;
    let marks: BTreeMap<&str, Mark> = templates
        .iter()
        .filter_map(|template| {
            let (_, mark) = Mark::split(template.description().unwrap_or_default());
            Some((plain(template.prefix()), mark?))
        })
        .collect();
    let found = |rule: &PullThroughCacheRule| {
        let address = Address::new(Room::NAME, plain(rule.ecr_repository_prefix()));
        let found = from_live(rule, marks.get(address.name()), reads.world());
        found.asked_as(wanted.contains(&address).then_some(address))
    };
    Ok(rules.iter().map(found).collect())
}

async fn rules(reads: &Reads<'_>) -> Result<Vec<PullThroughCacheRule>, CallError> {
    let request = || reads.aws.ecr.describe_pull_through_cache_rules();
    let page = |page: DescribePullThroughCacheRulesOutput| {
        (page.pull_through_cache_rules.unwrap_or_default(), page.next_token)
    };
    let operation = "ecr:DescribePullThroughCacheRules";
    reads.pages(operation, |token| request().set_next_token(token).send(), page).await
}

fn vouches(template: &RepositoryCreationTemplate, stack: &StackId) -> bool {
    let (_, mark) = Mark::split(template.description().unwrap_or_default());
    mark.is_some_and(|mark| mark.vouches && mark.is_of(stack))
}

pub(super) fn from_live(rule: &PullThroughCacheRule, mark: Option<&Mark>, world: &World) -> Found<Spec> {
    let prefix = plain(rule.ecr_repository_prefix());
    let there = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(Reference::from);
    let upstream_prefix = rule.upstream_repository_prefix().filter(|prefix| !prefix.is_empty());
    let spec = Spec {
        prefix: Reference::from(prefix),
        upstream_registry: rule.upstream_registry().map_or("", |registry| registry.as_str()).to_owned(),
        upstream_registry_url: rule.upstream_registry_url().unwrap_or_default().to_owned(),
        upstream_repository_prefix: plain(Some(upstream_prefix.unwrap_or(ROOT))).to_owned(),
        credential: there(rule.credential_arn()),
        tried_with: None,
        custom_role: there(rule.custom_role_arn()),
    };
    let address = Address::new(Room::NAME, prefix).to_string();
    let mut tags = mark.filter(|mark| mark.vouches).map_or_else(Tags::new, |mark| mark.tags(&address));
    // What was last applied to the template says nothing of the rule.
    tags.remove(eksctl_rs_core::tag::SPEC);
    let mut found = Found::new(prefix, spec, tags);
    found.outputs = outputs(prefix, world);
    found
}
