//! Flow logs.

use super::assert_refused;
use crate::network::Network;

refusals! {
    a_flow_log_of_nothing: "MissingParameter" =
        "CreateFlowLogs" "ResourceType=VPC&TrafficType=ALL&LogDestinationType=s3&LogDestination=arn:aws:s3:::logs";
    a_flow_log_of_no_type: "MissingParameter" = "CreateFlowLogs" "ResourceId.1={vpc}&TrafficType=ALL";
    a_flow_log_of_a_type_that_is_not_here: "UnsupportedOperation" =
        "CreateFlowLogs" "ResourceType=TransitGateway&ResourceId.1=tgw-12345678";
    a_flow_log_of_a_vpc_that_is_not_there: "InvalidVpcID.NotFound" =
        "CreateFlowLogs" "ResourceType=VPC&ResourceId.1=vpc-12345678&TrafficType=ALL";
    a_flow_log_of_a_subnet_that_is_a_vpc: "InvalidSubnetID.Malformed" =
        "CreateFlowLogs" "ResourceType=Subnet&ResourceId.1={vpc}&TrafficType=ALL";
    a_flow_log_of_an_interface_that_is_not_there: "InvalidNetworkInterfaceID.NotFound" =
        "CreateFlowLogs" "ResourceType=NetworkInterface&ResourceId.1=eni-12345678&TrafficType=ALL";
    a_flow_log_of_no_traffic: "MissingParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&LogDestinationType=s3&LogDestination=arn:aws:s3:::logs";
    a_flow_log_without_a_role: "InvalidParameter" =
        "CreateFlowLogs" "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogGroupName=flows";
    a_flow_log_with_half_a_role: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogGroupName=flows&DeliverLogsPermissionArn=flows";
    a_flow_log_to_nowhere: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL\
         &DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/flows";
    a_flow_log_to_two_groups: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogGroupName=flows\
         &LogDestination=arn:aws:logs:eu-west-1:111122223333:log-group:flows\
         &DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/flows";
    a_flow_log_to_a_group_elsewhere: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL\
         &LogDestination=arn:aws:logs:us-east-1:111122223333:log-group:flows\
         &DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/flows";
    a_flow_log_to_a_group_with_a_strange_name: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogGroupName=all flows\
         &DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/flows";
    a_flow_log_to_no_bucket: "InvalidParameter" =
        "CreateFlowLogs" "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3";
    a_flow_log_to_half_a_bucket: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3&LogDestination=logs";
    a_flow_log_to_the_folder_of_aws: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
         &LogDestination=arn:aws:s3:::logs/AWSLogs/";
    a_flow_log_to_a_bucket_with_a_group: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3&LogGroupName=flows\
         &LogDestination=arn:aws:s3:::logs";
    a_flow_log_to_a_bucket_with_a_role: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
         &LogDestination=arn:aws:s3:::logs&DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/flows";
    a_flow_log_to_no_stream: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=kinesis-data-firehose\
         &LogDestination=arn:aws:s3:::logs";
    a_flow_log_in_files_of_a_group: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogGroupName=flows\
         &DeliverLogsPermissionArn=arn:aws:iam::111122223333:role/flows&DestinationOptions.FileFormat=parquet";
    a_flow_log_of_another_interval: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
         &LogDestination=arn:aws:s3:::logs&MaxAggregationInterval=300";
    a_flow_log_of_an_unknown_field: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
         &LogDestination=arn:aws:s3:::logs&LogFormat=${version} ${weather}";
    a_flow_log_of_no_fields: "InvalidParameter" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
         &LogDestination=arn:aws:s3:::logs&LogFormat= ";
    a_flow_log_with_tags_of_something_else: "InvalidParameterValue" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
         &LogDestination=arn:aws:s3:::logs&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=a";
    a_flow_log_asked_for_differently: "IdempotentParameterMismatch" =
        "CreateFlowLogs"
        "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ACCEPT&LogDestinationType=s3\
         &LogDestination=arn:aws:s3:::logs&ClientToken=t"
        after |net| {
        let asked = "ResourceType=VPC&ResourceId.1={vpc}&TrafficType=ALL&LogDestinationType=s3\
            &LogDestination=arn:aws:s3:::logs&ClientToken=t";
        net.ok("CreateFlowLogs", asked);
    };
    deleting_no_flow_log: "MissingParameter" = "DeleteFlowLogs" "";
    deleting_a_malformed_flow_log: "InvalidFlowLogId.Malformed" = "DeleteFlowLogs" "FlowLogId.1=flow";
    listing_a_flow_log_that_is_not_there: "InvalidFlowLogId.NotFound" = "DescribeFlowLogs" "FlowLogId.1=fl-12345678";
    listing_flow_logs_by_an_unknown_filter: "InvalidParameterValue" =
        "DescribeFlowLogs" "Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}";
}
