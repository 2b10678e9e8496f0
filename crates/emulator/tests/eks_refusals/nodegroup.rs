//! Creating and deleting node groups.

use super::{account, check};

#[tokio::test(start_paused = true)]
async fn clusters_and_names() {
    let table = r#"
        a cluster that is made | CreateNodegroup {"clusterName":"coming"} | $REQUEST Cluster 'coming' is not in ACTIVE status
        a cluster that goes | CreateNodegroup {"clusterName":"going"} | $REQUEST Cluster 'going' is not in ACTIVE status
        a cluster that is updated | CreateNodegroup {"clusterName":"busy"} | $REQUEST Cluster 'busy' is not in ACTIVE status
        a cluster that failed | CreateNodegroup {"clusterName":"broken"} | $REQUEST Cluster 'broken' is not in ACTIVE status
        a name that is taken | CreateNodegroup {} | $USE NodeGroup already exists with name nodes and cluster name dev
        a name that still goes | CreateNodegroup {"nodegroupName":"going"} | $USE NodeGroup already exists with name going
        a name of 64 | CreateNodegroup {"nodegroupName":"$LONG"} | $PARAMETER The nodegroup name $LONG must begin
        a name with a dot | CreateNodegroup {"nodegroupName":"a.b"} | $PARAMETER The nodegroup name a.b must begin
        a name with a dash before it | CreateNodegroup {"nodegroupName":"-a"} | $PARAMETER The nodegroup name -a must begin
        no role | $NEW"nodeRole":null} | $PARAMETER 1 validation error detected: Value null at 'nodeRole' failed
        nobody's role | $NEW"nodeRole":"{role}nobody"} | $PARAMETER The role with name nobody cannot be found. (Service: AmazonIdentity
        a role of clusters | $NEW"nodeRole":"{role}cluster"} | $PARAMETER Following required service principals [ec2.amazonaws.com]
        no subnets | $NEW"subnets":null} | $PARAMETER 1 validation error detected: Value null at 'subnets' failed
        an empty list of them | $NEW"subnets":[]} | $PARAMETER At least one subnet must be specified
        a subnet that is gone | $NEW"subnets":["{g}"]} | $PARAMETER The subnet ID '{g}' does not exist (Service: AmazonEC2; Status
        a subnet of another VPC | $NEW"subnets":["{a}","{x}"]} | $PARAMETER Subnets [{x}] are not in the VPC {vpc} of the cluster
        a group of nowhere | $NEW"remoteAccess":{"ec2SshKey":"k","sourceSecurityGroups":["sg-00000000000000000"]}} | $PARAMETER The
        access without a key | $NEW"remoteAccess":{}} | $PARAMETER ec2SshKey is required in remoteAccess
        a tag of AWS | $NEW"tags":{"AWS:x":""}} | $PARAMETER Tag keys starting with 'aws:' are reserved
    "#;
    check(&account().await, table, &[("$LONG", &"x".repeat(64)), ("$NEW", NEW)]);
}

const NEW: &str = r#"CreateNodegroup {"nodegroupName":"new","#;

