//! ARNs: `arn:partition:service:region:account:type/id`.

use super::INVALID;
use crate::call::Call;
use crate::error::{ApiError, refuse};

/// An ARN and its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) text: &'a str,
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    /// Such as `vpc` or `cluster`.
    pub(super) kind: &'a str,
    /// What comes after the type.
    pub(super) id: &'a str,
}

impl<'a> Arn<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts.as_slice() else { return None };
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return None;
        }
        let (kind, id) = resource.split_once(['/', ':']).unwrap_or((resource, ""));
        Some(Self { text, partition, service, region, account, kind, id })
    }

    /// An ARN of a request. Source: InvalidParameterException, a string that is malformed, or another partition.
    pub(super) fn asked(call: &Call<'_>, text: &'a str) -> Result<Self, ApiError> {
        match Self::parse(text) {
            Some(arn) if arn.partition == call.partition() => Ok(arn),
            Some(_) => refuse(INVALID, format!("The partition of {text} is not {}", call.partition())),
            None => refuse(INVALID, format!("{text} is not a valid ARN")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_end_at_a_slash_or_a_colon() {
        let parts = |text| Arn::parse(text).map(|arn| (arn.service, arn.region, arn.kind, arn.id));
        assert_eq!(parts("arn:aws:ec2:eu-west-1:1:vpc/vpc-1"), Some(("ec2", "eu-west-1", "vpc", "vpc-1")));
        assert_eq!(
            parts("arn:aws:eks:eu-west-1:1:nodegroup/dev/a/b"),
            Some(("eks", "eu-west-1", "nodegroup", "dev/a/b"))
        );
        assert_eq!(parts("arn:aws:logs:eu-west-1:1:log-group:/aws"), Some(("logs", "eu-west-1", "log-group", "/aws")));
        assert_eq!(parts("arn:aws:s3:::bucket"), Some(("s3", "", "bucket", "")));
        assert_eq!(parts("arn:aws:ec2:eu-west-1:1"), None);
        assert_eq!(parts("vpc-1"), None);
    }
}
