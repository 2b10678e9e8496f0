//! From AWS's answers to our spec.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::Filter;
use eksctl_rs_core::{Address, CallError, Outputs, Progress, Reference, Run, StackId, Tags, tag};

use super::mark::{self, Mark};
use super::{Room, Spec};
use crate::Aws;
use crate::branches::{try_join, try_join_all};
use crate::ec2::tags::{described, marks};
use crate::ec2::{gone, id_of};
use crate::kind::{Found, Kind};
use crate::reads::Reads;

/// Source: EC2 API reference, "Query requests": values of a filter in one call.
const VALUES_AT_ONCE: usize = 200;

/// What the stack names is asked for by its ids; our mark tells of the rest.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    let (wanted, stack) = (reads.wanted::<Room>(), &reads.world().stack);
    let named: BTreeSet<String> =
        wanted.iter().filter_map(|(_, spec)| spec.resource.literal().ok()).map(str::to_owned).collect();
    let mark = mark::key(stack);
    let marked = async {
        let marked = marks(reads).await?.iter().filter(|tag| tag.key() == Some(&mark));
        Ok(marked.filter_map(|tag| tag.resource_id.clone()).collect::<BTreeSet<String>>())
    };
    let (of_named, of_marked) = match reads.shared.network_tags.is_known() {
        true => {
            let both = named.union(&marked.await?).cloned().collect();
            (tags_of(reads, both).await?, BTreeMap::new())
        }
        false => {
            let (of_named, marked) = try_join(tags_of(reads, named.iter().cloned().collect()), marked).await?;
            (of_named, tags_of(reads, marked.difference(&named).cloned().collect()).await?)
        }
    };
    let all = of_named.iter().chain(&of_marked);
    Ok(all.filter_map(|(id, tags)| from_live(id, tags, &wanted, stack)).collect())
}

/// All tags of some things, by their ids.
async fn tags_of(reads: &Reads<'_>, ids: Vec<String>) -> Result<BTreeMap<String, Tags>, CallError> {
    let chunks = ids.chunks(VALUES_AT_ONCE).map(|ids| described(reads, "resource-id", ids.to_vec()));
    let mut all: BTreeMap<String, Tags> = BTreeMap::new();
    for one in try_join_all(chunks).await?.into_iter().flatten() {
        if let (Some(id), Some(key)) = (one.resource_id, one.key) {
            all.entry(id).or_default().insert(key, one.value.unwrap_or_default());
        }
    }
    Ok(all)
}

/// What of the tags of `id` is ours or wanted; nothing if none of them is.
pub(super) fn from_live(id: &str, live: &Tags, wanted: &[(Address, Spec)], stack: &StackId) -> Option<Found<Spec>> {
    let (mark, others) = (Mark::read(stack, live), mark::others(stack, live));
    let (address, desired) = place(id, mark.as_ref(), wanted)?;
    let ours = mark.map(|mark| mark.keys).unwrap_or_default();
    let mut tags = Tags::new();
    for (key, value) in desired {
        match live.get(key) {
            // Another stack has set it: it is not ours as well before our mark says so.
            Some(found) if !ours.contains(key) && found == value && others.contains(key) => {}
            Some(found) => drop(tags.insert(key.clone(), found.clone())),
            None => {}
        }
    }
    // What went without us is not there, but the mark has to forget it.
    let not_wanted = ours.iter().filter(|key| !desired.contains_key(*key));
    tags.extend(not_wanted.map(|key| (key.clone(), live.get(key).cloned().unwrap_or_default())));
    let pieces = mark::pieces(stack, live);
    if tags.is_empty() && pieces.is_empty() {
        return None;
    }
    let owner = Tags::from([(tag::STACK.to_owned(), stack.to_string())]);
    let found = Found::new(id, Spec { resource: Reference::from(id), tags }, owner).asked_as(Some(address));
    let outputs = outputs(id, &ours, &others, &pieces);
    Some(Found { outputs, ..found })
}

/// The address that `id` has in the stack, and the tags that are wanted there: by its id, else by the name in the mark.
fn place<'w>(id: &str, mark: Option<&Mark>, wanted: &'w [(Address, Spec)]) -> Option<(Address, &'w Tags)> {
    static NONE: Tags = Tags::new();
    let by_id = wanted.iter().find(|(_, spec)| spec.resource.literal() == Ok(id));
    if let Some((address, spec)) = by_id {
        return Some((address.clone(), &spec.tags));
    }
    let address = Address::new(Room::NAME, &mark?.name);
    // Which thing it is meant to be is known once its reference is.
    let by_name = wanted.iter().find(|(other, spec)| *other == address && spec.resource.literal().is_err());
    let tags = by_name.map_or(&NONE, |(_, spec)| &spec.tags);
    Some((address, tags))
}

fn outputs(id: &str, ours: &BTreeSet<String>, others: &BTreeSet<String>, pieces: &BTreeSet<String>) -> Outputs {
    let shared = ours.intersection(others);
    [("id", id.to_owned()), ("ours", mark::join(ours)), ("shared", mark::join(shared)), ("mark", mark::join(pieces))]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Tags are there when they are set. This only answers for a call whose answer was lost.
pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let id = id_of(run)?;
    let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
    let request = aws.ec2.describe_tags().filters(filter("resource-id", id));
    let request = request.filters(filter("key", &mark::key(&aws.world.stack)));
    let answer = aws.call("ec2:DescribeTags", request.send()).await?;
    match answer.tags() {
        [] => Err(gone(run)),
        _ => Ok(Progress::done_with([("id", id.to_owned())])),
    }
}
