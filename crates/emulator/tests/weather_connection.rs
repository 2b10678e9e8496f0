//! What a lost answer looks like to the SDK, and on a port.

use std::net::Ipv4Addr;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use eksctl_rs_emulator::{Emulator, Weather, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const AUTHORIZATION: &str =
    "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/eks/aws4_request, SignedHeaders=host, Signature=0";

fn losing() -> Weather {
    Weather { lost_responses: 1.0, ..Weather::default() }
}

#[tokio::test]
async fn to_the_sdk_it_is_a_connection_that_failed() {
    let emulator = Emulator::in_memory();
    let request = || {
        let request = http::Request::get("https://eks.eu-west-1.amazonaws.com/clusters")
            .header("authorization", AUTHORIZATION)
            .body(SdkBody::empty())
            .expect("a request");
        HttpRequest::try_from(request).expect("a request")
    };
    assert_eq!(emulator.call(request()).await.expect("an answer").status().as_u16(), 200);
    emulator.set_weather(losing()).expect("a weather");
    let error = emulator.call(request()).await.expect_err("no answer");
    assert!(error.is_io(), "{error:?}");
    emulator.set_weather(Weather { lost_requests: 1.0, ..Weather::default() }).expect("a weather");
    assert!(emulator.call(request()).await.expect_err("no answer").is_io());
}

#[tokio::test]
async fn on_a_port_the_connection_ends_without_an_answer() {
    let emulator = Emulator::in_memory();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(serve(emulator.clone(), listener, std::future::pending()));
    let ask = || async {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request =
            format!("GET /clusters HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: {AUTHORIZATION}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        // A connection that is reset counts as one that ended.
        drop(stream.read_to_end(&mut answer).await);
        String::from_utf8(answer).expect("text")
    };
    assert!(ask().await.starts_with("HTTP/1.1 200 OK"));
    emulator.set_weather(losing()).expect("a weather");
    assert_eq!(ask().await, "");
    emulator.set_weather(Weather::default()).expect("a weather");
    assert!(ask().await.contains("\"clusters\":[]"), "the others are answered as before");
    server.abort();
}
