//! What reading a whole stack costs: how many calls, and how many of them wait for each other.
//!
//! Every call of a reading belongs to a row of [`ROWS`], and no row may cost more than it says. `docs/performance.md` shows
//! the same table: `EKSCTL_RS_RENEW=1 cargo test --workspace --test reads` writes it anew.

#![expect(clippy::panic, reason = "a test fails by a panic")]

mod lab;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use eksctl_rs_core::{Address, Graph, Observe, Owner, Provider, Question, Snapshot, Stats};
use eksctl_rs_emulator::{LogEntry, Weather};
use eksctl_rs_engine::{Backoff, Clock};
use eksctl_rs_stack::needs;
use lab::platforms::{Platform, platforms};
use lab::{Lab, Open, environment, essence};

/// Set it to write the tables anew instead of comparing.
const RENEW: &str = "EKSCTL_RS_RENEW";
const BEGIN: &str = "<!-- The tables of tests/reads.rs begin. -->\n";
const END: &str = "<!-- They end. -->\n";

/// The identity check, and two round trips.
const DEEP: u64 = 3;

/// What there is to read.
struct Stack {
    resources: u64,
    by_kind: BTreeMap<String, u64>,
    /// Policies in roles, and in groups.
    inline: [u64; 2],
    /// Pod identity associations, those of add-ons among them.
    associations: u64,
    questions: Vec<Question>,
}

impl Stack {
    fn of(open: &Open, snapshot: &Snapshot) -> Self {
        let ours: Vec<_> = snapshot.iter().filter(|observed| observed.owner == Owner::Us).collect();
        let mut by_kind = BTreeMap::new();
        ours.iter().for_each(|observed| *by_kind.entry(observed.address.kind().to_owned()).or_default() += 1);
        let entries = |kind: &str, field: &str| -> u64 {
            let those = ours.iter().filter(|observed| observed.address.kind() == kind);
            those.map(|observed| observed.spec[field].as_object().map_or(0, |all| all.len() as u64)).sum()
        };
        Self {
            resources: ours.len() as u64,
            associations: by_kind.get("eks.PodIdentityAssociation").copied().unwrap_or_default()
                + entries("eks.Addon", "pod_identity_associations"),
            inline: ["iam.Role", "iam.Group"].map(|kind| entries(kind, "inline_policies")),
            by_kind,
            questions: needs(&open.spec),
        }
    }

    fn count(&self, kind: &str) -> u64 {
        self.by_kind.get(kind).copied().unwrap_or_default()
    }

    /// Those beyond the one that the formula counts.
    fn more(&self, kind: &str) -> u64 {
        self.count(kind).saturating_sub(1)
    }

    fn asks(&self, is_such: fn(&Question) -> bool) -> u64 {
        self.questions.iter().filter(|question| is_such(question)).count() as u64
    }

    /// `28 + 3R + q + N + F + A + 2E + P + 3C`.
    fn formula(&self) -> u64 {
        let [q, _] = self.inline;
        28 + 3 * self.count("iam.Role")
            + q
            + self.count("eks.Nodegroup")
            + self.count("eks.FargateProfile")
            + self.count("eks.Addon")
            + 2 * self.count("eks.AccessEntry")
            + self.associations
            + 3 * self.count("ecr.Repository")
    }
}

