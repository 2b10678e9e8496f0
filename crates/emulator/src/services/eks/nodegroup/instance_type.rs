//! Instance types: what their names tell of them.
//!
//! Source: "Amazon EC2 instance type naming conventions".

use super::ami::{Accelerator, Architecture};

/// The classes that can be nodes: general purpose, compute, memory, storage, accelerated.
const CLASSES: &[&str] = &[
    "a", "c", "d", "dl", "f", "g", "gr", "h", "hpc", "i", "im", "inf", "is", "m", "p", "r", "t", "trn", "u", "vt", "x",
    "z",
];
const SIZES: &[&str] = &["nano", "micro", "small", "medium", "large", "xlarge", "metal"];

/// What an instance type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InstanceType {
    pub(super) architecture: Architecture,
    pub(super) accelerator: Accelerator,
}

impl InstanceType {
    /// What the name tells; nothing if no instance type can have it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (family, size) = name.split_once('.')?;
        let class: String = family.chars().take_while(char::is_ascii_lowercase).collect();
        let rest = family[class.len()..].trim_start_matches('-');
        let generation: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let attributes = &rest[generation.len()..];
        let plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
        if !CLASSES.contains(&class.as_str())
            || generation.is_empty()
            || !attributes.chars().all(plain)
            || !is_size(size)
        {
            return None;
        }
        // Graviton: m7g, c7gn, im4gn, is4gen, g5g, and Grace in p6e-gb200; the first ones were called a1.
        let is_arm = class == "a" || attributes.contains('g');
        let accelerator = match class.as_str() {
            "inf" | "trn" => Accelerator::Neuron,
            "g" | "gr" if attributes.contains('a') => Accelerator::None,
            "g" | "gr" | "p" => Accelerator::Nvidia,
            _ => Accelerator::None,
        };
        Some(Self { architecture: if is_arm { Architecture::Arm } else { Architecture::X86 }, accelerator })
    }
}

/// `large`, `12xlarge`, `metal-24xl`.
fn is_size(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    SIZES.contains(&text)
        || text.strip_suffix("xlarge").is_some_and(is_number)
        || text.strip_prefix("metal-").and_then(|rest| rest.strip_suffix("xl")).is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_processor_and_the_accelerator() {
        let of = |name: &str| InstanceType::parse(name).map(|found| (found.architecture, found.accelerator));
        let x86 = |accelerator| Some((Architecture::X86, accelerator));
        let arm = |accelerator| Some((Architecture::Arm, accelerator));
        for name in ["t3.medium", "m7i-flex.large", "c5ad.12xlarge", "r6idn.metal", "u-6tb1.metal", "g4ad.xlarge"] {
            assert_eq!(of(name), x86(Accelerator::None), "{name}");
        }
        for name in ["t4g.nano", "c7gn.16xlarge", "im4gn.large", "is4gen.medium", "a1.medium", "m8g.metal-24xl"] {
            assert_eq!(of(name), arm(Accelerator::None), "{name}");
        }
        for name in ["g4dn.xlarge", "g5.48xlarge", "gr6.4xlarge", "p5en.48xlarge", "p6-b200.48xlarge", "g6e.xlarge"] {
            assert_eq!(of(name), x86(Accelerator::Nvidia), "{name}");
        }
        assert_eq!(of("g5g.xlarge"), arm(Accelerator::Nvidia));
        assert_eq!(of("p6e-gb200.36xlarge"), arm(Accelerator::Nvidia));
        assert_eq!(of("inf2.xlarge"), x86(Accelerator::Neuron));
        assert_eq!(of("trn1n.32xlarge"), x86(Accelerator::Neuron));
    }

    #[test]
    fn other_names_are_no_instance_types() {
        for name in [
            "",
            "t3",
            "t3.",
            ".medium",
            "t.medium",
            "3t.medium",
            "q9.large",
            "t3.huge",
            "T3.medium",
            "t3.xxlarge",
            "t3 .nano",
        ] {
            assert_eq!(InstanceType::parse(name), None, "{name:?}");
        }
    }
}
