//! `manifests`: what does the cluster need inside?

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::{Address, Facts, Graph, Rules};
use eksctl_rs_stack::manifests::{self, Manifest, Part};
use eksctl_rs_stack::{StackSpec, expand, outputs};

use crate::cli::{Access, ManifestsOptions, Target};
use crate::failure::{Exit, Failure};
use crate::files::{self, Readers};
use crate::output::Output;
use crate::session::Session;
use crate::{render, session};

pub(super) async fn run(
    target: &Target,
    access: &Access,
    options: &ManifestsOptions,
    output: &Output,
) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    let world = expand::world(&loaded.spec);
    let stack = world.stack.to_string();
    let wanted = expand(&loaded.spec, &Facts::none(), &world)?;
    let rendered = manifests::of(&loaded.spec, &wanted, &world);
    let rendered = complete(loaded.spec, rendered, &wanted, access, output).await?;
    match options.out.as_deref().filter(|out| *out != Path::new("-")) {
        Some(directory) => write(directory, &rendered, &stack, output)?,
        None if output.is_text() => output.print(&text(&rendered.iter().collect::<Vec<_>>(), &stack)),
        None => output.json(&render::json::manifests(&rendered)),
    }
    Ok(Exit::Done)
}

/// With what only AWS knows: it is asked if there is any.
async fn complete(
    spec: StackSpec,
    rendered: Vec<Manifest>,
    wanted: &Graph,
    access: &Access,
    output: &Output,
) -> Result<Vec<Manifest>, Failure> {
    let missing = manifests::missing(&rendered);
    if missing.is_empty() {
        return Ok(rendered);
    }
    let kinds: BTreeSet<&'static str> =
        missing.iter().filter_map(|(address, _)| AwsRules.kind(address.kind())).map(|kind| kind.name()).collect();
    let session = Session::open(spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let snapshot = session.look(wanted, &kinds).await?;
    let mut lookup = |address: &Address, name: &str| outputs::value(&snapshot, address, name);
    let rendered = manifests::told(rendered, &mut lookup);
    let missing: Vec<String> = manifests::missing(&rendered).iter().map(|(address, _)| address.to_string()).collect();
    if missing.is_empty() {
        return Ok(rendered);
    }
    Err(Failure::Told {
        problem: format!("the manifests name what is not there yet: {}", missing.join(", ")),
        hint: "apply the stack first".to_owned(),
    })
}

/// How every file of ours begins.
const MARK: &str = "# Rendered by `eksctl-rs manifests`";

/// The objects, one document each.
fn text(manifests: &[&Manifest], stack: &str) -> String {
    let mut text = format!("{MARK} for {stack}: change the stack, and render it again.\n");
    for manifest in manifests {
        let _ = write!(text, "---\n{}", render::yaml::text(&manifest.object));
    }
    text
}

/// A file for each part. What we have written before is replaced, or removed if it is not needed any longer; what is
/// somebody else's stays.
fn write(directory: &Path, rendered: &[Manifest], stack: &str, output: &Output) -> Result<(), Failure> {
    let mut foreign = Vec::new();
    for part in Part::ALL {
        let path = directory.join(part.file());
        if files::read(&path)?.is_some_and(|text| !text.starts_with(MARK)) {
            foreign.push(path.display().to_string());
        }
    }
    if !foreign.is_empty() {
        return Err(Failure::Told {
            problem: format!("{} was not rendered by eksctl-rs", foreign.join(", ")),
            hint: "move it away, or choose another directory".to_owned(),
        });
    }
    let (mut written, mut removed) = (Vec::new(), Vec::new());
    for part in Part::ALL {
        let path = directory.join(part.file());
        let of_part: Vec<&Manifest> = rendered.iter().filter(|manifest| manifest.part == *part).collect();
        if !of_part.is_empty() {
            files::write(&path, &text(&of_part, stack), Readers::All)?;
            written.push(path.display().to_string());
        } else if files::remove(&path)? {
            removed.push(path.display().to_string());
        }
    }
    if output.is_text() {
        written.iter().for_each(|name| output.print(&format!("wrote {name}\n")));
        removed.iter().for_each(|name| output.print(&format!("removed {name}\n")));
    } else {
        output.json(&render::json::rendered(&written, &removed));
    }
    Ok(())
}
