//! Identity providers. Source: EKS `OidcIdentityProviderConfigRequest`.

use super::Report;
use crate::places::Path;
use crate::schema::StackSpec;

pub(super) fn check(spec: &StackSpec, report: &mut Report<'_, '_>) {
    for (index, provider) in spec.identity_providers.iter().enumerate() {
        let path = Path::from("identityProviders").item(index);
        let prefixes = [("usernamePrefix", &provider.username_prefix), ("groupsPrefix", &provider.groups_prefix)];
        for (key, prefix) in prefixes {
            if prefix.as_ref().is_some_and(|prefix| prefix.contains("system:")) {
                let message = "a prefix with system: would let anybody be a part of Kubernetes";
                report.error(&path.key(key), message, "choose another prefix, such as oidc:");
            }
        }
        if provider.groups_prefix.is_some() && provider.groups_claim.is_none() {
            let message = "a prefix for groups, and nothing says where they come from";
            report.error(&path.key("groupsPrefix"), message, "set groupsClaim, or remove it");
        }
    }
}
