//! AMIs: which instances they fit, and which releases there are.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::instance_type::InstanceType;
use crate::error::ApiError;
use crate::services::eks::version::Version;
use crate::services::eks::{invalid, quota};

/// The day of the newest release of all of them.
const RELEASED: &str = "20261101";
const WINDOWS_RELEASED: &str = "2026.11.01";
/// The newest release of Bottlerocket, and its build.
const BOTTLEROCKET: [u32; 3] = [1, 52, 0];
const BOTTLEROCKET_BUILD: &str = "4b7a0e2d";
/// There are none of Amazon Linux 2 after it. Source: "Guide to EKS AL2 & AL2-accelerated AMIs transition features".
const LAST_AL2: &str = "1.32";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Architecture {
    X86,
    Arm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accelerator {
    None,
    Nvidia,
    Neuron,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    AmazonLinux2,
    AmazonLinux2023,
    Bottlerocket,
    Windows,
    /// Whatever the account brings along.
    Custom,
}

macro_rules! ami_types {
    ($($name:ident = $text:literal: $system:ident $architecture:ident $accelerator:ident;)+) => {
        /// A kind of AMI that EKS offers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(in crate::services::eks) enum AmiType {
            $(#[serde(rename = $text)] $name,)+
        }

        impl AmiType {
            fn parts(self) -> (&'static str, System, Architecture, Accelerator) {
                match self {
                    $(Self::$name => ($text, System::$system, Architecture::$architecture, Accelerator::$accelerator),)+
                }
            }

            fn find(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

ami_types! {
    Al2X86 = "AL2_x86_64": AmazonLinux2 X86 None;
    Al2X86Gpu = "AL2_x86_64_GPU": AmazonLinux2 X86 Nvidia;
    Al2Arm = "AL2_ARM_64": AmazonLinux2 Arm None;
    BottlerocketArm = "BOTTLEROCKET_ARM_64": Bottlerocket Arm None;
    BottlerocketX86 = "BOTTLEROCKET_x86_64": Bottlerocket X86 None;
    BottlerocketArmFips = "BOTTLEROCKET_ARM_64_FIPS": Bottlerocket Arm None;
    BottlerocketX86Fips = "BOTTLEROCKET_x86_64_FIPS": Bottlerocket X86 None;
    BottlerocketArmNvidia = "BOTTLEROCKET_ARM_64_NVIDIA": Bottlerocket Arm Nvidia;
    BottlerocketX86Nvidia = "BOTTLEROCKET_x86_64_NVIDIA": Bottlerocket X86 Nvidia;
    BottlerocketArmNvidiaFips = "BOTTLEROCKET_ARM_64_NVIDIA_FIPS": Bottlerocket Arm Nvidia;
    BottlerocketX86NvidiaFips = "BOTTLEROCKET_x86_64_NVIDIA_FIPS": Bottlerocket X86 Nvidia;
    WindowsCore2019 = "WINDOWS_CORE_2019_x86_64": Windows X86 None;
    WindowsFull2019 = "WINDOWS_FULL_2019_x86_64": Windows X86 None;
    WindowsCore2022 = "WINDOWS_CORE_2022_x86_64": Windows X86 None;
    WindowsFull2022 = "WINDOWS_FULL_2022_x86_64": Windows X86 None;
    WindowsCore2025 = "WINDOWS_CORE_2025_x86_64": Windows X86 None;
    WindowsFull2025 = "WINDOWS_FULL_2025_x86_64": Windows X86 None;
    Al2023X86 = "AL2023_x86_64_STANDARD": AmazonLinux2023 X86 None;
    Al2023Arm = "AL2023_ARM_64_STANDARD": AmazonLinux2023 Arm None;
    Al2023X86Neuron = "AL2023_x86_64_NEURON": AmazonLinux2023 X86 Neuron;
    Al2023X86Nvidia = "AL2023_x86_64_NVIDIA": AmazonLinux2023 X86 Nvidia;
    Al2023ArmNvidia = "AL2023_ARM_64_NVIDIA": AmazonLinux2023 Arm Nvidia;
    Custom = "CUSTOM": Custom X86 None;
}

impl AmiType {
    /// The AMI type of a new group with these instance types: the one that is asked for, or Amazon Linux 2023 for the
    /// first instance type. All instance types must fit.
    pub(super) fn chosen(asked: Option<&str>, types: &[String]) -> Result<Self, ApiError> {
        let known = parse_all(types)?;
        let chosen = asked.and_then(Self::find).unwrap_or_else(|| Self::default_for(known.first().copied()));
        if chosen == Self::Custom {
            return invalid("The AMI type CUSTOM requires a launch template with an AMI");
        }
        let misfits: Vec<&str> = types
            .iter()
            .zip(&known)
            .filter(|(_, found)| !chosen.fits(**found))
            .map(|(text, _)| text.as_str())
            .collect();
        if misfits.is_empty() {
            return Ok(chosen);
        }
        let name = chosen.parts().0;
        invalid(format!("[{}] is not a valid instance type for requested amiType {name}", misfits.join(", ")))
    }

    /// Refuses a version that there are no AMIs for.
    fn check_version(self, version: Version) -> Result<(), ApiError> {
        let (name, system, _, _) = self.parts();
        if system == System::AmazonLinux2 && LAST_AL2.parse().is_ok_and(|last: Version| version > last) {
            return invalid(format!("AMI Type {name} is only supported for kubernetes versions {LAST_AL2} or earlier"));
        }
        Ok(())
    }

    pub(super) fn is_bottlerocket(self) -> bool {
        self.parts().1 == System::Bottlerocket
    }

    /// Whether EKS adds to the user data of a launch template.
    pub(super) fn merges_user_data(self) -> bool {
        matches!(self.parts().1, System::AmazonLinux2 | System::AmazonLinux2023)
    }

    pub(super) fn is_windows(self) -> bool {
        self.parts().1 == System::Windows
    }

    /// What a group gets that names none. Source: CreateNodegroup, `t3.medium`; for the others what their AMIs run on.
    pub(super) fn default_instance_type(self) -> &'static str {
        match self.parts() {
            (_, _, Architecture::X86, Accelerator::None) => "t3.medium",
            (_, _, Architecture::Arm, Accelerator::None) => "t4g.medium",
            (_, _, Architecture::X86, Accelerator::Nvidia) => "g4dn.xlarge",
            (_, _, Architecture::Arm, Accelerator::Nvidia) => "g5g.xlarge",
            (_, _, _, Accelerator::Neuron) => "inf1.xlarge",
        }
    }

    /// Source: CreateNodegroup.
    pub(super) fn default_disk_size(self) -> u32 {
        if self.is_windows() { 50 } else { 20 }
    }

    /// The newest release for a Kubernetes version.
    pub(super) fn latest_release(self, version: Version) -> String {
        let patch = version.release().map_or(0, |release| release.patch);
        let [major, minor, bugfix] = BOTTLEROCKET;
        match self.parts().1 {
            System::AmazonLinux2 | System::AmazonLinux2023 => format!("{version}.{patch}-{RELEASED}"),
            System::Bottlerocket => format!("{major}.{minor}.{bugfix}-{BOTTLEROCKET_BUILD}"),
            System::Windows => format!("{version}-{WINDOWS_RELEASED}"),
            System::Custom => String::new(),
        }
    }

    /// The release of a new group or of an update: the newest one, or the one that is asked for, which must have been
    /// published for the version. The emulator takes it that there was one whenever its name says.
    pub(super) fn release(self, asked: Option<&str>, version: Version) -> Result<String, ApiError> {
        self.check_version(version)?;
        let latest = self.latest_release(version);
        let Some(asked) = asked else { return Ok(latest) };
        let is_older = self.compare_releases(asked, &latest).is_some_and(Ordering::is_le);
        let prefix = format!("{version}.");
        let fits = match self.parts().1 {
            System::AmazonLinux2 | System::AmazonLinux2023 => asked.starts_with(&prefix),
            System::Bottlerocket => true,
            System::Windows => asked.starts_with(&format!("{version}-")),
            System::Custom => false,
        };
        if is_older && fits {
            return Ok(asked.to_owned());
        }
        invalid(format!("Requested release version {asked} is not valid for kubernetes version {version}."))
    }

    /// Which of two releases is newer; nothing if one of them is no release.
    pub(super) fn compare_releases(self, a: &str, b: &str) -> Option<Ordering> {
        let numbers = |text: &str| match self.parts().1 {
            System::Bottlerocket => {
                let (number, build) = text.split_once('-')?;
                let is_build = build.len() == 8 && build.bytes().all(|byte| byte.is_ascii_hexdigit());
                let numbers = numbers(number.split('.'));
                numbers.filter(|numbers| numbers.len() == 3 && is_build)
            }
            _ => {
                let (number, date) = text.split_once('-')?;
                let day: String = date.split('.').collect();
                let parts = number.split('.').chain([day.as_str()]);
                numbers(parts).filter(|_| day.len() == 8)
            }
        };
        Some(numbers(a)?.cmp(&numbers(b)?))
    }

    fn default_for(first: Option<InstanceType>) -> Self {
        match first.map(|found| (found.architecture, found.accelerator)) {
            Some((Architecture::X86, Accelerator::Nvidia)) => Self::Al2023X86Nvidia,
            Some((Architecture::Arm, Accelerator::Nvidia)) => Self::Al2023ArmNvidia,
            Some((_, Accelerator::Neuron)) => Self::Al2023X86Neuron,
            Some((Architecture::Arm, Accelerator::None)) => Self::Al2023Arm,
            Some((Architecture::X86, Accelerator::None)) | None => Self::Al2023X86,
        }
    }

    fn fits(self, instance: InstanceType) -> bool {
        let (_, _, architecture, accelerator) = self.parts();
        // The accelerated AMI of Amazon Linux 2 had the drivers of both.
        let accelerated = instance.accelerator == accelerator
            || self == Self::Al2X86Gpu && instance.accelerator == Accelerator::Neuron;
        instance.architecture == architecture && accelerated
    }
}

fn numbers<'t>(parts: impl Iterator<Item = &'t str>) -> Option<Vec<u32>> {
    parts.map(|part| part.parse().ok()).collect()
}

/// What the names of instance types tell; some must not be there.
fn parse_all(types: &[String]) -> Result<Vec<InstanceType>, ApiError> {
    if types.len() > quota::INSTANCE_TYPES {
        return invalid(format!("instanceTypes can have at most {} elements", quota::INSTANCE_TYPES));
    }
    let unknown: Vec<&str> =
        types.iter().map(String::as_str).filter(|name| InstanceType::parse(name).is_none()).collect();
    if !unknown.is_empty() {
        return invalid(format!("The following supplied instance types do not exist: [{}]", unknown.join(", ")));
    }
    Ok(types.iter().filter_map(|name| InstanceType::parse(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> Version {
        "1.35".parse().expect("a version")
    }

    #[test]
    fn releases_are_of_a_version_and_not_of_the_future() {
        let release = |kind: AmiType, text: &str| kind.release(Some(text), version()).is_ok();
        for text in ["1.35.2-20261101", "1.35.0-20260201"] {
            assert!(release(AmiType::Al2023X86, text), "{text}");
        }
        for text in ["1.35.2-20261102", "1.35.3-20260101", "1.34.2-20261101", "1.35.2", "1.35.2-x", "1.35.2-2026"] {
            assert!(!release(AmiType::Al2023X86, text), "{text}");
        }
        assert!(release(AmiType::BottlerocketArm, "1.49.0-713f44ce") && !release(AmiType::BottlerocketArm, "1.49.0"));
        assert!(!release(AmiType::BottlerocketX86, "1.53.0-713f44ce"));
        assert!(release(AmiType::WindowsCore2022, "1.35-2026.10.14"));
        assert!(!release(AmiType::WindowsCore2022, "1.34-2026.10.14"));
        for kind in [AmiType::Al2023X86, AmiType::BottlerocketX86, AmiType::WindowsCore2025] {
            assert!(release(kind, &kind.latest_release(version())), "{kind:?}");
        }
    }
}
