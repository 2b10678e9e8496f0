//! The emulator itself: a request in, an answer out.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::call::{Call, Caller};
use crate::clock::{Clock, RunningClock};
use crate::error::ApiError;
use crate::log::LogEntry;
use crate::model::{Io, MODELS, Model, Operation};
use crate::moment::Moment;
use crate::page;
use crate::protocol::{Asked, Protocol};
use crate::random;
use crate::services::{self, Service};
use crate::store::{Store, StoreError};
use crate::validate::validate;
use crate::weather::{Asking, Hold, RunningWeather, Weather, WeatherError, When};
use crate::world::World;

/// How an emulator is set up.
#[derive(Debug)]
pub struct Options {
    /// How fast its time passes.
    pub clock: Clock,
    /// When its world began, in seconds since 1970.
    pub epoch: f64,
    /// What its ids and durations follow from.
    pub seed: u64,
    /// Where it keeps its world; nothing keeps it in memory.
    pub store: Option<Store>,
    /// How unfriendly it is.
    pub weather: Weather,
}

impl Default for Options {
    fn default() -> Self {
        // The first second of 2026, so that tests see the same dates.
        Self { clock: Clock::REAL, epoch: 1_767_225_600.0, seed: 0, store: None, weather: Weather::default() }
    }
}

/// An AWS in memory. Cheap to clone: all clones are the same AWS.
#[derive(Clone, Debug)]
pub struct Emulator {
    state: Arc<Mutex<State>>,
}

impl Moment {
    /// An emulator in memory in which time passes from this moment on.
    pub fn go_on(self) -> Emulator {
        let state = State {
            world: self.world,
            clock: RunningClock::start(self.clock, self.elapsed),
            epoch: self.epoch,
            seed: self.seed,
            store: None,
            weather: self.weather,
            calls: 0,
            log: Vec::new(),
        };
        Emulator { state: Arc::new(Mutex::new(state)) }
    }
}

/// Why an emulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its world cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There can be no such weather.
    #[error("the weather of the emulator cannot be: {0}")]
    Weather(#[from] WeatherError),
}

/// Why a call gets no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The weather holds it: its answer never comes.
    #[error("the call is held for ever")]
    Held,
    /// It was lost on the way, or its answer was: the connection is closed.
    #[error("connection closed before message completed")]
    Lost,
}

#[derive(Debug)]
struct State {
    world: World,
    clock: RunningClock,
    epoch: f64,
    seed: u64,
    store: Option<Store>,
    weather: RunningWeather,
    calls: u64,
    log: Vec<LogEntry>,
}

/// What an earlier process with another clock began is complete, too.
fn complete(world: &mut World) {
    const DAY: f64 = 86_400.0;
    let later = world.elapsed() + DAY;
    world.accounts.values_mut().for_each(|account| services::advance(account, later));
}

impl Emulator {
    /// Starts an emulator.
    ///
    /// # Errors
    ///
    /// The world on disk cannot be read, or there can be no such weather.
    pub fn new(mut options: Options) -> Result<Self, StartError> {
        options.weather.check(options.clock)?;
        let mut world = options.store.as_ref().map_or_else(|| Ok(World::default()), Store::load)?;
        if options.clock == Clock::Instant {
            complete(&mut world);
        }
        let kept = options.store.as_mut().map_or(0.0, Store::elapsed);
        let state = State {
            clock: RunningClock::start(options.clock, world.elapsed().max(kept)),
            world,
            epoch: options.epoch,
            seed: options.seed,
            store: options.store,
            weather: RunningWeather::start(options.weather, options.seed),
            calls: 0,
            log: Vec::new(),
        };
        Ok(Self { state: Arc::new(Mutex::new(state)) })
    }

