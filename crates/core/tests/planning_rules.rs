//! The planning rules of the design, each by its name.

mod toy;

use eksctl_rs_core::{
    Action, Consent, Consequence, Graph, Ignore, Origin, Owner, Plan, Reason, StackId, Status, StepId,
};
use toy::*;

fn action(plan: &Plan, kind: &str, name: &str) -> Action {
    plan.change(&at(kind, name)).map_or(Action::NoOp, |change| change.action)
}

fn reason(plan: &Plan, kind: &str, name: &str) -> Reason {
    plan.change(&at(kind, name)).expect("a change").reason.clone()
}

/// Whether `later` cannot start before `earlier` has ended.
fn waits(plan: &Plan, later: &str, earlier: &str) -> bool {
    let find = |text: &str| -> Vec<StepId> {
        let found = plan.steps.iter().filter(|step| format!("{} {}", step.operation, step.address) == text);
        found.map(|step| step.id).collect()
    };
    let (later, earlier) = (find(later), find(earlier));
    assert!(!later.is_empty() && !earlier.is_empty(), "{:#?}", plan.steps);
    fn reaches(plan: &Plan, from: StepId, to: StepId) -> bool {
        plan.steps[from.0].needs.iter().any(|need| *need == to || reaches(plan, *need, to))
    }
    later.iter().all(|late| earlier.iter().all(|early| reaches(plan, *late, *early)))
}

#[test]
fn rule_1_missing_is_created() {
    let plan = plan_of(&[net("a", "10/8", 1)], &ToyWorld::default());
    assert_eq!((action(&plan, "Net", "a"), reason(&plan, "Net", "a")), (Action::Create, Reason::Missing));
    assert_eq!(plan.change(&at("Net", "a")).expect("a change").fields.len(), 4);
}

#[test]
fn rule_1_ours_and_not_in_the_stack_is_deleted() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), net("b", "11/8", 1)], &mut live);
    let plan = apply(&[net("a", "10/8", 1)], &mut live);
    assert_eq!((action(&plan, "Net", "b"), reason(&plan, "Net", "b")), (Action::Delete, Reason::NotInStack));
    assert_eq!(plan.consents.iter().map(Consent::word).collect::<Vec<_>>(), ["data-loss"]);
    assert_eq!(live.things.len(), 1);
}

#[test]
fn rule_1_there_and_not_ours_is_adopted_with_consent_only() {
    for (owner, stack) in [(Owner::Unknown, None), (Owner::Stack(StackId::new("x", "y")), Some(StackId::new("x", "y")))]
    {
        let mut live = ToyWorld::default();
        apply(&[net("a", "10/8", 1)], &mut live);
        live.only(&at("Net", "a")).owner = owner;
        let plan = plan_of(&[net("a", "10/8", 2)], &live);
        assert_eq!((action(&plan, "Net", "a"), reason(&plan, "Net", "a")), (Action::Adopt, Reason::NotOurs(stack)));
        assert_eq!(plan.consents.iter().map(Consent::word).collect::<Vec<_>>(), ["adopt"]);
        assert!(plan.steps.is_empty(), "nothing happens to it");
        assert!(plan_of(&[], &live).is_empty(), "and nothing when it is not wanted");
    }
}

#[test]
fn rule_1_what_is_dormant_is_gone_unless_it_is_wanted_again() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    live.only(&at("Net", "a")).status = Status::Dormant { status: "PENDING".into() };
    assert!(plan_of(&[], &live).is_empty(), "nobody deletes it again");
    let plan = plan_of(&[net("a", "10/8", 2)], &live);
    assert_eq!(action(&plan, "Net", "a"), Action::Update);
    let plan = plan_of(&[net("a", "11/8", 2)], &live);
    assert_eq!((action(&plan, "Net", "a"), plan.consents.len()), (Action::Create, 0), "another one is made");
}

#[test]
fn rule_2_a_differing_field_is_an_update() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    let plan = apply(&[net("a", "10/8", 2)], &mut live);
    let change = plan.change(&at("Net", "a")).expect("a change");
    assert_eq!(
        (change.action, &change.reason, change.origin),
        (Action::Update, &Reason::FieldsDiffer, Some(Origin::Edit))
    );
    assert_eq!(change.consequence, Consequence::Reversible);
    assert_eq!(change.fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(), ["size"]);
}

