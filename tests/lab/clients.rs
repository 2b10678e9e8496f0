//! The SDK's own clients for the emulator: for what happens behind our back.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use eksctl_rs_stack::StackSpec;

use super::Lab;

fn config(lab: &Lab, spec: &StackSpec) -> SdkConfig {
    let credentials = Credentials::from_keys(spec.metadata.account.clone(), "somebody else", None);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(spec.metadata.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(SharedHttpClient::new(lab.emulator.clone()))
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .build()
}

pub fn ec2(lab: &Lab, spec: &StackSpec) -> aws_sdk_ec2::Client {
    aws_sdk_ec2::Client::new(&config(lab, spec))
}

pub fn ecr(lab: &Lab, spec: &StackSpec) -> aws_sdk_ecr::Client {
    aws_sdk_ecr::Client::new(&config(lab, spec))
}

pub fn eks(lab: &Lab, spec: &StackSpec) -> aws_sdk_eks::Client {
    aws_sdk_eks::Client::new(&config(lab, spec))
}

pub fn iam(lab: &Lab, spec: &StackSpec) -> aws_sdk_iam::Client {
    aws_sdk_iam::Client::new(&config(lab, spec))
}

pub fn kms(lab: &Lab, spec: &StackSpec) -> aws_sdk_kms::Client {
    aws_sdk_kms::Client::new(&config(lab, spec))
}

pub fn secrets(lab: &Lab, spec: &StackSpec) -> aws_sdk_secretsmanager::Client {
    aws_sdk_secretsmanager::Client::new(&config(lab, spec))
}

pub fn logs(lab: &Lab, spec: &StackSpec) -> aws_sdk_cloudwatchlogs::Client {
    aws_sdk_cloudwatchlogs::Client::new(&config(lab, spec))
}
