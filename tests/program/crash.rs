//! Killed half way, the next run goes on, and ends in the same world as a run that was not disturbed.

#![expect(clippy::disallowed_methods, reason = "another process is waited for, in real time")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Desk;
use crate::endpoint::{Served, against, log};

const ACCOUNT: &str = "111122223333";

/// How many of everything there are in the emulator's own world.
fn census(desk: &Desk) -> BTreeMap<String, usize> {
    let read = |name: &str| -> Value {
        let path = desk.path().join(format!(".eksctl-rs/emulator/{ACCOUNT}/{name}.json"));
        serde_json::from_str(&std::fs::read_to_string(path).expect("a world")).expect("JSON")
    };
    let (global, region) = (read("global"), read("eu-west-1"));
    let mut census = BTreeMap::new();
    for (service, part) in [("iam", &global["iam"]), ("ec2", &region["ec2"]), ("eks", &region["eks"])] {
        for (kind, things) in part.as_object().expect("a map") {
            if let Some(things) = things.as_object() {
                census.insert(format!("{service}.{kind}"), things.len());
            }
        }
    }
    // Updates are history, and a released address is remembered.
    census.retain(|kind, _| !kind.contains("updates") && !kind.contains("released"));
    census
}

fn undisturbed() -> BTreeMap<String, usize> {
    let desk = Desk::new();
    desk.insist(0, "apply dev --emulator --emulator-clock instant --auto-approve");
    census(&desk)
}

/// Ten numbers of calls, from the first that changes something to the last.
fn ten_calls_of_an_apply() -> Vec<usize> {
    let desk = Desk::new();
    let served = Served::start(&desk, "--clock instant");
    let run = |arguments: &str| against(&desk, &served, ACCOUNT, arguments).output().expect("it runs");
    run("plan dev");
    let reads = calls_in(&log(&served));
    run("apply dev --auto-approve");
    let whole = calls_in(&log(&served)) - reads;
    (0..10).map(|part| reads + 1 + part * (whole - reads - 1) / 9).collect()
}

fn calls_in(log: &str) -> usize {
    log.matches("\"operation\"").count()
}

#[test]
fn killed_at_ten_call_numbers_while_the_emulator_lives_on() {
    let wanted = undisturbed();
    for (number, call) in ten_calls_of_an_apply().into_iter().enumerate() {
        let when = if number % 2 == 0 { "before" } else { "after" };
        let desk = Desk::new();
        let served = Served::start(&desk, &format!("--clock instant --hold {when}={call}"));
        let mut child = against(&desk, &served, ACCOUNT, "apply dev --auto-approve --output json")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it runs");
        // It hangs at exactly that call: then nothing more comes.
        let began = Instant::now();
        let mut seen = String::new();
        loop {
            std::thread::sleep(Duration::from_millis(150));
            let now = log(&served);
            assert!(child.try_wait().expect("asked").is_none(), "it ended before its call {call}");
            if now == seen && calls_in(&now) + 1 >= call {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(120), "it neither hangs nor ends");
            seen = now;
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        if number % 3 == 0 {
            let _ = std::fs::remove_dir_all(desk.path().join(".eksctl-rs/runs"));
        }
        let run = |arguments: &str| against(&desk, &served, ACCOUNT, arguments).output().expect("it runs");
        let again = run("apply dev --auto-approve");
        assert_eq!(again.status.code(), Some(0), "{when}={call}: {}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(run("plan dev --detailed-exitcode").status.code(), Some(0), "{when}={call}");
        assert_eq!(census(&desk), wanted, "{when}={call}: nothing is there twice");
    }
}

#[test]
fn killed_at_ten_moments_of_the_in_process_form() {
    let wanted = undisturbed();
    for moment in 0..10u64 {
        let desk = Desk::new();
        let mut child = desk
            .command("apply dev --emulator --emulator-clock scaled=600 --auto-approve")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it runs");
        std::thread::sleep(Duration::from_millis(80 + moment * 180));
        child.kill().expect("killed");
        child.wait().expect("ended");
        if moment % 3 == 0 {
            let _ = std::fs::remove_dir_all(desk.path().join(".eksctl-rs/runs"));
        }
        desk.insist(0, "apply dev --emulator --emulator-clock instant --auto-approve");
        desk.insist(0, "plan dev --emulator --emulator-clock instant --detailed-exitcode");
        assert_eq!(census(&desk), wanted, "moment {moment}: nothing is there twice");
    }
}
