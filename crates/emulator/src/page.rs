//! Pages of lists.

use std::cell::Cell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::error::{ApiError, refuse};

/// How a service names the parts of a page.
#[derive(Clone, Copy)]
pub(crate) struct Paging {
    /// The parameter with the size of a page.
    pub(crate) size: &'static str,
    /// The parameter with the token.
    pub(crate) token: &'static str,
    /// The size of a page if none is asked for.
    pub(crate) default: usize,
    /// The error code for a token that is none of ours.
    pub(crate) bad_token: &'static str,
}

thread_local! {
    /// The most items on a page while a call is answered, whatever it asks for.
    static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Answers a call whose pages have no more than `most` items, if that is said.
pub(crate) fn limited<T>(most: Option<usize>, answer: impl FnOnce() -> T) -> T {
    let before = MOST.replace(most.unwrap_or(usize::MAX));
    let answer = answer();
    MOST.set(before);
    answer
}

/// The size of a page for a caller who asks for `size`.
pub(crate) fn size(size: usize) -> usize {
    size.min(MOST.get()).max(1)
}

/// The items of the page that `input` asks for, and the token of the next one.
///
/// A token holds the number of items before the page and what was asked, so that it fits no other request.
pub(crate) fn page<T>(input: &Value, paging: Paging, items: Vec<T>) -> Result<(Vec<T>, Option<String>), ApiError> {
    let size = size(input[paging.size].as_u64().map_or(paging.default, |size| size as usize));
    let mut question = input.clone();
    if let Some(fields) = question.as_object_mut() {
        fields.shift_remove(paging.token);
        fields.shift_remove(paging.size);
    }
    let mark = crate::random::hex(&question, 12);
    let start = match input[paging.token].as_str() {
        None => 0,
        Some(token) => match decode(token, &mark) {
            Some(start) => start,
            None => return refuse(paging.bad_token, format!("Invalid value for {}", paging.token)),
        },
    };
    let total = items.len();
    let shown: Vec<T> = items.into_iter().skip(start).take(size).collect();
    let end = start + shown.len();
    Ok((shown, (end < total).then(|| STANDARD.encode(format!("{mark}:{end}")))))
}

fn decode(token: &str, mark: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (found, start) = text.split_once(':')?;
    (found == mark).then(|| start.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PAGING: Paging = Paging { size: "max", token: "next", default: 100, bad_token: "Bad" };

    #[test]
    fn pages_follow_each_other_and_fit_only_their_question() {
        let (first, next) = page(&json!({ "max": 2 }), PAGING, vec![1, 2, 3]).expect("a page");
        assert_eq!(first, [1, 2]);
        let next = next.expect("a token");
        let (second, end) = page(&json!({ "max": 2, "next": next }), PAGING, vec![1, 2, 3]).expect("a page");
        assert_eq!((second, end), (vec![3], None));
        let limited = limited(Some(1), || page(&json!({ "max": 2 }), PAGING, vec![1, 2, 3]));
        assert_eq!(limited.expect("a page").0, [1]);
        assert!(page(&json!({ "next": next, "other": 1 }), PAGING, vec![1]).is_err());
        assert!(page(&json!({ "next": "x" }), PAGING, vec![1]).is_err());
    }
}
