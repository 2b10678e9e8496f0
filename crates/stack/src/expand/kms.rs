//! The KMS key of the stack's own, and what it is used for.

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_aws::kms::key;
use eksctl_rs_core::{Reference, Text};
use serde_json::{Value, json};

use super::{Expansion, flow_logs, logs, names};
use crate::schema::{KeyUse, Kms, StackSpec};

pub(super) fn expand(expansion: &mut Expansion<'_>) {
    let Some(kms) = &expansion.spec.kms else { return };
    let spec = key::Spec {
        alias: alias(expansion.spec, kms),
        description: kms.description.clone().unwrap_or_else(|| format!("The stack {}", expansion.world.stack)),
        policy: policy(expansion, kms),
        rotation_period_in_days: kms.enable_key_rotation.then_some(kms.rotation_period_in_days),
        multi_region: kms.multi_region,
        deletion_window_in_days: kms.deletion_window_in_days,
        enabled: true,
        tags: expansion.tags("key"),
    };
    expansion.add(names::key(), &spec);
}

/// The alias of the key.
pub(crate) fn alias(spec: &StackSpec, kms: &Kms) -> String {
    kms.alias.clone().unwrap_or_else(|| format!("alias/{}", spec.metadata.name))
}

/// The key, if it is used for that.
pub(super) fn used_for(expansion: &Expansion<'_>, used: KeyUse) -> Option<Reference> {
    let kms = expansion.spec.kms.as_ref()?;
    kms.used_for.contains(&used).then(|| Reference::to(&names::key(), "arn"))
}

fn policy(expansion: &Expansion<'_>, kms: &Kms) -> PolicyDocument {
    let mut statements = vec![of_the_account(expansion)];
    for used in &kms.used_for {
        match used {
            KeyUse::Secrets => statements.push(for_secrets(expansion)),
            KeyUse::Logs => statements.push(for_logs(expansion)),
            KeyUse::Volumes => statements.extend(for_volumes(expansion)),
            KeyUse::Images => statements.push(for_images(expansion)),
        }
    }
    statements.extend(kms.policy_statements.iter().cloned());
    PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// Without it nobody could change the policy any longer. Source: KMS developer guide, "Default key policy".
fn of_the_account(expansion: &Expansion<'_>) -> Value {
    let root = format!("arn:{}:iam::{}:root", expansion.world.partition(), expansion.world.account);
    json!({ "Sid": "Account", "Effect": "Allow", "Principal": { "AWS": root }, "Action": "kms:*", "Resource": "*" })
}

/// Source: EKS user guide, "Encrypt Kubernetes secrets with KMS on existing clusters".
fn for_secrets(expansion: &Expansion<'_>) -> Value {
    let role = match &expansion.spec.iam.service_role_arn {
        Some(arn) => Text::from(arn.as_str()),
        None => Text::of(&names::role("cluster"), "arn"),
    };
    json!({
        "Sid": "Secrets",
        "Effect": "Allow",
        "Principal": { "AWS": role.to_value() },
        "Action": ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"],
        "Resource": "*",
    })
}

/// Source: CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
fn for_logs(expansion: &Expansion<'_>) -> Value {
    let world = expansion.world;
    let of_groups = [Some(logs::name(expansion)), flow_logs::log_group_name(expansion)];
    let groups: Vec<String> =
        of_groups.into_iter().flatten().map(|name| world.arn("logs", &format!("log-group:{name}"))).collect();
    json!({
        "Sid": "Logs",
        "Effect": "Allow",
        "Principal": { "Service": format!("logs.{}.{}", world.region, world.dns_suffix()) },
        "Action": ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        "Resource": "*",
        "Condition": { "ArnEquals": { "kms:EncryptionContext:aws:logs:arn": groups } },
    })
}

/// What Amazon EC2 Auto Scaling does with the key of a volume, through the role that AWS makes for it with the first node
/// group of an account. A policy may not name a role before it is there: the condition does.
///
/// Source: EC2 Auto Scaling user guide, "Required AWS KMS key policy for use with encrypted volumes".
///
/// What makes volumes itself, such as the EBS CSI driver and Karpenter, uses the key through EC2, as everybody in the account
/// may use the key of AWS's for EBS. Source: the key policy of `aws/ebs`.
fn for_volumes(expansion: &Expansion<'_>) -> [Value; 3] {
    let role = expansion.world.iam_arn("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling");
    let statement = |sid: &str, actions: Value, condition: Value| {
        let (principal, resource) = (json!({ "AWS": "*" }), "*");
        json!({ "Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resource, "Condition": condition })
    };
    let by_role = json!({ "ArnEquals": { "aws:PrincipalArn": role } });
    let mut for_volumes_alone = by_role.clone();
    for_volumes_alone["Bool"] = json!({ "kms:GrantIsForAWSResource": "true" });
    let uses = json!(["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]);
    let world = expansion.world;
    let by_ec2 = json!({ "StringEquals": {
        "kms:CallerAccount": world.account,
        "kms:ViaService": format!("ec2.{}.amazonaws.com", world.region),
    } });
    let mut through_ec2 = uses.clone();
    if let Some(actions) = through_ec2.as_array_mut() {
        actions.insert(0, "kms:CreateGrant".into());
    }
    [
        statement("Volumes", uses, by_role),
        statement("VolumeGrants", json!("kms:CreateGrant"), for_volumes_alone),
        statement("VolumesThroughEC2", through_ec2, by_ec2),
    ]
}

/// What ECR does with the key for whoever makes a repository. Pushing and pulling need nothing: ECR has a grant then.
///
/// Source: ECR user guide, "Encryption at rest in Amazon ECR", of key policies.
fn for_images(expansion: &Expansion<'_>) -> Value {
    let world = expansion.world;
    json!({
        "Sid": "Images",
        "Effect": "Allow",
        "Principal": { "AWS": "*" },
        "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
        "Resource": "*",
        "Condition": { "StringEquals": {
            "kms:CallerAccount": world.account,
            "kms:ViaService": format!("ecr.{}.amazonaws.com", world.region),
        } },
    })
}
