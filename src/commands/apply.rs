//! `apply`: make AWS what the stack says.

use crate::cli::{Access, Consent, Target};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::run::{Runner, Verb};
use crate::session::{Session, Towards};
use crate::{approval, render, session};

/// What is under way is waited for and looked at again; each round settles what the one before has found. A stack that
/// does not settle in so many rounds is changed by somebody else all the time.
const ROUNDS: usize = 5;

pub(super) async fn run(
    target: &Target,
    access: &Access,
    consent: &Consent,
    skip_plan: bool,
    verbose: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    render::diagnostics::show(&loaded.warnings, output);
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let mut runner = Runner::new(&session, output, Verb::Apply);
    for round in 0..ROUNDS {
        let reading = session.observe().await?;
        let plan = session.plan(&reading, Towards::Stack)?;
        if plan.is_empty() {
            break;
        }
        if output.is_text() && !skip_plan {
            output.print(&render::plan::text(&plan));
        }
        approval::check(&plan, consent)?;
        // Before anything is done: a run that stops half way for want of a variable is nobody's wish.
        let missing = session::missing_variables(&plan);
        if !missing.is_empty() {
            return Err(Failure::Variables(missing));
        }
        if round == 0 && !consent.auto_approve {
            approval::ask(output, &format!("Apply this to {}?", session.world.stack))?;
        }
        if !runner.run(&plan).await?.leads_on(&plan) {
            break;
        }
    }
    Ok(runner.finish(verbose))
}
