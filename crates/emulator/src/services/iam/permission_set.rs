//! The roles of IAM Identity Center's permission sets, which it makes in every account that they are assigned to.
//!
//! Source: "Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and AWS KMS key policies"
//! in the IAM Identity Center user guide.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::Role;
use crate::call::Call;
use crate::random;
use crate::tags::Tags;

/// Source: "Permission sets", session duration: one hour if nobody says. The role itself lasts up to twelve.
const MAX_SESSION_DURATION: i64 = 43_200;

/// Makes the role of a permission set that is assigned by an Identity Center in the Region of the call: its path names
/// the Region, its name ends in 16 hexadecimal digits. Assigned again it is another one.
pub(crate) fn assign(call: &mut Call<'_>, permission_set: &str) -> String {
    let path = format!("/aws-reserved/sso.amazonaws.com/{}/", call.region_name);
    let name = format!("AWSReservedSSO_{permission_set}_{}", call.hex(16));
    let provider = random::hex(&json!([call.account_id, "sso"]), 16);
    let provider = call.iam_arn(&format!("saml-provider/AWSSSO_{provider}_DO_NOT_DELETE"));
    let statement = json!({
        "Effect": "Allow",
        "Principal": { "Federated": provider },
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    });
    let role = Role {
        id: call.iam_id("AROA"),
        arn: call.iam_arn(&format!("role{path}{name}")),
        name,
        path,
        created_at: call.now,
        trust_policy: json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string(),
        description: None,
        max_session_duration: MAX_SESSION_DURATION,
        permissions_boundary: None,
        tags: Tags::new(),
        attached: BTreeSet::new(),
        inline_policies: BTreeMap::new(),
        service_linked: None,
    };
    let arn = role.arn.clone();
    call.iam().roles.insert(role.name.clone(), role);
    arn
}

/// Takes the roles of a permission set away, as Identity Center does once it is assigned to nobody. How many there were.
pub(crate) fn withdraw(call: &mut Call<'_>, permission_set: &str) -> usize {
    let prefix = format!("AWSReservedSSO_{permission_set}_");
    let roles = &mut call.iam().roles;
    let before = roles.len();
    roles
        .retain(|name, role| !(role.path.starts_with("/aws-reserved/sso.amazonaws.com/") && name.starts_with(&prefix)));
    before - roles.len()
}
