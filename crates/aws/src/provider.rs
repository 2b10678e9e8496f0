//! AWS as the planner and the engine see it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use aws_sdk_ec2::types::TagDescription;
use eksctl_rs_core::{
    CallError, Facts, Graph, KindRules, Observation, Observe, Observed, Owner, Progress, Provider, Question, Retry,
    Rules, Run, Snapshot, Stats,
};
use futures::future::{join, join_all};

use crate::call::{AFTER_IDENTITY, chain};
use crate::ec2::left_behind::{LeftBehind, Places, look};
use crate::kind::ErasedKind;
use crate::kinds::{KINDS, LEFT_BEHIND};
use crate::reads::{Once, Reads};
use crate::{Aws, ec2, ecr, eks, iam};

/// What is known of the kinds, without AWS.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsRules;

impl AwsRules {
    fn room(name: &str) -> Option<&'static dyn ErasedKind> {
        KINDS.iter().chain(LEFT_BEHIND).copied().find(|kind| kind.name() == name)
    }
}

impl Rules for AwsRules {
    fn kind(&self, name: &str) -> Option<&dyn KindRules> {
        Self::room(name).map(ErasedKind::rules)
    }

    fn kinds(&self) -> Vec<&dyn KindRules> {
        KINDS.iter().map(|kind| kind.rules()).collect()
    }
}

/// AWS.
#[derive(Clone, Debug)]
pub struct AwsProvider {
    aws: Aws,
    /// What the last reading of everything was told of EC2's tags, for the reading of a few kinds that goes on from there.
    marks: Arc<Mutex<Option<Vec<TagDescription>>>>,
}

impl AwsProvider {
    /// The provider that talks to `aws`.
    pub fn new(aws: Aws) -> Self {
        Self { aws, marks: Arc::default() }
    }

    /// What others have made in the VPCs of the stack's clusters and left there: it stands in the way of a VPC that is to be
    /// deleted, or it is a cluster's and would stay behind. `snapshot` is what the stack owns.
    ///
    /// # Errors
    ///
    /// The first call that failed for good.
    pub async fn left_behind(&self, snapshot: &Snapshot, retry: &dyn Retry) -> Result<Vec<LeftBehind>, CallError> {
        let nothing = Graph::empty();
        let reads = Reads::new(&self.aws, retry, &nothing, &[]);
        chain(AFTER_IDENTITY, look(&reads, &self.places(snapshot))).await
    }

    /// Tells in `snapshot` what of others would go with what the stack owns, as far as a reading does not ask for that: whether
    /// repositories hold images.
    ///
    /// # Errors
    ///
    /// The first call that failed for good.
    pub async fn look_into(&self, snapshot: &mut Snapshot, retry: &dyn Retry) -> Result<(), CallError> {
        let nothing = Graph::empty();
        let reads = Reads::new(&self.aws, retry, &nothing, &[]);
        chain(AFTER_IDENTITY, ecr::repository::read::look_into(&reads, snapshot)).await
    }

    fn marks(&self) -> MutexGuard<'_, Option<Vec<TagDescription>>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn places(&self, snapshot: &Snapshot) -> Places {
        let ours = |kind: &'static str| {
            let all = snapshot.iter().filter(move |observed| observed.address.kind() == kind);
            all.filter(|observed| observed.owner == Owner::Us)
        };
        let output = |observed: &Observed, name: &str| observed.outputs.get(name).cloned();
        let own: Vec<String> = ours("ec2.Vpc").map(|vpc| vpc.id.clone()).collect();
        let of_clusters = ours("eks.Cluster").filter_map(|cluster| output(cluster, "vpc"));
        let mut clusters: Vec<String> = ours("eks.Cluster").filter_map(|cluster| output(cluster, "name")).collect();
        // A run that died may have deleted the cluster already.
        let stack = self.aws.world.stack.as_str();
        clusters.extend(stack.strip_suffix(&format!(".{}", self.aws.world.region)).map(str::to_owned));
        Places {
            others: of_clusters.filter(|vpc| !own.contains(vpc)).collect(),
            own,
            clusters,
            cluster_groups: ours("eks.Cluster").filter_map(|cluster| output(cluster, "security_group")).collect(),
        }
    }

    fn room(run: &Run<'_>) -> Result<&'static dyn ErasedKind, CallError> {
        let name = run.address().kind();
        AwsRules::room(name).ok_or_else(|| CallError::bug(&run.step.operation, format!("there is no kind {name}")))
    }
}

