//! Reading the whole stack: what rooms ask with, and what they share.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use eksctl_rs_core::{Address, CallError, ErrorClass, Graph, Question, Reference, Retry, Rules, World};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::call::{depth, wait_for};
use crate::kind::Kind;
use crate::{Aws, AwsRules};

/// One reading of the stack.
pub(crate) struct Reads<'a> {
    pub(crate) aws: &'a Aws,
    retry: &'a dyn Retry,
    wanted: &'a Graph,
    pub(crate) questions: &'a [Question],
    pub(crate) shared: Shared,
}

/// Answers that several rooms need: asked once, by whoever comes first.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) network_tags: Once<Vec<aws_sdk_ec2::types::TagDescription>>,
    pub(crate) subnets: Once<Vec<aws_sdk_ec2::types::Subnet>>,
    pub(crate) cluster: Once<Option<aws_sdk_eks::types::Cluster>>,
    pub(crate) tagged: Once<Vec<String>>,
    pub(crate) creation_templates: Once<Vec<aws_sdk_ecr::types::RepositoryCreationTemplate>>,
    /// Those that the stack wants; nothing if one of them is missing.
    pub(crate) repositories: Once<Option<Vec<aws_sdk_ecr::types::Repository>>>,
    pub(crate) permission_sets: Once<Vec<aws_sdk_iam::types::Role>>,
    /// By name.
    pub(crate) roles: OnceEach<Option<aws_sdk_iam::types::Role>>,
    /// By name.
    pub(crate) addons: OnceEach<Option<aws_sdk_eks::types::Addon>>,
    /// By the version of Kubernetes.
    pub(crate) addon_versions: OnceEach<Arc<Vec<aws_sdk_eks::types::AddonInfo>>>,
}

/// Answers that are asked for once each, by name.
pub(crate) struct OnceEach<T>(Mutex<BTreeMap<String, Arc<Once<T>>>>);

impl<T> Default for OnceEach<T> {
    fn default() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }
}

impl<T: Clone> OnceEach<T> {
    /// The answer for `name`, from `ask` if nobody has asked yet.
    pub(crate) async fn get(
        &self,
        name: &str,
        ask: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        let once = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(name.to_owned()).or_default())
        };
        once.get(ask).await.cloned()
    }
}

/// An answer that is asked for once. It knows how deep the chain of calls was that brought it.
pub(crate) struct Once<T>(OnceCell<(u64, T)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T> Once<T> {
    /// An answer that is known already.
    pub(crate) fn known(answer: T) -> Self {
        Self(OnceCell::new_with(Some((0, answer))))
    }

    /// Whether somebody has the answer already.
    pub(crate) fn is_known(&self) -> bool {
        self.0.initialized()
    }

    /// The answer, if somebody has it already.
    pub(crate) fn into_inner(self) -> Option<T> {
        self.0.into_inner().map(|(_, answer)| answer)
    }

    /// The answer, from `ask` if nobody has asked yet.
    pub(crate) async fn get(&self, ask: impl Future<Output = Result<T, CallError>>) -> Result<&T, CallError> {
        let ask = async {
            let answer = ask.await?;
            Ok::<_, CallError>((depth(), answer))
        };
        let (deep, answer) = self.0.get_or_try_init(|| ask).await?;
        wait_for(*deep);
        Ok(answer)
    }
}

impl<'a> Reads<'a> {
    /// `questions` are asked beside it.
    pub(crate) fn new(aws: &'a Aws, retry: &'a dyn Retry, wanted: &'a Graph, questions: &'a [Question]) -> Self {
        Self { aws, retry, wanted, questions, shared: Shared::default() }
    }

    pub(crate) fn world(&self) -> &World {
        &self.aws.world
    }

    /// What the stack wants of this kind.
    pub(crate) fn wanted<K: Kind>(&self) -> Vec<(Address, K::Spec)>
    where
        K::Spec: DeserializeOwned,
    {
        self.wanted
            .iter()
            .filter(|desired| desired.address.kind() == K::NAME)
            .filter_map(|desired| Some((desired.address.clone(), serde_json::from_value(desired.spec.clone()).ok()?)))
            .collect()
    }

    /// Whether the stack wants anything of this kind.
    pub(crate) fn wants<K: Kind>(&self) -> bool {
        self.wanted.iter().any(|desired| desired.address.kind() == K::NAME)
    }

    /// What the stack wants at `address`.
    pub(crate) fn wanted_at(&self, address: &Address) -> Option<&Value> {
        self.wanted.get(address).map(|desired| &desired.spec)
    }

    /// What a reference of a wanted spec is, as far as that follows from what the stack wants: names and ARNs.
    pub(crate) fn known(&self, reference: &Reference) -> Option<String> {
        match reference {
            Reference::Id(id) => Some(id.clone()),
            Reference::To { address, output } => {
                let computed = AwsRules.kind(address.kind())?.computed(self.wanted_at(address)?, self.world());
                computed.get(output).cloned()
            }
        }
    }

    /// Asks until there is an answer or no hope.
    pub(crate) async fn ask<T, E, F>(
        &self,
        operation: &'static str,
        request: impl Fn() -> F + Send + Sync,
    ) -> Result<T, CallError>
    where
        T: Send,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let mut attempt = 1;
        loop {
            match self.aws.call(operation, request()).await {
                Ok(answer) => return Ok(answer),
                Err(error) if error.class.passes() && self.retry.again(attempt, &error).await => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks, and takes "not there" for an answer.
    pub(crate) async fn ask_for<T, E, F>(
        &self,
        operation: &'static str,
        request: impl Fn() -> F + Send + Sync,
    ) -> Result<Option<T>, CallError>
    where
        T: Send,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        absent_is_none(self.ask(operation, request).await)
    }

    /// Asks for every page: `request` sends the token of the page, `page` takes an answer apart into its items and the
    /// token of the next one.
    pub(crate) async fn pages<T, E, F, I>(
        &self,
        operation: &'static str,
        request: impl Fn(Option<String>) -> F + Send + Sync,
        page: impl Fn(T) -> (Vec<I>, Option<String>) + Send + Sync,
    ) -> Result<Vec<I>, CallError>
    where
        T: Send,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let (mut all, mut token) = (Vec::new(), None);
        loop {
            let (items, next) = page(self.ask(operation, || request(token.clone())).await?);
            all.extend(items);
            token = next.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(all);
            }
        }
    }
}

/// "Not there" is an answer.
pub(crate) fn absent_is_none<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.class == ErrorClass::Gone => Ok(None),
        Err(error) => Err(error),
    }
}
