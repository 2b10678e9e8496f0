//! A laboratory: stacks against an emulator of their own, in virtual time, through the real SDK.

#![expect(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![expect(clippy::panic, reason = "a test fails by a panic")]

pub mod census;
pub mod chance;
pub mod clients;
pub mod drift;
pub mod gate;
pub mod left;
pub mod many;
pub mod platforms;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use eksctl_rs_aws::{Access, AwsProvider, AwsRules, SecretValues, connect};
use eksctl_rs_core::{
    Address, CallError, Desired, Event, Graph, Input, Mutability, Observation, Observed, Outcome, Plan, Provider,
    Refusal, Rules, Snapshot, World, plan,
};
use eksctl_rs_emulator::{Emulator, LogEntry, Moment};
use eksctl_rs_engine::{Apply, Backoff, Clock, Interrupts, ReadError, Reading, Report, apply, read};
use eksctl_rs_stack::{ExpandError, Sources, StackSpec, expand, load, needs};
use serde_json::Value;

/// The environment that the tests know best.
pub const DEV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/environments");

/// An AWS of the test's own.
#[derive(Clone)]
pub struct Lab {
    pub emulator: Emulator,
    /// How the program reaches it, unless directly.
    door: Option<SharedHttpClient>,
    /// How many runs there were: each has a number, which its chance and its claims follow from.
    runs: Arc<AtomicU64>,
}

/// A stack that was opened.
pub struct Open {
    pub spec: StackSpec,
    pub world: World,
    pub provider: AwsProvider,
    pub clock: Clock,
    runs: Arc<AtomicU64>,
    /// The ARN of whoever calls.
    pub caller: String,
}

