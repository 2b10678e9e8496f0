//! Running plans: journal, progress, interruption, and the account of it at the end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use eksctl_rs_core::{Change, Event, Outcome, Plan, StepId};
use eksctl_rs_engine::{Apply, Interrupts, Journal, Report, apply};

use crate::cli::Format;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::render;
use crate::render::progress::Progress;
use crate::render::times::Times;
use crate::session::{STATE, Session, now, seed};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Apply,
    Destroy,
}

impl Verb {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Destroy => "destroy",
        }
    }
}

/// Runs the plans of one command.
pub(crate) struct Runner<'a> {
    session: &'a Session,
    output: &'a Output,
    verb: Verb,
    interrupts: Interrupts,
    /// The changes of every plan that was run.
    changes: Vec<Change>,
    last: Option<(Plan, Report, Times)>,
}

impl<'a> Runner<'a> {
    pub(crate) fn new(session: &'a Session, output: &'a Output, verb: Verb) -> Self {
        let interrupts = Interrupts::new();
        listen_for_interrupts(interrupts.clone());
        Self { session, output, verb, interrupts, changes: Vec::new(), last: None }
    }

    /// Runs a plan to its end.
    pub(crate) async fn run(&mut self, plan: &Plan) -> Result<&Report, Failure> {
        let begun = now();
        let nonce = format!("{:08x}", seed() as u32);
        let run = format!("{}-{nonce}", begun.strftime("%Y%m%dT%H%M%SZ"));
        let journal = Journal::create(&PathBuf::from(STATE).join("runs"), &run)?;
        let progress = Progress::new(plan, self.session.clock, self.output);
        let journal_failed = AtomicBool::new(false);
        let times: Mutex<BTreeMap<StepId, (f64, f64)>> = Mutex::default();
        let tell = |event: Event| {
            // A full disk must not stop what is being done to AWS: it is said once.
            if journal.write(&event).is_err() && !journal_failed.swap(true, Ordering::Relaxed) {
                self.output.note("The journal of this run cannot be written any longer; the run goes on without it.");
            }
            if self.output.format() == Format::Ndjson {
                self.output.json(&event);
            }
            progress.tell(&event);
            if let Event::StepFinished { at, step, took, .. } = &event {
                times.lock().unwrap_or_else(PoisonError::into_inner).insert(*step, (at - took, *at));
            }
        };
        let report = apply(Apply {
            plan,
            provider: &self.session.provider,
            clock: self.session.clock,
            seed: seed(),
            run: &run,
            verb: self.verb.word(),
            time: &begun.to_string(),
            claim: &format!("{:014}-{nonce}", begun.as_millisecond()),
            time_outs: &self.session.spec.time_outs(),
            interrupts: &self.interrupts,
            tell: &tell,
        })
        .await;
        progress.end();
        self.changes.extend(plan.changes.iter().cloned());
        let times = Times::spent(plan, &times.into_inner().unwrap_or_else(PoisonError::into_inner));
        let (_, report, _) = self.last.insert((plan.clone(), report, times));
        Ok(report)
    }

    /// Says what was done, and what was not.
    pub(crate) fn finish(self, verbose: bool) -> Exit {
        let stats = self.session.stats();
        let (report, times) = (self.last.as_ref().map(|last| &last.1), self.last.as_ref().map(|last| &last.2));
        match self.output.format() {
            Format::Text => self.output.print(&render::run::text(self.verb, &self.changes, report, times, &stats)),
            Format::Json => self.output.json(&render::json::run(&self.changes, report, times, &stats)),
            Format::Ndjson => {}
        }
        if let Some((plan, report, _)) = &self.last {
            render::run::failures(plan, report, self.output);
        }
        if verbose && self.output.is_text() {
            self.output.note(&render::stats(&stats));
        }
        match report.map(|report| report.outcome) {
            None | Some(Outcome::Done) => Exit::Done,
            Some(Outcome::Failed) => Exit::Failed,
            Some(Outcome::Partial) => Exit::Partial,
            Some(Outcome::Interrupted) => Exit::Interrupted,
        }
    }
}

/// Ctrl-C and SIGTERM ask; asked twice, the run stops now.
fn listen_for_interrupts(interrupts: Interrupts) {
    tokio::spawn(async move {
        loop {
            stop_signal().await;
            interrupts.ask();
        }
    });
}

/// Ends with the next Ctrl-C or SIGTERM.
pub(crate) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
