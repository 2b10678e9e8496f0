//! How many of something there may be.

/// A quota, which a weather can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Such as `ec2.vpcs`.
    pub(crate) name: &'static str,
    /// AWS's default.
    pub(crate) default: usize,
}

/// Quotas, each as a constant, and all of a service in the list `ALL`.
macro_rules! quotas {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $default:literal;)+) => {
        $($(#[$doc])* pub(super) const $constant: $crate::quota::Quota =
            $crate::quota::Quota { name: $name, default: $default };)+
        /// All of them.
        pub(super) const ALL: &[$crate::quota::Quota] = &[$($constant),+];
    };
}

pub(crate) use quotas;
