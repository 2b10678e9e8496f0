//! Outputs as text, and as lines for a shell.

use std::collections::BTreeSet;
use std::fmt::Write;

use eksctl_rs_stack::outputs::Output;
use serde_json::Value;

/// Names and values side by side; what has several values has a line for each.
pub(crate) fn text(outputs: &[Output]) -> String {
    let mut rows: Vec<(String, String)> = Vec::new();
    for output in outputs {
        match &output.value {
            None => rows.push((output.name.clone(), "(not there yet)".to_owned())),
            Some(Value::Object(fields)) => {
                rows.extend(fields.iter().map(|(key, value)| (format!("{}.{key}", output.name), plain(value))));
            }
            Some(Value::Array(items)) => {
                let name = |index: usize| if index == 0 { output.name.clone() } else { String::new() };
                rows.extend(items.iter().enumerate().map(|(index, item)| (name(index), plain(item))));
            }
            Some(value) => rows.push((output.name.clone(), plain(value))),
        }
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    rows.iter().map(|(name, value)| format!("{name:<width$}  {value}\n")).collect()
}

/// The values alone, one a line.
pub(crate) fn raw(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(|item| format!("{}\n", plain(item))).collect(),
        Value::Object(fields) => fields.values().map(|item| format!("{}\n", plain(item))).collect(),
        value => format!("{}\n", plain(value)),
    }
}

/// `export NAME='value'`: a list is one text with spaces between, a map has a variable for each of its keys. Names of the
/// stack's own are left as they are.
pub(crate) fn shell(outputs: &[Output]) -> String {
    let mut out = String::new();
    let mut taken = BTreeSet::new();
    for output in outputs {
        let name = if output.is_own { output.name.clone() } else { output.name.to_ascii_uppercase() };
        match &output.value {
            None => {}
            Some(Value::Object(fields)) => {
                for (key, value) in fields {
                    let _ = export(&mut out, &free(&mut taken, &format!("{name}_{}", variable(key))), &plain(value));
                }
            }
            Some(Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(plain).collect();
                let _ = export(&mut out, &free(&mut taken, &name), &items.join(" "));
            }
            Some(value) => {
                let _ = export(&mut out, &free(&mut taken, &name), &plain(value));
            }
        }
    }
    out
}

/// Between single quotes nothing means anything but a single quote.
fn export(out: &mut String, name: &str, value: &str) -> std::fmt::Result {
    writeln!(out, "export {name}='{}'", value.replace('\'', r"'\''"))
}

/// Two keys may be the same as parts of a variable's name: `a-b` and `a.b`.
fn free(taken: &mut BTreeSet<String>, name: &str) -> String {
    let names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}_{number}")));
    let free = names.into_iter().find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

fn variable(key: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    key.chars().map(letter).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn output(name: &str, value: Value, is_own: bool) -> Output {
        Output { name: name.to_owned(), value: Some(value), is_own }
    }

    #[test]
    fn shells_read_what_was_meant() {
        let outputs = [
            output("vpc_id", json!("vpc-1"), false),
            output("subnet_ids", json!(["a", "b"]), false),
            output("roles", json!({ "node-a": "1", "node.a": "2" }), false),
            output("Mine", json!("it's $HOME `x` \"y\"\nz"), true),
        ];
        let wanted = "export VPC_ID='vpc-1'\nexport SUBNET_IDS='a b'\nexport ROLES_NODE_A='1'\nexport ROLES_NODE_A_2='2'\n\
                      export Mine='it'\\''s $HOME `x` \"y\"\nz'\n";
        assert_eq!(shell(&outputs), wanted);
    }

    #[test]
    fn people_read_a_value_a_line() {
        let outputs = [
            output("vpc_id", json!("vpc-1"), false),
            output("ids", json!(["a", "b"]), false),
            output("roles", json!({ "node": "1" }), false),
            Output { name: "MINE".to_owned(), value: None, is_own: true },
        ];
        assert_eq!(
            text(&outputs),
            "vpc_id      vpc-1\nids         a\n            b\nroles.node  1\nMINE        (not there yet)\n"
        );
    }
}
