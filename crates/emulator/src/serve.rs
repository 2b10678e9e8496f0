//! The emulator behind a loopback port, for the AWS CLI and anything else that speaks AWS.

use std::future::Future;
use std::io;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::Emulator;
use crate::wire::{Scissors, Wires};

/// No request of AWS's control planes is larger.
const LARGEST_REQUEST: usize = 16 * 1024 * 1024;

/// Answers on `listener` until `stop` is done.
///
/// Beside AWS's own paths, `GET /_emulator/log` tells every call so far, as JSON. When the weather loses an answer, the
/// connection ends without one.
///
/// # Errors
///
/// The port cannot be used any longer.
pub async fn serve(
    emulator: Emulator,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = Router::new().route("/_emulator/log", get(log)).fallback(answer).with_state(emulator);
    let app = app.into_make_service_with_connect_info::<Scissors>();
    axum::serve(Wires(listener), app).with_graceful_shutdown(stop).await
}

async fn answer(
    State(emulator): State<Emulator>,
    ConnectInfo(connection): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    match to_bytes(body, LARGEST_REQUEST).await {
        Ok(bytes) => match emulator.answer_in_time(http::Request::from_parts(head, bytes)).await {
            Ok(response) => response.map(Body::from),
            Err(_) => {
                connection.cut();
                Response::default()
            }
        },
        Err(_) => {
            let mut response = Response::new(Body::from("the request is too large"));
            *response.status_mut() = http::StatusCode::PAYLOAD_TOO_LARGE;
            response
        }
    }
}

async fn log(State(emulator): State<Emulator>) -> Response {
    let text = serde_json::to_string(&emulator.log()).unwrap_or_default();
    Response::new(Body::from(text))
}