#[test]
fn rule_2_an_immutable_field_is_a_replacement() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    let plan = plan_of(&[net("a", "11/8", 1)], &live);
    let change = plan.change(&at("Net", "a")).expect("a change");
    assert_eq!((change.action, &change.reason), (Action::Replace, &Reason::ImmutableField("range".into())));
    assert_eq!(change.consequence, Consequence::DataLosing);
    assert_eq!(plan.consents.iter().map(Consent::word).collect::<Vec<_>>(), ["replace", "data-loss"]);
}

#[test]
fn rule_2_a_one_way_field_says_so() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    let plan = plan_of(&[with(net("a", "10/8", 1), "open", true)], &live);
    assert_eq!(plan.change(&at("Net", "a")).expect("a change").consequence, Consequence::OneWay);
}

#[test]
fn rule_2_what_others_own_is_no_difference() {
    let (wanted, mut live) = ([net("a", "10/8", 1), group("g", "a", &[], 1)], ToyWorld::default());
    apply(&wanted, &mut live);
    live.only(&at("Group", "g")).spec["desired"] = 9.into();
    assert!(plan_of(&wanted, &live).is_empty());
}

#[test]
fn rule_2_what_others_own_is_clamped_when_its_limits_move() {
    let (wanted, mut live) = ([net("a", "10/8", 1), group("g", "a", &[], 1)], ToyWorld::default());
    apply(&wanted, &mut live);
    let plan = plan_of(&[net("a", "10/8", 1), with(group("g", "a", &[], 1), "min", 5)], &live);
    let fields = &plan.change(&at("Group", "g")).expect("a change").fields;
    assert_eq!(fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(), ["desired", "min"]);
}

#[test]
fn rule_2_a_floating_value_is_resolved_at_creation_and_moves_only_by_an_edit() {
    let (wanted, mut live) = ([net("a", "10/8", 1), group("g", "a", &[], 1)], ToyWorld::default());
    apply(&wanted, &mut live);
    assert_eq!(live.only(&at("Group", "g")).spec["version"], 7);
    live.only(&at("Group", "g")).spec["version"] = 6.into();
    assert!(plan_of(&wanted, &live).is_empty());
    let plan = plan_of(&[net("a", "10/8", 1), with(group("g", "a", &[], 1), "version", 7)], &live);
    assert_eq!(action(&plan, "Group", "g"), Action::Update);
}

#[test]
fn rule_2_ignored_differences_do_not_count() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    let rule = Ignore { address: "toy.Net/*".into(), path: vec!["size".into()] };
    assert!(try_plan(&[net("a", "10/8", 5)], &live, &[rule]).expect("no refusal").is_empty());
}

#[test]
fn rule_2_what_aws_would_refuse_is_refused_with_the_way_to_go() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), group("g", "a", &[], 1)], &mut live);
    let wanted = [net("a", "10/8", 1), with(group("g", "a", &[], 1), "version", 9)];
    let refusals = try_plan(&wanted, &live, &[]).expect_err("a refusal");
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].to_string(), "toy.Group/g: cannot go from 7 to 9 at once");
}

#[test]
fn rule_2_the_origin_of_a_difference_is_told() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    live.only(&at("Net", "a")).spec["size"] = 4.into();
    let origin = |live: &ToyWorld, size| {
        plan_of(&[net("a", "10/8", size)], live).change(&at("Net", "a")).expect("a change").origin
    };
    assert_eq!(origin(&live, 1), Some(Origin::Drift));
    assert_eq!(origin(&live, 2), Some(Origin::Edit));
    live.only(&at("Net", "a")).applied = None;
    assert_eq!(origin(&live, 1), Some(Origin::Unknown));
}

#[test]
fn rule_3_a_reference_to_a_replaced_resource_is_a_difference() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), part("p", "a", 1, None), route("r", "p")], &mut live);
    let plan = apply(&[net("a", "11/8", 1), part("p", "a", 1, None), route("r", "p")], &mut live);
    assert_eq!(reason(&plan, "Part", "p"), Reason::DependencyReplaced(at("Net", "a")));
    assert_eq!((action(&plan, "Part", "p"), action(&plan, "Route", "r")), (Action::Replace, Action::Update));
}

