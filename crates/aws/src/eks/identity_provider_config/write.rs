//! Requests. To EKS both are updates of the cluster, of which one runs at a time.

use aws_sdk_eks::types::OidcIdentityProviderConfigRequest;
use eksctl_rs_core::{CallError, Lowered, Lowering, Progress, Reference, Run, Tags, Work};
use serde::{Deserialize, Serialize};

use super::{Spec, read};
use crate::Aws;
use crate::ec2::literal;
use crate::eks::{TagCall, begun, cluster_of_the_stack, update_lane};

/// Seconds until the control plane knows the provider, for it restarts; user reports of 10 to 35 minutes.
const ASSOCIATE_TAKES: u64 = 900;
/// Seconds until it has forgotten it; inferred from the same.
const DISASSOCIATE_TAKES: u64 = 900;

/// The calls of an identity provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Makes it known to the cluster.
    Associate {
        /// Everything that it is to be.
        spec: Box<Spec>,
        /// All tags, the ownership tags among them.
        tags: Tags,
    },
    /// Changes tags.
    Tags(TagCall),
    /// Makes the cluster forget it.
    Disassociate {
        /// The name of the cluster.
        cluster: Reference,
        /// The configuration.
        name: String,
    },
}

pub(super) fn lower(lowering: &Lowering<'_, Spec>) -> Vec<Lowered<Call>> {
    let lane = || update_lane(cluster_of_the_stack(lowering.world));
    match &lowering.work {
        Work::Create { desired } => {
            let mut tags = desired.tags.clone();
            tags.extend(lowering.ownership.clone());
            let call = Call::Associate { spec: Box::new(desired.clone()), tags };
            let lowered = Lowered::creating("eks:AssociateIdentityProviderConfig", call);
            vec![lowered.taking(ASSOCIATE_TAKES).holding(lane())]
        }
        Work::Update { desired, live, .. } => {
            let tags = TagCall::lower(lowering, &desired.tags, &live.tags);
            tags.into_iter().map(|lowered| lowered.map(Call::Tags)).collect()
        }
        Work::Delete { live, .. } => {
            let call = Call::Disassociate { cluster: live.cluster.clone(), name: live.name.clone() };
            let lowered = Lowered::new("eks:DisassociateIdentityProviderConfig", call);
            vec![lowered.taking(DISASSOCIATE_TAKES).holding(lane())]
        }
    }
}

pub(super) async fn start(aws: &Aws, call: Call, run: &Run<'_>) -> Result<Progress, CallError> {
    match call {
        Call::Associate { spec, tags } => {
            let claims = (!spec.required_claims.is_empty()).then(|| spec.required_claims.clone().into_iter().collect());
            let oidc = OidcIdentityProviderConfigRequest::builder()
                .identity_provider_config_name(&spec.name)
                .issuer_url(&spec.issuer_url)
                .client_id(&spec.client_id)
                .username_claim(&spec.username_claim)
                .set_username_prefix(spec.username_prefix.clone())
                .set_groups_claim(spec.groups_claim.clone())
                .set_groups_prefix(spec.groups_prefix.clone())
                .set_required_claims(claims)
                .build()
                .map_err(|error| CallError::bug("eks:AssociateIdentityProviderConfig", error.to_string()))?;
            let request = aws
                .eks
                .associate_identity_provider_config()
                .cluster_name(literal(&spec.cluster, run)?)
                .client_request_token(&run.token)
                .oidc(oidc)
                .set_tags(Some(tags.into_iter().collect()));
            let answer = aws.call("eks:AssociateIdentityProviderConfig", request.send()).await?;
            begun(run, answer.update())
        }
        Call::Tags(call) => call.start(aws, run).await,
        Call::Disassociate { cluster, name } => {
            let request = aws
                .eks
                .disassociate_identity_provider_config()
                .cluster_name(literal(&cluster, run)?)
                .client_request_token(&run.token)
                .identity_provider_config(read::named(&name)?);
            let answer = aws.call("eks:DisassociateIdentityProviderConfig", request.send()).await?;
            begun(run, answer.update())
        }
    }
}
