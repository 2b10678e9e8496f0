//! An edit for every field that can be changed, in place or by a replacement.

use eksctl_rs_aws::PolicyDocument;
use eksctl_rs_core::{Address, Desired, Reference, Snapshot, Text};
use serde_json::{Value, json};

use crate::lab::at;
use crate::security_groups::rule;

/// Changes what is wanted; the snapshot tells of what is there.
type Change = Box<dyn Fn(&mut Vec<Desired>, &Snapshot)>;

/// An edit of one field.
pub(crate) struct Edit {
    pub(crate) kind: &'static str,
    pub(crate) field: &'static str,
    /// The resource that it is about; nothing for the first of the kind.
    pub(crate) of: Option<&'static str>,
    /// AWS allows the way there and not back, for this value.
    pub(crate) one_way: bool,
    pub(crate) change: Change,
}

/// Sets the field of the first resource of the kind.
fn set(kind: &'static str, field: &'static str, value: Value) -> Edit {
    edit(kind, field, move |desired, _| first(desired, kind).spec[field] = value.clone())
}

fn edit(kind: &'static str, field: &'static str, change: impl Fn(&mut Vec<Desired>, &Snapshot) + 'static) -> Edit {
    Edit { kind, field, of: None, one_way: false, change: Box::new(change) }
}

fn first<'d>(desired: &'d mut [Desired], kind: &str) -> &'d mut Desired {
    desired.iter_mut().find(|desired| desired.address.kind() == kind).expect("one of the kind")
}

fn named<'d>(desired: &'d mut [Desired], address: &str) -> &'d mut Desired {
    let address = at(address);
    desired.iter_mut().find(|desired| desired.address == address).expect("the resource")
}

fn reference(address: &str, output: &str) -> Value {
    serde_json::to_value(Reference::to(&at(address), output)).expect("JSON")
}

/// Another resource, like the one at `like`.
fn add(desired: &mut Vec<Desired>, like: &str, address: &str, change: impl Fn(&mut Value)) {
    let mut spec = named(desired, like).spec.clone();
    change(&mut spec);
    desired.push(Desired { address: at(address), spec });
}

pub(crate) fn edits() -> Vec<Edit> {
    [
        vpc(),
        subnet(),
        internet_gateway(),
        egress_only_internet_gateway(),
        elastic_ip(),
        nat_gateway(),
        route_table(),
        security_group(),
        vpc_endpoint(),
        foreign_tags(),
        role(),
        oidc_provider(),
        policy(),
        group(),
        key(),
        log_group(),
        repository(),
        registry(),
        secret(),
        creation_template(),
        pull_through_cache_rule(),
        flow_log(),
        cluster(),
        access_entry(),
        addon(),
        launch_template(),
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

fn tags(kind: &'static str) -> Edit {
    edit(kind, "tags", move |desired, _| {
        let tags = &mut first(desired, kind).spec["tags"];
        tags["Name"] = "another name".into();
        tags["added"] = "yes".into();
    })
}

fn vpc() -> Vec<Edit> {
    const KIND: &str = "ec2.Vpc";
    vec![
        // Another range moves every subnet in it.
        edit(KIND, "cidr_block", |desired, _| {
            for one in desired.iter_mut() {
                let text = one.spec.to_string().replace("10.0.", "10.9.");
                one.spec = serde_json::from_str(&text).expect("JSON");
            }
        }),
        // Everything in a range goes before it, and comes after the other one.
        edit(KIND, "secondary_cidr_blocks", |desired, _| {
            first(desired, KIND).spec["secondary_cidr_blocks"] = json!(["100.65.0.0/16", "100.66.0.0/16"]);
            named(desired, "ec2.Subnet/second-range").spec["cidr_block"] = "100.65.0.0/20".into();
        }),
        edit(KIND, "amazon_provided_ipv6_cidr_block", |desired, _| {
            first(desired, KIND).spec["amazon_provided_ipv6_cidr_block"] = false.into();
            let spec = &mut named(desired, "ec2.Subnet/second-range").spec;
            spec["ipv6_cidr_block"] = Value::Null;
            spec["assign_ipv6_address_on_creation"] = false.into();
        }),
        set(KIND, "instance_tenancy", "dedicated".into()),
        // Without DNS no node can join: nothing else is changed here.
        edit(KIND, "enable_dns_support", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["enable_dns_support"] = false.into();
            spec["enable_dns_hostnames"] = false.into();
        }),
        set(KIND, "enable_dns_hostnames", false.into()),
        set(KIND, "enable_network_address_usage_metrics", true.into()),
        tags(KIND),
    ]
}

fn subnet() -> Vec<Edit> {
    const KIND: &str = "ec2.Subnet";
    vec![
        // A second VPC, and this one subnet in it: everything that was in the subnet goes elsewhere.
        edit(KIND, "vpc", |desired, _| {
            let address = first(desired, KIND).address.clone();
            add(desired, "ec2.Vpc/main", "ec2.Vpc/second", |_| {});
            leave(desired, &address);
            first(desired, KIND).spec["vpc"] = reference("ec2.Vpc/second", "id");
        }),
        edit(KIND, "availability_zone", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            let other = if spec["availability_zone"] == "eu-west-1a" { "eu-west-1b" } else { "eu-west-1a" };
            let address = first(desired, KIND).address.clone();
            leave(desired, &address);
            first(desired, KIND).spec["availability_zone"] = other.into();
        }),
        edit(KIND, "cidr_block", |desired, _| {
            let address = first(desired, KIND).address.clone();
            leave(desired, &address);
            first(desired, KIND).spec["cidr_block"] = "10.0.240.0/24".into();
        }),
        // Every subnet takes what another one had.
        edit(KIND, "ipv6_cidr_block", |desired, _| give_ipv6(desired, 8)),
        edit(KIND, "assign_ipv6_address_on_creation", |desired, _| {
            give_ipv6(desired, 20);
            named(desired, "ec2.Subnet/second-range").spec["assign_ipv6_address_on_creation"] = false.into();
        }),
        set(KIND, "enable_dns64", true.into()),
        set(KIND, "map_public_ip_on_launch", true.into()),
        edit(KIND, "private_dns_hostname_type", |desired, _| {
            first(desired, KIND).spec["private_dns_hostname_type"] = "resource-name".into();
        }),
        set(KIND, "resource_name_dns_a_record", true.into()),
        tags(KIND),
    ]
}

