//! Creating and deleting clusters.

use super::{KEY, account, check};

#[tokio::test(start_paused = true)]
async fn names_versions_and_roles() {
    let table = r#"
        a name that is taken | CreateCluster {} | $USE Cluster already exists with name: dev
        a name with a dot | CreateCluster {"name":"a.b"} | $PARAMETER 1 validation error detected: Value 'a.b' at 'name'
        a name that begins with a dash | CreateCluster {"name":"-a"} | $PARAMETER 1 validation error
        a name of 101 | CreateCluster {"name":"$LONG"} | $PARAMETER 1 validation error
        an empty name | CreateCluster {"name":""} | $PARAMETER
        no role | CreateCluster {"name":"new","roleArn":null} | $PARAMETER 1 validation error detected: Value null at 'roleArn'
        no network | CreateCluster {"name":"new","resourcesVpcConfig":null} | $PARAMETER 1 validation error
        a version that is not there yet | CreateCluster {"name":"new","version":"1.99"} | $PARAMETER unsupported Kubernetes
        a version that is no more | CreateCluster {"name":"new","version":"1.30"} | $PARAMETER unsupported Kubernetes version
        a patch version | CreateCluster {"name":"new","version":"1.35.2"} | $PARAMETER unsupported Kubernetes version
        no version at all | CreateCluster {"name":"new","version":"latest"} | $PARAMETER unsupported Kubernetes version
        nobody's role | CreateCluster {"name":"new","roleArn":"{role}nobody"} | $PARAMETER Role with arn: {role}nobody, could not be
        a role of nodes | CreateCluster {"name":"new","roleArn":"{role}node"} | $PARAMETER Role with arn: {role}node, could not be
        a name for an ARN | CreateCluster {"name":"new","roleArn":"cluster"} | $PARAMETER Role with arn: cluster, could not be assumed
        a role without policies | CreateCluster {"name":"new","roleArn":"{role}plain"} | $PARAMETER The provided role doesn't have
        a role of another account | CreateCluster {"name":"new","roleArn":"$ABROAD"} | $PARAMETER Role with arn: $ABROAD, could
        a role that may not tag | CreateCluster {"name":"new",$AUTO,$ACCESS} | $PARAMETER Role with arn: {role}cluster, could not
    "#;
    let words = [
        ("$ABROAD", "arn:aws:iam::444455556666:role/cluster"),
        ("$ACCESS", r#""accessConfig":{"authenticationMode":"API"},"bootstrapSelfManagedAddons":false"#),
        ("$AUTO", AUTO),
        ("$LONG", &"x".repeat(101)),
    ];
    check(&account().await, table, &words);
}

const AUTO: &str = concat!(
    r#""computeConfig":{"enabled":true},"kubernetesNetworkConfig":{"elasticLoadBalancing":{"enabled":true}},"#,
    r#""storageConfig":{"blockStorage":{"enabled":true}}"#
);

#[tokio::test(start_paused = true)]
async fn networks() {
    let table = r#"
        no subnets | $VPC{"subnetIds":null}} | $PARAMETER Subnets specified must be in at least two different AZs
        one subnet | $VPC{"subnetIds":["{a}"]}} | $PARAMETER Subnets specified must be in at least two different AZs
        subnets in one zone | $VPC{"subnetIds":["{a}","{a2}"]}} | $PARAMETER Subnets specified must be in at least two different AZs
        subnets in two VPCs | $VPC{"subnetIds":["{a}","{y}"]}} | $PARAMETER Subnets specified must belong to the same VPC
        a subnet that is gone | $VPC{"subnetIds":["{a}","{g}"]}} | $PARAMETER The subnet ID '{g}' does not exist (Service: AmazonEC2
        a full subnet | $VPC{"subnetIds":["{small}","{b}"]}} | $PARAMETER Provided subnets {small} Free IPs: 4 , need at least 6 IPs
        a group that is not there | $VPC{"securityGroupIds":["sg-00000000000000000"]}} | $PARAMETER The security group 'sg-0
        a group in another VPC | $VPC{"subnetIds":["{x}","{y}"],"securityGroupIds":["{group}"]}} | $PARAMETER Security group(s) [{group}] are
        six groups | $VPC{"securityGroupIds":["1","2","3","4","5","6"]}} | $PARAMETER A cluster can have at most 5
        both endpoints off | $VPC{"endpointPublicAccess":false}} | $PARAMETER Private and public endpoint access cannot be false
        addresses for no endpoint | $VPC{$PRIVATE,"publicAccessCidrs":["198.51.100.0/24"]}} | $PARAMETER publicAccessCidrs can be
        private addresses | $VPC{"publicAccessCidrs":["10.0.0.0/8"]}} | $PARAMETER The following CIDRs are not allowed in publicAcc
        more private ones | $VPC{"publicAccessCidrs":["192.168.1.0/24"]}} | $PARAMETER The following CIDRs are not allowed
        addresses of nobody | $VPC{"publicAccessCidrs":["127.0.0.1/32"]}} | $PARAMETER The following CIDRs are not allowed
        link-local addresses | $VPC{"publicAccessCidrs":["169.254.0.0/16"]}} | $PARAMETER The following CIDRs are not allowed
        no address | $VPC{"publicAccessCidrs":["home"]}} | $PARAMETER The following CIDRs are invalid in publicAccessCidrs: [home]
        an address without a length | $VPC{"publicAccessCidrs":["198.51.100.7"]}} | $PARAMETER The following CIDRs are invalid
        another family | $VPC{"publicAccessCidrs":["2001:db8::/32"]}} | $PARAMETER IPv6 CIDR blocks are not supported
        forty-one blocks | $VPC{"publicAccessCidrs":$MANY}} | $PARAMETER publicAccessCidrs can have at most 40 CIDR blocks
        another egress mode | $VPC{"controlPlaneEgressMode":"MINE"}} | $PARAMETER 1 validation error detected: Value 'MINE'
        services nowhere | $NET{"serviceIpv4Cidr":"services"}} | $PARAMETER Invalid serviceIpv4Cidr: services is not a valid CIDR
        services in public | $NET{"serviceIpv4Cidr":"8.8.0.0/16"}} | $PARAMETER Invalid serviceIpv4Cidr: 8.8.0.0/16 must be within
        few services | $NET{"serviceIpv4Cidr":"172.20.0.0/25"}} | $PARAMETER Invalid serviceIpv4Cidr: 172.20.0.0/25 must be between
        too many services | $NET{"serviceIpv4Cidr":"10.0.0.0/11"}} | $PARAMETER Invalid serviceIpv4Cidr: 10.0.0.0/11 must be between
        services in the VPC | $NET{"serviceIpv4Cidr":"10.0.128.0/20"}} | $PARAMETER Invalid serviceIpv4Cidr: 10.0.128.0/20 overlaps
        services around the VPC | $NET{"serviceIpv4Cidr":"10.0.0.0/12"}} | $PARAMETER Invalid serviceIpv4Cidr: 10.0.0.0/12 overlaps
        services with IPv6 | $NET{"ipFamily":"ipv6","serviceIpv4Cidr":"172.20.0.0/16"}} | $PARAMETER Subnets [
        subnets without IPv6 | $NET{"ipFamily":"ipv6"}} | $PARAMETER Subnets [
        another family still | $NET{"ipFamily":"ipv5"}} | $PARAMETER 1 validation error detected: Value 'ipv5'
    "#;
    let many: Vec<String> = (0..41).map(|number| format!("\"198.51.100.{number}/32\"")).collect();
    let words = [
        ("$MANY", format!("[{}]", many.join(","))),
        ("$NET", r#"CreateCluster {"name":"new","kubernetesNetworkConfig":"#.to_owned()),
        ("$PRIVATE", r#""endpointPublicAccess":false,"endpointPrivateAccess":true"#.to_owned()),
        ("$VPC", r#"CreateCluster {"name":"new","resourcesVpcConfig":"#.to_owned()),
    ];
    check(&account().await, table, &words.each_ref().map(|(short, long)| (*short, long.as_str())));
}

#[tokio::test(start_paused = true)]
async fn settings() {
    let table = r#"
        another mode | $NEW "accessConfig":{"authenticationMode":"IAM"}} | $PARAMETER 1 validation error
        nobody is admin | $NEW "accessConfig":{"bootstrapClusterCreatorAdminPermissions":false}} | $PARAMETER bootstrapClusterCrea
        STANDARD for an old version | $NEW "version":"1.32","upgradePolicy":{"supportType":"STANDARD"}} | $PARAMETER Kubernetes vers
        a key for everything | $NEW $KEY["everything"],"provider":{"keyArn":"$ARN"}}]} | $PARAMETER Invalid resources in encryption
        no key | $NEW $KEY["secrets"]}]} | $PARAMETER encryptionConfig must have a provider with a keyArn
        a key in another Region | $NEW $KEY["secrets"],"provider":{"keyArn":"$ELSEWHERE"}}]} | $PARAMETER Invalid keyArn: $ELSEWHERE
        a key that is not there | $NEW $KEY["secrets"],"provider":{"keyArn":"{key}0"}}]} | $PARAMETER Invalid keyArn: {key}0 is not
        an alias that is not there | $NEW $KEY["secrets"],"provider":{"keyArn":"alias/none"}}]} | $PARAMETER Invalid keyArn: alias/no
        the id of a key | $NEW $KEY["secrets"],"provider":{"keyArn":"{keyid}"}}]} | $PARAMETER Invalid keyArn: {keyid} is not the ARN
        a key that is disabled | $NEW $KEY["secrets"],"provider":{"keyArn":"{disabled}"}}]} | $PARAMETER Invalid keyArn: {disabled} is
        a key that will be deleted | $NEW $KEY["secrets"],"provider":{"keyArn":"{pending}"}}]} | $PARAMETER Invalid keyArn: {pending}
        a pair of keys | $NEW $KEY["secrets"],"provider":{"keyArn":"{rsa}"}}]} | $PARAMETER Invalid keyArn: {rsa} is not an enabled
        an alias of one | $NEW $KEY["secrets"],"provider":{"keyArn":"{rsaalias}"}}]} | $PARAMETER Invalid keyArn: {rsaalias} is not an
        a log type twice | $NEW "logging":{"clusterLogging":[$LOG,$LOG]}} | $PARAMETER Log type api is specified more than once
        another log type | $NEW "logging":{"clusterLogging":[{"types":["kubelet"]}]}} | $PARAMETER 1 validation error
        another tier | $NEW "controlPlaneScalingConfig":{"tier":"tier-s"}} | $PARAMETER 1 validation error
        short events | $NEW "kubeApiServerConfig":{"eventTtl":"9m"}} | $PARAMETER eventTtl must be between 10m and 60m: 9m
        events for a day | $NEW "kubeApiServerConfig":{"eventTtl":"1d"}} | $PARAMETER eventTtl must be a single-unit duration
        ports the wrong way | $NEW $PORTS{"minPort":31000,"maxPort":30000}}} | $PARAMETER serviceNodePortRange must be a range
        ports without end | $NEW $PORTS{"minPort":31000}}} | $PARAMETER serviceNodePortRange must have minPort and maxPort
        a quick autoscaler | $NEW "kubeControllerManagerConfig":$QUICK} | $PARAMETER horizontalPodAutoscalerSyncPeriod 10s requires
        a quicker one | $NEW "kubeControllerManagerConfig":$QUICKER,$TIER} | $PARAMETER horizontalPodAutoscalerSyncPeriod must be
        an outpost | $NEW "outpostConfig":$OUTPOST} | $PARAMETER The emulator does not support the parameter outpostConfig
        a tag of AWS | $NEW "tags":{"aws:x":""}} | $PARAMETER Tag keys starting with 'aws:' are reserved
        51 tags | $NEW "tags":$TAGS} | $PARAMETER 1 validation error
    "#;
    let tags: Vec<String> = (0..51).map(|number| format!("\"key{number}\":\"\"")).collect();
    let autoscaler =
        |period: &str| format!(r#"{{$HPA:{{"horizontalPodAutoscalerSyncPeriod":"{period}"}}}}"#).replace("$HPA", HPA);
    let words = [
        ("$QUICKER", autoscaler("9s")),
        ("$QUICK", autoscaler("10s")),
        ("$ELSEWHERE", "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab".to_owned()),
        ("$KEY", r#""encryptionConfig":[{"resources":"#.to_owned()),
        ("$LOG", r#"{"types":["api"],"enabled":true}"#.to_owned()),
        ("$NEW", r#"CreateCluster {"name":"new","#.to_owned()),
        ("$OUTPOST", r#"{"outpostArns":["a"],"controlPlaneInstanceType":"m5.large"}"#.to_owned()),
        ("$PORTS", r#""kubeApiServerConfig":{"serviceNodePortRange":"#.to_owned()),
        ("$TAGS", format!("{{{}}}", tags.join(","))),
        ("$TIER", r#""controlPlaneScalingConfig":{"tier":"tier-xl"}"#.to_owned()),
        ("$ARN", KEY.to_owned()),
    ];
    check(&account().await, table, &words.each_ref().map(|(short, long)| (*short, long.as_str())));
}

const HPA: &str = r#""horizontalPodAutoscalerControllerConfig""#;

#[tokio::test(start_paused = true)]
async fn auto_mode_and_hybrid_nodes() {
    let table = r#"
        compute alone | $NEW $COMPUTE"enabled":true}} | $PARAMETER For EKS Auto Mode, please ensure that all required configs
        no storage | $NEW $COMPUTE"enabled":true},$BALANCE} | $PARAMETER For EKS Auto Mode, please ensure that all required
        storage alone | $NEW $STORE} | $PARAMETER For EKS Auto Mode, please ensure that all required configs
        its own add-ons | $NEW $COMPUTE"enabled":true},$BALANCE,$STORE,$API} | $PARAMETER EKS Auto Mode requires bootstrapSelf
        no access entries | $NEW $COMPUTE"enabled":true},$BALANCE,$STORE,$BARE} | $PARAMETER EKS Auto Mode requires the authent
        pools without a role | $NEW $COMPUTE"enabled":true,"nodePools":["system"]},$REST} | $PARAMETER When Compute Config nodeP
        a role without pools | $NEW $COMPUTE"enabled":true,$NODE},$REST} | $PARAMETER When Compute Config nodeRoleArn is not null
        another pool | $NEW $COMPUTE"enabled":true,"nodePools":["gpu"],$NODE},$REST} | $PARAMETER Invalid node pool: gpu
        a role of clusters | $NEW $COMPUTE"enabled":true,"nodePools":["system"],$WRONG},$REST} | $PARAMETER Following required ser
        pools of nothing | $NEW $COMPUTE"enabled":false,"nodePools":["system"],$NODE}} | $PARAMETER Compute Config nodePools and
        hybrid nodes by map | $NEW "remoteNetworkConfig":$NODES["10.80.0.0/16"]}]}} | $PARAMETER remoteNetworkConfig requires the
        hybrid nodes in public | $NEW "remoteNetworkConfig":$NODES["8.8.0.0/16"]}]},$API} | $PARAMETER The CIDR block 8.8.0.0/16
        hybrid nodes in the VPC | $NEW "remoteNetworkConfig":$NODES["10.0.3.0/24"]}]},$API} | $PARAMETER The CIDR block 10.0.3.0/24
        hybrid nodes among services | $NEW "remoteNetworkConfig":$NODES["172.20.0.0/24"]}]},$API} | $PARAMETER The CIDR block 172.20
        hybrid nodes nowhere | $NEW "remoteNetworkConfig":$NODES["x"]}]},$API} | $PARAMETER Invalid CIDR block in remoteNodeNetworks
        pods without nodes | $NEW "remoteNetworkConfig":$PODS["10.80.0.0/16"]}]},$API} | $PARAMETER remotePodNetworks cannot be
    "#;
    let words = [
        ("$REST", r#"$BALANCE,$STORE,$API,"bootstrapSelfManagedAddons":false"#),
        ("$API", r#""accessConfig":{"authenticationMode":"API"}"#),
        ("$BALANCE", r#""kubernetesNetworkConfig":{"elasticLoadBalancing":{"enabled":true}}"#),
        ("$BARE", r#""bootstrapSelfManagedAddons":false"#),
        ("$COMPUTE", r#""computeConfig":{"#),
        ("$NEW", r#"CreateCluster {"name":"new","roleArn":"{role}auto","#),
        ("$NODES", r#"{"remoteNodeNetworks":[{"cidrs":"#),
        ("$NODE", r#""nodeRoleArn":"{role}node""#),
        ("$PODS", r#"{"remotePodNetworks":[{"cidrs":"#),
        ("$STORE", r#""storageConfig":{"blockStorage":{"enabled":true}}"#),
        ("$WRONG", r#""nodeRoleArn":"{role}cluster""#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn deletions() {
    let table = r#"
        it has node groups | DeleteCluster {} | $USE Cluster has nodegroups attached
        it is protected | DeleteCluster {"name":"guarded"} | $REQUEST Cannot delete cluster guarded because deletion protection is
        it is being made | DeleteCluster {"name":"coming"} | $USE Cannot delete because cluster coming
        it is being updated | DeleteCluster {"name":"busy"} | $USE Cannot delete because cluster busy currently has an update in prog
        it is being deleted | DeleteCluster {"name":"going"} | $USE Cannot delete because the deletion of cluster going
    "#;
    check(&account().await, table, &[]);
}

#[tokio::test(start_paused = true)]
async fn the_hundred_and_first_cluster() {
    let account = super::Account::known().await;
    for number in 0..100 {
        account.ok("CreateCluster", serde_json::json!({ "name": format!("cluster{number}") }));
    }
    check(&account, "more | CreateCluster | 400 ResourceLimitExceededException Cluster limit of 100", &[]);
}

#[tokio::test(start_paused = true)]
async fn zones_without_eks() {
    let mut account = super::Account::known().await;
    account.net.aws.region = "us-east-1".to_owned();
    account.net.make("vpc", "CreateVpc", "CidrBlock=10.0.0.0/16", "vpcId");
    for (name, number, zone) in [("a", 1, "use1-az3"), ("b", 2, "use1-az1")] {
        let parameters = format!("VpcId={{vpc}}&CidrBlock=10.0.{number}.0/24&AvailabilityZoneId={zone}");
        account.net.make(name, "CreateSubnet", &parameters, "subnetId");
    }
    let table = "a zone | CreateCluster | 400 UnsupportedAvailabilityZoneException Cannot create cluster 'dev' because us-east-1";
    check(&account, table, &[]);
}
