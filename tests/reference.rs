//! The committed reference is the one that the program would print.

use std::path::Path;

/// Set it to write the file anew instead of comparing.
const RENEW: &str = "EKSCTL_RS_RENEW";

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told to renew what it compares with")]
fn docs_spec_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/spec.md");
    let current = eksctl_rs_stack::reference::markdown();
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(&path, &current).expect("written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let line = committed.lines().zip(current.lines()).take_while(|(a, b)| a == b).count();
    assert!(
        committed == current,
        "docs/spec.md is behind, from line {} on: run `{RENEW}=1 cargo test --workspace --test reference`\n  has   {}\n  needs {}",
        line + 1,
        committed.lines().nth(line).unwrap_or_default(),
        current.lines().nth(line).unwrap_or_default(),
    );
}
