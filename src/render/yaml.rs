//! YAML, as every reader understands it.

use serde_json::Value;

/// One document. Texts that a reader of YAML 1.1 would take for something else are in quotes; long ones stay in one line.
pub(crate) fn text(value: &Value) -> String {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    // Texts, numbers, lists and maps with texts as keys are always YAML.
    serde_saphyr::to_string_with_options(value, options).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::text;
    use serde_json::{Value, json};

    #[test]
    fn every_text_stays_a_text() {
        let long = "a ".repeat(200);
        let texts = [
            "yes",
            "no",
            "on",
            "y",
            "1.35",
            "007",
            "0x1f",
            "1e3",
            "null",
            "~",
            "2026-01-31",
            "a: b",
            "- x",
            "#",
            "",
            "12:30:00",
            "=",
            "&a",
            "*",
            "a\nb\n",
            "\ta",
            " a",
            "%x",
            "@y",
            "`z",
            &long,
        ];
        for one in texts {
            let value = json!({ "key": one, one: [one] });
            let read: Value = serde_saphyr::from_str(&text(&value)).expect("YAML");
            assert_eq!(read, value, "{one:?}: {}", text(&value));
        }
        for one in ["yes", "no", "on", "y", "1.35", "007", "2026-01-31", "12:30:00"] {
            assert!(text(&json!([one])).contains(['"', '\'']), "YAML 1.1 would read {one} otherwise");
        }
        assert_eq!(text(&json!({ "a": long })).lines().count(), 1);
    }
}
