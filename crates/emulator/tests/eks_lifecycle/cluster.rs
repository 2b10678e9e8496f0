//! Clusters come and go.

use serde_json::{Value, json};

use crate::account::{CLUSTER_GONE, NODES_GONE};
use crate::aws::{ACCOUNT, REGION};
use crate::eks::{Account, CLUSTER_MADE, NODES_JOINED, pass, text};

/// The fewest seconds that a cluster takes.
const NOT_YET: u64 = 444;

#[tokio::test(start_paused = true)]
async fn a_cluster_is_there_at_once_and_ready_later() {
    let account = Account::known().await;
    let made = account.ok("CreateCluster", json!({ "tags": { "stack": "dev" } }))["cluster"].clone();
    assert_eq!(made["status"], "CREATING");
    assert_eq!(made["arn"], format!("arn:aws:eks:{REGION}:{ACCOUNT}:cluster/dev"));
    assert_eq!(made["tags"], json!({ "stack": "dev" }));
    pass(NOT_YET).await;
    let early = account.cluster("dev");
    assert_eq!(early["status"], "CREATING");
    for absent in [&early["endpoint"], &early["identity"], &early["certificateAuthority"]["data"]] {
        assert_eq!(*absent, Value::Null);
    }
    assert_eq!(early["resourcesVpcConfig"]["clusterSecurityGroupId"], Value::Null);
    assert_eq!(account.interfaces("Amazon EKS dev"), [""; 0]);
    pass(CLUSTER_MADE - NOT_YET).await;
    let cluster = account.cluster("dev");
    assert_eq!(cluster["status"], "ACTIVE");
    let endpoint = text(&cluster["endpoint"]);
    assert!(endpoint.starts_with("https://") && endpoint.ends_with(".gr7.eu-west-1.eks.amazonaws.com"), "{endpoint}");
    let id = endpoint.trim_start_matches("https://").split('.').next().expect("an id").to_owned();
    assert_eq!(cluster["identity"]["oidc"]["issuer"], format!("https://oidc.eks.eu-west-1.amazonaws.com/id/{id}"));
    assert!(text(&cluster["certificateAuthority"]["data"]).len() > 64);
    assert_eq!(cluster["createdAt"], made["createdAt"]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_asked_for_is_the_default() {
    let account = Account::with_cluster(json!({})).await;
    let cluster = account.cluster("dev");
    assert_eq!(cluster["version"], "1.35");
    assert_eq!(cluster["platformVersion"], "eks.13");
    assert_eq!(cluster["accessConfig"], json!({ "authenticationMode": "CONFIG_MAP" }), "no word of the bootstrap");
    assert_eq!(cluster["upgradePolicy"]["supportType"], "EXTENDED");
    assert_eq!(cluster["deletionProtection"], false);
    assert_eq!(cluster["encryptionConfig"], Value::Null);
    assert_eq!(cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"], "172.20.0.0/16", "the VPC is in 10.0.0.0/8");
    assert_eq!(cluster["kubernetesNetworkConfig"]["ipFamily"], "ipv4");
    let network = &cluster["resourcesVpcConfig"];
    assert_eq!(network["vpcId"], account.net.id("vpc"));
    assert_eq!(network["publicAccessCidrs"], json!(["0.0.0.0/0"]));
    assert_eq!((&network["endpointPublicAccess"], &network["endpointPrivateAccess"]), (&json!(true), &json!(false)));
    let types = json!(["api", "audit", "authenticator", "controllerManager", "scheduler"]);
    assert_eq!(cluster["logging"]["clusterLogging"], json!([{ "types": types, "enabled": false }]));
    assert_eq!(cluster["health"]["issues"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn everything_is_read_back_as_it_was_written() {
    let account = Account::known().await;
    let encryption = json!([{ "resources": ["secrets"], "provider": { "keyArn": account.net.id("key") } }]);
    let remote = json!({
        "remoteNodeNetworks": [{ "cidrs": ["10.80.0.0/16"] }],
        "remotePodNetworks": [{ "cidrs": ["10.81.0.0/16"] }],
    });
    let written = json!({
        "version": "1.34",
        "roleArn": account.net.filled_in("{role}auto"),
        "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" },
        "bootstrapSelfManagedAddons": false,
        "computeConfig": {
            "enabled": true,
            "nodePools": ["general-purpose", "system"],
            "nodeRoleArn": account.net.filled_in("{role}node"),
        },
        "controlPlaneScalingConfig": { "tier": "tier-xl" },
        "deletionProtection": true,
        "encryptionConfig": encryption,
        "kubeApiServerConfig": { "eventTtl": "30m", "serviceNodePortRange": { "minPort": 30100, "maxPort": 30200 } },
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": "192.168.128.0/20",
            "ipFamily": "ipv4",
            "elasticLoadBalancing": { "enabled": true },
        },
        "logging": { "clusterLogging": [
            { "types": ["api", "scheduler"], "enabled": true },
            { "types": ["audit", "authenticator", "controllerManager"], "enabled": false },
        ] },
        "remoteNetworkConfig": remote,
        "storageConfig": { "blockStorage": { "enabled": true } },
        "tags": { "a": "b" },
        "upgradePolicy": { "supportType": "STANDARD" },
        "zonalShiftConfig": { "enabled": true },
    });
    let made = account.ok("CreateCluster", written.clone())["cluster"].clone();
    assert_eq!(made["accessConfig"]["bootstrapClusterCreatorAdminPermissions"], true);
    pass(CLUSTER_MADE).await;
    let read = account.cluster("dev");
    assert_eq!(read["status"], "ACTIVE");
    for (name, value) in written.as_object().expect("fields").iter().filter(|(name, _)| !name.starts_with("bootstrap"))
    {
        assert_eq!(read[name], *value, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_ready_cluster_has_a_group_and_two_interfaces() {
    let account =
        Account::with_cluster(json!({ "resourcesVpcConfig": { "subnetIds": ["{a}", "{a2}", "{b}", "{c}"] } })).await;
    let subnets = account.interfaces("Amazon EKS dev");
    assert_eq!(subnets.len(), 2);
    assert!(subnets != account.ids(&["a", "a2"]), "in two zones");
    let id = text(&account.cluster("dev")["resourcesVpcConfig"]["clusterSecurityGroupId"]);
    let group = account.net.ok("DescribeSecurityGroups", &format!("GroupId.1={id}"));
    assert!(group.contains("<groupName>eks-cluster-sg-dev-"), "{group}");
    for tag in ["aws:eks:cluster-name", "kubernetes.io/cluster/dev"] {
        assert!(group.contains(&format!("<key>{tag}</key>")), "{group}");
    }
    let interfaces = account.net.ok("DescribeNetworkInterfaces", "");
    assert_eq!(interfaces.matches(&id).count(), 2);
    assert_eq!(account.net.refused("DeleteVpc", "VpcId={vpc}"), "DependencyViolation");
    assert_eq!(account.net.refused("DeleteSubnet", &format!("SubnetId={}", subnets[0])), "DependencyViolation");
}

#[tokio::test(start_paused = true)]
async fn the_first_cluster_brings_a_role_of_the_service() {
    let account = Account::known().await;
    let roles = |account: &Account| account.iam("ListRoles", &[("PathPrefix", "/aws-service-role/")]);
    assert!(!roles(&account).contains("AWSServiceRoleForAmazonEKS"));
    account.ok("CreateCluster", json!({}));
    assert!(roles(&account).contains("<RoleName>AWSServiceRoleForAmazonEKS</RoleName>"));
    account.ok("CreateCluster", json!({ "name": "another" }));
}

#[tokio::test(start_paused = true)]
async fn roles_are_known_to_eks_only_after_a_while() {
    let account = Account::new();
    let refused = account.refused("CreateCluster", json!({}));
    assert!(refused.starts_with("InvalidParameterException Role with arn: "), "{refused}");
    pass(31).await;
    account.ok("CreateCluster", json!({}));
    pass(CLUSTER_MADE).await;
    account.role("late", "ec2", r#""sts:AssumeRole""#, &[]);
    let refused = account.refused("CreateNodegroup", json!({ "nodeRole": "{role}late" }));
    assert!(
        refused.contains("The role with name late cannot be found. (Service: AmazonIdentityManagement"),
        "{refused}"
    );
    pass(31).await;
    account.ok("CreateNodegroup", json!({ "nodeRole": "{role}late" }));
}

#[tokio::test(start_paused = true)]
async fn a_cluster_fails_whose_subnets_go_meanwhile() {
    let mut account = Account::known().await;
    account.subnet("f", "10.0.5.0/24", 'a');
    let network = json!({ "subnetIds": ["{f}", "{b}"] });
    account.ok("CreateCluster", json!({ "resourcesVpcConfig": network, "deletionProtection": true }));
    account.net.ok("DeleteSubnet", "SubnetId={f}");
    pass(CLUSTER_MADE).await;
    let cluster = account.cluster("dev");
    assert_eq!(cluster["status"], "FAILED");
    assert_eq!(cluster["health"]["issues"][0]["code"], "Ec2SubnetNotFound");
    assert_eq!(cluster["health"]["issues"][0]["resourceIds"], json!([account.net.id("f")]));
    assert_eq!(account.interfaces("Amazon EKS dev"), [""; 0]);
    // Its protection is for active clusters only: it could not be switched off.
    account.ok("DeleteCluster", json!({}));
    pass(CLUSTER_GONE).await;
    assert!(account.refused("DescribeCluster", json!({})).starts_with("ResourceNotFoundException"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_a_cluster() {
    let account = Account::known().await;
    let before = account.net.everything();
    account.ok("CreateCluster", json!({}));
    pass(CLUSTER_MADE).await;
    account.ok("CreateNodegroup", json!({ "remoteAccess": { "ec2SshKey": "key" } }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    assert_ne!(account.net.everything(), before);
    account.ok("DeleteNodegroup", json!({}));
    assert!(account.refused("DeleteCluster", json!({})).starts_with("ResourceInUseException"));
    pass(NODES_GONE).await;
    let deleted = account.ok("DeleteCluster", json!({}))["cluster"].clone();
    assert_eq!(deleted["status"], "DELETING");
    assert_eq!(account.interfaces("Amazon EKS dev").len(), 2, "it still goes");
    pass(CLUSTER_GONE).await;
    assert!(account.refused("DescribeCluster", json!({})).starts_with("ResourceNotFoundException"));
    // Instances that are terminated can be seen for an hour.
    pass(3600).await;
    assert_eq!(account.net.everything(), before);
    assert!(!account.iam("ListInstanceProfiles", &[]).contains("eks-"));
    // The name is free, and what it names is another one.
    let again = account.ok("CreateCluster", json!({}))["cluster"].clone();
    assert_ne!(again["createdAt"], deleted["createdAt"]);
    pass(CLUSTER_MADE).await;
    assert_ne!(account.cluster("dev")["endpoint"], deleted["endpoint"]);
}

#[tokio::test(start_paused = true)]
async fn a_protected_cluster_goes_once_it_is_not_protected() {
    let account = Account::with_cluster(json!({ "deletionProtection": true })).await;
    assert!(account.refused("DeleteCluster", json!({})).starts_with("InvalidRequestException"));
    account.ok("UpdateClusterConfig", json!({ "deletionProtection": false }));
    pass(181).await;
    account.ok("DeleteCluster", json!({}));
}

#[test]
fn with_an_instant_clock_everything_is_complete_at_once() {
    let account = Account::instant();
    account.ok("CreateCluster", json!({}));
    assert_eq!(account.cluster("dev")["status"], "ACTIVE");
    account.ok("CreateNodegroup", json!({}));
    assert_eq!(account.health("nodes"), "ACTIVE []");
    account.ok("UpdateClusterVersion", json!({ "version": "1.36" }));
    account.ok("UpdateNodegroupVersion", json!({}));
    assert_eq!(account.nodegroup("nodes")["version"], "1.36");
    account.ok("DeleteNodegroup", json!({}));
    account.ok("DeleteCluster", json!({}));
    assert_eq!(account.ok("ListClusters", json!({}))["clusters"], json!([]));
}
