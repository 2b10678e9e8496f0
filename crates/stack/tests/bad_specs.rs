//! What is refused. Each `bad/<area>/<what is wrong>.yaml` is a whole stack with that in it, and beside it stands what is
//! told about it, as the program shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use eksctl_rs_stack::{Diagnostics, Severity, Sources, load};
use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

/// The files below `bad/` that end with `end`, in order.
fn files(end: &str) -> Vec<PathBuf> {
    let entries = |directory: &Path| {
        let entries = fs::read_dir(directory).expect("a directory");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    let areas = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad"));
    let mut files: Vec<PathBuf> = areas.iter().flat_map(|area| entries(area)).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == end));
    files.sort();
    files
}

/// `area/what-is-wrong`.
fn name_of(file: &Path) -> String {
    let mut parts = file.iter().rev().map(|part| part.to_string_lossy());
    let (name, area) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("{area}/{}", name.rsplit_once('.').unwrap_or_default().0)
}

/// What is wrong with each, by its name.
fn refused() -> BTreeMap<String, Diagnostics> {
    let (mut refused, mut taken) = (BTreeMap::new(), Vec::new());
    for file in files("yaml") {
        let name = name_of(&file);
        let sources = Sources::text(&format!("{name}.yaml"), &fs::read_to_string(&file).expect("a text"));
        match load(&sources, &|_| None) {
            Err(problems) => drop(refused.insert(name, problems)),
            Ok(_) => taken.push(name),
        }
    }
    assert!(taken.is_empty(), "these are taken: {taken:#?}");
    refused
}

/// As `src/render/diagnostics.rs` shows it.
fn shown(problems: &Diagnostics) -> String {
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles: ThemeStyles::none() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110).without_cause_chain();
    let mut out = String::new();
    for problem in problems.iter() {
        handler.render_report(&mut out, problem).expect("a report");
    }
    out
}

#[test]
fn each_is_told_as_its_snapshot_says() {
    for (name, problems) in refused() {
        let (area, what) = name.split_once('/').unwrap_or_default();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("bad/{area}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(what, shown(&problems)));
    }
}

#[test]
fn each_is_told_where_it_is_and_what_to_do() {
    let (mut seen, refused) = (BTreeMap::new(), refused());
    assert!(refused.len() >= 120, "{} are too few", refused.len());
    for (name, problems) in &refused {
        assert!(problems.has_errors(), "{name}");
        for problem in problems.iter().filter(|problem| problem.severity() == Severity::Error) {
            let (file, line, _) = problem.location().unwrap_or_else(|| panic!("{name}: {problem} is nowhere"));
            assert_eq!(file, format!("{name}.yaml"));
            // The first line is a remark of ours: nothing is wrong there but that nothing follows.
            assert!(line > 1 || name == "yaml/nothing", "{name}: {problem} is on line {line}");
            // Where a message says what is expected, it needs no hint.
            let says = problem.hint().is_some() || problem.message().starts_with("expected ");
            assert!(says, "{name}: {problem} does not say what to do");
        }
        let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
        if let Some(other) = seen.insert(messages, name) {
            panic!("{name} and {other} tell the same");
        }
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let names = |end: &str| files(end).iter().map(|file| name_of(file)).collect::<BTreeSet<_>>();
    let left: Vec<String> = names("snap").difference(&names("yaml")).cloned().collect();
    assert!(left.is_empty(), "these are of no file: {left:#?}");
}