    /// An emulator in memory, with the clock of the test.
    pub fn in_memory() -> Self {
        let state = State {
            world: World::default(),
            clock: RunningClock::start(Clock::REAL, 0.0),
            epoch: Options::default().epoch,
            seed: 0,
            store: None,
            weather: RunningWeather::default(),
            calls: 0,
            log: Vec::new(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Another emulator in memory, with a world like this one's at this moment.
    pub fn fork(&self) -> Self {
        self.moment().go_on()
    }

    /// The world as it is now. What happens from now on does not change it.
    pub fn moment(&self) -> Moment {
        let state = self.lock();
        Moment {
            world: state.world.clone(),
            clock: state.clock.clock,
            elapsed: state.clock.now(),
            epoch: state.epoch,
            seed: state.seed,
            weather: state.weather.clone(),
        }
    }

    /// The whole world as it is kept on disk, by account and Region: for tests that look for what is left.
    pub fn dump(&self) -> Value {
        let state = self.lock();
        let account = |account: &crate::world::Account| json!({ "global": account.global, "regions": account.regions });
        state.world.accounts.iter().map(|(id, found)| (id.clone(), account(found))).collect()
    }

    /// Every call so far.
    pub fn log(&self) -> Vec<LogEntry> {
        self.lock().log.clone()
    }

    /// The latest call.
    pub fn last_call(&self) -> Option<LogEntry> {
        self.lock().log.last().cloned()
    }

    /// Forgets the calls so far and counts from 1 again.
    pub fn clear_log(&self) {
        let mut state = self.lock();
        state.log.clear();
        state.calls = 0;
    }

    /// Changes the weather. What the one before did is forgotten: everything can strike anew.
    ///
    /// # Errors
    ///
    /// There can be no such weather, or not with this clock.
    pub fn set_weather(&self, weather: Weather) -> Result<(), WeatherError> {
        let mut state = self.lock();
        weather.check(state.clock.clock)?;
        state.weather = RunningWeather::start(weather, state.seed);
        Ok(())
    }

    /// The weather.
    pub fn weather(&self) -> Weather {
        self.lock().weather.weather.clone()
    }

    pub(crate) fn latency(&self) -> Duration {
        self.lock().weather.weather.latency
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        self.lock().clock.clock
    }

    /// Answers a request as AWS would.
    ///
    /// # Errors
    ///
    /// The weather lets no answer arrive, though the call may have had its effect.
    pub fn handle(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        self.lock().answer(request)
    }

    /// Changes a Region of an account without a call of anybody's, once what is due there has happened.
    pub(crate) fn change<T, E: From<StoreError>>(
        &self,
        account: &str,
        region: &str,
        change: impl FnOnce(&mut Call<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.lock().change(account, region, change)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who signed a request, for where and for what.
struct Scope {
    key: String,
    region: String,
    service: String,
}

impl State {
    fn answer(&mut self, request: &Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        self.calls += 1;
        self.weather.next_call();
        let request_id = random::uuid(&json!([self.seed, self.calls, self.clock.now()]));
        let Some(scope) = scope(request) else {
            return Ok(plain_refusal(403, "MissingAuthenticationToken", &request_id));
        };
        let Some((service, model)) = Service::find(&scope.service).zip(MODELS.get(scope.service.as_str())) else {
            return Ok(plain_refusal(404, &format!("UnknownService: {}", scope.service), &request_id));
        };
        let protocol = Protocol::of(model, request);
        let hold = self.weather.weather.hold.filter(|hold| hold.call == self.calls);
        let held_before = matches!(hold, Some(Hold { when: When::Before, .. }));
        if held_before {
            return Err(Unanswered::Held);
        }
        if self.weather.loses_request() {
            return Err(Unanswered::Lost);
        }
        let asked = protocol.parse(model, request);
        let operation = asked.as_ref().ok().and_then(|asked| model.operations.get(asked.operation));
        let result = asked.and_then(|asked| self.call(service, model, &scope, asked));
        if hold.is_some() {
            return Err(Unanswered::Held);
        }
        if self.weather.loses_response() {
            return Err(Unanswered::Lost);
        }
        Ok(match result {
            Ok((operation, output)) => protocol.respond(model, operation, &output, &request_id),
            Err(error) => protocol.refuse(model, operation, &error, &request_id),
        })
    }

    fn call(
        &mut self,
        service: &'static Service,
        model: &Model,
        scope: &Scope,
        asked: Asked<'_>,
    ) -> Result<(&'static str, Value), ApiError> {
        let unknown =
            || ApiError::with_status("NotImplemented", 501, format!("the emulator has no {}", asked.operation));
        let (name, handler) = service.operation(asked.operation).ok_or_else(unknown)?;
        let mut entry = LogEntry {
            call: self.calls,
            at: self.clock.now(),
            service: service.name.to_owned(),
            operation: name.to_owned(),
            mutating: !services::reads(name),
            account: String::new(),
            region: scope.region.clone(),
            input: redacted(model, name, |operation| operation.input.as_ref(), &asked.input),
            output: Value::Null,
            error: None,
            completes: None,
            lost: false,
        };
        let result = self.run(service, model, scope, name, handler, asked.input, &mut entry);
        match &result {
            Ok(output) => entry.output = redacted(model, name, |operation| operation.output.as_ref(), output),
            Err(error) => entry.error = Some(error.code.clone()),
        }
        entry.lost = self.weather.loses_response();
        self.log.push(entry);
        result.map(|output| (name, output))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one call, each used once")]
    fn run(
        &mut self,
        service: &'static Service,
        model: &Model,
        scope: &Scope,
        operation: &'static str,
        handler: services::Handler,
        input: Value,
        entry: &mut LogEntry,
    ) -> Result<Value, ApiError> {
        let (account_id, caller) = self.identify(service, scope)?;
        entry.account.clone_from(&account_id);
        let now = self.clock.now();
        let asking = Asking {
            service,
            operation,
            input: &input,
            account_id: &account_id,
            region: &scope.region,
            caller: &caller.arn,
            now,
        };
        self.weather.admit(&asking)?;
        if let Some(io) = model.operations.get(operation).and_then(|operation| operation.input.as_ref()) {
            let problems = validate(model, &io.shape, &input);
            if !problems.is_empty() {
                return Err((service.invalid)(&problems));
            }
        }
        let dry_run = input["DryRun"].as_bool().unwrap_or(false);
        let account = self.world.accounts.entry(account_id.clone()).or_default();
        services::advance(account, now);
        // A dry run changes a copy, and a read may see what was there before.
        let seen = if entry.mutating { None } else { self.weather.view(&asking).cloned() };
        let mut copy = seen.or_else(|| dry_run.then(|| account.clone()));
        let before = (entry.mutating && self.weather.has_a_past()).then(|| account.clone());
        let mut call = Call {
            input,
            operation,
            account_id: account_id.clone(),
            region_name: scope.region.clone(),
            caller,
            now,
            epoch: self.epoch,
            seed: self.seed,
            instant: self.clock.clock == Clock::Instant,
            completes: Cell::default(),
            weather: &mut self.weather,
            account: copy.as_mut().unwrap_or(account),
        };
        let output = page::limited(call.weather.weather.items_on_a_page, || handler(&mut call))?;
        entry.completes = Some(call.completes.get()).filter(|at| *at > now);
        if dry_run {
            let message = "Request would have succeeded, but DryRun flag is set.";
            return Err(ApiError::with_status("DryRunOperation", 412, message));
        }
        if let Some(before) = before {
            self.weather.remember(&account_id, before, now);
        }
        match entry.mutating {
            true => self.save(&account_id, &scope.region, now)?,
            false => self.keep_time(now)?,
        }
        Ok(output)
    }

    fn change<T, E: From<StoreError>>(
        &mut self,
        account_id: &str,
        region: &str,
        change: impl FnOnce(&mut Call<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let now = self.clock.now();
        let account = self.world.accounts.entry(account_id.to_owned()).or_default();
        services::advance(account, now);
        let changed = change(&mut Call {
            input: Value::Null,
            operation: "",
            account_id: account_id.to_owned(),
            region_name: region.to_owned(),
            caller: Caller { arn: String::new(), user_id: String::new() },
            now,
            epoch: self.epoch,
            seed: self.seed,
            instant: self.clock.clock == Clock::Instant,
            completes: Cell::default(),
            weather: &mut self.weather,
            account,
        })?;
        self.keep(account_id, region, now)?;
        Ok(changed)
    }

    /// The account and the caller of a key: twelve digits are an account, other keys are sessions of a role.
    fn identify(&self, service: &Service, scope: &Scope) -> Result<(String, Caller), ApiError> {
        if scope.key.len() == 12 && scope.key.bytes().all(|byte| byte.is_ascii_digit()) {
            let partition = match scope.region.as_str() {
                region if region.starts_with("cn-") => "aws-cn",
                region if region.starts_with("us-gov-") => "aws-us-gov",
                _ => "aws",
            };
            let arn = format!("arn:{partition}:iam::{}:user/emulator", scope.key);
            let user_id = format!("AIDA{}", random::capitals(&json!(scope.key), 17));
            return Ok((scope.key.clone(), Caller { arn, user_id }));
        }
        for (id, account) in &self.world.accounts {
            if let Some(session) = account.global.sessions.get(&scope.key) {
                return Ok((id.clone(), Caller { arn: session.arn.clone(), user_id: session.user_id.clone() }));
            }
        }
        let (code, status) = service.unknown_caller;
        let message =
            "The security token included in the request is invalid: use the 12 digits of an account as key id";
        Err(ApiError::with_status(code, status, message))
    }

    fn save(&mut self, account_id: &str, region: &str, now: f64) -> Result<(), ApiError> {
        self.keep(account_id, region, now).map_err(|error| disk_failure(&error))
    }

    fn keep(&mut self, account_id: &str, region: &str, now: f64) -> Result<(), StoreError> {
        let Some(account) = self.world.accounts.get_mut(account_id) else { return Ok(()) };
        account.global.at.elapsed = now;
        if let Some(found) = account.regions.get_mut(region) {
            found.at.elapsed = now;
        }
        let saved = self.store.as_ref().map(|store| store.save(account_id, account, region));
        saved.transpose().map(drop)
    }

    fn keep_time(&mut self, now: f64) -> Result<(), ApiError> {
        let kept = self.store.as_mut().map(|store| store.keep_time(now));
        kept.transpose().map(drop).map_err(|error| disk_failure(&error))
    }
}

fn disk_failure(error: &StoreError) -> ApiError {
    ApiError::with_status("InternalFailure", 500, error.to_string())
}

/// A part of a call without what must not be logged.
fn redacted(model: &Model, operation: &str, part: fn(&Operation) -> Option<&Io>, value: &Value) -> Value {
    let io = model.operations.get(operation).and_then(part);
    io.map_or_else(|| value.clone(), |io| model.redacted(&io.shape, value))
}

/// The scope in `Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`.
fn scope(request: &Request<Bytes>) -> Option<Scope> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let credential = header.split(['=', ',', ' ']).skip_while(|part| *part != "Credential").nth(1)?;
    let mut parts = credential.split('/');
    let key = parts.next()?.to_owned();
    let region = parts.nth(1)?.to_owned();
    let service = parts.next()?.to_owned();
    Some(Scope { key, region, service })
}

fn plain_refusal(status: u16, message: &str, request_id: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "message": message }).to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::BAD_REQUEST);
    for (name, value) in
        [("content-type", "application/json"), ("x-amzn-errortype", message), ("x-amzn-requestid", request_id)]
    {
        if let Ok(value) = http::HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