/// A part of the IPv6 range of the VPC.
fn part(number: u8) -> Value {
    json!({ "of": reference("ec2.Vpc/main", "ipv6_cidr_block"), "number": number })
}

/// Gives subnets a part of the IPv6 range of the VPC each, and what is in them an address.
fn give_ipv6(desired: &mut [Desired], first: u8) {
    let subnets = desired.iter_mut().filter(|one| one.address.kind() == "ec2.Subnet");
    for (number, one) in (first..).zip(subnets) {
        one.spec["ipv6_cidr_block"] = part(number);
        one.spec["assign_ipv6_address_on_creation"] = true.into();
    }
}

/// Takes everything away that stands in a subnet: the cluster with what is in it and who trusts it, NAT gateways,
/// associations.
fn leave(desired: &mut Vec<Desired>, subnet: &Address) {
    let goes = |one: &Desired| {
        let trusts = one.spec.to_string().contains("iam.OidcProvider/cluster");
        let kind = one.address.kind();
        trusts
            || kind.starts_with("eks.")
            || matches!(kind, "ec2.NatGateway" | "ec2.ElasticIp")
            || one.address == at("iam.OidcProvider/cluster")
    };
    desired.retain(|one| !goes(one));
    named(desired, "ec2.SecurityGroup/control-plane").spec["ingress"] = json!([]);
    without(&mut named(desired, "ec2.VpcEndpoint/sts").spec["subnets"], subnet);
    for one in desired.iter_mut().filter(|one| one.address.kind() == "ec2.RouteTable") {
        without(&mut one.spec["subnets"], subnet);
        if one.address.name() != "public" {
            one.spec["routes"] = json!({});
        }
    }
}

/// Takes a reference out of a list.
fn without(list: &mut Value, address: &Address) {
    let gone = serde_json::to_value(Reference::to(address, "id")).expect("JSON");
    list.as_array_mut().expect("a list").retain(|other| *other != gone);
}

