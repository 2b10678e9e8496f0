//! What each service contributes: the tags of what it has in the Region of a call, and the way to change them.

use std::collections::BTreeMap;

use super::arn::Arn;
use crate::call::Call;
use crate::services::ec2::Ec2;
use crate::services::logs;
use crate::tags::Tags;

/// A service whose resources this API knows.
struct Source {
    /// The name in its ARNs.
    service: &'static str,
    /// Its resources by ARN; those without tags may be among them.
    tagged: for<'c> fn(&'c Call<'_>) -> Vec<(String, &'c Tags)>,
    /// The tags of one resource, which may have none yet.
    tags_mut: for<'c> fn(&'c mut Call<'_>, Arn<'_>) -> Option<&'c mut Tags>,
}

/// IAM's roles, groups and users are not among its resources. Source: "Services that support the Resource Groups Tagging API".
const SOURCES: &[Source] = &[
    Source { service: "ec2", tagged: ec2_tagged, tags_mut: ec2_tags_mut },
    Source { service: "ecr", tagged: ecr_tagged, tags_mut: |call, arn| call.region().ecr.tags_mut(arn.text) },
    Source { service: "eks", tagged: eks_tagged, tags_mut: |call, arn| call.eks().tags_mut(arn.text) },
    Source {
        service: "elasticloadbalancing",
        tagged: elb_tagged,
        tags_mut: |call, arn| call.region().elb.tags_mut(arn.text),
    },
    Source { service: "iam", tagged: iam_tagged, tags_mut: iam_tags_mut },
    Source { service: "kms", tagged: kms_tagged, tags_mut: |call, arn| call.kms().tags_mut(arn.text) },
    Source {
        service: "secretsmanager",
        tagged: secrets_tagged,
        tags_mut: |call, arn| call.region().secretsmanager.tags_mut(arn.text),
    },
    Source { service: "logs", tagged: logs_tagged, tags_mut: logs_tags_mut },
];

/// Everything that has tags in the Region of the call, by ARN.
pub(super) fn tagged<'c>(call: &'c Call<'_>) -> BTreeMap<String, &'c Tags> {
    let all = SOURCES.iter().flat_map(|source| (source.tagged)(call));
    all.filter(|(_, tags)| !tags.is_empty()).collect()
}

/// The tags of the resource `arn`, if it is in the account and Region of the call and can be tagged by this API.
pub(super) fn tags_mut<'c>(call: &'c mut Call<'_>, arn: Arn<'_>) -> Option<&'c mut Tags> {
    let source = SOURCES.iter().find(|source| source.service == arn.service)?;
    (source.tags_mut)(call, arn)
}

fn ec2_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    let resources = call.account.regions.get(&call.region_name).map(|region| region.ec2.tagged());
    let arn = |kind: &str, id: &str| call.arn("ec2", &format!("{kind}/{id}"));
    resources.into_iter().flatten().map(|(kind, id, tags)| (arn(kind, &id), tags)).collect()
}

fn ec2_tags_mut<'c>(call: &'c mut Call<'_>, arn: Arn<'_>) -> Option<&'c mut Tags> {
    if arn.region != call.region_name || arn.account != call.account_id {
        return None;
    }
    // The id alone would do, but an ARN with another type is another ARN.
    if Ec2::resource_type(arn.id) != Some(arn.kind) {
        return None;
    }
    call.ec2().tags_mut(arn.id)
}

fn ecr_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    call.account.regions.get(&call.region_name).map(|region| region.ecr.tagged()).unwrap_or_default()
}

fn eks_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    call.account.regions.get(&call.region_name).map(|region| region.eks.tagged()).unwrap_or_default()
}

fn elb_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    call.account.regions.get(&call.region_name).map(|region| region.elb.tagged()).unwrap_or_default()
}

/// Source: the same, "AWS Identity and Access Management".
fn iam_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    if !is_home(call) {
        return Vec::new();
    }
    let iam = &call.account.global.iam;
    let profiles = iam.instance_profiles.values().map(|profile| (profile.arn.as_str(), &profile.tags));
    let all = profiles.chain(iam.tagged_policies()).chain(iam.tagged_providers());
    all.map(|(arn, tags)| (arn.to_owned(), tags)).collect()
}

fn iam_tags_mut<'c>(call: &'c mut Call<'_>, arn: Arn<'_>) -> Option<&'c mut Tags> {
    if !is_home(call) {
        return None;
    }
    let iam = call.iam();
    match arn.kind {
        "instance-profile" => {
            iam.instance_profiles.values_mut().find(|profile| profile.arn == arn.text).map(|profile| &mut profile.tags)
        }
        "oidc-provider" => iam.provider_tags_mut(arn.text),
        "policy" => iam.policy_tags_mut(arn.text),
        _ => None,
    }
}

fn kms_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    call.account.regions.get(&call.region_name).map(|region| region.kms.tagged()).unwrap_or_default()
}

fn secrets_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    call.account.regions.get(&call.region_name).map(|region| region.secretsmanager.tagged()).unwrap_or_default()
}

fn logs_tagged<'c>(call: &'c Call<'_>) -> Vec<(String, &'c Tags)> {
    let groups = call.account.regions.get(&call.region_name).map(|region| region.logs.tagged());
    groups.into_iter().flatten().map(|(name, tags)| (logs::group_arn(call, name), tags)).collect()
}

fn logs_tags_mut<'c>(call: &'c mut Call<'_>, arn: Arn<'_>) -> Option<&'c mut Tags> {
    if arn.text != logs::group_arn(call, arn.id) {
        return None;
    }
    call.logs().tags_mut(arn.id)
}

/// Whether the call is made where the partition keeps what is global.
fn is_home(call: &Call<'_>) -> bool {
    ["us-east-1", "cn-north-1", "us-gov-west-1"].contains(&call.region_name.as_str())
}
