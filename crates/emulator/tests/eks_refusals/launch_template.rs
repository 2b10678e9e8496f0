//! Node groups with launch templates.

use serde_json::json;

use super::{Account, check, pass};
use crate::eks::NODES_JOINED;

/// Launch templates by name, each with the parameters of its version.
const TEMPLATES: &[(&str, &str)] = &[
    ("plain", "EbsOptimized=true"),
    ("typed", "InstanceType=m5.large"),
    ("custom", "ImageId=ami-12345678"),
    ("subnet", "NetworkInterface.1.SubnetId=subnet-12345678"),
    ("profile", "IamInstanceProfile.Name=nodes"),
    ("shutdown", "InstanceInitiatedShutdownBehavior=stop"),
    ("hibernation", "HibernationOptions.Configured=true"),
    ("spot", "InstanceMarketOptions.MarketType=spot"),
    ("script", "UserData=IyEvYmluL3No"),
    ("nogroup", "SecurityGroupId.1=sg-12345678"),
    ("elsewhere", "SecurityGroupId.1={theirs}"),
];

/// A cluster with the node groups `nodes` without a template, and `plain`, `typed` and `custom` with one.
async fn account() -> Account {
    let mut account = Account::with_cluster(json!({})).await;
    let group = "GroupName=a&GroupDescription=a&VpcId={elsewhere}";
    account.net.make("theirs", "CreateSecurityGroup", group, "groupId");
    for (name, parameters) in TEMPLATES {
        let asked = format!("LaunchTemplateName={name}&LaunchTemplateData.{parameters}");
        account.net.make(name, "CreateLaunchTemplate", &asked, "launchTemplateId");
    }
    for (name, parameters) in &TEMPLATES[..3] {
        account.ok("CreateNodegroup", json!({ "nodegroupName": name, "launchTemplate": { "name": name } }));
        let other = if *name == "custom" { "UserData=IyEvYmluL3No" } else { parameters };
        let version = format!("LaunchTemplateName={name}&LaunchTemplateData.{other}");
        account.net.ok("CreateLaunchTemplateVersion", &version);
    }
    account.net.ok("CreateLaunchTemplateVersion", "LaunchTemplateName=plain&LaunchTemplateData.InstanceType=m5.large");
    account.net.ok("CreateLaunchTemplateVersion", "LaunchTemplateName=plain&LaunchTemplateData.ImageId=ami-12345678");
    account.ok("CreateNodegroup", json!({}));
    pass(NODES_JOINED).await;
    pass(2000).await;
    account.settle();
    account
}

