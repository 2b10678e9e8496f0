//! What a room is: a typed [`Kind`], erased once into [`ErasedKind`].

use std::future::Future;
use std::marker::PhantomData;

use async_trait::async_trait;
use eksctl_rs_core::{
    Address, CallError, ErrorClass, Fate, Field, KindRules, Lowered, Lowering, Observed, Order, Outputs, Owner,
    Progress, Reason, Refusal, Run, SpecType, StackId, Status, Tags, Traits, Work, World, digest, tag,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Aws;
use crate::ec2::foreign_tags::mark::listed;
use crate::reads::Reads;

/// A kind of AWS resource.
pub(crate) trait Kind: Send + Sync + 'static {
    /// The name, such as `eks.Nodegroup`.
    const NAME: &'static str;
    /// What kind of thing it is.
    const TRAITS: Traits;
    /// What is wanted of it, and what AWS has of it: the same type.
    type Spec: SpecType + Serialize + DeserializeOwned + Send + Sync;
    /// Its calls, with everything that they send.
    type Call: Serialize + DeserializeOwned + Send + Sync;

    /// What one tells of itself, besides its id and its spec, to those who build on it: names with their meanings.
    const OUTPUTS: &'static [(&'static str, &'static str)] = &[];

    /// Whether one that a stack wants can be found by its spec alone, for nothing on it says whose it is.
    const FOUND_BY_SPEC: bool = false;

    /// Whether destroying the whole stack, too, needs consent to lose what one holds: it is the work of others.
    const LOST_BY_CONSENT_ALONE: bool = false;

    /// Why one stays when the stack drops it or is destroyed, if it does: in words for whoever is about to make or change it.
    const STAYS: Option<&'static str> = None;

    /// Whether what becomes of all of them, taken together, may be refused.
    const JUDGES_TOGETHER: bool = false;

    /// The ordering rules of one with `spec`, where they differ from one to another.
    fn order(_spec: &Self::Spec) -> &'static [Order] {
        Self::TRAITS.order
    }

    /// The outputs that follow from the spec alone.
    fn computed(_spec: &Self::Spec, _world: &World) -> Outputs {
        Outputs::new()
    }

    /// The desired spec as it is to be compared with the live one.
    fn settle(desired: Self::Spec, _live: &Self::Spec) -> Self::Spec {
        desired
    }

    /// Why the live one cannot become the desired one: what is wrong, and what to do.
    fn refuse(_desired: &Self::Spec, _live: &Self::Spec) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Why what becomes of all of them is refused, taken together. `caller` is the ARN of whoever plans, if it is known.
    fn refuse_together(_fates: &[Fate<'_, Self::Spec>], _caller: Option<&str>) -> Vec<Refusal> {
        Vec::new()
    }

    /// What is lost with a live one that tells `outputs`, if deleting it needs consent of its own.
    fn loses(_outputs: &Outputs) -> Option<&'static str> {
        Self::TRAITS.precious
    }

    /// Why a live one goes that the stack does not want, if there is more to say than that.
    fn why_it_goes(_live: &Self::Spec) -> Option<Reason> {
        None
    }

    /// What stays behind when a live one goes, in words.
    fn leaves(_live: &Self::Spec) -> Option<String> {
        None
    }

    /// The desired spec under another name than those that are taken: the ids and outputs of all of the kind.
    fn rename(desired: Self::Spec, _taken: &[String]) -> Self::Spec {
        desired
    }

    /// The outputs that an update of `fields` changes.
    fn moved(_fields: &[&str]) -> Vec<&'static str> {
        Vec::new()
    }

    /// The calls that do the work.
    fn lower(lowering: &Lowering<'_, Self::Spec>) -> Vec<Lowered<Self::Call>>;

    /// Everything of this kind that is the stack's, or stands where the stack wants something.
    fn find(reads: &Reads<'_>) -> impl Future<Output = Result<Vec<Found<Self::Spec>>, CallError>> + Send;

    /// Sends one call.
    fn start(aws: &Aws, call: Self::Call, run: &Run<'_>) -> impl Future<Output = Result<Progress, CallError>> + Send;

    /// Asks where the effect of a call stands.
    fn status(
        aws: &Aws,
        call: Option<Self::Call>,
        run: &Run<'_>,
    ) -> impl Future<Output = Result<Progress, CallError>> + Send;
}

/// The outputs that have a value.
pub(crate) fn outputs_of<const N: usize>(outputs: [(&str, Option<&str>); N]) -> Outputs {
    outputs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect()
}

/// What stands where the stack wants to make something is somebody else's. `what` says what it is.
pub(crate) fn not_ours(run: &Run<'_>, what: &str) -> CallError {
    CallError::new(ErrorClass::Gone, &run.step.operation, "NotOurs", format!("{what} is not this stack's"))
}

/// Something that was found in AWS.
#[derive(Clone, Debug)]
pub(crate) struct Found<S> {
    /// AWS's id of it.
    pub(crate) id: String,
    /// What it is.
    pub(crate) spec: S,
    /// What it tells of itself.
    pub(crate) outputs: Outputs,
    /// Where it stands in its life.
    pub(crate) status: Status,
    /// All of its tags, ours among them.
    pub(crate) tags: Tags,
    /// Its address, where no tag tells: because it was looked for by its name.
    pub(crate) asked_as: Option<Address>,
    /// Why it may not be deleted without more ado.
    pub(crate) protection: Option<String>,
}

impl<S> Found<S> {
    /// Something ready, without outputs but its id.
    pub(crate) fn new(id: &str, spec: S, tags: Tags) -> Self {
        let outputs = Outputs::from([("id".to_owned(), id.to_owned())]);
        let (status, asked_as, protection) = (Status::Ready, None, None);
        Self { id: id.to_owned(), spec, outputs, status, tags, asked_as, protection }
    }

    /// The same with one more output.
    #[must_use]
    pub(crate) fn telling(mut self, output: &str, value: impl Into<String>) -> Self {
        self.outputs.insert(output.to_owned(), value.into());
        self
    }

    /// The same, found under the name of `address`.
    #[must_use]
    pub(crate) fn asked_as(self, address: Option<Address>) -> Self {
        Self { asked_as: address, ..self }
    }

    /// The same, where it stands.
    #[must_use]
    pub(crate) fn standing(self, status: Status) -> Self {
        Self { status, ..self }
    }
}

impl<S: Serialize> Found<S> {
    /// As the planner wants it; nothing if it is neither ours nor where the stack wants something.
    fn observed(self, kind: &str, reads: &Reads<'_>) -> Option<Observed> {
        let stack = &reads.world().stack;
        let owner = match self.tags.get(tag::STACK) {
            Some(found) if found == stack.as_str() => Owner::Us,
            Some(found) => match found.rsplit_once('.') {
                Some((name, region)) => Owner::Stack(StackId::new(name, region)),
                None => Owner::Unknown,
            },
            None => Owner::Unknown,
        };
        let tagged = self.tags.get(tag::ADDRESS).and_then(|text| text.parse::<Address>().ok());
        let tagged = tagged.filter(|address| owner == Owner::Us && address.kind() == kind);
        let address = tagged.or(self.asked_as)?;
        let mut spec = serde_json::to_value(&self.spec).ok()?;
        if let Some(wanted) = reads.wanted_at(&address) {
            share_tags(&mut spec, &self.tags, wanted);
        }
        Some(Observed {
            address,
            id: self.id,
            spec,
            outputs: self.outputs,
            status: self.status,
            owner,
            applied: self.tags.get(tag::SPEC).cloned(),
            claim: self.tags.get(tag::CLAIM).cloned(),
            protection: self.protection,
        })
    }
}

/// A name for a replacement that stands beside the old one: the plain one if it is free, else with a mark that follows from
/// what cannot be changed, so that the next run finds what this one has begun. What failed under such a name has it still.
pub(crate) fn free_name(plain: &str, immutable: &Value, taken: &[String], limit: usize) -> String {
    const MARK: usize = 6;
    let is_free = |name: &String| !taken.contains(name);
    let kept: String = plain.chars().take(limit - MARK - 1).collect();
    let marks = (1..=taken.len() + 1).map(|attempt| match attempt {
        1 => digest(immutable, MARK),
        attempt => digest(&json!([immutable, attempt]), MARK),
    });
    let mut names = std::iter::once(plain.to_owned()).chain(marks.map(|mark| format!("{kept}-{mark}")));
    names.find(is_free).unwrap_or_else(|| plain.to_owned())
}

/// The tags that count as part of a spec: neither ours nor AWS's own, nor what other stacks have set on it and say so.
pub(crate) fn own_tags(tags: &Tags) -> Tags {
    let guests = listed(tags);
    let foreign = |key: &str| key.starts_with(tag::PREFIX) || key.starts_with("aws:") || guests.contains(key);
    tags.iter().filter(|(key, _)| !foreign(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What another stack has set counts where this one wants the same key.
fn share_tags(spec: &mut Value, live: &Tags, wanted: &Value) {
    for key in listed(live) {
        if let (Some(value), Some(_)) = (live.get(&key), wanted["tags"].get(&key)) {
            spec["tags"][key] = value.as_str().into();
        }
    }
}

/// A kind whose types are erased: what the registry holds.
#[async_trait]
pub(crate) trait ErasedKind: KindRules {
    /// Everything of this kind that is the stack's, or stands where the stack wants something.
    async fn find(&self, reads: &Reads<'_>) -> Result<Vec<Observed>, CallError>;

    /// Sends the call of a step.
    async fn start(&self, aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError>;

    /// Asks where the effect of a step stands.
    async fn status(&self, aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError>;

    /// This kind, as the planner sees it.
    fn rules(&self) -> &dyn KindRules;
}

/// A kind with its types erased.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Erased<K>(PhantomData<fn() -> K>);

impl<K: Kind> Erased<K> {
    /// The kind.
    pub(crate) const KIND: Self = Self(PhantomData);
}

impl<K: Kind> KindRules for Erased<K> {
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn fields(&self) -> &'static [Field] {
        K::Spec::FIELDS
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        K::OUTPUTS
    }

    fn is_found_by_spec(&self) -> bool {
        K::FOUND_BY_SPEC
    }

    fn traits(&self) -> Traits {
        K::TRAITS
    }

    fn order(&self, spec: &Value) -> &'static [Order] {
        typed::<K::Spec>(spec).map_or(K::TRAITS.order, |spec| K::order(&spec))
    }

    fn computed(&self, spec: &Value, world: &World) -> Outputs {
        typed::<K::Spec>(spec).map(|spec| K::computed(&spec, world)).unwrap_or_default()
    }

    fn settle(&self, desired: Value, live: &Observed) -> Value {
        let (Ok(wanted), Ok(found)) = (typed::<K::Spec>(&desired), typed::<K::Spec>(&live.spec)) else {
            return desired;
        };
        serde_json::to_value(K::settle(wanted, &found)).unwrap_or(desired)
    }

    fn refuse(&self, desired: &Value, live: &Observed) -> Vec<Refusal> {
        let (Ok(wanted), Ok(found)) = (typed::<K::Spec>(desired), typed::<K::Spec>(&live.spec)) else {
            return Vec::new();
        };
        let refusals = K::refuse(&wanted, &found).into_iter();
        refusals.map(|(message, hint)| Refusal { address: live.address.clone(), message, hint }).collect()
    }

    fn refuse_together(&self, fates: &[Fate<'_, Value>], caller: Option<&str>) -> Vec<Refusal> {
        if !K::JUDGES_TOGETHER {
            return Vec::new();
        }
        let fates: Vec<Fate<'_, K::Spec>> = fates
            .iter()
            .map(|fate| Fate {
                address: fate.address,
                live: fate.live.as_ref().and_then(|(live, observed)| Some((typed(live).ok()?, *observed))),
                becomes: fate.becomes.as_ref().and_then(|becomes| typed(becomes).ok()),
            })
            .collect();
        K::refuse_together(&fates, caller)
    }

    fn loses(&self, live: &Observed) -> Option<&'static str> {
        K::loses(&live.outputs)
    }

    fn is_lost_by_consent_alone(&self) -> bool {
        K::LOST_BY_CONSENT_ALONE
    }

    fn stays(&self) -> Option<&'static str> {
        K::STAYS
    }

    fn why_it_goes(&self, live: &Observed) -> Option<Reason> {
        typed::<K::Spec>(&live.spec).ok().and_then(|live| K::why_it_goes(&live))
    }

    fn leaves(&self, live: &Observed) -> Option<String> {
        typed::<K::Spec>(&live.spec).ok().and_then(|live| K::leaves(&live))
    }

    fn rename(&self, desired: Value, taken: &[String]) -> Value {
        let Ok(wanted) = typed::<K::Spec>(&desired) else { return desired };
        serde_json::to_value(K::rename(wanted, taken)).unwrap_or(desired)
    }

    fn moved(&self, fields: &[&str]) -> Vec<&'static str> {
        K::moved(fields)
    }

    fn lower(&self, lowering: &Lowering<'_, Value>) -> Result<Vec<Lowered<Value>>, String> {
        let work = match &lowering.work {
            Work::Create { desired } => Work::Create { desired: typed(desired)? },
            Work::Update { desired, live, observed, changed, retag } => {
                Work::Update { desired: typed(desired)?, live: typed(live)?, observed, changed, retag: *retag }
            }
            Work::Delete { live, observed } => Work::Delete { live: typed(live)?, observed },
        };
        let typed = Lowering { address: lowering.address, world: lowering.world, work, ownership: lowering.ownership };
        let erase = |call: K::Call| serde_json::to_value(call).unwrap_or_default();
        Ok(K::lower(&typed).into_iter().map(|lowered| lowered.map(erase)).collect())
    }
}

fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_json::from_value(value.clone()).map_err(|error| error.to_string())
}

#[async_trait]
impl<K: Kind> ErasedKind for Erased<K> {
    async fn find(&self, reads: &Reads<'_>) -> Result<Vec<Observed>, CallError> {
        let found = K::find(reads).await?;
        Ok(found.into_iter().filter_map(|found| found.observed(K::NAME, reads)).collect())
    }

    async fn start(&self, aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
        match call::<K>(run)? {
            Some(call) => K::start(aws, call, run).await,
            None => Err(CallError::bug(&run.step.operation, "there is nothing to send")),
        }
    }

    async fn status(&self, aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
        K::status(aws, call::<K>(run)?, run).await
    }

    fn rules(&self) -> &dyn KindRules {
        self
    }
}

fn call<K: Kind>(run: &Run<'_>) -> Result<Option<K::Call>, CallError> {
    let read = |value: &Value| typed(value).map_err(|message| CallError::bug(&run.step.operation, message));
    run.call.as_ref().map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_takes_the_first_name_that_is_free() {
        let name = |taken: &[&str]| {
            let taken: Vec<String> = taken.iter().map(|name| (*name).to_owned()).collect();
            free_name("system", &json!(["m6i.large"]), &taken, 63)
        };
        assert_eq!(name(&["other"]), "system");
        let (first, again) = (name(&["system"]), name(&["system"]));
        assert_eq!(first, again, "the next run looks for the same");
        let second = name(&["system", &first]);
        assert!(first.starts_with("system-") && second.starts_with("system-") && first != second);
        let long = "x".repeat(63);
        assert_eq!(free_name(&long, &json!(1), std::slice::from_ref(&long), 63).len(), 63);
    }
}
