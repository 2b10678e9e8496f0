//! The nouns and the decisions of eksctl-rs: addresses, graphs, plans.