fn internet_gateway() -> Vec<Edit> {
    const KIND: &str = "ec2.InternetGateway";
    vec![
        // Detached, with no public address left that is mapped.
        edit(KIND, "vpc", |desired, _| {
            let subnet = at("ec2.Subnet/public-eu-west-1a");
            leave(desired, &subnet);
            desired.retain(|one| one.address != at("ec2.RouteTable/public"));
            first(desired, KIND).spec["vpc"] = Value::Null;
        }),
        tags(KIND),
    ]
}

fn egress_only_internet_gateway() -> Vec<Edit> {
    const KIND: &str = "ec2.EgressOnlyInternetGateway";
    vec![
        // No route leads to a gateway of another VPC.
        edit(KIND, "vpc", |desired, _| {
            add(desired, "ec2.Vpc/main", "ec2.Vpc/second", |_| {});
            let routes = &mut named(desired, "ec2.RouteTable/private-eu-west-1a").spec["routes"];
            routes.as_object_mut().expect("a map").remove("::/0");
            first(desired, KIND).spec["vpc"] = reference("ec2.Vpc/second", "id");
        }),
        tags(KIND),
    ]
}

fn elastic_ip() -> Vec<Edit> {
    const KIND: &str = "ec2.ElasticIp";
    vec![tags(KIND)]
}

fn nat_gateway() -> Vec<Edit> {
    const KIND: &str = "ec2.NatGateway";
    vec![
        set(KIND, "subnet", reference("ec2.Subnet/public-eu-west-1b", "id")),
        edit(KIND, "allocation", |desired, _| {
            add(desired, "ec2.ElasticIp/nat-eu-west-1a", "ec2.ElasticIp/second", |_| {});
            first(desired, KIND).spec["allocation"] = reference("ec2.ElasticIp/second", "id");
        }),
        edit(KIND, "connectivity_type", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["connectivity_type"] = "private".into();
            spec["allocation"] = Value::Null;
        }),
        tags(KIND),
    ]
}

fn route_table() -> Vec<Edit> {
    const KIND: &str = "ec2.RouteTable";
    vec![
        edit(KIND, "vpc", |desired, _| {
            add(desired, "ec2.Vpc/main", "ec2.Vpc/second", |_| {});
            desired.retain(|one| !matches!(one.address.kind(), "eks.Nodegroup" | "eks.FargateProfile"));
            let address = first(desired, KIND).address.clone();
            without(&mut named(desired, "ec2.VpcEndpoint/s3").spec["route_tables"], &address);
            let spec = &mut first(desired, KIND).spec;
            spec["vpc"] = reference("ec2.Vpc/second", "id");
            spec["subnets"] = json!([]);
            spec["routes"] = json!({});
            desired.retain(|one| !matches!(one.address.kind(), "ec2.NatGateway" | "ec2.ElasticIp"));
            for one in desired
                .iter_mut()
                .filter(|one| one.address.name().starts_with("private-eu") && one.address.kind() == KIND)
            {
                one.spec["routes"] = json!({});
            }
        }),
        edit(KIND, "routes", |desired, _| {
            let nat = json!({ "nat_gateway": reference("ec2.NatGateway/eu-west-1a", "id") });
            named(desired, "ec2.RouteTable/private-eu-west-1a").spec["routes"]["203.0.113.0/24"] = nat.clone();
            let first = first(desired, KIND);
            if first.address.name() == "public" {
                first.spec["routes"]["198.51.100.0/24"] =
                    json!({ "internet_gateway": reference("ec2.InternetGateway/main", "id") });
            } else {
                first.spec["routes"]["198.51.100.0/24"] = nat;
            }
        }),
        edit(KIND, "subnets", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["subnets"].as_array_mut().expect("a list").pop();
        }),
        tags(KIND),
    ]
}

