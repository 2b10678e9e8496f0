//! Random stacks over random worlds: whatever stood there before, running the steps of a plan in any allowed order
//! reaches what is wanted, and then there is nothing left to do.

mod toy;

use std::collections::BTreeMap;

use eksctl_rs_core::{Desired, Status, StepId};
use proptest::prelude::*;
use toy::*;

/// A random stack: nets, parts that may point at each other, routes, towers that their parts may point back at,
/// groups, children, tools for groups and on them.
fn stack() -> impl Strategy<Value = Vec<Desired>> {
    let nets = prop::collection::btree_map(0..3u8, (0..2u8, 1..3u32, any::<bool>()), 0..3);
    let parts = prop::collection::btree_map(0..4u8, (any::<u8>(), 1..3u32, any::<Option<u8>>(), any::<bool>()), 0..4);
    let routes = prop::collection::btree_map(0..3u8, any::<u8>(), 0..3);
    let groups = prop::collection::btree_map(0..3u8, (any::<u8>(), 1..3u32, any::<u8>(), 1..4u32), 0..3);
    let towers = prop::collection::btree_map(0..2u8, (any::<u8>(), 1..3u32, any::<bool>()), 0..3);
    let children = prop::collection::btree_map(0..2u8, any::<u8>(), 0..2);
    let tools = prop::collection::btree_map(0..3u8, (any::<u8>(), any::<bool>(), 1..3u32), 0..3);
    let all = (nets, parts, routes, towers, groups, children, tools);
    all.prop_map(|(nets, parts, routes, towers, groups, children, tools)| {
        let mut stack: Vec<Desired> = Vec::new();
        let net_names: Vec<String> = nets.keys().map(|n| format!("n{n}")).collect();
        for (n, (range, size, annex)) in &nets {
            stack.push(with(net(&format!("n{n}"), &format!("10.{n}{range}/16"), *size), "annex", *annex));
        }
        let Some(last) = net_names.len().checked_sub(1) else { return stack };
        let net_of = |pick: u8| net_names[usize::from(pick) % (last + 1)].as_str();
        let part_names: Vec<String> = parts.keys().map(|p| format!("p{p}")).collect();
        let part_of = |pick: u8| part_names.get(usize::from(pick) % part_names.len().max(1)).map(String::as_str);
        let has_annex = |of: u8| nets.values().nth(usize::from(of) % (last + 1)).is_some_and(|(_, _, annex)| *annex);
        for (p, (of, colour, peer, in_annex)) in &parts {
            let own = format!("p{p}");
            let peer = peer.and_then(part_of).filter(|peer| *peer != own);
            let in_annex = *in_annex && has_annex(*of);
            stack.push(with(part(&own, net_of(*of), *colour, peer), "in_annex", in_annex));
        }
        for (r, pick) in &routes {
            if let Some(name) = part_of(*pick) {
                stack.push(route(&format!("r{r}"), name));
                stack.push(pointer(&format!("i{r}"), name));
                stack.push(ship(&format!("s{r}"), name));
            }
        }
        for (t, (pick, flavour, is_peer)) in &towers {
            if let Some(name) = part_of(*pick) {
                let tower = tower(&format!("t{t}"), name, *flavour);
                let watched = stack.iter_mut().find(|desired| desired.address == at("Part", name));
                if let Some(watched) = watched.filter(|_| *is_peer) {
                    let peer = eksctl_rs_core::Reference::to(&tower.address, "id");
                    watched.spec["peer"] = serde_json::to_value(peer).expect("JSON");
                }
                stack.push(tower);
            }
        }
        for (g, (of, flavour, pick, min)) in &groups {
            let names: Vec<&str> = part_of(*pick).into_iter().collect();
            let sized = with(group(&format!("g{g}"), net_of(*of), &names, *flavour), "min", *min);
            stack.push(with(sized, "desired", (*min).max(2)));
        }
        for (c, of) in &children {
            stack.push(child(&format!("c{c}"), net_of(*of)));
        }
        for (t, (of, early, edge)) in &tools {
            stack.push(tool(&format!("o{t}"), net_of(*of), *early, *edge));
        }
        stack
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn any_allowed_order_reaches_what_is_wanted(
        before in stack(),
        after in stack(),
        picks in prop::collection::vec(any::<u16>(), 64),
        failed in any::<Option<u8>>(),
    ) {
        let mut live = ToyWorld::default();
        apply(&before, &mut live);
        if let Some(pick) = failed
            && !live.things.is_empty()
        {
            let at = usize::from(pick) % live.things.len();
            let thing = live.things.values_mut().nth(at).expect("a thing");
            // A net that failed has nothing in it.
            if thing.address.kind() == "toy.Group" {
                thing.status = Status::Failed { status: "CREATE_FAILED".into(), issues: vec![] };
            }
        }
        let mut next = picks.iter().cycle();
        let plan = plan_of(&after, &live);
        let ran = run(&plan, &mut live, &after, |ready| usize::from(*next.next().expect("endless")) % ready);
        prop_assert!(ran.is_ok(), "{:?}\n{:#?}", ran, plan.steps);
        let again = plan_of(&after, &live);
        prop_assert!(again.is_empty(), "not converged: {:#?}", again.changes);
        let mut undisturbed = ToyWorld::default();
        apply(&after, &mut undisturbed);
        let (mut reached, mut wanted) = (live.essence(), undisturbed.essence());
        // Names of replaced groups and what an autoscaler owns may differ.
        for (_, spec) in reached.iter_mut().chain(wanted.iter_mut()) {
            spec["name"] = serde_json::Value::Null;
            spec["desired"] = serde_json::Value::Null;
        }
        prop_assert_eq!(reached, wanted);
    }

    #[test]
    fn steps_in_a_crowd_break_no_edge_and_no_lane(before in stack(), after in stack(), picks in prop::collection::vec(any::<u16>(), 64)) {
        let mut live = ToyWorld::default();
        apply(&before, &mut live);
        let plan = plan_of(&after, &live);
        let mut running: Vec<StepId> = Vec::new();
        let mut done: Vec<StepId> = Vec::new();
        let mut next = picks.iter().cycle().map(|pick| usize::from(*pick));
        while done.len() < plan.steps.len() {
            let held = |running: &[StepId]| {
                let mut held: BTreeMap<&str, usize> = BTreeMap::new();
                for lane in running.iter().flat_map(|id| &plan.steps[id.0].lanes) {
                    *held.entry(lane.name.as_str()).or_default() += 1;
                }
                held
            };
            let ready: Vec<StepId> = plan.steps.iter().filter(|step| {
                let free = step.lanes.iter().all(|lane| held(&running).get(lane.name.as_str()).copied().unwrap_or(0) < lane.limit);
                !running.contains(&step.id) && !done.contains(&step.id) && free && step.needs.iter().all(|need| done.contains(need))
            }).map(|step| step.id).collect();
            prop_assert!(!ready.is_empty() || !running.is_empty(), "stuck");
            if !ready.is_empty() && next.next().expect("endless") % 2 == 0 {
                running.push(ready[next.next().expect("endless") % ready.len()]);
            } else if !running.is_empty() {
                let at = next.next().expect("endless") % running.len();
                done.push(running.remove(at));
            }
        }
    }
}