#[async_trait]
impl Provider for AwsProvider {
    fn rules(&self) -> &dyn Rules {
        &AwsRules
    }

    async fn observe(&self, observe: &Observe<'_>, retry: &dyn Retry) -> Result<Observation, CallError> {
        let mut reads = Reads::new(&self.aws, retry, observe.wanted, observe.questions);
        if let (Some(_), Some(marks)) = (observe.only, self.marks().take()) {
            reads.shared.network_tags = Once::known(marks);
        }
        // What is asked for by itself comes after everything that was asked before.
        let begun = observe.only.map_or(AFTER_IDENTITY, |_| self.aws.recorder.stats().round_trips);
        let asked = |kind: &&&dyn ErasedKind| observe.only.is_none_or(|only| only.contains(kind.name()));
        let finds = join_all(KINDS.iter().filter(asked).map(|kind| chain(begun, kind.find(&reads))));
        let answers = join_all(observe.questions.iter().map(|question| chain(begun, answer(&reads, question))));
        let (found, answered) = join(finds, answers).await;
        let mut snapshot = Snapshot::default();
        for kind in found {
            kind?.into_iter().for_each(|observed| snapshot.add(observed));
        }
        let mut facts = Facts::none();
        for one in answered {
            one?(&mut facts);
        }
        if observe.only.is_none() {
            *self.marks() = reads.shared.network_tags.into_inner();
        }
        Ok(Observation { snapshot, facts })
    }

    async fn start(&self, run: &Run<'_>) -> Result<Progress, CallError> {
        Self::room(run)?.start(&self.aws, run).await
    }

    async fn status(&self, run: &Run<'_>) -> Result<Progress, CallError> {
        Self::room(run)?.status(&self.aws, run).await
    }

    fn stats(&self) -> Stats {
        self.aws.recorder.stats()
    }
}

type Answer = Box<dyn FnOnce(&mut Facts) + Send>;

async fn answer(reads: &Reads<'_>, question: &Question) -> Result<Answer, CallError> {
    let question = question.clone();
    Ok(match &question {
        Question::AvailabilityZones => {
            let zones = ec2::availability_zones(reads).await?;
            Box::new(move |facts| facts.answer(&question, zones))
        }
        Question::ClusterVersions => {
            let versions = eks::cluster_versions(reads).await?;
            Box::new(move |facts| facts.answer(&question, versions))
        }
        Question::Vpcs(filters) => {
            let vpcs = ec2::existing::vpcs(reads, filters).await?;
            Box::new(move |facts| facts.answer(&question, vpcs))
        }
        Question::Subnets(filters) => {
            let subnets = ec2::existing::subnets(reads, filters).await?;
            Box::new(move |facts| facts.answer(&question, subnets))
        }
        Question::EndpointServices(services) => {
            let zones = ec2::existing::endpoint_zones(reads, services).await?;
            Box::new(move |facts| facts.answer(&question, zones))
        }
        Question::PermissionSetRole(set) => {
            let arns = iam::permission_set::arns(reads, set).await?;
            Box::new(move |facts| facts.answer(&question, arns))
        }
        Question::Addon(addon) => {
            let known = eks::addon::facts(reads, addon).await?;
            Box::new(move |facts| facts.answer(&question, known))
        }
    })
}
