//! What a stack tells those who build on it: a standard set, and values under names of the stack's own.

mod source;
pub mod standard;
mod value;

use eksctl_rs_core::{Address, Observed, Owner, Snapshot, World};
use serde_json::{Map, Value};

use crate::schema::{OutputSource, StackSpec};
pub(crate) use source::Source;
use standard::{Origin, STANDARD, Shape};
use value::told;

/// A value that a stack tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// A text, a list of texts or a map of texts; nothing if what it comes from is not there yet.
    pub value: Option<Value>,
    /// Whether the stack names it itself.
    pub is_own: bool,
}

/// Everything that a stack tells: first the standard set, as far as it is there, then what it names itself.
pub fn of(spec: &StackSpec, snapshot: &Snapshot, world: &World) -> Vec<Output> {
    let standard = STANDARD.iter().filter_map(|standard| {
        let value = standard_value(standard, snapshot, world)?;
        Some(Output { name: standard.name.to_owned(), value: Some(value), is_own: false })
    });
    let own = spec.outputs.iter().map(|(name, source)| Output {
        name: name.clone(),
        value: own_value(source, snapshot, world),
        is_own: true,
    });
    standard.chain(own).collect()
}

/// An output of what the stack owns at `address`, or a field of its spec, as a text.
pub fn value(snapshot: &Snapshot, address: &Address, output: &str) -> Option<String> {
    let found = live(snapshot).find(|observed| observed.address == *address)?;
    told(found, output)?.as_str().map(str::to_owned)
}

fn standard_value(standard: &standard::Standard, snapshot: &Snapshot, world: &World) -> Option<Value> {
    match standard.origin {
        Origin::World(value) => Some(value(world).into()),
        Origin::Registry { kind } => {
            let is_there = live(snapshot).any(|observed| observed.address.kind() == kind);
            is_there.then(|| registry(world).into())
        }
        Origin::Resource { kind, name, output } => {
            let source = Source::new(kind, name, output);
            let values = values(&source, snapshot);
            match standard.shape {
                _ if values.is_empty() => None,
                Shape::One => values.into_iter().next().map(|(_, value)| value),
                Shape::List => Some(values.into_iter().flat_map(|(_, value)| as_list(value)).collect()),
                Shape::Map => Some(values.into_iter().collect::<Map<_, _>>().into()),
            }
        }
    }
}

/// The host that images of this account and Region are pulled from.
pub(crate) fn registry(world: &World) -> String {
    format!("{}.dkr.ecr.{}.{}", world.account, world.region, world.dns_suffix())
}

/// One source is a text, unless it names several things or holds several values; a list is a list.
fn own_value(source: &OutputSource, snapshot: &Snapshot, world: &World) -> Option<Value> {
    match source {
        OutputSource::One(text) => one_value(text, snapshot, world),
        OutputSource::Several(texts) => {
            let values: Option<Vec<Value>> = texts.iter().map(|text| one_value(text, snapshot, world)).collect();
            Some(values?.into_iter().flat_map(as_list).collect())
        }
    }
}

fn one_value(text: &str, snapshot: &Snapshot, world: &World) -> Option<Value> {
    if let Some(standard) = standard::named(text) {
        return standard_value(standard, snapshot, world);
    }
    let source: Source = text.parse().ok()?;
    let values = values(&source, snapshot);
    match source.is_pattern() {
        true => Some(values.into_iter().flat_map(|(_, value)| as_list(value)).collect()),
        false => values.into_iter().next().map(|(_, value)| value),
    }
}

fn as_list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        Value::Object(fields) => fields.into_iter().map(|(_, field)| field).collect(),
        other => vec![other],
    }
}

/// What `source` names, by the names of the resources.
fn values(source: &Source, snapshot: &Snapshot) -> Vec<(String, Value)> {
    let found = live(snapshot).filter(|observed| source.fits(&observed.address));
    found.filter_map(|observed| Some((observed.address.name().to_owned(), told(observed, &source.output)?))).collect()
}

