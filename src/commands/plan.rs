//! `plan`: what would apply do?

use crate::cli::{Access, Target};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::session::{Session, Towards};
use crate::{render, session};

pub(super) async fn run(
    target: &Target,
    access: &Access,
    detailed_exitcode: bool,
    verbose: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    render::diagnostics::show(&loaded.warnings, output);
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let reading = session.observe().await?;
    let plan = session.plan(&reading, Towards::Stack)?;
    // Whoever only plans need not have the secrets; whoever applies will.
    for missing in session::missing_variables(&plan) {
        output.note(&format!("note: {missing} when it is applied"));
    }
    let stats = session.stats();
    if output.is_text() {
        output.print(&render::plan::text(&plan));
        output.print(&render::plan::notes(&session.notes(&reading)));
        if verbose {
            output.note(&render::stats(&stats));
        }
    } else {
        output.json(&render::json::plan(&plan, &session.notes(&reading), &stats));
    }
    Ok(if detailed_exitcode && !plan.is_empty() { Exit::Pending } else { Exit::Done })
}
