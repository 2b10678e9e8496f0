//! The registries whose images can be cached, and what ECR needs to get at them.
//!
//! Source: CreatePullThroughCacheRule, upstreamRegistryUrl, and "Creating a pull through cache rule in Amazon ECR".

use super::Rule;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ecr::{VALIDATION, invalid_at};

/// An upstream registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Upstream {
    pub(super) name: &'static str,
    host: Host,
    needs: Needs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    One(&'static str),
    /// Of a customer of Azure's.
    Azure,
    /// Of an account in a Region.
    Ecr,
}

/// What ECR needs to pull from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Nothing,
    Credential,
    /// Of an account other than its own.
    Role,
}

const UPSTREAMS: &[Upstream] = &[
    upstream("azure-container-registry", Host::Azure, Needs::Credential),
    upstream("chainguard", Host::One("cgr.dev"), Needs::Credential),
    upstream("docker-hub", Host::One("registry-1.docker.io"), Needs::Credential),
    upstream("ecr", Host::Ecr, Needs::Role),
    upstream("ecr-public", Host::One("public.ecr.aws"), Needs::Nothing),
    upstream("github-container-registry", Host::One("ghcr.io"), Needs::Credential),
    upstream("gitlab-container-registry", Host::One("registry.gitlab.com"), Needs::Credential),
    upstream("k8s", Host::One("registry.k8s.io"), Needs::Nothing),
    upstream("quay", Host::One("quay.io"), Needs::Nothing),
];

const fn upstream(name: &'static str, host: Host, needs: Needs) -> Upstream {
    Upstream { name, host, needs }
}

impl Host {
    fn is(self, url: &str) -> bool {
        let is_label = |text: &str| {
            !text.is_empty() && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
        };
        match self {
            Self::One(host) => url == host,
            Self::Azure => ["azurecr.io", "azurecr.cn", "azurecr.us"]
                .iter()
                .any(|domain| url.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.')).is_some_and(is_label)),
            Self::Ecr => account_and_region(url).is_some(),
        }
    }
}

/// The account and the Region in `111122223333.dkr.ecr.eu-west-1.amazonaws.com`.
fn account_and_region(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_suffix(".amazonaws.com").or_else(|| url.strip_suffix(".amazonaws.com.cn"))?;
    let (account, region) = rest.split_once(".dkr.ecr.")?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && !region.is_empty() && !region.contains('.')).then_some((account, region))
}

impl Upstream {
    /// The one with the URL, which must be the one that is named, if one is.
    pub(super) fn asked(name: Option<&str>, url: &str) -> Result<Self, ApiError> {
        let found = UPSTREAMS.iter().find(|upstream| upstream.host.is(url));
        match found {
            Some(found) if name.is_none_or(|name| name == found.name) => Ok(*found),
            _ => {
                let message = format!("The upstream registry with the URL '{url}' is not supported");
                refuse("UnsupportedUpstreamRegistryException", message)
            }
        }
    }

    /// Refuses a rule that has not what the upstream needs, or what it does not take.
    pub(super) fn check(self, call: &Call<'_>, rule: &Rule) -> Result<(), ApiError> {
        let name = self.name;
        match (self.needs, &rule.credential) {
            (Needs::Credential, None) => {
                let constraint = format!("A credential ARN is required for the upstream registry {name}");
                return Err(invalid_at("credentialArn", &constraint));
            }
            (Needs::Nothing | Needs::Role, Some(_)) => {
                let constraint = format!("A credential ARN is not supported for the upstream registry {name}");
                return Err(invalid_at("credentialArn", &constraint));
            }
            _ => {}
        }
        if self.needs != Needs::Role {
            let message = format!("A custom role ARN is not supported for the upstream registry {name}");
            return if rule.role.is_some() { Err(invalid_at("customRoleArn", &message)) } else { Ok(()) };
        }
        let (account, region) = account_and_region(&rule.url).unwrap_or_default();
        if account == call.account_id && region == call.region_name {
            return refuse(VALIDATION, "The upstream registry cannot be the registry of the pull through cache rule");
        }
        match &rule.role {
            None if account != call.account_id => {
                let constraint = "A custom role ARN is required for an upstream registry of another account";
                Err(invalid_at("customRoleArn", constraint))
            }
            Some(role) if !role.starts_with(&call.iam_arn("role/")) => {
                refuse(VALIDATION, format!("The custom role {role} must be a role in the account of the registry"))
            }
            Some(role) if call.account.global.iam.role_by_arn(role).is_none() => {
                refuse(VALIDATION, format!("The custom role {role} does not exist"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upstreams_are_known_by_their_urls() {
        let name = |url| Upstream::asked(None, url).map_or("none", |upstream| upstream.name);
        for (url, expected) in [
            ("registry-1.docker.io", "docker-hub"),
            ("acme.azurecr.io", "azure-container-registry"),
            ("a.b.azurecr.io", "none"),
            ("azurecr.io", "none"),
            ("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "ecr"),
            ("1.dkr.ecr.eu-west-1.amazonaws.com", "none"),
            ("https://quay.io", "none"),
        ] {
            assert_eq!(name(url), expected, "{url}");
        }
        assert!(Upstream::asked(Some("quay"), "ghcr.io").is_err(), "another one is named");
    }
}
