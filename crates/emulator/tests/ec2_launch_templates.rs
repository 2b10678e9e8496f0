//! Launch templates from their creation to their end.

mod aws;
mod network;

use network::Network;
use serde_json::json;

/// A launch template `{lt}` called `nodes`, with tags and with launch parameters of many kinds.
fn template() -> Network {
    let mut network = Network::new();
    let asked = "LaunchTemplateName=nodes&VersionDescription=first&LaunchTemplateData.InstanceType=m5.large\
        &LaunchTemplateData.UserData=IyEvYmluL3No&LaunchTemplateData.MetadataOptions.HttpTokens=required\
        &LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit=2\
        &LaunchTemplateData.BlockDeviceMapping.1.DeviceName=/dev/xvda\
        &LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize=80\
        &LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeType=gp3\
        &LaunchTemplateData.BlockDeviceMapping.1.Ebs.Encrypted=true\
        &LaunchTemplateData.SecurityGroupId.1=sg-12345678\
        &LaunchTemplateData.TagSpecification.1.ResourceType=instance\
        &LaunchTemplateData.TagSpecification.1.Tag.1.Key=Name&LaunchTemplateData.TagSpecification.1.Tag.1.Value=node\
        &TagSpecification.1.ResourceType=launch-template\
        &TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=a";
    network.make("lt", "CreateLaunchTemplate", asked, "launchTemplateId");
    network
}

fn shown(network: &Network, version: &str, element: &str) -> Option<String> {
    let asked = format!("LaunchTemplateId={{lt}}&LaunchTemplateVersion.1={version}");
    network.first("DescribeLaunchTemplateVersions", &asked, element)
}

fn numbers(network: &Network, parameters: &str) -> Vec<String> {
    network.all("DescribeLaunchTemplateVersions", parameters, "versionNumber")
}

/// Versions 2 with another instance type, and 3 of version 1 with another.
fn more_versions(network: &Network) {
    network.ok(
        "CreateLaunchTemplateVersion",
        "LaunchTemplateName=nodes&LaunchTemplateData.InstanceType=m6i.large&VersionDescription=second",
    );
    let third = "LaunchTemplateId={lt}&SourceVersion=1&LaunchTemplateData.InstanceType=m7i.large";
    network.ok("CreateLaunchTemplateVersion", third);
}

#[test]
fn everything_that_is_sent_is_shown() {
    let network = template();
    let found = network.ok("DescribeLaunchTemplateVersions", "LaunchTemplateId={lt}");
    for (element, value) in [
        ("launchTemplateName", "nodes"),
        ("versionNumber", "1"),
        ("versionDescription", "first"),
        ("defaultVersion", "true"),
        ("instanceType", "m5.large"),
        ("userData", "IyEvYmluL3No"),
        ("httpTokens", "required"),
        ("httpPutResponseHopLimit", "2"),
        ("deviceName", "/dev/xvda"),
        ("volumeSize", "80"),
        ("volumeType", "gp3"),
        ("encrypted", "true"),
        ("resourceType", "instance"),
        ("value", "node"),
    ] {
        assert_eq!(aws::xml(&found, element).as_deref(), Some(value), "{element}: {found}");
    }
    assert!(found.contains("sg-12345678") && aws::xml(&found, "createdBy").is_some(), "{found}");
    let found = network.ok("DescribeLaunchTemplates", "LaunchTemplateName.1=nodes");
    assert_eq!(aws::xml(&found, "launchTemplateId").as_deref(), Some(network.id("lt")));
    assert_eq!(aws::xml(&found, "defaultVersionNumber").as_deref(), Some("1"));
    assert_eq!(aws::xml(&found, "latestVersionNumber").as_deref(), Some("1"));
}

#[test]
fn versions_follow_each_other_and_one_is_the_default() {
    let network = template();
    more_versions(&network);
    assert_eq!(shown(&network, "2", "userData"), None, "it has a source only if it is asked for");
    assert_eq!(shown(&network, "3", "userData").as_deref(), Some("IyEvYmluL3No"));
    assert_eq!(shown(&network, "3", "instanceType").as_deref(), Some("m7i.large"));
    assert_eq!(shown(&network, "$Latest", "versionNumber").as_deref(), Some("3"));
    assert_eq!(shown(&network, "$Default", "versionNumber").as_deref(), Some("1"));
    let changed = network.ok("ModifyLaunchTemplate", "LaunchTemplateId={lt}&SetDefaultVersion=2");
    assert_eq!(aws::xml(&changed, "defaultVersionNumber").as_deref(), Some("2"));
    assert_eq!(aws::xml(&changed, "latestVersionNumber").as_deref(), Some("3"));
    assert_eq!(shown(&network, "$Default", "instanceType").as_deref(), Some("m6i.large"));
    assert_eq!(shown(&network, "1", "defaultVersion").as_deref(), Some("false"));
}

