//! Where in the stack something stands, and where that is in the files.

use std::fmt;

use crate::yaml::{Node, Place};

/// Where in the stack something stands: keys and numbers, from the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(Vec<String>);

impl Path {
    /// The value of `key` here.
    pub(crate) fn key(&self, key: &str) -> Self {
        let mut keys = self.0.clone();
        keys.push(key.to_owned());
        Self(keys)
    }

    /// The item number `index` here.
    pub(crate) fn item(&self, index: usize) -> Self {
        self.key(&index.to_string())
    }

    /// Out of the segments of a JSON pointer.
    pub(crate) fn from_segments(segments: Vec<String>) -> Self {
        Self(segments)
    }

    pub(crate) fn segments(&self) -> &[String] {
        &self.0
    }
}

/// Keys joined by dots.
impl From<&str> for Path {
    fn from(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, segment) in self.0.iter().enumerate() {
            if !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()) {
                write!(f, "[{segment}]")?;
            } else if number > 0 {
                write!(f, ".{segment}")?;
            } else {
                f.write_str(segment)?;
            }
        }
        Ok(())
    }
}

/// The merged tree, to look places up in.
#[derive(Clone, Copy)]
pub(crate) struct Places<'n> {
    root: &'n Node,
}

impl<'n> Places<'n> {
    pub(crate) fn new(root: &'n Node) -> Self {
        Self { root }
    }

    /// The place of what stands at `path`; if nothing does, that of what would hold it.
    pub(crate) fn of(&self, path: &Path) -> Place {
        let keys = path.segments();
        let found = (0..=keys.len()).rev().find_map(|length| self.root.at(&keys[..length]));
        found.map_or_else(Place::default, |node| node.place)
    }

    /// The place of the key of what stands at `path`, or of the value where there is no key.
    pub(crate) fn of_key(&self, path: &Path) -> Place {
        let Some((last, parents)) = path.segments().split_last() else { return self.root.place };
        let entry = self.root.at(parents).and_then(|node| node.entry(last));
        entry.map_or_else(|| self.of(path), |entry| entry.key_place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_in_yaml() {
        let path = Path::from("managedNodeGroups").item(0).key("labels").key("example.com/team");
        assert_eq!(path.to_string(), "managedNodeGroups[0].labels.example.com/team");
    }
}
