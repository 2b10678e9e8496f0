//! Random stacks: small ones with optional parts, and edits of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use eksctl_rs_stack::{Sources, StackSpec, load};

use crate::lab::chance::Chance;

/// What somebody wants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wish {
    version: u8,
    zones: usize,
    nat: &'static str,
    public: bool,
    services: u8,
    tag: &'static str,
    logs: BTreeSet<&'static str>,
    retention: u16,
    key: Option<BTreeSet<&'static str>>,
    endpoints: BTreeSet<&'static str>,
    security_groups: BTreeSet<&'static str>,
    groups: BTreeMap<&'static str, Group>,
    addons: BTreeSet<&'static str>,
    fargate: BTreeSet<&'static str>,
    repositories: BTreeMap<&'static str, &'static str>,
    caches: BTreeSet<&'static str>,
    roles: BTreeMap<&'static str, &'static str>,
    accounts: BTreeMap<&'static str, &'static str>,
}

#[derive(Clone, Debug, PartialEq)]
struct Group {
    instance: &'static str,
    nodes: u8,
    volume: u8,
    team: &'static str,
}

const INSTANCES: [&str; 2] = ["m6i.large", "m7i.large"];
const TEAMS: [&str; 3] = ["data", "web", "ml"];

fn toggle(set: &mut BTreeSet<&'static str>, one: &'static str) {
    if !set.remove(one) {
        set.insert(one);
    }
}

/// Puts one in, changes it, or takes it away.
fn turn<T: PartialEq>(map: &mut BTreeMap<&'static str, T>, key: &'static str, value: T, chance: &mut Chance) {
    if map.contains_key(key) && chance.once_in(2) {
        map.remove(key);
    } else {
        map.insert(key, value);
    }
}

impl Wish {
    /// A valid one.
    pub(crate) fn random(chance: &mut Chance) -> Self {
        let mut wish = Self {
            version: 34,
            zones: 2,
            nat: "Single",
            public: false,
            services: 0,
            tag: "one",
            logs: BTreeSet::new(),
            retention: 30,
            key: None,
            endpoints: BTreeSet::new(),
            security_groups: BTreeSet::new(),
            groups: BTreeMap::new(),
            addons: BTreeSet::new(),
            fargate: BTreeSet::new(),
            repositories: BTreeMap::new(),
            caches: BTreeSet::new(),
            roles: BTreeMap::new(),
            accounts: BTreeMap::new(),
        };
        for _ in 0..chance.below(12) {
            wish = wish.edited(chance);
        }
        wish
    }

    /// Another one that is valid, by an edit or two.
    pub(crate) fn edited(&self, chance: &mut Chance) -> Self {
        for _ in 0..20 {
            let mut wish = self.clone();
            for _ in 0..=chance.below(3) {
                wish.edit(chance);
            }
            if wish != *self && wish.spec().is_some() {
                return wish;
            }
        }
        self.clone()
    }

    fn edit(&mut self, chance: &mut Chance) {
        match chance.below(20) {
            0 => self.version = (self.version + 1).min(36),
            1 => self.zones = 5 - self.zones,
            2 => self.nat = chance.pick(&["Single", "Single", "HighlyAvailable", "Disable"]),
            3 => self.public = !self.public,
            4 if chance.once_in(3) => self.services = 1 - self.services,
            4 | 5 => self.tag = chance.pick(&["one", "two", "three"]),
            6 => toggle(&mut self.logs, chance.pick(&["api", "audit", "authenticator", "scheduler"])),
            7 => self.retention = chance.pick(&[7, 30, 90]),
            8 | 9 => match &mut self.key {
                None => self.key = Some(BTreeSet::from(["logs"])),
                Some(_) if chance.once_in(4) => self.key = None,
                Some(uses) => toggle(uses, chance.pick(&["logs", "volumes", "images", "secrets"])),
            },
            10 => toggle(&mut self.endpoints, chance.pick(&["s3", "sts", "ecr.api"])),
            11 => toggle(&mut self.security_groups, chance.pick(&["first", "second"])),
            12..=14 => {
                let group = Group {
                    instance: chance.pick(&INSTANCES),
                    nodes: 1 + chance.below(3) as u8,
                    volume: chance.pick(&[80, 100]),
                    team: chance.pick(&TEAMS),
                };
                turn(&mut self.groups, chance.pick(&["a", "b"]), group, chance);
            }
            15 => toggle(
                &mut self.addons,
                chance.pick(&["vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent", "metrics-server"]),
            ),
            16 => toggle(&mut self.fargate, chance.pick(&["jobs", "batch"])),
            17 => {
                let mutability = chance.pick(&["MUTABLE", "IMMUTABLE"]);
                turn(&mut self.repositories, chance.pick(&["app", "web"]), mutability, chance);
                toggle(&mut self.caches, chance.pick(&["ecr-public", "quay", "kubernetes"]));
            }
            18 => {
                let policy = chance.pick(&["AmazonEKSClusterAdminPolicy", "AmazonEKSViewPolicy"]);
                turn(&mut self.roles, chance.pick(&["admin", "ops"]), policy, chance);
            }
            _ => {
                let policy = chance.pick(&["externalDNS", "certManager", "externalSecrets"]);
                turn(&mut self.accounts, chance.pick(&["dns", "app"]), policy, chance);
            }
        }
    }