/// Reads an environment of this repository.
pub fn environment(name: &str) -> StackSpec {
    let sources = Sources::environment(DEV.as_ref(), name).expect("the environment");
    load(&sources, &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec
}

/// Reads an environment of this repository after an edit of its files: texts, and what stands in their place.
pub fn edited_environment(name: &str, edits: &[(&str, &str)]) -> StackSpec {
    edited(Sources::environment(DEV.as_ref(), name).expect("the environment"), edits)
}

/// Reads a stack after an edit of its files.
pub fn edited(mut sources: Sources, edits: &[(&str, &str)]) -> StackSpec {
    for (from, to) in edits {
        let mut files = sources.layers.iter_mut().flat_map(|layer| &mut layer.files);
        let file = files.find(|file| file.text.contains(from)).unwrap_or_else(|| panic!("nowhere {from:?}"));
        file.text = file.text.replacen(from, to, 1);
    }
    load(&sources, &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec
}

/// Reads a stack out of a text.
pub fn stack(text: &str) -> StackSpec {
    load(&Sources::text("stack.yaml", text), &|_| None).unwrap_or_else(|problems| panic!("{problems}")).spec
}

impl Lab {
    pub fn new() -> Self {
        Self::with(Emulator::in_memory(), 0)
    }

    fn with(emulator: Emulator, runs: u64) -> Self {
        Self { emulator, door: None, runs: Arc::new(AtomicU64::new(runs)) }
    }

    /// A laboratory whose world goes on from a moment of another one's. Its runs come after those of the other one.
    pub fn at(moment: Moment) -> Self {
        Self::with(moment.go_on(), 1000)
    }

    /// The same laboratory; what is done with this one goes through a gate.
    pub fn through<W: gate::Watch>(&self, watch: W) -> Self {
        Self { door: Some(SharedHttpClient::new(gate::Gate::new(self.emulator.clone(), watch))), ..self.clone() }
    }

    /// Another laboratory, with a world like this one's at this moment.
    pub fn fork(&self) -> Self {
        Self::with(self.emulator.fork(), self.runs.load(Ordering::Relaxed))
    }

    pub async fn open(&self, spec: &StackSpec) -> Open {
        self.try_open(spec).await.expect("connected")
    }

    pub async fn try_open(&self, spec: &StackSpec) -> Result<Open, CallError> {
        let clock = Clock::real();
        let access = Access::Emulator {
            http: self.door.clone().unwrap_or_else(|| SharedHttpClient::new(self.emulator.clone())),
            account: spec.metadata.account.clone(),
        };
        let backoff = Backoff::new(clock, 1);
        let (name, region) = (&spec.metadata.name, &spec.metadata.region);
        let (aws, identity) = connect(&access, name, region, &backoff).await?;
        // Every variable that a stack asks for is set in the laboratory.
        let aws = aws.with_secret_values(SecretValues::new(|name| Some(format!("the value of {name}"))));
        let world = aws.world().clone();
        let (provider, runs) = (AwsProvider::new(aws), self.runs.clone());
        Ok(Open { spec: spec.clone(), world, provider, clock, runs, caller: identity.arn })
    }

    /// The plan for a stack.
    pub async fn plan(&self, spec: &StackSpec) -> Plan {
        self.try_plan(spec).await.unwrap_or_else(|refusals| panic!("{refusals:#?}"))
    }

    pub async fn try_plan(&self, spec: &StackSpec) -> Result<Plan, Vec<Refusal>> {
        let open = self.open(spec).await;
        let (observation, graph) = open.observe().await;
        open.plan(&observation.snapshot, &graph)
    }

    /// Applies a stack, and what is under way before it.
    pub async fn apply(&self, spec: &StackSpec) -> Report {
        for _ in 0..5 {
            let open = self.open(spec).await;
            let (observation, graph) = open.observe().await;
            let plan = open.plan(&observation.snapshot, &graph).unwrap_or_else(|refusals| panic!("{refusals:#?}"));
            let report = open.run(&plan).await;
            if !report.leads_on(&plan) {
                return report;
            }
        }
        panic!("it does not settle");
    }

    /// Applies a stack, and what is under way before it, in whatever weather: what cannot even be read is an error.
    pub async fn try_apply(&self, spec: &StackSpec) -> Result<Report, CallError> {
        for _ in 0..5 {
            let open = self.try_open(spec).await?;
            let (observation, graph) = open.try_observe().await?;
            let plan = open.plan(&observation.snapshot, &graph).unwrap_or_else(|refusals| panic!("{refusals:#?}"));
            let report = open.run(&plan).await;
            if !report.leads_on(&plan) {
                return Ok(report);
            }
        }
        panic!("it does not settle");
    }

    /// Applies a stack, insists that everything is done, and that there is nothing left to do.
    pub async fn converge(&self, spec: &StackSpec) {
        let report = self.apply(spec).await;
        assert_eq!(report.outcome, Outcome::Done, "{report:#?}");
        self.assert_converged(spec).await;
    }

    pub async fn assert_converged(&self, spec: &StackSpec) {
        let plan = self.plan(spec).await;
        assert!(plan.is_empty(), "{:#?}", plan.changes);
    }

    /// Deletes everything that a stack owns.
    pub async fn destroy(&self, spec: &StackSpec) -> Report {
        self.try_destroy(spec).await.expect("read")
    }

    /// Deletes everything that a stack owns, in whatever weather: what cannot even be read is an error.
    pub async fn try_destroy(&self, spec: &StackSpec) -> Result<Report, CallError> {
        let open = self.try_open(spec).await?;
        let (observation, _) = open.try_observe().await?;
        let plan = open.plan(&observation.snapshot, &Graph::empty()).unwrap_or_else(|refusals| panic!("{refusals:#?}"));
        Ok(open.run(&plan).await)
    }

    /// The calls since the log was cleared that change something.
    pub fn mutating_calls(&self) -> Vec<LogEntry> {
        self.emulator.log().into_iter().filter(|entry| entry.mutating).collect()
    }

    /// Every line of what the stack owns, without ids and times: for comparing worlds.
    pub async fn essence(&self, spec: &StackSpec) -> Vec<String> {
        let open = self.open(spec).await;
        let (observation, _) = open.observe().await;
        essence(&observation.snapshot)
    }
}

impl Open {
    /// Reads everything, and what the stack wants with the facts of AWS.
    pub async fn observe(&self) -> (Observation, Graph) {
        self.try_observe().await.expect("observed")
    }

    pub async fn try_observe(&self) -> Result<(Observation, Graph), CallError> {
        match self.read().await {
            Ok(reading) => Ok((reading.observation, reading.graph)),
            Err(ReadError::Call(error)) => Err(error),
            Err(ReadError::Expand(error)) => panic!("{error:#?}"),
        }
    }

    pub async fn read(&self) -> Result<Reading, ReadError<ExpandError>> {
        let expand = |facts: &eksctl_rs_core::Facts| expand(&self.spec, facts, &self.world);
        read(&self.provider, &needs(&self.spec), &expand, &Backoff::new(self.clock, 1)).await
    }

    pub fn plan(&self, snapshot: &Snapshot, graph: &Graph) -> Result<Plan, Vec<Refusal>> {
        let ignore = eksctl_rs_stack::expand::ignored(&self.spec);
        let (rules, world) = (self.provider.rules(), &self.world);
        plan(Input { graph, snapshot, rules, world, ignore: &ignore, caller: Some(&self.caller) })
    }

    pub async fn run(&self, plan: &Plan) -> Report {
        self.run_telling(plan, &|_| {}).await
    }

    pub async fn run_telling(&self, plan: &Plan, tell: &(dyn Fn(Event) + Sync)) -> Report {
        let number = self.runs.fetch_add(1, Ordering::Relaxed) + 1;
        apply(Apply {
            plan,
            provider: &self.provider,
            clock: self.clock,
            seed: number,
            run: "test",
            verb: "apply",
            time: "2026-01-01T00:00:00Z",
            time_outs: &self.spec.time_outs(),
            claim: &format!("{number:014}-0"),
            interrupts: &Interrupts::new(),
            tell,
        })
        .await
    }
}

/// The graph of some resources.
pub fn graph(resources: Vec<Desired>) -> Graph {
    Graph::new(resources, &AwsRules as &dyn Rules).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// What was read, without ids and times: each id is replaced by the address of what has it.
pub fn essence(snapshot: &Snapshot) -> Vec<String> {
    let names: BTreeMap<String, String> = snapshot
        .iter()
        .flat_map(|observed| observed.outputs.values().map(|value| (value.clone(), format!("<{}>", observed.address))))
        .collect();
    let mut lines: Vec<String> = snapshot
        .iter()
        .filter(|observed| !observed.status.is_dormant())
        .map(|observed| {
            let line = format!("{} {:?} {}", observed.address, observed.owner, without_ids(&unnamed(observed), &names));
            without_issuers(&line)
        })
        .collect();
    lines.sort();
    lines
}

/// Every cluster has an issuer of its own, which stands in the policies of roles.
fn without_issuers(line: &str) -> String {
    let mut parts = line.split(".amazonaws.com/id/");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest =
        parts.map(|part| format!(".amazonaws.com/id/{}", part.trim_start_matches(|c: char| c.is_ascii_hexdigit())));
    rest.fold(first, |line, part| line + &part)
}

/// The name of a replacement follows from ids, and the version of a launch template from how often it was changed.
fn unnamed(observed: &Observed) -> Value {
    let mut spec = observed.spec.clone();
    let fields = AwsRules.kind(observed.address.kind()).map(|kind| kind.fields()).unwrap_or_default();
    if let Some(values) = spec.as_object_mut() {
        for field in fields.iter().filter(|field| field.mutability == Mutability::Identity) {
            values.remove(field.name);
        }
        values.remove("launch_template_version");
    }
    spec
}

/// Lists of references are sets: their order follows from the ids.
fn without_ids(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| without_ids(item, names)).collect();
            items.sort_by_key(Value::to_string);
            items.into()
        }
        Value::Object(fields) => match fields.get("$id").and_then(Value::as_str) {
            Some(id) => names.get(id).cloned().unwrap_or_else(|| id.to_owned()).into(),
            None => fields.iter().map(|(name, field)| (name.clone(), without_ids(field, names))).collect(),
        },
        value => value.clone(),
    }
}

/// The address of a kind and a name.
pub fn at(text: &str) -> Address {
    text.parse().expect("an address")
}
