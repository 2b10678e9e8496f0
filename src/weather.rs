//! The weather of the emulator, out of a file and the options of the command line.

use std::path::Path;

use eksctl_rs_emulator::{Throttling, Weather};

use crate::cli::WeatherOptions;
use crate::failure::Failure;

/// The weather that the user asks for: the options go before what the file says.
pub(crate) fn asked(options: &WeatherOptions) -> Result<Weather, Failure> {
    let WeatherOptions { weather, latency, throttle, seed } = options;
    let mut asked = weather.as_deref().map(read).transpose()?.unwrap_or_default();
    asked.latency = latency.unwrap_or(asked.latency);
    asked.throttling = throttle.map(|times_smaller| Throttling { times_smaller }).or(asked.throttling);
    asked.seed = seed.or(asked.seed);
    Ok(asked)
}

/// The weather in a file.
pub(crate) fn read(path: &Path) -> Result<Weather, Failure> {
    let file = path.display();
    let unreadable =
        |error: std::io::Error| Failure::WeatherFile { place: file.to_string(), problem: error.to_string() };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    parse(&text).map_err(|(place, problem)| Failure::WeatherFile { place: format!("{file}{place}"), problem })
}

/// The weather in a text, or where and what the problem is.
fn parse(text: &str) -> Result<Weather, (String, String)> {
    serde_saphyr::from_str(text).map_err(|error: serde_saphyr::Error| {
        let place = error.location().map(|at| format!(":{}:{}", at.line(), at.column())).unwrap_or_default();
        let words = error.without_snippet().to_string();
        // The parser puts the position behind its words.
        let problem = words.split(" at line ").next().unwrap_or_default().to_owned();
        (place, problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_name_the_line() {
        assert_eq!(parse("# nothing\n"), Ok(Weather::default()));
        assert_eq!(parse("seed: 3\nlatency: 0.5\n").map(|weather| weather.seed), Ok(Some(3)));
        for (text, place, words) in [
            ("seed: 1\n\nserver_errors: 3\n", ":3:16", "3 is no probability"),
            ("denied:\n  - action: ec2:Nothing\n", ":2:5", "the emulator has no action"),
            ("quotas:\n  ec2.vpc: 1\n", ":2:3", "there is no quota \"ec2.vpc\""),
            ("sede: 1\n", ":1:1", "unknown field `sede`"),
            ("failing:\n- resource: cluster\n  becomes: DEGRADED\n", ":2:3", "becomes: a cluster can become FAILED"),
            ("throttling:\n  times_smaller: -1\n", ":2:3", "times_smaller: -1 is no size"),
        ] {
            let (at, problem) = parse(text).expect_err("a problem");
            assert!(at == place && problem.starts_with(words), "{text}: {at} {problem}");
        }
    }

    #[test]
    fn the_documented_file_can_be_read() {
        let page = include_str!("../docs/emulator.md");
        let example = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let weather = parse(example).expect("a weather");
        assert_eq!((weather.failing.len(), weather.denied.len(), weather.quotas.len()), (2, 1, 3));
    }

    #[test]
    fn options_go_before_the_file() {
        let options = WeatherOptions { weather: None, latency: None, throttle: Some(10.0), seed: Some(1) };
        let weather = asked(&options).expect("a weather");
        assert_eq!(weather.throttling, Some(Throttling { times_smaller: 10.0 }));
        assert_eq!(weather.seed, Some(1));
    }
}