/// What the stack owns and what is there to stay. Of several things at one address it is the youngest.
fn live(snapshot: &Snapshot) -> impl Iterator<Item = &Observed> {
    let stays = |observed: &&Observed| {
        observed.owner == Owner::Us && !observed.status.is_dormant() && !observed.status.is_deleting()
    };
    snapshot.addresses().filter_map(move |address| snapshot.at(address).iter().rfind(stays))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sources, load};
    use eksctl_rs_core::{StackId, Status};
    use serde_json::json;

    fn observed(address: &str, id: &str, outputs: &[(&str, &str)], spec: Value) -> Observed {
        Observed {
            address: address.parse::<Address>().expect("an address"),
            id: id.to_owned(),
            spec,
            outputs: outputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            status: Status::Ready,
            owner: Owner::Us,
            applied: None,
            claim: None,
            protection: None,
        }
    }

    fn told_of(outputs: &str, resources: Vec<Observed>) -> Vec<Output> {
        let text = format!(
            "apiVersion: eksctl-rs.io/v1alpha1\nkind: Stack\nmetadata: {{name: dev, region: eu-west-1, account: '111122223333'}}\noutputs: {outputs}\n"
        );
        let loaded = load(&Sources::text("x.yaml", &text), &|_| None).unwrap_or_else(|problems| panic!("{problems}"));
        let world = World {
            stack: StackId::new("dev", "eu-west-1"),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
        };
        of(&loaded.spec, &resources.into_iter().collect(), &world)
    }

    fn value(outputs: &[Output], name: &str) -> Value {
        let found = outputs.iter().find(|output| output.name == name);
        found.unwrap_or_else(|| panic!("{name}")).value.clone().unwrap_or_default()
    }

    #[test]
    fn the_standard_set_is_what_is_there() {
        let cluster = observed(
            "eks.Cluster/dev",
            "dev",
            &[("name", "dev"), ("arn", "arn:c"), ("endpoint", "https://e")],
            json!({ "version": "1.35", "subnets": { "a": [{ "$id": "subnet-1" }], "b": [{ "$id": "subnet-2" }] } }),
        );
        let roles = [
            observed("iam.Role/cluster", "r", &[("arn", "arn:1")], json!({})),
            observed("iam.Role/node", "r2", &[("arn", "arn:2")], json!({})),
        ];
        let told = told_of("{}", [cluster].into_iter().chain(roles).collect());
        assert_eq!(value(&told, "eks_cluster_id"), json!("dev"));
        assert_eq!(value(&told, "eks_cluster_version"), json!("1.35"));
        assert_eq!(value(&told, "eks_cluster_subnet_ids"), json!(["subnet-1", "subnet-2"]));
        assert_eq!(value(&told, "iam_role_arns"), json!({ "cluster": "arn:1", "node": "arn:2" }));
        assert!(told.iter().all(|output| output.name != "ecr_pull_through_cache_endpoint"), "there is no rule");
    }

    #[test]
    fn names_of_ones_own_are_texts_and_lists() {
        let subnets = ["a", "b"].map(|zone| {
            observed(&format!("ec2.Subnet/private-eu-west-1{zone}"), &format!("subnet-{zone}"), &[], json!({}))
        });
        let outputs = "{A: ec2.Subnet/private-eu-west-1a.id, ALL: 'ec2.Subnet/private-*.id', B: [aws_region, ec2.Subnet/private-eu-west-1b.id], C: eks_cluster_arn}";
        let told = told_of(outputs, subnets.into());
        assert_eq!(value(&told, "A"), json!("subnet-a"));
        assert_eq!(value(&told, "ALL"), json!(["subnet-a", "subnet-b"]));
        assert_eq!(value(&told, "B"), json!(["eu-west-1", "subnet-b"]));
        assert_eq!(value(&told, "C"), Value::Null, "the cluster is not there yet");
    }

    #[test]
    fn what_goes_and_what_is_not_ours_tells_nothing() {
        let mut going = observed("ec2.Vpc/main", "vpc-1", &[], json!({ "cidr_block": "10.0.0.0/16" }));
        going.status = Status::Deleting { status: "deleting".to_owned() };
        let mut foreign = observed("kms.Key/main", "key", &[("arn", "arn:k")], json!({}));
        foreign.owner = Owner::Unknown;
        let told = told_of("{}", vec![going, foreign]);
        assert!(told.iter().all(|output| !["vpc_cidr", "kms_key_arn"].contains(&output.name.as_str())), "{told:?}");
    }
}
