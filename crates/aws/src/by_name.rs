//! What has a name: that which the stack wants is asked for by it, and a list tells of the others.

use std::collections::BTreeMap;
use std::future::Future;

use eksctl_rs_core::{Address, CallError};

use crate::branches::{try_join, try_join_all};
use crate::kind::Found;

/// Everything that is there of what the stack wants and of what is listed in `names`, asked for side by side by `one`.
pub(crate) async fn wanted_and_others<S, F>(
    wanted: &BTreeMap<String, Address>,
    names: impl Future<Output = Result<Vec<String>, CallError>> + Send,
    one: impl Fn(String, Option<Address>) -> F + Sync,
) -> Result<Vec<Found<S>>, CallError>
where
    S: Send,
    F: Future<Output = Result<Option<Found<S>>, CallError>> + Send,
{
    let named = try_join_all(wanted.iter().map(|(name, address)| one(name.clone(), Some(address.clone()))));
    let others = async {
        let surprises = names.await?.into_iter().filter(|name| !wanted.contains_key(name));
        let surprises: Vec<F> = surprises.map(|name| one(name, None)).collect();
        try_join_all(surprises).await
    };
    let (named, others) = try_join(named, others).await?;
    Ok(named.into_iter().chain(others).flatten().collect())
}
