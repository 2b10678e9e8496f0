//! What a command needs: the stack, and AWS or the emulator, opened and guarded.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use eksctl_rs_aws::secretsmanager::secret;
use eksctl_rs_aws::{Access, AwsProvider, LeftBehind, SecretValues, connect};
use eksctl_rs_core::{Address, Facts, Graph, Ignore, Observe, Plan, Provider, Snapshot, Stats, World, plan};
use eksctl_rs_emulator::{Clock as EmulatorClock, Emulator, Options, Store, Weather};
use eksctl_rs_engine::{Backoff, Clock, Reading, read as read_stack};
use eksctl_rs_stack::{Loaded, Sources, StackSpec, expand, load, needs};

use crate::cli::{self, Target};
use crate::failure::{Failure, MissingVariable};
use crate::weather;

/// Everything of ours on disk.
pub(crate) const STATE: &str = ".eksctl-rs";

/// Where environments are.
pub(crate) const ENVIRONMENTS: &str = "environments";

/// Reads the stack that the user named.
pub(crate) fn read(target: &Target) -> Result<Loaded, Failure> {
    let sources = match (&target.environment, &target.file) {
        (_, Some(file)) => Sources::file(file)?,
        (environment, None) => {
            Sources::environment(Path::new(ENVIRONMENTS), environment.as_deref().unwrap_or_default())?
        }
    };
    load(&sources, &variable).map_err(Failure::Invalid)
}

/// What of the environment the calls of a plan will need and is not there.
pub(crate) fn missing_variables(plan: &Plan) -> Vec<MissingVariable> {
    let values = secret_values();
    let missing = secret::variables(plan).into_iter().filter(|(name, _)| !values.has(name));
    missing.map(|(name, needed_by)| MissingVariable { name, needed_by: needed_by.into_iter().collect() }).collect()
}

/// The environment variables, one by one when a call needs them.
fn secret_values() -> SecretValues {
    SecretValues::new(variable)
}

#[expect(clippy::disallowed_methods, reason = "the program is where the environment comes in")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// An open stack.
pub(crate) struct Session {
    pub(crate) spec: StackSpec,
    pub(crate) world: World,
    pub(crate) provider: AwsProvider,
    pub(crate) clock: Clock,
    /// How AWS is called on the screen.
    pub(crate) place: String,
    /// The ARN of whoever calls.
    caller: String,
    backoff: Backoff,
}

impl Session {
    /// Opens AWS for a stack. A caller in another account is refused before the first read.
    pub(crate) async fn open(spec: StackSpec, access: &cli::Access) -> Result<Self, Failure> {
        let (access, clock, place) = open_access(&spec, access)?;
        let backoff = Backoff::new(clock, seed());
        let (name, region) = (&spec.metadata.name, &spec.metadata.region);
        let (aws, identity) = connect(&access, name, region, &backoff).await?;
        if identity.account != spec.metadata.account {
            return Err(Failure::Account {
                expected: spec.metadata.account.clone(),
                found: identity.account,
                caller: identity.arn,
            });
        }
        let aws = aws.with_secret_values(secret_values());
        let world = aws.world().clone();
        Ok(Self { spec, world, provider: AwsProvider::new(aws), clock, place, caller: identity.arn, backoff })
    }

    /// Reads everything that the stack owns, and what it wants with the facts of AWS.
    pub(crate) async fn observe(&self) -> Result<Reading, Failure> {
        let expand = |facts: &Facts| expand(&self.spec, facts, &self.world);
        Ok(read_stack(&self.provider, &needs(&self.spec), &expand, &self.backoff).await?)
    }

    /// Reads what the stack owns of some kinds.
    pub(crate) async fn look(&self, wanted: &Graph, kinds: &BTreeSet<&'static str>) -> Result<Snapshot, Failure> {
        let observe = Observe { wanted, questions: &[], only: Some(kinds) };
        Ok(self.provider.observe(&observe, &self.backoff).await?.snapshot)
    }

    /// What others have left in the VPCs of the stack.
    pub(crate) async fn left_behind(&self, reading: &Reading) -> Result<Vec<LeftBehind>, Failure> {
        Ok(self.provider.left_behind(&reading.observation.snapshot, &self.backoff).await?)
    }

    /// Reads what of others would go with what the stack owns.
    pub(crate) async fn look_into(&self, reading: &mut Reading) -> Result<(), Failure> {
        Ok(self.provider.look_into(&mut reading.observation.snapshot, &self.backoff).await?)
    }

    /// The plan for what was read: towards the stack, or towards nothing.
    pub(crate) fn plan(&self, reading: &Reading, towards: Towards) -> Result<Plan, Failure> {
        let nothing = Graph::empty();
        let ignore: Vec<Ignore> = eksctl_rs_stack::expand::ignored(&self.spec);
        let input = eksctl_rs_core::Input {
            graph: match towards {
                Towards::Stack => &reading.graph,
                Towards::Nothing => &nothing,
            },
            snapshot: &reading.observation.snapshot,
            rules: self.provider.rules(),
            world: &self.world,
            ignore: &ignore,
            caller: Some(&self.caller),
        };
        plan(input).map_err(Failure::Refused)
    }

    /// What the reader may want to know though nothing is to be done, such as a newer version.
    pub(crate) fn notes(&self, reading: &Reading) -> Vec<(Address, String)> {
        eksctl_rs_stack::expand::notes(&self.spec, &reading.observation.facts)
    }

    /// What it cost so far.
    pub(crate) fn stats(&self) -> Stats {
        Stats { seconds: self.clock.elapsed(), ..self.provider.stats() }
    }
}

/// Where a plan leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Towards {
    /// To what the stack says.
    Stack,
    /// To nothing.
    Nothing,
}

fn open_access(spec: &StackSpec, access: &cli::Access) -> Result<(Access, Clock, String), Failure> {
    if !access.emulator {
        let place = format!("AWS account {} in {}", spec.metadata.account, spec.metadata.region);
        return Ok((Access::Environment { profile: access.profile.clone() }, Clock::real(), place));
    }
    let weather = access.emulator_weather.as_deref().map(weather::read).transpose()?.unwrap_or_default();
    let emulator = open_emulator(access.emulator_clock, weather)?;
    let (clock, speed) = match access.emulator_clock.rate() {
        None => (Clock::instant(), "where everything happens at once".to_owned()),
        Some(1.0) => (Clock::real(), "in real time".to_owned()),
        Some(rate) => (Clock::scaled(rate), format!("where {rate} seconds pass in one")),
    };
    let http = SharedHttpClient::new(emulator);
    let place = format!("the built-in emulator, {speed}");
    Ok((Access::Emulator { http, account: spec.metadata.account.clone() }, clock, place))
}

/// Opens the emulator's world on disk.
pub(crate) fn open_emulator(clock: EmulatorClock, weather: Weather) -> Result<Emulator, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).take(2).collect();
    let holder = format!("process {} (eksctl-rs {})", std::process::id(), arguments.join(" "));
    let store = Store::open(&PathBuf::from(STATE).join("emulator"), &holder)?;
    let options = Options { clock, store: Some(store), weather, ..Options::default() };
    Ok(Emulator::new(options)?)
}

/// What the jitter of retries follows from: any two runs differ.
pub(crate) fn seed() -> u64 {
    now().as_nanosecond() as u64 ^ u64::from(std::process::id())
}

/// The time of day.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
