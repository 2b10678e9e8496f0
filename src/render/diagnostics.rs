//! The mistakes of a stack, each with its line.

use eksctl_rs_stack::{Diagnostics, Severity};
use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use crate::output::Output;

/// Shows every mistake, and how many there are.
pub(crate) fn show(diagnostics: &Diagnostics, output: &Output) {
    if diagnostics.is_empty() {
        return;
    }
    output.note(text(diagnostics, output.has_color()).trim_end());
}

fn text(diagnostics: &Diagnostics, color: bool) -> String {
    let styles = if color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110).without_cause_chain();
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        let _ = handler.render_report(&mut out, diagnostic);
        out.push('\n');
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).count();
    let count = |number: usize, name: &str| match number {
        1 => format!("1 {name}"),
        _ => format!("{number} {name}s"),
    };
    out.push_str(&match (errors, diagnostics.len() - errors) {
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    });
    out.push('\n');
    out
}
