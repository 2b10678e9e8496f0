//! Runs against a fake provider, in paused time.

#[path = "../../core/tests/toy/mod.rs"]
mod toy;

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use eksctl_rs_core::{
    Address, CallError, Desired, ErrorClass, Event, Goal, Observation, Observe, Outcome, Outputs, Owner, Plan,
    Progress, Provider, Retry, Rules, Run, Stats, digest,
};
use eksctl_rs_engine::{Apply, Clock, Interrupts, Report, apply};
use proptest::prelude::*;
use serde_json::Value;
use toy::*;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Fine,
    /// It is refused before it has an effect.
    Refused(ErrorClass),
    /// It has its effect, and its answer is lost.
    Lost,
}

type Fates = Box<dyn FnMut(&str) -> Fate + Send>;

/// The toy world behind the port: creating takes ten seconds, everything else happens at once.
struct ToyProvider {
    live: Mutex<ToyWorld>,
    applied: BTreeMap<Address, String>,
    clock: Clock,
    ready_at: Mutex<BTreeMap<String, f64>>,
    fates: Mutex<Fates>,
    calls: Mutex<u64>,
    /// How many are being created, and the most that ever were.
    creating: Mutex<(usize, usize)>,
}

impl ToyProvider {
    fn new(live: ToyWorld, desired: &[Desired], fates: impl FnMut(&str) -> Fate + Send + 'static) -> Self {
        let applied = desired
            .iter()
            .map(|desired| (desired.address.clone(), format!("v1:{}", digest(&desired.spec, 16))))
            .collect();
        Self {
            live: Mutex::new(live),
            applied,
            clock: Clock::real(),
            ready_at: Mutex::default(),
            fates: Mutex::new(Box::new(fates)),
            calls: Mutex::new(0),
            creating: Mutex::new((0, 0)),
        }
    }

    fn find(&self, run: &Run<'_>) -> Option<Thing> {
        let live = self.live.lock().expect("unlocked");
        let by_id = run.outputs.get("id").and_then(|id| live.things.get(id)).cloned();
        let ours = |thing: &&Thing| thing.address == *run.address() && thing.owner == Owner::Us;
        if run.step.creates { live.things.values().find(ours).cloned().or(by_id) } else { by_id }
    }

    fn effect(&self, run: &Run<'_>, call: &Value) -> Result<Progress, CallError> {
        let applied = self.applied.get(run.address()).cloned().unwrap_or_default();
        let mut live = self.live.lock().expect("unlocked");
        let told = live.call(run.step, call, &applied).map_err(|message| {
            let class = match &message {
                text if text.ends_with("is taken") => ErrorClass::Exists,
                text if text.ends_with("is not there") => ErrorClass::Gone,
                _ => ErrorClass::Invalid,
            };
            CallError::new(class, &run.step.operation, "Toy", message)
        })?;
        if !run.step.creates {
            return Ok(Progress::Done { outputs: told });
        }
        if let Some(id) = told.get("id") {
            self.ready_at.lock().expect("unlocked").insert(id.clone(), self.clock.elapsed() + 10.0);
        }
        let mut creating = self.creating.lock().expect("unlocked");
        creating.0 += 1;
        creating.1 = creating.1.max(creating.0);
        Ok(Progress::Pending { status: "CREATING".into(), follow: None, outputs: told, issues: vec![] })
    }
}

#[async_trait]
impl Provider for ToyProvider {
    fn rules(&self) -> &dyn Rules {
        &ToyRules
    }

    async fn observe(&self, _: &Observe<'_>, _: &dyn Retry) -> Result<Observation, CallError> {
        let snapshot = self.live.lock().expect("unlocked").snapshot();
        Ok(Observation { snapshot, ..Observation::default() })
    }

    async fn start(&self, run: &Run<'_>) -> Result<Progress, CallError> {
        *self.calls.lock().expect("unlocked") += 1;
        let call = run.call.as_ref().expect("only a step with a call is started");
        let fate = (self.fates.lock().expect("unlocked"))(&format!("{} {}", run.step.operation, run.address()));
        match fate {
            Fate::Fine => self.effect(run, call),
            Fate::Refused(class) => Err(CallError::new(class, &run.step.operation, format!("{class:?}"), "by fate")),
            Fate::Lost => {
                self.effect(run, call)?;
                Err(CallError::new(ErrorClass::Transient, &run.step.operation, "Timeout", "the answer was lost"))
            }
        }
    }

