//! Laying an entry into a file, of which everything else stays.

use serde_json::{Map, Value, json};

use super::Entry;

/// Why nothing can be laid into a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    /// It is no YAML.
    #[error("it is no YAML: {0}")]
    Unreadable(String),
    /// It is something else.
    #[error("{0}")]
    Foreign(String),
}

/// What a file says; nothing is a file that says nothing.
pub(crate) fn parse(text: Option<&str>) -> Result<Map<String, Value>, Problem> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(Map::new()) };
    let value: Value = serde_saphyr::from_str(text).map_err(|error| {
        let words = error.without_snippet().to_string();
        Problem::Unreadable(words.lines().next().unwrap_or_default().to_owned())
    })?;
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(root) => match root.get("kind").and_then(Value::as_str) {
            None | Some("Config") => Ok(root),
            Some(kind) => Err(Problem::Foreign(format!("it is of the kind {kind}, and no Config"))),
        },
        _ => Err(Problem::Foreign("it is no map".to_owned())),
    }
}

/// The text of a kubeconfig that says what `root` says, with `entry` in it.
pub(crate) fn merge(mut root: Map<String, Value>, entry: &Entry, sets_context: bool) -> Result<String, Problem> {
    root.entry("apiVersion").or_insert_with(|| "v1".into());
    root.entry("kind").or_insert_with(|| "Config".into());
    for (section, name, value) in entry.entries() {
        put(&mut root, section, name, value)?;
    }
    if sets_context {
        root.insert("current-context".to_owned(), entry.context.as_str().into());
    }
    Ok(crate::render::yaml::text(&Value::Object(root)))
}

/// Puts a named entry into a list. An entry of that name keeps what we do not set: a proxy, an extension.
fn put(root: &mut Map<String, Value>, section: &str, name: &str, value: Value) -> Result<(), Problem> {
    let list = root.entry(section).or_insert(Value::Null);
    if list.is_null() {
        *list = json!([]);
    }
    let Value::Array(items) = list else { return Err(Problem::Foreign(format!("{section} is no list"))) };
    match items.iter_mut().find(|item| item.get("name").and_then(Value::as_str) == Some(name)) {
        Some(found) => overlay(found, value, section),
        None => items.push(value),
    }
    Ok(())
}

/// What of an entry is ours goes over what is there; a way to get a token replaces every other way.
fn overlay(found: &mut Value, value: Value, section: &str) {
    let (Value::Object(found), Value::Object(value)) = (found, value) else { return };
    for (key, new) in value {
        match (found.get_mut(&key), new) {
            (Some(Value::Object(inner)), Value::Object(fields)) if section != "users" => {
                if section == "clusters" {
                    // Another way to know the server would contradict ours.
                    ["certificate-authority", "insecure-skip-tls-verify"]
                        .iter()
                        .for_each(|key| drop(inner.shift_remove(*key)));
                }
                inner.extend(fields);
            }
            (_, new) => drop(found.insert(key, new)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Token;
    use super::*;

    fn entry() -> Entry {
        Entry {
            cluster: "arn:cluster".to_owned(),
            user: "arn:cluster".to_owned(),
            context: "dev".to_owned(),
            server: "https://new".to_owned(),
            certificate_authority: "Q0E=".to_owned(),
            token: Token { region: "eu-west-1".to_owned(), cluster: "dev".to_owned(), role: None, profile: None },
            namespace: None,
        }
    }

    fn merge(text: Option<&str>, entry: &Entry, sets_context: bool) -> Result<String, Problem> {
        super::merge(parse(text)?, entry, sets_context)
    }

    fn value(text: &str) -> Value {
        serde_saphyr::from_str(text).expect("YAML")
    }

    #[test]
    fn everything_else_stays() {
        let before = "\
apiVersion: v1
kind: Config
current-context: other
extensions:
- name: minikube
  extension: {version: '1.10', enabled: \"yes\"}
clusters:
- name: other
  cluster: {server: https://other, certificate-authority: /ca}
- name: arn:cluster
  cluster: {server: https://old, proxy-url: http://proxy, insecure-skip-tls-verify: true}
users:
- name: other
  user: {token: \"0123\", extra: [1, 2.5, null, true]}
- name: arn:cluster
  user: {token: old}
contexts:
- name: dev
  context: {cluster: old, user: old, namespace: shop}
";
        let merged = merge(Some(before), &entry(), true).expect("merged");
        let (old, new) = (value(before), value(&merged));
        assert_eq!(new["extensions"], old["extensions"]);
        assert_eq!((&new["clusters"][0], &new["users"][0]), (&old["clusters"][0], &old["users"][0]));
        let cluster = &new["clusters"][1]["cluster"];
        assert_eq!((&cluster["server"], &cluster["proxy-url"]), (&json!("https://new"), &json!("http://proxy")));
        assert_eq!(cluster.get("insecure-skip-tls-verify"), None);
        assert_eq!(new["users"][1]["user"].get("token"), None, "one way to get a token");
        assert_eq!(
            new["contexts"][0]["context"],
            json!({ "cluster": "arn:cluster", "user": "arn:cluster", "namespace": "shop" })
        );
        assert_eq!(new["current-context"], "dev");
        assert_eq!(merge(Some(&merged), &entry(), true).as_ref(), Ok(&merged), "again, it is the same");
    }

    #[test]
    fn the_context_is_set_only_when_wanted() {
        let merged = merge(Some("current-context: other\n"), &entry(), false).expect("merged");
        assert_eq!(value(&merged)["current-context"], "other");
        let merged = merge(None, &entry(), false).expect("merged");
        assert_eq!(value(&merged).get("current-context"), None);
    }

    #[test]
    fn what_is_no_kubeconfig_is_refused() {
        for text in ["a: [", "kind: Stack", "- 1", "clusters: 3"] {
            assert!(merge(Some(text), &entry(), true).is_err(), "{text}");
        }
        for text in ["", "# nothing\n", "clusters: null\nusers: []\n"] {
            assert!(merge(Some(text), &entry(), true).is_ok(), "{text}");
        }
    }
}
