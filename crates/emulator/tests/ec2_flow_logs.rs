//! Flow logs from their creation to their end.

mod aws;
mod network;

use network::Network;

const TO_S3: &str = "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
    &LogDestination=arn:aws:s3:::logs/flows/";
const TO_GROUP: &str = "ResourceType=Subnet&ResourceId.1={subnet}&TrafficType=REJECT&LogGroupName=/flows\
    &DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/flows&MaxAggregationInterval=60";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
    "Principal":{"Service":"vpc-flow-logs.amazonaws.com"}}}"#;
const PUBLISH: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",
    "Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"]}}"#;

fn shown(network: &Network, element: &str) -> Option<String> {
    network.first("DescribeFlowLogs", "FlowLogId.1={log}", element)
}

/// The id of the flow log that a call makes, by a name.
fn make(network: &mut Network, name: &str, asked: &str) {
    let answer = network.ok("CreateFlowLogs", asked);
    let id = aws::all(&answer, "item").first().cloned().expect(&answer);
    network.name(name, &id);
}

#[test]
fn a_flow_log_to_a_bucket_is_made_shown_and_deleted() {
    let mut network = Network::new();
    let asked = format!(
        "{TO_S3}&DestinationOptions.FileFormat=parquet&DestinationOptions.PerHourPartition=true\
         &LogFormat=${{version}} ${{vpc-id}}&TagSpecification.1.ResourceType=vpc-flow-log\
         &TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=a"
    );
    make(&mut network, "log", &asked);
    for (element, value) in [
        ("flowLogStatus", "ACTIVE"),
        ("deliverLogsStatus", "SUCCESS"),
        ("trafficType", "ALL"),
        ("logDestinationType", "s3"),
        ("logDestination", "arn:aws:s3:::logs/flows/"),
        ("logFormat", "${version} ${vpc-id}"),
        ("maxAggregationInterval", "600"),
        ("fileFormat", "parquet"),
        ("perHourPartition", "true"),
        ("hiveCompatiblePartitions", "false"),
    ] {
        assert_eq!(shown(&network, element).as_deref(), Some(value), "{element}");
    }
    assert_eq!(shown(&network, "resourceId").as_deref(), Some(network.id("vpc")));
    assert_eq!(network.all("DescribeTags", "", "resourceType"), ["vpc-flow-log"]);
    let answer = network.ok("DeleteFlowLogs", "FlowLogId.1={log}&FlowLogId.2=fl-12345678");
    assert_eq!(aws::all(&answer, "resourceId"), ["fl-12345678"]);
    assert_eq!(aws::all(&answer, "code"), ["InvalidFlowLogId.NotFound"]);
    assert_eq!(network.all("DescribeFlowLogs", "", "flowLogId"), [""; 0]);
}

#[test]
fn a_flow_log_to_a_group_is_delivered_by_a_role() {
    let mut network = Network::new();
    make(&mut network, "log", TO_GROUP);
    assert_eq!(shown(&network, "logGroupName").as_deref(), Some("/flows"));
    assert_eq!(shown(&network, "maxAggregationInterval").as_deref(), Some("60"));
    let delivery = |network: &Network| shown(network, "deliverLogsStatus");
    assert_eq!(delivery(&network).as_deref(), Some("FAILED"), "there is no role");
    assert_eq!(shown(&network, "deliverLogsErrorMessage").as_deref(), Some("Access error"));
    let iam = |action: &str, parameters: &[(&str, &str)]| network.aws.iam(action, parameters).expect(action);
    iam("CreateRole", &[("RoleName", "flows"), ("AssumeRolePolicyDocument", TRUST)]);
    assert_eq!(delivery(&network).as_deref(), Some("FAILED"), "it may nothing");
    iam("PutRolePolicy", &[("RoleName", "flows"), ("PolicyName", "publish"), ("PolicyDocument", PUBLISH)]);
    assert_eq!(delivery(&network).as_deref(), Some("SUCCESS"));
    assert_eq!(shown(&network, "deliverLogsErrorMessage"), None);
}

#[test]
fn a_resource_has_two_different_flow_logs() {
    let mut network = Network::new();
    make(&mut network, "log", TO_S3);
    let codes = |asked: &str| aws::all(&network.ok("CreateFlowLogs", asked), "code");
    assert_eq!(codes(TO_S3), ["FlowLogAlreadyExists"]);
    assert_eq!(codes(&TO_S3.replace("ALL", "REJECT")), [""; 0]);
    assert_eq!(codes(&TO_S3.replace("ALL", "ACCEPT")), ["FlowLogsLimitExceeded"]);
}

#[test]
fn a_request_with_a_token_is_granted_once() {
    let network = Network::new();
    let asked = format!("{TO_S3}&ClientToken=t");
    let ids = || aws::all(&network.ok("CreateFlowLogs", &asked), "item");
    let first = ids();
    assert_eq!(first.len(), 1);
    assert_eq!(ids(), first);
}

#[test]
fn flow_logs_are_found_by_filters() {
    let mut network = Network::new();
    make(&mut network, "log", TO_S3);
    make(&mut network, "other", TO_GROUP);
    for (filter, value, found) in [
        ("resource-id", "{vpc}", "log"),
        ("log-destination-type", "s3", "log"),
        ("log-group-name", "/fl*", "other"),
        ("traffic-type", "REJECT", "other"),
        ("deliver-log-status", "FAILED", "other"),
        ("flow-log-id", "{log}", "log"),
    ] {
        let asked = format!("Filter.1.Name={filter}&Filter.1.Value.1={value}");
        assert_eq!(network.all("DescribeFlowLogs", &asked, "flowLogId"), [network.id(found)], "{filter}");
    }
}

#[test]
fn the_flow_logs_of_what_is_gone_are_gone() {
    let mut network = Network::new();
    make(&mut network, "log", TO_GROUP);
    network.ok("DeleteSubnet", "SubnetId={subnet}");
    assert_eq!(network.all("DescribeFlowLogs", "", "flowLogId"), [""; 0]);
}
