//! From plans, events and mistakes to text and JSON.

pub(crate) mod diagnostics;
pub(crate) mod dot;
pub(crate) mod failure;
pub(crate) mod json;
pub(crate) mod outputs;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod show;
pub(crate) mod times;
mod value;
pub(crate) mod yaml;

use eksctl_rs_core::Stats;

/// What it cost, in a line.
pub(crate) fn stats(stats: &Stats) -> String {
    let took = |name: &String| duration(stats.seconds_by_service.get(name).copied().unwrap_or_default());
    let services = stats.by_service.iter().map(|(name, calls)| format!("{name} {calls} in {}", took(name)));
    let services: Vec<String> = services.collect();
    format!(
        "{} API calls ({} of them changing something), {} deep, {}: {}",
        stats.api_calls,
        stats.mutating_calls,
        stats.round_trips,
        duration(stats.seconds),
        services.join(", ")
    )
}

/// Seconds as a person says them: `9m12s`.
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, _) if seconds < 10.0 => format!("{seconds:.1}s"),
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(0.25), "0.2s");
        assert_eq!(duration(42.4), "42s");
        assert_eq!(duration(552.0), "9m12s");
        assert_eq!(duration(7260.0), "2h01m");
    }
}
