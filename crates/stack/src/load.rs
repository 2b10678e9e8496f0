//! From text to a stack.

use crate::diagnostic::{Collector, Diagnostics};
use crate::places::Places;
use crate::rules::Known;
use crate::schema::StackSpec;
use crate::schema::json::Shape;
use crate::source::Sources;
use crate::yaml::{Node, interpolate, merge, merge_siblings, parse, strip_nulls};
use crate::{check, rules};

/// A stack that is valid.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it says, with all defaults.
    pub spec: StackSpec,
    /// What is valid but probably not meant.
    pub warnings: Diagnostics,
}

/// Reads a stack. `variable` gives values of environment variables.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn load(sources: &Sources, variable: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Diagnostics> {
    let mut collector = Collector::new(sources);
    let texts: Vec<&str> = sources.files().map(|file| file.text.as_str()).collect();
    let merged = read(sources, &texts, variable, &mut collector);
    let Some(mut root) = merged else { return Err(collector.finish()) };
    strip_nulls(&mut root);
    let wrong = check::check(&root, &texts, &mut collector);
    let mut value = root.to_json();
    let dropped = if wrong.is_empty() { Vec::new() } else { check::salvage(&mut value, &wrong) };
    Shape::stack().fill(&mut value);
    match serde_json::from_value::<StackSpec>(value) {
        Ok(spec) => {
            rules::check(&spec, Places::new(&root), &Known { wrong, dropped }, &mut collector);
            match collector.has_errors() {
                false => Ok(Loaded { spec, warnings: collector.finish() }),
                true => Err(collector.finish()),
            }
        }
        Err(error) => {
            if !collector.has_errors() {
                collector.error(root.place, "", error.to_string(), "");
            }
            Err(collector.finish())
        }
    }
}

fn read(
    sources: &Sources,
    texts: &[&str],
    variable: &dyn Fn(&str) -> Option<String>,
    collector: &mut Collector,
) -> Option<Node> {
    let (mut file, mut merged, mut complete) = (0, None, true);
    for layer in &sources.layers {
        let mut own: Option<Node> = None;
        for source in &layer.files {
            match parse(file, &source.text, collector) {
                // An empty file says nothing.
                Some(node) if node.value == crate::yaml::Value::Null => {}
                Some(mut node) => {
                    interpolate(&mut node, texts, variable, collector);
                    own = Some(match own {
                        Some(before) => merge_siblings(before, node, Shape::stack(), "", collector),
                        None => node,
                    });
                }
                None => complete = false,
            }
            file += 1;
        }
        merged = match (merged, own) {
            (Some(base), Some(over)) => Some(merge(base, over, Shape::stack())),
            (base, over) => base.or(over),
        };
    }
    if merged.is_none() && complete {
        let place = crate::yaml::Place::default();
        collector.error(place, "", "there is nothing here", "a stack begins with apiVersion: eksctl-rs.io/v1alpha1");
    }
    merged.filter(|_| complete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Layer, SourceFile};

    const HEAD: &str = "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata:\n  name: dev\n  region: eu-west-1\n  account: \"111122223333\"\n";

    fn sources(layers: &[&[&str]]) -> Sources {
        let file = |(layer, number, text): (usize, usize, &str)| SourceFile {
            name: format!("{layer}/{number}.yaml"),
            text: text.to_owned(),
        };
        let layer = |(layer, texts): (usize, &&[&str])| Layer {
            files: texts.iter().enumerate().map(|(number, text)| file((layer, number, text))).collect(),
        };
        Sources { layers: layers.iter().enumerate().map(layer).collect() }
    }

    fn spec(layers: &[&[&str]]) -> StackSpec {
        load(&sources(layers), &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec
    }

    #[test]
    fn a_head_alone_is_a_stack_with_secure_defaults() {
        let spec = spec(&[&[HEAD]]);
        assert!(spec.vpc.cluster_endpoints.private_access && !spec.vpc.cluster_endpoints.public_access);
        assert_eq!(spec.vpc.cidr.to_string(), "10.0.0.0/16");
        assert!(spec.managed_node_groups.is_empty());
    }

    #[test]
    fn layers_merge_maps_and_named_lists_and_replace_the_rest() {
        let base = format!(
            "{HEAD}availabilityZones: [eu-west-1a, eu-west-1b]\nmanagedNodeGroups:\n- name: a\n  instanceType: m6i.large\n  labels: {{x: '1', y: '2'}}\n- name: b\n  instanceType: m6i.large\n"
        );
        let over = "availabilityZones: [eu-west-1b, eu-west-1c]\nmanagedNodeGroups:\n- name: b\n  maxSize: 9\n- name: a\n  labels: {x: ~, z: '3'}\n- name: c\n  instanceType: t3.large\n";
        let spec = spec(&[&[&base], &[over]]);
        assert_eq!(spec.availability_zones.expect("zones"), ["eu-west-1b", "eu-west-1c"]);
        let groups: Vec<_> =
            spec.managed_node_groups.iter().map(|group| (group.name.as_str(), group.max_size)).collect();
        assert_eq!(groups, [("a", 3), ("b", 9), ("c", 3)]);
        let labels: Vec<_> = spec.managed_node_groups[0].labels.keys().map(String::as_str).collect();
        assert_eq!(labels, ["y", "z"]);
    }

    #[test]
    fn two_files_of_one_layer_may_not_set_the_same_thing() {
        let problems = load(
            &sources(&[
                &[HEAD],
                &["vpc: {cidr: 10.1.0.0/16}\n", "vpc:\n  cidr: 10.2.0.0/16\n  nat: {gateway: Disable}\n"],
            ]),
            &|_| None,
        )
        .expect_err("a conflict");
        assert_eq!(
            problems.to_string(),
            "1/1.yaml:2:9: vpc.cidr is set in 1/0.yaml:1 already\n    two files of one directory may not set the same thing: remove one\n"
        );
    }

    #[test]
    fn variables_come_from_the_environment() {
        let text = format!("{HEAD}  version: \"${{K8S:-1.35}}\"\n  tags: {{owner: '${{TEAM}}'}}\n");
        let loaded = load(&sources(&[&[&text]]), &|name| (name == "TEAM").then(|| "data".to_owned())).expect("a stack");
        assert_eq!(loaded.spec.metadata.version.as_deref(), Some("1.35"));
        assert_eq!(loaded.spec.metadata.tags["owner"], "data");
        let problems = load(&sources(&[&[&text]]), &|_| None).expect_err("TEAM is not set");
        assert!(problems.to_string().contains("the environment variable TEAM is not set"), "{problems}");
    }
}
