//! `destroy`: delete everything that the stack owns.

use eksctl_rs_aws::LeftBehind;
use eksctl_rs_core::{Consent as Needed, KindRules, Outcome, Plan, Provider};
use eksctl_rs_engine::Reading;

use crate::cli::{Access, Consent, Target};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::run::{Runner, Verb};
use crate::session::{Session, Towards};
use crate::{approval, render, session};

/// What controllers made shows only once the nodes that held it are gone: then it is swept away in another round.
const ROUNDS: usize = 3;

pub(super) async fn run(
    target: &Target,
    access: &Access,
    consent: &Consent,
    sweep: bool,
    verbose: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let loaded = session::read(target)?;
    let session = Session::open(loaded.spec, access).await?;
    output.note(&format!("Reading {}.", session.place));
    let mut runner = Runner::new(&session, output, Verb::Destroy);
    for round in 0..ROUNDS {
        let mut reading = session.observe().await?;
        session.look_into(&mut reading).await?;
        let found = session.left_behind(&reading).await?;
        sweep_into(&mut reading, found, sweep)?;
        let plan = plan(&session, &reading)?;
        if plan.is_empty() {
            break;
        }
        if output.is_text() {
            output.print(&render::plan::text(&plan));
        }
        approval::check(&plan, consent)?;
        if round == 0 && !consent.auto_approve {
            approval::ask_for_name(output, &session.spec.metadata.name)?;
        }
        let report = runner.run(&plan).await?;
        if report.is_done() || !sweep || report.outcome == Outcome::Interrupted {
            break;
        }
    }
    Ok(runner.finish(verbose))
}

/// What is left behind goes with the stack, if it carries the tags of the cluster and that is wanted.
fn sweep_into(reading: &mut Reading, found: Vec<LeftBehind>, sweep: bool) -> Result<(), Failure> {
    let in_the_way: Vec<LeftBehind> = found.iter().filter(|one| !sweep || !one.is_swept).cloned().collect();
    if !in_the_way.is_empty() {
        return Err(Failure::LeftBehind(in_the_way));
    }
    found.into_iter().for_each(|one| reading.observation.snapshot.add(one.observed));
    Ok(())
}

fn plan(session: &Session, reading: &Reading) -> Result<Plan, Failure> {
    let mut plan = session.plan(reading, Towards::Nothing)?;
    // Whoever destroys a stack means to lose it; protection is still protection, and others' work is still theirs.
    let rules = session.provider.rules();
    plan.consents.retain(|needed| match needed {
        Needed::Protected { .. } => true,
        Needed::DataLoss { address, .. } => rules.kind(address.kind()).is_some_and(KindRules::is_lost_by_consent_alone),
        _ => false,
    });
    Ok(plan)
}
