//! What is lived through: a stack, what was there before, and what is done.

use std::collections::BTreeMap;

use eksctl_rs_core::Outcome;
use eksctl_rs_emulator::Moment;
use eksctl_rs_engine::{Clock, Report};
use eksctl_rs_stack::{Sources, StackSpec};
use serde_json::Value;

use crate::lab::census::{census, marked};
use crate::lab::many::in_virtual_time;
use crate::lab::platforms::{Platform, example};
use crate::lab::{Lab, edited, edited_environment, environment, stack};

/// Somebody else's stack in the same account and Region: nobody may touch it.
const NEIGHBOUR: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: neighbour, region: REGION, account: "ACCOUNT", version: "1.35"}
vpc: {cidr: 10.199.0.0/16, nat: {gateway: Disable}}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
"#;

/// The smallest stack with something of most kinds.
const SMALL: &str = r#"
apiVersion: eksctl-rs.io/v1alpha1
kind: Stack
metadata: {name: small, region: eu-west-1, account: "111122223333", version: "1.35"}
availabilityZones: [eu-west-1a, eu-west-1b]
kms: {}
cloudWatch: {clusterLogging: {enableTypes: [audit]}}
managedNodeGroups:
- {name: a, instanceType: m6i.large}
"#;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verb {
    Apply,
    Destroy,
    /// An apply dies, and then everything is destroyed.
    ApplyThenDestroy,
}

pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) spec: StackSpec,
    pub(crate) verb: Verb,
    pub(crate) before: Moment,
}

/// What the world is in the end.
#[derive(Debug, PartialEq)]
pub(crate) struct World {
    essence: Vec<String>,
    census: BTreeMap<String, usize>,
    others: BTreeMap<String, Value>,
}

impl Scenario {
    fn new(name: &str, verb: Verb, ground: &Platform, before: Option<&StackSpec>, spec: StackSpec) -> Self {
        let before = in_virtual_time(async {
            let (lab, metadata) = (ground.lab(), &spec.metadata);
            let neighbour = NEIGHBOUR.replace("REGION", &metadata.region).replace("ACCOUNT", &metadata.account);
            lab.converge(&stack(&neighbour)).await;
            if let Some(before) = before {
                lab.converge(before).await;
            }
            settle().await;
            lab.emulator.moment()
        });
        Self { name: name.to_owned(), spec, verb, before }
    }

    /// What the scenario does, once more or for the first time.
    pub(crate) async fn first(&self, lab: &Lab) -> Report {
        match self.verb {
            Verb::Apply | Verb::ApplyThenDestroy => lab.apply(&self.spec).await,
            Verb::Destroy => lab.destroy(&self.spec).await,
        }
    }

    /// What is done after a crash.
    pub(crate) async fn again(&self, lab: &Lab) -> Report {
        match self.verb {
            Verb::Apply => lab.apply(&self.spec).await,
            Verb::Destroy | Verb::ApplyThenDestroy => lab.destroy(&self.spec).await,
        }
    }

    /// The world when it has come to rest; nothing is left to do.
    pub(crate) async fn end(&self, lab: &Lab) -> World {
        settle().await;
        let open = lab.open(&self.spec).await;
        let (observation, graph) = open.observe().await;
        let essence = match self.verb {
            Verb::Apply => {
                let plan = open.plan(&observation.snapshot, &graph).expect("no refusal");
                assert!(plan.is_empty(), "there is more to do: {:#?}", plan.changes);
                crate::lab::essence(&observation.snapshot)
            }
            Verb::Destroy | Verb::ApplyThenDestroy => crate::lab::left::essence(lab, &self.spec).await,
        };
        let mut census = census(lab, &self.spec);
        if self.verb == Verb::ApplyThenDestroy {
            // The roles of services are the account's, and come with the first of what they serve.
            census.remove("iam/roles");
        }
        World { essence, census, others: marked(lab, &self.spec, "neighbour") }
    }

    /// The world after nothing has gone wrong.
    pub(crate) fn undisturbed(&self) -> World {
        in_virtual_time(async {
            let lab = Lab::at(self.before.clone());
            if self.verb == Verb::ApplyThenDestroy {
                done(self.first(&lab).await);
            }
            done(self.again(&lab).await);
            self.end(&lab).await
        })
    }
}