#[test]
fn versions_are_listed_by_number_range_filter_and_page() {
    let network = template();
    more_versions(&network);
    assert_eq!(numbers(&network, "LaunchTemplateName=nodes"), ["3", "2", "1"]);
    assert_eq!(numbers(&network, "LaunchTemplateName=nodes&MinVersion=2"), ["3", "2"]);
    assert_eq!(numbers(&network, "LaunchTemplateName=nodes&MaxVersion=2"), ["2", "1"]);
    let some = "LaunchTemplateName=nodes&LaunchTemplateVersion.1=1&LaunchTemplateVersion.2=$Latest";
    assert_eq!(numbers(&network, some), ["3", "1"]);
    assert_eq!(numbers(&network, "LaunchTemplateVersion.1=$Latest&LaunchTemplateVersion.2=$Default"), ["3", "1"]);
    for (filter, value, found) in [
        ("instance-type", "m*.large", vec!["3", "2", "1"]),
        ("instance-type", "m7i.large", vec!["3"]),
        ("http-tokens", "required", vec!["3", "1"]),
        ("is-default-version", "true", vec!["1"]),
        ("image-id", "ami-*", vec![]),
    ] {
        let asked = format!("LaunchTemplateName=nodes&Filter.1.Name={filter}&Filter.1.Value.1={value}");
        assert_eq!(numbers(&network, &asked), found, "{filter}");
    }
    let first = network.ok("DescribeLaunchTemplateVersions", "LaunchTemplateName=nodes&MaxResults=2");
    let next = aws::xml(&first, "nextToken").expect("a token");
    let second = format!("LaunchTemplateName=nodes&MaxResults=2&NextToken={next}");
    assert_eq!(numbers(&network, &second), ["1"]);
}

#[test]
fn versions_are_deleted_but_for_the_default_one() {
    let network = template();
    more_versions(&network);
    let doomed = "LaunchTemplateId={lt}&LaunchTemplateVersion.1=1&LaunchTemplateVersion.2=3&LaunchTemplateVersion.3=9";
    let answer = network.ok("DeleteLaunchTemplateVersions", doomed);
    let (done, failed) = answer.split_once("<unsuccessfullyDeleted").expect("both");
    assert_eq!(aws::all(done, "versionNumber"), ["3"]);
    assert_eq!(aws::all(failed, "versionNumber"), ["1", "9"]);
    assert_eq!(aws::all(failed, "code"), ["unexpectedError", "launchTemplateVersionDoesNotExist"]);
    assert_eq!(numbers(&network, "LaunchTemplateName=nodes"), ["2", "1"]);
    // A number is not given again.
    let fourth = "LaunchTemplateId={lt}&LaunchTemplateData.InstanceType=m5.large";
    assert_eq!(network.first("CreateLaunchTemplateVersion", fourth, "versionNumber").as_deref(), Some("4"));
    network.ok("DeleteLaunchTemplate", "LaunchTemplateName=nodes");
    assert_eq!(network.all("DescribeLaunchTemplates", "", "launchTemplateId"), [""; 0]);
}

#[test]
fn a_request_with_a_token_is_granted_once() {
    let network = template();
    let asked = "LaunchTemplateId={lt}&LaunchTemplateData.InstanceType=m6i.large&ClientToken=t";
    for _ in 0..2 {
        assert_eq!(network.first("CreateLaunchTemplateVersion", asked, "versionNumber").as_deref(), Some("2"));
    }
    let asked = "LaunchTemplateName=others&LaunchTemplateData.InstanceType=m6i.large&ClientToken=t";
    let first = network.first("CreateLaunchTemplate", asked, "launchTemplateId");
    assert_eq!(network.first("CreateLaunchTemplate", asked, "launchTemplateId"), first);
}

#[test]
fn what_does_not_go_together_is_warned_of() {
    let network = Network::new();
    let asked = "LaunchTemplateName=nodes&LaunchTemplateData.SecurityGroupId.1=sg-12345678\
        &LaunchTemplateData.NetworkInterface.1.DeviceIndex=0";
    let warning = network.first("CreateLaunchTemplate", asked, "code");
    assert_eq!(warning.as_deref(), Some("InvalidParameterCombination"));
}

#[test]
fn templates_have_tags() {
    let network = template();
    let filter = "Filter.1.Name=tag:team&Filter.1.Value.1=a";
    assert_eq!(network.all("DescribeLaunchTemplates", filter, "launchTemplateName"), ["nodes"]);
    network.ok("CreateTags", "ResourceId.1={lt}&Tag.1.Key=team&Tag.1.Value=b");
    assert_eq!(network.all("DescribeLaunchTemplates", filter, "launchTemplateName"), [""; 0]);
    assert_eq!(network.all("DescribeTags", "", "resourceType"), ["launch-template"]);
    let found = network.aws.tagging("GetResources", json!({ "ResourceTypeFilters": ["ec2:launch-template"] }));
    let arn = format!("arn:aws:ec2:eu-west-1:111122223333:launch-template/{}", network.id("lt"));
    assert_eq!(found.expect("resources")["ResourceTagMappingList"][0]["ResourceARN"], arn);
}
