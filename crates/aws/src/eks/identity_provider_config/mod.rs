//! Identity providers: users of a cluster that IAM does not know, by OpenID Connect.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;

use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Traits, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// An OpenID Connect provider whose users the cluster knows. A cluster has one at most, and AWS changes nothing of it but
    /// its tags. Source: EKS `AssociateIdentityProviderConfig`.
    pub struct Spec {
        /// The name of the configuration.
        name: String => Replace, limit = "1 to 63 characters";
        /// The name of the cluster.
        cluster: Reference => Replace, to = "eks.Cluster";
        /// The URL of the issuer, as tokens say it.
        issuer_url: String => Replace, limit = "begins with https://, without a query";
        /// The id of the client for which tokens are issued: their audience.
        client_id: String => Replace;
        /// The claim that is the name of the user.
        username_claim: String => Replace, default = "sub";
        /// What stands before names of users; `-` for nothing. Absent, EKS takes the issuer and a `#`, but for `email`.
        username_prefix: Option<String> => Replace, floating = true, limit = "without system:";
        /// The claim that lists the groups of the user.
        groups_claim: Option<String> => Replace;
        /// What stands before names of groups.
        groups_prefix: Option<String> => Replace, limit = "without system:";
        /// Claims that a token must have, with their values.
        required_claims: BTreeMap<String, String> => Replace;
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of identity providers.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.IdentityProviderConfig";
    const TRAITS: Traits = Traits { create_first: false, precious: None, dies_with: &["cluster"], order: &[] };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    type Spec = Spec;
    type Call = Call;

    fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
        write::lower(lowering)
    }

    async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
        read::find(reads).await
    }

    async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
        write::start(aws, call, run).await
    }

    async fn status(aws: &Aws, call: Option<Call>, run: &Run<'_>) -> Result<Progress, CallError> {
        read::status(aws, call, run).await
    }
}
