//! The stacks of this repository: its environments and its examples, each with the ground that others have laid for it.

use std::path::PathBuf;

use eksctl_rs_stack::{Sources, StackSpec, load};

use super::{Lab, environment};

/// A stack of this repository.
pub struct Platform {
    /// The name of an environment, or the directory of an example.
    pub name: &'static str,
    pub spec: StackSpec,
    /// What its README has its reader plant on the emulator first, as arguments of the command.
    planted: Vec<Vec<String>>,
}

pub fn platforms() -> Vec<Platform> {
    let environments =
        ["dev", "test", "prod", "sbx"].map(|name| Platform { name, spec: environment(name), planted: Vec::new() });
    let examples = ["compute-layer", "innovate", "piksel-spoke", "sage-sandbox", "book-cluster"].map(example);
    environments.into_iter().chain(examples).collect()
}

pub fn example(name: &'static str) -> Platform {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let readme = std::fs::read_to_string(directory.join("README.md")).expect("it has a README");
    let planted = readme.lines().filter_map(|line| line.strip_prefix("cargo run -- emulator plant "));
    let planted = planted.map(|line| line.split(' ').map(str::to_owned).collect()).collect();
    let sources = Sources::file(&directory.join("stack.yaml")).expect("it has a stack");
    let loaded = load(&sources, &|_| None).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{name}: {:?}", loaded.warnings);
    Platform { name, spec: loaded.spec, planted }
}

impl Platform {
    /// An environment, or a name without anything.
    pub fn bare(name: &'static str) -> Self {
        Self { name, spec: environment("dev"), planted: Vec::new() }
    }

    /// An AWS in which its ground is laid, and nothing else.
    pub fn lab(&self) -> Lab {
        let lab = Lab::new();
        for arguments in &self.planted {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let emulator = &lab.emulator;
            match arguments.as_slice() {
                ["network", name, "--region", region, "--account", account, "--cidr", cidr] => {
                    emulator.plant_network(account, region, name, cidr).expect("a network");
                }
                ["permission-set", name, "--account", account] => {
                    emulator.plant_permission_set_role(account, name).expect("a role");
                }
                other => panic!("{}: nobody knows how to plant {other:?}", self.name),
            }
        }
        lab
    }
}
