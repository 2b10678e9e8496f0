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
mod names;
mod network;
mod nodegroups;
mod outputs;
mod pod_identity;
mod pull_through_cache;
mod security_groups;

use crate::diagnostic::Collector;
use crate::places::{Path, Places};
use crate::schema::StackSpec;

/// Reports everything that AWS would refuse, or that cannot be meant. What is `wrong` already was taken out of `spec`:
/// nothing more is said about it.
pub(crate) fn check(spec: &StackSpec, places: Places<'_>, wrong: &[Path], collector: &mut Collector) {
    let mut report = Report { places, wrong, collector };
    names::check(spec, &mut report);
    network::check(spec, &mut report);
    existing::check(spec, &mut report);
    existing::endpoints(spec, &mut report);
    security_groups::check(spec, &mut report);
    cluster::check(spec, &mut report);
    iam::check(spec, &mut report);
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
    wrong: &'r [Path],
    collector: &'r mut Collector,
}

impl Report<'_, '_> {
    /// An error in what stands at `path`.
    fn error(&mut self, path: &Path, message: impl Into<String>, hint: impl Into<String>) {
        if self.is_news(path) {
            self.collector.error(self.places.of(path), &path.to_string(), message, hint);
        }
    }

    /// An error in the key at `path`.
    fn error_in_key(&mut self, path: &Path, message: impl Into<String>, hint: impl Into<String>) {
        if self.is_news(path) {
            self.collector.error(self.places.of_key(path), &path.to_string(), message, hint);
        }
    }

    /// Something at `path` that is probably not meant.
    fn warn(&mut self, path: &Path, message: impl Into<String>, hint: impl Into<String>) {
        if self.is_news(path) {
            self.collector.warn(self.places.of(path), &path.to_string(), message, hint);
        }
    }

    /// Whether nothing at `path`, above it or below it is known to be wrong.
    fn is_news(&self, path: &Path) -> bool {
        let (own, mut known) = (path.segments(), self.wrong.iter().map(Path::segments));
        !known.any(|wrong| own.starts_with(wrong) || wrong.starts_with(own))
    }
}
