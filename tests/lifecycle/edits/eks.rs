//! Clusters and what belongs to them.

use eksctl_rs_aws::PolicyDocument;
use serde_json::{Value, json};

use super::ec2::give_ipv6;
use super::{Edit, add, edit, first, named, reference, set, tags};
use crate::lab::at;

pub(super) fn edits() -> Vec<Edit> {
    [
        cluster(),
        access_entry(),
        addon(),
        nodegroup(),
        fargate_profile(),
        pod_identity_association(),
        identity_provider_config(),
        capability(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn cluster() -> Vec<Edit> {
    const KIND: &str = "eks.Cluster";
    let one_way = |edit: Edit| Edit { one_way: true, ..edit };
    vec![
        one_way(edit(KIND, "version", |desired, _| {
            first(desired, KIND).spec["version"] = "1.35".into();
            first(desired, "eks.Nodegroup").spec["version"] = "1.35".into();
        })),
        edit(KIND, "role", |desired, _| {
            add(desired, "iam.Role/cluster", "iam.Role/second", |spec| spec["name"] = "second".into());
            first(desired, KIND).spec["role"] = reference("iam.Role/second", "arn");
        }),
        edit(KIND, "subnets", |desired, _| {
            let public = |zone: &str| json!([reference(&format!("ec2.Subnet/public-{zone}"), "id")]);
            first(desired, KIND).spec["subnets"] =
                json!({ "eu-west-1a": public("eu-west-1a"), "eu-west-1b": public("eu-west-1b") });
        }),
        edit(KIND, "security_groups", |desired, snapshot| {
            let own = snapshot.at(&at("eks.Cluster/life"))[0].outputs["security_group"].clone();
            first(desired, KIND).spec["security_groups"] = json!([{ "$id": own }]);
        }),
        set(KIND, "endpoint_public_access", true.into()),
        edit(KIND, "endpoint_private_access", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["endpoint_private_access"] = false.into();
            spec["endpoint_public_access"] = true.into();
        }),
        edit(KIND, "public_access_cidrs", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["endpoint_public_access"] = true.into();
            spec["public_access_cidrs"] = json!(["203.0.113.0/24"]);
        }),
        set(KIND, "control_plane_egress_mode", "CUSTOMER_ROUTED".into()),
        edit(KIND, "ip_family", |desired, _| {
            give_ipv6(desired, 0);
            // There is no managed policy that lets nodes give addresses to pods.
            let statement = json!({ "Effect": "Allow", "Action": "ec2:AssignIpv6Addresses", "Resource": "*" });
            let policy = PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] }));
            named(desired, "iam.Role/node-a").spec["inline_policies"] = json!({ "cni": policy });
            first(desired, KIND).spec["ip_family"] = "ipv6".into();
        }),
        set(KIND, "service_ipv4_cidr", "172.21.0.0/16".into()),
        set(KIND, "logging", json!(["api", "scheduler"])),
        set(
            KIND,
            "encryption_key",
            json!({ "$id": "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab" }),
        ),
        edit(KIND, "authentication_mode", |desired, _| {
            first(desired, KIND).spec["authentication_mode"] = "API".into();
        }),
        set(KIND, "support_type", "EXTENDED".into()),
        set(KIND, "zonal_shift", true.into()),
        edit(KIND, "auto_mode", |desired, _| {
            let trust = &mut named(desired, "iam.Role/cluster").spec["assume_role_policy"];
            let text = trust.to_string().replace("\"sts:AssumeRole\"", "\"sts:AssumeRole\",\"sts:TagSession\"");
            *trust = serde_json::from_str(&text).expect("JSON");
            first(desired, KIND).spec["auto_mode"] =
                json!({ "node_pools": [], "node_role": null, "gateway_api_crds": null });
        }),
        set(KIND, "deletion_protection", true.into()),
        set(KIND, "scaling_tier", "tier-xl".into()),
        set(KIND, "remote_node_networks", json!(["172.30.0.0/16"])),
        edit(KIND, "remote_pod_networks", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["remote_node_networks"] = json!(["172.30.0.0/16"]);
            spec["remote_pod_networks"] = json!(["172.31.0.0/16"]);
        }),
        set(KIND, "event_ttl", "30m".into()),
        set(KIND, "service_node_port_range", json!({ "min": 31000, "max": 32000 })),
        set(KIND, "scoring_strategy", json!({ "kind": "MostAllocated", "resources": { "cpu": 2, "memory": 1 } })),
        set(KIND, "terminated_pod_gc_threshold", 500.into()),
        edit(KIND, "horizontal_pod_autoscaler_sync_period", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["scaling_tier"] = "tier-xl".into();
            spec["horizontal_pod_autoscaler_sync_period"] = "10s".into();
        }),
        tags(KIND),
    ]
}

