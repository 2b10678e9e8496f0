//! Every kind, once.

use crate::kind::{Erased, ErasedKind};
use crate::{ec2, ecr, eks, iam, kms, logs, secretsmanager};

/// The kinds, in the order in which a reader thinks of them: the ground first. Docs and plans list them so.
pub(crate) const KINDS: &[&dyn ErasedKind] = &[
    &Erased::<ec2::vpc::Room>::KIND,
    &Erased::<ec2::subnet::Room>::KIND,
    &Erased::<ec2::internet_gateway::Room>::KIND,
    &Erased::<ec2::egress_only_internet_gateway::Room>::KIND,
    &Erased::<ec2::elastic_ip::Room>::KIND,
    &Erased::<ec2::nat_gateway::Room>::KIND,
    &Erased::<ec2::route_table::Room>::KIND,
    &Erased::<ec2::security_group::Room>::KIND,
    &Erased::<ec2::vpc_endpoint::Room>::KIND,
    &Erased::<ec2::foreign_tags::Room>::KIND,
    &Erased::<iam::oidc_provider::Room>::KIND,
    &Erased::<iam::policy::Room>::KIND,
    &Erased::<iam::role::Room>::KIND,
    &Erased::<iam::group::Room>::KIND,
    &Erased::<kms::key::Room>::KIND,
    &Erased::<logs::log_group::Room>::KIND,
    &Erased::<ecr::repository::Room>::KIND,
    &Erased::<ecr::registry_scanning::Room>::KIND,
    &Erased::<ecr::registry_replication::Room>::KIND,
    &Erased::<secretsmanager::secret::Room>::KIND,
    &Erased::<ecr::creation_template::Room>::KIND,
    &Erased::<ecr::pull_through_cache_rule::Room>::KIND,
    &Erased::<ec2::flow_log::Room>::KIND,
    &Erased::<eks::cluster::Room>::KIND,
    &Erased::<eks::access_entry::Room>::KIND,
    &Erased::<eks::addon::Room>::KIND,
    &Erased::<ec2::launch_template::Room>::KIND,
    &Erased::<eks::nodegroup::Room>::KIND,
    &Erased::<eks::fargate_profile::Room>::KIND,
    &Erased::<eks::pod_identity_association::Room>::KIND,
    &Erased::<eks::identity_provider_config::Room>::KIND,
    &Erased::<eks::capability::Room>::KIND,
];

/// The kinds that no stack wants: what others leave behind, and `destroy` sweeps away.
pub(crate) const LEFT_BEHIND: &[&dyn ErasedKind] = &[&Erased::<ec2::left_behind::Room>::KIND];