fn security_group() -> Vec<Edit> {
    const KIND: &str = "ec2.SecurityGroup";
    let group = |address: &str| json!({ "group": reference(address, "id") });
    let app = group("ec2.SecurityGroup/app");
    vec![
        // The other one's rules follow.
        set(KIND, "description", "Something else.".into()),
        // Rules name groups of the same VPC only.
        edit(KIND, "vpc", |desired, _| {
            add(desired, "ec2.Vpc/main", "ec2.Vpc/second", |_| {});
            let spec = &mut first(desired, KIND).spec;
            spec["vpc"] = reference("ec2.Vpc/second", "id");
            spec["ingress"].as_array_mut().expect("a list").remove(1);
            let data = &mut named(desired, "ec2.SecurityGroup/data").spec;
            (data["ingress"], data["egress"]) = (json!([]), json!([]));
        }),
        // A rule with another port, one with another description, one less and one more.
        edit(KIND, "ingress", move |desired, _| {
            let rules = first(desired, KIND).spec["ingress"].as_array_mut().expect("a list");
            (rules[0]["description"], rules[1]["from_port"]) = ("".into(), 80.into());
            rules.remove(2);
            rules.push(rule("udp", Some(53), app.clone(), "names"));
            rules.push(rule("tcp", Some(22), group("ec2.SecurityGroup/control-plane"), ""));
        }),
        edit(KIND, "egress", |desired, _| {
            let list = json!({ "prefix_list": "pl-6da54004" });
            first(desired, KIND).spec["egress"] =
                json!([rule("6", Some(443), list, ""), rule("50", Some(1), json!({ "ipv4": "10.0.0.0/8" }), "")]);
        }),
        tags(KIND),
    ]
}

fn vpc_endpoint() -> Vec<Edit> {
    const KIND: &str = "ec2.VpcEndpoint";
    const S3: &str = "ec2.VpcEndpoint/s3";
    let of_s3 = |edit: Edit| Edit { of: Some(S3), ..edit };
    vec![
        // AWS chooses the group.
        edit(KIND, "vpc", |desired, _| {
            add(desired, "ec2.Vpc/main", "ec2.Vpc/second", |_| {});
            let spec = &mut first(desired, KIND).spec;
            spec["vpc"] = reference("ec2.Vpc/second", "id");
            (spec["subnets"], spec["security_groups"]) = (json!([]), json!([]));
        }),
        set(KIND, "service_name", "com.amazonaws.eu-west-1.ec2".into()),
        of_s3(edit(KIND, "endpoint_type", |desired, _| {
            let spec = &mut named(desired, S3).spec;
            (spec["endpoint_type"], spec["route_tables"]) = ("Interface".into(), json!([]));
            spec["security_groups"] = json!([reference("ec2.SecurityGroup/app", "id")]);
        })),
        edit(KIND, "subnets", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["subnets"].as_array_mut().expect("a list").pop();
        }),
        set(
            KIND,
            "security_groups",
            json!([reference("ec2.SecurityGroup/app", "id"), reference("eks.Cluster/life", "security_group")]),
        ),
        of_s3(edit(KIND, "route_tables", |desired, _| {
            let tables =
                ["public", "private-eu-west-1a"].map(|name| reference(&format!("ec2.RouteTable/{name}"), "id"));
            named(desired, S3).spec["route_tables"] = tables.to_vec().into();
        })),
        set(
            KIND,
            "policy",
            json!({ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": ["sts:*"], "Resource": ["*"] }] }),
        ),
        set(KIND, "private_dns_enabled", false.into()),
        // The subnets of the base have no IPv6.
        edit(KIND, "ip_address_type", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            (spec["ip_address_type"], spec["subnets"]) = ("dualstack".into(), json!([]));
        }),
        tags(KIND),
    ]
}

fn foreign_tags() -> Vec<Edit> {
    const KIND: &str = "ec2.Tags";
    vec![
        // The security group that EKS makes.
        edit(KIND, "resource", |desired, _| {
            first(desired, KIND).spec["resource"] = reference("eks.Cluster/life", "security_group");
        }),
        edit(KIND, "tags", |desired, _| {
            first(desired, KIND).spec["tags"] = json!({ "karpenter.sh/discovery": "another", "added": "yes" });
        }),
    ]
}