#[test]
fn rule_3_a_reference_to_an_output_that_an_update_changes_is_a_difference() {
    let coloured = |colour| {
        let wanted = eksctl_rs_core::Reference::to(&at("Part", "p"), "colour");
        let route = with(route("r", "p"), "part", serde_json::to_value(wanted).expect("JSON"));
        [net("a", "10/8", 1), part("p", "a", colour, None), route]
    };
    let graph = |colour| Graph::new(coloured(colour).to_vec(), &ToyRules).expect("a graph");
    assert_eq!(graph(1).len(), 3);
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), part("p", "a", 1, None)], &mut live);
    let plan = plan_of(&coloured(2), &live);
    assert!(waits(&plan, "toy:Create toy.Route/r", "toy:Set toy.Part/p"));
}

#[test]
fn rule_4_creates_run_dependencies_first_and_deletes_dependents_first() {
    let wanted = [net("a", "10/8", 1), part("p", "a", 1, None), route("r", "p"), group("g", "a", &["p"], 1)];
    let mut live = ToyWorld::default();
    let plan = apply(&wanted, &mut live);
    assert!(waits(&plan, "toy:Create toy.Part/p", "toy:Create toy.Net/a"));
    assert!(waits(&plan, "toy:Create toy.Group/g", "toy:Create toy.Route/r"), "the ordering rule of groups");
    let plan = apply(&[], &mut live);
    assert!(waits(&plan, "toy:Delete toy.Net/a", "toy:Delete toy.Part/p"));
    assert!(waits(&plan, "toy:Delete toy.Route/r", "toy:Delete toy.Group/g"), "the ordering rule, the other way round");
    assert!(live.things.is_empty());
}

#[test]
fn rule_4_children_that_die_with_their_parent_get_no_step() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), child("c", "a")], &mut live);
    let plan = apply(&[], &mut live);
    assert_eq!(reason(&plan, "Child", "c"), Reason::DiesWith(at("Net", "a")));
    assert_eq!(plan.steps.len(), 1);
    assert!(live.things.is_empty());
}

#[test]
fn rule_5_a_delete_waits_for_the_delete_of_the_holder() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), part("p", "a", 1, None), part("q", "a", 1, None), route("r", "p")], &mut live);
    let plan = apply(&[net("a", "10/8", 1), part("q", "a", 1, None)], &mut live);
    assert!(waits(&plan, "toy:Delete toy.Part/p", "toy:Delete toy.Route/r"));
}

#[test]
fn rule_5_a_number_that_others_have_too_holds_nothing() {
    let mut live = ToyWorld::default();
    let parts = [net("a", "10/8", 1), part("p", "a", 1, None), part("q", "a", 1, None)];
    apply(&[&parts[..], &[pointer("i", "p")]].concat(), &mut live);
    live.only(&at("Pointer", "i")).spec["part"] = serde_json::json!({ "$id": "1" });
    let colour = eksctl_rs_core::Reference::to(&at("Part", "p"), "colour");
    let pointer = with(pointer("i", "p"), "part", serde_json::to_value(colour).expect("JSON"));
    let plan = plan_of(&[net("a", "10/8", 1), part("p", "a", 2, None), pointer], &live);
    assert_eq!((action(&plan, "Pointer", "i"), action(&plan, "Part", "q")), (Action::Update, Action::Delete));
    assert!(!waits(&plan, "toy:Delete toy.Part/q", "toy:Set toy.Pointer/i"));
}

#[test]
fn rule_5_a_delete_waits_for_the_update_that_lets_go() {
    let parts = [net("a", "10/8", 1), part("p", "a", 1, None), part("q", "a", 1, None)];
    let mut live = ToyWorld::default();
    apply(&[&parts[..], &[route("r", "p"), pointer("i", "p")]].concat(), &mut live);
    let wanted = [net("a", "10/8", 1), part("q", "a", 1, None), route("r", "q"), pointer("i", "q")];
    let plan = apply(&wanted, &mut live);
    assert!(waits(&plan, "toy:Delete toy.Part/p", "toy:LetGo toy.Route/r"));
    assert!(waits(&plan, "toy:Delete toy.Part/p", "toy:Set toy.Pointer/i"));
}