/// What some calls are for, and how many there may be.
struct Row {
    what: &'static str,
    operations: &'static str,
    /// Which of these calls; all that no row before it takes.
    takes: fn(&LogEntry) -> bool,
    /// How many the formula allows, in its letters and as a number.
    formula: (&'static str, fn(&Stack) -> u64),
    /// How many there may be besides, and why.
    besides: (&'static str, fn(&Stack) -> u64),
}

impl Row {
    const fn new(what: &'static str, operations: &'static str) -> Self {
        let nothing: (&'static str, fn(&Stack) -> u64) = ("", |_| 0);
        Self { what, operations, takes: |_| true, formula: nothing, besides: nothing }
    }

    const fn taking(self, takes: fn(&LogEntry) -> bool) -> Self {
        Self { takes, ..self }
    }

    const fn formula(self, letters: &'static str, number: fn(&Stack) -> u64) -> Self {
        Self { formula: (letters, number), ..self }
    }

    const fn besides(self, why: &'static str, number: fn(&Stack) -> u64) -> Self {
        Self { besides: (why, number), ..self }
    }

    fn has(&self, entry: &LogEntry) -> bool {
        let name = format!("{}:{}", entry.service, entry.operation);
        self.operations.split(' ').any(|operation| operation == name) && (self.takes)(entry)
    }

    fn is_counted(&self) -> bool {
        !self.formula.0.is_empty()
    }
}

/// Whether a call of EC2 asks for what is the stack's.
fn of_the_stack(entry: &LogEntry) -> bool {
    entry.input["Filters"].to_string().contains("tag:eksctl-rs.io/stack")
}

fn of_identity_center(entry: &LogEntry) -> bool {
    entry.input["PathPrefix"].as_str().is_some_and(|path| path.starts_with("/aws-reserved/"))
}

fn is_addon(question: &Question) -> bool {
    matches!(question, Question::Addon(_))
}

fn is_of_a_network(question: &Question) -> bool {
    matches!(question, Question::Vpcs(_) | Question::Subnets(_))
}

/// Every call of a reading. The 28 of the formula are the numbers without letters.
const ROWS: &[Row] = &[
    Row::new("who is calling", "sts:GetCallerIdentity").formula("1", |_| 1),
    Row::new("`ec2.Vpc`", "ec2:DescribeVpcs ec2:DescribeVpcAttribute")
        .taking(|entry| entry.operation != "DescribeVpcs" || of_the_stack(entry))
        .formula("3", |_| 3)
        .besides("1: AWS tells one attribute a call, and there is a third", |stack| stack.count("ec2.Vpc")),
    Row::new("`ec2.Subnet`", "ec2:DescribeSubnets").taking(of_the_stack).formula("1", |_| 1),
    Row::new("`ec2.InternetGateway`", "ec2:DescribeInternetGateways").formula("1", |_| 1),
    Row::new("`ec2.NatGateway`", "ec2:DescribeNatGateways").formula("1", |_| 1),
    Row::new("`ec2.ElasticIp`", "ec2:DescribeAddresses").formula("1", |_| 1),
    Row::new("`ec2.RouteTable`", "ec2:DescribeRouteTables").formula("1", |_| 1),
    Row::new("`ec2.SecurityGroup`", "ec2:DescribeSecurityGroups ec2:DescribeSecurityGroupRules")
        .formula("1", |_| 1)
        .besides("1: only the rules tell their ids", |stack| stack.count("ec2.SecurityGroup").min(1)),
    Row::new("`ec2.VpcEndpoint`", "ec2:DescribeVpcEndpoints").formula("1", |_| 1),
    Row::new("`ec2.LaunchTemplate`", "ec2:DescribeLaunchTemplates ec2:DescribeLaunchTemplateVersions")
        .formula("2", |_| 2)
        .besides(
            "1 for each after the first: EC2 tells the versions of one template, or of all in the account",
            |stack| stack.more("ec2.LaunchTemplate"),
        ),
    Row::new(
        "`kms.Key`",
        "kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags kms:ListAliases",
    )
    .formula("4", |_| 4)
    .besides("4 for each after the first", |stack| 4 * stack.more("kms.Key")),
    Row::new("`logs.LogGroup`", "logs:DescribeLogGroups logs:ListTagsForResource")
        .formula("2", |_| 2)
        .besides("2 for each after the first", |stack| 2 * stack.more("logs.LogGroup")),
    Row::new("`iam.OidcProvider`", "iam:GetOpenIDConnectProvider iam:ListOpenIDConnectProviders")
        .formula("1", |_| 1)
        .besides("1 for each after the first; 1: the list tells of those that are no longer wanted", |stack| {
            stack.more("iam.OidcProvider") + 1
        }),
    Row::new(
        "`iam.Role`",
        "iam:ListRoles iam:GetRole iam:ListAttachedRolePolicies iam:ListRolePolicies iam:GetRolePolicy",
    )
    .taking(|entry| !of_identity_center(entry))
    .formula("3R + q", |stack| 3 * stack.count("iam.Role") + stack.inline[0])
    .besides(
        "1: the list tells of those that are no longer wanted; 1 for each access entry of another's role",
        |stack| 1 + stack.count("eks.AccessEntry"),
    ),
    Row::new("`eks.Cluster`", "eks:DescribeCluster").formula("1", |_| 1),
    Row::new("`eks.Nodegroup`", "eks:ListNodegroups eks:DescribeNodegroup")
        .formula("1 + N", |stack| 1 + stack.count("eks.Nodegroup")),
    Row::new("`eks.FargateProfile`", "eks:ListFargateProfiles eks:DescribeFargateProfile")
        .formula("1 + F", |stack| 1 + stack.count("eks.FargateProfile")),
    Row::new("`eks.Addon`", "eks:ListAddons eks:DescribeAddon").formula("1 + A", |stack| 1 + stack.count("eks.Addon")),
    Row::new("`eks.AccessEntry`", "eks:ListAccessEntries eks:DescribeAccessEntry eks:ListAssociatedAccessPolicies")
        .formula("1 + 2E", |stack| 1 + 2 * stack.count("eks.AccessEntry"))
        .besides("1 for who made the cluster, 1 for each capability: entries of EKS's own", |stack| {
            1 + stack.count("eks.Capability")
        }),
    Row::new("`eks.PodIdentityAssociation`", "eks:ListPodIdentityAssociations eks:DescribePodIdentityAssociation")
        .formula("1 + P", |stack| 1 + stack.associations),
    Row::new(
        "`ecr.Repository`",
        "ecr:DescribeRepositories ecr:ListTagsForResource ecr:GetLifecyclePolicy ecr:GetRepositoryPolicy",
    )
    .formula("1 + 3C", |stack| 1 + 3 * stack.count("ecr.Repository")),
    Row::new("`ecr.PullThroughCacheRule`", "ecr:DescribePullThroughCacheRules").formula("1", |_| 1),
    Row::new("what EC2 has of the stack; `ec2.Tags`", "ec2:DescribeTags")
        .besides("1, 2 more with tags on what is not the stack's", |stack| 1 + 2 * stack.count("ec2.Tags").min(1)),
    Row::new("what the tagging API knows of the stack", "tagging:GetResources").besides("1", |_| 1),
    Row::new("`ec2.EgressOnlyInternetGateway`", "ec2:DescribeEgressOnlyInternetGateways")
        .besides("1 where there is one", |stack| stack.count("ec2.EgressOnlyInternetGateway").min(1)),
    Row::new("`ec2.FlowLog`", "ec2:DescribeFlowLogs")
        .besides("1 where there is one", |stack| stack.count("ec2.FlowLog").min(1)),
    Row::new("`ecr.RepositoryCreationTemplate`", "ecr:DescribeRepositoryCreationTemplates").besides("1", |_| 1),
    Row::new("settings of the registry", "ecr:DescribeRegistry ecr:GetRegistryScanningConfiguration")
        .besides("1 for each", |stack| stack.count("ecr.RegistryReplication") + stack.count("ecr.RegistryScanning")),
    Row::new("`secretsmanager.Secret`", "secretsmanager:DescribeSecret")
        .besides("1 for each", |stack| stack.count("secretsmanager.Secret")),
    Row::new("`iam.Policy`", "iam:ListPolicies iam:GetPolicy iam:ListPolicyVersions iam:GetPolicyVersion")
        .besides("1, and 3 for each", |stack| 1 + 3 * stack.count("iam.Policy")),
    Row::new(
        "`iam.Group`",
        "iam:ListGroups iam:GetGroup iam:ListAttachedGroupPolicies iam:ListGroupPolicies iam:GetGroupPolicy",
    )
    .besides("1, 3 for each, and 1 for each policy in them", |stack| {
        1 + 3 * stack.count("iam.Group") + stack.inline[1]
    }),
    Row::new("`eks.IdentityProviderConfig`", "eks:ListIdentityProviderConfigs eks:DescribeIdentityProviderConfig")
        .besides("1, and 1 for each", |stack| 1 + stack.count("eks.IdentityProviderConfig")),
    Row::new("`eks.Capability`", "eks:ListCapabilities eks:DescribeCapability")
        .besides("1, and 1 for each", |stack| 1 + stack.count("eks.Capability")),
    Row::new("the zones of the Region", "ec2:DescribeAvailabilityZones")
        .besides("1 unless the stack names its zones", |stack| {
            stack.asks(|question| matches!(question, Question::AvailabilityZones))
        }),
    Row::new("a network that is there", "ec2:DescribeVpcs ec2:DescribeSubnets")
        .besides("1 for each question; 1 for the zones of the subnets of the cluster", |stack| {
            stack.asks(is_of_a_network) + stack.asks(is_of_a_network).min(1)
        }),
    Row::new("where services have endpoints", "ec2:DescribeVpcEndpointServices")
        .besides("1 where it matters", |stack| {
            stack.asks(|question| matches!(question, Question::EndpointServices(_)))
        }),
    Row::new("the roles of IAM Identity Center", "iam:ListRoles").besides("1 where they are named", |stack| {
        stack.asks(|question| matches!(question, Question::PermissionSetRole(_))).min(1)
    }),
    Row::new("versions of Kubernetes", "eks:DescribeClusterVersions")
        .besides("1 unless the stack names one", |stack| {
            stack.asks(|question| matches!(question, Question::ClusterVersions))
        }),
    Row::new("versions of add-ons", "eks:DescribeAddonVersions").besides("1 for each; 1 for three or more", |stack| {
        match stack.asks(is_addon) {
            few @ 0..3 => few,
            _ => 1,
        }
    }),
    Row::new("what add-ons can be told, and need", "eks:DescribeAddonConfiguration")
        .besides("1 for each that is told something, or has recommended policies", |stack| {
            stack.asks(|question| matches!(question, Question::Addon(addon) if addon.configuration))
        }),
];

/// What one reading cost.
struct Cost {
    name: &'static str,
    stack: Stack,
    stats: Stats,
    /// The calls of each row.
    calls: Vec<u64>,
}

impl Cost {
    /// Those of the kinds that the formula counts.
    fn counted(&self) -> u64 {
        ROWS.iter().zip(&self.calls).filter(|(row, _)| row.is_counted()).map(|(_, calls)| calls).sum()
    }
}

/// Applies a platform, and reads it once more.
async fn cost(platform: &Platform) -> Cost {
    let lab = platform.lab();
    lab.converge(&platform.spec).await;
    lab.emulator.clear_log();
    let open = lab.open(&platform.spec).await;
    let (observation, graph) = open.observe().await;
    let plan = open.plan(&observation.snapshot, &graph).expect("no refusal");
    assert!(plan.is_empty(), "{}: {:#?}", platform.name, plan.changes);
    let mut calls = vec![0; ROWS.len()];
    for entry in lab.emulator.log() {
        let row = ROWS.iter().position(|row| row.has(&entry));
        let row = row.unwrap_or_else(|| panic!("{}: {entry:?} is in no row", platform.name));
        calls[row] += 1;
    }
    let stack = Stack::of(&open, &observation.snapshot);
    Cost { name: platform.name, stack, stats: Provider::stats(&open.provider), calls }
}

#[tokio::test(start_paused = true)]
async fn a_reading_costs_no_more_than_its_budget_and_the_docs_say_so() {
    let mut costs = Vec::new();
    for platform in platforms() {
        costs.push(cost(&platform).await);
    }
    for Cost { name, stack, stats, calls } in &costs {
        assert_eq!(ROWS.iter().map(|row| (row.formula.1)(stack)).sum::<u64>(), stack.formula());
        for (row, calls) in ROWS.iter().zip(calls) {
            let budget = (row.formula.1)(stack) + (row.besides.1)(stack);
            assert!(*calls <= budget, "{name}: {} costs {calls} of {budget} calls", row.what);
        }
        // Tags on what only the answers name are asked for after them.
        let surprises = stack.count("ec2.Tags").min(1);
        assert!(stats.round_trips <= DEEP + surprises, "{name}: {stats:?}");
        assert_eq!((stats.api_calls, stats.mutating_calls), (calls.iter().sum(), 0));
    }
    compare_with_docs(&tables(&costs));
}

fn tables(costs: &[Cost]) -> String {
    let mut out =
        String::from("\n| platform | resources | calls | deep | of kinds that the formula counts | the formula |\n");
    out.push_str("|---|---:|---:|---:|---:|---:|\n");
    for cost in costs {
        let Cost { name, stack, stats, .. } = cost;
        let (counted, formula) = (cost.counted(), stack.formula());
        let (calls, deep) = (stats.api_calls, stats.round_trips);
        let _ = writeln!(out, "| {name} | {} | {calls} | {deep} | {counted} | {formula} |", stack.resources);
    }
    out.push_str("\n| what | calls | by the formula | besides |\n|---|---|---|---|\n");
    for row in ROWS {
        let operations: Vec<&str> = row
            .operations
            .split(' ')
            .map(|operation| operation.split_once(':').map_or(operation, |(_, name)| name))
            .collect();
        let _ = writeln!(out, "| {} | {} | {} | {} |", row.what, operations.join(", "), row.formula.0, row.besides.0);
    }
    out.push('\n');
    out
}

#[expect(clippy::disallowed_methods, reason = "a test may be told to renew what it compares with")]
fn compare_with_docs(current: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("where the tables begin");
    let (committed, after) = rest.split_once(END).expect("where they end");
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(&path, [before, BEGIN, current, END, after].concat()).expect("written");
    } else {
        let hint = format!("docs/performance.md is behind: run `{RENEW}=1 cargo test --workspace --test reads`");
        assert!(committed == current, "{hint}\nit has {committed}\nit needs {current}");
    }
}

/// Reads a stack as if it wanted nothing any longer.
async fn unwanted(open: &Open) -> Snapshot {
    let nothing = Graph::empty();
    let observe = Observe { wanted: &nothing, questions: &[], only: None };
    open.provider.observe(&observe, &Backoff::new(Clock::real(), 1)).await.expect("observed").snapshot
}

#[tokio::test(start_paused = true)]
async fn what_the_stack_no_longer_wants_is_found() {
    for platform in platforms() {
        let lab = platform.lab();
        lab.converge(&platform.spec).await;
        let open = lab.open(&platform.spec).await;
        let owned = |snapshot: &Snapshot| -> BTreeSet<Address> {
            let ours = snapshot.iter().filter(|observed| observed.owner == Owner::Us);
            // Settings of the registry are nobody's once nobody wants them.
            let ours = ours.filter(|observed| !observed.address.kind().starts_with("ecr.Registry"));
            ours.map(|observed| observed.address.clone()).collect()
        };
        let wanted = owned(&open.observe().await.0.snapshot);
        let again = lab.open(&platform.spec).await;
        assert_eq!(owned(&unwanted(&again).await), wanted, "{}", platform.name);
        let stats = Provider::stats(&again.provider);
        // An entry that only the list tells of; then whether somebody else can administer the cluster.
        assert!(stats.round_trips <= DEEP + 1 + 2, "{}: {stats:?}", platform.name);
    }
}

#[tokio::test(start_paused = true)]
async fn every_page_of_every_list_is_read() {
    let mut paged: BTreeSet<String> = BTreeSet::new();
    for platform in platforms() {
        let lab = platform.lab();
        lab.converge(&platform.spec).await;
        let before = lab.essence(&platform.spec).await;
        let open = lab.open(&platform.spec).await;
        let unwanted_before = essence(&unwanted(&open).await);
        lab.emulator.set_weather(Weather { items_on_a_page: Some(1), ..Weather::default() }).expect("a weather");
        lab.emulator.clear_log();
        assert_eq!(lab.essence(&platform.spec).await, before, "{}", platform.name);
        assert_eq!(essence(&unwanted(&open).await), unwanted_before, "{}", platform.name);
        lab.assert_converged(&platform.spec).await;
        let later = |entry: &LogEntry| {
            let tokens = ["NextToken", "nextToken", "Marker", "PaginationToken"];
            tokens.iter().any(|token| entry.input[*token].as_str().is_some_and(|token| !token.is_empty()))
        };
        let log = lab.emulator.log();
        let later = log.iter().filter(|entry| later(entry));
        paged.extend(later.map(|entry| format!("{}:{}", entry.service, entry.operation)));
    }
    let paged: Vec<&str> = paged.iter().map(String::as_str).collect();
    assert_eq!(paged, PAGED);
}

/// Lists of which the platforms have more than one item.
const PAGED: &[&str] = &[
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNatGateways",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcEndpointServices",
    "ec2:DescribeVpcEndpoints",
    "ecr:DescribePullThroughCacheRules",
    "ecr:DescribeRepositoryCreationTemplates",
    "eks:DescribeAddonVersions",
    "eks:ListAccessEntries",
    "eks:ListAddons",
    "eks:ListAssociatedAccessPolicies",
    "eks:ListFargateProfiles",
    "eks:ListNodegroups",
    "iam:ListAttachedRolePolicies",
    "iam:ListRoles",
    "kms:ListResourceTags",
    "tagging:GetResources",
];

#[tokio::test(start_paused = true)]
async fn images_are_asked_for_where_a_repository_is_to_go() {
    let (lab, dev) = (Lab::new(), environment("dev"));
    lab.converge(&dev).await;
    let asked = |lab: &Lab| lab.emulator.log().iter().filter(|entry| entry.operation == "ListImages").count();
    let held = |snapshot: &Snapshot| -> Vec<Option<String>> {
        let those = snapshot.iter().filter(|observed| observed.address.kind() == "ecr.Repository");
        those.map(|observed| observed.outputs.get("holds_images").cloned()).collect()
    };
    lab.emulator.clear_log();
    let open = lab.open(&dev).await;
    let mut snapshot = open.observe().await.0.snapshot;
    assert_eq!((asked(&lab), held(&snapshot)), (0, vec![None, None]), "nothing is to go");
    open.provider.look_into(&mut snapshot, &Backoff::new(Clock::real(), 1)).await.expect("looked into");
    let told = vec![Some("false".to_owned()); 2];
    assert_eq!((asked(&lab), held(&snapshot)), (2, told.clone()), "everything is to go");
    assert_eq!((held(&unwanted(&open).await), asked(&lab)), (told, 4), "these are to go");
}
