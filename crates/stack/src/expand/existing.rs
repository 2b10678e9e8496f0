//! A network that is there already: what is asked of AWS, and what its answers mean.

use std::collections::{BTreeMap, BTreeSet};

use eksctl_rs_core::{Address, ExistingSubnet, Facts, Filters, Question, Reference, Refusal, StackId, tag};

use super::names;
use super::network::{Network, Side, Subnet};
use crate::schema::{ExistingVpc, StackSpec, SubnetSpec};

/// What must be asked.
pub(super) fn needs(spec: &StackSpec) -> Vec<Question> {
    let Some(lookup) = Lookup::of(spec) else { return Vec::new() };
    let subnets = [lookup.private, lookup.public].into_iter().flatten();
    std::iter::once(Question::Vpcs(lookup.vpc)).chain(subnets.map(Question::Subnets)).collect()
}

/// How the network is looked for.
struct Lookup {
    vpc: Filters,
    private: Option<Filters>,
    public: Option<Filters>,
}

impl Lookup {
    /// How the existing network is looked for, if the stack has none of its own.
    fn of(spec: &StackSpec) -> Option<Self> {
        let (vpc, subnets) = (&spec.vpc, spec.vpc.subnets.clone().unwrap_or_default());
        if let Some(existing) = &vpc.existing {
            return Some(Self::by(existing, &spec.metadata.region));
        }
        let by_ids = |subnets: &BTreeMap<String, SubnetSpec>| {
            let ids: Vec<String> = subnets.values().filter_map(|subnet| subnet.id.clone()).collect();
            (!ids.is_empty()).then(|| Filters::from([("subnet-id".to_owned(), ids)]))
        };
        Some(Self {
            vpc: Filters::from([("vpc-id".to_owned(), vec![vpc.id.clone()?])]),
            private: by_ids(&subnets.private),
            public: by_ids(&subnets.public),
        })
    }

    fn by(existing: &ExistingVpc, region: &str) -> Self {
        let of_stack = |address: &str| -> Option<Filters> {
            let stack = StackId::new(existing.stack.as_deref()?, region);
            Some(Filters::from([
                (format!("tag:{}", tag::STACK), vec![stack.to_string()]),
                (format!("tag:{}", tag::ADDRESS), vec![address.to_owned()]),
            ]))
        };
        let tagged = |tags: &Option<BTreeMap<String, String>>| -> Option<Filters> {
            Some(tags.as_ref()?.iter().map(|(key, value)| (format!("tag:{key}"), vec![value.clone()])).collect())
        };
        Self {
            vpc: tagged(&existing.tags).or_else(|| of_stack(&names::vpc().to_string())).unwrap_or_default(),
            private: tagged(&existing.private_subnet_tags).or_else(|| of_stack("ec2.Subnet/private-*")),
            public: tagged(&existing.public_subnet_tags).or_else(|| of_stack("ec2.Subnet/public-*")),
        }
    }
}

/// The existing network, if the stack has none of its own. Without facts, what is not named is not known.
pub(super) fn network(spec: &StackSpec, facts: &Facts, problems: &mut Vec<Refusal>) -> Option<Network> {
    let lookup = Lookup::of(spec)?;
    let mut network = Network {
        is_own: false,
        vpc: spec.vpc.id.as_deref().map(Reference::from),
        ranges: Vec::new(),
        private: named(spec, Side::Private),
        public: named(spec, Side::Public),
    };
    let Some(vpcs) = facts.vpcs(&lookup.vpc) else { return Some(network) };
    let [vpc] = vpcs.as_slice() else {
        problems.push(not_one(spec, &lookup.vpc, vpcs.len()));
        return Some(network);
    };
    network.vpc = Some(Reference::from(vpc.id.as_str()));
    network.ranges.clone_from(&vpc.cidr_blocks);
    for (side, filters) in [(Side::Private, lookup.private), (Side::Public, lookup.public)] {
        let Some(filters) = filters else { continue };
        let all = facts.subnets(&filters).unwrap_or_default();
        let found = found(spec, side, all.into_iter().filter(|subnet| subnet.vpc == vpc.id).collect(), &filters);
        match found {
            Ok(subnets) if side == Side::Private => network.private = subnets,
            Ok(subnets) => network.public = subnets,
            Err(problem) => problems.push(problem),
        }
    }
    check_zones(spec, &network, problems);
    Some(network)
}

