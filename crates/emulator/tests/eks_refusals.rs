//! What EKS refuses, with its own codes. A refused call changes nothing.

mod aws;
mod eks;
mod network;

#[path = "eks_refusals/access_entry.rs"]
mod access_entry;
#[path = "eks_refusals/addon.rs"]
mod addon;
#[path = "eks_refusals/capability.rs"]
mod capability;
#[path = "eks_refusals/cluster.rs"]
mod cluster;
#[path = "eks_refusals/cluster_update.rs"]
mod cluster_update;
#[path = "eks_refusals/fargate.rs"]
mod fargate;
#[path = "eks_refusals/identity_provider.rs"]
mod identity_provider;
#[path = "eks_refusals/launch_template.rs"]
mod launch_template;
#[path = "eks_refusals/nodegroup.rs"]
mod nodegroup;
#[path = "eks_refusals/nodegroup_update.rs"]
mod nodegroup_update;
#[path = "eks_refusals/pod_identity.rs"]
mod pod_identity;
#[path = "eks_refusals/request.rs"]
mod request;

use aws::{ACCOUNT, Aws, REGION, Refused};
use eks::{Account, CLUSTER_MADE, NODES_JOINED, VERSION_UPDATED, pass};
use serde_json::{Value, json};

/// The ARN of a key, as [`Account`] names it.
const KEY: &str = "{key}";

/// An account with a cluster and a node group in each state that stands in the way of something.
///
/// Clusters: `dev` is as usual. `api` has access entries only, a key, and carries its own traffic; `auto` has Auto Mode;
/// `behind` has 1.34 and nodes of 1.33; `guarded` is protected; `old` has 1.31; `tight` is in a subnet with four free
/// addresses; `upgraded` has come from 1.34 to 1.35, with nodes of both. `coming`, `busy`, `going` and `broken` are
/// CREATING, UPDATING, DELETING and FAILED.
///
/// Node groups of `dev`: `nodes` is as usual; `bottle` has Bottlerocket. `coming`, `busy`, `going` and `broken` are
/// CREATING, UPDATING, DELETING and CREATE_FAILED.
async fn account() -> Account {
    let mut account = Account::known().await;
    for (name, number, zone) in [("f", 5, 'a'), ("g", 6, 'b'), ("lone", 7, 'a')] {
        account.subnet(name, &format!("10.0.{number}.0/24"), zone);
    }
    account.subnet("small", "10.0.8.0/28", 'a');
    account.net.ok("ModifySubnetAttribute", "SubnetId={small}&MapPublicIpOnLaunch.Value=true");
    let groups = account.net.all("DescribeSecurityGroups", "Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}", "groupId");
    account.net.name("group", groups.first().expect("a group"));
    make_keys(&mut account);
    make_clusters(&account);
    for name in ["f", "g"] {
        account.net.ok("DeleteSubnet", &format!("SubnetId={{{name}}}"));
    }
    pass(CLUSTER_MADE).await;
    make_nodegroups(&account);
    account.ok("UpdateClusterVersion", json!({ "name": "upgraded", "version": "1.35" }));
    pass(VERSION_UPDATED).await;
    account.ok("CreateNodegroup", json!({ "clusterName": "upgraded", "nodegroupName": "new" }));
    pass(NODES_JOINED).await;
    begin(&account);
    account
}

