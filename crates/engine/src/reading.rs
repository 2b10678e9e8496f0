//! Reading everything that a plan follows from: what the stack owns, and what it wants with the facts of AWS.

use std::collections::BTreeSet;

use eksctl_rs_core::{CallError, Facts, Graph, Observation, Observe, Provider, Question, Retry};

/// What was read, and what follows from it.
#[derive(Debug)]
pub struct Reading {
    /// What AWS has, and what it knows.
    pub observation: Observation,
    /// What the stack wants.
    pub graph: Graph,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E> {
    /// A call failed for good.
    #[error(transparent)]
    Call(#[from] CallError),
    /// With what AWS knows the stack is no graph.
    #[error("the stack does not fit what AWS has")]
    Expand(E),
}

/// Reads everything in one go. `expand` says what the stack wants with the facts that are known; without any it says which
/// names to ask for. What only the facts have named is asked for after them.
///
/// # Errors
///
/// A call failed for good, or the stack does not fit the facts.
pub async fn read<E>(
    provider: &dyn Provider,
    questions: &[Question],
    expand: &(dyn Fn(&Facts) -> Result<Graph, E> + Sync),
    retry: &dyn Retry,
) -> Result<Reading, ReadError<E>> {
    let draft = expand(&Facts::none()).map_err(ReadError::Expand)?;
    let first = Observe { wanted: &draft, questions, only: None };
    let mut observation = provider.observe(&first, retry).await?;
    let graph = expand(&observation.facts).map_err(ReadError::Expand)?;
    let missed = missed(provider, &draft, &graph);
    if !missed.is_empty() {
        let second = Observe { wanted: &graph, questions: &[], only: Some(&missed) };
        let more = provider.observe(&second, retry).await?;
        observation.snapshot.forget(&missed);
        more.snapshot.iter().for_each(|observed| observation.snapshot.add(observed.clone()));
    }
    Ok(Reading { observation, graph })
}

/// The kinds of which the facts have named something that the draft did not, and that can be found in no other way.
fn missed(provider: &dyn Provider, draft: &Graph, graph: &Graph) -> BTreeSet<&'static str> {
    let is_news =
        |address| draft.get(address).map(|known| &known.spec) != graph.get(address).map(|wanted| &wanted.spec);
    let news = graph.iter().map(|desired| &desired.address).filter(|address| is_news(address));
    let kinds = news.filter_map(|address| provider.rules().kind(address.kind()));
    kinds.filter(|kind| kind.is_found_by_spec()).map(|kind| kind.name()).collect()
}
