//! `outputs`: what others build on.

use std::process::Command;

use serde_json::Value;

use crate::Desk;

const NOW: &str = "--emulator --emulator-clock instant";

fn applied() -> Desk {
    let desk = Desk::new();
    desk.write(
        "environments/dev/outputs.yaml",
        "outputs:\n  CLUSTER: eks_cluster_name\n  Api: eks.Cluster/dev.endpoint\n  ZONES: ec2.Subnet/private-*.availability_zone\n",
    );
    desk.insist(0, &format!("apply dev {NOW} --auto-approve --skip-plan"));
    desk
}

#[test]
fn people_shells_and_machines_read_the_same() {
    let desk = applied();
    let text = desk.insist(0, &format!("outputs dev {NOW}")).stdout;
    let line = desk.insist(0, &format!("outputs dev {NOW} --output json")).stdout;
    assert_eq!(line.matches('\n').count(), 1, "exactly one line");
    let answer: Value = serde_json::from_str(&line).expect("JSON");
    let told = &answer["outputs"];
    let shell = desk.insist(0, &format!("outputs dev {NOW} --shell")).stdout;

    assert_eq!(told["eks_cluster_id"], "dev");
    assert_eq!(told["eks_cluster_arn"], "arn:aws:eks:eu-west-1:111122223333:cluster/dev");
    assert_eq!(told["eks_cluster_version"], "1.35");
    for name in
        ["eks_cluster_endpoint", "eks_oidc_issuer", "eks_cluster_certificate_authority", "vpc_id", "kms_key_arn"]
    {
        let value = told[name].as_str().unwrap_or_else(|| panic!("{name}: {told}"));
        assert!(text.contains(&format!("{value}\n")), "{name}: {text}");
        assert!(shell.contains(&format!("export {}='{value}'\n", name.to_uppercase())), "{name}: {shell}");
    }
    assert!(told["eks_node_group_arn"].as_str().is_some_and(|arn| arn.contains(":nodegroup/dev/general/")), "{told}");
    assert_eq!(told["private_subnet_ids"].as_array().map(Vec::len), Some(3));
    assert!(told["iam_role_arns"]["node"].as_str().is_some_and(|arn| arn.contains(":role/")), "{told}");
    assert!(text.contains("iam_role_arns.node "), "{text}");
    assert_eq!(told["CLUSTER"], "dev");
    assert_eq!(told["Api"], told["eks_cluster_endpoint"]);
    assert_eq!(told["ZONES"], serde_json::json!(["eu-west-1a", "eu-west-1b", "eu-west-1c"]));

    let script = format!("{shell}\nprintf '%s|%s|%s' \"$CLUSTER\" \"$Api\" \"$ZONES\"");
    let heard = Command::new("sh").args(["-c", &script]).env_clear().output().expect("a shell");
    let api = told["Api"].as_str().expect("text");
    assert_eq!(String::from_utf8_lossy(&heard.stdout), format!("dev|{api}|eu-west-1a eu-west-1b eu-west-1c"));
    assert!(heard.stderr.is_empty(), "{}", String::from_utf8_lossy(&heard.stderr));
}

#[test]
fn a_value_alone_is_nothing_but_itself() {
    let desk = applied();
    assert_eq!(desk.insist(0, &format!("outputs dev {NOW} --name CLUSTER")).stdout, "dev\n");
    let zones = desk.insist(0, &format!("outputs dev {NOW} --name ZONES,aws_region")).stdout;
    assert_eq!(zones, "eu-west-1a\neu-west-1b\neu-west-1c\neu-west-1\n");
    let failed = desk.insist(1, &format!("outputs dev {NOW} --name eks_cluster_arm"));
    assert!(failed.stderr.contains("there is no output eks_cluster_arm"), "{}", failed.stderr);
    assert!(failed.stderr.contains("eks_cluster_arn"), "{}", failed.stderr);
}

#[test]
fn a_script_does_not_go_on_with_what_is_not_there() {
    let desk = Desk::new();
    desk.write("environments/dev/outputs.yaml", "outputs: {CLUSTER: eks_cluster_name}\n");
    let text = desk.insist(0, &format!("outputs dev {NOW}")).stdout;
    assert!(text.contains("CLUSTER         (not there yet)\n"), "{text}");
    for arguments in ["--shell", "--name CLUSTER", "--name vpc_id"] {
        let failed = desk.insist(1, &format!("outputs dev {NOW} {arguments}"));
        assert_eq!(failed.stdout, "");
        assert!(failed.stderr.contains("comes from is not there"), "{}", failed.stderr);
    }
}

#[test]
fn what_the_stack_does_not_have_is_no_output() {
    let desk = Desk::small();
    desk.write(
        "environments/dev/outputs.yaml",
        "outputs:\n  a-b: eks_cluster_arn\n  VPC_ID: eks.Cluster/dev.vpc\n  A: eks.Cluster/prod.arn\n  B: eks.Cluster/dev.endpiont\n  C: s3.Bucket/x.arn\n  D: nonsense\n  E: eks.Cluster/dev.bootstrap_self_managed_addons\n",
    );
    let did = desk.insist(3, "validate dev");
    for text in [
        "\"a-b\" is no name for an output",
        "VPC_ID is a standard output already",
        "nothing in the stack is at eks.Cluster/prod",
        "the stack has eks.Cluster/dev",
        "eks.Cluster does not tell endpiont",
        "did you mean endpoint?",
        "there is no kind s3.Bucket",
        "\"nonsense\" is no output of a resource",
        "eks.Cluster does not tell bootstrap_self_managed_addons",
    ] {
        assert!(did.stderr.contains(text), "{text}: {}", did.stderr);
    }
}
