//! A stack that is not valid: every mistake at once, each at its place, and nothing else happens.

use serde_json::Value;

use crate::Desk;

/// Each mistake bears its number in a comment.
const MISTAKES: &str = r#"apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata:
  name: bad name # 1
  region: eu-west-1
  account: "111122223333"
  version: 1.35 # 2
  tags:
    aws:owner: me # 3
  verison: "1.35" # 4
availabilityZones: [eu-west-1a, us-east-1b] # 5
vpc:
  cidr: 10.0.0.5/16 # 6
  nat:
    gateway: Singel # 7
  clusterEndpoints:
    privateAccess: false # 8
  publicAccessCIDRs: [203.0.113.0/24] # 9
kubernetesNetworkConfig:
  serviceIPv4CIDR: 10.0.128.0/20 # 10
cloudWatch:
  clusterLogging:
    enableTypes: [audits] # 11
managedNodeGroups:
- name: a
  instanceType: m6i.large # 12
  instanceTypes: [m6a.large]
  minSize: 5 # 13
  maxSize: 3
  labels:
    kubernetes.io/role: x # 14
- name: a # 15
  instanceTypes: [m6i.large, m6g.large] # 16
  desiredCapacity: "two" # 17
  ssh: {allow: true, publicKeyName: ops} # 18
"#;

#[test]
fn every_mistake_is_reported_at_once_at_its_place() {
    let desk = Desk::new();
    desk.write("bad.yaml", MISTAKES);
    for command in ["validate", "plan", "apply --auto-approve", "drift"] {
        let did = desk.insist(3, &format!("{command} -f bad.yaml --output json"));
        let answer: Value = serde_json::from_str(&did.stdout).expect("one line of JSON");
        let found: Vec<(u64, String)> = answer["diagnostics"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|diagnostic| diagnostic["severity"] == "error")
            .map(|diagnostic| {
                let line = diagnostic["line"].as_u64().expect("a line");
                (line, diagnostic["message"].as_str().expect("a text").to_owned())
            })
            .collect();
        let wanted: Vec<u64> = MISTAKES
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(" # "))
            .map(|(number, _)| number as u64 + 1)
            .collect();
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, wanted, "{command}: {found:#?}");
    }
    assert!(!desk.path().join(".eksctl-rs").exists(), "nothing was opened, and no call was made");
}

#[test]
fn people_see_the_line_and_what_to_do() {
    let desk = Desk::new();
    desk.write("bad.yaml", MISTAKES);
    let did = desk.insist(3, "validate -f bad.yaml");
    for text in
        ["bad.yaml:15:14", "gateway: Singel # 7", "did you mean Single?", "put it into quotes: \"1.35\"", "18 errors"]
    {
        assert!(did.stderr.contains(text), "{text}: {}", did.stderr);
    }
    assert_eq!(did.stdout, "");
}

#[test]
fn what_is_no_yaml_says_so_at_its_line() {
    let desk = Desk::new();
    for (text, place) in [
        ("a: [1\nb: 2\n", "bad.yaml:2"),
        ("a:\n\t- x\n", "bad.yaml:2"),
        ("x: *nope\n", "bad.yaml:1:4"),
        ("", "nothing here"),
    ] {
        desk.write("bad.yaml", text);
        let did = desk.insist(3, "validate -f bad.yaml");
        assert!(did.stderr.contains(place), "{text:?}: {}", did.stderr);
    }
}
