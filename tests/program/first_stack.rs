//! `init` and `schema`: from nothing to a plan.

use serde_json::Value;

use crate::Desk;

#[test]
fn init_writes_environments_that_can_be_planned_at_once() {
    let desk = Desk::empty();
    let did = desk.insist(0, "init dev prod");
    let wrote = "wrote environments/layer.schema.json\nwrote environments/common.yaml\nwrote environments/dev/stack.yaml\n\
                 wrote environments/prod/stack.yaml\n";
    assert_eq!(did.stdout, wrote);
    assert!(did.stderr.contains("plan dev --emulator"), "{}", did.stderr);
    for (name, schema) in [("common.yaml", "layer.schema.json"), ("dev/stack.yaml", "../layer.schema.json")] {
        let path = desk.path().join("environments").join(name);
        let text = std::fs::read_to_string(&path).expect("text");
        let modeline = text.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
        assert_eq!(modeline, Some(schema));
        assert!(path.with_file_name(schema).is_file(), "the editor finds it");
    }
    for name in ["dev", "prod"] {
        let valid = desk.insist(0, &format!("validate {name}"));
        assert_eq!(valid.stderr, "", "no warning either");
        desk.insist(2, &format!("plan {name} --emulator --emulator-clock instant --detailed-exitcode"));
    }
    desk.insist(0, "apply dev --emulator --emulator-clock instant --auto-approve --skip-plan");
    desk.insist(0, "plan dev --emulator --emulator-clock instant --detailed-exitcode");
    desk.insist(0, "manifests dev");
    let (dev, prod) = (desk.read("environments/dev/stack.yaml"), desk.read("environments/prod/stack.yaml"));
    assert!(dev.contains("cidr: 10.10.0.0/16") && prod.contains("cidr: 10.20.0.0/16"), "networks that do not overlap");
}

#[test]
fn init_leaves_alone_what_is_there() {
    let desk = Desk::empty();
    desk.insist(0, "init dev");
    desk.write(
        "environments/common.yaml",
        "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {region: us-east-1}\n",
    );
    let before = (desk.read("environments/common.yaml"), desk.read("environments/dev/stack.yaml"));
    let refused = desk.insist(1, "init test dev");
    assert!(refused.stderr.contains("environments/dev/stack.yaml is there already"), "{}", refused.stderr);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert!(!desk.path().join("environments/test").exists(), "nothing was written");
    let did = desk.insist(0, "init test");
    assert!(did.stdout.contains("kept environments/common.yaml"), "{}", did.stdout);
    assert_eq!(before, (desk.read("environments/common.yaml"), desk.read("environments/dev/stack.yaml")));
    desk.insist(0, "validate test");
    desk.insist(0, "init test --region eu-central-1 --force");
    assert!(desk.read("environments/common.yaml").contains("region: eu-central-1"));
}

#[test]
fn init_of_one_file_is_a_stack() {
    let desk = Desk::empty();
    desk.insist(0, "init shop -f stacks/shop.yaml --region us-east-1 --account 444455556666");
    let text = desk.read("stacks/shop.yaml");
    assert!(text.starts_with("# yaml-language-server: $schema=stack.schema.json\n"), "{text}");
    assert!(text.contains("name: shop") && text.contains("\"444455556666\""), "{text}");
    desk.insist(2, "plan -f stacks/shop.yaml --emulator --emulator-clock instant --detailed-exitcode");
}

#[test]
fn init_refuses_what_no_stack_can_be() {
    let desk = Desk::empty();
    let refused = desk.insist(3, "init -f x.yaml --region Frankfurt --account 12");
    for text in ["metadata.region", "metadata.account", "an AWS Region, such as eu-west-1"] {
        assert!(refused.stderr.contains(text), "{text}: {}", refused.stderr);
    }
    let refused = desk.insist(3, "init ../outside");
    assert!(refused.stderr.contains("metadata.name"), "{}", refused.stderr);
    let left: Vec<_> = std::fs::read_dir(desk.path()).expect("a directory").flatten().collect();
    assert!(left.is_empty(), "nothing was written: {left:?}");
}

#[test]
fn the_schema_is_json_schema_and_nothing_else() {
    let desk = Desk::empty();
    for layer in ["", " --layer"] {
        let pretty = desk.insist(0, &format!("schema{layer}")).stdout;
        let schema: Value = serde_json::from_str(&pretty).expect("JSON");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema.get("required").is_some(), layer.is_empty());
        assert!(!pretty.contains("\"x-"), "keywords of our own");
        let line = desk.insist(0, &format!("schema{layer} --output json")).stdout;
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(serde_json::from_str::<Value>(&line).expect("JSON"), schema);
    }
    let markdown = desk.insist(0, "schema --format markdown").stdout;
    assert!(markdown.starts_with("# The spec\n") && markdown.contains("### eks.Cluster\n"));
}
