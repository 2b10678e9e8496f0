//! `drift`: is AWS still what the stack says?

use crate::cli::{Access, Target};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::session::{Session, Towards};
use crate::{render, session};

pub(super) async fn run(target: &Target, access: &Access, verbose: bool, output: &Output) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let reading = session.observe().await?;
    let plan = session.plan(&reading, Towards::Stack)?;
    let stats = session.stats();
    if output.is_text() {
        output.print(&render::plan::drift(&plan));
        output.print(&render::plan::notes(&session.notes(&reading)));
        if verbose {
            output.note(&render::stats(&stats));
        }
    } else {
        output.json(&render::json::plan(&plan, &session.notes(&reading), &stats));
    }
    Ok(if plan.is_empty() { Exit::Done } else { Exit::Pending })
}