fn role() -> Vec<Edit> {
    const KIND: &str = "iam.Role";
    let policy = |service: &str| {
        let statement = json!({ "Effect": "Allow", "Principal": { "Service": [service, "eks.amazonaws.com", "ec2.amazonaws.com"] }, "Action": "sts:AssumeRole" });
        serde_json::to_value(PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] })))
            .expect("JSON")
    };
    let allowed = |action: &str| {
        let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
        serde_json::to_value(PolicyDocument::new(json!({ "Version": "2012-10-17", "Statement": [statement] })))
            .expect("JSON")
    };
    vec![
        set(KIND, "name", "another-name".into()),
        set(KIND, "path", "/eksctl-rs/life.eu-west-1/deeper/".into()),
        set(KIND, "assume_role_policy", policy("ssm.amazonaws.com")),
        set(KIND, "description", "Something else.".into()),
        set(KIND, "max_session_duration", 7200.into()),
        set(KIND, "permissions_boundary", "arn:aws:iam::aws:policy/PowerUserAccess".into()),
        edit(KIND, "managed_policies", |desired, _| {
            let policies = first(desired, KIND).spec["managed_policies"].as_array_mut().expect("a list");
            policies.push(json!({ "$id": "arn:aws:iam::aws:policy/ReadOnlyAccess" }));
            policies.retain(|arn| !arn.to_string().contains("AmazonEKSVPCResourceController"));
        }),
        set(KIND, "inline_policies", json!({ "one": allowed("s3:Get*"), "two": allowed("s3:List*") })),
        tags(KIND),
    ]
}

fn policy() -> Vec<Edit> {
    const KIND: &str = "iam.Policy";
    let document = PolicyDocument::new(json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "ecr:*", "Resource": "*" }]
    }));
    vec![
        set(KIND, "name", "another-name".into()),
        set(KIND, "path", "/eksctl-rs/life.eu-west-1/deeper/".into()),
        set(KIND, "description", "Something else.".into()),
        set(KIND, "document", serde_json::to_value(document).expect("JSON")),
        tags(KIND),
    ]
}

fn group() -> Vec<Edit> {
    const KIND: &str = "iam.Group";
    let document = PolicyDocument::new(json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "ecr:*", "Resource": "*" }]
    }));
    vec![
        set(KIND, "name", "another-name".into()),
        set(KIND, "path", "/eksctl-rs/life.eu-west-1/pushers/deeper/".into()),
        set(KIND, "managed_policies", json!([reference("iam.Policy/pull", "arn")])),
        set(KIND, "inline_policies", json!({ "one": document })),
        set(KIND, "users", json!(["life"])),
    ]
}

fn oidc_provider() -> Vec<Edit> {
    const KIND: &str = "iam.OidcProvider";
    vec![
        set(KIND, "url", "https://gitlab.com".into()),
        set(KIND, "client_ids", json!(["https://gitlab.com", "sigstore"])),
        set(KIND, "thumbprints", json!(["6938fd4d98bab03faadb97b34396831e3780aea1"])),
        tags(KIND),
    ]
}

fn key() -> Vec<Edit> {
    const KIND: &str = "kms.Key";
    vec![
        set(KIND, "alias", "alias/another".into()),
        set(KIND, "description", "Something else.".into()),
        edit(KIND, "policy", |desired, _| {
            let policy = &mut first(desired, KIND).spec["policy"];
            policy["Statement"].as_array_mut().expect("a list").pop();
        }),
        set(KIND, "rotation_period_in_days", 180.into()),
        set(KIND, "multi_region", true.into()),
        // A key that cannot be used cannot encrypt logs.
        edit(KIND, "enabled", |desired, _| {
            first(desired, "logs.LogGroup").spec["kms_key"] = Value::Null;
            first(desired, KIND).spec["enabled"] = false.into();
        }),
        tags(KIND),
    ]
}

fn secret() -> Vec<Edit> {
    const KIND: &str = "secretsmanager.Secret";
    vec![
        set(KIND, "name", "ecr-pullthroughcache/life/other/credential".into()),
        set(KIND, "description", "another description".into()),
        set(KIND, "content", json!({ "username": { "env": "HUB_USER" }, "accessToken": { "env": "OTHER_TOKEN" } })),
        set(KIND, "revision", 2.into()),
        edit(KIND, "kms_key", |desired, _| first(desired, KIND).spec["kms_key"] = reference("kms.Key/main", "arn")),
        set(KIND, "recovery_window_in_days", 30.into()),
        // No stack wants this: it is what somebody else does.
        edit(KIND, "available", |desired, _| {
            first(desired, KIND).spec["available"] = false.into();
            let rule = &mut named(desired, "ecr.PullThroughCacheRule/docker-hub").spec;
            (rule["credential"], rule["tried_with"]) = (Value::Null, Value::Null);
            public(rule);
        }),
        tags(KIND),
    ]
}

/// Lets a rule read a registry that asks for no credentials.
fn public(rule: &mut Value) {
    rule["upstream_registry"] = "quay".into();
    rule["upstream_registry_url"] = "quay.io".into();
}

