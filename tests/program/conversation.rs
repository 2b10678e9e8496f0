//! The first hour of a user, on the emulator.

use crate::Desk;

const NOW: &str = "--emulator --emulator-clock instant";

#[test]
fn plan_apply_plan_drift_show_destroy() {
    let desk = Desk::new();
    let plan = desk.insist(2, &format!("plan dev {NOW} --detailed-exitcode"));
    assert!(plan.stdout.contains("+ ec2.Vpc/main will be created (not there yet)"), "{}", plan.stdout);
    assert!(plan.stdout.contains("vpc: (ec2.Vpc/main).id"), "{}", plan.stdout);
    let summary =
        "Plan: 47 to create, 0 to update, 0 to replace, 0 to delete.\nIt takes about 13 min: eks.Cluster/dev 9m18s → ";
    assert!(plan.stdout.contains(summary) && plan.stdout.ends_with("30s.\n"), "{}", plan.stdout);
    desk.insist(0, &format!("plan dev {NOW}"));

    let refused = desk.insist(1, &format!("apply dev {NOW}"));
    assert!(refused.stderr.contains("there is nobody to ask") && refused.stderr.contains("--auto-approve"));

    let applied = desk.insist(0, &format!("apply dev {NOW} --auto-approve"));
    assert!(applied.stdout.contains("47 created"), "{}", applied.stdout);
    let again = desk.insist(0, &format!("apply dev {NOW} --auto-approve"));
    assert_eq!(again.stdout, "Nothing to do: AWS has what the stack says.\n");

    let plan = desk.insist(0, &format!("plan dev {NOW} --detailed-exitcode"));
    assert_eq!(plan.stdout, "No changes: dev.eu-west-1 has what the stack says (47 resources).\n");
    let drift = desk.insist(0, &format!("drift dev {NOW}"));
    assert_eq!(drift.stdout, "No drift: dev.eu-west-1 is what the stack says (47 resources).\n");
    let show = desk.insist(0, &format!("show dev {NOW}"));
    assert!(show.stdout.contains("eks.Cluster/dev"), "{}", show.stdout);
    assert!(show.stdout.ends_with("dev.eu-west-1 owns 47 resources.\n"), "{}", show.stdout);

    let refused = desk.insist(1, &format!("destroy dev {NOW}"));
    assert!(refused.stderr.contains("there is nobody to ask"));
    let destroyed = desk.insist(0, &format!("destroy dev {NOW} --auto-approve"));
    assert!(destroyed.stdout.contains("47 deleted"), "{}", destroyed.stdout);
    let show = desk.insist(0, &format!("show dev {NOW}"));
    assert_eq!(show.stdout, "dev.eu-west-1 owns nothing.\n");
    desk.insist(0, &format!("apply dev {NOW} --auto-approve"));
}

#[test]
fn what_was_waited_for_is_there_in_the_next_process() {
    let desk = Desk::new();
    let fast = "--emulator --emulator-clock scaled=3000";
    desk.insist(0, &format!("apply dev {fast} --auto-approve"));
    desk.insist(0, &format!("plan dev {fast} --detailed-exitcode"));
}

#[test]
fn skip_plan_shows_no_plan() {
    let desk = Desk::new();
    let applied = desk.insist(0, &format!("apply dev {NOW} --auto-approve --skip-plan"));
    assert!(!applied.stdout.contains("will be created"), "{}", applied.stdout);
}

#[test]
fn what_is_precious_needs_more_than_approval() {
    let desk = Desk::new();
    desk.insist(0, &format!("apply dev {NOW} --auto-approve"));
    let path = desk.path().join("environments/dev/stack.yaml");
    let text = std::fs::read_to_string(&path).expect("text");
    std::fs::write(&path, text.replace("10.10.0.0/16", "10.20.0.0/16")).expect("written");
    let plan = desk.insist(2, &format!("plan dev {NOW} --detailed-exitcode"));
    assert!(plan.stdout.contains("± ec2.Vpc/main will be replaced"), "{}", plan.stdout);
    assert!(plan.stdout.contains("(forces replacement)"), "{}", plan.stdout);
    let before = desk.world();
    let refused = desk.insist(1, &format!("apply dev {NOW} --auto-approve"));
    assert!(refused.stderr.contains("--allow data-loss,replace"), "{}", refused.stderr);
    let refused = desk.insist(1, &format!("apply dev {NOW} --auto-approve --allow replace"));
    assert!(refused.stderr.contains("--allow data-loss"), "{}", refused.stderr);
    assert_eq!(desk.world(), before, "nothing was done");
    desk.insist(0, &format!("apply dev {NOW} --auto-approve --allow replace,data-loss"));
    desk.insist(0, &format!("plan dev {NOW} --detailed-exitcode"));
}

#[test]
fn protection_is_lifted_only_when_allowed() {
    let desk = Desk::new();
    desk.write("environments/dev/protection.yaml", "deletionProtection: true\n");
    desk.insist(0, &format!("apply dev {NOW} --auto-approve"));
    let refused = desk.insist(1, &format!("destroy dev {NOW} --auto-approve"));
    assert!(refused.stderr.contains("eks.Cluster/dev is protected by deletionProtection"), "{}", refused.stderr);
    desk.insist(0, &format!("plan dev {NOW} --detailed-exitcode"));
    desk.insist(0, &format!("destroy dev {NOW} --auto-approve --allow protected"));
}

