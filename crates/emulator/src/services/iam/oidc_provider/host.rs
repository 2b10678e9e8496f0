//! The URLs of OpenID Connect providers, and whether IAM would find anybody there.

use super::thumbprint;
use crate::error::{ApiError, refuse};

/// Top-level domains that nobody can have. Source: RFC 2606 and RFC 6762; `internal` by ICANN.
const NOWHERE: &[&str] = &["example", "internal", "invalid", "local", "localhost", "test"];

/// Where a provider is.
pub(super) struct Host<'u> {
    /// Without `https://`.
    rest: &'u str,
    name: &'u str,
}

impl<'u> Host<'u> {
    /// Reads a URL: it "must begin with https://", "path components are allowed but query parameters are not", and it
    /// "should not contain a port number". Source: CreateOpenIDConnectProvider, Url.
    pub(super) fn read(url: &'u str) -> Result<Self, ApiError> {
        let invalid = || ApiError::new("ValidationError", "Invalid Open ID Connect Provider URL");
        let rest = url.strip_prefix("https://").ok_or_else(invalid)?;
        let name = rest.split('/').next().unwrap_or_default();
        let is_name = !name.is_empty()
            && name.chars().all(|character| character.is_ascii_alphanumeric() || "-.".contains(character));
        let is_path = !rest.contains(['?', '#', '@', ' ']) && rest.is_ascii();
        if is_name && is_path { Ok(Self { rest, name }) } else { Err(invalid()) }
    }

    pub(super) fn url_without_scheme(&self) -> &'u str {
        self.rest
    }

    /// The thumbprint that IAM retrieves if nobody gives one.
    pub(super) fn retrieve_thumbprint(&self) -> Result<String, ApiError> {
        match self.name.rsplit_once('.') {
            Some((_, end)) if !NOWHERE.contains(&end.to_ascii_lowercase().as_str()) => Ok(thumbprint(self.name)),
            _ => refuse(
                "OpenIdIdpCommunicationError",
                format!("Please check if the provider URL https://{} is reachable", self.rest),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_iam_takes() {
        for url in ["https://a.com", "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", "https://gitlab.com/"] {
            assert!(Host::read(url).is_ok(), "{url}");
        }
        for url in ["a.com", "http://a.com", "https://", "https://a.com:443", "https://a.com?b=c", "https://u@a.com"] {
            assert!(Host::read(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_hosts_that_can_be_there_have_a_certificate() {
        let found = |url| Host::read(url).and_then(|host| host.retrieve_thumbprint());
        assert_eq!(found("https://a.com/b").expect("a thumbprint").len(), 40);
        assert_eq!(found("https://a.com/b"), found("https://a.com"), "it is the host's");
        assert!(found("https://localhost").is_err() && found("https://a.internal").is_err());
    }
}
