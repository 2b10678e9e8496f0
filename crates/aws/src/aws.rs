//! What every room needs to talk to AWS: clients, where the stack lives, and the count of calls.

use eksctl_rs_core::{Tags, World, tag};

use crate::SecretValues;
use crate::call::Recorder;

/// AWS, from one account and Region.
#[derive(Clone, Debug)]
pub struct Aws {
    pub(crate) world: World,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) ecr: aws_sdk_ecr::Client,
    pub(crate) eks: aws_sdk_eks::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) kms: aws_sdk_kms::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) tagging: aws_sdk_resourcegroupstagging::Client,
    pub(crate) secret_values: SecretValues,
    pub(crate) recorder: Recorder,
}

impl Aws {
    /// Where the stack lives.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Whether what bears `tags` is the stack's.
    pub(crate) fn owns(&self, tags: &Tags) -> bool {
        tags.get(tag::STACK).is_some_and(|stack| stack == self.world.stack.as_str())
    }
}
