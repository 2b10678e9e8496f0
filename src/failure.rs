//! Everything that can end a command, and with which exit code.

use std::fmt;
use std::path::PathBuf;

use eksctl_rs_aws::LeftBehind;
use eksctl_rs_core::{Address, CallError, Consent, ErrorClass, GraphError, Refusal};
use eksctl_rs_emulator::{PlantError, StartError, StoreError, WeatherError};
use eksctl_rs_engine::{JournalError, ReadError};
use eksctl_rs_stack::{Diagnostics, ExpandError, SourceError};

/// The exit codes, as the README documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// It failed.
    Failed,
    /// There are changes.
    Pending,
    /// The stack is not valid.
    Invalid,
    /// Some of it was applied.
    Partial,
    /// The user interrupted it.
    Interrupted,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Pending => 2,
            Self::Invalid => 3,
            Self::Partial => 4,
            Self::Interrupted => 130,
        }
    }
}

/// An environment variable that is not set, and what needs its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingVariable {
    pub(crate) name: String,
    pub(crate) needed_by: Vec<Address>,
}

impl fmt::Display for MissingVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needed_by: Vec<String> = self.needed_by.iter().map(Address::to_string).collect();
        write!(f, "the environment variable {} is not set; {} needs it", self.name, needed_by.join(", "))
    }
}

/// Why a command ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the stack is not valid")]
    Invalid(Diagnostics),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the resources of the stack are no graph")]
    Graph(Vec<GraphError>),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("the stack belongs to the account {expected}, and you are {caller} in {found}")]
    Account { expected: String, found: String, caller: String },
    #[error("something is left in the VPC that the stack does not own")]
    LeftBehind(Vec<LeftBehind>),
    #[error("AWS would refuse this plan")]
    Refused(Vec<Refusal>),
    #[error("the plan needs more consent")]
    Consent(Vec<Consent>),
    #[error("the environment lacks what the plan needs")]
    Variables(Vec<MissingVariable>),
    #[error("there is nobody to ask")]
    NobodyToAsk,
    #[error("not approved")]
    NotApproved,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the weather cannot be: {0}")]
    Weather(#[from] WeatherError),
    #[error(transparent)]
    Plant(PlantError),
    #[error("{place}: {problem}")]
    WeatherFile { place: String, problem: String },
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("cannot listen on port {port}: {source}")]
    Port { port: u16, source: std::io::Error },
    #[error("{0}")]
    Usage(String),
    #[error("cannot {what} {}: {source}", path.display())]
    File { what: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{problem}")]
    Told { problem: String, hint: String },
}

impl From<ExpandError> for Failure {
    fn from(error: ExpandError) -> Self {
        match error {
            ExpandError::Facts(refusals) => Self::Refused(refusals),
            ExpandError::Graph(errors) => Self::Graph(errors),
        }
    }
}

impl From<ReadError<ExpandError>> for Failure {
    fn from(error: ReadError<ExpandError>) -> Self {
        match error {
            ReadError::Call(error) => Self::Call(error),
            ReadError::Expand(error) => error.into(),
        }
    }
}

impl From<PlantError> for Failure {
    fn from(error: PlantError) -> Self {
        match error {
            PlantError::Store(error) => Self::Store(error),
            error => Self::Plant(error),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => Self::Store(error),
            StartError::Weather(error) => Self::Weather(error),
        }
    }
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_) | Self::Source(_) | Self::Graph(_) => Exit::Invalid,
            _ => Exit::Failed,
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Source(SourceError::NoEnvironment { known, .. }) if !known.is_empty() => {
                Some(format!("environments are {}", known.join(", ")))
            }
            Self::Source(SourceError::NoEnvironment { .. }) => {
                Some("make environments/<ENV>/stack.yaml, or name a file with -f".to_owned())
            }
            Self::Call(error) if error.class == ErrorClass::Credentials => Some(
                "log in (for instance `aws sso login`), name a --profile, or try it out with --emulator".to_owned(),
            ),
            Self::Call(error) => error.class.hint().map(str::to_owned),
            Self::Account { expected, .. } => {
                Some(format!("use credentials of {expected} (--profile), or correct metadata.account"))
            }
            Self::LeftBehind(found) if found.iter().any(|one| one.is_swept) => Some(
                "let the controllers delete what they made (Services of type LoadBalancer, Ingresses, NodePools), or run \
                 destroy again with --sweep: it deletes what carries the cluster's tags"
                    .to_owned(),
            ),
            Self::Variables(_) => {
                Some("export it where apply runs; nothing keeps its value but the secret in AWS".to_owned())
            }
            Self::NobodyToAsk => Some("look at the plan, then run again with --auto-approve".to_owned()),
            Self::Store(StoreError::Locked { .. }) => {
                Some("wait until it has ended; to use a running `emulator serve`, set AWS_ENDPOINT_URL instead of --emulator".to_owned())
            }
            Self::Plant(PlantError::NoCluster { .. }) => {
                Some("make one first, for instance with `apply ENV --emulator`".to_owned())
            }
            Self::Told { hint, .. } => Some(hint.clone()),
            _ => None,
        }
    }
}
