//! A wait that is given up: it is said what to do, and the next run goes on with it.

mod lab;

use eksctl_rs_core::Outcome;
use lab::{Lab, stack};

#[tokio::test(start_paused = true)]
async fn a_wait_is_given_up_when_the_stack_says_so_and_the_next_run_goes_on_with_it() {
    const STACK: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: small, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
"#;
    let (lab, hasty) = (Lab::new(), stack(&format!("{STACK}timeouts: {{eks.Cluster: 5}}\n")));
    let report = lab.apply(&hasty).await;
    assert_eq!(report.outcome, Outcome::Partial);
    let [(address, error)] = report.failures.as_slice() else { panic!("{:#?}", report.failures) };
    assert_eq!((address.to_string().as_str(), error.code.as_str()), ("eks.Cluster/small", "TimeOut"));
    assert!(error.message.contains("CREATING") && error.message.contains("timeouts.eks.Cluster"), "{error}");
    lab.converge(&stack(STACK)).await;
    let made =
        lab.emulator.log().into_iter().filter(|call| call.operation == "CreateCluster" && call.error.is_none()).count();
    assert_eq!(made, 1, "it was waited for, and not made again");
}
