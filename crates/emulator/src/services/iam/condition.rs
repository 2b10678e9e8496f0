//! Conditions of statements, as far as the emulator knows what they ask for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::filter::like;

/// What a request is, by condition keys in small letters, such as `aws:sourcearn`.
pub(super) type Context<'a> = [(&'a str, &'a str)];

/// Whether all conditions hold. Those on keys that the context does not have, and operators that the emulator does not
/// know, are taken as met.
pub(super) fn holds(conditions: &BTreeMap<String, BTreeMap<String, Value>>, context: &Context<'_>) -> bool {
    conditions.iter().all(|(operator, keys)| {
        keys.iter().all(|(key, wanted)| {
            let found = context.iter().find(|(known, _)| key.eq_ignore_ascii_case(known));
            found.is_none_or(|(_, found)| is_met(operator, wanted, found))
        })
    })
}

fn is_met(operator: &str, wanted: &Value, found: &str) -> bool {
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
    let one = std::slice::from_ref(wanted);
    let values = wanted.as_array().map_or(one, Vec::as_slice).iter().filter_map(Value::as_str);
    let any = |test: fn(&str, &str) -> bool| values.clone().any(|value| test(value, found));
    match operator {
        "StringEquals" => any(|value, found| value == found),
        "StringNotEquals" => !any(|value, found| value == found),
        "StringEqualsIgnoreCase" => any(str::eq_ignore_ascii_case),
        "StringLike" => any(like),
        "StringNotLike" => !any(like),
        "ArnEquals" | "ArnLike" => any(is_like_arn),
        "ArnNotEquals" | "ArnNotLike" => !any(is_like_arn),
        _ => true,
    }
}

/// Each of the six parts of an ARN is compared on its own. Source: "IAM JSON policy elements: Condition operators".
fn is_like_arn(pattern: &str, arn: &str) -> bool {
    let (pattern, arn): (Vec<&str>, Vec<&str>) = (pattern.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
    pattern.len() == arn.len() && pattern.iter().zip(&arn).all(|(pattern, part)| like(pattern, part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PROFILE: &str = "arn:aws:eks:eu-west-1:111122223333:fargateprofile/dev/system/1";

    fn met(operator: &str, key: &str, wanted: Value) -> bool {
        let conditions = BTreeMap::from([(operator.to_owned(), BTreeMap::from([(key.to_owned(), wanted)]))]);
        holds(&conditions, &[("aws:sourcearn", PROFILE), ("aws:sourceaccount", "111122223333")])
    }

    #[test]
    fn sources_are_compared_part_by_part() {
        let of = |cluster: &str| json!(format!("arn:aws:eks:eu-west-1:111122223333:fargateprofile/{cluster}/*"));
        assert!(met("ArnLike", "aws:SourceArn", of("dev")) && !met("ArnLike", "aws:SourceArn", of("test")));
        assert!(met("ArnEquals", "AWS:SourceArn", json!([of("test"), of("dev")])));
        assert!(!met("ArnLike", "aws:SourceArn", json!("arn:aws:*")), "not across the parts");
        assert!(met("StringLike", "aws:SourceArn", json!("arn:aws:*")));
        assert!(!met("ArnNotLike", "aws:SourceArn", of("dev")));
        assert!(met("StringEquals", "aws:SourceAccount", json!(["1", "111122223333"])));
        assert!(!met("StringEqualsIfExists", "aws:SourceAccount", json!("444455556666")));
        assert!(met("StringEquals", "aws:PrincipalTag/a", json!("b")), "nobody knows");
    }
}