fn creation_template() -> Vec<Edit> {
    const KIND: &str = "ecr.RepositoryCreationTemplate";
    const HUB: &str = "ecr.RepositoryCreationTemplate/docker-hub";
    fn of_hub(field: &'static str, change: impl Fn(&mut Vec<Desired>, &Snapshot) + 'static) -> Edit {
        Edit { of: Some(HUB), ..edit(KIND, field, change) }
    }
    fn set_hub(field: &'static str, value: Value) -> Edit {
        of_hub(field, move |desired, _| named(desired, HUB).spec[field] = value.clone())
    }
    let statement = json!({ "Effect": "Allow", "Principal": { "AWS": "444455556666" }, "Action": "ecr:BatchGetImage" });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
    let keep = json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 30 });
    let rule = json!({ "rulePriority": 1, "selection": keep, "action": { "type": "expire" } });
    vec![
        set_hub("description", "other images".into()),
        // Without a rule to vouch for.
        of_hub("vouches", |desired, _| {
            named(desired, HUB).spec["vouches"] = false.into();
            desired.retain(|one| one.address != at("ecr.PullThroughCacheRule/docker-hub"));
        }),
        set_hub("applied_for", json!(["PULL_THROUGH_CACHE", "REPLICATION"])),
        set_hub("encryption_type", "KMS".into()),
        of_hub("kms_key", |desired, _| {
            let spec = &mut named(desired, HUB).spec;
            spec["encryption_type"] = "KMS".into();
            spec["kms_key"] = reference("kms.Key/main", "arn");
        }),
        set_hub("image_tag_mutability", "IMMUTABLE".into()),
        of_hub("image_tag_mutability_exclusions", |desired, _| {
            let spec = &mut named(desired, HUB).spec;
            spec["image_tag_mutability"] = "MUTABLE_WITH_EXCLUSION".into();
            spec["image_tag_mutability_exclusions"] = json!(["v*"]);
        }),
        set_hub("lifecycle_policy", json!({ "rules": [rule] })),
        set_hub("repository_policy", PolicyDocument::new(policy).value().clone()),
        // Without tags it needs none.
        of_hub("custom_role", |desired, _| {
            let spec = &mut named(desired, HUB).spec;
            spec["custom_role"] = Value::Null;
            spec["resource_tags"] = json!({});
        }),
        set_hub("resource_tags", json!({ "team": "other", "added": "yes" })),
    ]
}

fn pull_through_cache_rule() -> Vec<Edit> {
    const KIND: &str = "ecr.PullThroughCacheRule";
    const HUB: &str = "ecr.PullThroughCacheRule/docker-hub";
    fn of_hub(field: &'static str, change: impl Fn(&mut Vec<Desired>, &Snapshot) + 'static) -> Edit {
        Edit { of: Some(HUB), ..edit(KIND, field, change) }
    }
    vec![
        of_hub("upstream_registry", |desired, _| {
            let rule = &mut named(desired, HUB).spec;
            (rule["credential"], rule["tried_with"]) = (Value::Null, Value::Null);
            public(rule);
        }),
        of_hub("upstream_registry_url", |desired, _| {
            let rule = &mut named(desired, HUB).spec;
            rule["upstream_registry"] = "azure-container-registry".into();
            rule["upstream_registry_url"] = "example.azurecr.io".into();
        }),
        of_hub("upstream_repository_prefix", |desired, _| {
            named(desired, HUB).spec["upstream_repository_prefix"] = "library".into();
        }),
        of_hub("credential", |desired, _| {
            add(desired, "secretsmanager.Secret/docker-hub", "secretsmanager.Secret/other", |spec| {
                spec["name"] = "ecr-pullthroughcache/life/other/credential".into();
            });
            named(desired, HUB).spec["credential"] = reference("secretsmanager.Secret/other", "arn");
            named(desired, HUB).spec["tried_with"] = reference("secretsmanager.Secret/other", "version");
        }),
        // It is tried again when the value changes.
        of_hub("tried_with", |desired, _| first(desired, "secretsmanager.Secret").spec["revision"] = 2.into()),
        Edit {
            of: Some("ecr.PullThroughCacheRule/hub-account"),
            ..edit(KIND, "custom_role", |desired, _| {
                named(desired, "ecr.PullThroughCacheRule/hub-account").spec["custom_role"] =
                    reference("iam.Role/cluster", "arn");
            })
        },
    ]
}

