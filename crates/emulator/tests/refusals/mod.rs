//! Tables of refusals, one in a line: `name | call | refusal`. A refused call changes nothing.
//!
//! A refusal is a status, a code, and how the words begin. `words` stand for longer ones.

#![expect(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use serde_json::Value;

use crate::aws::{Aws, Refused};

/// IAM: a call is an operation and parameters with ` & ` between them, of which the last one counts.
#[track_caller]
pub fn check_iam(account: &Aws, table: &str, words: &[(&str, &str)]) {
    check(account, table, words, |aws, operation, rest| {
        let pairs: Vec<(&str, &str)> = rest.split(" & ").filter_map(|pair| pair.split_once('=')).collect();
        aws.iam(operation, &pairs).err()
    });
}

/// A service that speaks JSON with the operation in a header: a call is an operation and its input.
#[track_caller]
pub fn check_json(
    account: &Aws,
    service: impl Fn(&Aws, &str, Value) -> Result<Value, Refused>,
    table: &str,
    words: &[(&str, &str)],
) {
    check(account, table, words, |aws, operation, rest| {
        let input: Value = serde_json::from_str(rest).map_err(|error| format!("{rest}: {error}")).expect("JSON");
        service(aws, operation, input).err()
    });
}

#[track_caller]
fn check(account: &Aws, table: &str, words: &[(&str, &str)], call: impl Fn(&Aws, &str, &str) -> Option<Refused>) {
    let spell = |text: &str| words.iter().fold(text.trim().to_owned(), |text, (short, long)| text.replace(short, long));
    let before = account.emulator.dump();
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [name, asked, refusal] = line.split(" | ").map(spell).collect::<Vec<_>>().try_into().expect("three parts");
        let (operation, rest) = asked.split_once(' ').unwrap_or((&asked, "{}"));
        let aws = Aws { emulator: account.emulator.fork(), ..account.clone() };
        let answer = match call(&aws, operation, rest) {
            None => "granted".to_owned(),
            Some(Refused { status, code, message }) => format!("{status} {code} {message}"),
        };
        if !answer.starts_with(&refusal) {
            wrong.push(format!("{name}: {answer}"));
        }
        if aws.emulator.dump() != before {
            wrong.push(format!("{name}: something changed"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