fn access_entry() -> Vec<Edit> {
    const KIND: &str = "eks.AccessEntry";
    let policy = |name: &str| format!("arn:aws:eks::aws:cluster-access-policy/{name}");
    let another = |field: &'static str| {
        edit(KIND, field, |desired, _| {
            add(desired, "iam.Role/visitor", "iam.Role/second", |spec| spec["name"] = "second".into());
            let spec = &mut first(desired, KIND).spec;
            spec["principal"] = reference("iam.Role/second", "arn");
            spec["principal_id"] = reference("iam.Role/second", "unique_id");
        })
    };
    vec![
        another_cluster(KIND),
        another("principal"),
        another("principal_id"),
        edit(KIND, "entry_type", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["entry_type"] = "EC2_LINUX".into();
            spec["username"] = Value::Null;
            spec["kubernetes_groups"] = json!([]);
            spec["access_policies"] = json!({});
        }),
        set(KIND, "username", "guest:{{SessionName}}".into()),
        set(KIND, "kubernetes_groups", json!(["editors", "viewers"])),
        // One goes, one comes, one counts elsewhere.
        set(
            KIND,
            "access_policies",
            json!({
                policy("AmazonEKSAdminViewPolicy"): { "kind": "cluster", "namespaces": [] },
                policy("AmazonEKSEditPolicy"): { "kind": "namespace", "namespaces": ["dev-*", "default"] },
            }),
        ),
        tags(KIND),
    ]
}

fn addon() -> Vec<Edit> {
    const KIND: &str = "eks.Addon";
    const CNI: &str = "eks.Addon/vpc-cni";
    const DNS: &str = "eks.Addon/coredns";
    const DRIVER: &str = "eks.Addon/aws-ebs-csi-driver";
    let of = |address: &'static str, edit: Edit| Edit { of: Some(address), ..edit };
    let set_in = |address: &'static str, field: &'static str, value: Value| {
        of(address, edit(KIND, field, move |desired, _| named(desired, address).spec[field] = value.clone()))
    };
    vec![
        // A cluster that is replaced takes its add-ons along.
        edit(KIND, "cluster", |desired, _| {
            first(desired, "eks.Cluster").spec["service_ipv4_cidr"] = "172.22.0.0/16".into()
        }),
        set_in(CNI, "version", "v1.21.1-eksbuild.3".into()),
        set_in(CNI, "configuration", json!({ "env": { "ENABLE_PREFIX_DELEGATION": "true" } })),
        of(
            DNS,
            edit(KIND, "service_account_role", |desired, _| {
                add(desired, "iam.Role/node-a", "iam.Role/second", |spec| spec["name"] = "second".into());
                named(desired, DNS).spec["service_account_role"] = reference("iam.Role/second", "arn");
            }),
        ),
        set_in(DRIVER, "pod_identity_associations", json!({})),
        set_in(DRIVER, "namespace", "storage".into()),
        set_in(DNS, "preserve_on_delete", true.into()),
        tags(KIND),
    ]
}

