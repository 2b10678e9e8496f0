//! Associations of Pod Identity.

use serde_json::json;

use super::{Account, account, check};
use crate::eks::{ROLE_KNOWN, pass, text};

/// The usual account; `dev` has `{association}` for default/app, and `{role}mute` lets nobody tag its sessions.
async fn furnished() -> Account {
    let mut account = account().await;
    account.role("mute", "pods.eks", r#""sts:AssumeRole""#, &[]);
    account.ok("CreateCluster", json!({ "name": "making" }));
    pass(ROLE_KNOWN).await;
    let made = account.ok("CreatePodIdentityAssociation", json!({ "clientRequestToken": "once" }));
    account.net.name("association", &text(&made["association"]["associationId"]));
    account.settle();
    account
}

#[tokio::test(start_paused = true)]
async fn names_and_roles() {
    let table = r#"
        no such cluster | $NEW"clusterName":"nothing"} | $NONE No cluster found for name: nothing
        a cluster that is made | $NEW"clusterName":"making"} | $REQUEST Cluster 'making' is not in ACTIVE status
        the same again | CreatePodIdentityAssociation {} | $USE Association already exists: {association}
        no namespace | $NEW"namespace":"A"} | $PARAMETER The namespace A is not a valid Kubernetes namespace
        no service account | $NEW"serviceAccount":"a_b"} | $PARAMETER The service account a_b is not a valid name
        no ARN | $NEW"roleArn":"app"} | $PARAMETER Invalid role ARN: app
        a user | $NEW"roleArn":"arn:aws:iam::111122223333:user/emulator"} | $PARAMETER Invalid role ARN
        nobody's role | $NEW"roleArn":"{role}nobody"} | $PARAMETER Role provided in the request does not exist
        a role of elsewhere | $NEW"roleArn":"arn:aws:iam::444455556666:role/app"} | 403 AccessDeniedException Cross-account pass role
        a role of nodes | $NEW"roleArn":"{role}node"} | $PARAMETER Trust policy of the role {role}node must allow the service
        a role without tags | $NEW"roleArn":"{role}mute"} | $PARAMETER Trust policy of the role {role}mute must allow the service
        a tag of AWS | $NEW"tags":{"aws:a":"b"}} | $PARAMETER Tag keys starting with 'aws:' are reserved
        none to read | DescribePodIdentityAssociation {"associationId":"a-0"} | $NONE The association with id a-0 could not be found
        none to change | UpdatePodIdentityAssociation {"associationId":"a-0"} | $NONE The association with id a-0 could not be found
        none to delete | DeletePodIdentityAssociation {"associationId":"a-0"} | $NONE The association with id a-0 could not be found
        a token for something else | $NEW"clientRequestToken":"once"} | $PARAMETER The client token once was used with other
    "#;
    check(&furnished().await, table, &[("$NEW", NEW)]);
}

const NEW: &str = r#"CreatePodIdentityAssociation {"serviceAccount":"new","#;

#[tokio::test(start_paused = true)]
async fn targets_and_policies() {
    let table = r#"
        no target | $NEW"targetRoleArn":"other"} | $PARAMETER Invalid role ARN: other
        a policy with session tags | $NEW"policy":$POLICY} | $PARAMETER disableSessionTags must be true when a policy is specified
        no policy | $NEW"disableSessionTags":true,"policy":"{}"} | $PARAMETER The policy is not a valid IAM policy
        a long one | $NEW"disableSessionTags":true,"policy":"$LONG"} | $PARAMETER The policy can have at most 2048 characters
        no change | $CHANGE"clientRequestToken":"x"} | $PARAMETER At least one of roleArn, targetRoleArn, disableSessionTags
        a role of nodes | $CHANGE"roleArn":"{role}node"} | $PARAMETER Trust policy of the role {role}node must allow
        a policy later | $CHANGE"policy":$POLICY} | $PARAMETER disableSessionTags must be true
    "#;
    let policy = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
    } });
    let words = [
        ("$CHANGE", r#"UpdatePodIdentityAssociation {"associationId":"{association}","#),
        ("$LONG", &"x".repeat(2049)),
        ("$NEW", NEW),
        ("$POLICY", &json!(policy.to_string()).to_string()),
    ];
    check(&furnished().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn more_than_there_may_be() {
    let account = furnished().await;
    account.net.aws.weather(json!({ "quotas": { "eks.pod-identity-associations": 1 } }));
    let table =
        r#"one more | $NEW"tags":{"a":"b"}} | 400 ResourceLimitExceededException Pod identity association limit of 1"#;
    check(&account, table, &[("$NEW", NEW)]);
}
