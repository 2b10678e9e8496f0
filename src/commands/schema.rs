//! `schema`: what can a stack say?

use eksctl_rs_stack::reference;
use eksctl_rs_stack::schema::editor::{File, for_editors};

use crate::cli::SchemaFormat;
use crate::failure::{Exit, Failure};
use crate::output::Output;

pub(super) fn run(format: SchemaFormat, layer: bool, output: &Output) -> Result<Exit, Failure> {
    let file = if layer { File::Layer } else { File::Whole };
    match format {
        SchemaFormat::Markdown => output.print(&reference::markdown()),
        SchemaFormat::Json if output.is_text() => output.print(&text(file)),
        SchemaFormat::Json => output.json(&for_editors(file)),
    }
    Ok(Exit::Done)
}

/// The schema as a file.
pub(super) fn text(file: File) -> String {
    format!("{:#}\n", for_editors(file))
}
