//! What every stack tells.

use super::words::row;
use crate::outputs::standard::{STANDARD, Shape};

/// The standard outputs.
pub(super) fn text() -> String {
    let mut text = String::from(
        "## Outputs of every stack\n\n`outputs` tells them as text, JSON and shell, as far as the stack has what they come \
         from.\n\n| name | type | meaning |\n|---|---|---|\n",
    );
    for standard in STANDARD {
        let shape = match standard.shape {
            Shape::One => "text",
            Shape::List => "list of texts",
            Shape::Map => "map of texts",
        };
        text.push_str(&row(&[&format!("`{}`", standard.name), shape, standard.doc]));
    }
    text.push('\n');
    text
}
