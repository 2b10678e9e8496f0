//! Sending one call: counted, and its error classified. Nothing is tried again here.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use eksctl_rs_core::{CallError, Stats};
use futures::future::BoxFuture;
use tokio::time::Instant;

use crate::Aws;
use crate::classify::classify;

/// How deep the identity check is. It comes before everything else.
pub(crate) const AFTER_IDENTITY: u64 = 1;

tokio::task_local! {
    /// How deep the chain of calls is that the current read waits for.
    static DEPTH: Cell<u64>;
}

/// Counts calls. All clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    by_service: BTreeMap<&'static str, u64>,
    took: BTreeMap<&'static str, Duration>,
    mutating: u64,
    depth: u64,
}

impl Recorder {
    pub(crate) fn stats(&self) -> Stats {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Stats {
            api_calls: counts.by_service.values().sum(),
            mutating_calls: counts.mutating,
            round_trips: counts.depth,
            seconds: 0.0,
            by_service: counts.by_service.iter().map(|(service, calls)| ((*service).to_owned(), *calls)).collect(),
            seconds_by_service: counts
                .took
                .iter()
                .map(|(service, took)| ((*service).to_owned(), took.as_millis() as f64 / 1000.0))
                .collect(),
        }
    }

    /// Counts a call of `operation`, such as `eks:CreateCluster`.
    pub(crate) fn count(&self, operation: &'static str) {
        let (service, name) = parts(operation);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.by_service.entry(service).or_default() += 1;
        if !["Describe", "List", "Get", "Validate"].iter().any(|verb| name.starts_with(verb)) {
            counts.mutating += 1;
        }
    }

    /// The answer of a call came, `depth` calls deep.
    pub(crate) fn answered(&self, operation: &'static str, took: Duration, depth: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.depth = counts.depth.max(depth);
        *counts.took.entry(parts(operation).0).or_default() += took;
    }
}

/// The service and the name of an operation.
fn parts(operation: &'static str) -> (&'static str, &'static str) {
    operation.split_once(':').unwrap_or((operation, ""))
}

/// How deep the current chain of calls is.
pub(crate) fn depth() -> u64 {
    DEPTH.try_with(Cell::get).unwrap_or_default()
}

/// The current chain waits for something that was `depth` calls deep.
pub(crate) fn wait_for(depth: u64) {
    let _ = DEPTH.try_with(|current| current.set(current.get().max(depth)));
}

/// Runs `read` as a chain of calls of its own that begins `depth` calls deep.
pub(crate) async fn chain<T>(depth: u64, read: impl Future<Output = T>) -> T {
    DEPTH.scope(Cell::new(depth), read).await
}

impl Aws {
    /// Sends one request of `operation`, such as `eks:CreateCluster`.
    ///
    /// The SDK's futures are large, and many are joined: each is put on the heap at once.
    pub(crate) fn call<'f, T, E>(
        &'f self,
        operation: &'static str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send + 'f,
    ) -> BoxFuture<'f, Result<T, CallError>>
    where
        T: Send + 'f,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let request = Box::pin(request);
        Box::pin(async move {
            self.recorder.count(operation);
            let (deeper, begun) = (depth() + 1, Instant::now());
            let answer = request.await;
            wait_for(deeper);
            self.recorder.answered(operation, begun.elapsed(), deeper);
            answer.map_err(|error| classify(operation, error))
        })
    }
}
