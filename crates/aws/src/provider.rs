//! AWS as the planner and the engine see it.

use async_trait::async_trait;
use eksctl_rs_core::{
    CallError, Facts, KindRules, Observation, Observe, Progress, Provider, Question, Retry, Rules, Run, Snapshot, Stats,
};
use futures::future::{join, join_all};

use crate::call::chain;
use crate::kind::ErasedKind;
use crate::kinds::KINDS;
use crate::reads::Reads;
use crate::{Aws, ec2, eks};

/// What is known of the kinds, without AWS.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsRules;

impl AwsRules {
    fn room(name: &str) -> Option<&'static dyn ErasedKind> {
        KINDS.iter().copied().find(|kind| kind.name() == name)
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
}

impl AwsProvider {
    /// The provider that talks to `aws`.
    pub fn new(aws: Aws) -> Self {
        Self { aws }
    }

    fn room(run: &Run<'_>) -> Result<&'static dyn ErasedKind, CallError> {
        let name = run.address().kind();
        AwsRules::room(name).ok_or_else(|| CallError::bug(&run.step.operation, format!("there is no kind {name}")))
    }
}

/// The identity check comes before everything else.
const AFTER_IDENTITY: u64 = 1;

#[async_trait]
impl Provider for AwsProvider {
    fn rules(&self) -> &dyn Rules {
        &AwsRules
    }

    async fn observe(&self, observe: &Observe<'_>, retry: &dyn Retry) -> Result<Observation, CallError> {
        let reads = Reads::new(&self.aws, retry, observe.wanted);
        let finds = join_all(KINDS.iter().map(|kind| chain(AFTER_IDENTITY, kind.find(&reads))));
        let answers =
            join_all(observe.questions.iter().map(|question| chain(AFTER_IDENTITY, answer(&reads, question))));
        let (found, answered) = join(finds, answers).await;
        let mut snapshot = Snapshot::default();
        for kind in found {
            kind?.into_iter().for_each(|observed| snapshot.add(observed));
        }
        let mut facts = Facts::none();
        for one in answered {
            one?(&mut facts);
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
    Ok(match question {
        Question::AvailabilityZones => {
            let zones = ec2::availability_zones(reads).await?;
            Box::new(move |facts| facts.answer(&question, zones))
        }
        Question::ClusterVersions => {
            let versions = eks::cluster_versions(reads).await?;
            Box::new(move |facts| facts.answer(&question, versions))
        }
    })
}