pub(crate) fn done(report: Report) {
    assert_eq!(report.outcome, Outcome::Done, "{:#?}", report.failures);
}

/// What takes its time after everything is done, such as network interfaces that AWS takes away.
async fn settle() {
    Clock::real().sleep(7200.0).await;
}

impl World {
    /// What is not as it would be if nothing had gone wrong.
    pub(crate) fn compare(&self, undisturbed: &Self) {
        assert_eq!(self.essence, undisturbed.essence, "the stack is another one");
        assert_eq!(self.census, undisturbed.census, "something is there twice, or left");
        assert!(self.others == undisturbed.others, "what is somebody else's was touched");
    }
}

fn bare(name: &'static str) -> Platform {
    Platform::bare(name)
}

pub(crate) fn small(verb: Verb) -> Scenario {
    let spec = stack(SMALL);
    let before = (verb == Verb::Destroy).then(|| spec.clone());
    Scenario::new(&format!("{verb:?} small"), verb, &bare("small"), before.as_ref(), spec)
}

pub(crate) fn dev_applied() -> Scenario {
    Scenario::new("apply dev", Verb::Apply, &bare("dev"), None, environment("dev"))
}

pub(crate) fn dev_destroyed() -> Scenario {
    let dev = environment("dev");
    Scenario::new("destroy dev", Verb::Destroy, &bare("dev"), Some(&dev), dev.clone())
}

/// In place, taken away, made anew, and one thing more.
pub(crate) fn dev_updated() -> Scenario {
    let after = edited_environment(
        "dev",
        &[
            ("version: \"1.35\"", "version: \"1.36\""),
            ("environment: dev", "environment: development"),
            ("desiredCapacity: 3", "desiredCapacity: 4"),
            ("volumeSize: 100", "volumeSize: 120"),
            ("  - name: metrics-server\n", ""),
            ("    - service: s3", "    - service: s3\n    - service: sts"),
            ("  - upstream: quay\n", ""),
            ("AmazonEKSEditPolicy", "AmazonEKSAdminPolicy"),
            ("{keep: 50}", "{keep: 40}"),
            ("logRetentionInDays: 30", "logRetentionInDays: 60"),
        ],
    );
    Scenario::new("update dev", Verb::Apply, &bare("dev"), Some(&environment("dev")), after)
}

/// Other addresses of services: another cluster under the same name, and everything in it made anew.
pub(crate) fn dev_replaced() -> Scenario {
    let edit = ("accessConfig:", "kubernetesNetworkConfig:\n  serviceIPv4CIDR: 172.21.0.0/16\n\naccessConfig:");
    let after = edited_environment("dev", &[edit]);
    Scenario::new("replace dev", Verb::Apply, &bare("dev"), Some(&environment("dev")), after)
}

/// An example: applied, updated, with another cluster, destroyed.
pub(crate) fn of_example(name: &'static str) -> Vec<Scenario> {
    let path = format!("{}/examples/{name}/stack.yaml", env!("CARGO_MANIFEST_DIR"));
    let after = |edits: &[(&str, &str)]| edited(Sources::file(path.as_ref()).expect("the example"), edits);
    let platform = example(name);
    let before = platform.spec.clone();
    let updated = after(&[
        ("version: \"1.35\"", "version: \"1.36\""),
        ("[api, audit", "[api, scheduler"),
        ("logRetentionInDays: ", "logRetentionInDays: 3653 #"),
        ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy"),
        ("- name: kube-proxy", "- name: kube-proxy\n  - name: eks-pod-identity-agent"),
        ("tags:\n", "tags:\n    edited: \"yes\"\n"),
    ]);
    let replaced =
        after(&[("accessConfig:", "kubernetesNetworkConfig:\n  serviceIPv4CIDR: 172.21.0.0/16\n\naccessConfig:")]);
    vec![
        Scenario::new(&format!("apply {name}"), Verb::Apply, &platform, None, before.clone()),
        Scenario::new(&format!("update {name}"), Verb::Apply, &platform, Some(&before), updated),
        Scenario::new(&format!("replace {name}"), Verb::Apply, &platform, Some(&before), replaced),
        Scenario::new(&format!("destroy {name}"), Verb::Destroy, &platform, Some(&before), before.clone()),
    ]
}