#[test]
fn rule_5_a_replacement_waits_for_the_update_of_a_holder_that_moves_elsewhere() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), net("b", "11/8", 1), part("p", "a", 1, None), pointer("i", "p")], &mut live);
    let elsewhere = [part("p", "b", 1, None), part("q", "b", 1, None), pointer("i", "q")];
    let plan = plan_of(&[&[net("a", "10/8", 1), net("b", "11/8", 1)], &elsewhere[..]].concat(), &live);
    assert!(waits(&plan, "toy:Delete toy.Part/p", "toy:Set toy.Pointer/i"));
    let along = [part("p", "b", 1, None), pointer("i", "p")];
    let plan = plan_of(&[&[net("a", "10/8", 1), net("b", "11/8", 1)], &along[..]].concat(), &live);
    assert!(waits(&plan, "toy:Set toy.Pointer/i", "toy:Create toy.Part/p"), "it cannot come first");
}

#[test]
fn rule_5_what_cannot_let_go_is_replaced_with_what_it_holds() {
    let mut live = ToyWorld::default();
    let nets = [net("a", "10/8", 1), net("b", "11/8", 1)];
    apply(&[&nets[..], &[part("p", "a", 1, None), ship("s", "p")]].concat(), &mut live);
    let plan = apply(&[&nets[..], &[part("p", "b", 1, None), ship("s", "p")]].concat(), &mut live);
    assert_eq!(action(&plan, "Ship", "s"), Action::Replace);
    assert_eq!(reason(&plan, "Ship", "s"), Reason::DependencyReplaced(at("Part", "p")));
    assert!(waits(&plan, "toy:Delete toy.Part/p", "toy:Delete toy.Ship/s"));
    // To something that stands beside the old one it can move.
    let moved = [part("p", "b", 1, None), part("q", "b", 1, None), ship("s", "q")];
    let plan = apply(&[&nets[..], &moved].concat(), &mut live);
    assert_eq!(action(&plan, "Ship", "s"), Action::Update);
    let plan = apply(&[&nets[..], &[part("q", "b", 1, None), ship("s", "q")]].concat(), &mut live);
    assert_eq!((action(&plan, "Part", "p"), action(&plan, "Ship", "s")), (Action::Delete, Action::NoOp));
    // Nor can it wait for one that waits for what it holds.
    let waiting = |net: &str, at: &str| [part("p", net, 1, None), part("q", "b", 1, Some("p")), ship("s", at)];
    apply(&[&nets[..], &waiting("a", "p")].concat(), &mut live);
    let plan = apply(&[&nets[..], &waiting("b", "q")].concat(), &mut live);
    assert_eq!((action(&plan, "Part", "q"), action(&plan, "Ship", "s")), (Action::Update, Action::Replace));
}

#[test]
fn rule_5_what_others_may_use_is_taken_away_after_they_have_gone_and_nobody_waits_for_it() {
    let annexed = |annex: bool, size| with(net("a", "10/8", size), "annex", annex);
    let within = |name: &str| with(part(name, "a", 1, None), "in_annex", true);
    let mut live = ToyWorld::default();
    let plan = apply(&[annexed(true, 1), within("p"), within("q"), group("g", "a", &["p"], 1)], &mut live);
    assert!(waits(&plan, "toy:Create toy.Part/p", "toy:Create toy.Net/a"));
    // One part goes and takes its group along only when the new one stands; the other one moves out.
    let wanted = [annexed(false, 2), part("q", "a", 1, None), part("r", "a", 1, None), group("g", "a", &["r"], 1)];
    let plan = apply(&wanted, &mut live);
    assert!(waits(&plan, "toy:Shrink toy.Net/a", "toy:Delete toy.Part/p"));
    assert!(waits(&plan, "toy:Shrink toy.Net/a", "toy:Delete toy.Part/q"));
    assert!(waits(&plan, "toy:Delete toy.Part/p", "toy:Create toy.Group/g"));
    assert!(waits(&plan, "toy:Set toy.Net/a", "toy:Shrink toy.Net/a"));
    assert!(plan_of(&wanted, &live).is_empty());
    let plan = apply(&[annexed(true, 2), within("q"), part("r", "a", 1, None)], &mut live);
    assert!(waits(&plan, "toy:Create toy.Part/q", "toy:Set toy.Net/a"));
}