    /// The stack, if it is valid.
    pub(crate) fn spec(&self) -> Option<StackSpec> {
        load(&Sources::text("stack.yaml", &self.text()), &|_| None).ok().map(|loaded| loaded.spec)
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).expect("written");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"][..self.zones].join(", ");
        writeln!(text, "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack")?;
        writeln!(text, "metadata:\n  name: life\n  region: eu-west-1\n  account: \"111122223333\"")?;
        writeln!(text, "  version: \"1.{}\"\n  tags: {{edited: {}}}", self.version, self.tag)?;
        writeln!(text, "availabilityZones: [{zones}]\nvpc:\n  nat: {{gateway: {}}}", self.nat)?;
        if self.public {
            writeln!(text, "  clusterEndpoints: {{publicAccess: true, privateAccess: true}}")?;
            writeln!(text, "  publicAccessCIDRs: [192.0.2.0/24]")?;
        }
        list(text, "  endpoints", self.endpoints.iter().map(|service| format!("{{service: {service}}}")))?;
        let rules = "[{ports: 443, cidrs: [vpc]}]";
        let groups = self.security_groups.iter().map(|name| format!("{{name: {name}, ingress: {rules}}}"));
        list(text, "  securityGroups", groups)?;
        if self.services == 1 {
            writeln!(text, "kubernetesNetworkConfig: {{serviceIPv4CIDR: 172.21.0.0/16}}")?;
        }
        if let Some(uses) = &self.key {
            writeln!(text, "kms: {{usedFor: [{}]}}", joined(uses))?;
        }
        if !self.logs.is_empty() {
            let (types, days) = (joined(&self.logs), self.retention);
            writeln!(text, "cloudWatch: {{clusterLogging: {{enableTypes: [{types}], logRetentionInDays: {days}}}}}")?;
        }
        list(text, "addons", self.addons.iter().map(|name| format!("{{name: {name}}}")))?;
        let attach = joined(&self.security_groups);
        let groups = self.groups.iter().map(|(name, group)| {
            let Group { instance, nodes, volume, team } = group;
            format!(
                "{{name: {name}, instanceType: {instance}, minSize: 1, desiredCapacity: {nodes}, maxSize: 4, volumeSize: \
                 {volume}, labels: {{team: {team}}}, securityGroups: {{attach: [{attach}]}}}}"
            )
        });
        list(text, "managedNodeGroups", groups)?;
        let profiles = self.fargate.iter().map(|name| format!("{{name: {name}, selectors: [{{namespace: {name}}}]}}"));
        list(text, "fargateProfiles", profiles)?;
        let repositories = self.repositories.iter();
        let repositories =
            repositories.map(|(name, kind)| format!("{{name: life/{name}, imageTagMutability: {kind}}}"));
        writeln!(text, "ecr:{}", if self.repositories.is_empty() { " {}" } else { "" })?;
        list(text, "  repositories", repositories)?;
        list(text, "pullThroughCache", self.caches.iter().map(|upstream| format!("{{upstream: {upstream}}}")))?;
        writeln!(text, "iam:\n  withOIDC: true")?;
        let trust = "trust: {services: [ec2.amazonaws.com]}";
        list(text, "  roles", self.roles.keys().map(|name| format!("{{name: {name}, {trust}, eksAccess: describe}}")))?;
        let accounts = self.accounts.iter().map(|(name, policy)| {
            format!("{{metadata: {{name: {name}, namespace: app}}, wellKnownPolicies: {{{policy}: true}}}}")
        });
        list(text, "  serviceAccounts", accounts)?;
        let entries = self
            .roles
            .iter()
            .map(|(name, policy)| format!("{{name: {name}, role: {name}, accessPolicies: [{{policyARN: {policy}}}]}}"));
        writeln!(text, "accessConfig:\n  authenticationMode: API")?;
        list(text, "  accessEntries", entries)
    }
}

fn joined(words: &BTreeSet<&str>) -> String {
    words.iter().copied().collect::<Vec<_>>().join(", ")
}

fn list(text: &mut String, name: &str, items: impl Iterator<Item = String>) -> std::fmt::Result {
    let items: Vec<String> = items.collect();
    match items.is_empty() {
        true => Ok(()),
        false => writeln!(text, "{name}: [{}]", items.join(", ")),
    }
}
