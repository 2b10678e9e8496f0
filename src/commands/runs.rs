//! `runs`: what did earlier runs from this directory do? Told by their journals, without AWS.

use std::path::{Path, PathBuf};

use eksctl_rs_core::Event;
use eksctl_rs_engine::Journal;

use crate::cli::Format;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::render;
use crate::render::runs::Past;
use crate::session::STATE;

pub(super) fn run(which: Option<&str>, output: &Output) -> Result<Exit, Failure> {
    let directory = PathBuf::from(STATE).join("runs");
    match which {
        Some(run) => replay(&directory, run, output),
        None => list(&directory, output),
    }
}

fn list(directory: &Path, output: &Output) -> Result<Exit, Failure> {
    let journals = names(directory).into_iter().map(|run| Journal::read(&journal_of(directory, &run)));
    let journals: Vec<Vec<Event>> = journals.collect::<Result<_, _>>()?;
    let past: Vec<Past> = journals.iter().filter_map(|events| Past::of(events)).collect();
    match output.format() {
        Format::Text => output.print(&render::runs::table(&past)),
        Format::Json | Format::Ndjson => output.json(&render::json::runs(&past)),
    }
    Ok(Exit::Done)
}

/// Tells a run again, as it was told when nobody watched it.
fn replay(directory: &Path, run: &str, output: &Output) -> Result<Exit, Failure> {
    let found: Vec<String> = names(directory).into_iter().filter(|name| name.starts_with(run)).collect();
    let [name] = found.as_slice() else {
        let problem = if found.is_empty() { "there is no run" } else { "there are several runs" };
        return Err(Failure::Usage(format!("{problem} {run}: `eksctl-rs runs` lists them")));
    };
    let events = Journal::read(&journal_of(directory, name))?;
    match output.format() {
        Format::Text => output.print(&render::runs::story(&events)),
        Format::Json | Format::Ndjson => events.iter().for_each(|event| output.json(event)),
    }
    Ok(Exit::Done)
}

/// The runs that have a journal, in order of time: their ids begin with it.
fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok()?.strip_suffix(".ndjson").map(str::to_owned))
        .collect();
    names.sort();
    names
}

fn journal_of(directory: &Path, run: &str) -> PathBuf {
    directory.join(format!("{run}.ndjson"))
}