#[test]
fn rule_6_replace_is_delete_then_create() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), part("p", "a", 1, None)], &mut live);
    let plan = apply(&[net("a", "11/8", 1), part("p", "a", 1, None)], &mut live);
    assert!(waits(&plan, "toy:Create toy.Net/a", "toy:Delete toy.Net/a"));
    assert!(waits(&plan, "toy:Delete toy.Net/a", "toy:Delete toy.Part/p"));
    assert!(waits(&plan, "toy:Create toy.Part/p", "toy:Create toy.Net/a"));
}

#[test]
fn rule_6_create_first_makes_the_new_one_under_a_new_name_and_then_deletes_the_old() {
    let wanted = |flavour| [net("a", "10/8", 1), group("g", "a", &[], flavour)];
    let mut live = ToyWorld::default();
    apply(&wanted(1), &mut live);
    live.only(&at("Group", "g")).spec["desired"] = 9.into();
    let plan = apply(&wanted(2), &mut live);
    assert!(waits(&plan, "toy:Delete toy.Group/g", "toy:Create toy.Group/g"));
    let thing = live.only(&at("Group", "g")).clone();
    assert!(thing.spec["name"].as_str().expect("a name").starts_with("g-"));
    assert_eq!(thing.spec["desired"], 9, "a replacement group starts at the live desired size");
    assert!(plan_of(&wanted(2), &live).is_empty(), "the new name is no difference");
    apply(&wanted(1), &mut live);
    assert_eq!(live.only(&at("Group", "g")).spec["name"], "g", "the plain name is free again");
}

#[test]
fn rule_6_under_a_replaced_parent_create_first_is_delete_first() {
    let wanted = |range: &str| [net("a", range, 1), group("g", "a", &[], 1)];
    let mut live = ToyWorld::default();
    apply(&wanted("10/8"), &mut live);
    let plan = apply(&wanted("11/8"), &mut live);
    assert!(waits(&plan, "toy:Create toy.Group/g", "toy:Delete toy.Group/g"));
    assert_eq!(live.only(&at("Group", "g")).spec["name"], "g");
}

#[test]
fn rule_6_a_renamed_group_comes_before_the_old_one_goes() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), group("old", "a", &[], 1)], &mut live);
    let plan = apply(&[net("a", "10/8", 1), group("new", "a", &[], 1)], &mut live);
    assert!(waits(&plan, "toy:Delete toy.Group/old", "toy:Create toy.Group/new"));
}

#[test]
fn rule_7_failed_at_creation_is_replaced() {
    let (wanted, mut live) = ([net("a", "10/8", 1), group("g", "a", &[], 1)], ToyWorld::default());
    apply(&wanted, &mut live);
    live.only(&at("Group", "g")).status = Status::Failed { status: "CREATE_FAILED".into(), issues: vec![] };
    let plan = apply(&wanted, &mut live);
    assert_eq!(reason(&plan, "Group", "g"), Reason::Failed("CREATE_FAILED".into()));
    assert!(waits(&plan, "toy:Create toy.Group/g", "toy:Delete toy.Group/g"));
    assert!(plan.consents.is_empty());
    assert!(plan_of(&wanted, &live).is_empty());
}

#[test]
fn rule_7_being_deleted_is_waited_for_and_then_created() {
    let (wanted, mut live) = ([net("a", "10/8", 1)], ToyWorld::default());
    apply(&wanted, &mut live);
    live.only(&at("Net", "a")).status = Status::Deleting { status: "DELETING".into() };
    let plan = plan_of(&wanted, &live);
    assert_eq!((action(&plan, "Net", "a"), reason(&plan, "Net", "a")), (Action::Create, Reason::BeingDeleted));
    assert!(waits(&plan, "toy:Create toy.Net/a", "wait toy.Net/a"));
    let plan = plan_of(&[], &live);
    assert_eq!(action(&plan, "Net", "a"), Action::Delete);
    assert_eq!(plan.steps.iter().map(|step| step.operation.as_str()).collect::<Vec<_>>(), ["wait"]);
}

/// AWS still tells of the add-ons of a cluster that it is deleting, and they are what is wanted.
#[test]
fn rule_7_what_goes_with_a_parent_that_is_being_deleted_is_created_again() {
    let (wanted, mut live) = ([net("a", "10/8", 1), child("c", "a")], ToyWorld::default());
    apply(&wanted, &mut live);
    live.only(&at("Net", "a")).status = Status::Deleting { status: "DELETING".into() };
    let plan = plan_of(&wanted, &live);
    assert_eq!((action(&plan, "Child", "c"), reason(&plan, "Child", "c")), (Action::Create, Reason::BeingDeleted));
    assert!(waits(&plan, "toy:Create toy.Child/c", "toy:Create toy.Net/a"));
    assert!(waits(&plan, "toy:Create toy.Net/a", "wait toy.Net/a"));
    assert_eq!(plan.steps.len(), 3, "{:#?}", plan.steps);
}

