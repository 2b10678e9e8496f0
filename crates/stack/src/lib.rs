//! From YAML to a graph.
//!
//! ```text
//! files ─parse─▶ trees with places ─interpolate─▶ ─merge─▶ one tree ─check, default─▶ StackSpec ─rules─▶
//!       ─expand(spec, facts)─▶ Graph
//! ```
//!
//! Every mistake of every file is reported at once, each pointing at its line. Defaults stand beside the fields of
//! [`schema`] as data and are filled in by [`load()`], so that another set of defaults can be filled in instead.
//!
//! Deliberately absent: AWS calls, the process environment, printing.

mod check;
mod diagnostic;
pub mod expand;
mod load;
pub mod manifests;
pub mod outputs;
mod places;
pub mod reference;
mod rules;
pub mod schema;
mod source;
mod yaml;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use expand::{ExpandError, expand, needs};
pub use load::{Loaded, load};
pub use schema::StackSpec;
pub use source::{Layer, SourceError, SourceFile, Sources};
