//! OpenID Connect providers: whose tokens roles can trust. A cluster is one, so that pods can take roles (IRSA); GitHub and
//! GitLab are, so that pipelines can.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Lowered, Lowering, Order, Outputs, Progress, Run, Tags, Text, Traits, World, spec};

use crate::Aws;
use crate::kind::{Found, Kind};
use crate::reads::Reads;

pub use write::Call;

spec! {
    /// Whose tokens roles can trust. An account has one for each URL. Source: IAM `CreateOpenIDConnectProvider`.
    pub struct Spec {
        /// The issuer, as tokens name it.
        url: Text => Replace, to = "eks.Cluster", limit = "https://, without port and query";
        /// For whom its tokens may be.
        client_ids: BTreeSet<String> => InPlace, limit = "100 of 255 characters";
        /// SHA-1 of certificates that IAM is to trust, where none of its own authorities has signed the issuer's. Absent,
        /// what IAM finds by itself stays; it uses it only where its library of authorities does not do.
        thumbprints: Option<BTreeSet<String>> => InPlace, floating = true, limit = "1 to 5 of 40 hexadecimal digits";
        /// Tags.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The room of OpenID Connect providers.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "iam.OidcProvider";
    // Controllers in the cluster have roles by it to the end. Source: EKS user guide, "Delete a cluster".
    const TRAITS: Traits = Traits {
        create_first: false,
        precious: None,
        dies_with: &[],
        order: &[Order::Outlives { kind: "eks.Cluster" }],
    };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, world: &World) -> Outputs {
        spec.url.literal().map(|url| outputs(&arn_of(&url, world))).unwrap_or_default()
    }

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

/// The ARN of the provider with `url`. Source: IAM user guide, "IAM identifiers".
pub fn arn_of(url: &str, world: &World) -> String {
    world.iam_arn(&format!("oidc-provider/{}", url.strip_prefix("https://").unwrap_or(url)))
}

/// What a provider tells of itself; `issuer_host` is how the keys of conditions begin.
fn outputs(arn: &str) -> Outputs {
    let host = arn.split_once(":oidc-provider/").map_or("", |(_, host)| host);
    Outputs::from([("arn".to_owned(), arn.to_owned()), ("issuer_host".to_owned(), host.to_owned())])
}
