//! The value of a secret goes to AWS and nowhere else: neither to a stream nor to a file, whatever is run and however it
//! ends.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::endpoint::{Served, against, log};
use crate::{Desk, Did};

/// A value that nothing else looks like. What JSON, a log of Rust's and a URL write otherwise is in it, too.
const CANARY: &str = "canary\"7b1e\\4c/ünd+so=weiter";
/// Another one, for the second revision, and the name of a user that is a secret here.
const OTHER: &str = "kanarienvogel-9d02f6";
const USER: &str = "wellensittich-31aa";

const STACK: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: aviary, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
pullThroughCache:
- upstream: docker-hub
  credentials:
    username: {valueFrom: {env: HUB_USER}}
    accessToken: {valueFrom: {env: HUB_TOKEN}}
    revision: REVISION
"#;

fn stack(revision: u32) -> String {
    STACK.replace("REVISION", &revision.to_string())
}

/// Every form in which a value may be written: in JSON, in JSON in JSON, as Rust shows texts and bytes, in base64 and in
/// hexadecimal digits.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let in_json = |text: &str| serde_json::to_string(text).expect("JSON").trim_matches('"').to_owned();
    let texts = [value.to_owned(), in_json(value), in_json(&in_json(value))];
    let mut forms: Vec<String> = Vec::new();
    for text in texts {
        forms.push(text.escape_default().to_string());
        forms.push(text.as_bytes().escape_ascii().to_string());
        forms.push(text.bytes().map(|byte| format!("{byte:02x}")).collect());
        // What stands before and behind it changes the first and the last letters.
        for shift in 0..3 {
            let shifted = format!("{}{text}", "x".repeat(shift));
            for encoded in [STANDARD.encode(&shifted), URL_SAFE.encode(&shifted)] {
                forms.push(encoded[4..encoded.len() - 4].to_owned());
            }
        }
        forms.push(text);
    }
    // A part that most ways of writing leave as it is.
    let plain = value.split(|letter: char| !letter.is_ascii_alphanumeric()).max_by_key(|part| part.len());
    forms.extend(plain.map(str::to_owned));
    forms.into_iter().map(String::into_bytes).collect()
}

/// Reads `bytes`, and insists that no value is in them in any form.
fn insist_on_silence(what: &str, bytes: &[u8]) {
    for value in [CANARY, OTHER, USER] {
        for form in forms(value) {
            let found = bytes.windows(form.len()).any(|window| window == form);
            assert!(!found, "{what} tells {}", String::from_utf8_lossy(&form));
        }
    }
}

#[test]
fn every_way_of_writing_a_value_is_recognised() {
    // As the SDK's body is shown in a trace: JSON in JSON, and the bytes of that as Rust shows them.
    let inner = serde_json::json!({ "accessToken": CANARY }).to_string();
    let body = serde_json::json!({ "SecretString": inner }).to_string();
    let shown = format!("{}", body.as_bytes().escape_ascii());
    for text in [CANARY.to_owned(), inner.clone(), body.clone(), shown, STANDARD.encode(&inner), STANDARD.encode(&body)]
    {
        let heard = std::panic::catch_unwind(|| insist_on_silence("this", text.as_bytes()));
        assert!(heard.is_err(), "{text}");
    }
    insist_on_silence("nothing", b"HUB_TOKEN");
}

/// Every file of a directory, and of those in it.
fn files(directory: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("a directory").flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push(path),
        }
    }
}

/// A desk whose commands know the values.
struct Aviary {
    desk: Desk,
    token: &'static str,
}

impl Aviary {
    fn new() -> Self {
        let desk = Desk::new();
        desk.write("stack.yaml", &stack(1));
        Self { desk, token: CANARY }
    }

    /// Runs, and reads both streams.
    fn run(&self, mut command: std::process::Command, what: &str) -> Did {
        let did: Did = command.env("HUB_USER", USER).env("HUB_TOKEN", self.token).output().expect("it runs").into();
        insist_on_silence(&format!("the output of {what}"), did.stdout.as_bytes());
        insist_on_silence(&format!("the errors of {what}"), did.stderr.as_bytes());
        did
    }

    fn insist(&self, code: i32, arguments: &str) -> Did {
        let did = self.run(self.desk.command(arguments), arguments);
        assert_eq!(did.code, Some(code), "{arguments}\n{}\n{}", did.stdout, did.stderr);
        did
    }

    /// Reads every byte of every file.
    fn read_everything(&self) -> usize {
        let mut found = Vec::new();
        files(self.desk.path(), &mut found);
        for path in &found {
            insist_on_silence(&path.display().to_string(), &std::fs::read(path).expect("a file"));
        }
        found.iter().filter(|path| path.components().any(|part| part.as_os_str() == ".eksctl-rs")).count()
    }
}

