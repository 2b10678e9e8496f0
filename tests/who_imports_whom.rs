//! The walls between the crates.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may import whom of ours.
const MAY: &[(&str, &[&str])] = &[
    ("eksctl-rs", &["eksctl-rs-aws", "eksctl-rs-core", "eksctl-rs-emulator", "eksctl-rs-engine", "eksctl-rs-stack"]),
    ("eksctl-rs-stack", &["eksctl-rs-aws", "eksctl-rs-core"]),
    ("eksctl-rs-aws", &["eksctl-rs-core"]),
    ("eksctl-rs-engine", &["eksctl-rs-core"]),
    ("eksctl-rs-core", &[]),
    ("eksctl-rs-emulator", &[]),
];

/// What each may not import of others, by the beginning of the name.
const NEVER: &[(&str, &[&str])] = &[
    ("eksctl-rs", &["aws-sdk-"]),
    ("eksctl-rs-core", &["tokio", "aws-", "futures", "tracing", "reqwest", "hyper"]),
    ("eksctl-rs-engine", &["aws-"]),
    ("eksctl-rs-stack", &["aws-", "tokio"]),
    ("eksctl-rs-emulator", &["aws-sdk-", "aws-config"]),
];

fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo metadata");
    let normal = |package: &cargo_metadata::Package| {
        let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        normal.map(|dependency| dependency.name.clone()).collect()
    };
    metadata.packages.iter().map(|package| (package.name.to_string(), normal(package))).collect()
}

#[test]
fn every_crate_imports_only_what_it_may() {
    let imports = imports();
    assert_eq!(imports.len(), MAY.len());
    for (name, allowed) in MAY {
        let ours: Vec<&str> =
            imports[*name].iter().map(String::as_str).filter(|other| other.starts_with("eksctl-rs")).collect();
        assert_eq!(ours, *allowed, "{name}");
    }
}

#[test]
fn what_a_crate_is_free_of_it_stays_free_of() {
    let imports = imports();
    for (name, forbidden) in NEVER {
        for other in &imports[*name] {
            assert!(!forbidden.iter().any(|start| other.starts_with(start)), "{name} imports {other}");
        }
    }
}
