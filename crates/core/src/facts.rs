//! Answers to the questions that a spec asks of AWS before it can be expanded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that expand must know and that no spec tells. Asked in the first round of reading.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Question {
    /// The Availability Zones of the Region that this account may use. Answered by [`Facts::zones`].
    AvailabilityZones,
    /// The Kubernetes versions that EKS offers. Answered by [`Facts::cluster_versions`].
    ClusterVersions,
    /// The VPCs of the Region that match. Answered by [`Facts::vpcs`].
    Vpcs(Filters),
    /// The subnets of the Region that match. Answered by [`Facts::subnets`].
    Subnets(Filters),
    /// In which Availability Zones these endpoint services are. Answered by [`Facts::endpoint_zones`].
    EndpointServices(Vec<String>),
    /// The roles of this permission set of IAM Identity Center. Answered by [`Facts::permission_set_roles`].
    PermissionSetRole(String),
    /// What a version of an add-on means, and what it takes. Answered by [`Facts::addon`].
    Addon(AddonQuestion),
}

/// Which version of an add-on a stack wants, and for which Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AddonQuestion {
    /// The name of the add-on.
    pub name: String,
    /// Its version.
    pub version: AddonVersion,
    /// The Kubernetes version that the cluster is to have. Absent, the one that it has; else EKS's default.
    pub kubernetes: Option<String>,
    /// Whether its configuration, and what it needs of IAM, is asked for, too.
    pub configuration: bool,
}

/// A version of an add-on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddonVersion {
    /// This one.
    Exact(String),
    /// The one that EKS installs when nobody says anything.
    Default {
        /// Whether it moves on when EKS's default does.
        auto: bool,
    },
    /// The newest.
    Latest {
        /// Whether it moves on when there is a newer one.
        auto: bool,
    },
}

/// What AWS knows of an add-on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddonFacts {
    /// The Kubernetes version that the cluster is to have.
    pub kubernetes: String,
    /// The versions of the add-on that work with it, the newest first.
    pub versions: Vec<String>,
    /// The version that is wanted: the exact one; else the one that is there, as long as it may stay; else what AWS has.
    pub version: Option<String>,
    /// Whether that version works with that Kubernetes.
    pub fits: bool,
    /// What a version that floats would be now, if that is newer than the one that is there.
    pub newer: Option<String>,
    /// The JSON Schema of the configuration of that version, if it was asked for and AWS has one.
    pub schema: Option<Value>,
    /// The namespace that it is installed in, unless a stack says otherwise.
    pub namespace: Option<String>,
    /// What the add-on needs of IAM, if it was asked for.
    pub identities: Vec<AddonIdentity>,
}

/// What AWS recommends for a service account of an add-on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddonIdentity {
    /// The service account.
    pub service_account: String,
    /// The ARNs of managed policies.
    pub policies: Vec<String>,
}

/// What a thing must match: names of EC2's filters, such as `vpc-id` or `tag:Name`, each with its values, of which one
/// must fit. `*` stands for any text.
pub type Filters = BTreeMap<String, Vec<String>>;

/// A VPC that is not the stack's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExistingVpc {
    /// Its id.
    pub id: String,
    /// Its IPv4 ranges, the first one first.
    pub cidr_blocks: Vec<String>,
}

/// A subnet that is not the stack's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExistingSubnet {
    /// The name of its Availability Zone.
    pub zone: String,
    /// Its id.
    pub id: String,
    /// The id of its VPC.
    pub vpc: String,
}

/// An Availability Zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Zone {
    /// The account's name for it, such as `eu-west-1a`.
    pub name: String,
    /// The id that all accounts share, such as `euw1-az2`.
    pub id: String,
}

/// The answers, by question. What was not asked has no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts(BTreeMap<String, Value>);

impl Facts {
    /// No answers yet: what `validate` works with.
    pub fn none() -> Self {
        Self::default()
    }

    /// Records the answer to `question`.
    pub fn answer(&mut self, question: &Question, answer: impl Serialize) {
        let value = serde_json::to_value(answer).unwrap_or(Value::Null);
        self.0.insert(key(question), value);
    }

    /// The Availability Zones, by name, if they were asked for.
    pub fn zones(&self) -> Option<Vec<Zone>> {
        self.typed(&Question::AvailabilityZones)
    }

    /// The Kubernetes versions that EKS offers, newest first, if they were asked for.
    pub fn cluster_versions(&self) -> Option<Vec<String>> {
        self.typed(&Question::ClusterVersions)
    }

    /// The VPCs that match, if they were asked for.
    pub fn vpcs(&self, filters: &Filters) -> Option<Vec<ExistingVpc>> {
        self.typed(&Question::Vpcs(filters.clone()))
    }

    /// The subnets that match, by zone, if they were asked for.
    pub fn subnets(&self, filters: &Filters) -> Option<Vec<ExistingSubnet>> {
        self.typed(&Question::Subnets(filters.clone()))
    }

    /// The names of the zones in which each of these services is, if they were asked for. A service that is not there at
    /// all has no entry.
    pub fn endpoint_zones(&self, services: &[String]) -> Option<BTreeMap<String, Vec<String>>> {
        self.typed(&Question::EndpointServices(services.to_vec()))
    }

    /// The ARNs of the roles that a permission set of IAM Identity Center has in the account, if they were asked for: one,
    /// if it is assigned there.
    pub fn permission_set_roles(&self, set: &str) -> Option<Vec<String>> {
        self.typed(&Question::PermissionSetRole(set.to_owned()))
    }

    /// What AWS knows of an add-on, if that was asked for.
    pub fn addon(&self, question: &AddonQuestion) -> Option<AddonFacts> {
        self.typed(&Question::Addon(question.clone()))
    }

    fn typed<T: serde::de::DeserializeOwned>(&self, question: &Question) -> Option<T> {
        self.0.get(&key(question)).and_then(|value| serde_json::from_value(value.clone()).ok())
    }
}

fn key(question: &Question) -> String {
    serde_json::to_string(question).unwrap_or_default()
}
