//! When to ask again: often where the end is likely and the run waits for it, seldom elsewhere.

/// Nothing is asked about more often, in seconds.
const SHORTEST: f64 = 2.0;

/// Nothing is asked about less often, in seconds: a status that does not move is news, too.
const LONGEST: f64 = 60.0;

/// What the run does not wait for is asked about at least so often, in seconds.
const UNHURRIED: f64 = 60.0;

/// How long something can be expected to take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    /// Seconds that it usually takes.
    pub(crate) takes: f64,
    /// How much longer than usual things take today, and how many things have told so.
    pub(crate) pace: (f64, u32),
}

/// Up to a share of the expected time, how often is asked about it, as times of [`dense`].
struct Window {
    closes: f64,
    thinner: f64,
}

/// While nothing is known of today's pace: the end may come at half of the usual time, around it, or at twice of it.
const BLIND: &[Window] = &[
    Window { closes: 0.60, thinner: 1.3 },
    Window { closes: 0.78, thinner: 5.0 },
    Window { closes: 1.25, thinner: 1.0 },
    Window { closes: 1.60, thinner: 2.2 },
    Window { closes: 2.50, thinner: 2.0 },
];

/// When something has told today's pace.
const SEEING: &[Window] = &[
    Window { closes: 0.75, thinner: 2.0 },
    Window { closes: 1.35, thinner: 1.0 },
    Window { closes: 2.50, thinner: 2.0 },
];

/// From these shares of the expected time on the end may come at all.
const BLIND_OPENS: f64 = 0.40;
const SEEING_OPENS: f64 = 0.65;

/// How often to ask where the end is likely, in seconds: half of it is the mean delay.
fn dense(takes: f64) -> f64 {
    (2.9 + 0.0012 * takes).clamp(SHORTEST, 6.0)
}

/// Seconds until the next question about something that has been under way for `elapsed` seconds. `slack` are the seconds
/// that it can end later than expected without ending the run later.
pub(crate) fn next_delay(elapsed: f64, expected: Expected, slack: f64) -> f64 {
    let (pace, count) = expected.pace;
    let hurried = match count {
        0 => hurried_delay(elapsed, expected.takes, BLIND_OPENS, BLIND),
        _ => hurried_delay(elapsed, expected.takes * pace, SEEING_OPENS, SEEING),
    };
    hurried.max((slack / 3.0).min(UNHURRIED))
}

fn hurried_delay(elapsed: f64, takes: f64, opens: f64, windows: &[Window]) -> f64 {
    let until_it_opens = opens * takes - elapsed;
    if until_it_opens > 0.0 {
        return until_it_opens.clamp(SHORTEST, LONGEST);
    }
    match windows.iter().find(|window| elapsed < window.closes * takes) {
        // What is short is over before thin questions are worth it.
        Some(window) => (window.thinner * dense(takes)).min((0.25 * takes).max(dense(takes))),
        // Longer than anybody expected: a fixed share of the time keeps the delay in proportion.
        None => (elapsed * 0.02).clamp(SHORTEST, LONGEST / 4.0),
    }
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

    const CLUSTER: Expected = Expected { takes: 558.0, pace: (1.0, 0) };

    #[test]
    fn questions_are_sparse_first_and_dense_around_the_end() {
        assert_eq!(next_delay(0.0, CLUSTER, 0.0), 60.0);
        assert!(next_delay(550.0, CLUSTER, 0.0) < 5.0);
        assert_eq!(next_delay(0.0, Expected { takes: 0.0, ..CLUSTER }, 0.0), 2.0);
    }

    #[test]
    fn what_the_run_does_not_wait_for_is_asked_about_seldom() {
        assert_eq!(next_delay(550.0, CLUSTER, 400.0), UNHURRIED);
        assert!(next_delay(550.0, CLUSTER, 8.0) < 5.0);
    }

    #[test]
    fn what_has_ended_tells_where_to_look() {
        let slow = Expected { pace: (2.0, 1), ..CLUSTER };
        assert!(next_delay(550.0, slow, 0.0) > 50.0 && next_delay(1100.0, slow, 0.0) < 7.0);
    }
}