fn nodegroup() -> Vec<Edit> {
    const KIND: &str = "eks.Nodegroup";
    let one_way = |edit: Edit| Edit { one_way: true, ..edit };
    vec![
        // A cluster that is replaced takes its groups along.
        edit(KIND, "cluster", |desired, _| {
            first(desired, "eks.Cluster").spec["service_ipv4_cidr"] = "172.22.0.0/16".into()
        }),
        edit(KIND, "node_role", |desired, _| {
            add(desired, "iam.Role/node-a", "iam.Role/second", |spec| spec["name"] = "second".into());
            first(desired, KIND).spec["node_role"] = reference("iam.Role/second", "arn");
        }),
        edit(KIND, "subnets", |desired, _| {
            first(desired, KIND).spec["subnets"] = json!([reference("ec2.Subnet/private-eu-west-1a", "id")]);
        }),
        set(KIND, "instance_types", json!(["m6i.xlarge", "m6a.xlarge"])),
        set(KIND, "ami_type", "BOTTLEROCKET_x86_64".into()),
        set(KIND, "capacity_type", "SPOT".into()),
        edit(KIND, "launch_template", |desired, _| {
            add(desired, "ec2.LaunchTemplate/a", "ec2.LaunchTemplate/second", |spec| spec["name"] = "second".into());
            let spec = &mut first(desired, KIND).spec;
            spec["launch_template"] = reference("ec2.LaunchTemplate/second", "id");
            spec["launch_template_version"] = reference("ec2.LaunchTemplate/second", "version");
        }),
        edit(KIND, "launch_template_version", |desired, _| {
            first(desired, "ec2.LaunchTemplate").spec["detailed_monitoring"] = true.into();
        }),
        // The size moves with its limits.
        edit(KIND, "min_size", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["min_size"] = 2.into();
            spec["desired_size"] = 2.into();
        }),
        set(KIND, "max_size", 7.into()),
        set(KIND, "labels", json!({ "team": "web", "new": "yes" })),
        set(
            KIND,
            "taints",
            json!([
                { "key": "dedicated", "value": "web", "effect": "NO_SCHEDULE" },
                { "key": "dedicated", "value": "web", "effect": "NO_EXECUTE" },
            ]),
        ),
        set(
            KIND,
            "update_config",
            json!({ "max_unavailable": null, "max_unavailable_percentage": 50, "strategy": "MINIMAL" }),
        ),
        edit(KIND, "node_repair", |desired, _| {
            first(desired, KIND).spec["node_repair"] = json!({
                "enabled": true,
                "max_unhealthy_node_threshold_count": 3,
                "max_unhealthy_node_threshold_percentage": null,
                "max_parallel_nodes_repaired_count": null,
                "max_parallel_nodes_repaired_percentage": 20,
                "overrides": [{
                    "node_monitoring_condition": "AcceleratedHardwareReady",
                    "node_unhealthy_reason": "NvidiaXID64Error",
                    "min_repair_wait_time_mins": 5,
                    "repair_action": "Replace",
                }],
            });
        }),
        set(
            KIND,
            "warm_pool",
            json!({ "min_size": 1, "max_group_prepared_capacity": 3, "pool_state": "STOPPED", "reuse_on_scale_in": true }),
        ),
        one_way(edit(KIND, "version", |desired, _| {
            first(desired, "eks.Cluster").spec["version"] = "1.35".into();
            first(desired, KIND).spec["version"] = "1.35".into();
        })),
        one_way(edit(KIND, "release_version", |desired, _| {
            first(desired, "eks.Cluster").spec["version"] = "1.35".into();
            let spec = &mut first(desired, KIND).spec;
            spec["version"] = "1.35".into();
            spec["release_version"] = "1.35.2-20261015".into();
        })),
        tags(KIND),
    ]
}

fn fargate_profile() -> Vec<Edit> {
    const KIND: &str = "eks.FargateProfile";
    vec![
        another_cluster(KIND),
        edit(KIND, "pod_execution_role", |desired, _| {
            add(desired, "iam.Role/fargate", "iam.Role/second", |spec| spec["name"] = "second".into());
            first(desired, KIND).spec["pod_execution_role"] = reference("iam.Role/second", "arn");
        }),
        edit(KIND, "subnets", |desired, _| {
            first(desired, KIND).spec["subnets"] = json!([reference("ec2.Subnet/private-eu-west-1a", "id")]);
        }),
        set(
            KIND,
            "selectors",
            json!([{ "namespace": "default", "labels": {} }, { "namespace": "dev-*", "labels": {} }]),
        ),
        tags(KIND),
    ]
}

