//! How often AWS lets an action be called: token buckets, each for one account, Region and action.

use super::Asking;
use crate::services::reads;

/// A bucket of an action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    service: &'static str,
    actions: Actions,
    /// Tokens of a full one.
    pub(super) capacity: f64,
    /// Tokens per second.
    pub(super) refill: f64,
}

/// Which actions a rate is for; each has a bucket of its own.
#[derive(Clone, Copy, Debug)]
enum Actions {
    One(&'static str),
    /// Reads of everything at once, without a filter or pages.
    Unfiltered,
    Reads,
    Writes,
}

use Actions::{One, Reads, Unfiltered, Writes};

/// As AWS publishes them. Sources: "Request throttling for the Amazon EC2 API", "Request quotas" of KMS, "CloudWatch Logs
/// quotas", "Amazon ECR service quotas", "AWS Secrets Manager quotas", "Resource Groups Tagging API quotas".
const PUBLISHED: &[Rate] = &[
    rate("ec2", Reads, 100.0, 20.0),
    rate("ec2", Unfiltered, 50.0, 10.0),
    rate("ec2", Writes, 50.0, 5.0),
    rate("ec2", One("AuthorizeSecurityGroupIngress"), 50.0, 5.0),
    rate("ec2", One("RevokeSecurityGroupIngress"), 50.0, 5.0),
    rate("ec2", One("CreateNatGateway"), 10.0, 1.0),
    rate("ec2", One("DeleteNatGateway"), 10.0, 1.0),
    rate("ec2", One("CreateVpcEndpoint"), 4.0, 0.3),
    rate("ec2", One("ModifyVpcEndpoint"), 4.0, 0.3),
    rate("ec2", One("DeleteVpcEndpoints"), 4.0, 0.3),
    rate("ec2", One("CreateLaunchTemplateVersion"), 100.0, 5.0),
    rate("ec2", One("ModifyLaunchTemplate"), 100.0, 5.0),
    rate("ec2", One("CreateTags"), 100.0, 10.0),
    rate("ec2", One("DeleteTags"), 100.0, 10.0),
    rate("kms", One("CreateKey"), 5.0, 5.0),
    rate("kms", One("CreateAlias"), 5.0, 5.0),
    rate("kms", One("PutKeyPolicy"), 15.0, 15.0),
    rate("kms", One("EnableKeyRotation"), 15.0, 15.0),
    rate("kms", One("TagResource"), 10.0, 10.0),
    rate("kms", One("DescribeKey"), 2000.0, 2000.0),
    rate("kms", One("GetKeyPolicy"), 1000.0, 1000.0),
    rate("kms", One("GetKeyRotationStatus"), 1000.0, 1000.0),
    rate("kms", One("ListAliases"), 500.0, 500.0),
    rate("kms", One("ListResourceTags"), 2000.0, 2000.0),
    rate("logs", One("CreateLogGroup"), 10.0, 10.0),
    rate("logs", One("DescribeLogGroups"), 10.0, 10.0),
    rate("ecr", One("GetAuthorizationToken"), 200.0, 20.0),
    rate("secretsmanager", One("DescribeSecret"), 10_000.0, 10_000.0),
    rate("secretsmanager", One("GetSecretValue"), 10_000.0, 10_000.0),
    rate("secretsmanager", One("ListSecrets"), 100.0, 100.0),
    rate("secretsmanager", Writes, 50.0, 50.0),
];

/// As inferred from reports and from what is published for actions like these.
const INFERRED: &[Rate] = &[
    rate("eks", Reads, 20.0, 10.0),
    rate("eks", Writes, 5.0, 1.0),
    rate("elasticloadbalancing", Reads, 40.0, 10.0),
    rate("elasticloadbalancing", Writes, 20.0, 3.0),
    rate("iam", Reads, 40.0, 20.0),
    rate("iam", Writes, 15.0, 5.0),
    rate("ecr", Reads, 40.0, 10.0),
    rate("ecr", Writes, 40.0, 10.0),
    rate("kms", Reads, 100.0, 100.0),
    rate("kms", Writes, 5.0, 5.0),
    rate("logs", Reads, 5.0, 5.0),
    rate("logs", Writes, 5.0, 5.0),
    rate("secretsmanager", Reads, 50.0, 50.0),
    rate("sts", Reads, 600.0, 600.0),
    rate("sts", Writes, 600.0, 600.0),
    rate("tagging", Reads, 15.0, 15.0),
    rate("tagging", Writes, 5.0, 5.0),
];

const fn rate(service: &'static str, actions: Actions, capacity: f64, refill: f64) -> Rate {
    Rate { service, actions, capacity, refill }
}

impl Rate {
    /// How large the bucket of a call is, and whether it is the one for reads of everything.
    pub(super) fn of(asking: &Asking<'_>) -> Option<(Self, bool)> {
        let of_service = || PUBLISHED.iter().chain(INFERRED).filter(|rate| rate.service == asking.service.name);
        let find = |wanted: &dyn Fn(Actions) -> bool| of_service().find(|rate| wanted(rate.actions)).copied();
        if let Some(rate) = find(&|actions| matches!(actions, One(action) if action == asking.operation)) {
            return Some((rate, false));
        }
        if !reads(asking.operation) {
            return find(&|actions| matches!(actions, Writes)).map(|rate| (rate, false));
        }
        let everything = if asking.is_unfiltered() { find(&|actions| matches!(actions, Unfiltered)) } else { None };
        everything.map(|rate| (rate, true)).or_else(|| Some((find(&|actions| matches!(actions, Reads))?, false)))
    }
}

impl Asking<'_> {
    /// Whether everything is asked for at once.
    fn is_unfiltered(&self) -> bool {
        self.input.as_object().is_none_or(|fields| fields.keys().all(|name| name == "DryRun"))
    }
}
