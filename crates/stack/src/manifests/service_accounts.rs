//! Service accounts whose pods take roles.

use eksctl_rs_core::Reference;
use serde_json::{Map, Value, json};

use super::{Manifest, Part, metadata, put, texts};
use crate::expand::role_of_service_account;
use crate::schema::{IamServiceAccount, PodIdentityAssociation, StackSpec};

pub(super) fn render(spec: &StackSpec, manifests: &mut Vec<Manifest>) {
    let plain = plain(spec).map(|one| {
        let head = metadata(&one.service_account_name, Some(&one.namespace));
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": head })
    });
    let accounts = wanted(spec).map(account_of).chain(plain);
    manifests.extend(accounts.map(|object| Manifest { part: Part::ServiceAccounts, object }));
}

/// The namespaces of them all.
pub(super) fn namespaces(spec: &StackSpec) -> impl Iterator<Item = &str> {
    let with_roles = wanted(spec).map(|account| account.metadata.namespace.as_str());
    with_roles.chain(plain(spec).map(|one| one.namespace.as_str()))
}

/// The service accounts to which EKS Pod Identity gives roles: nothing on them says so.
fn plain(spec: &StackSpec) -> impl Iterator<Item = &PodIdentityAssociation> {
    spec.iam.pod_identity_associations.iter().filter(|one| one.create_service_account)
}

/// The service accounts that name their roles.
fn wanted(spec: &StackSpec) -> impl Iterator<Item = &IamServiceAccount> {
    spec.iam.service_accounts.iter().filter(|account| !account.role_only)
}

/// Source: EKS user guide, "Assign IAM roles to Kubernetes service accounts".
fn account_of(account: &IamServiceAccount) -> Value {
    let meta = &account.metadata;
    let mut head = metadata(&meta.name, Some(&meta.namespace));
    let role = match role_of_service_account(account) {
        Reference::Id(arn) => Value::from(arn),
        Reference::To { address, output } => eksctl_rs_core::Text::of(&address, &output).to_value(),
    };
    let annotations: Map<String, Value> =
        std::iter::once(("eks.amazonaws.com/role-arn".to_owned(), role)).chain(texts(&meta.annotations)).collect();
    put(&mut head, "labels", texts(&meta.labels));
    put(&mut head, "annotations", annotations);
    json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": head })
}
