//! `validate`: is the stack valid?

use eksctl_rs_core::Facts;
use eksctl_rs_stack::expand;

use crate::cli::Target;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::{render, session};

pub(super) fn run(target: &Target, output: &Output) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    let world = expand::world(&loaded.spec);
    let graph = expand(&loaded.spec, &Facts::none(), &world)?;
    render::diagnostics::show(&loaded.warnings, output);
    if output.is_text() {
        let name = &loaded.spec.metadata.name;
        output.say(&format!("{name} is valid: {} resources.", graph.len()));
    } else {
        output.json(&render::json::validation(&loaded.warnings));
    }
    Ok(Exit::Done)
}
