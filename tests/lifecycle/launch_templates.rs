//! Versions of launch templates: those of others, and those of a run that dies.

use std::time::Duration;

use aws_sdk_ec2::types::{LaunchTemplatesMonitoringRequest, RequestLaunchTemplateData, Tag};
use eksctl_rs_core::{Action, Desired, Reason};
use eksctl_rs_emulator::{Hold, Weather, When};

use crate::lab::{at, clients};
use crate::{Base, base};

const TEMPLATE: &str = "ec2.LaunchTemplate/a";
const GROUP: &str = "eks.Nodegroup/a";

fn id(base: &Base) -> String {
    base.snapshot.at(&at(TEMPLATE))[0].id.clone()
}

/// The numbers of the versions that there are, newest first, and the one that the nodes have.
async fn versions(base: &Base) -> (Vec<i64>, String) {
    let ec2 = clients::ec2(&base.lab, &base.open.spec);
    let answer = ec2.describe_launch_template_versions().launch_template_id(id(base)).send().await.expect("versions");
    let numbers = answer.launch_template_versions().iter().filter_map(|version| version.version_number()).collect();
    let eks = clients::eks(&base.lab, &base.open.spec);
    let group = eks.describe_nodegroup().cluster_name("life").nodegroup_name("a").send().await.expect("a group");
    let template = group.nodegroup().and_then(|group| group.launch_template()).expect("a template").clone();
    (numbers, template.version().expect("a version").to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_version_that_nobody_uses_is_no_drift_and_one_that_is_the_default_is() {
    let base = base().await;
    let ec2 = clients::ec2(&base.lab, &base.open.spec);
    let monitoring = LaunchTemplatesMonitoringRequest::builder().enabled(true).build();
    let data = RequestLaunchTemplateData::builder().monitoring(monitoring).build();
    let request = ec2.create_launch_template_version().launch_template_id(id(&base)).source_version("1");
    request.launch_template_data(data).send().await.expect("a version");
    assert!(base.plan(&base.desired).await.is_empty());
    ec2.modify_launch_template().launch_template_id(id(&base)).default_version("2").send().await.expect("modified");
    let plan = base.plan(&base.desired).await;
    let change = plan.change(&at(TEMPLATE)).expect("a change");
    let paths: Vec<&str> = change.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!((change.action, paths), (Action::Update, vec!["detailed_monitoring"]));
    assert_eq!(plan.change(&at(GROUP)).expect("a change").action, Action::Update);
    base.converge(&base.desired, "the default is ours again").await;
    assert_eq!(versions(&base).await, (vec![3, 2, 1], "3".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn whatever_call_a_run_dies_at_one_version_is_made() {
    let base = base().await;
    let mut desired: Vec<Desired> = base.desired.clone();
    let template = desired.iter_mut().find(|one| one.address == at(TEMPLATE)).expect("a template");
    template.spec["detailed_monitoring"] = true.into();
    template.spec["tags"]["added"] = "yes".into();
    for call in 1..=4 {
        for when in [When::Before, When::After] {
            let base = base.fork().await;
            let plan = base.plan(&desired).await;
            assert_eq!(plan.steps.iter().filter(|step| step.address == at(TEMPLATE)).count(), 3);
            base.lab.emulator.clear_log();
            base.lab
                .emulator
                .set_weather(Weather { hold: Some(Hold { call, when }), ..Weather::default() })
                .expect("such weather");
            let died = tokio::time::timeout(Duration::from_secs(3600), base.open.run(&plan)).await;
            base.lab.emulator.set_weather(Weather::default()).expect("such weather");
            assert!(died.is_err(), "{when:?} call {call}");
            for _ in 0..2 {
                // The first run only waits for what the dead one had begun.
                let plan = base.plan(&desired).await;
                base.open.run(&plan).await;
            }
            base.converge(&desired, &format!("{when:?} call {call}")).await;
            assert_eq!(versions(&base).await, (vec![2, 1], "2".to_owned()), "{when:?} call {call}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_template_of_ours_by_name_only_would_have_to_be_adopted() {
    let base = base().await;
    let ec2 = clients::ec2(&base.lab, &base.open.spec);
    let keys = ["eksctl-rs.io/stack", "eksctl-rs.io/address", "eksctl-rs.io/spec"];
    let tags = keys.iter().map(|key| Tag::builder().key(*key).build()).collect();
    ec2.delete_tags().resources(id(&base)).set_tags(Some(tags)).send().await.expect("untagged");
    let plan = base.plan(&base.desired).await;
    let change = plan.change(&at(TEMPLATE)).expect("a change");
    assert_eq!((change.action, &change.reason), (Action::Adopt, &Reason::NotOurs(None)));
}
