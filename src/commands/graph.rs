//! `graph`: the resources of a stack and what they wait for, as DOT.

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
    if output.is_text() {
        output.print(&render::dot::graph(&graph, world.stack.as_str()));
    } else {
        output.json(&render::json::graph(&graph));
    }
    Ok(Exit::Done)
}
