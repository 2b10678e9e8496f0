//! Who may take a role with a token of an OpenID Connect provider.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_core::{Address, Text, keyed};
use serde_json::{Value, json};

use crate::expand::names;

/// The audience of tokens for AWS.
pub(in crate::expand) const AUDIENCE: &str = "sts.amazonaws.com";

/// An OpenID Connect provider in IAM.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::expand) enum Provider {
    /// One of the stack.
    Own(Address),
    /// Somebody else's, by its ARN.
    Arn(String),
}

impl Provider {
    /// That of the stack's cluster.
    pub(in crate::expand) fn of_the_cluster() -> Self {
        Self::Own(names::oidc_provider("cluster"))
    }

    fn arn(&self) -> Text {
        match self {
            Self::Own(address) => Text::of(address, "arn"),
            Self::Arn(arn) => Text::from(arn.as_str()),
        }
    }

    /// The issuer without `https://`, as the keys of conditions begin.
    fn issuer_host(&self) -> Text {
        match self {
            Self::Own(address) => Text::of(address, "issuer_host"),
            Self::Arn(arn) => Text::from(arn.split_once(":oidc-provider/").map_or("", |(_, host)| host)),
        }
    }
}

/// A service account in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::expand) struct Subject {
    /// The provider of its cluster.
    pub(in crate::expand) provider: Provider,
    /// `system:serviceaccount:<namespace>:<name>`, in which `*` stands for any text.
    pub(in crate::expand) subject: String,
}

impl Subject {
    /// A service account of the stack's cluster.
    pub(in crate::expand) fn here(namespace: &str, name: &str) -> Self {
        Self::of(Provider::of_the_cluster(), namespace, name)
    }

    /// A service account of the cluster that has `provider`.
    pub(in crate::expand) fn of(provider: Provider, namespace: &str, name: &str) -> Self {
        Self { provider, subject: format!("system:serviceaccount:{namespace}:{name}") }
    }
}

/// The trust document of a role for service accounts: one statement for each cluster. Source: EKS user guide, "Assign IAM
/// roles to Kubernetes service accounts".
pub(in crate::expand) fn trust_of_subjects(subjects: &[Subject]) -> PolicyDocument {
    let mut by_provider: BTreeMap<&Provider, BTreeSet<String>> = BTreeMap::new();
    for one in subjects {
        by_provider.entry(&one.provider).or_default().insert(one.subject.clone());
    }
    let statements: Vec<Value> =
        by_provider.into_iter().map(|(provider, subjects)| web_identity(provider, AUDIENCE, &subjects)).collect();
    PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// A statement for tokens of `provider` for `audience` with one of `subjects`.
pub(in crate::expand) fn web_identity(provider: &Provider, audience: &str, subjects: &BTreeSet<String>) -> Value {
    let key = |claim: &str| provider.issuer_host().then(claim);
    let subject = (key(":sub"), json!(subjects));
    let for_aws = (key(":aud"), json!([audience]));
    // Where nothing stands for any text, it must not.
    let condition = match subjects.iter().any(|subject| subject.contains(['*', '?'])) {
        true => json!({ "StringEquals": keyed([for_aws]), "StringLike": keyed([subject]) }),
        false => json!({ "StringEquals": keyed([for_aws, subject]) }),
    };
    json!({
        "Effect": "Allow",
        "Principal": { "Federated": provider.arn().to_value() },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    })
}
