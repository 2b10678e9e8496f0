//! The roles of IAM Identity Center: one in each account that a permission set is assigned in, with a random part in its
//! name.
//!
//! Source: IAM Identity Center user guide, "Referencing permission sets in resource policies, Amazon EKS cluster config
//! maps, and AWS KMS key policies".

use aws_sdk_iam::operation::list_roles::ListRolesOutput;
use aws_sdk_iam::types::Role;
use eksctl_rs_core::CallError;

use crate::reads::Reads;

/// The path of all of them.
const PATH: &str = "/aws-reserved/sso.amazonaws.com/";

/// What their names begin with.
const PREFIX: &str = "AWSReservedSSO_";

/// How many hexadecimal digits their names end with.
const DIGITS: usize = 16;

/// The ARNs of the roles of a permission set in this account. There is one, if it is assigned in the account.
pub(crate) async fn arns(reads: &Reads<'_>, set: &str) -> Result<Vec<String>, CallError> {
    let roles = all(reads).await?;
    Ok(roles.iter().filter(|role| is_of(role.role_name(), set)).map(|role| role.arn().to_owned()).collect())
}

/// The role with this ARN.
pub(crate) async fn role(reads: &Reads<'_>, arn: &str) -> Result<Option<Role>, CallError> {
    Ok(all(reads).await?.iter().find(|role| role.arn() == arn).cloned())
}

/// Whether an ARN is that of such a role.
pub(crate) fn is_role(arn: &str) -> bool {
    arn.contains(&format!(":role{PATH}"))
}

/// Whether an ARN is that of the role which `pattern` stands for: its name, with `_*` in the place of the random part.
pub(crate) fn fits(arn: &str, pattern: &str) -> bool {
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    let set = name(pattern).strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix("_*").map(str::to_owned));
    is_role(arn) && set.is_some_and(|set| is_of(&name(arn), &set))
}

/// Names of permission sets may hold underscores themselves.
fn is_of(role: &str, set: &str) -> bool {
    let rest = role.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix(set)?.strip_prefix('_'));
    rest.is_some_and(|digits| digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// All of them. Asked for once.
async fn all<'r>(reads: &'r Reads<'_>) -> Result<&'r [Role], CallError> {
    let request = || reads.aws.iam.list_roles().path_prefix(PATH).max_items(1000);
    let page = |page: ListRolesOutput| (page.roles, page.marker);
    let ask = reads.pages("iam:ListRoles", |marker| request().set_marker(marker).send(), page);
    Ok(reads.shared.permission_sets.get(ask).await?.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_roles_that_are_called_so_and_no_others() {
        let role = "AWSReservedSSO_Admin_0123456789abcdef";
        assert!(is_of(role, "Admin"));
        assert!(!is_of("AWSReservedSSO_Admin_Billing_0123456789abcdef", "Admin"));
        assert!(is_of("AWSReservedSSO_Admin_Billing_0123456789abcdef", "Admin_Billing"));
        let arn = format!("arn:aws:iam::111122223333:role{PATH}eu-west-1/{role}");
        assert!(fits(&arn, "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_*"));
        assert!(!fits(&arn, "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Adm_*"));
    }
}