#[test]
fn rule_7_what_is_under_way_is_attached_to() {
    let (wanted, mut live) = ([net("a", "10/8", 1), part("p", "a", 1, None)], ToyWorld::default());
    apply(&wanted[..1], &mut live);
    for status in [
        Status::Creating { status: "CREATING".into() },
        Status::Updating { status: "UPDATING".into(), follow: Some("u-1".into()) },
    ] {
        live.only(&at("Net", "a")).status = status.clone();
        let plan = plan_of(&wanted, &live);
        assert_eq!(action(&plan, "Net", "a"), Action::Attach);
        assert!(plan.attaches());
        assert!(waits(&plan, "toy:Create toy.Part/p", "wait toy.Net/a"));
        let follows = plan.steps.iter().any(|step| step.follow.as_deref() == Some("u-1"));
        assert_eq!(follows, matches!(status, Status::Updating { .. }));
    }
}

#[test]
fn rule_7_degraded_is_shown_and_still_updatable() {
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    let issue = eksctl_rs_core::Issue { code: "NoSpace".into(), message: "no addresses left".into() };
    live.only(&at("Net", "a")).status = Status::Degraded { issues: vec![issue] };
    let plan = plan_of(&[net("a", "10/8", 2)], &live);
    let change = plan.change(&at("Net", "a")).expect("a change");
    assert_eq!(change.action, Action::Update);
    assert_eq!(change.notes, ["AWS reports NoSpace: no addresses left"]);
}

#[test]
fn rule_8_of_several_the_one_that_matches_what_is_immutable_is_current() {
    let wanted = [net("a", "10/8", 1), group("g", "a", &[], 2)];
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1), group("g", "a", &[], 1)], &mut live);
    let plan = plan_of(&wanted, &live);
    let mut half = live.clone();
    // The new one is there, the old one not gone yet.
    for step in plan.steps.iter().filter(|step| step.operation == "toy:Create") {
        let call = eksctl_rs_core::resolve(step.call.as_ref().expect("a call"), &mut |_, _| None);
        half.call(step, &call, "").expect("created");
    }
    assert_eq!(half.things.len(), 3);
    let plan = plan_of(&wanted, &half);
    assert_eq!(plan.changes.len(), 1);
    assert_eq!((plan.changes[0].action, &plan.changes[0].reason), (Action::Delete, &Reason::Superseded));
    run(&plan, &mut half, &wanted, |_| 0).expect("runs");
    assert_eq!(half.only(&at("Group", "g")).spec["flavour"], 2);
}

/// Two runs at once may each have made one; the one that is complete, or that others refer to, is not given up for the other.
#[test]
fn rule_8_of_several_that_match_the_one_that_differs_least_or_is_in_use_is_current() {
    let second = |live: &mut ToyWorld, colour: u32| {
        let twin = apply(&[net("a", "10/8", colour)], &mut ToyWorld::default());
        let call = twin.steps[0].call.clone().expect("a call");
        live.call(&twin.steps[0], &call, "").expect("created");
    };
    // The older one lacks something.
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    second(&mut live, 2);
    let plan = plan_of(&[net("a", "10/8", 2)], &live);
    let superseded =
        |plan: &Plan| plan.changes.iter().map(|change| (change.action, change.id.clone())).collect::<Vec<_>>();
    assert_eq!(superseded(&plan), [(Action::Delete, Some("toy.Net-1".to_owned()))]);
    // Both are the same, and somebody is in the newer one.
    let wanted = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let mut live = ToyWorld::default();
    apply(&[net("a", "10/8", 1)], &mut live);
    second(&mut live, 1);
    let newer = live.things.keys().find(|id| *id != "toy.Net-1").expect("another").clone();
    let inside = toy::Thing {
        address: at("Part", "p"),
        id: "toy.Part-9".into(),
        spec: serde_json::json!({ "net": { "$id": newer }, "colour": 1, "peer": null, "in_annex": false }),
        owner: Owner::Us,
        status: Status::Ready,
        applied: None,
    };
    live.things.insert(inside.id.clone(), inside);
    assert_eq!(superseded(&plan_of(&wanted, &live)), [(Action::Delete, Some("toy.Net-1".to_owned()))]);
}