/// Keys that a cluster cannot have, by name.
fn make_keys(account: &mut Account) {
    let id = account.net.id("key").rsplit('/').next().expect("an id").to_owned();
    account.net.name("keyid", &id);
    account.key("disabled", json!({}));
    account.key("pending", json!({}));
    account.key("rsa", json!({ "KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT" }));
    account.net.name("rsaalias", &format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/rsa"));
    for (operation, input) in [
        ("DisableKey", json!({ "KeyId": account.net.id("disabled") })),
        ("ScheduleKeyDeletion", json!({ "KeyId": account.net.id("pending") })),
        ("CreateAlias", json!({ "AliasName": "alias/rsa", "TargetKeyId": account.net.id("rsa") })),
    ] {
        aws::granted(operation, account.net.aws.kms(operation, input));
    }
}

fn make_clusters(account: &Account) {
    let both = |names: [&str; 2]| json!({ "subnetIds": names });
    let clusters = json!({
        "api": {
            "accessConfig": { "authenticationMode": "API" },
            "encryptionConfig": [{ "resources": ["secrets"], "provider": { "keyArn": KEY } }],
            "resourcesVpcConfig": { "controlPlaneEgressMode": "CUSTOMER_ROUTED" },
        },
        "auto": {
            "roleArn": "{role}auto",
            "accessConfig": { "authenticationMode": "API" },
            "bootstrapSelfManagedAddons": false,
            "computeConfig": { "enabled": true, "nodePools": ["system"], "nodeRoleArn": "{role}node" },
            "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
            "storageConfig": { "blockStorage": { "enabled": true } },
        },
        "behind": { "version": "1.34" },
        "broken": { "resourcesVpcConfig": both(["{f}", "{g}"]) },
        "busy": {},
        "dev": {},
        "going": {},
        "guarded": { "deletionProtection": true },
        "old": { "version": "1.31" },
        "tight": { "resourcesVpcConfig": both(["{small}", "{b}"]) },
        "upgraded": { "version": "1.34" },
    });
    for (name, mut input) in clusters.as_object().expect("clusters").clone() {
        input["name"] = name.into();
        account.ok("CreateCluster", input);
    }
}

fn make_nodegroups(account: &Account) {
    for input in [
        json!({ "labels": { "role": "worker" }, "taints": [{ "key": "gpu", "effect": "NO_SCHEDULE" }] }),
        json!({ "nodegroupName": "bottle", "amiType": "BOTTLEROCKET_x86_64" }),
        json!({ "nodegroupName": "broken", "nodeRole": "{role}bare" }),
        json!({ "nodegroupName": "busy" }),
        json!({ "nodegroupName": "going" }),
        json!({ "nodegroupName": "many", "subnets": ["{small}"], "scalingConfig": size(6, 6, 6) }),
        json!({ "clusterName": "behind", "nodegroupName": "late", "version": "1.33" }),
        json!({ "clusterName": "upgraded", "nodegroupName": "late" }),
    ] {
        account.ok("CreateNodegroup", input);
    }
}

fn size(min: u64, max: u64, desired: u64) -> Value {
    json!({ "minSize": min, "maxSize": max, "desiredSize": desired })
}

/// What is in progress from now on.
fn begin(account: &Account) {
    account.ok("UpdateClusterConfig", json!({ "name": "busy", "deletionProtection": true }));
    account.ok("DeleteCluster", json!({ "name": "going" }));
    account.ok("UpdateNodegroupConfig", json!({ "nodegroupName": "busy", "scalingConfig": { "maxSize": 5 } }));
    account.ok("DeleteNodegroup", json!({ "nodegroupName": "going" }));
    account.ok("CreateNodegroup", json!({ "nodegroupName": "coming", "clientRequestToken": "once" }));
    account.ok("CreateCluster", json!({ "name": "coming", "clientRequestToken": "once" }));
    account.settle();
}

/// A table of cases, one in a line: `name | call | refusal`.
///
/// A call is an operation and what it has over the usual, in JSON. A refusal is a status, a code, and how the words
/// begin. `words` stand for longer ones.
fn check(account: &Account, table: &str, words: &[(&str, &str)]) {
    let common = [
        ("$NONE", "404 ResourceNotFoundException"),
        ("$PARAMETER", "400 InvalidParameterException"),
        ("$REQUEST", "400 InvalidRequestException"),
        ("$USE", "409 ResourceInUseException"),
    ];
    let spell = |text: &str| {
        let all = words.iter().chain(&common);
        let spelled = all.fold(text.trim().to_owned(), |text, (short, long)| text.replace(short, long));
        account.net.filled_in(&spelled)
    };
    let before = account.net.aws.emulator.dump();
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [name, call, refusal] = line.split(" | ").map(spell).collect::<Vec<_>>().try_into().expect("three parts");
        let (operation, input) = call.split_once(' ').unwrap_or((&call, "{}"));
        let input: Value = serde_json::from_str(input).map_err(|error| format!("{name}: {error}")).expect("JSON");
        let aws = Aws { emulator: account.net.aws.emulator.fork(), ..account.net.aws.clone() };
        let answer = match account.call_on(&aws, operation, input) {
            Ok(_) => "granted".to_owned(),
            Err(Refused { status, code, message }) => format!("{status} {code} {message}"),
        };
        if !answer.starts_with(&refusal) {
            wrong.push(format!("{name}: {answer}"));
        }
        if aws.emulator.dump() != before {
            wrong.push(format!("{name}: something changed"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
