//! A graph as DOT, for Graphviz.

use std::fmt::Write;

use eksctl_rs_core::Graph;

/// The resources, and arrows to what each waits for.
pub(crate) fn graph(graph: &Graph, name: &str) -> String {
    let mut out =
        format!("digraph {name:?} {{\n  rankdir = \"RL\";\n  node [shape = box, fontname = \"sans-serif\"];\n");
    for desired in graph.iter() {
        let _ = writeln!(out, "  {:?};", desired.address.to_string());
    }
    for desired in graph.iter() {
        for need in graph.needs(&desired.address) {
            let _ = writeln!(out, "  {:?} -> {:?};", desired.address.to_string(), need.to_string());
        }
    }
    out.push_str("}\n");
    out
}
