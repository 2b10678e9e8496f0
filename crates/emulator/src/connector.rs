//! The emulator behind the HTTP connector of the AWS SDK for Rust: the same request bytes, without a socket.

use std::io;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt;

use crate::emulator::{Emulator, Unanswered};

impl HttpClient for Emulator {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Emulator {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let emulator = self.clone();
        HttpConnectorFuture::new(async move { emulator.exchange(request).await })
    }
}

impl Emulator {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
        let answer = self.answer_in_time(http::Request::from_parts(head, body)).await;
        let lost = |error| ConnectorError::io(io::Error::new(io::ErrorKind::ConnectionReset, error).into());
        let response = answer.map_err(lost)?.map(SdkBody::from);
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }

    /// Answers after the latency of the weather; never, if the call is held.
    pub(crate) async fn answer_in_time(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Unanswered> {
        let latency = self.latency();
        if !latency.is_zero() {
            #[expect(
                clippy::disallowed_methods,
                reason = "the latency of the network, which no engine of ours causes"
            )]
            tokio::time::sleep(latency).await;
        }
        match self.handle(&request) {
            Err(Unanswered::Held) => std::future::pending().await,
            answer => answer,
        }
    }
}
