//! Node groups whose nodes are launched with a launch template.

use serde_json::{Value, json};

use super::{params, update};
use crate::eks::{Account, NODES_JOINED, VERSION_UPDATED, pass};

/// A cluster `dev` and a launch template `{lt}` with the security group `{own}` and an instance type.
async fn account() -> Account {
    let mut account = Account::with_cluster(json!({})).await;
    account.net.make("own", "CreateSecurityGroup", "GroupName=own&GroupDescription=own&VpcId={vpc}", "groupId");
    let asked = "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m6g.large\
        &LaunchTemplateData.SecurityGroupId.1={own}";
    account.net.make("lt", "CreateLaunchTemplate", asked, "launchTemplateId");
    account
}

async fn with_nodes(input: Value) -> Account {
    let account = account().await;
    account.ok("CreateNodegroup", input);
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    account
}

/// The security groups of all nodes.
fn groups(account: &Account) -> Vec<String> {
    let filter = "Filter.1.Name=tag:eks:nodegroup-name&Filter.1.Value.1=nodes";
    let shown = account.net.ok("DescribeNetworkInterfaces", filter);
    let sets = shown.split("<groupSet>").skip(1).filter_map(|rest| rest.split_once("</groupSet>"));
    sets.flat_map(|(set, _)| crate::aws::all(set, "groupId")).collect()
}

#[tokio::test(start_paused = true)]
async fn nodes_are_launched_as_the_template_says() {
    let account = with_nodes(json!({ "launchTemplate": { "name": "nodes" } })).await;
    let group = account.nodegroup("nodes");
    let template = json!({ "id": account.net.id("lt"), "name": "nodes", "version": "1" });
    assert_eq!(group["launchTemplate"], template);
    assert_eq!(group["amiType"], "AL2023_ARM_64_STANDARD", "as its instance type wants it");
    for member in ["diskSize", "instanceTypes", "remoteAccess"] {
        assert!(group[member].is_null(), "{member} is the template's");
    }
    assert_eq!(groups(&account), [account.net.id("own"), account.net.id("own")]);
    assert_eq!(account.net.refused("DeleteSecurityGroup", "GroupId={own}"), "DependencyViolation");
}

#[tokio::test(start_paused = true)]
async fn a_new_version_replaces_the_nodes() {
    let account = with_nodes(json!({ "launchTemplate": { "id": "{lt}" } })).await;
    let second = "LaunchTemplateId={lt}&LaunchTemplateData.InstanceType=m7g.large";
    account.net.ok("CreateLaunchTemplateVersion", second);
    let template = json!({ "id": "{lt}", "version": "$Latest" });
    let begun = account.ok("UpdateNodegroupVersion", json!({ "launchTemplate": template }))["update"].clone();
    assert_eq!(account.health("nodes"), "UPDATING []");
    assert_eq!(account.nodegroup("nodes")["launchTemplate"]["version"], "1");
    pass(VERSION_UPDATED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    let ended = update(&account, &begun["id"], Some("nodes"));
    assert_eq!(ended["status"], "Successful");
    assert_eq!(params(&ended)["LaunchTemplateName"], "nodes");
    assert_eq!(params(&ended)["LaunchTemplateVersion"], "2");
    assert_eq!(account.nodegroup("nodes")["launchTemplate"]["version"], "2");
    assert_ne!(groups(&account)[0], account.net.id("own"), "the cluster's, where the template has none");
}

#[tokio::test(start_paused = true)]
async fn an_ami_of_ones_own_needs_user_data() {
    let account = account().await;
    let asked = "LaunchTemplateName=custom&LaunchTemplateData.ImageId=ami-12345678&LaunchTemplateData.UserData=IyE=";
    account.net.ok("CreateLaunchTemplate", asked);
    account.ok("CreateNodegroup", json!({ "launchTemplate": { "name": "custom" }, "amiType": "CUSTOM" }));
    pass(NODES_JOINED).await;
    assert_eq!(account.health("nodes"), "ACTIVE []");
    let group = account.nodegroup("nodes");
    assert_eq!((&group["amiType"], &group["releaseVersion"]), (&json!("CUSTOM"), &json!("ami-12345678")));
    assert_eq!(group["instanceTypes"], json!(["t3.medium"]));
}

#[tokio::test(start_paused = true)]
async fn a_template_that_is_deleted_is_missed() {
    let account = with_nodes(json!({ "launchTemplate": { "name": "nodes" } })).await;
    account.net.ok("DeleteLaunchTemplate", "LaunchTemplateName=nodes");
    assert_eq!(account.health("nodes"), "DEGRADED [Ec2LaunchTemplateNotFound]");
    account.ok("DeleteNodegroup", json!({}));
    pass(501).await;
    assert!(account.refused("DescribeNodegroup", json!({})).starts_with("ResourceNotFoundException"));
    account.net.ok("DeleteSecurityGroup", "GroupId={own}");
}
