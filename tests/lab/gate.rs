//! A gate between the SDK and the emulator: somebody is told of every call, and may keep it waiting.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use eksctl_rs_emulator::Emulator;
use futures::future::BoxFuture;

/// Who watches the gate.
pub trait Watch: Send + Sync + fmt::Debug + 'static {
    /// A call is about to be sent; it is, once this is over.
    fn before(&self, emulator: &Emulator) -> BoxFuture<'static, ()>;

    /// A call has had its effect; its answer arrives once this is over.
    fn after(&self, emulator: &Emulator) -> BoxFuture<'static, ()>;
}

#[derive(Clone, Debug)]
pub struct Gate<W> {
    emulator: Emulator,
    watch: Arc<W>,
}

impl<W: Watch> Gate<W> {
    pub fn new(emulator: Emulator, watch: W) -> Self {
        Self { emulator, watch: Arc::new(watch) }
    }
}

impl<W: Watch> HttpClient for Gate<W> {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Self { emulator: self.emulator.clone(), watch: self.watch.clone() })
    }
}

impl<W: Watch> HttpConnector for Gate<W> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (emulator, watch) = (self.emulator.clone(), self.watch.clone());
        HttpConnectorFuture::new(async move {
            watch.before(&emulator).await;
            let answer = HttpConnector::call(&emulator, request).await;
            watch.after(&emulator).await;
            answer
        })
    }
}
