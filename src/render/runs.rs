//! Earlier runs.

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use eksctl_rs_core::Event;
use serde::Serialize;

use super::{duration, progress};

/// A run that has a journal.
#[derive(Debug, Serialize)]
pub(crate) struct Past {
    run: String,
    stack: String,
    verb: String,
    /// When it began, in RFC 3339.
    time: String,
    /// How it ended; nothing if it was killed, or still runs.
    outcome: Option<String>,
    /// Seconds until its last event.
    seconds: f64,
    steps: usize,
    finished: usize,
}

impl Past {
    /// What a journal says, if it says anything.
    pub(crate) fn of(events: &[Event]) -> Option<Self> {
        let Some(Event::RunStarted { run, stack, verb, time, steps }) = events.first() else { return None };
        let (mut outcome, mut seconds, mut finished) = (None, 0.0, 0);
        for event in events {
            match event {
                Event::StepStarted { at, .. } | Event::StepWaiting { at, .. } | Event::StepFailed { at, .. } => {
                    seconds = *at;
                }
                Event::StepFinished { at, .. } => {
                    seconds = *at;
                    finished += 1;
                }
                Event::RunFinished { at, outcome: ended, .. } => {
                    seconds = *at;
                    outcome = serde_json::to_value(ended).ok().and_then(|word| word.as_str().map(str::to_owned));
                }
                _ => {}
            }
        }
        Some(Self {
            run: run.clone(),
            stack: stack.clone(),
            verb: verb.clone(),
            time: time.clone(),
            outcome,
            seconds,
            steps: steps.len(),
            finished,
        })
    }
}

/// As a table, the latest last.
pub(crate) fn table(past: &[Past]) -> String {
    if past.is_empty() {
        return "There was no run in this directory yet.\n".to_owned();
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["RUN", "STACK", "VERB", "TOOK", "STEPS", "OUTCOME"]);
    for one in past {
        let steps = format!("{} of {}", one.finished, one.steps);
        let outcome = one.outcome.as_deref().unwrap_or("not ended: killed, or still running");
        table.add_row([&one.run, &one.stack, &one.verb, &duration(one.seconds), &steps, outcome]);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    format!("{}\n", lines.join("\n"))
}

/// A journal in lines, as they were told during the run, and its end.
pub(crate) fn story(events: &[Event]) -> String {
    let mut story: String = events.iter().filter_map(progress::line).map(|line| line + "\n").collect();
    if let Some(past) = Past::of(events) {
        let ended = past
            .outcome
            .map_or_else(|| "It has not ended: killed, or still running".to_owned(), |how| format!("Ended: {how}"));
        story += &format!(
            "{ended}, after {}: {} of {} steps finished.\n",
            duration(past.seconds),
            past.finished,
            past.steps
        );
    }
    story
}