    async fn status(&self, run: &Run<'_>) -> Result<Progress, CallError> {
        let gone = || CallError::new(ErrorClass::Gone, &run.step.operation, "NotFound", "not there");
        let thing = self.find(run).ok_or_else(gone)?;
        if run.goal() == Goal::Gone {
            return Ok(Progress::pending("DELETING"));
        }
        let ready = self.ready_at.lock().expect("unlocked").get(&thing.id).copied().unwrap_or(0.0);
        let outputs = Outputs::from([("id".to_owned(), thing.id.clone())]);
        if self.clock.elapsed() >= ready {
            let mut creating = self.creating.lock().expect("unlocked");
            creating.0 = creating.0.saturating_sub(1);
            return Ok(Progress::Done { outputs });
        }
        Ok(Progress::Pending { status: "CREATING".into(), follow: None, outputs, issues: vec![] })
    }

    fn stats(&self) -> Stats {
        Stats { api_calls: *self.calls.lock().expect("unlocked"), ..Stats::default() }
    }
}

async fn run_plan(provider: &ToyProvider, plan: &Plan, interrupts: &Interrupts) -> (Report, Vec<Event>) {
    let events: Mutex<Vec<Event>> = Mutex::default();
    let report = apply(Apply {
        plan,
        provider,
        clock: provider.clock,
        seed: 1,
        run: "run-1",
        verb: "apply",
        time: "2026-01-01T00:00:00Z",
        time_outs: &BTreeMap::new(),
        claim: "1-a",
        interrupts,
        tell: &|event| events.lock().expect("unlocked").push(event),
    })
    .await;
    let events = events.into_inner().expect("unlocked");
    // Whatever happens: every step that was begun ends, and the numbers agree.
    let count = |test: fn(&Event) -> bool| events.iter().filter(|event| test(event)).count();
    assert_eq!(count(|event| matches!(event, Event::StepFinished { .. })), report.tally.finished);
    assert_eq!(count(|event| matches!(event, Event::StepSkipped { .. })), report.tally.skipped);
    assert!(matches!(events.last(), Some(Event::RunFinished { .. })));
    (report, events)
}

async fn run(provider: &ToyProvider, desired: &[Desired]) -> (Report, Vec<Event>) {
    let plan = plan_of(desired, &provider.live.lock().expect("unlocked").clone());
    run_plan(provider, &plan, &Interrupts::new()).await
}

fn essence(provider: &ToyProvider) -> Vec<(Address, Value)> {
    provider.live.lock().expect("unlocked").essence()
}

fn fine(_: &str) -> Fate {
    Fate::Fine
}