/// The subnets that are named by their ids, as far as they are known without asking.
fn named(spec: &StackSpec, side: Side) -> Vec<Subnet> {
    let Some(subnets) = &spec.vpc.subnets else { return Vec::new() };
    let list = if side == Side::Private { &subnets.private } else { &subnets.public };
    let subnet = |(name, subnet): (&String, &SubnetSpec)| {
        Some(Subnet {
            name: name.clone(),
            zone: subnet.az.clone().unwrap_or_else(|| name.clone()),
            reference: Reference::from(subnet.id.as_deref()?),
            cidr: None,
            ipv6_part: None,
        })
    };
    list.iter().filter_map(subnet).collect()
}

/// The subnets as AWS tells of them, in the zones that the stack wants, under the names that it gives them.
fn found(
    spec: &StackSpec,
    side: Side,
    subnets: Vec<ExistingSubnet>,
    filters: &Filters,
) -> Result<Vec<Subnet>, Refusal> {
    let own_names: BTreeMap<String, String> = named(spec, side)
        .into_iter()
        .filter_map(|subnet| Some((subnet.reference.literal().ok()?.to_owned(), subnet.name)))
        .collect();
    let missing: Vec<&String> = own_names.keys().filter(|id| subnets.iter().all(|one| one.id != **id)).collect();
    if let Some(id) = missing.first() {
        let hint = "correct vpc.subnets: every subnet must be in the VPC that vpc.id names";
        return Err(refusal(spec, format!("there is no subnet {id} in the VPC"), hint));
    }
    let wanted = |subnet: &ExistingSubnet| match &spec.availability_zones {
        Some(zones) => zones.contains(&subnet.zone),
        None => true,
    };
    let subnets: Vec<Subnet> = subnets
        .into_iter()
        .filter(wanted)
        .map(|subnet| Subnet {
            name: own_names.get(&subnet.id).cloned().unwrap_or_else(|| subnet.id.clone()),
            zone: subnet.zone,
            reference: Reference::from(subnet.id.as_str()),
            cidr: None,
            ipv6_part: None,
        })
        .collect();
    if subnets.is_empty() && side == Side::Private {
        let message = format!("no private subnet was found in the VPC by {}", words(filters));
        return Err(refusal(spec, message, "correct vpc.existing.privateSubnetTags, or tag the subnets"));
    }
    Ok(subnets)
}

/// Source: EKS user guide, "View Amazon EKS networking requirements for VPC and subnets": two zones at least.
fn check_zones(spec: &StackSpec, network: &Network, problems: &mut Vec<Refusal>) {
    let zones: BTreeSet<&String> = network.private.iter().map(|subnet| &subnet.zone).collect();
    if let (1, Some(zone)) = (zones.len(), zones.first()) {
        let message = format!("all private subnets are in {zone}: EKS needs two Availability Zones at least");
        problems.push(refusal(spec, message, "name or tag a private subnet in another zone"));
    }
    for zone in spec.availability_zones.iter().flatten().filter(|zone| !zones.contains(zone)) {
        if !zones.is_empty() {
            let message = format!("there is no private subnet in {zone}");
            problems.push(refusal(
                spec,
                message,
                "take the zone out of availabilityZones, or name or tag a subnet there",
            ));
        }
    }
}

fn not_one(spec: &StackSpec, filters: &Filters, count: usize) -> Refusal {
    let message = match count {
        0 => format!("there is no VPC by {}", words(filters)),
        _ => format!("there are {count} VPCs by {}", words(filters)),
    };
    let hint = if count == 0 {
        "correct vpc.id or vpc.existing, or apply the stack that makes the VPC first"
    } else {
        "name more tags in vpc.existing.tags, or the VPC itself with vpc.id"
    };
    refusal(spec, message, hint)
}

fn refusal(spec: &StackSpec, message: String, hint: &str) -> Refusal {
    let address: Address = names::cluster(&spec.metadata.name);
    Refusal { address, message, hint: hint.to_owned() }
}

/// What was looked for, in words: `tag:Name=hub`.
fn words(filters: &Filters) -> String {
    let one = |(name, values): (&String, &Vec<String>)| format!("{name}={}", values.join(","));
    filters.iter().map(one).collect::<Vec<_>>().join(" and ")
}
