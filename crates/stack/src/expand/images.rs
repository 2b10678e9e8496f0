//! Which image nodes need.

use crate::schema::AmiFamily;

/// What an instance type is made of, as far as its image has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Architecture {
    /// x86 processors.
    X86,
    /// Arm processors: AWS Graviton.
    Arm,
    /// x86 processors and accelerators of NVIDIA.
    Nvidia,
    /// Arm processors and accelerators of NVIDIA.
    NvidiaArm,
    /// AWS Inferentia and Trainium.
    Neuron,
}

/// What an instance type is made of, by its name: letters, a generation, and letters for what is special.
///
/// Source: EC2 user guide, "Amazon EC2 instance type naming conventions".
pub(crate) fn architecture(instance_type: &str) -> Architecture {
    let family = instance_type.split('.').next().unwrap_or_default();
    let digit = family.find(|letter: char| letter.is_ascii_digit()).unwrap_or(family.len());
    let (series, rest) = family.split_at(digit);
    let special = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let special = special.split('-').next().unwrap_or_default();
    let is_arm = special.contains('g') || series == "a";
    match series {
        "inf" | "trn" => Architecture::Neuron,
        "g" | "gr" | "p" if is_arm => Architecture::NvidiaArm,
        "g" | "gr" | "p" => Architecture::Nvidia,
        _ if is_arm => Architecture::Arm,
        _ => Architecture::X86,
    }
}

/// The image of a family for instance types that are all of one kind. Source: EKS `AMITypes`.
pub(crate) fn image<'t>(family: AmiFamily, types: impl Iterator<Item = &'t str>) -> Option<&'static str> {
    use Architecture::{Arm, Neuron, Nvidia, NvidiaArm, X86};
    let architecture = types.map(architecture).next()?;
    Some(match (family, architecture) {
        (AmiFamily::AmazonLinux2023, X86) => "AL2023_x86_64_STANDARD",
        (AmiFamily::AmazonLinux2023, Arm) => "AL2023_ARM_64_STANDARD",
        (AmiFamily::AmazonLinux2023, Nvidia) => "AL2023_x86_64_NVIDIA",
        (AmiFamily::AmazonLinux2023, NvidiaArm) => "AL2023_ARM_64_NVIDIA",
        (AmiFamily::AmazonLinux2023, Neuron) => "AL2023_x86_64_NEURON",
        (AmiFamily::Bottlerocket, X86 | Neuron) => "BOTTLEROCKET_x86_64",
        (AmiFamily::Bottlerocket, Arm) => "BOTTLEROCKET_ARM_64",
        (AmiFamily::Bottlerocket, Nvidia) => "BOTTLEROCKET_x86_64_NVIDIA",
        (AmiFamily::Bottlerocket, NvidiaArm) => "BOTTLEROCKET_ARM_64_NVIDIA",
        (AmiFamily::BottlerocketFips, X86) => "BOTTLEROCKET_x86_64_FIPS",
        (AmiFamily::BottlerocketFips, Arm) => "BOTTLEROCKET_ARM_64_FIPS",
        (AmiFamily::BottlerocketFips, Nvidia) => "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
        (AmiFamily::BottlerocketFips, NvidiaArm) => "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
        (AmiFamily::WindowsServer2019CoreContainer, X86) => "WINDOWS_CORE_2019_x86_64",
        (AmiFamily::WindowsServer2019FullContainer, X86) => "WINDOWS_FULL_2019_x86_64",
        (AmiFamily::WindowsServer2022CoreContainer, X86) => "WINDOWS_CORE_2022_x86_64",
        (AmiFamily::WindowsServer2022FullContainer, X86) => "WINDOWS_FULL_2022_x86_64",
        (AmiFamily::WindowsServer2025CoreContainer, X86) => "WINDOWS_CORE_2025_x86_64",
        (AmiFamily::WindowsServer2025FullContainer, X86) => "WINDOWS_FULL_2025_x86_64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_architecture() {
        for (instance_type, expected) in [
            ("m6i.large", Architecture::X86),
            ("m7i-flex.large", Architecture::X86),
            ("u-6tb1.metal", Architecture::X86),
            ("x2iezn.2xlarge", Architecture::X86),
            ("m6g.large", Architecture::Arm),
            ("c7gn.xlarge", Architecture::Arm),
            ("is4gen.large", Architecture::Arm),
            ("a1.large", Architecture::Arm),
            ("g4dn.xlarge", Architecture::Nvidia),
            ("p5.48xlarge", Architecture::Nvidia),
            ("g5g.xlarge", Architecture::NvidiaArm),
            ("inf2.xlarge", Architecture::Neuron),
            ("trn1n.32xlarge", Architecture::Neuron),
        ] {
            assert_eq!(architecture(instance_type), expected, "{instance_type}");
        }
    }

    #[test]
    fn not_every_family_has_every_image() {
        assert_eq!(image(AmiFamily::Bottlerocket, ["m6g.large"].into_iter()), Some("BOTTLEROCKET_ARM_64"));
        assert_eq!(image(AmiFamily::WindowsServer2022CoreContainer, ["m6g.large"].into_iter()), None);
    }
}
