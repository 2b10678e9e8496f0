//! Launch templates and their versions.

use super::assert_refused;
use crate::network::Network;

/// A launch template `{lt}` called `nodes`, of one version.
fn template(net: &mut Network) {
    let asked = "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large";
    net.make("lt", "CreateLaunchTemplate", asked, "launchTemplateId");
}

refusals! {
    a_template_without_a_name: "MissingParameter" =
        "CreateLaunchTemplate" "LaunchTemplateData.InstanceType=m5.large";
    a_template_with_a_short_name: "InvalidLaunchTemplateName.MalformedException" =
        "CreateLaunchTemplate" "LaunchTemplateName=ab&LaunchTemplateData.InstanceType=m5.large";
    a_template_with_a_strange_name: "InvalidLaunchTemplateName.MalformedException" =
        "CreateLaunchTemplate" "LaunchTemplateName=a b c&LaunchTemplateData.InstanceType=m5.large";
    a_template_without_data: "MissingParameter" = "CreateLaunchTemplate" "LaunchTemplateName=nodes";
    a_template_that_is_there: "InvalidLaunchTemplateName.AlreadyExistsException" =
        "CreateLaunchTemplate" "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large"
        after |net| { template(net); };
    a_template_of_an_unknown_instance_type: "InvalidParameterValue" =
        "CreateLaunchTemplate" "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.huge";
    a_template_with_user_data_in_clear: "InvalidUserData.Malformed" =
        "CreateLaunchTemplate" "LaunchTemplateName=nodes&LaunchTemplateData.UserData=#!/bin/sh";
    a_template_with_an_instance_type_and_requirements: "InvalidParameterCombination" =
        "CreateLaunchTemplate"
        "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large\
         &LaunchTemplateData.InstanceRequirements.VCpuCount.Min=2\
         &LaunchTemplateData.InstanceRequirements.MemoryMiB.Min=1024";
    a_template_with_too_many_hops: "InvalidParameterValue" =
        "CreateLaunchTemplate"
        "LaunchTemplateName=nodes&LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit=65";
    a_template_that_tags_a_vpc: "InvalidParameterValue" =
        "CreateLaunchTemplate"
        "LaunchTemplateName=nodes&LaunchTemplateData.TagSpecification.1.ResourceType=vpc\
         &LaunchTemplateData.TagSpecification.1.Tag.1.Key=a";
    a_template_that_tags_as_aws_does: "InvalidParameterValue" =
        "CreateLaunchTemplate"
        "LaunchTemplateName=nodes&LaunchTemplateData.TagSpecification.1.ResourceType=instance\
         &LaunchTemplateData.TagSpecification.1.Tag.1.Key=aws:a";
    a_template_with_tags_of_instances: "InvalidParameterValue" =
        "CreateLaunchTemplate"
        "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large\
         &TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=a";
    a_template_of_a_service: "UnsupportedOperation" =
        "CreateLaunchTemplate"
        "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large&Operator.Principal=a";
    a_template_asked_for_differently: "IdempotentParameterMismatch" =
        "CreateLaunchTemplate"
        "LaunchTemplateName=others&LaunchTemplateData.InstanceType=m5.large&ClientToken=t"
        after |net| {
        let asked = "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large&ClientToken=t";
        net.ok("CreateLaunchTemplate", asked);
    };
}

