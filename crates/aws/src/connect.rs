//! Opening AWS: credentials, endpoint, Region, and who is calling.

use std::fmt;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use eksctl_rs_core::{CallError, Retry, StackId, World};
use tokio::time::Instant;

use crate::call::{AFTER_IDENTITY, Recorder, chain};
use crate::{Aws, SecretValues};

/// How AWS is reached.
pub enum Access {
    /// As the environment, the profile and the configuration files say, like every AWS tool; `AWS_ENDPOINT_URL` is
    /// honoured.
    Environment {
        /// The profile to use instead of the default one.
        profile: Option<String>,
    },
    /// Through an HTTP client of its own, as an account that needs no credentials: the emulator.
    Emulator {
        /// What answers.
        http: SharedHttpClient,
        /// The account to be.
        account: String,
    },
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment { profile } => f.debug_struct("Environment").field("profile", profile).finish(),
            Self::Emulator { account, .. } => {
                f.debug_struct("Emulator").field("account", account).finish_non_exhaustive()
            }
        }
    }
}

/// Who is calling. Source: STS `GetCallerIdentity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The twelve digits of the account.
    pub account: String,
    /// The ARN of the user or of the session of a role.
    pub arn: String,
}

/// Opens AWS for the stack called `name` in `region` and asks who is calling. That is the only call that is made.
///
/// # Errors
///
/// There are no credentials, or AWS does not accept them.
pub async fn connect(
    access: &Access,
    name: &str,
    region: &str,
    retry: &dyn Retry,
) -> Result<(Aws, Identity), CallError> {
    let config = match access {
        Access::Environment { profile } => {
            let mut loader = aws_config::defaults(BehaviorVersion::latest()).region(Region::new(region.to_owned()));
            if let Some(profile) = profile {
                loader = loader.profile_name(profile);
            }
            // One retry layer: the engine's. It knows what is safe to send again.
            loader.retry_config(RetryConfig::disabled()).timeout_config(timeouts()).load().await
        }
        Access::Emulator { http, account } => emulator_config(http, account, region),
    };
    let recorder = Recorder::default();
    let identity = identify(&config, &recorder, retry).await?;
    let world =
        World { stack: StackId::new(name, region), account: identity.account.clone(), region: region.to_owned() };
    let aws = Aws {
        world,
        ec2: aws_sdk_ec2::Client::new(&config),
        ecr: aws_sdk_ecr::Client::new(&config),
        eks: aws_sdk_eks::Client::new(&config),
        iam: aws_sdk_iam::Client::new(&config),
        kms: aws_sdk_kms::Client::new(&config),
        logs: aws_sdk_cloudwatchlogs::Client::new(&config),
        secrets: aws_sdk_secretsmanager::Client::new(&config),
        tagging: aws_sdk_resourcegroupstagging::Client::new(&config),
        secret_values: SecretValues::none(),
        recorder,
    };
    Ok((aws, identity))
}

fn timeouts() -> TimeoutConfig {
    use std::time::Duration;
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(60))
        .build()
}

fn emulator_config(http: &SharedHttpClient, account: &str, region: &str) -> SdkConfig {
    // The key id is the account; the secret is never checked.
    let credentials = Credentials::from_keys(account, "emulator", None);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http.clone())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::disabled())
        .build()
}

async fn identify(config: &SdkConfig, recorder: &Recorder, retry: &dyn Retry) -> Result<Identity, CallError> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let client = aws_sdk_sts::Client::new(config);
    let mut attempt = 1;
    let answer = loop {
        recorder.count(OPERATION);
        let begun = Instant::now();
        let answer = chain(0, client.get_caller_identity().send()).await;
        recorder.answered(OPERATION, begun.elapsed(), AFTER_IDENTITY);
        match answer.map_err(|error| crate::classify::classify(OPERATION, error)) {
            Ok(answer) => break answer,
            Err(error) if retry.again(attempt, &error).await => attempt += 1,
            Err(error) => return Err(error),
        }
    };
    Ok(Identity {
        account: answer.account().unwrap_or_default().to_owned(),
        arn: answer.arn().unwrap_or_default().to_owned(),
    })
}