#[tokio::test(start_paused = true)]
async fn sizes_and_machines() {
    let table = r#"
        more at least than wanted | $SIZE{"minSize":3,"maxSize":5,"desiredSize":2}} | $PARAMETER Minimum capacity 3 can't be greater
        more wanted than allowed | $SIZE{"minSize":1,"maxSize":2,"desiredSize":3}} | $PARAMETER desired capacity 3 can't be greater
        only some sizes | $SIZE{"minSize":1,"maxSize":2}} | $PARAMETER You must specify all or none of minSize
        a negative size | $SIZE{"minSize":-1,"maxSize":2,"desiredSize":1}} | $PARAMETER 1 validation error
        none at most | $SIZE{"minSize":0,"maxSize":0,"desiredSize":0}} | $PARAMETER 1 validation error
        451 nodes | $SIZE{"minSize":1,"maxSize":451,"desiredSize":1}} | $PARAMETER max size 451 can't be greater than 450
        no instance type | $NEW"instanceTypes":["t3.medium","t3.huge"]} | $PARAMETER The following supplied instance types do not
        21 instance types | $NEW"instanceTypes":$MANY} | $PARAMETER instanceTypes can have at most 20 elements
        Arm on x86 | $NEW"instanceTypes":["t4g.small"],"amiType":"AL2023_x86_64_STANDARD"} | $PARAMETER [t4g.small] is not a valid
        x86 on Arm | $NEW"instanceTypes":["m5.large"],"amiType":"BOTTLEROCKET_ARM_64"} | $PARAMETER [m5.large] is not a valid instance
        both together | $NEW"instanceTypes":["m5.large","m6g.large"]} | $PARAMETER [m6g.large] is not a valid instance type for reque
        a GPU without drivers | $NEW"instanceTypes":["g5.xlarge"],"amiType":"AL2023_x86_64_STANDARD"} | $PARAMETER [g5.xlarge] is not
        drivers without a GPU | $NEW"instanceTypes":["m5.large"],"amiType":"AL2023_x86_64_NVIDIA"} | $PARAMETER [m5.large] is not a
        an AMI of the past | $NEW"amiType":"AL2_x86_64"} | $PARAMETER AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32
        an AMI of one's own | $NEW"amiType":"CUSTOM"} | $PARAMETER The AMI type CUSTOM requires a launch template
        an unknown AMI | $NEW"amiType":"UBUNTU"} | $PARAMETER 1 validation error
        no disk | $NEW"diskSize":0} | $PARAMETER Disk size 0 is not between 1 and 16384 GiB
        a large disk | $NEW"diskSize":16385} | $PARAMETER Disk size 16385 is not between
        reserved capacity | $NEW"capacityType":"CAPACITY_BLOCK"} | $PARAMETER The capacity type CAPACITY_BLOCK requires a launch
        an unknown capacity | $NEW"capacityType":"FREE"} | $PARAMETER 1 validation error
        a version after the cluster's | $NEW"version":"1.36"} | $PARAMETER Nodegroup Kubernetes version should be equal to or less than
        a version far before it | $NEW"version":"1.31"} | $PARAMETER Nodegroup Kubernetes version 1.31 is more than three minor
        an unknown version | $NEW"version":"1.30"} | $PARAMETER unsupported Kubernetes version
        a release of another version | $NEW"releaseVersion":"1.34.8-20260901"} | $PARAMETER Requested release version 1.34.8-20260901 is
        a release of the future | $NEW"releaseVersion":"1.35.2-20991231"} | $PARAMETER Requested release version 1.35.2-20991231 is not
        no release | $NEW"releaseVersion":"latest"} | $PARAMETER Requested release version latest is not valid
    "#;
    let many: Vec<String> = (1..=21).map(|size| format!("\"m5.{size}xlarge\"")).collect();
    let many = format!("[{}]", many.join(","));
    let size = r#"CreateNodegroup {"nodegroupName":"new","scalingConfig":"#;
    check(&account().await, table, &[("$MANY", &many), ("$NEW", NEW), ("$SIZE", size)]);
}

