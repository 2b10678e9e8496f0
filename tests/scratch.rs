mod lab;
use eksctl_rs_core::*;
use lab::*;
#[tokio::test(start_paused = true)]
async fn network_only() {
    let (lab, dev) = (Lab::new(), environment("dev"));
    let open = lab.open(&dev).await;
    let draft = eksctl_rs_stack::expand(&dev, &Facts::none(), &open.world).unwrap();
    let only: Vec<Desired> = draft.iter().filter(|d| !d.address.kind().starts_with("eks.")).cloned().collect();
    let g = graph(only);
    let backoff = eksctl_rs_engine::Backoff::new(open.clock, 1);
    for round in 0..3 {
        let open = lab.open(&dev).await;
        let snap = match open.provider.observe(&Observe { wanted: &g, questions: &[] }, &backoff).await {
            Ok(o) => o.snapshot,
            Err(e) => {
                println!("observe: {e}");
                return;
            }
        };
        let plan = open.plan(&snap, &g).unwrap();
        println!("round {round}: {} stats {:?}", plan.summary(), open.provider.stats());
        for c in &plan.changes {
            if round > 0 {
                println!("{c:#?}");
            }
        }
        if plan.is_empty() {
            break;
        }
        let report = open
            .run_telling(&plan, &|e| {
                if let Event::StepRetrying { address, error, .. } = &e {
                    println!("{address} retry {error}")
                }
            })
            .await;
        println!("{:?} {:?} {:#?} at {}", report.outcome, report.tally, report.failures, open.clock.elapsed());
    }
    let open = lab.open(&dev).await;
    let snap = open.provider.observe(&Observe { wanted: &g, questions: &[] }, &backoff).await.unwrap().snapshot;
    let plan = open.plan(&snap, &Graph::empty()).unwrap();
    let report = open.run(&plan).await;
    println!("destroy {:?} {:?} {:#?}", report.outcome, report.tally, report.failures);
    let snap = open.provider.observe(&Observe { wanted: &g, questions: &[] }, &backoff).await.unwrap().snapshot;
    println!("left {:?}", snap.iter().map(|o| &o.address).collect::<Vec<_>>());
}
