//! One call on its way through the emulator: who asks for what, where and when.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::durations::Takes;
use crate::error::{ApiError, refuse};
use crate::quota::Quota;
use crate::random;
use crate::services::{ec2::Ec2, eks::Eks, iam::Iam, kms::Kms, logs::Logs};
use crate::weather::{Mishap, Resource, RunningWeather};
use crate::world::{Account, Region, Token};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

/// A call that passed the checks of the model.
pub(crate) struct Call<'w> {
    /// The parameters, in the names of the model.
    pub(crate) input: Value,
    pub(crate) operation: &'static str,
    pub(crate) account_id: String,
    pub(crate) region_name: String,
    pub(crate) caller: Caller,
    /// Emulated seconds since the world began.
    pub(crate) now: f64,
    /// When the world began, in seconds since 1970.
    pub(crate) epoch: f64,
    pub(crate) seed: u64,
    /// Everything that takes time is complete at once.
    pub(crate) instant: bool,
    /// When everything that this call begins is complete.
    pub(crate) completes: Cell<f64>,
    pub(crate) weather: &'w mut RunningWeather,
    pub(crate) account: &'w mut Account,
}

impl Call<'_> {
    pub(crate) fn region(&mut self) -> &mut Region {
        self.account.regions.entry(self.region_name.clone()).or_default()
    }

    pub(crate) fn ec2(&mut self) -> &mut Ec2 {
        &mut self.region().ec2
    }

    pub(crate) fn eks(&mut self) -> &mut Eks {
        &mut self.region().eks
    }

    pub(crate) fn kms(&mut self) -> &mut Kms {
        &mut self.region().kms
    }

    pub(crate) fn logs(&mut self) -> &mut Logs {
        &mut self.region().logs
    }

    pub(crate) fn iam(&mut self) -> &mut Iam {
        &mut self.account.global.iam
    }

    /// The parameters as `T`. They passed the model: what does not fit is a mistake of the emulator.
    pub(crate) fn args<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_value(self.input.clone())
            .map_err(|error| ApiError::with_status("InternalFailure", 500, format!("{}: {error}", self.operation)))
    }

    /// A text parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.input[name].as_str()
    }

    /// A text parameter that the model requires.
    pub(crate) fn required(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    /// The time of the emulated world, in seconds since 1970.
    pub(crate) fn time(&self) -> f64 {
        self.epoch + self.now
    }

    /// When something that begins now is complete.
    pub(crate) fn until(&self, takes: Takes, what: &str) -> f64 {
        let until = self.now + self.seconds(takes, what);
        self.completes_at(until);
        until
    }

    /// What this call begins is not complete before `until`.
    pub(crate) fn completes_at(&self, until: f64) {
        self.completes.set(self.completes.get().max(until));
    }

    /// How long something takes; no time at all where everything is complete at once.
    pub(crate) fn seconds(&self, takes: Takes, what: &str) -> f64 {
        if self.instant { 0.0 } else { self.weather.times_longer() * takes.draw(self.seed, what) }
    }

    /// How many there may be.
    pub(crate) fn quota(&self, quota: Quota) -> usize {
        self.weather.quota(quota)
    }

    /// How something that this call makes or changes fails, if the weather lets it. `names` are all that it is known by.
    pub(crate) fn mishap(&mut self, resource: Resource, names: &[&str]) -> Option<Mishap> {
        let dry_run = self.input["DryRun"].as_bool().unwrap_or(false);
        if dry_run { None } else { self.weather.mishap(resource, names) }
    }

    /// A number that no other id of this world follows from.
    fn serial(&mut self) -> Value {
        self.account.global.at.serial += 1;
        json!([self.seed, self.account_id, self.account.global.at.serial])
    }

    /// A new id in the form of EC2's: `vpc-` and 17 hexadecimal digits.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        let serial = self.serial();
        format!("{prefix}-0{}", random::hex(&serial, 16))
    }

    /// A new id in the form of a UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let serial = self.serial();
        random::uuid(&serial)
    }

    /// A new id in the form of IAM's: a prefix and 17 capitals.
    pub(crate) fn iam_id(&mut self, prefix: &str) -> String {
        let serial = self.serial();
        format!("{prefix}{}", random::capitals(&serial, 17))
    }

    /// Hexadecimal digits for ids of other forms.
    pub(crate) fn hex(&mut self, length: usize) -> String {
        let serial = self.serial();
        random::hex(&serial, length)
    }

    pub(crate) fn partition(&self) -> &'static str {
        match self.region_name.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// An ARN in the Region and account of the call.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition(), self.region_name, self.account_id)
    }

    /// An ARN of IAM in the account of the call.
    pub(crate) fn iam_arn(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition(), self.account_id)
    }

    /// What an earlier call with the same client token made. The same token with other parameters is refused with
    /// `mismatch`.
    pub(crate) fn made_before(&mut self, token: Option<&str>, mismatch: &str) -> Result<Option<String>, ApiError> {
        let Some(token) = token else { return Ok(None) };
        let (key, digest) = (self.token_key(token), self.input_digest());
        match self.region().tokens.get(&key) {
            None => Ok(None),
            Some(found) if found.input == digest => Ok(Some(found.made.clone())),
            Some(_) => refuse(mismatch, format!("The client token {token} was used with other parameters")),
        }
    }

    /// Remembers what this call made under its client token.
    pub(crate) fn remember(&mut self, token: Option<&str>, made: &str) {
        if let Some(token) = token {
            let (key, input) = (self.token_key(token), self.input_digest());
            self.region().tokens.insert(key, Token { input, made: made.to_owned() });
        }
    }

    fn token_key(&self, token: &str) -> String {
        format!("{}:{token}", self.operation)
    }

    /// The order of keys, such as those of tags, is no part of what was asked.
    fn input_digest(&self) -> String {
        random::hex(&in_order(&self.input), 16)
    }
}

/// The same value with the keys of every object in order.
fn in_order(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(in_order).collect(),
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, Value> = fields.iter().map(|(key, field)| (key, in_order(field))).collect();
            sorted.into_iter().map(|(key, field)| (key.clone(), field)).collect::<serde_json::Map<_, _>>().into()
        }
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_is_no_part_of_what_was_asked() {
        let (one, other) = (json!({ "b": [{ "d": 1, "c": 2 }], "a": 0 }), json!({ "a": 0, "b": [{ "c": 2, "d": 1 }] }));
        assert_eq!(in_order(&one).to_string(), in_order(&other).to_string());
        assert_ne!(in_order(&json!([1, 2])).to_string(), in_order(&json!([2, 1])).to_string());
    }
}