#[tokio::test(start_paused = true)]
async fn labels_taints_and_policies() {
    let table = r#"
        a label of Kubernetes | $NEW"labels":{"kubernetes.io/role":"x"}} | $PARAMETER Label cannot contain reserved prefixes
        a label of EKS | $NEW"labels":{"eks.amazonaws.com/nodegroup":"x"}} | $PARAMETER Label cannot contain reserved prefixes
        a label key with a space | $NEW"labels":{"a b":"x"}} | $PARAMETER Invalid label key: a b
        a label value with a slash | $NEW"labels":{"a":"b/c"}} | $PARAMETER Invalid value of the label a: b/c
        a long label value | $NEW"labels":{"a":"$LONG"}} | $PARAMETER 1 validation error
        a taint without a key | $NEW"taints":[{"effect":"NO_SCHEDULE"}]} | $PARAMETER Each taint must have a key and an effect
        a taint without effect | $NEW"taints":[{"key":"a"}]} | $PARAMETER Each taint must have a key and an effect
        a taint with another effect | $NEW"taints":[{"key":"a","effect":"NoSchedule"}]} | $PARAMETER 1 validation error
        a taint twice | $NEW"taints":[$TAINT"1"},$TAINT"2"}]} | $PARAMETER The taint a:NO_EXECUTE is specified more than once
        a taint key with a space | $NEW"taints":[{"key":"a b","effect":"NO_EXECUTE"}]} | $PARAMETER Invalid taint key: a b
        51 taints | $NEW"taints":[$MANY]} | $PARAMETER A node group can have at most 50 taints
        both kinds of unavailable | $NEW"updateConfig":{"maxUnavailable":1,"maxUnavailablePercentage":10}} | $PARAMETER Only one of
        neither kind | $NEW"updateConfig":{"updateStrategy":"MINIMAL"}} | $PARAMETER One of maxUnavailable and maxUnavailablePercentage
        101 unavailable | $NEW"updateConfig":{"maxUnavailable":101}} | $PARAMETER maxUnavailable 101 can't be greater than 100
        none unavailable | $NEW"updateConfig":{"maxUnavailable":0}} | $PARAMETER 1 validation error
        more than all unavailable | $NEW"updateConfig":{"maxUnavailablePercentage":101}} | $PARAMETER 1 validation error
        both kinds of thresholds | $NEW"nodeRepairConfig":$THRESHOLDS} | $PARAMETER Only one of maxUnhealthyNodeThresholdCount and
        half an override | $NEW"nodeRepairConfig":{"nodeRepairConfigOverrides":[{"repairAction":"Reboot"}]}} | $PARAMETER Each of nod
        a pool of Spot | $NEW"capacityType":"SPOT","warmPoolConfig":{"enabled":true}} | $PARAMETER Warm pools are not supported for
        a pool that is off | $NEW"warmPoolConfig":{"enabled":false,"minSize":1}} | $PARAMETER A warm pool that is not enabled has no
        a pool with more than most | $NEW"warmPoolConfig":{"enabled":true,"minSize":3,"maxGroupPreparedCapacity":2}} | $PARAMETER Warm
        a pool that hibernates | $NEW$BOTTLE,"warmPoolConfig":{"enabled":true,"poolState":"HIBERNATED"}} | $PARAMETER Warm pool instan
    "#;
    let taint = |number: u32| format!(r#"{{"key":"key{number}","effect":"NO_EXECUTE"}}"#);
    let many: Vec<String> = (0..51).map(taint).collect();
    let words = [
        ("$BOTTLE", r#""amiType":"BOTTLEROCKET_x86_64""#),
        ("$LONG", &"x".repeat(64)),
        ("$MANY", &many.join(",")),
        ("$NEW", NEW),
        ("$TAINT", r#"{"key":"a","effect":"NO_EXECUTE","value":"#),
        ("$THRESHOLDS", r#"{"maxUnhealthyNodeThresholdCount":1,"maxUnhealthyNodeThresholdPercentage":1}"#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn deletions() {
    let table = r#"
        it is being made | DeleteNodegroup {"nodegroupName":"coming"} | $USE Nodegroup coming is being created
        it is being updated | DeleteNodegroup {"nodegroupName":"busy"} | $USE Nodegroup busy currently has an update in progress
        it is being deleted | DeleteNodegroup {"nodegroupName":"going"} | $USE Nodegroup going is being deleted
    "#;
    check(&account().await, table, &[]);
}

#[tokio::test(start_paused = true)]
async fn the_thirty_first_group() {
    let account = super::Account::with_cluster(serde_json::json!({})).await;
    for number in 0..30 {
        account.ok("CreateNodegroup", serde_json::json!({ "nodegroupName": format!("group{number}") }));
    }
    account.settle();
    check(&account, "more | CreateNodegroup | 400 ResourceLimitExceededException Nodegroup limit of 30", &[]);
}
