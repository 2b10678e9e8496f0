//! Tags.

use super::assert_refused;
use crate::network::Network;

refusals! {
    tags_for_another_kind: "InvalidParameterValue" =
        "CreateVpc" "CidrBlock=10.1.0.0/16&TagSpecification.1.ResourceType=subnet&TagSpecification.1.Tag.1.Key=a";
    tags_for_no_kind: "InvalidParameterValue" = "AllocateAddress" "TagSpecification.1.Tag.1.Key=a";
    no_tags_for_a_kind: "InvalidParameterValue" =
        "CreateInternetGateway" "TagSpecification.1.ResourceType=internet-gateway";
    two_tags_with_one_key: "InvalidParameterValue" =
        "CreateTags" "ResourceId.1={vpc}&Tag.1.Key=a&Tag.2.Key=a";
    a_tag_of_aws: "InvalidParameterValue" =
        "CreateTags" "ResourceId.1={vpc}&Tag.1.Key=aws:name&Tag.1.Value=x";
    deleting_a_tag_of_aws: "InvalidParameterValue" = "DeleteTags" "ResourceId.1={vpc}&Tag.1.Key=aws:name";
    tags_of_what_is_no_id: "InvalidID" = "CreateTags" "ResourceId.1=nonsense&Tag.1.Key=a";
    tags_of_what_is_not_there: "InvalidSubnetID.NotFound" =
        "CreateTags" "ResourceId.1={vpc}&ResourceId.2=subnet-12345678&Tag.1.Key=a";
    no_tags_at_all: "MissingParameter" = "CreateTags" "ResourceId.1={vpc}";
}
