//! The add-ons.

mod configuration;
mod identity;

use eksctl_rs_aws::eks::addon::{Spec, parse_configuration};
use eksctl_rs_core::{AddonFacts, AddonQuestion, AddonVersion, Address, Facts, Question, Reference, Refusal, Tags};
use serde_json::Value;

use super::cluster::word;
use super::{Expansion, names};
use crate::check::nearest;
use crate::schema::{Addon, AddonUpdate, StackSpec};

pub(crate) use identity::{has_irsa_role, has_pod_identity_role, wants_recommended};

/// What EKS puts into a new cluster by itself, unless it is told not to.
pub(crate) const BOOTSTRAPPED: &[&str] = &["vpc-cni", "kube-proxy", "coredns"];

/// What every add-on asks of AWS.
pub(super) fn needs(spec: &StackSpec) -> Vec<Question> {
    spec.addons.iter().map(|addon| Question::Addon(question(spec, addon))).collect()
}

fn question(spec: &StackSpec, addon: &Addon) -> AddonQuestion {
    let auto = addon.update == Some(AddonUpdate::Auto);
    AddonQuestion {
        name: addon.name.clone(),
        version: match addon.version.as_str() {
            "default" => AddonVersion::Default { auto },
            "latest" => AddonVersion::Latest { auto },
            exact => AddonVersion::Exact(exact.to_owned()),
        },
        kubernetes: spec.metadata.version.clone(),
        configuration: addon.configuration_values.is_some() || wants_recommended(spec, addon) || has_irsa_role(addon),
    }
}

/// Whether EKS puts its own copies into a new cluster. Those that the stack names as well take them over.
pub(super) fn are_bootstrapped(spec: &StackSpec) -> bool {
    let has_all = BOOTSTRAPPED.iter().all(|name| spec.addons.iter().any(|addon| addon.name == *name));
    let is_auto = spec.auto_mode_config.as_ref().is_some_and(|auto| auto.enabled);
    !is_auto && !spec.addons_config.disable_default_addons.unwrap_or(has_all)
}

pub(super) fn expand(expansion: &mut Expansion<'_>, facts: &Facts, problems: &mut Vec<Refusal>) {
    for addon in &expansion.spec.addons {
        let known = facts.addon(&question(expansion.spec, addon));
        if let Some(known) = &known {
            problems.extend(problem(addon, known));
        }
        let spec = one(expansion, addon, known.as_ref(), problems);
        expansion.add(names::addon(&addon.name), &spec);
    }
}

/// What the reader may want to know of the add-ons, though nothing is to be done.
pub fn notes(spec: &StackSpec, facts: &Facts) -> Vec<(Address, String)> {
    let note = |addon: &Addon| {
        let known = facts.addon(&question(spec, addon))?;
        let (newer, current) = (known.newer?, known.version?);
        let note = format!("{current} is there; {newer} is newer: name it as version, or set update: auto");
        Some((names::addon(&addon.name), note))
    };
    spec.addons.iter().filter_map(note).collect()
}

fn one(expansion: &mut Expansion<'_>, addon: &Addon, known: Option<&AddonFacts>, problems: &mut Vec<Refusal>) -> Spec {
    let mut tags: Tags = expansion.spec.metadata.tags.clone();
    tags.extend(addon.tags.clone());
    let configuration = configuration_of(addon);
    if let (Some(configuration), Some(known)) = (&configuration, known) {
        problems.extend(configuration::check(&addon.name, configuration, known));
    }
    Spec {
        name: addon.name.clone(),
        cluster: Reference::to(&names::cluster(&expansion.spec.metadata.name), "name"),
        version: match addon.version.as_str() {
            "default" | "latest" => known.and_then(|known| known.version.clone()),
            exact => Some(exact.to_owned()),
        },
        configuration,
        service_account_role: identity::irsa(expansion, addon, known, problems),
        pod_identity_associations: identity::pod_identities(expansion, addon, known, problems),
        namespace: addon.namespace_config.as_ref().map(|config| config.namespace.clone()),
        resolve_conflicts: word(addon.resolve_conflicts).to_uppercase(),
        preserve_on_delete: addon.preserve_on_delete,
        tags,
    }
}

/// What the configuration means. A text that nobody can read was refused before.
pub(crate) fn configuration_of(addon: &Addon) -> Option<Value> {
    match addon.configuration_values.as_ref()? {
        Value::String(text) => parse_configuration(text).unwrap_or_default(),
        Value::Object(fields) if fields.is_empty() => None,
        value => Some(value.clone()),
    }
}

/// What is wrong with the version.
fn problem(addon: &Addon, known: &AddonFacts) -> Option<Refusal> {
    let (name, kubernetes) = (&addon.name, &known.kubernetes);
    if known.fits {
        return None;
    }
    let (message, hint) = match known.version.as_deref() {
        Some(version) if !known.versions.is_empty() => {
            let versions = &known.versions;
            let meant = nearest(version, versions).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
            let newest: Vec<&str> = versions.iter().take(5).map(String::as_str).collect();
            let message = format!("{name} {version} does not work with Kubernetes {kubernetes}");
            (message, format!("{meant}The newest that do: {}; or write default", newest.join(", ")))
        }
        _ => {
            let message = format!("AWS has no add-on {name} for Kubernetes {kubernetes}");
            (message, "`aws eks describe-addon-versions` lists what it has".to_owned())
        }
    };
    Some(Refusal { address: names::addon(name), message, hint })
}

#[cfg(test)]
mod tests;
