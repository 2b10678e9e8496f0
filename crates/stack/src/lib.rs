//! From YAML to a graph: schema, layering, defaults, diagnostics, expand.
