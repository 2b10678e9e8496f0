//! Networks and what is in them.

use eksctl_rs_core::{Address, Desired, Reference, Text};
use serde_json::{Value, json};

use super::{Edit, add, edit, first, named, reference, set, tags};
use crate::lab::at;
use crate::security_groups::rule;

pub(super) fn edits() -> Vec<Edit> {
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
        flow_log(),
        launch_template(),
    ]
    .into_iter()
    .flatten()
    .collect()
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
pub(super) fn give_ipv6(desired: &mut [Desired], first: u8) {
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