#[tokio::test(start_paused = true)]
async fn groups_that_are_made() {
    let table = r#"
        no name | $NEW"launchTemplate":{"version":"1"}} | $PARAMETER You must specify either the launch template ID or the launch
        two names | $NEW"launchTemplate":{"id":"{plain}","name":"plain"}} | $PARAMETER You must specify either the launch template ID or
        an unknown id | $NEW"launchTemplate":{"id":"lt-12345678"}} | $PARAMETER The launch template ID 'lt-12345678' does not exist
        an unknown name | $NEW"launchTemplate":{"name":"none"}} | $PARAMETER At least one of the launch templates specified in the
        an unknown version | $NEW"launchTemplate":{"name":"plain","version":"9"}} | $PARAMETER Could not find the specified version 9
        a disk | $NEW"diskSize":20,$PLAIN} | $PARAMETER Disk size must be specified within the launch template.
        access | $NEW"remoteAccess":{"ec2SshKey":"k"},$PLAIN} | $PARAMETER Remote access configuration cannot be specified with a
        types in both | $NEW"instanceTypes":["m5.large"],"launchTemplate":{"name":"typed"}} | $PARAMETER Instance types should be
        an AMI type for an AMI | $NEW"amiType":"AL2023_x86_64_STANDARD",$CUSTOM} | $PARAMETER You cannot specify an AMI type other
        an AMI type that does not fit | $NEW"amiType":"AL2023_ARM_64_STANDARD","launchTemplate":{"name":"typed"}} | $PARAMETER [m5.
        CUSTOM without an AMI | $NEW"amiType":"CUSTOM",$PLAIN} | $PARAMETER The AMI type CUSTOM requires a launch template with an AMI
        a version for an AMI | $NEW"version":"1.35",$CUSTOM} | $PARAMETER You cannot specify the field version when using custom AMIs.
        a release for an AMI | $NEW"releaseVersion":"1.35.2-20261101",$CUSTOM} | $PARAMETER You cannot specify the field releaseVer
        a subnet in it | $NEW"launchTemplate":{"name":"subnet"}} | $PARAMETER The launch template {subnet} should not specify a subnet
        a profile in it | $NEW"launchTemplate":{"name":"profile"}} | $PARAMETER The launch template {profile} should not specify an IAM
        a shutdown in it | $NEW"launchTemplate":{"name":"shutdown"}} | $PARAMETER The launch template {shutdown} should not specify a sh
        hibernation in it | $NEW"launchTemplate":{"name":"hibernation"}} | $PARAMETER The launch template {hibernation} should not spec
        spot in it | $NEW"launchTemplate":{"name":"spot"}} | $PARAMETER The launch template {spot} should not specify a request for Spot
        a script in it | $NEW"launchTemplate":{"name":"script"}} | $PARAMETER User data was not in the MIME multipart format.
        no such group in it | $NEW"launchTemplate":{"name":"nogroup"}} | $PARAMETER The security group 'sg-12345678' does not exist
        a group of elsewhere | $NEW"launchTemplate":{"name":"elsewhere"}} | $PARAMETER The security group {theirs} is not in the VPC
        capacity blocks without them | $NEW"capacityType":"CAPACITY_BLOCK",$PLAIN} | $PARAMETER The capacity type CAPACITY_BLOCK
    "#;
    let words = [
        ("$NEW", r#"CreateNodegroup {"nodegroupName":"new","#),
        ("$PLAIN", r#""launchTemplate":{"name":"plain"}"#),
        ("$CUSTOM", r#""launchTemplate":{"name":"custom"}"#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn groups_that_are_updated() {
    let table = r#"
        a template now | UpdateNodegroupVersion {"launchTemplate":{"name":"plain"}} | $PARAMETER Launch template cannot be specified
        another template | $UP"nodegroupName":"plain","launchTemplate":{"name":"script"}} | $PARAMETER The launch template must be the
        the same version | $UP"nodegroupName":"plain","launchTemplate":{"name":"plain","version":"1"}} | $PARAMETER Nodegroup plain is
        an unknown version | $UP"nodegroupName":"plain","launchTemplate":{"id":"{plain}","version":"9"}} | $PARAMETER Could not find the
        types in both | $UP"nodegroupName":"plain","launchTemplate":{"name":"plain","version":"3"}} | $PARAMETER Instance types should
        an AMI all at once | $UP"nodegroupName":"plain","launchTemplate":{"name":"plain","version":"4"}} | $PARAMETER A node group cannot
    "#;
    check(&account().await, table, &[("$UP", "UpdateNodegroupVersion {")]);
}

#[tokio::test(start_paused = true)]
async fn groups_with_an_ami_of_their_own() {
    let account = account().await;
    // Without user data its nodes never join.
    let table = r#"
        it has failed | UpdateNodegroupVersion {"nodegroupName":"custom"} | $REQUEST Nodegroup 'custom' is not in ACTIVE status
    "#;
    check(&account, table, &[]);
    let issues = account.ok("DescribeNodegroup", json!({ "nodegroupName": "custom" }))["nodegroup"]["health"].clone();
    assert_eq!(issues["issues"][0]["code"], "NodeCreationFailure");
    let version = "LaunchTemplateName=custom&LaunchTemplateData.ImageId=ami-12345678&LaunchTemplateData.UserData=IyE=";
    account.net.ok("CreateLaunchTemplateVersion", version);
    let template = json!({ "name": "custom", "version": "$Latest" });
    account.ok("CreateNodegroup", json!({ "nodegroupName": "own", "launchTemplate": template }));
    pass(NODES_JOINED).await;
    account.settle();
    let table = r#"
        a version | UpdateNodegroupVersion {"nodegroupName":"own","version":"1.35"} | $PARAMETER You cannot specify the field version
        a release | UpdateNodegroupVersion {"nodegroupName":"own","releaseVersion":"1"} | $PARAMETER You cannot specify the field releas
        EKS's own | UpdateNodegroupVersion {"nodegroupName":"own","launchTemplate":{"name":"custom","version":"2"}} | $PARAMETER A node
    "#;
    check(&account, table, &[]);
}
