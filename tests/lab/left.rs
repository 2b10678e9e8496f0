//! What is left of a stack that was destroyed.

use eksctl_rs_aws::AwsRules;
use eksctl_rs_core::Rules;
use eksctl_rs_stack::StackSpec;
use serde_json::Value;

use super::Lab;

/// What the stack still finds of itself, without what it says to leave: settings of the registry, and tags that were there
/// before it.
pub async fn essence(lab: &Lab, spec: &StackSpec) -> Vec<String> {
    let stays = |line: &String| {
        let kind = line.split('/').next().unwrap_or_default();
        kind == "ec2.Tags" || AwsRules.kind(kind).is_some_and(|kind| kind.stays().is_some())
    };
    lab.essence(spec).await.into_iter().filter(|line| !stays(line)).collect()
}

/// Where in the emulator's own world something is still named after the stack, or tagged as its.
pub fn by_the_emulator(lab: &Lab, spec: &StackSpec) -> Vec<String> {
    let (metadata, world) = (&spec.metadata, lab.emulator.dump());
    let stack = format!("{}.{}", metadata.name, metadata.region);
    // A NAT gateway that is deleted stays visible for an hour, and service-linked roles are the account's.
    let gone = |value: &Value| value["state"] == "deleted" || value["service_linked"].is_object();
    let mut left = Vec::new();
    walk(&world[&metadata.account], &mut |path, value| {
        let mentions = value.as_object().is_some_and(|fields| {
            fields.values().any(|field| field.as_str().is_some_and(|text| text.starts_with(&stack)))
        });
        if mentions && !gone(value) {
            left.push(path.to_owned());
        }
    });
    // KMS and Secrets Manager delete nothing at once.
    let region = &world[&metadata.account]["regions"][&metadata.region];
    for (id, key) in region["kms"]["keys"].as_object().into_iter().flatten() {
        assert!(key["state"]["PendingDeletion"].is_object() || !key.to_string().contains(&stack), "{id}: {key}");
    }
    let later = ["/nat_gateways/", "/tokens/", "/kms/keys/", "/secretsmanager/"];
    left.retain(|path| !later.iter().any(|part| path.contains(part)));
    left
}

fn walk(value: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    fn step(path: &str, value: &Value, visit: &mut dyn FnMut(&str, &Value)) {
        visit(path, value);
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, field)| step(&format!("{path}/{key}"), field, visit))
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| step(&format!("{path}/{index}"), item, visit));
            }
            _ => {}
        }
    }
    step("", value, visit);
}