refusals! {
    a_version_of_nothing: "MissingParameter" =
        "CreateLaunchTemplateVersion" "LaunchTemplateData.InstanceType=m5.large";
    a_version_of_a_template_that_is_not_there: "InvalidLaunchTemplateId.NotFound" =
        "CreateLaunchTemplateVersion"
        "LaunchTemplateId=lt-12345678&LaunchTemplateData.InstanceType=m5.large";
    a_version_of_a_malformed_id: "InvalidLaunchTemplateId.Malformed" =
        "CreateLaunchTemplateVersion" "LaunchTemplateId=nodes&LaunchTemplateData.InstanceType=m5.large";
    a_version_of_an_unknown_name: "InvalidLaunchTemplateName.NotFoundException" =
        "CreateLaunchTemplateVersion" "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large";
    a_version_of_a_template_named_twice: "InvalidParameterCombination" =
        "CreateLaunchTemplateVersion"
        "LaunchTemplateId={lt}&LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m5.large"
        after |net| { template(net); };
    a_version_after_one_that_is_not_there: "InvalidLaunchTemplateId.VersionNotFound" =
        "CreateLaunchTemplateVersion"
        "LaunchTemplateId={lt}&SourceVersion=2&LaunchTemplateData.InstanceType=m5.large"
        after |net| { template(net); };
    a_version_after_none: "InvalidParameterValue" =
        "CreateLaunchTemplateVersion"
        "LaunchTemplateId={lt}&SourceVersion=first&LaunchTemplateData.InstanceType=m5.large"
        after |net| { template(net); };
    a_version_that_does_not_fit_its_source: "InvalidParameterCombination" =
        "CreateLaunchTemplateVersion"
        "LaunchTemplateId={lt}&SourceVersion=1&LaunchTemplateData.InstanceRequirements.VCpuCount.Min=2\
         &LaunchTemplateData.InstanceRequirements.MemoryMiB.Min=1024"
        after |net| { template(net); };

    no_default_version: "MissingParameter" = "ModifyLaunchTemplate" "LaunchTemplateId={lt}"
        after |net| { template(net); };
    a_default_version_that_is_not_there: "InvalidLaunchTemplateId.VersionNotFound" =
        "ModifyLaunchTemplate" "LaunchTemplateId={lt}&SetDefaultVersion=2"
        after |net| { template(net); };
    a_default_version_without_a_number: "InvalidParameterValue" =
        "ModifyLaunchTemplate" "LaunchTemplateId={lt}&SetDefaultVersion=$Latest"
        after |net| { template(net); };

    deleting_a_template_that_is_not_there: "InvalidLaunchTemplateId.NotFound" =
        "DeleteLaunchTemplate" "LaunchTemplateId=lt-12345678";
    deleting_a_template_of_an_unknown_name: "InvalidLaunchTemplateName.NotFoundException" =
        "DeleteLaunchTemplate" "LaunchTemplateName=nodes";
    deleting_no_template: "MissingParameter" = "DeleteLaunchTemplate" "";
    deleting_no_version: "MissingParameter" = "DeleteLaunchTemplateVersions" "LaunchTemplateId={lt}"
        after |net| { template(net); };
    deleting_the_latest_version_by_that_name: "InvalidParameterValue" =
        "DeleteLaunchTemplateVersions" "LaunchTemplateId={lt}&LaunchTemplateVersion.1=$Latest"
        after |net| { template(net); };

    listing_a_template_that_is_not_there: "InvalidLaunchTemplateId.NotFound" =
        "DescribeLaunchTemplates" "LaunchTemplateId.1=lt-12345678";
    listing_a_template_of_an_unknown_name: "InvalidLaunchTemplateName.NotFoundException" =
        "DescribeLaunchTemplates" "LaunchTemplateName.1=nodes";
    listing_templates_by_an_unknown_filter: "InvalidParameterValue" =
        "DescribeLaunchTemplates" "Filter.1.Name=tag-value&Filter.1.Value.1=a";
    listing_versions_of_nothing: "MissingParameter" = "DescribeLaunchTemplateVersions" "";
    listing_a_numbered_version_of_everything: "MissingParameter" =
        "DescribeLaunchTemplateVersions" "LaunchTemplateVersion.1=1";
    listing_a_version_that_is_not_there: "InvalidLaunchTemplateId.VersionNotFound" =
        "DescribeLaunchTemplateVersions" "LaunchTemplateId={lt}&LaunchTemplateVersion.1=2"
        after |net| { template(net); };
    listing_versions_in_two_ways: "InvalidParameterCombination" =
        "DescribeLaunchTemplateVersions" "LaunchTemplateId={lt}&LaunchTemplateVersion.1=1&MinVersion=1"
        after |net| { template(net); };
    listing_no_versions_at_a_time: "InvalidParameterValue" =
        "DescribeLaunchTemplateVersions" "LaunchTemplateId={lt}&MaxResults=0"
        after |net| { template(net); };
}

#[test]
fn user_data_of_more_than_16_kb() {
    let network = Network::new();
    // Four characters stand for three bytes.
    let asked =
        |letters: usize| format!("LaunchTemplateName=nodes&LaunchTemplateData.UserData={}", "AAAA".repeat(letters));
    assert_refused(&network, "CreateLaunchTemplate", &asked(5462), "InvalidParameterValue");
    network.ok("CreateLaunchTemplate", &asked(5461));
}
