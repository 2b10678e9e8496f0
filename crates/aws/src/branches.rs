//! Reading things side by side: each branch is a chain of calls of its own, and what comes after waits for the deepest.

use std::future::Future;

use eksctl_rs_core::CallError;
use futures::future::BoxFuture;

use crate::call::{chain, depth, wait_for};

/// As `futures::future::try_join`.
pub(crate) async fn try_join<A: Send, B: Send>(
    first: impl Future<Output = Result<A, CallError>> + Send,
    second: impl Future<Output = Result<B, CallError>> + Send,
) -> Result<(A, B), CallError> {
    futures::future::try_join(branch(first), branch(second)).await
}

/// As `futures::future::try_join3`.
pub(crate) async fn try_join3<A: Send, B: Send, C: Send>(
    first: impl Future<Output = Result<A, CallError>> + Send,
    second: impl Future<Output = Result<B, CallError>> + Send,
    third: impl Future<Output = Result<C, CallError>> + Send,
) -> Result<(A, B, C), CallError> {
    futures::future::try_join3(branch(first), branch(second), branch(third)).await
}

/// As `futures::future::try_join_all`.
pub(crate) async fn try_join_all<T, F>(reads: impl IntoIterator<Item = F>) -> Result<Vec<T>, CallError>
where
    T: Send,
    F: Future<Output = Result<T, CallError>> + Send,
{
    futures::future::try_join_all(reads.into_iter().map(branch)).await
}

/// Begins as deep as the current chain is now; when it ends, that chain is as deep as it. On the heap, for the futures of
/// the SDK are large.
fn branch<'f, T: Send + 'f>(read: impl Future<Output = T> + Send + 'f) -> BoxFuture<'f, T> {
    let (begun, read) = (depth(), Box::pin(read));
    Box::pin(async move {
        let (answer, deep) = chain(begun, async { (read.await, depth()) }).await;
        wait_for(deep);
        answer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn deeper(calls: u64) -> Result<u64, CallError> {
        wait_for(depth() + calls);
        Ok(depth())
    }

    #[tokio::test]
    async fn what_goes_on_side_by_side_does_not_add_up() {
        let whole = chain(1, async {
            let all = try_join_all([deeper(1), deeper(1), deeper(2)]).await?;
            let both = try_join(deeper(1), deeper(1)).await?;
            Ok::<_, CallError>((all, both, depth()))
        });
        assert_eq!(whole.await, Ok((vec![2, 2, 3], (4, 4), 4)));
    }
}
