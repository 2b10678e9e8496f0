//! Roles, policies, groups and providers.

use eksctl_rs_aws::PolicyDocument;
use serde_json::json;

use super::{Edit, edit, first, reference, set, tags};

pub(super) fn edits() -> Vec<Edit> {
    [role(), oidc_provider(), policy(), group()].into_iter().flatten().collect()
}

fn role() -> Vec<Edit> {
    const KIND: &str = "iam.Role";
    let policy = |service: &str| {
        let statement = json!({ "Effect": "Allow", "Principal": { "Service": [service, "eks.amazonaws.com", "ec2.amazonaws.com"] }, "Action": "sts:AssumeRole" });
        serde_json::to_value(PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] })))
            .expect("JSON")
    };
    let allowed = |action: &str| {
        let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
        serde_json::to_value(PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] })))
            .expect("JSON")
    };
    vec![
        set(KIND, "name", "another-name".into()),
        set(KIND, "path", "/eksctl-rs/life.eu-west-1/deeper/".into()),
        set(KIND, "assume_role_policy", policy("ssm.amazonaws.com")),
        set(KIND, "description", "Something else.".into()),
        set(KIND, "max_session_duration", 7200.into()),
        set(KIND, "permissions_boundary", "arn:aws:iam::aws:policy/PowerUserAccess".into()),
        edit(KIND, "managed_policies", |desired, _| {
            let policies = first(desired, KIND).spec["managed_policies"].as_array_mut().expect("a list");
            policies.push(json!({ "$id": "arn:aws:iam::aws:policy/ReadOnlyAccess" }));
            policies.retain(|arn| !arn.to_string().contains("AmazonEKSVPCResourceController"));
        }),
        set(KIND, "inline_policies", json!({ "one": allowed("s3:Get*"), "two": allowed("s3:List*") })),
        tags(KIND),
    ]
}

fn policy() -> Vec<Edit> {
    const KIND: &str = "iam.Policy";
    let document = PolicyDocument::new(json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "ecr:*", "Resource": "*" }]
    }));
    vec![
        set(KIND, "name", "another-name".into()),
        set(KIND, "path", "/eksctl-rs/life.eu-west-1/deeper/".into()),
        set(KIND, "description", "Something else.".into()),
        set(KIND, "document", serde_json::to_value(document).expect("JSON")),
        tags(KIND),
    ]
}

fn group() -> Vec<Edit> {
    const KIND: &str = "iam.Group";
    let document = PolicyDocument::new(json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "ecr:*", "Resource": "*" }]
    }));
    vec![
        set(KIND, "name", "another-name".into()),
        set(KIND, "path", "/eksctl-rs/life.eu-west-1/pushers/deeper/".into()),
        set(KIND, "managed_policies", json!([reference("iam.Policy/pull", "arn")])),
        set(KIND, "inline_policies", json!({ "one": document })),
        set(KIND, "users", json!(["life"])),
    ]
}

fn oidc_provider() -> Vec<Edit> {
    const KIND: &str = "iam.OidcProvider";
    vec![
        set(KIND, "url", "https://gitlab.com".into()),
        set(KIND, "client_ids", json!(["https://gitlab.com", "sigstore"])),
        set(KIND, "thumbprints", json!(["6938fd4d98bab03faadb97b34396831e3780aea1"])),
        tags(KIND),
    ]
}
