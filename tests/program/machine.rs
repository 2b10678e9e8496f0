//! What scripts depend on.

use serde_json::Value;

use crate::Desk;

const NOW: &str = "--emulator --emulator-clock instant";

fn line(stdout: &str) -> Value {
    assert_eq!(stdout.matches('\n').count(), 1, "exactly one line: {stdout}");
    serde_json::from_str(stdout).expect("JSON")
}

#[test]
fn json_is_exactly_one_line() {
    let desk = Desk::new();
    let plan = line(&desk.insist(2, &format!("plan dev {NOW} --output json --detailed-exitcode")).stdout);
    assert_eq!(plan["format_version"], "1.0");
    assert_eq!(plan["summary"]["create"], 47);
    let change = &plan["changes"][0];
    for key in ["address", "action", "reason", "consequence", "fields"] {
        assert!(!change[key].is_null(), "{key}: {change}");
    }
    assert_eq!((&change["action"], &change["reason"]), (&"create".into(), &"missing".into()));
    assert_tells_what_it_cost(&plan);
    assert_eq!(plan["stats"]["mutating_calls"], 0);

    let applied = line(&desk.insist(0, &format!("apply dev {NOW} --auto-approve --output json")).stdout);
    assert_eq!(applied["outcome"], "done");
    assert!(applied["stats"]["mutating_calls"].as_u64().expect("a number") > 47);
    assert_tells_what_it_cost(&applied);
    assert_tells_what_it_cost(&line(&desk.insist(0, &format!("drift dev {NOW} --output json")).stdout));
    let again = line(&desk.insist(0, &format!("apply dev {NOW} --auto-approve --output json")).stdout);
    assert_eq!((&again["stats"]["mutating_calls"], &again["changes"]), (&0.into(), &Value::Array(vec![])));

    let show = line(&desk.insist(0, &format!("show dev {NOW} --output json")).stdout);
    assert_eq!(show["resources"].as_array().expect("a list").len(), 47);
    let graph = line(&desk.insist(0, "graph dev --output json").stdout);
    // The role of an add-on's pods is AWS's to tell.
    assert_eq!(graph["resources"].as_array().expect("a list").len(), 46);
    assert_eq!(line(&desk.insist(0, "validate dev --output json").stdout)["valid"], true);
}

#[test]
fn ndjson_is_the_story_of_the_run_and_so_is_the_journal() {
    let desk = Desk::new();
    let did = desk.insist(0, &format!("apply dev {NOW} --auto-approve --output ndjson"));
    let events: Vec<Value> = did.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(events.first().map(|event| &event["event"]), Some(&"run-started".into()));
    assert_eq!(events.last().map(|event| &event["event"]), Some(&"run-finished".into()));
    let count = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!(count("step-started"), count("step-finished"));
    let runs: Vec<_> = std::fs::read_dir(desk.path().join(".eksctl-rs/runs")).expect("runs").flatten().collect();
    assert_eq!(runs.len(), 1);
    let journal = std::fs::read_to_string(runs[0].path()).expect("text");
    assert_eq!(journal, did.stdout);
}

#[test]
fn text_has_colour_only_where_it_is_wanted() {
    let desk = Desk::new();
    let plain = desk.insist(0, &format!("plan dev {NOW}"));
    assert!(!plain.stdout.contains('\x1b') && !plain.stderr.contains('\x1b'));
    let mut command = desk.command(&format!("plan dev {NOW} --color always"));
    let output = command.env_remove("NO_COLOR").output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains('\x1b'));
    let never =
        desk.command(&format!("plan dev {NOW} --color never")).env_remove("NO_COLOR").output().expect("it runs");
    assert!(!String::from_utf8_lossy(&never.stdout).contains('\x1b'));
}

#[test]
fn a_graph_is_dot() {
    let desk = Desk::new();
    let did = desk.insist(0, "graph dev");
    assert!(did.stdout.starts_with("digraph \"dev.eu-west-1\" {\n"), "{}", did.stdout);
    assert!(
        did.stdout.contains("\"eks.Nodegroup/general\" -> \"ec2.RouteTable/private-eu-west-1a\";"),
        "{}",
        did.stdout
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::new();
    let mut child = desk
        .command(&format!("plan dev {NOW}"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// Calls, how deep, and how long: in all and by service.
fn assert_tells_what_it_cost(answer: &Value) {
    let stats = &answer["stats"];
    for key in ["api_calls", "mutating_calls", "round_trips", "seconds"] {
        assert!(stats[key].is_number(), "{key}");
    }
    for key in ["by_service", "seconds_by_service"] {
        assert!(stats[key]["eks"].is_number(), "{key}");
    }
}
