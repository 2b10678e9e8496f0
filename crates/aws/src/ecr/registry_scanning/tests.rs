use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecr::types::{
    RegistryScanningConfiguration, RegistryScanningRule, ScanFrequency, ScanType, ScanningRepositoryFilter,
    ScanningRepositoryFilterType,
};

use super::Spec;
use super::read::from_live;
use crate::ecr::unset;

fn rule(frequency: ScanFrequency, filters: &[&str]) -> RegistryScanningRule {
    let filter = |text: &&str| {
        let wildcard = ScanningRepositoryFilterType::Wildcard;
        ScanningRepositoryFilter::builder().filter(*text).filter_type(wildcard).build().expect("built")
    };
    let filters = Some(filters.iter().map(filter).collect());
    RegistryScanningRule::builder().scan_frequency(frequency).set_repository_filters(filters).build().expect("built")
}

#[test]
fn a_registry_that_was_never_set_is_basic_without_rules() {
    let nothing = Spec { scan_type: "BASIC".into(), rules: BTreeMap::new() };
    assert_eq!(from_live(None), nothing);
    assert_eq!(from_live(Some(&RegistryScanningConfiguration::builder().build())), nothing);
}

#[test]
fn rules_are_known_by_how_often_they_scan() {
    let configuration = RegistryScanningConfiguration::builder()
        .scan_type(ScanType::Enhanced)
        .rules(rule(ScanFrequency::ScanOnPush, &["*"]))
        .rules(rule(ScanFrequency::ContinuousScan, &["prod/*", "base/*"]))
        .build();
    let filters = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
    let expected = BTreeMap::from([
        ("CONTINUOUS_SCAN".to_owned(), filters(&["base/*", "prod/*"])),
        ("SCAN_ON_PUSH".to_owned(), filters(&["*"])),
    ]);
    assert_eq!(from_live(Some(&configuration)), Spec { scan_type: "ENHANCED".into(), rules: expected });
}

#[test]
fn what_is_at_its_default_is_there_only_for_who_wants_the_default() {
    let (default, set) = (from_live(None), Spec { scan_type: "ENHANCED".into(), rules: BTreeMap::new() });
    assert!(unset(&default, &set, &default), "it is made");
    assert!(!unset(&default, &default, &default), "there is nothing to do");
    assert!(!unset(&set, &default, &default), "it is set back");
}
