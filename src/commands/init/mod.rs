//! `init`: the files of a first stack.

use std::path::{Path, PathBuf};

use eksctl_rs_stack::schema::editor::File;
use eksctl_rs_stack::{Layer, SourceFile, Sources, load};

use super::schema;
use crate::cli::InitOptions;
use crate::failure::{Exit, Failure};
use crate::files::{self, Readers};
use crate::output::Output;
use crate::{render, session};

/// A file to be.
struct Page {
    path: PathBuf,
    text: String,
    /// What is shared with others: if it is there already, it stays.
    is_shared: bool,
}

pub(super) fn run(options: &InitOptions, output: &Output) -> Result<Exit, Failure> {
    let pages = match &options.file {
        Some(file) => single(options, file),
        None => environments(options),
    };
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for page in &pages {
        match page.path.exists() && !options.force {
            true => kept.push(page),
            false => written.push(page),
        }
    }
    if let Some(taken) = kept.iter().find(|page| !page.is_shared) {
        return Err(Failure::Told {
            problem: format!("{} is there already", taken.path.display()),
            hint: "choose another name, or overwrite it with --force".to_owned(),
        });
    }
    check(options, &pages)?;
    for page in &written {
        files::write(&page.path, &page.text, Readers::All)?;
    }
    let names = |pages: &[&Page]| pages.iter().map(|page| page.path.display().to_string()).collect::<Vec<_>>();
    let (written, kept) = (names(&written), names(&kept));
    if output.is_text() {
        written.iter().for_each(|name| output.print(&format!("wrote {name}\n")));
        kept.iter().for_each(|name| output.print(&format!("kept {name}, which is there already\n")));
        let target = match &options.file {
            Some(file) => format!("-f {}", file.display()),
            None => options.environments[0].clone(),
        };
        output.note(&format!("Look at them, then try `eksctl-rs plan {target} --emulator`: it needs no AWS account."));
    } else {
        output.json(&render::json::written(&written, &kept));
    }
    Ok(Exit::Done)
}

fn environments(options: &InitOptions) -> Vec<Page> {
    let root = Path::new(session::ENVIRONMENTS);
    let shared = |name: &str, text: String| Page { path: root.join(name), text, is_shared: true };
    let mut pages = vec![
        shared("layer.schema.json", schema::text(File::Layer)),
        shared("common.yaml", filled(include_str!("common.yaml"), options, "", 0)),
    ];
    // Networks that do not overlap can be joined one day.
    let before = std::fs::read_dir(root).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir()).count();
    for (number, name) in options.environments.iter().enumerate() {
        let text = filled(include_str!("stack.yaml"), options, name, before + number);
        pages.push(Page { path: root.join(name).join("stack.yaml"), text, is_shared: false });
    }
    pages
}

fn single(options: &InitOptions, file: &Path) -> Vec<Page> {
    let schema = file.with_file_name("stack.schema.json");
    let name = &options.environments[0];
    vec![
        Page { path: schema, text: schema::text(File::Whole), is_shared: true },
        Page { path: file.to_owned(), text: filled(include_str!("single.yaml"), options, name, 0), is_shared: false },
    ]
}

/// A template with what the user said.
fn filled(template: &str, options: &InitOptions, name: &str, number: usize) -> String {
    template
        .replace("@NAME@", name)
        .replace("@REGION@", &options.region)
        .replace("@ACCOUNT@", &options.account)
        .replace("@CIDR@", &format!("10.{}.0.0/16", 10 * (number % 25 + 1)))
}

/// Whether the stacks will be valid, with what is there already: else nothing is written.
fn check(options: &InitOptions, pages: &[Page]) -> Result<(), Failure> {
    let source = |page: &Page| -> Result<SourceFile, Failure> {
        let there = if page.is_shared && !options.force { files::read(&page.path)? } else { None };
        let text = there.unwrap_or_else(|| page.text.clone());
        Ok(SourceFile { name: page.path.display().to_string(), text })
    };
    let is_yaml = |page: &&Page| page.path.extension().is_none_or(|end| end != "json");
    let (shared, own): (Vec<&Page>, Vec<&Page>) = pages.iter().filter(is_yaml).partition(|page| page.is_shared);
    for page in own {
        let mut layers = Vec::new();
        for one in shared.iter().copied().chain([page]) {
            layers.push(Layer { files: vec![source(one)?] });
        }
        load(&Sources { layers }, &session::variable).map_err(Failure::Invalid)?;
    }
    Ok(())
}
