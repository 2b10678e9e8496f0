//! `destroy`: delete everything that the stack owns.

use eksctl_rs_core::Consent as Needed;

use crate::cli::{Access, Consent, Target};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::run::{Runner, Verb};
use crate::session::{Session, Towards};
use crate::{approval, render, session};

pub(super) async fn run(
    target: &Target,
    access: &Access,
    consent: &Consent,
    verbose: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let mut runner = Runner::new(&session, output, Verb::Destroy);
    let reading = session.observe().await?;
    let mut plan = session.plan(&reading, Towards::Nothing)?;
    // Whoever destroys a stack means to lose it; protection is still protection.
    plan.consents.retain(|needed| matches!(needed, Needed::Protected { .. }));
    if !plan.is_empty() {
        if output.is_text() {
            output.print(&render::plan::text(&plan));
        }
        approval::check(&plan, consent)?;
        if !consent.auto_approve {
            approval::ask_for_name(output, &session.spec.metadata.name)?;
        }
        runner.run(&plan).await?;
    }
    Ok(runner.finish(verbose))
}
