//! A run while it runs: bars on a terminal, lines elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use eksctl_rs_core::{Address, Event, Plan, StepId};
use eksctl_rs_engine::{Clock, Schedule};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use owo_colors::OwoColorize;

use super::duration;
use crate::output::Output;

/// How many running steps a terminal shows at a time.
const SHOWN: usize = 12;

/// Waits shorter than this are no news on a line of their own, in seconds of the run.
const NEWS_AFTER: f64 = 60.0;

/// Shows events.
pub(crate) struct Progress {
    view: View,
    output: Output,
}

enum View {
    Bars(Bars),
    Lines(Lines),
}

/// What is told in lines.
struct Lines {
    schedule: Schedule,
    /// When each running step began, and when it was last told of.
    running: Mutex<BTreeMap<StepId, (f64, f64)>>,
}

struct Bars {
    screen: MultiProgress,
    total: ProgressBar,
    /// Who waits for whom.
    next: ProgressBar,
    waiting: Mutex<Vec<Waiting>>,
    running: Arc<Mutex<BTreeMap<StepId, Running>>>,
    ticker: tokio::task::JoinHandle<()>,
}

/// A step that has not begun.
struct Waiting {
    step: StepId,
    address: Address,
    /// The steps that it waits for and that have not ended, with whose they are.
    needs: BTreeMap<StepId, Address>,
}

struct Running {
    bar: ProgressBar,
    name: String,
    status: String,
    began: f64,
}

impl Progress {
    pub(crate) fn new(plan: &Plan, clock: Clock, output: &Output) -> Self {
        let view = if output.is_watched() {
            View::Bars(Bars::new(plan, clock))
        } else {
            View::Lines(Lines { schedule: Schedule::new(&plan.steps), running: Mutex::default() })
        };
        Self { view, output: *output }
    }

    pub(crate) fn tell(&self, event: &Event) {
        match &self.view {
            View::Bars(bars) => bars.tell(event),
            View::Lines(lines) => {
                if let Some(line) = lines.line(event) {
                    self.output.note(&line);
                }
            }
        }
    }

    /// Clears the screen for the account of the run.
    pub(crate) fn end(self) {
        if let View::Bars(bars) = self.view {
            bars.ticker.abort();
            bars.total.finish_and_clear();
            bars.next.finish_and_clear();
            let _ = bars.screen.clear();
        }
    }
}

impl Bars {
    fn new(plan: &Plan, clock: Clock) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = screen.add(ProgressBar::new(plan.steps.len() as u64));
        total.set_style(style("{bar:30.green/dim} {pos}/{len} steps  {msg}"));
        let next = screen.add(ProgressBar::new_spinner());
        next.set_style(style("  {msg}"));
        let running: Arc<Mutex<BTreeMap<StepId, Running>>> = Arc::default();
        let ticker = tokio::spawn(tick(total.clone(), running.clone(), Schedule::new(&plan.steps), clock));
        Self { screen, total, next, waiting: Mutex::new(waiting(plan)), running, ticker }
    }

    /// A step is over, or has begun: it waits no longer, and nobody waits for it if it is over.
    fn no_longer(&self, step: StepId, is_over: bool) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|one| one.step != step);
        if is_over {
            waiting.iter_mut().for_each(|one| drop(one.needs.remove(&step)));
        }
        self.next.set_message(who_waits(&waiting).dimmed().to_string());
    }

    fn tell(&self, event: &Event) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::StepStarted { at, step, address, operation } => {
                self.no_longer(*step, false);
                let bar = if running.len() < SHOWN {
                    self.screen.insert_before(&self.next, ProgressBar::new_spinner())
                } else {
                    ProgressBar::hidden()
                };
                bar.set_style(style("  {spinner} {msg}"));
                let name = format!("{} {}", address.bold(), operation.dimmed());
                let one = Running { bar, name, status: String::new(), began: *at };
                running.insert(*step, one);
            }
            Event::StepWaiting { step, status, issues, overdue, .. } => {
                if let Some(one) = running.get_mut(step) {
                    let issue = issues.first().map(|issue| format!(" ({})", issue.code)).unwrap_or_default();
                    let late = if *overdue { " longer than usual" } else { "" };
                    one.status = format!("{status}{issue}{late}");
                }
            }
            Event::StepRetrying { step, error, .. } => {
                if let Some(one) = running.get_mut(step) {
                    one.status = format!("{} again", error.code);
                }
            }
            Event::StepFinished { step, address, operation, took, .. } => {
                if let Some(one) = running.remove(step) {
                    one.bar.finish_and_clear();
                }
                self.no_longer(*step, true);
                self.total.inc(1);
                if *took >= 1.0 {
                    let line = format!("  {} {address} {} in {}", "✓".green(), operation.dimmed(), duration(*took));
                    let _ = self.screen.println(line);
                }
            }
            Event::StepFailed { step, address, error, .. } => {
                if let Some(one) = running.remove(step) {
                    one.bar.finish_and_clear();
                }
                self.no_longer(*step, true);
                self.total.inc(1);
                let _ = self.screen.println(format!("  {} {address}: {error}", "✗".red()));
            }
            Event::StepSkipped { step, .. } => {
                self.no_longer(*step, true);
                self.total.inc(1);
            }
            Event::Interrupting { now: false, .. } => {
                let _ = self.screen.println("  Waiting for what runs; Ctrl-C again leaves it to AWS.");
            }
            Event::RunStarted { .. } | Event::Interrupting { now: true, .. } | Event::RunFinished { .. } => {}
        }
    }
}

