//! Who has a managed policy, and what for.

use crate::call::Call;
use crate::services::iam::{Group, Iam, Role};

/// What roles and groups have a managed policy for.
#[derive(Clone, Copy)]
pub(super) enum Usage {
    Permissions,
    /// Groups have none.
    Boundary,
    Either,
}

impl Usage {
    /// The usage that a list is limited to.
    pub(super) fn asked(call: &Call<'_>) -> Self {
        match call.text("PolicyUsageFilter") {
            Some("PermissionsPolicy") => Self::Permissions,
            Some(_) => Self::Boundary,
            None => Self::Either,
        }
    }

    /// The roles that have the policy `arn` for it.
    pub(super) fn roles<'i>(self, iam: &'i Iam, arn: &'i str) -> impl Iterator<Item = &'i Role> {
        iam.roles.values().filter(move |role| {
            let (attached, bounds) = (role.attached.contains(arn), role.permissions_boundary.as_deref() == Some(arn));
            match self {
                Self::Permissions => attached,
                Self::Boundary => bounds,
                Self::Either => attached || bounds,
            }
        })
    }

    /// The groups that have the policy `arn` for it.
    pub(super) fn groups<'i>(self, iam: &'i Iam, arn: &'i str) -> impl Iterator<Item = &'i Group> {
        let attached = move |group: &&Group| !matches!(self, Self::Boundary) && group.attached.contains(arn);
        iam.groups.values().filter(attached)
    }

    /// How many have the policy `arn` for it.
    pub(super) fn count(self, iam: &Iam, arn: &str) -> usize {
        self.roles(iam, arn).count() + self.groups(iam, arn).count()
    }
}
