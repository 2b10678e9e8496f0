//! Security groups: those of the base, and the life that their rules have of their own.

use aws_sdk_ec2::types::{IpPermission, IpRange};
use eksctl_rs_core::{Action, Desired, Graph, Origin, Outcome, Reference};
use serde_json::{Value, json};

use crate::lab::{self, at};
use crate::{base, outline};

/// Two groups that name each other, and one that the cluster has and that names the cluster's own.
pub(crate) fn add(desired: &mut Vec<Desired>) {
    let vpc = Reference::to(&at("ec2.Vpc/main"), "id");
    let everywhere = json!([rule("-1", None, json!({ "ipv4": "0.0.0.0/0" }), "")]);
    let group = |name: &str, ingress: Value, egress: Value| Desired {
        address: at(&format!("ec2.SecurityGroup/{name}")),
        spec: json!({
            "name": name, "description": format!("For {name}."), "vpc": vpc, "ingress": ingress, "egress": egress,
            "tags": { "Name": name },
        }),
    };
    let of = |name: &str| json!({ "group": Reference::to(&at(&format!("ec2.SecurityGroup/{name}")), "id") });
    let cluster = json!({ "group": Reference::to(&at("eks.Cluster/life"), "security_group") });
    let app = json!([
        rule("-1", None, of("app"), "each other"),
        rule("tcp", Some(443), of("data"), ""),
        rule("tcp", Some(8080), json!({ "ipv4": "10.0.7.9/16" }), "from within"),
        rule("icmpv6", None, json!({ "ipv6": "2001:DB8::/32" }), ""),
    ]);
    let described = json!([rule("all", None, json!({ "ipv4": "0.0.0.0/0" }), "to everywhere")]);
    desired.extend([
        group("app", app, described),
        group("data", json!([rule("tcp", Some(5432), of("app"), "")]), json!([rule("tcp", Some(443), of("app"), "")])),
        group("control-plane", json!([rule("tcp", Some(443), cluster, "nodes")]), everywhere),
    ]);
    let group = Reference::to(&at("ec2.SecurityGroup/control-plane"), "id");
    let cluster = desired.iter_mut().find(|desired| desired.address.kind() == "eks.Cluster").expect("a cluster");
    cluster.spec["security_groups"] = json!([group]);
}

pub(crate) fn rule(protocol: &str, port: Option<i32>, peer: Value, description: &str) -> Value {
    json!({
        "protocol": protocol, "from_port": port, "to_port": port, "peer": peer, "description": description,
    })
}

#[tokio::test(start_paused = true)]
async fn rules_that_somebody_changed_are_repaired() {
    let base = base().await;
    let (ec2, address) = (lab::clients::ec2(&base.lab, &base.open.spec), at("ec2.SecurityGroup/app"));
    let live = &base.snapshot.at(&address)[0];
    let permission = |port: i32, description: &str| {
        let range = IpRange::builder().cidr_ip("10.0.0.0/16").description(description).build();
        IpPermission::builder().ip_protocol("tcp").from_port(port).to_port(port).ip_ranges(range).build()
    };
    let authorize = ec2.authorize_security_group_ingress().group_id(&live.id).ip_permissions(permission(22, "me"));
    authorize.send().await.expect("let in");
    let describe = ec2.update_security_group_rule_descriptions_ingress().group_id(&live.id);
    describe.ip_permissions(permission(8080, "mine")).send().await.expect("described");
    let rule = &live.outputs["rule/egress/-1/all/all/0.0.0.0/0"];
    let revoke = ec2.revoke_security_group_egress().group_id(&live.id).security_group_rule_ids(rule);
    revoke.send().await.expect("not let out");
    let plan = base.plan(&base.desired).await;
    let change = plan.change(&address).expect("a change");
    assert_eq!((change.action, change.origin), (Action::Update, Some(Origin::Drift)));
    assert_eq!(plan.changes.len(), 1, "{:#?}", outline(&plan));
    base.converge(&base.desired, "the rules").await;
}

#[tokio::test(start_paused = true)]
async fn a_group_that_the_cluster_has_is_replaced_beside_it_and_goes_with_the_cluster() {
    let (base, address) = (base().await, at("ec2.SecurityGroup/control-plane"));
    let mut desired = base.desired.clone();
    let group = desired.iter_mut().find(|desired| desired.address == address).expect("the group");
    group.spec["description"] = "Something else.".into();
    let plan = base.plan(&desired).await;
    assert_eq!(plan.change(&address).expect("a change").action, Action::Replace);
    assert_eq!(plan.change(&at("eks.Cluster/life")).expect("a change").action, Action::Update);
    base.converge(&desired, "the group").await;
    let (nothing, snapshot) = (Graph::empty(), base.observe(&Graph::empty()).await);
    let plan = base.open.plan(&snapshot, &nothing).expect("no refusal");
    let report = base.open.run(&plan).await;
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
    // EKS takes its own group along only when no rule names it.
    let ec2 = lab::clients::ec2(&base.lab, &base.open.spec);
    let left = ec2.describe_security_groups().send().await.expect("groups");
    let of_the_stack = left.security_groups().iter().filter(|group| group.group_name() != Some("default"));
    assert_eq!(of_the_stack.count(), 0, "{left:#?}");
}