fn waiting(plan: &Plan) -> Vec<Waiting> {
    let needs = |needs: &[StepId]| needs.iter().map(|need| (*need, plan.steps[need.0].address.clone())).collect();
    let steps = plan.steps.iter();
    steps.map(|step| Waiting { step: step.id, address: step.address.clone(), needs: needs(&step.needs) }).collect()
}

/// Of the next resource that waits for another one: what for, and how many more there are.
fn who_waits(waiting: &[Waiting]) -> String {
    let others = |one: &Waiting| -> BTreeSet<String> {
        one.needs.values().filter(|address| **address != one.address).map(Address::to_string).collect()
    };
    let all: BTreeMap<&Address, BTreeSet<String>> =
        waiting.iter().map(|one| (&one.address, others(one))).filter(|(_, others)| !others.is_empty()).collect();
    let Some((address, others)) = all.iter().min_by_key(|(_, others)| others.len()) else { return String::new() };
    let names = others.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len() - 1 {
        0 => format!("{address} waits for {names}"),
        more => format!("{address} waits for {names}; {more} more wait"),
    }
}

/// Time passes on the screen even when nothing happens.
async fn tick(total: ProgressBar, running: Arc<Mutex<BTreeMap<StepId, Running>>>, schedule: Schedule, clock: Clock) {
    let mut interval = tokio::time::interval(Duration::from_millis(100));
    loop {
        interval.tick().await;
        let now = clock.elapsed();
        let running = running.lock().unwrap_or_else(PoisonError::into_inner);
        let left = schedule.left(running.iter().map(|(id, one)| (*id, now - one.began)));
        total.set_message(format!("{}{}", duration(now), about_left(left)));
        for one in running.values() {
            let elapsed = duration(now - one.began);
            one.bar.set_message(format!("{} {} {}", one.name, one.status, elapsed.dimmed()));
            one.bar.tick();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// What is left, if it is long.
fn about_left(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 10.0 => String::new(),
        seconds if seconds < 60.0 => format!(", about {} left", duration(seconds)),
        seconds => format!(", about {} min left", (seconds / 60.0).ceil()),
    }
}

impl Lines {
    fn line(&self, event: &Event) -> Option<String> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::StepStarted { at, step, .. } => drop(running.insert(*step, (*at, *at))),
            Event::StepFinished { step, .. } | Event::StepFailed { step, .. } => drop(running.remove(step)),
            Event::StepWaiting { at, step, issues, .. } => {
                let (_, last) = running.entry(*step).or_insert((*at, *at));
                if at - *last < NEWS_AFTER && issues.is_empty() {
                    return None;
                }
                *last = *at;
                let left = self.schedule.left(running.iter().map(|(id, (began, _))| (*id, at - began)));
                return line(event).map(|line| line + &about_left(left));
            }
            _ => {}
        }
        line(event)
    }
}

/// An event as a line, if it is news.
pub(super) fn line(event: &Event) -> Option<String> {
    let at = |seconds: &f64| format!("{:>7}", duration(*seconds));
    match event {
        Event::RunStarted { run, steps, .. } => Some(format!("Run {run}: {} steps.", steps.len())),
        Event::StepStarted { at: when, address, operation, .. } => {
            Some(format!("{}  {address}: {operation}", at(when)))
        }
        Event::StepWaiting { at: when, address, status, issues, overdue, .. } => {
            let issue = issues.first().map(|issue| format!(", {}: {}", issue.code, issue.message)).unwrap_or_default();
            let late = if *overdue { ", longer than usual" } else { "" };
            Some(format!("{}  {address}: still {status}{late}{issue}", at(when)))
        }
        Event::StepRetrying { at: when, address, error, delay, .. } => {
            let delay = duration(*delay);
            Some(format!("{}  {address}: {}: trying again in {delay}: {}", at(when), error.code, error.message))
        }
        Event::StepFinished { at: when, address, operation, took, .. } if *took >= 1.0 => {
            Some(format!("{}  {address}: {operation} done in {}", at(when), duration(*took)))
        }
        Event::StepFailed { at: when, address, error, .. } => Some(format!("{}  {address}: failed: {error}", at(when))),
        Event::StepSkipped { at: when, address, because: Some(cause), .. } => {
            Some(format!("{}  {address}: not begun because {cause} failed", at(when)))
        }
        Event::Interrupting { at: when, now } => Some(match now {
            false => format!("{}  interrupted: waiting for what runs", at(when)),
            true => format!("{}  interrupted again: what runs is left to AWS", at(when)),
        }),
        Event::StepFinished { .. } | Event::StepSkipped { .. } | Event::RunFinished { .. } => None,
    }
}