#[test]
fn rule_8_else_the_oldest_is_current_and_one_in_use_is_only_reported() {
    let wanted = [net("a", "10/8", 1), part("p", "a", 1, None)];
    let mut live = ToyWorld::default();
    apply(&wanted, &mut live);
    // A second net at the same address, made later; the part stays with the first.
    let twin = apply(&[net("a", "10/8", 1)], &mut ToyWorld::default());
    let call = twin.steps[0].call.clone().expect("a call");
    live.call(&twin.steps[0], &call, "").expect("created");
    let plan = plan_of(&wanted, &live);
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(plan.changes[0].reason, Reason::Superseded);
    assert_eq!(plan.changes[0].id.as_deref(), Some("toy.Net-3"));
    // Now somebody uses the second one: it is reported, and left alone.
    let foreign = toy::Thing {
        address: at("Part", "q"),
        id: "toy.Part-9".into(),
        spec: serde_json::json!({ "net": { "$id": "toy.Net-3" }, "colour": 1, "peer": null, "in_annex": false }),
        owner: Owner::Us,
        status: Status::Ready,
        applied: None,
    };
    live.things.insert(foreign.id.clone(), foreign);
    let rule = Ignore { address: "toy.Part/q".into(), path: vec!["net".into()] };
    let wanted = [net("a", "10/8", 1), part("p", "a", 1, None), part("q", "a", 1, None)];
    let plan = try_plan(&wanted, &live, &[rule]).expect("no refusal");
    assert!(plan.steps.is_empty());
    assert_eq!(plan.changes[0].notes, ["toy.Net-3 also claims this address and is in use: it is left alone"]);
}

#[test]
fn circles_are_cut_by_stages() {
    let wanted = [net("a", "10/8", 1), part("p", "a", 1, Some("q")), part("q", "a", 1, Some("p"))];
    let mut live = ToyWorld::default();
    let plan = apply(&wanted, &mut live);
    assert!(waits(&plan, "toy:Set toy.Part/p", "toy:Create toy.Part/q"));
    assert!(plan_of(&wanted, &live).is_empty());
    apply(&[], &mut live);
    assert!(live.things.is_empty());
}

#[test]
fn an_early_reference_waits_stage_by_stage_so_that_a_late_one_may_point_back() {
    let wanted = [net("a", "10/8", 1), watched("p", "a", "t"), tower("t", "p", 1), group("g", "a", &[], 1)];
    let mut live = ToyWorld::default();
    let plan = apply(&wanted, &mut live);
    assert!(waits(&plan, "toy:Create toy.Tower/t", "toy:Create toy.Part/p"));
    assert!(waits(&plan, "toy:Set toy.Part/p", "toy:Create toy.Tower/t"));
    assert!(
        waits(&plan, "toy:Create toy.Group/g", "toy:Set toy.Part/p"),
        "the part is complete before who comes after"
    );
    assert!(plan_of(&wanted, &live).is_empty());
    let plan = apply(&[], &mut live);
    assert!(waits(&plan, "toy:Delete toy.Part/p", "toy:Delete toy.Tower/t"));
    assert!(waits(&plan, "toy:Delete toy.Tower/t", "toy:LetGo toy.Part/p"));
    assert!(live.things.is_empty());
}

#[test]
fn rule_4_some_come_after_all_of_a_kind_and_go_before_them() {
    let wanted = [net("a", "10/8", 1), part("p", "a", 1, None), tower("t", "p", 1), group("g", "a", &[], 1)];
    let mut live = ToyWorld::default();
    let plan = apply(&wanted, &mut live);
    assert!(waits(&plan, "toy:Create toy.Group/g", "toy:Create toy.Tower/t"));
    let plan = apply(&[], &mut live);
    assert!(waits(&plan, "toy:Delete toy.Tower/t", "toy:Delete toy.Group/g"));
}