const NOW: &str = "-f stack.yaml --emulator --emulator-clock instant";

#[test]
fn a_canary_is_in_no_output_no_log_and_no_file() {
    let mut aviary = Aviary::new();
    for format in ["text", "json", "ndjson"] {
        let plan = aviary.insist(0, &format!("plan {NOW} --output {format} -vvvv"));
        if format != "ndjson" {
            assert!(plan.stdout.contains("HUB_TOKEN"), "the plan says where it comes from: {}", plan.stdout);
        }
        assert!(plan.stderr.contains("DEBUG"), "the log is on");
    }
    aviary.insist(0, &format!("apply {NOW} --auto-approve --output ndjson -vvvv"));
    for arguments in ["show", "show --output json", "drift", "drift --output json", "plan --output json"] {
        let did = aviary.run(aviary.desk.command(&format!("{arguments} {NOW} -vvvv")), arguments);
        assert!(matches!(did.code, Some(0)), "{arguments}: {}", did.stderr);
    }
    assert!(aviary.read_everything() >= 3, "a journal, the world of the account, and that of the Region");
    // Another revision sends another value.
    aviary.token = OTHER;
    aviary.desk.write("stack.yaml", &stack(2));
    let did = aviary.insist(0, &format!("apply {NOW} --auto-approve -vvvv"));
    assert!(did.stderr.contains("secretsmanager:PutSecretValue"), "{}", did.stderr);
    assert!(did.stderr.contains("ecr:ValidatePullThroughCacheRule"), "it is tried again: {}", did.stderr);
    let destroyed = aviary.insist(0, &format!("destroy {NOW} --auto-approve -vvvv"));
    assert!(
        destroyed.stdout.contains("the repositories below docker-hub/ that it has filled stay"),
        "{}",
        destroyed.stdout
    );
    // Wanted again, it is restored, and sent again.
    let did = aviary.insist(0, &format!("apply {NOW} --auto-approve -vvvv --output ndjson"));
    assert!(did.stdout.contains("secretsmanager:RestoreSecret"), "{}", did.stdout);
    aviary.read_everything();
}

#[test]
fn a_canary_is_in_nothing_that_a_failure_tells() {
    let aviary = Aviary::new();
    for (weather, code) in [
        ("denied: [{action: \"secretsmanager:CreateSecret\"}]", 4),
        ("denied: [{action: \"ecr:CreatePullThroughCacheRule\"}]", 4),
        ("seed: 3\nlost_responses: 0.3\nserver_errors: 0.2\nlost_requests: 0.1", 0),
    ] {
        aviary.desk.write("weather.yaml", weather);
        let did = aviary.insist(code, &format!("apply {NOW} --auto-approve -vvvv --emulator-weather weather.yaml"));
        assert!(did.stderr.contains("DEBUG"));
        aviary.read_everything();
    }
}

#[test]
fn a_canary_goes_over_a_wire_and_into_no_log() {
    let aviary = Aviary::new();
    let served = Served::start(&aviary.desk, "--clock instant");
    let command = |arguments: &str| against(&aviary.desk, &served, "111122223333", arguments);
    let did = aviary.run(command("apply -f stack.yaml --auto-approve -vvvv"), "apply");
    assert_eq!(did.code, Some(0), "{}", did.stderr);
    let log = log(&served);
    assert!(log.contains("CreateSecret"), "it was sent");
    insist_on_silence("the emulator's log", log.as_bytes());
    aviary.read_everything();
}

#[test]
fn a_variable_that_is_not_set_is_named_before_anything_is_done() {
    let desk = Desk::new();
    desk.write("stack.yaml", &stack(1));
    let run = |arguments: &str| -> Did {
        let mut command = desk.command(arguments);
        command.env("HUB_USER", USER).env_remove("HUB_TOKEN").output().expect("it runs").into()
    };
    let plan = run(&format!("plan {NOW}"));
    assert_eq!(plan.code, Some(0), "whoever only plans need not have it");
    assert!(plan.stderr.contains("HUB_TOKEN is not set"), "{}", plan.stderr);
    let apply = run(&format!("apply {NOW} --auto-approve --output json"));
    assert_eq!(apply.code, Some(1));
    let said = "the environment variable HUB_TOKEN is not set; secretsmanager.Secret/docker-hub needs it";
    assert!(apply.stderr.contains(said), "{}", apply.stderr);
    assert!(!apply.stderr.contains("HUB_USER"), "{}", apply.stderr);
    let show = run(&format!("show {NOW} --output json"));
    assert!(show.stdout.contains("\"resources\":[]"), "nothing was made: {}", show.stdout);
}