fn log_group() -> Vec<Edit> {
    const KIND: &str = "logs.LogGroup";
    vec![
        set(KIND, "log_group_class", "INFREQUENT_ACCESS".into()),
        set(KIND, "retention_in_days", Value::Null),
        set(KIND, "kms_key", Value::Null),
        set(KIND, "deletion_protection", true.into()),
        tags(KIND),
    ]
}

fn repository() -> Vec<Edit> {
    const KIND: &str = "ecr.Repository";
    let with_key = |desired: &mut Vec<Desired>| {
        let spec = &mut first(desired, KIND).spec;
        spec["encryption_type"] = "KMS".into();
        spec["kms_key"] = reference("kms.Key/main", "arn");
    };
    vec![
        set(KIND, "name", "team/other".into()),
        set(KIND, "image_tag_mutability", "MUTABLE".into()),
        edit(KIND, "image_tag_mutability_exclusions", |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            spec["image_tag_mutability"] = "IMMUTABLE_WITH_EXCLUSION".into();
            spec["image_tag_mutability_exclusions"] = json!(["dev-*", "latest"]);
        }),
        // With enhanced scanning, which the base has, repositories have no say.
        edit(KIND, "scan_on_push", |desired, _| {
            first(desired, "ecr.RegistryScanning").spec = json!({ "scan_type": "BASIC", "rules": {} });
            first(desired, KIND).spec["scan_on_push"] = true.into();
        }),
        edit(KIND, "encryption_type", move |desired, _| with_key(desired)),
        edit(KIND, "kms_key", move |desired, _| with_key(desired)),
        set(KIND, "lifecycle_policy", Value::Null),
        set(KIND, "repository_policy", Value::Null),
        tags(KIND),
    ]
}

fn registry() -> Vec<Edit> {
    const SCANNING: &str = "ecr.RegistryScanning";
    vec![
        edit(SCANNING, "scan_type", |desired, _| {
            first(desired, SCANNING).spec = json!({ "scan_type": "BASIC", "rules": { "SCAN_ON_PUSH": ["*"] } });
        }),
        set(SCANNING, "rules", json!({ "CONTINUOUS_SCAN": ["prod/*", "base"], "SCAN_ON_PUSH": ["*"] })),
        set("ecr.RegistryReplication", "rules", {
            let to = |region: &str| json!({ "region": region, "account": "111122223333" });
            json!([
                { "destinations": [to("eu-west-2")], "prefixes": [] },
                { "destinations": [to("eu-west-3"), to("us-east-1")], "prefixes": ["prod/"] },
            ])
        }),
    ]
}

