//! Nobody locks themselves, or everybody, out.

use eksctl_rs_core::{Fate, Refusal};

use super::{AccessScope, Spec};

/// The output that tells that somebody who is not the stack's is administrator, too.
pub(super) const OTHER_ADMINS: &str = "other_admins";

/// Refuses what would take rights from whoever plans, or leave a cluster without an administrator.
pub(super) fn refuse(fates: &[Fate<'_, Spec>], caller: Option<&str>) -> Vec<Refusal> {
    let own = fates.iter().filter(|fate| loses_own_rights(fate, caller));
    let mut refusals: Vec<Refusal> = own.map(own_entry).collect();
    if refusals.is_empty() {
        refusals.extend(last_admin(fates));
    }
    refusals
}

fn loses_own_rights(fate: &Fate<'_, Spec>, caller: Option<&str>) -> bool {
    let (Some((live, _)), Some(caller)) = (&fate.live, caller) else { return false };
    let is_own = live.principal.literal().is_ok_and(|principal| is_same(caller, principal));
    is_own && live.is_alive() && !keeps(live, fate.becomes.as_ref())
}

fn own_entry(fate: &Fate<'_, Spec>) -> Refusal {
    let what = if fate.becomes.is_some() { "weaken" } else { "remove" };
    Refusal {
        address: fate.address.clone(),
        message: format!("this would {what} the access entry by which you use the cluster yourself"),
        hint: "keep what it grants in accessConfig.accessEntries, or let somebody else who is administrator apply this"
            .to_owned(),
    }
}

/// Whether everything that `live` may do, it still may.
fn keeps(live: &Spec, becomes: Option<&Spec>) -> bool {
    let Some(becomes) = becomes else { return live.access_policies.is_empty() && live.kubernetes_groups.is_empty() };
    let same_principal = becomes.principal == live.principal;
    let policies = live
        .access_policies
        .iter()
        .all(|(policy, scope)| becomes.access_policies.get(policy).is_some_and(|wanted| covers(wanted, scope)));
    let groups = live.kubernetes_groups.is_subset(&becomes.kubernetes_groups);
    same_principal && (becomes.is_admin() || policies && groups)
}

fn covers(wanted: &AccessScope, live: &AccessScope) -> bool {
    wanted.kind == "cluster" || live.kind == wanted.kind && live.namespaces.is_subset(&wanted.namespaces)
}

fn last_admin(fates: &[Fate<'_, Spec>]) -> Option<Refusal> {
    let is_admin = |fate: &&Fate<'_, Spec>| {
        fate.live.as_ref().is_some_and(|(live, observed)| {
            live.is_admin() && live.is_alive() && !observed.outputs.contains_key(OTHER_ADMINS)
        })
    };
    let admin = fates.iter().find(is_admin)?;
    let somebody_is_left = fates.iter().any(|fate| fate.becomes.as_ref().is_some_and(Spec::is_admin));
    (!somebody_is_left).then(|| Refusal {
        address: admin.address.clone(),
        message: "this would leave the cluster without an administrator".to_owned(),
        hint: "keep, or add, an entry in accessConfig.accessEntries with AmazonEKSClusterAdminPolicy for the whole cluster"
            .to_owned(),
    })
}

/// Whether the caller is the principal. The ARN of a role's session has no path: names of roles are unique in an account.
pub(super) fn is_same(caller: &str, principal: &str) -> bool {
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    match caller.split_once(":assumed-role/") {
        Some((_, session)) => {
            let role = session.split('/').next();
            let named = principal.split_once(":role/").and_then(|(_, path)| path.rsplit('/').next());
            role.is_some() && role == named && account(caller) == account(principal)
        }
        None => caller == principal,
    }
}
