//! `show`: what does the stack own in AWS?

use crate::cli::{Access, Target};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::session::Session;
use crate::{render, session};

pub(super) async fn run(target: &Target, access: &Access, output: &Output) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let reading = session.observe().await?;
    let owned = render::show::owned(&reading.observation.snapshot);
    if output.is_text() {
        output.print(&render::show::table(&owned, session.world.stack.as_str()));
    } else {
        output.json(&render::json::owned(&owned, &session.stats()));
    }
    Ok(Exit::Done)
}