/// A cluster that is replaced takes along what is in it.
fn another_cluster(kind: &'static str) -> Edit {
    edit(kind, "cluster", |desired, _| {
        first(desired, "eks.Cluster").spec["service_ipv4_cidr"] = "172.22.0.0/16".into();
    })
}

fn pod_identity_association() -> Vec<Edit> {
    const KIND: &str = "eks.PodIdentityAssociation";
    let another_role = |field: &'static str| {
        edit(KIND, field, move |desired, _| {
            add(desired, "iam.Role/pod-backend-worker", "iam.Role/second", |spec| spec["name"] = "second".into());
            first(desired, KIND).spec[field] = reference("iam.Role/second", "arn");
        })
    };
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "route53:List*", "Resource": "*" }] });
    let policy = serde_json::to_value(PolicyDocument::new(policy)).expect("JSON");
    vec![
        another_cluster(KIND),
        set(KIND, "namespace", "frontend".into()),
        set(KIND, "service_account", "other".into()),
        another_role("role"),
        another_role("target_role"),
        set(KIND, "disable_session_tags", true.into()),
        // A session with tags can have no policy of its own.
        edit(KIND, "policy", move |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["policy"] = policy.clone();
            spec["disable_session_tags"] = true.into();
        }),
        tags(KIND),
    ]
}

fn identity_provider_config() -> Vec<Edit> {
    const KIND: &str = "eks.IdentityProviderConfig";
    vec![
        another_cluster(KIND),
        set(KIND, "name", "other".into()),
        set(KIND, "issuer_url", "https://login.example.com".into()),
        set(KIND, "client_id", "kubectl".into()),
        set(KIND, "username_claim", "email".into()),
        set(KIND, "username_prefix", "oidc:".into()),
        edit(KIND, "groups_claim", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["groups_claim"] = Value::Null;
            spec["groups_prefix"] = Value::Null;
        }),
        set(KIND, "groups_prefix", "corp:".into()),
        set(KIND, "required_claims", json!({ "hd": "example.org", "tier": "one" })),
        tags(KIND),
    ]
}

fn capability() -> Vec<Edit> {
    const KIND: &str = "eks.Capability";
    const ACK: &str = "eks.Capability/ack";
    let of_ack = |field: &'static str, change: fn(&mut Value)| {
        let changed = edit(KIND, field, move |desired, _| change(&mut named(desired, ACK).spec));
        Edit { of: Some(ACK), ..changed }
    };
    vec![
        another_cluster(KIND),
        set(KIND, "name", "other".into()),
        of_ack("capability_type", |spec| {
            spec["capability_type"] = "KRO".into();
            spec["disabled_services"] = json!([]);
        }),
        edit(KIND, "role", |desired, _| {
            add(desired, "iam.Role/capability-argo", "iam.Role/second", |spec| spec["name"] = "second".into());
            first(desired, KIND).spec["role"] = reference("iam.Role/second", "arn");
        }),
        set(KIND, "namespace", "cd".into()),
        set(
            KIND,
            "identity_center",
            json!({ "instance": "arn:aws:sso:::instance/ssoins-fedcba9876543210", "region": "eu-west-1" }),
        ),
        set(KIND, "endpoint_prefix", "life".into()),
        // One role goes, one comes, one has others.
        set(
            KIND,
            "role_mappings",
            json!({
                "ADMIN": [{ "kind": "SSO_GROUP", "id": "c" }, { "kind": "SSO_USER", "id": "d" }],
                "EDITOR": [{ "kind": "SSO_GROUP", "id": "e" }],
            }),
        ),
        edit(KIND, "vpc_endpoints", |desired, _| {
            first(desired, KIND).spec["vpc_endpoints"] = json!([reference("ec2.VpcEndpoint/sts", "id")]);
        }),
        of_ack("enable_cross_namespace", |spec| spec["enable_cross_namespace"] = true.into()),
        of_ack("disabled_services", |spec| spec["disabled_services"] = json!(["ec2", "iam"])),
        tags(KIND),
    ]
}
