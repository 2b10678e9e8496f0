//! Chance, seeded: the same world gives the same ids and durations.

use serde_json::json;
use sha2::{Digest, Sha256};

/// A number that follows from `parts` alone, evenly spread.
pub(crate) fn hash(parts: &serde_json::Value) -> u64 {
    let digest = Sha256::digest(parts.to_string().as_bytes());
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Hexadecimal digits that follow from `parts` alone; 64 at most.
pub(crate) fn hex(parts: &serde_json::Value, length: usize) -> String {
    let mut text: String =
        Sha256::digest(parts.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(length);
    text
}

/// An id in the form of a UUID that follows from `parts` alone.
pub(crate) fn uuid(parts: &serde_json::Value) -> String {
    let hex = hex(parts, 32);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

/// Capital letters and digits that follow from `parts` alone, as in IAM's ids; 32 at most.
pub(crate) fn capitals(parts: &serde_json::Value, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = Sha256::digest(parts.to_string().as_bytes());
    digest.iter().take(length).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// A number between 0 and 1 that follows from `parts` alone.
pub(crate) fn unit(seed: u64, parts: &[&str]) -> f64 {
    (hash(&json!([seed, parts])) >> 11) as f64 / (1u64 << 53) as f64
}
