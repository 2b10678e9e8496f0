//! The two streams: standard output holds what was asked for, standard error everything else.

use std::io::{IsTerminal, Write};

use anstream::AutoStream;

use crate::cli::{ColorChoice, Format};

/// Where and how to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: Format,
    color: anstream::ColorChoice,
}

impl Output {
    pub(crate) fn new(format: Format, color: ColorChoice) -> Self {
        let color = match color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        Self { format, color }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether people read standard output.
    pub(crate) fn is_text(&self) -> bool {
        self.format == Format::Text
    }

    /// Whether somebody watches standard error.
    pub(crate) fn is_watched(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// Whether somebody can answer a question.
    pub(crate) fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Whether standard error shows colours.
    pub(crate) fn has_color(&self) -> bool {
        match self.color {
            anstream::ColorChoice::Auto => {
                !matches!(AutoStream::choice(&std::io::stderr()), anstream::ColorChoice::Never)
            }
            choice => !matches!(choice, anstream::ColorChoice::Never),
        }
    }

    /// Writes to standard output. Whoever closes it early wants no more.
    pub(crate) fn print(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stdout(), self.color);
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Writes text for people to standard output, unless that is for machines.
    pub(crate) fn say(&self, text: &str) {
        if self.is_text() {
            self.print(&format!("{text}\n"));
        }
    }

    /// Writes a line of JSON to standard output.
    pub(crate) fn json(&self, value: &impl serde::Serialize) {
        self.print(&format!("{}\n", serde_json::to_string(value).unwrap_or_default()));
    }

    /// Writes a line to standard error.
    pub(crate) fn note(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stderr(), self.color);
        let _ = stream.write_all(format!("{text}\n").as_bytes());
    }

    /// Writes a problem to standard error.
    pub(crate) fn problem(&self, text: &str) {
        use owo_colors::OwoColorize;
        self.note(&format!("{} {text}", "error:".red().bold()));
    }

    /// Writes advice to standard error.
    pub(crate) fn hint(&self, text: &str) {
        use owo_colors::OwoColorize;
        self.note(&format!("{} {text}", " hint:".cyan()));
    }
}
