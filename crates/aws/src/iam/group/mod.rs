//! Groups of IAM users, with the policies that are attached to them and those that are written into them.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{Address, CallError, Lowered, Lowering, Outputs, Progress, Reference, Run, Tags, Traits, World};
use eksctl_rs_core::{spec, tag};

use super::role;
use crate::kind::{Found, Kind};
use crate::reads::Reads;
use crate::{Aws, PolicyDocument};

pub use write::Call;

spec! {
    /// What users may do together. Source: IAM `CreateGroup`.
    pub struct Spec {
        /// The name, unique in the account.
        name: String => InPlace, limit = "1 to 128 of A-Z a-z 0-9 + = , . @ _ -";
        /// The path, which says whose the group is: groups have no tags.
        path: String => InPlace, limit = "begins and ends with /";
        /// The ARNs of the policies that are attached.
        managed_policies: BTreeSet<Reference> => InPlace, to = "iam.Policy", limit = "10";
        /// The policies that are written into it, by name.
        inline_policies: BTreeMap<String, PolicyDocument> => InPlace, limit = "5120 characters in all";
        /// The names of the users in it. Absent, whoever is in it stays.
        users: Option<BTreeSet<String>> => InPlace, floating = true, limit = "a user is in 10 groups";
    }
}

/// The room of groups.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "iam.Group";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &[], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, world: &World) -> Outputs {
        let arn = world.iam_arn(&format!("group{}{}", spec.path, spec.name));
        Outputs::from([("name".to_owned(), spec.name.clone()), ("arn".to_owned(), arn)])
    }

    fn moved(fields: &[&str]) -> Vec<&'static str> {
        if fields.contains(&"name") || fields.contains(&"path") { vec!["name", "arn"] } else { Vec::new() }
    }

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}

/// The path of the group `name` of a stack: below that of the stack, with the name in it, for no tag can hold either.
pub fn path_of(world: &World, name: &str) -> String {
    format!("{}{name}/", role::path_of(world))
}

/// What tags would say, from the path.
fn ownership(path: &str) -> Tags {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["eksctl-rs", stack, name, ..] => Tags::from([
            (tag::STACK.to_owned(), (*stack).to_owned()),
            (tag::ADDRESS.to_owned(), Address::new(Room::NAME, *name).to_string()),
        ]),
        _ => Tags::new(),
    }
}