#[test]
fn two_minors_at_once_are_refused_with_the_path() {
    let desk = Desk::new();
    let with = |version: &str| {
        desk.write("environments/dev/version.yaml", &format!("metadata: {{version: \"{version}\"}}\n"));
    };
    with("1.34");
    desk.insist(0, &format!("apply dev {NOW} --auto-approve"));
    with("1.36");
    let refused = desk.insist(1, &format!("plan dev {NOW}"));
    assert!(refused.stderr.contains("the version cannot go from 1.34 to 1.36 at once"), "{}", refused.stderr);
    assert!(refused.stderr.contains("1.35, 1.36"), "{}", refused.stderr);
    with("1.35");
    let plan = desk.insist(0, &format!("plan dev {NOW}"));
    assert!(plan.stdout.contains("Plan: 0 to create, 2 to update"), "{}", plan.stdout);
    desk.insist(0, &format!("apply dev {NOW} --auto-approve"));
    desk.insist(0, &format!("plan dev {NOW} --detailed-exitcode"));
}

#[test]
fn without_credentials_the_emulator_is_offered() {
    let desk = Desk::new();
    let failed = desk.insist(1, "plan dev");
    assert!(failed.stderr.contains("--emulator"), "{}", failed.stderr);
}

#[test]
fn an_unknown_environment_names_those_that_are_there() {
    let desk = Desk::new();
    let failed = desk.insist(3, "plan nowhere --emulator");
    assert!(failed.stderr.contains("there is no environment \"nowhere\""), "{}", failed.stderr);
    assert!(failed.stderr.contains("environments are dev"), "{}", failed.stderr);
    assert!(!desk.path().join(".eksctl-rs").exists(), "nothing was opened");
}

#[test]
fn a_single_file_is_a_stack() {
    let desk = Desk::new();
    desk.write(
        "one.yaml",
        "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {name: one, region: us-east-1, account: '444455556666'}\n",
    );
    let plan = desk.insist(2, &format!("plan -f one.yaml {NOW} --detailed-exitcode"));
    // us-east-1e has no control planes, and the zones are found in AWS.
    assert!(plan.stdout.contains("ec2.Subnet/private-us-east-1a"), "{}", plan.stdout);
    desk.insist(0, &format!("apply -f one.yaml {NOW} --auto-approve"));
    desk.insist(0, &format!("plan -f one.yaml {NOW} --detailed-exitcode"));
}

#[test]
fn destroy_stops_at_what_controllers_left_and_sweeps_it_away_when_told() {
    let desk = Desk::new();
    desk.insist(0, "apply dev --emulator --emulator-clock instant --auto-approve --skip-plan");
    let planted = desk.insist(0, "emulator plant leftovers dev --region eu-west-1 --account 111122223333");
    let did = desk.insist(1, "destroy dev --emulator --emulator-clock instant --auto-approve");
    for line in planted.stdout.lines() {
        let id = line.split(' ').next().expect("an id");
        assert!(did.stderr.contains(id), "{id} is not named: {}", did.stderr);
    }
    for maker in ["Karpenter", "the VPC CNI plugin", "the AWS Load Balancer Controller"] {
        assert!(did.stderr.contains(&format!("was made by {maker}")), "{}", did.stderr);
    }
    assert!(did.stderr.contains("--sweep"), "{}", did.stderr);
    let show = desk.insist(0, "show dev --emulator --emulator-clock instant");
    assert!(show.stdout.ends_with("dev.eu-west-1 owns 47 resources.\n"), "nothing was deleted: {}", show.stdout);
    let swept = desk.insist(0, "destroy dev --sweep --emulator --emulator-clock instant --auto-approve");
    assert!(swept.stdout.contains("will be deleted (left behind by Karpenter)"), "{}", swept.stdout);
    let show = desk.insist(0, "show dev --emulator --emulator-clock instant");
    assert_eq!(show.stdout, "dev.eu-west-1 owns nothing.\n");
}

#[test]
fn a_load_balancer_is_named_with_what_to_do_and_not_swept_away() {
    let desk = Desk::new();
    desk.insist(0, "apply dev --emulator --emulator-clock instant --auto-approve --skip-plan");
    desk.insist(0, "emulator plant leftovers dev --region eu-west-1 --account 111122223333 --load-balancer");
    let did = desk.insist(1, "destroy dev --sweep --emulator --emulator-clock instant --auto-approve");
    assert!(did.stderr.contains("delete the Service, Ingress or Gateway in the cluster"), "{}", did.stderr);
}

#[test]
fn earlier_runs_are_listed_and_told_again() {
    let desk = Desk::small();
    assert_eq!(desk.insist(0, "runs").stdout, "There was no run in this directory yet.\n");
    desk.insist(0, &format!("apply dev {NOW} --auto-approve --skip-plan"));
    desk.insist(0, &format!("destroy dev {NOW} --auto-approve"));
    let listed = desk.insist(0, "runs").stdout;
    let rows: Vec<&str> = listed.lines().skip(1).collect();
    assert!(rows.len() == 2 && rows[0].contains("apply") && rows[1].contains("destroy"), "{listed}");
    assert!(rows.iter().all(|row| row.ends_with("done") && row.contains("dev.eu-west-1")), "{listed}");
    let run = rows[0].split_whitespace().next().expect("an id");
    let story = desk.insist(0, &format!("runs {run}")).stdout;
    assert!(story.contains("eks.Cluster/dev: eks:CreateCluster") && story.contains("Ended: done"), "{story}");
    // A run that was killed in the middle of a line.
    let journal = format!(".eksctl-rs/runs/{run}.ndjson");
    let text = desk.read(&journal);
    desk.write(&journal, &text[..text.len() - 40]);
    assert!(desk.insist(0, "runs").stdout.contains("not ended"), "it says so");
    let wrong = desk.insist(1, "runs 1999");
    assert!(wrong.stderr.contains("there is no run 1999"), "{}", wrong.stderr);
}
