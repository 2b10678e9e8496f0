//! `outputs`: what does the stack tell those who build on it?

use eksctl_rs_stack::outputs::{self, Output as Told};

use crate::cli::{Access, OutputsOptions, Target};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::session::Session;
use crate::{render, session};

pub(super) async fn run(
    target: &Target,
    access: &Access,
    options: &OutputsOptions,
    output: &Output,
) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    for name in &options.names {
        is_known(name, &loaded.spec.outputs.keys().map(String::as_str).collect::<Vec<_>>())?;
    }
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let reading = session.observe().await?;
    let told = outputs::of(&session.spec, &reading.observation.snapshot, &session.world);
    let told = chosen(told, options)?;
    if options.shell {
        output.print(&render::outputs::shell(&told));
    } else if !output.is_text() {
        output.json(&render::json::outputs(&told, &session.stats()));
    } else if options.names.is_empty() {
        output.print(&render::outputs::text(&told));
    } else {
        told.iter().filter_map(|one| one.value.as_ref()).for_each(|value| output.print(&render::outputs::raw(value)));
    }
    Ok(Exit::Done)
}

fn is_known(name: &str, own: &[&str]) -> Result<(), Failure> {
    if own.contains(&name) || outputs::standard::named(name).is_some() {
        return Ok(());
    }
    let standard = outputs::standard::STANDARD.iter().map(|standard| standard.name);
    let known: Vec<&str> = standard.chain(own.iter().copied()).collect();
    Err(Failure::Told {
        problem: format!("there is no output {name}"),
        hint: format!("outputs are {}", known.join(", ")),
    })
}

/// Those that were asked for. A script must not go on without one.
fn chosen(told: Vec<Told>, options: &OutputsOptions) -> Result<Vec<Told>, Failure> {
    let is_there = |name: &str| told.iter().any(|one| one.name == name && one.value.is_some());
    let missing: Vec<&str> = match options.names.is_empty() {
        true if options.shell => told.iter().filter(|one| one.value.is_none()).map(|one| one.name.as_str()).collect(),
        true => Vec::new(),
        false => options.names.iter().map(String::as_str).filter(|name| !is_there(name)).collect(),
    };
    if !missing.is_empty() {
        let problem = format!("what {} comes from is not there", missing.join(", "));
        return Err(Failure::Told { problem, hint: "apply the stack first; `show` tells what is there".to_owned() });
    }
    if options.names.is_empty() {
        return Ok(told);
    }
    let named = |name: &String| told.iter().find(|one| one.name == *name).cloned();
    Ok(options.names.iter().filter_map(named).collect())
}
