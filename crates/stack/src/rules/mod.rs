//! What no schema can say: contradictions, and the rules of EKS.

mod access;
mod addons;
mod capabilities;
mod cluster;
mod ecr;
mod existing;
mod fargate;
mod iam;
mod identity_providers;
mod instances;
mod karpenter;
mod kubernetes;
mod labels;
mod names;
mod network;
mod nodegroups;
mod outputs;
mod pod_identity;
mod pull_through_cache;
mod roles;
mod security_groups;

use std::collections::BTreeMap;

use crate::diagnostic::Collector;
use crate::places::{Path, Places};
use crate::schema::StackSpec;

/// What is known to be wrong before any rule is looked at.
#[derive(Debug)]
pub(crate) struct Known {
    /// Where something is wrong. It was taken out of the stack: nothing more is said about it.
    pub(crate) wrong: Vec<Path>,
    /// Items of lists that had to go with it, so that those after them have other numbers than in the files.
    pub(crate) dropped: Vec<Path>,
}

/// Reports everything that AWS would refuse, or that cannot be meant, in what is left of a stack in which something is
/// `known` to be wrong.
pub(crate) fn check(spec: &StackSpec, places: Places<'_>, known: &Known, collector: &mut Collector) {
    let mut report = Report { places, known, shared_tags: &spec.metadata.tags, collector };
    names::check(spec, &mut report);
    network::check(spec, &mut report);
    existing::check(spec, &mut report);
    existing::endpoints(spec, &mut report);
    security_groups::check(spec, &mut report);
    cluster::check(spec, &mut report);
    iam::check(spec, &mut report);
    roles::check(spec, &mut report);
    karpenter::check(spec, &mut report);
    access::check(spec, &mut report);
    nodegroups::check(spec, &mut report);
    fargate::check(spec, &mut report);
    ecr::check(spec, &mut report);
    pull_through_cache::check(spec, &mut report);
    kubernetes::check(spec, &mut report);
    outputs::check(spec, &mut report);
    addons::check(spec, &mut report);
    pod_identity::check(spec, &mut report);
    identity_providers::check(spec, &mut report);
    capabilities::check(spec, &mut report);
}

/// Where rules report.
struct Report<'r, 'n> {
    places: Places<'n>,
    known: &'r Known,
    /// The tags that everything has besides its own.
    shared_tags: &'r BTreeMap<String, String>,
    collector: &'r mut Collector,
}

impl Report<'_, '_> {
    /// An error in what stands at `path`.
    fn error(&mut self, path: &Path, message: impl Into<String>, hint: impl Into<String>) {
        if self.is_news(path) {
            let path = self.written(path);
            self.collector.error(self.places.of(&path), &path.to_string(), message, hint);
        }
    }

    /// An error in the key at `path`.
    fn error_in_key(&mut self, path: &Path, message: impl Into<String>, hint: impl Into<String>) {
        if self.is_news(path) {
            let path = self.written(path);
            self.collector.error(self.places.of_key(&path), &path.to_string(), message, hint);
        }
    }

    /// Something at `path` that is probably not meant.
    fn warn(&mut self, path: &Path, message: impl Into<String>, hint: impl Into<String>) {
        if self.is_news(path) {
            let path = self.written(path);
            self.collector.warn(self.places.of(&path), &path.to_string(), message, hint);
        }
    }

    /// Whether nothing at `path`, above it or below it is known to be wrong.
    fn is_news(&self, path: &Path) -> bool {
        let path = self.written(path);
        let (own, mut known) = (path.segments(), self.known.wrong.iter().map(Path::segments));
        !known.any(|wrong| own.starts_with(wrong) || wrong.starts_with(own))
    }

    /// `path` with the numbers that items have in the files.
    fn written(&self, path: &Path) -> Path {
        path.segments().iter().fold(Path::default(), |at, segment| {
            let gone = self.known.dropped.iter().filter_map(|dropped| match dropped.segments().split_last() {
                Some((last, parents)) if parents == at.segments() => last.parse::<usize>().ok(),
                _ => None,
            });
            let gone: Vec<usize> = gone.collect();
            let shift = |index: usize, gone: &usize| if *gone <= index { index + 1 } else { index };
            match segment.parse::<usize>() {
                Ok(index) if !gone.is_empty() => at.item(gone.iter().fold(index, shift)),
                _ => at.key(segment),
            }
        })
    }
}