/// The given fates for the first calls that are `of`, and a fine one for everything else.
fn fates(of: &'static str, fates: Vec<Fate>) -> impl FnMut(&str) -> Fate + Send + 'static {
    let mut fates = fates.into_iter();
    move |call| if call == of { fates.next().unwrap_or(Fate::Fine) } else { Fate::Fine }
}

#[tokio::test(start_paused = true)]
async fn everything_independent_runs_at_once() {
    let desired = [net("a", "10/8", 1), net("b", "11/8", 1), part("p", "a", 1, None), part("q", "b", 1, None)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fine);
    let (report, _) = run(&provider, &desired).await;
    assert_eq!((report.outcome, report.tally.finished), (Outcome::Done, 4));
    // Two levels of ten seconds each, and a poll's overshoot on each.
    assert!((20.0..26.0).contains(&provider.clock.elapsed()), "{}", provider.clock.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_lane_is_never_overfull() {
    let mut desired = vec![net("a", "10/8", 1)];
    desired.extend((0..6).map(|n| group(&format!("g{n}"), "a", &[], 1)));
    let provider = ToyProvider::new(ToyWorld::default(), &desired[..1], fine);
    run(&provider, &desired[..1]).await;
    *provider.creating.lock().expect("unlocked") = (0, 0);
    let (report, _) = run(&provider, &desired).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(provider.creating.lock().expect("unlocked").1, 2);
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_the_independent_rest_goes_on_and_the_root_cause_is_named() {
    let desired = [net("a", "10/8", 1), net("b", "11/8", 1), part("p", "a", 1, None), route("r", "p")];
    let denied = fates("toy:Create toy.Net/a", vec![Fate::Refused(ErrorClass::Denied); 9]);
    let provider = ToyProvider::new(ToyWorld::default(), &desired, denied);
    let (report, events) = run(&provider, &desired).await;
    assert_eq!(report.outcome, Outcome::Partial);
    assert_eq!(report.failures.len(), 1);
    assert_eq!((report.tally.finished, report.tally.failed, report.tally.skipped), (1, 1, 2));
    let causes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::StepSkipped { because, .. } => because.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(causes, [at("Net", "a"), at("Net", "a")]);
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_again() {
    for class in [ErrorClass::Throttled, ErrorClass::NotYet, ErrorClass::Busy, ErrorClass::Transient] {
        let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
        let trouble = fates("toy:Create toy.Part/p", vec![Fate::Refused(class); 4]);
        let provider = ToyProvider::new(ToyWorld::default(), &desired, trouble);
        let (report, events) = run(&provider, &desired).await;
        assert_eq!(report.outcome, Outcome::Done, "{class:?}");
        let retries = events.iter().filter(|event| matches!(event, Event::StepRetrying { .. })).count();
        assert_eq!(retries, 4, "{class:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn patience_with_one_kind_of_trouble_is_not_used_up_by_another() {
    let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
    // Minutes of waiting for another update, and then the server fails twice.
    let mut trouble = vec![Fate::Refused(ErrorClass::Busy); 24];
    trouble.extend([Fate::Refused(ErrorClass::Transient); 2]);
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fates("toy:Create toy.Part/p", trouble));
    let (report, _) = run(&provider, &desired).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
    assert!(provider.clock.elapsed() > 240.0);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_call_that_can_leak_makes_nothing_twice() {
    let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fates("toy:Create toy.Net/a", vec![Fate::Lost]));
    let (report, _) = run(&provider, &desired).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(provider.live.lock().expect("unlocked").made, 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_can_leak_and_had_no_effect_is_sent_again_after_looking() {
    let desired = [net("a", "10/8", 1)];
    let refused = vec![Fate::Refused(ErrorClass::Transient), Fate::Refused(ErrorClass::Transient)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fates("toy:Create toy.Net/a", refused));
    let (report, _) = run(&provider, &desired).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(provider.live.lock().expect("unlocked").made, 1);
}

#[tokio::test(start_paused = true)]
async fn of_two_that_leaked_the_later_one_is_taken_back_by_the_run_that_made_it() {
    let desired = [net("a", "10/8", 1)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fine);
    let plan = plan_of(&desired, &ToyWorld::default());
    // Another run is faster.
    let other = plan.steps[0].call.clone().expect("a call");
    provider.live.lock().expect("unlocked").call(&plan.steps[0], &other, "").expect("made");
    let (report, _) = run_plan(&provider, &plan, &Interrupts::new()).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(report.outputs[&at("Net", "a")]["id"], "toy.Net-1");
    let live = provider.live.lock().expect("unlocked");
    assert_eq!((live.made, live.things.len()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_made_is_found_again() {
    let desired = [net("a", "10/8", 1), group("g", "a", &[], 1)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fates("toy:Create toy.Group/g", vec![Fate::Lost]));
    let (report, _) = run(&provider, &desired).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(provider.live.lock().expect("unlocked").made, 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_already_needs_no_delete() {
    let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let mut live = ToyWorld::default();
    toy::apply(&desired, &mut live);
    let provider = ToyProvider::new(live.clone(), &[], fates("toy:Delete toy.Part/p", vec![Fate::Lost]));
    let (report, _) = run(&provider, &[]).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert!(essence(&provider).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_used_token_is_changed() {
    let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let used = vec![Fate::Refused(ErrorClass::TokenUsed); 2];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fates("toy:Create toy.Part/p", used));
    assert_eq!(run(&provider, &desired).await.0.outcome, Outcome::Done);
    let always = fates("toy:Create toy.Part/p", vec![Fate::Refused(ErrorClass::TokenUsed); 99]);
    let provider = ToyProvider::new(ToyWorld::default(), &desired, always);
    assert_eq!(run(&provider, &desired).await.0.outcome, Outcome::Partial, "but not for ever");
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_run_waits_for_what_runs_and_starts_nothing_new() {
    let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fine);
    let interrupts = Interrupts::new();
    let plan = plan_of(&desired, &ToyWorld::default());
    let ((report, _), ()) = tokio::join!(run_plan(&provider, &plan, &interrupts), async {
        Clock::real().sleep(5.0).await;
        interrupts.ask();
    });
    assert_eq!((report.outcome, report.tally.finished, report.tally.skipped), (Outcome::Interrupted, 1, 1));
    assert!(provider.clock.elapsed() >= 10.0);
}

#[tokio::test(start_paused = true)]
async fn interrupted_twice_it_leaves_what_runs_to_aws_and_the_next_run_goes_on() {
    let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fine);
    let interrupts = Interrupts::new();
    let plan = plan_of(&desired, &ToyWorld::default());
    let ((report, _), ()) = tokio::join!(run_plan(&provider, &plan, &interrupts), async {
        Clock::real().sleep(5.0).await;
        interrupts.ask();
        Clock::real().sleep(1.0).await;
        interrupts.ask();
    });
    assert_eq!(report.outcome, Outcome::Interrupted);
    assert!(provider.clock.elapsed() < 7.0);
    assert_eq!(run(&provider, &desired).await.0.outcome, Outcome::Done);
    assert_eq!(provider.live.lock().expect("unlocked").made, 2);
}

#[tokio::test(start_paused = true)]
async fn a_wait_does_not_last_for_ever() {
    let desired = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let provider = ToyProvider::new(ToyWorld::default(), &desired, fine);
    let plan = plan_of(&desired, &ToyWorld::default());
    let interrupts = Interrupts::new();
    let ((report, _), ()) = tokio::join!(run_plan(&provider, &plan, &interrupts), async {
        Clock::real().sleep(15.0).await;
        provider.ready_at.lock().expect("unlocked").values_mut().for_each(|at| *at = f64::MAX);
    });
    assert_eq!(report.outcome, Outcome::Partial);
    assert_eq!(report.failures[0].1.code, "TimeOut");
    assert!(report.failures[0].1.message.contains("CREATING"));
}

/// What may happen to any call.
fn fate() -> impl Strategy<Value = Fate> {
    use ErrorClass::{Denied, NotYet, Throttled, Transient};
    prop_oneof![
        6 => Just(Fate::Fine),
        1 => Just(Fate::Lost),
        2 => prop::sample::select(vec![Throttled, Transient, NotYet, Denied]).prop_map(Fate::Refused),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_next_run_in_fair_weather_reaches_the_undisturbed_world(
        first in prop::collection::vec(fate(), 40),
        second in prop::collection::vec(fate(), 40),
        grown in any::<bool>(),
    ) {
        let small = vec![
            net("a", "10/8", 1),
            part("p", "a", 1, Some("q")),
            part("q", "a", 1, Some("p")),
            group("g", "a", &["p"], 1),
        ];
        let large = [
            vec![net("a", "11/8", 2), net("b", "12/8", 1), part("p", "a", 2, Some("q")), part("q", "a", 1, Some("p"))],
            vec![route("r", "p"), pointer("i", "q"), group("h", "b", &[], 2), child("c", "b")],
        ]
        .concat();
        let (before, after) = if grown { (small, large) } else { (large, small) };
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
        let result: Result<(), TestCaseError> = runtime.block_on(async {
            let mut live = ToyWorld::default();
            for (desired, fates) in [(&before, first), (&after, second)] {
                let mut fates = fates.into_iter();
                let provider = ToyProvider::new(live, desired, move |_| fates.next().unwrap_or(Fate::Fine));
                run(&provider, desired).await;
                live = provider.live.into_inner().expect("unlocked");
            }
            let provider = ToyProvider::new(live, &after, fine);
            let (report, _) = run(&provider, &after).await;
            prop_assert_eq!(report.outcome, Outcome::Done, "{:?}", report.failures);
            let mut undisturbed = ToyWorld::default();
            toy::apply(&after, &mut undisturbed);
            let nameless = |mut all: Vec<(Address, Value)>| {
                all.iter_mut().for_each(|(_, spec)| spec["name"] = Value::Null);
                all
            };
            prop_assert_eq!(nameless(essence(&provider)), nameless(undisturbed.essence()));
            Ok(())
        });
        result?;
    }
}
