//! `kubeconfig`: how kubectl reaches the cluster.

use std::os::unix::fs::PermissionsExt;

use crate::Desk;

const NOW: &str = "--emulator --emulator-clock instant";
const ARN: &str = "arn:aws:eks:eu-west-1:111122223333:cluster/dev";

fn applied() -> Desk {
    let desk = Desk::new();
    desk.insist(0, &format!("apply dev {NOW} --auto-approve --skip-plan"));
    desk
}

#[test]
fn a_new_file_is_what_aws_would_write() {
    let desk = applied();
    let did = desk.insist(0, &format!("kubeconfig dev {NOW} --kubeconfig new/config"));
    assert_eq!(did.stdout, format!("new/config has the context {ARN}.\n"));
    assert!(did.stderr.contains("from within the VPC only"), "{}", did.stderr);
    let text = desk.read("new/config");
    for part in [
        "apiVersion: v1\n",
        "kind: Config\n",
        &format!("current-context: {ARN}\n"),
        "certificate-authority-data: ",
        "server: https://",
        "apiVersion: client.authentication.k8s.io/v1beta1\n",
        "command: aws\n",
        "- --cluster-name\n",
        "- eu-west-1\n",
        "- get-token\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let mode = std::fs::metadata(desk.path().join("new/config")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_first_of_the_list_is_merged_into_and_links_stay() {
    let desk = applied();
    let before = "current-context: other\nusers:\n- name: other\n  user: {token: \"007\"}\nclusters: []\n";
    desk.write("real", before);
    std::os::unix::fs::symlink("real", desk.path().join("link")).expect("a link");
    let mut command = desk.command(&format!(
        "kubeconfig dev {NOW} --alias dev --user-alias me --role node --namespace shop --no-current-context"
    ));
    let did: crate::Did = command.env("KUBECONFIG", ":link:another").output().expect("it runs").into();
    assert_eq!(did.code, Some(0), "{}", did.stderr);
    let text = desk.read("real");
    assert!(text.contains("token: \"007\"") && text.contains("current-context: other\n"), "{text}");
    for part in ["name: dev\n", "name: me\n", "user: me\n", "namespace: shop\n", "- --role-arn\n"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains(":role/eksctl-rs/dev.eu-west-1/dev-eu-west-1-node\n"), "{text}");
    assert!(std::fs::symlink_metadata(desk.path().join("link")).expect("a link").is_symlink());
    assert!(!desk.path().join("another").exists());
}

#[test]
fn a_dry_run_prints_this_cluster_and_nothing_of_the_file() {
    let desk = applied();
    let secret = "users:\n- name: other\n  user: {token: canary}\n";
    desk.write("config", secret);
    let did =
        desk.insist(0, &format!("kubeconfig dev {NOW} --kubeconfig config --dry-run --role-arn arn:aws:iam::1:role/x"));
    assert!(did.stdout.starts_with("apiVersion: v1\nkind: Config\n"), "{}", did.stdout);
    assert!(did.stdout.contains("- arn:aws:iam::1:role/x\n"), "{}", did.stdout);
    assert!(!did.stdout.contains("canary") && !did.stderr.contains("canary"));
    assert_eq!(desk.read("config"), secret);
}

#[test]
fn home_is_where_it_goes_without_a_word() {
    let desk = applied();
    let mut command = desk.command(&format!("kubeconfig dev {NOW} --output json"));
    let did: crate::Did =
        command.env_remove("KUBECONFIG").env("HOME", desk.path().join("home")).output().expect("it runs").into();
    assert_eq!(did.code, Some(0), "{}", did.stderr);
    let answer: serde_json::Value = serde_json::from_str(&did.stdout).expect("one line of JSON");
    assert_eq!((&answer["context"], &answer["is_current"]), (&ARN.into(), &true.into()));
    assert!(desk.read("home/.kube/config").contains("get-token"));
}

#[test]
fn what_cannot_be_is_said_and_nothing_is_written() {
    let desk = Desk::new();
    let failed = desk.insist(1, &format!("kubeconfig dev {NOW} --kubeconfig config"));
    assert!(failed.stderr.contains("dev.eu-west-1 has no cluster yet"), "{}", failed.stderr);
    assert!(failed.stderr.contains("`apply`"), "{}", failed.stderr);
    assert!(!desk.path().join("config").exists());
    for (text, problem) in
        [("a: [", "it is no YAML"), ("kind: Stack\n", "it is of the kind Stack"), ("- 1\n", "it is no map")]
    {
        desk.write("config", text);
        let failed = desk.insist(1, &format!("kubeconfig dev {NOW} --kubeconfig config"));
        assert!(failed.stderr.contains(problem), "{problem}: {}", failed.stderr);
        assert!(failed.stderr.contains("--kubeconfig"), "{}", failed.stderr);
        assert_eq!(desk.read("config"), text);
    }
    let failed = desk.insist(1, &format!("kubeconfig dev {NOW} --role nobody"));
    assert!(failed.stderr.contains("the stack has no role nobody"), "{}", failed.stderr);
    assert!(failed.stderr.contains("roles are administrator, cluster, deploy"), "{}", failed.stderr);
}