#[test]
fn rule_4_one_of_a_kind_may_come_before_all_of_another_and_the_next_upon_them() {
    let wanted = |edge, min| {
        let group = with(with(group("g", "a", &[], 1), "min", min), "desired", 2);
        [net("a", "10/8", 1), group, tool("plug", "a", true, edge), tool("lamp", "a", false, edge)]
    };
    let mut live = ToyWorld::default();
    let plan = apply(&wanted(1, 1), &mut live);
    assert!(waits(&plan, "toy:Create toy.Group/g", "toy:Create toy.Tool/plug"));
    assert!(waits(&plan, "toy:Create toy.Tool/lamp", "toy:Create toy.Group/g"));
    let plan = apply(&wanted(2, 2), &mut live);
    assert!(waits(&plan, "toy:Set toy.Group/g", "toy:Set toy.Tool/plug"));
    assert!(waits(&plan, "toy:Set toy.Group/g", "toy:Set toy.Tool/lamp"), "what runs on it is changed first");
    assert!(plan_of(&wanted(2, 2), &live).is_empty());
    let plan = apply(&[net("a", "10/8", 1)], &mut live);
    assert!(waits(&plan, "toy:Delete toy.Group/g", "toy:Delete toy.Tool/lamp"));
    assert!(waits(&plan, "toy:Delete toy.Tool/plug", "toy:Delete toy.Group/g"));
}

#[test]
fn rule_4_what_runs_upon_a_replaced_group_is_changed_when_the_new_one_stands() {
    let wanted = |edge, flavour| {
        let groups = [group("g", "a", &[], flavour), with(group("h", "a", &[], 1), "min", edge)];
        [&[net("a", "10/8", 1), tool("lamp", "a", false, edge)], &groups[..]].concat()
    };
    let mut live = ToyWorld::default();
    apply(&wanted(1, 1), &mut live);
    let plan = apply(&wanted(2, 2), &mut live);
    assert!(waits(&plan, "toy:Set toy.Tool/lamp", "toy:Create toy.Group/g"));
    assert!(waits(&plan, "toy:Set toy.Group/h", "toy:Set toy.Tool/lamp"));
}

#[test]
fn rule_2_what_is_never_told_again_is_no_difference_and_is_sent_with_the_next_change() {
    let mut live = ToyWorld::default();
    let forced = |edge| [net("a", "10/8", 1), with(tool("t", "a", true, edge), "force", true)];
    apply(&[net("a", "10/8", 1), tool("t", "a", true, 1)], &mut live);
    assert!(plan_of(&forced(1), &live).is_empty());
    let plan = apply(&forced(2), &mut live);
    let fields = &plan.change(&at("Tool", "t")).expect("a change").fields;
    assert_eq!(fields.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(), ["edge"]);
    assert_eq!(live.only(&at("Tool", "t")).spec["force"], true);
}

#[test]
fn rule_5_what_lets_go_does_so_as_late_as_it_can() {
    let parts = [net("a", "10/8", 1), part("p", "a", 1, Some("q")), part("q", "a", 1, None)];
    let mut live = ToyWorld::default();
    apply(&[&parts[..], &[ship("s", "p"), pointer("i", "p")]].concat(), &mut live);
    let plan = apply(&[net("a", "10/8", 1), part("r", "a", 1, None), pointer("i", "r")], &mut live);
    assert!(waits(&plan, "toy:LetGo toy.Part/p", "toy:Delete toy.Ship/s"), "after what uses it has gone");
    assert!(waits(&plan, "toy:LetGo toy.Part/p", "toy:Set toy.Pointer/i"), "or has moved elsewhere");
    assert!(waits(&plan, "toy:Delete toy.Part/q", "toy:LetGo toy.Part/p"));
}

#[test]
fn any_other_circle_is_refused_with_its_path() {
    let mut p = part("p", "a", 1, None);
    p.spec["net"] = serde_json::to_value(eksctl_rs_core::Reference::to(&at("Net", "a"), "id")).expect("JSON");
    let error = Graph::new(vec![p, part("q", "b", 1, None)], &ToyRules).expect_err("nets are missing");
    assert_eq!(error.len(), 2);
    assert_eq!(error[0].to_string(), "toy.Part/p: net refers to toy.Net/a, which is not in the stack");
}

#[test]
fn nothing_at_all_is_an_empty_plan() {
    let plan = plan_of(&[], &ToyWorld::default());
    assert!(plan.is_empty());
    assert_eq!(plan.summary().to_string(), "0 to create, 0 to update, 0 to replace, 0 to delete");
}
