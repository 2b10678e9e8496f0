//! What well-known programs need. Each document names its source; where the program tags what it makes with the name of the
//! cluster, only that is allowed.

use eksctl_rs_core::World;
use serde_json::{Value, json};

/// Cluster Autoscaler: looking at everything, and scaling the groups that bear the tags that EKS puts on those of its node
/// groups. Source: Cluster Autoscaler, "Full Cluster Autoscaler Features Policy (Recommended)"; EKS user guide, "Tag your
/// Auto Scaling groups".
pub(super) fn auto_scaler(cluster: &str) -> Value {
    let looking = json!([
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
    ]);
    let scaling = json!(["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]);
    let of_the_cluster = json!({ "StringEquals": {
        "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled": "true",
        format!("aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster}"): "owned",
    } });
    document([allow(looking, json!("*")), allow_if(scaling, json!("*"), of_the_cluster)])
}

/// ExternalDNS: records of every hosted zone. Source: ExternalDNS, "AWS", IAM Policy.
pub(super) fn external_dns(world: &World) -> Value {
    let zones = format!("arn:{}:route53:::hostedzone/*", world.partition());
    let records =
        json!(["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResources"]);
    document([allow(records, json!(zones)), allow(json!("route53:ListHostedZones"), json!("*"))])
}

/// cert-manager: TXT records, which prove to an ACME issuer whose a domain is. Source: cert-manager, "Route53", Set up an
/// IAM Policy.
pub(super) fn cert_manager(world: &World) -> Value {
    let arn = |resource: &str| json!(format!("arn:{}:route53:::{resource}/*", world.partition()));
    let proofs_alone = json!({
        "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] }
    });
    document([
        allow(json!("route53:GetChange"), arn("change")),
        allow_if(json!("route53:ChangeResourceRecordSets"), arn("hostedzone"), proofs_alone),
        allow(json!("route53:ListResourceRecordSets"), arn("hostedzone")),
        allow(json!("route53:ListHostedZonesByName"), json!("*")),
    ])
}

/// The FSx for Lustre CSI driver. Source: the driver's "Set up driver permission", without data repositories.
pub(super) fn fsx_csi_controller(world: &World) -> Value {
    let of_fsx = json!({ "StringEquals": { "iam:AWSServiceName": "fsx.amazonaws.com" } });
    let changing = json!(["fsx:CreateFileSystem", "fsx:DeleteFileSystem", "fsx:TagResource", "fsx:UpdateFileSystem"]);
    document([
        allow(changing, json!(world.arn("fsx", "file-system/*"))),
        allow(json!("fsx:DescribeFileSystems"), json!("*")),
        allow_if(json!("iam:CreateServiceLinkedRole"), json!("*"), of_fsx),
    ])
}

/// External Secrets Operator: secrets and parameters of the account in the Region. Source: External Secrets Operator, "AWS
/// Secrets Manager" and "AWS Parameter Store", IAM Policy.
pub(super) fn external_secrets(world: &World) -> Value {
    let reading = json!([
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
    ]);
    let parameters = json!(["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]);
    let listing = json!(["secretsmanager:BatchGetSecretValue", "secretsmanager:ListSecrets", "ssm:DescribeParameters"]);
    document([
        allow(reading, json!(world.arn("secretsmanager", "secret:*"))),
        allow(parameters, json!(world.arn("ssm", "parameter/*"))),
        allow(listing, json!("*")),
        decrypting(world),
    ])
}

/// A pod with the Secrets Store CSI driver's provider for AWS. Source: secrets-store-csi-driver-provider-aws, "Usage".
pub(super) fn secrets_store_csi(world: &World) -> Value {
    let secrets = json!(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]);
    document([
        allow(secrets, json!(world.arn("secretsmanager", "secret:*"))),
        allow(json!(["ssm:GetParameter", "ssm:GetParameters"]), json!(world.arn("ssm", "parameter/*"))),
        decrypting(world),
    ])
}

/// Decrypting what is encrypted with keys of the account, through the two services that keep secrets. Source: Secrets
/// Manager user guide, "Permissions for the KMS key".
fn decrypting(world: &World) -> Value {
    let service = |name: &str| format!("{name}.{}.amazonaws.com", world.region);
    let through = json!({ "StringEquals": { "kms:ViaService": [service("secretsmanager"), service("ssm")] } });
    allow_if(json!("kms:Decrypt"), json!(world.arn("kms", "key/*")), through)
}

/// Writing metrics. Source: Amazon Managed Service for Prometheus user guide, "IAM permissions and policies".
pub(super) fn prometheus_write(world: &World) -> Value {
    document([allow(json!("aps:RemoteWrite"), json!(world.arn("aps", "workspace/*")))])
}

/// A policy document of `statements`.
pub(super) fn document(statements: impl IntoIterator<Item = Value>) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements.into_iter().collect::<Vec<_>>() })
}

/// A statement that allows.
pub(super) fn allow(actions: Value, resources: Value) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

/// A statement that allows under a condition.
pub(super) fn allow_if(actions: Value, resources: Value, condition: Value) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources, "Condition": condition })
}
