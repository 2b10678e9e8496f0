//! What goes wrong while it is made or changed.

use std::fmt;

use serde::Deserialize;

use super::{Check, read};
use crate::filter::like;
use crate::model::MODELS;

/// Things that fail, a few times.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failing {
    /// What fails.
    pub resource: Resource,
    /// Its name, in which `*` stands for any text: of what EKS has, also for its updates; for a NAT
    /// gateway the tag `Name`; for a VPC endpoint the tag `Name` or the service, such as `ecr.api`.
    #[serde(default = "any")]
    pub name: String,
    /// What becomes of it; what is usual for it if there is nothing.
    pub becomes: Option<Outcome>,
    /// The reason, as one of AWS's codes for it; an internal error of AWS's if there is none.
    pub code: Option<String>,
    /// The reason in words.
    pub message: Option<String>,
    /// How often. After that all goes well again.
    #[serde(default = "once")]
    pub times: u64,
    /// The probability that one fails.
    #[serde(default = "always", deserialize_with = "read::probability")]
    pub probability: f64,
}

/// What can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// A cluster that is being created.
    Cluster,
    /// A node group that is being created, or has been.
    Nodegroup,
    /// An add-on that is being created.
    Addon,
    /// A capability that is being created.
    Capability,
    /// A Fargate profile that is being created.
    FargateProfile,
    /// A NAT gateway that is being created.
    NatGateway,
    /// A VPC endpoint with interfaces that is being created.
    VpcEndpoint,
    /// An update of a cluster or a node group.
    Update,
}

/// What becomes of something that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Outcome {
    /// What belongs to a cluster and could not be created.
    #[serde(rename = "CREATE_FAILED")]
    CreateFailed,
    /// A node group that was well, and is not any more.
    #[serde(rename = "DEGRADED")]
    Degraded,
    /// An update that failed.
    #[serde(rename = "UPDATE_FAILED")]
    UpdateFailed,
    /// Anything else that could not be created, and an update that failed.
    #[serde(rename = "FAILED", alias = "Failed", alias = "failed")]
    Failed,
}

/// How something fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mishap {
    pub(crate) becomes: Outcome,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// Source: NatGateway, FailureCode.
const NAT_GATEWAY_CODES: &[&str] = &[
    "InsufficientFreeAddressesInSubnet",
    "Gateway.NotAttached",
    "InvalidAllocationID.NotFound",
    "Resource.AlreadyAssociated",
    "InternalError",
    "InvalidSubnetID.NotFound",
];

impl Failing {
    /// The next thing of the kind fails, whatever it is called.
    pub fn next(resource: Resource) -> Self {
        let (name, times, probability) = (any(), once(), always());
        Self { resource, name, becomes: None, code: None, message: None, times, probability }
    }

    /// Whether it is about something with one of these names.
    pub(super) fn fits(&self, resource: Resource, names: &[&str]) -> bool {
        resource == self.resource && names.iter().any(|name| like(&self.name, name))
    }

    pub(super) fn mishap(&self) -> Mishap {
        let usual = self.resource.outcomes().first().copied().unwrap_or(Outcome::Failed);
        let message = self.message.as_deref().unwrap_or("The weather of the emulator lets it fail");
        Mishap {
            becomes: self.becomes.unwrap_or(usual),
            code: self.code.clone().unwrap_or_else(|| self.resource.usual_code().to_owned()),
            message: message.to_owned(),
        }
    }
}

impl Check for Failing {
    fn check(&self) -> Result<(), String> {
        let Self { resource, times, .. } = self;
        if *times == 0 {
            return Err("times: 0 lets nothing fail; leave the entry out".to_owned());
        }
        read::check_probability(self.probability)?;
        if self.becomes.is_some_and(|becomes| !resource.outcomes().contains(&becomes)) {
            let possible: Vec<String> = resource.outcomes().iter().map(ToString::to_string).collect();
            return Err(format!("becomes: {resource} can become {}", possible.join(" or ")));
        }
        let codes = resource.codes();
        match &self.code {
            Some(code) if !codes.is_empty() && !codes.contains(&code.as_str()) => {
                Err(format!("code: AWS has no code {code:?} for {resource}; it has {}", codes.join(", ")))
            }
            _ => Ok(()),
        }
    }
}

