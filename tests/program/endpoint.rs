//! The program and others against `emulator serve`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::{Desk, Did};

/// A running `emulator serve`.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    pub(crate) fn start(desk: &Desk, arguments: &str) -> Self {
        let mut command = desk.command(&format!("emulator serve --port 0 {arguments}"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
        let mut url = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut url).expect("a line");
        Self { child, url: url.trim().to_owned() }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn against(desk: &Desk, served: &Served, account: &str, arguments: &str) -> std::process::Command {
    let mut command = desk.command(arguments);
    command
        .env("AWS_ENDPOINT_URL", &served.url)
        .env("AWS_ACCESS_KEY_ID", account)
        .env("AWS_SECRET_ACCESS_KEY", "anything");
    command
}

fn run(desk: &Desk, served: &Served, account: &str, arguments: &str) -> Did {
    against(desk, served, account, arguments).output().expect("it runs").into()
}

#[test]
fn the_same_program_runs_against_a_port() {
    let desk = Desk::new();
    let served = Served::start(&desk, "--clock instant");
    let did = run(&desk, &served, "111122223333", "apply dev --auto-approve");
    assert_eq!(did.code, Some(0), "{}", did.stderr);
    let did = run(&desk, &served, "111122223333", "plan dev --detailed-exitcode");
    assert_eq!(did.code, Some(0), "{}", did.stdout);
    let did = run(&desk, &served, "111122223333", "destroy dev --auto-approve");
    assert_eq!(did.code, Some(0), "{}", did.stderr);
}

#[test]
fn a_caller_in_another_account_is_refused_before_the_first_read() {
    let desk = Desk::new();
    let served = Served::start(&desk, "--clock instant");
    let did = run(&desk, &served, "999988887777", "plan dev");
    assert_eq!(did.code, Some(1));
    assert!(did.stderr.contains("belongs to the account 111122223333"), "{}", did.stderr);
    assert!(did.stderr.contains("999988887777"), "{}", did.stderr);
    let log = log(&served);
    assert_eq!(log.matches("\"operation\"").count(), 1, "only the question who is calling: {log}");
}

/// What was asked of the emulator.
pub(crate) fn log(served: &Served) -> String {
    use std::io::{Read, Write};
    let address = served.url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).expect("connected");
    write!(stream, "GET /_emulator/log HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").expect("written");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("read");
    text
}

#[test]
fn a_second_process_is_told_by_whom_the_world_is_in_use() {
    let desk = Desk::new();
    let _served = Served::start(&desk, "--clock instant");
    let did = desk.insist(1, "plan dev --emulator");
    assert!(did.stderr.contains("(eksctl-rs emulator serve)"), "{}", did.stderr);
    assert!(did.stderr.contains("AWS_ENDPOINT_URL"), "{}", did.stderr);
}

/// Somebody pushes an image into the repository `app`.
fn push_an_image(served: &Served) {
    use std::io::{Read, Write};
    const CREDENTIAL: &str = "111122223333/20260101/eu-west-1/ecr/aws4_request";
    let manifest = r#"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":2,\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"},\"layers\":[]}"#;
    let body = format!(r#"{{"repositoryName":"app","imageTag":"v1","imageManifest":"{manifest}"}}"#);
    let address = served.url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).expect("connected");
    write!(
        stream,
        "POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: AmazonEC2ContainerRegistry_V20150921.PutImage\r\nx-amz-date: 20260101T000000Z\r\n\
         authorization: AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature=00\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("read");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn destroy_loses_images_only_when_allowed() {
    let desk = Desk::new();
    desk.write("environments/dev/images.yaml", "ecr: {repositories: [{name: app}]}\n");
    let served = Served::start(&desk, "--clock instant");
    let run = |arguments: &str| run(&desk, &served, "111122223333", arguments);
    let did = run("apply dev --auto-approve");
    assert_eq!(did.code, Some(0), "{}", did.stderr);
    push_an_image(&served);
    let refused = run("destroy dev --auto-approve");
    assert_eq!(refused.code, Some(1), "{}", refused.stdout);
    assert!(refused.stderr.contains("ecr.Repository/app"), "{}", refused.stderr);
    assert!(refused.stderr.contains("--allow data-loss"), "{}", refused.stderr);
    assert_eq!(run("plan dev --detailed-exitcode").code, Some(0), "nothing was done");
    let did = run("destroy dev --auto-approve --allow data-loss");
    assert_eq!(did.code, Some(0), "{}", did.stderr);
}