fn flow_log() -> Vec<Edit> {
    const KIND: &str = "ec2.FlowLog";
    // Files come from AWS itself, without a role of ours.
    let to_s3 = |spec: &mut Value| {
        spec["destination_type"] = "s3".into();
        spec["destination"] = json!({ "$id": "arn:aws:s3:::life-flow-logs" });
        spec["deliver_logs_role"] = Value::Null;
    };
    vec![
        set(KIND, "resource", reference("ec2.Subnet/public-eu-west-1a", "id")),
        set(KIND, "traffic_type", "REJECT".into()),
        edit(KIND, "destination_type", move |desired, _| to_s3(&mut first(desired, KIND).spec)),
        edit(KIND, "destination", |desired, _| {
            add(desired, "logs.LogGroup/flow-log", "logs.LogGroup/second", |spec| spec["name"] = "/life/second".into());
            first(desired, KIND).spec["destination"] = reference("logs.LogGroup/second", "arn");
        }),
        edit(KIND, "deliver_logs_role", |desired, _| {
            add(desired, "iam.Role/flow-log", "iam.Role/second", |spec| spec["name"] = "second".into());
            first(desired, KIND).spec["deliver_logs_role"] = reference("iam.Role/second", "arn");
        }),
        set(KIND, "log_format", "${srcaddr} ${dstaddr} ${action}".into()),
        set(KIND, "max_aggregation_interval", 60.into()),
        edit(KIND, "destination_options", move |desired, _| {
            let spec = &mut first(desired, KIND).spec;
            to_s3(spec);
            spec["destination_options"] =
                json!({ "file_format": "parquet", "hive_compatible_partitions": true, "per_hour_partition": false });
        }),
        tags(KIND),
    ]
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

fn launch_template() -> Vec<Edit> {
    const KIND: &str = "ec2.LaunchTemplate";
    let own_group = || json!([reference("eks.Cluster/life", "security_group")]);
    let tags_of = |field: &'static str| set(KIND, field, json!({ "Name": "another", "added": "yes" }));
    vec![
        set(KIND, "name", "life/another".into()),
        // An image of one's own joins the cluster by its user data, and the group knows no versions of it.
        edit(KIND, "image_id", |desired, _| {
            let template = &mut first(desired, KIND).spec;
            template["image_id"] = "ami-0123456789abcdef0".into();
            template["user_data"] = "#!/bin/sh\n/opt/join\n".into();
            let group = &mut first(desired, "eks.Nodegroup").spec;
            group["ami_type"] = "CUSTOM".into();
            group["version"] = Value::Null;
        }),
        set(KIND, "key_name", "ops".into()),
        set(KIND, "security_groups", own_group()),
        edit(KIND, "block_devices", |desired, snapshot| {
            let key = snapshot.at(&at("kms.Key/main"))[0].outputs["arn"].clone();
            let devices = &mut first(desired, KIND).spec["block_devices"];
            devices["/dev/xvda"]["volume_size"] = 120.into();
            devices["/dev/xvda"]["iops"] = 4000.into();
            devices["/dev/xvda"]["throughput"] = 250.into();
            devices["/dev/xvda"]["kms_key"] = json!({ "$id": key });
            let mut scratch = devices["/dev/xvda"].clone();
            scratch["snapshot_id"] = "snap-0123456789abcdef0".into();
            scratch["volume_initialization_rate"] = 200.into();
            scratch["encrypted"] = false.into();
            scratch["kms_key"] = Value::Null;
            scratch["delete_on_termination"] = false.into();
            devices["/dev/xvdc"] = scratch;
        }),
        set(
            KIND,
            "metadata_options",
            json!({
                "http_tokens": "optional",
                "http_put_response_hop_limit": 1,
                "http_endpoint": "enabled",
                "http_protocol_ipv6": "enabled",
                "instance_metadata_tags": "enabled",
            }),
        ),
        set(KIND, "detailed_monitoring", true.into()),
        set(KIND, "ebs_optimized", true.into()),
        set(KIND, "enclave", true.into()),
        set(
            KIND,
            "cpu_options",
            json!({
                "core_count": 2, "threads_per_core": 1, "amd_sev_snp": "disabled", "nested_virtualization": "disabled",
            }),
        ),
        set(
            KIND,
            "placement",
            json!({
                "group_name": "parts",
                "group_id": null,
                "partition_number": 2,
                "tenancy": "default",
                "host_id": null,
                "host_resource_group_arn": null,
                "affinity": "default",
            }),
        ),
        set(
            KIND,
            "capacity_reservation",
            json!({ "preference": null, "id": "cr-0123456789abcdef0", "resource_group_arn": null }),
        ),
        edit(KIND, "market_type", |desired, _| {
            let template = &mut first(desired, KIND).spec;
            template["market_type"] = "capacity-block".into();
            template["capacity_reservation"] =
                json!({ "preference": null, "id": "cr-0123456789abcdef0", "resource_group_arn": null });
            first(desired, "eks.Nodegroup").spec["capacity_type"] = "CAPACITY_BLOCK".into();
        }),
        set(
            KIND,
            "network_interfaces",
            json!([{
                "device_index": 0,
                "network_card_index": 0,
                "interface_type": "efa",
                "associate_public_ip_address": false,
                "delete_on_termination": true,
                "security_groups": own_group(),
            }]),
        ),
        edit(KIND, "user_data", |desired, _| {
            let config = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n--//\n\
                Content-Type: application/node.eks.aws\n\nkind: NodeConfig\nspec: {cluster: {apiServerEndpoint: ";
            let text = Text::from(config).then_of(&at("eks.Cluster/life"), "endpoint").then("}}\n--//--\n");
            first(desired, KIND).spec["user_data"] = text.to_value();
        }),
        tags_of("instance_tags"),
        tags_of("volume_tags"),
        tags_of("network_interface_tags"),
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
