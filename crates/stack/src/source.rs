//! Where the text of a stack comes from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name for messages.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Files that stand beside each other: no two of them may set the same thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// The files, in order.
    pub files: Vec<SourceFile>,
}

/// The layers of a stack, each laid over the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The layers, the base first.
    pub layers: Vec<Layer>,
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no such environment.
    #[error("there is no environment {name:?}: {} is no directory with YAML files", directory.display())]
    NoEnvironment {
        /// Its name.
        name: String,
        /// Where it would be.
        directory: PathBuf,
        /// The environments that are there.
        known: Vec<String>,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Sources {
    /// The environment `name` below `root`: `common.yaml` and, over it, the files of `<name>/` in lexical order.
    ///
    /// # Errors
    ///
    /// There is no such environment, or a file cannot be read.
    pub fn environment(root: &Path, name: &str) -> Result<Self, SourceError> {
        let directory = root.join(name);
        let files = yaml_files(&directory).unwrap_or_default();
        if files.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
            return Err(SourceError::NoEnvironment { name: name.to_owned(), directory, known: environments(root) });
        }
        let mut layers = Vec::new();
        let common = root.join("common.yaml");
        if common.is_file() {
            layers.push(Layer { files: vec![read(&common)?] });
        }
        layers.push(Layer { files: files.iter().map(|path| read(path)).collect::<Result<_, _>>()? });
        Ok(Self { layers })
    }

    /// A single file.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn file(path: &Path) -> Result<Self, SourceError> {
        Ok(Self { layers: vec![Layer { files: vec![read(path)?] }] })
    }

    /// A single text, for tests.
    pub fn text(name: &str, text: &str) -> Self {
        let file = SourceFile { name: name.to_owned(), text: text.to_owned() };
        Self { layers: vec![Layer { files: vec![file] }] }
    }

    /// Every file, in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.layers.iter().flat_map(|layer| &layer.files)
    }
}

fn read(path: &Path) -> Result<SourceFile, SourceError> {
    let text = fs::read_to_string(path).map_err(|source| SourceError::Unreadable { path: path.to_owned(), source })?;
    Ok(SourceFile { name: path.display().to_string(), text })
}

fn yaml_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let entries: io::Result<Vec<PathBuf>> =
        fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut files: Vec<PathBuf> = entries?.into_iter().filter(|path| path.is_file()).filter(is_yaml).collect();
    files.sort();
    Ok(files)
}

fn environments(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).into_iter().flatten().filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let directories = entries.filter(|path| yaml_files(path).is_ok_and(|files| !files.is_empty()));
    let mut names: Vec<String> =
        directories.filter_map(|path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned)).collect();
    names.sort();
    names
}
