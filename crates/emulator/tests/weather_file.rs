//! What a weather file may say.

use std::time::Duration;

use eksctl_rs_emulator::{
    Clock, Denied, Emulator, Failing, Hold, Options, Outcome, Resource, StaleReads, StartError, Throttling, Weather,
    When,
};
use serde_json::{Value, json};

fn read(file: Value) -> Result<Weather, String> {
    serde_json::from_value(file).map_err(|error| error.to_string())
}

#[test]
fn every_field_can_be_said_and_none_must() {
    assert_eq!(read(json!({})), Ok(Weather::default()));
    let all = json!({
        "seed": 7,
        "latency": 0.25,
        "hold": { "call": 3, "when": "before" },
        "times_longer": 2,
        "throttling": { "times_smaller": 10 },
        "server_errors": 0.1,
        "lost_requests": 0.2,
        "lost_responses": 1,
        "stale_reads": { "ec2": 5, "eks": 1, "eks_lists": 2.5, "iam": 10, "kms": 3, "logs": 4, "tagging": 60 },
        "failing": [
            { "resource": "nodegroup", "name": "sys*", "becomes": "DEGRADED", "code": "AsgInstanceLaunchFailures",
              "message": "No capacity", "times": 2, "probability": 0.5 },
            { "resource": "nat-gateway", "becomes": "failed" },
        ],
        "denied": [{ "action": "ec2:CreateNatGateway", "after": 1, "times": 2 }, { "action": "eks:*" }],
        "items_on_a_page": 2,
        "quotas": { "ec2.vpcs": 1, "eks.nodegroups": 0 },
    });
    let expected = Weather {
        seed: Some(7),
        latency: Duration::from_millis(250),
        times_longer: Some(2.0),
        hold: Some(Hold { call: 3, when: When::Before }),
        throttling: Some(Throttling { times_smaller: 10.0 }),
        server_errors: 0.1,
        lost_requests: 0.2,
        lost_responses: 1.0,
        stale_reads: StaleReads { ec2: 5.0, eks: 1.0, eks_lists: 2.5, iam: 10.0, kms: 3.0, logs: 4.0, tagging: 60.0 },
        failing: vec![
            Failing {
                name: "sys*".into(),
                becomes: Some(Outcome::Degraded),
                code: Some("AsgInstanceLaunchFailures".into()),
                message: Some("No capacity".into()),
                times: 2,
                probability: 0.5,
                ..Failing::next(Resource::Nodegroup)
            },
            Failing { becomes: Some(Outcome::Failed), ..Failing::next(Resource::NatGateway) },
        ],
        denied: vec![
            Denied { action: "ec2:CreateNatGateway".into(), after: 1, times: Some(2) },
            Denied::action("eks:*"),
        ],
        items_on_a_page: Some(2),
        quotas: [("ec2.vpcs".into(), 1), ("eks.nodegroups".into(), 0)].into(),
    };
    assert_eq!(read(all), Ok(expected));
}

#[test]
fn what_cannot_be_is_refused_with_what_to_do() {
    for (file, words) in [
        (json!({ "sede": 7 }), "unknown field `sede`, expected one of `seed`"),
        (json!({ "latency": -1 }), "-1 is no number of seconds"),
        (json!({ "hold": { "call": 1, "when": "during" } }), "expected `before` or `after`"),
        (json!({ "throttling": { "times_smaller": 0 } }), "0 is no size; 1 is AWS's"),
        (json!({ "throttling": { "rate": 1 } }), "unknown field `rate`"),
        (json!({ "server_errors": 1.5 }), "1.5 is no probability: use a number between 0 and 1"),
        (json!({ "stale_reads": { "s3": 1 } }), "unknown field `s3`"),
        (json!({ "stale_reads": { "ec2": -1 } }), "-1 is no number of seconds"),
        (json!({ "failing": [{ "resource": "vpc" }] }), "unknown variant `vpc`, expected one of `cluster`"),
        (json!({ "failing": [{ "name": "a" }] }), "missing field `resource`"),
        (json!({ "failing": [{ "resource": "cluster", "becomes": "DEGRADED" }] }), "a cluster can become FAILED"),
        (json!({ "failing": [{ "resource": "update", "code": "Nope" }] }), "it has SubnetNotFound, "),
        (json!({ "failing": [{ "resource": "update", "times": 0 }] }), "leave the entry out"),
        (json!({ "failing": [{ "resource": "update", "probability": -0.1 }] }), "-0.1 is no probability"),
        (json!({ "denied": [{ "action": "ec2:CreateNothing" }] }), "no action \"ec2:CreateNothing\"; write it as"),
        (json!({ "denied": [{ "action": "sts:GetCallerIdentity" }] }), "AWS lets nobody deny it"),
        (json!({ "denied": [{ "action": "eks:*", "times": 0 }] }), "leave the entry out"),
        (json!({ "quotas": { "ec2.vpc": 1 } }), "no quota \"ec2.vpc\"; the emulator knows ec2.vpcs, "),
        (json!({ "quotas": { "ec2.vpcs": -1 } }), "expected usize"),
    ] {
        let problem = read(file.clone()).expect_err("a refusal");
        assert!(problem.contains(words), "{file}: {problem}");
    }
}

#[test]
fn what_cannot_be_is_refused_when_it_is_set_too() {
    let emulator = Emulator::in_memory();
    let wrong = [
        Weather { server_errors: 2.0, ..Weather::default() },
        Weather { lost_requests: f64::NAN, ..Weather::default() },
        Weather { throttling: Some(Throttling { times_smaller: -1.0 }), ..Weather::default() },
        Weather { stale_reads: StaleReads { iam: f64::INFINITY, ..StaleReads::default() }, ..Weather::default() },
        Weather {
            failing: vec![
                Failing::next(Resource::Update),
                Failing { becomes: Some(Outcome::CreateFailed), ..Failing::next(Resource::Update) },
            ],
            ..Weather::default()
        },
        Weather { denied: vec![Denied::action("CreateVpc")], ..Weather::default() },
        Weather { quotas: [("vpcs".to_owned(), 1)].into(), ..Weather::default() },
    ];
    let fields = wrong.map(|weather| emulator.set_weather(weather).expect_err("a refusal").field);
    let expected = ["server_errors", "lost_requests", "throttling", "stale_reads", "failing[1]", "denied[0]", "quotas"];
    assert_eq!(fields, expected);
    assert_eq!(emulator.weather(), Weather::default(), "the weather stays as it was");
}

#[test]
fn what_needs_time_needs_a_clock() {
    let start =
        |weather: Weather| Emulator::new(Options { clock: Clock::Instant, weather, ..Options::default() }).map(|_| ());
    let throttled = Weather { throttling: Some(Throttling::default()), ..Weather::default() };
    let stale = Weather { stale_reads: StaleReads { ec2: 1.0, ..StaleReads::default() }, ..Weather::default() };
    for weather in [throttled, stale] {
        let Err(StartError::Weather(error)) = start(weather) else { panic!("it should not start") };
        assert!(error.problem.ends_with("use the clock scaled=N or real"), "{error}");
    }
    start(Weather { server_errors: 0.5, ..Weather::default() }).expect("an emulator");
}