impl Resource {
    /// What can become of it, the usual first.
    fn outcomes(self) -> &'static [Outcome] {
        match self {
            Self::Nodegroup => &[Outcome::CreateFailed, Outcome::Degraded],
            Self::Addon | Self::Capability | Self::FargateProfile => &[Outcome::CreateFailed],
            Self::Update => &[Outcome::Failed, Outcome::UpdateFailed],
            Self::Cluster | Self::NatGateway | Self::VpcEndpoint => &[Outcome::Failed],
        }
    }

    /// AWS's codes for what can be wrong with it; none where AWS does not name them.
    fn codes(self) -> Vec<&'static str> {
        let of_model = |shape: &str| {
            let values = MODELS.get("eks").and_then(|eks| eks.shape(shape).values.as_deref());
            values.unwrap_or_default().iter().map(String::as_str).collect()
        };
        match self {
            Self::Cluster => of_model("ClusterIssueCode"),
            Self::Nodegroup => of_model("NodegroupIssueCode"),
            Self::Addon => of_model("AddonIssueCode"),
            Self::Capability => of_model("CapabilityIssueCode"),
            Self::FargateProfile => of_model("FargateProfileIssueCode"),
            Self::Update => of_model("ErrorCode"),
            Self::NatGateway => NAT_GATEWAY_CODES.to_vec(),
            Self::VpcEndpoint => Vec::new(),
        }
    }

    fn usual_code(self) -> &'static str {
        match self {
            Self::Capability => "ClusterUnreachable",
            Self::Addon | Self::Cluster | Self::FargateProfile | Self::Nodegroup => "InternalFailure",
            Self::Update => "Unknown",
            Self::NatGateway | Self::VpcEndpoint => "InternalError",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cluster => "a cluster",
            Self::Nodegroup => "a nodegroup",
            Self::Addon => "an addon",
            Self::Capability => "a capability",
            Self::FargateProfile => "a fargate-profile",
            Self::NatGateway => "a nat-gateway",
            Self::VpcEndpoint => "a vpc-endpoint",
            Self::Update => "an update",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CreateFailed => "CREATE_FAILED",
            Self::Degraded => "DEGRADED",
            Self::UpdateFailed => "UPDATE_FAILED",
            Self::Failed => "FAILED",
        })
    }
}

fn any() -> String {
    "*".to_owned()
}

fn once() -> u64 {
    1
}

fn always() -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_become_of_something_is_refused() {
        let failing = |resource, becomes| Failing { becomes: Some(becomes), ..Failing::next(resource) };
        assert_eq!(failing(Resource::Nodegroup, Outcome::Degraded).check(), Ok(()));
        let refused = failing(Resource::Cluster, Outcome::Degraded).check();
        assert_eq!(refused, Err("becomes: a cluster can become FAILED".to_owned()));
    }

    #[test]
    fn codes_are_those_of_aws() {
        let failing = |resource, code: &str| Failing { code: Some(code.to_owned()), ..Failing::next(resource) };
        assert_eq!(failing(Resource::Update, "PodEvictionFailure").check(), Ok(()));
        assert_eq!(failing(Resource::VpcEndpoint, "anything").check(), Ok(()));
        let refused = failing(Resource::Nodegroup, "Bad").check().expect_err("a refusal");
        assert!(refused.contains("AsgInstanceLaunchFailures"), "{refused}");
        for resource in [
            Resource::Cluster,
            Resource::Addon,
            Resource::Capability,
            Resource::FargateProfile,
            Resource::Nodegroup,
            Resource::Update,
            Resource::NatGateway,
        ] {
            assert!(resource.codes().contains(&resource.usual_code()), "{resource}");
        }
    }

    #[test]
    fn names_may_hold_stars() {
        let failing = Failing { name: "sys*".to_owned(), ..Failing::next(Resource::Update) };
        assert!(failing.fits(Resource::Update, &["system"]) && failing.fits(Resource::Update, &["a", "sys"]));
        assert!(!failing.fits(Resource::Nodegroup, &["system"]) && !failing.fits(Resource::Update, &["other"]));
    }
}
