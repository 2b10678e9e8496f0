//! What is wrong with a stack, and where.

use std::fmt;
use std::sync::Arc;

use miette::{LabeledSpan, NamedSource, SourceCode, SourceSpan};

use crate::source::{SourceFile, Sources};
use crate::yaml::Place;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The stack is valid, but this is probably not what is meant.
    Warning,
    /// The stack is not valid.
    Error,
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    severity: Severity,
    message: String,
    hint: Option<String>,
    /// Where in the stack, such as `managedNodeGroups[0].minSize`.
    path: String,
    place: Option<(Arc<NamedSource<String>>, SourceSpan, usize, usize)>,
}

impl Diagnostic {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Where in the stack, such as `managedNodeGroups[0].minSize`; empty for the whole of it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where in the files: name, line and column, from 1.
    pub fn location(&self) -> Option<(&str, usize, usize)> {
        self.place.as_ref().map(|(source, _, line, column)| (source.name(), *line, *column))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|(source, ..)| source.as_ref() as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, span, ..) = self.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(None, *span))))
    }
}

/// All mistakes of a stack, in the order of files and lines.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// The mistakes.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether the stack is not valid.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.list {
            match diagnostic.location() {
                Some((name, line, column)) => writeln!(f, "{name}:{line}:{column}: {diagnostic}")?,
                None => writeln!(f, "{diagnostic}")?,
            }
            if let Some(hint) = diagnostic.hint() {
                writeln!(f, "    {hint}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// Collects mistakes with their places.
#[derive(Debug)]
pub(crate) struct Collector {
    sources: Vec<Arc<NamedSource<String>>>,
    found: Vec<(Place, Diagnostic)>,
}

impl Collector {
    pub(crate) fn new(sources: &Sources) -> Self {
        let named = |file: &SourceFile| Arc::new(NamedSource::new(&file.name, file.text.clone()).with_language("yaml"));
        Self { sources: sources.files().map(named).collect(), found: Vec::new() }
    }

    /// An error at `place`, of what stands at `path` in the stack.
    pub(crate) fn error(&mut self, place: Place, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.add(Severity::Error, place, path, message.into(), hint.into());
    }

    /// A warning at `place`, of what stands at `path` in the stack.
    pub(crate) fn warn(&mut self, place: Place, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.add(Severity::Warning, place, path, message.into(), hint.into());
    }

    fn add(&mut self, severity: Severity, place: Place, path: &str, message: String, hint: String) {
        let hint = (!hint.is_empty()).then_some(hint);
        let located = self.sources.get(place.file).map(|source| {
            let text = source.inner();
            // What is missing at the end of the file is shown at its last letter.
            let last = text.trim_end().char_indices().last().map_or(0, |(at, _)| at);
            let start = if place.start < text.len() { place.start } else { last };
            // An empty span is shown as nothing: a mark needs at least one character. One of many lines hides them all.
            let line = text.get(start..).and_then(|rest| rest.lines().next()).map_or(1, str::len);
            let length = place.length.clamp(1, line.max(1));
            let before = text.get(..start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            (source.clone(), SourceSpan::from((start, length)), line, column)
        });
        let diagnostic = Diagnostic { severity, message, hint, path: path.to_owned(), place: located };
        self.found.push((place, diagnostic));
    }

    /// How a place is called in a message about another one: `prod/10.yaml:3`.
    pub(crate) fn name_of(&self, place: Place) -> String {
        match self.sources.get(place.file) {
            Some(source) => {
                let line = source.inner().get(..place.start).unwrap_or_default().matches('\n').count() + 1;
                format!("{}:{line}", source.name())
            }
            None => "another file".to_owned(),
        }
    }

    /// Whether something is told of just that place.
    pub(crate) fn has_told_of(&self, place: Place) -> bool {
        self.found.iter().any(|(other, _)| *other == place)
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(|(_, diagnostic)| diagnostic.severity == Severity::Error)
    }

    pub(crate) fn finish(mut self) -> Diagnostics {
        self.found.sort_by_key(|(place, _)| (place.file, place.start));
        Diagnostics { list: self.found.into_iter().map(|(_, diagnostic)| diagnostic).collect() }
    }
}
