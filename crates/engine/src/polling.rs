//! When to ask again: seldom while a thing is expected to take long, often around its expected end.

/// Nothing is asked about more often, in seconds.
const SHORTEST: f64 = 2.0;

/// Nothing is asked about less often, in seconds: a status that does not move is news, too.
const LONGEST: f64 = 60.0;

/// From this part of the expected time on, the end may come at any moment.
const WINDOW_OPENS: f64 = 0.75;

/// Seconds until the next question about something that has been under way for `elapsed` seconds and is expected to
/// take `expected`.
pub(crate) fn next_delay(elapsed: f64, expected: f64) -> f64 {
    let until_window = expected * WINDOW_OPENS - elapsed;
    if until_window > 0.0 {
        return until_window.clamp(SHORTEST, LONGEST);
    }
    // Around the end a fixed share of the time keeps the overshoot in proportion.
    (elapsed * 0.01).clamp(SHORTEST, LONGEST / 4.0)
}

/// Whether something that is expected to take `expected` seconds has taken unusually long.
pub(crate) fn is_overdue(elapsed: f64, expected: f64) -> bool {
    elapsed > expected * 2.0 + 60.0
}

/// Seconds after which it is given up.
pub(crate) fn time_out(expected: f64) -> f64 {
    expected * 6.0 + 1200.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_sparse_first_and_dense_around_the_end() {
        assert_eq!(next_delay(0.0, 560.0), 60.0);
        assert_eq!(next_delay(400.0, 560.0), 20.0);
        assert!(next_delay(550.0, 560.0) < 6.0);
        assert_eq!(next_delay(0.0, 0.0), 2.0);
    }

    #[test]
    fn a_cluster_costs_few_questions_and_little_overshoot() {
        let (mut at, mut questions) = (0.0, 0);
        while at < 558.0 {
            at += next_delay(at, 558.0);
            questions += 1;
        }
        assert!(at - 558.0 < 6.0 && questions < 56, "{questions} questions, {} s late", at - 558.0);
    }
}
