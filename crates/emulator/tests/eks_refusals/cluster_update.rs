//! Updates of clusters.

use super::{KEY, account, check};

#[tokio::test(start_paused = true)]
async fn clusters_that_are_not_ready() {
    let table = r#"
        logging while it is made | UpdateClusterConfig {"name":"coming",$LOG} | $REQUEST Cluster 'coming' is not in ACTIVE status
        logging while it goes | UpdateClusterConfig {"name":"going",$LOG} | $REQUEST Cluster 'going' is not in ACTIVE status
        logging after it failed | UpdateClusterConfig {"name":"broken",$LOG} | $REQUEST Cluster 'broken' is not in ACTIVE status
        a second update | UpdateClusterConfig {"name":"busy",$LOG} | $USE Cannot LoggingUpdate because cluster busy currently has up
        a version too | UpdateClusterVersion {"name":"busy","version":"1.36"} | $USE Cannot VersionUpdate because cluster busy
        a key too | AssociateEncryptionConfig {"clusterName":"busy",$KEY} | $USE Cannot AssociateEncryptionConfig because cluster
        a version while it is made | UpdateClusterVersion {"name":"coming","version":"1.36"} | $REQUEST Cluster 'coming' is not in
        a key after it failed | AssociateEncryptionConfig {"clusterName":"broken",$KEY} | $REQUEST Cluster 'broken' is not in ACTIVE
    "#;
    let key = format!(r#""encryptionConfig":[{{"resources":["secrets"],"provider":{{"keyArn":"{KEY}"}}}}]"#);
    let log = r#""logging":{"clusterLogging":[{"types":["api"],"enabled":true}]}"#;
    check(&account().await, table, &[("$KEY", &key), ("$LOG", log)]);
}

#[tokio::test(start_paused = true)]
async fn kinds_of_updates() {
    let table = r#"
        nothing | UpdateClusterConfig {} | $PARAMETER The type for cluster update was not provided.
        two kinds | UpdateClusterConfig {"deletionProtection":true,$LOG} | $PARAMETER Only one type of update can be allowed.
        endpoint and logging | UpdateClusterConfig {$VPC{"endpointPrivateAccess":true},$LOG} | $PARAMETER Only one type of update
        subnets and groups | UpdateClusterConfig {$VPC{"subnetIds":[],"securityGroupIds":[]}} | $PARAMETER Only one type of update
        endpoint and subnets | UpdateClusterConfig {$VPC{"subnetIds":[],"endpointPrivateAccess":true}} | $PARAMETER Only one type
        access and support | UpdateClusterConfig {$ACCESS,"upgradePolicy":{"supportType":"STANDARD"}} | $PARAMETER Only one type of
        a new service CIDR | UpdateClusterConfig {"kubernetesNetworkConfig":{"serviceIpv4Cidr":"172.21.0.0/16"}} | $PARAMETER service
        a new family | UpdateClusterConfig {"kubernetesNetworkConfig":{"ipFamily":"ipv6"}} | $PARAMETER ipFamily can only be
        the same logging | UpdateClusterConfig {"logging":{"clusterLogging":[{"types":["api"]}]}} | $PARAMETER No changes needed for
        no logging | UpdateClusterConfig {"logging":{}} | $PARAMETER No changes needed for the logging config provided
        the same endpoint | UpdateClusterConfig {$VPC{"endpointPublicAccess":true}} | $PARAMETER $SAME endpointPrivateAccess: false ,
        the same CIDRs | UpdateClusterConfig {$VPC{"publicAccessCidrs":["0.0.0.0/0"]}} | $PARAMETER $SAME endpointPrivateAccess:
        the same subnets | UpdateClusterConfig {$VPC{"subnetIds":["{b}","{a}"]}} | $PARAMETER $SAME Subnets: [
        the same groups | UpdateClusterConfig {$VPC{"securityGroupIds":[]}} | $PARAMETER $SAME SecurityGroups: []
        the same protection | UpdateClusterConfig {"deletionProtection":false} | $PARAMETER $SAME DeletionProtection: false
        the same mode | UpdateClusterConfig {"accessConfig":{"authenticationMode":"CONFIG_MAP"}} | $PARAMETER $SAME Authentication
        the same support | UpdateClusterConfig {"upgradePolicy":{"supportType":"EXTENDED"}} | $PARAMETER $SAME UpgradePolicy:
        the same zonal shift | UpdateClusterConfig {"zonalShiftConfig":{"enabled":false}} | $PARAMETER $SAME ZonalShiftConfig:
        the same tier | UpdateClusterConfig {"controlPlaneScalingConfig":{"tier":"standard"}} | $PARAMETER $SAME PreviousTier:
        the same components | UpdateClusterConfig {"kubeApiServerConfig":{}} | $PARAMETER $SAME KubeApiServerConfig: {}
    "#;
    let words = [
        ("$ACCESS", r#""accessConfig":{"authenticationMode":"API_AND_CONFIG_MAP"}"#),
        ("$LOG", r#""logging":{"clusterLogging":[{"types":["api"],"enabled":true}]}"#),
        ("$SAME", "Cluster is already at the desired configuration with"),
        ("$VPC", r#""resourcesVpcConfig":"#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn networks() {
    let table = r#"
        one zone | $VPC{"subnetIds":["{a}","{a2}"]}} | $PARAMETER Subnets specified must be in at least two different AZs
        no subnets | $VPC{"subnetIds":[]}} | $PARAMETER Subnets specified must be in at least two different AZs
        a zone more | $VPC{"subnetIds":["{a}","{b}","{c}"]}} | $PARAMETER Provided subnets belong to the AZs 'eu-west-1a,eu-west-1b,eu
        another zone | $VPC{"subnetIds":["{a}","{c}"]}} | $PARAMETER Provided subnets belong to the AZs 'eu-west-1a,eu-west-1c'. But
        another VPC | $VPC{"subnetIds":["{x}","{y}"]}} | $PARAMETER Provided subnets belong to the VPC {elsewhere}. But they should
        two VPCs | $VPC{"subnetIds":["{a}","{y}"]}} | $PARAMETER Subnets specified must belong to the same VPC
        a group that is not there | $VPC{"securityGroupIds":["sg-00000000000000000"]}} | $PARAMETER The security group 'sg-0
        both endpoints off | $VPC{"endpointPublicAccess":false}} | $PARAMETER Private and public endpoint access cannot be false
        private addresses | $VPC{"publicAccessCidrs":["172.16.0.0/12"]}} | $PARAMETER The following CIDRs are not allowed in
        no zonal shift | UpdateClusterConfig {"zonalShiftConfig":{}} | $PARAMETER zonalShiftConfig must have a value for enabled
        the way back of egress | $API"resourcesVpcConfig":{"controlPlaneEgressMode":"AWS_MANAGED"}} | $PARAMETER controlPlaneEgress
        hybrid nodes by map | UpdateClusterConfig {"remoteNetworkConfig":$REMOTE} | $PARAMETER remoteNetworkConfig requires the
    "#;
    let words = [
        ("$API", r#"UpdateClusterConfig {"name":"api","#),
        ("$REMOTE", r#"{"remoteNodeNetworks":[{"cidrs":["10.80.0.0/16"]}]}"#),
        ("$VPC", r#"UpdateClusterConfig {"resourcesVpcConfig":"#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn ways_of_no_return() {
    let table = r#"
        two steps | UpdateClusterConfig {$ACCESS"API"}} | $PARAMETER Unsupported authentication mode update from CONFIG_MAP to API
        a step back | UpdateClusterConfig {"name":"api",$ACCESS"API_AND_CONFIG_MAP"}} | $PARAMETER $FROM API to API_AND_CONFIG_MAP
        all the way back | UpdateClusterConfig {"name":"api",$ACCESS"CONFIG_MAP"}} | $PARAMETER $FROM API to CONFIG_MAP
        no more extended support | UpdateClusterConfig {"name":"old","upgradePolicy":{"supportType":"STANDARD"}} | $PARAMETER Kuber
        a second key | $ENCRYPT{"clusterName":"api",$SECRETS"provider":{"keyArn":"$ARN"}}]} | $REQUEST Encryption config is already
        an empty list of keys | $ENCRYPT{"encryptionConfig":[]} | $PARAMETER encryptionConfig must have one element
        two keys | $ENCRYPT{"encryptionConfig":[{},{}]} | $PARAMETER 1 validation error
        no key | $ENCRYPT{$SECRETS"provider":{}}]} | $PARAMETER encryptionConfig must have a provider with a keyArn
        half of Auto Mode | UpdateClusterConfig {"computeConfig":{"enabled":true}} | $PARAMETER For EKS Auto Mode, please ensure
        half of it off | UpdateClusterConfig {"name":"auto","computeConfig":{"enabled":false}} | $PARAMETER For EKS Auto Mode, please
        another role of its nodes | UpdateClusterConfig {"name":"auto",$COMPUTE{"enabled":true,"nodeRoleArn":"{role}bare"}} | $PARAMETER C
    "#;
    let words = [
        ("$ACCESS", r#""accessConfig":{"authenticationMode":"#),
        ("$ARN", KEY),
        (
            "$COMPUTE",
            concat!(
                r#""kubernetesNetworkConfig":{"elasticLoadBalancing":{"enabled":true}},"#,
                r#""storageConfig":{"blockStorage":{"enabled":true}},"computeConfig":"#
            ),
        ),
        ("$ENCRYPT", "AssociateEncryptionConfig "),
        ("$FROM", "Unsupported authentication mode update from"),
        ("$SECRETS", r#""encryptionConfig":[{"resources":["secrets"],"#),
    ];
    check(&account().await, table, &words);
}

#[tokio::test(start_paused = true)]
async fn versions() {
    let table = r#"
        no version | $UP"version":null} | $PARAMETER 1 validation error detected: Value null at 'version' failed
        an unknown one | $UP"version":"1.37"} | $PARAMETER unsupported Kubernetes version
        the same one | $UP"version":"1.35"} | $PARAMETER unsupported Kubernetes minor version update from 1.35 to 1.35
        two at once | $UP"name":"old","version":"1.33"} | $PARAMETER unsupported Kubernetes minor version update from 1.31 to 1.33
        back without an upgrade | $UP"version":"1.34"} | $PARAMETER unsupported Kubernetes minor version update from 1.35 to 1.34
        back beyond the upgrade | $UP"name":"upgraded","version":"1.33"} | $PARAMETER unsupported Kubernetes minor version update
        back before its nodes | $UP"name":"upgraded","version":"1.34"} | $STATE Amazon EKS detected rollback readiness issues.
        back in a minute | $UP"name":"upgraded","version":"1.34","rollbackConfig":{"timeoutMinutes":1}} | $PARAMETER rollbackConf
        the way back of an upgrade | $UP"version":"1.36","rollbackConfig":{"timeoutMinutes":120}} | $PARAMETER rollbackConfig can
        nodes that are behind | $UP"name":"behind","version":"1.35"} | $REQUEST Nodegroups [late] must be updated
        full subnets | $UP"name":"tight","version":"1.36"} | $REQUEST Provided subnets {small} Free IPs: 4 , need at least 5 IPs
    "#;
    check(&account().await, table, &[("$STATE", "400 InvalidStateException"), ("$UP", "UpdateClusterVersion {")]);
}

#[tokio::test(start_paused = true)]
async fn a_week_after_an_upgrade() {
    let account = account().await;
    super::pass(7 * 24 * 3600).await;
    account.settle();
    let table = r#"
        back | UpdateClusterVersion {"name":"upgraded","version":"1.34","force":true} | $PARAMETER unsupported Kubernetes minor
    "#;
    check(&account, table, &[]);
}
