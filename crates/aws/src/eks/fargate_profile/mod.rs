//! Fargate profiles: which pods run on Fargate, without nodes of one's own.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{
    CallError, Lowered, Lowering, Order, Outputs, Progress, Reference, Run, Tags, Traits, World, spec,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Aws;
use crate::kind::{Found, Kind, free_name};
use crate::reads::Reads;

pub use write::Call;

/// Which pods a profile is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// The namespace, in which `*` and `?` may stand for any text and any letter.
    pub namespace: String,
    /// The labels, all of which a pod must have; none for every pod of the namespace.
    pub labels: BTreeMap<String, String>,
}

spec! {
    /// Which pods run on Fargate. AWS changes nothing of it but its tags: another one is made first. Source: EKS
    /// `CreateFargateProfile`.
    pub struct Spec {
        /// The name, unique in the cluster. A replacement has a suffix while the plain one is taken.
        name: String => Identity, limit = "1 to 100 of A-Z a-z 0-9 - _, not beginning with eks-";
        /// The name of the cluster.
        cluster: Reference => Replace, to = "eks.Cluster";
        /// The ARN of the role with which Fargate pulls images and joins the cluster. Never that of nodes.
        pod_execution_role: Reference => Replace, to = "iam.Role";
        /// The subnets of the pods: private ones only.
        subnets: BTreeSet<Reference> => Replace, to = "ec2.Subnet";
        /// Which pods: those that any of the selectors fits.
        selectors: BTreeSet<Selector> => Replace, limit = "1 to 5, of 5 labels at most each";
        /// Tags. They do not spread to the pods.
        tags: Tags => InPlace, limit = "50 tags; keys of 128, values of 256 characters";
    }
}

/// The longest name.
const NAME_LENGTH: usize = 100;

/// The room of Fargate profiles.
pub struct Room;

impl Kind for Room {
    const NAME: &'static str = "eks.FargateProfile";
    const TRAITS: Traits = Traits {
        create_first: true,
        precious: None,
        dies_with: &[],
        // Pods need the way out of their subnets, and the ways to AWS's services, before they come and until they are gone.
        order: &[
            Order::AfterHolders { field: "subnets", kind: "ec2.RouteTable" },
            Order::AfterAll { kind: "ec2.VpcEndpoint" },
        ],
    };
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[("arn", "The ARN.")];
    type Spec = Spec;
    type Call = Call;

    fn computed(spec: &Spec, _: &World) -> Outputs {
        Outputs::from([("name".to_owned(), spec.name.clone())])
    }

    fn rename(mut desired: Spec, taken: &[String]) -> Spec {
        let immutable = json!([desired.pod_execution_role, desired.subnets, desired.selectors]);
        desired.name = free_name(&desired.name, &immutable, taken, NAME_LENGTH);
        desired
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
