//! How the parts of a weather are read: what cannot be is refused where it stands.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error};

use super::Check;
use crate::services;

pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(seconds).map_err(|_| Error::custom(format!("{seconds} is no number of seconds")))
}

pub(super) fn probability<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let probability = f64::deserialize(deserializer)?;
    check_probability(probability).map(|()| probability).map_err(Error::custom)
}

pub(super) fn check_probability(probability: f64) -> Result<(), String> {
    match (0.0..=1.0).contains(&probability) {
        true => Ok(()),
        false => Err(format!("{probability} is no probability: use a number between 0 and 1")),
    }
}

pub(super) fn times<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let times = Option::<f64>::deserialize(deserializer)?;
    times.map_or(Ok(()), check_times).map(|()| times).map_err(Error::custom)
}

pub(super) fn check_times(times: f64) -> Result<(), String> {
    match times.is_finite() && times > 0.0 {
        true => Ok(()),
        false => Err(format!("{times} is no number of times: use one above 0")),
    }
}

/// Something that is checked as soon as it is read.
struct Checked<T>(T);

impl<'de, T: Deserialize<'de> + Check> Deserialize<'de> for Checked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer).map(Self)
    }
}

pub(super) fn checked<'de, T: Deserialize<'de> + Check, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let read = T::deserialize(deserializer)?;
    read.check().map_err(Error::custom)?;
    Ok(read)
}

pub(super) fn checked_option<'de, T: Deserialize<'de> + Check, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::<Checked<T>>::deserialize(deserializer)?.map(|Checked(read)| read))
}

pub(super) fn checked_list<'de, T: Deserialize<'de> + Check, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Checked<T>>::deserialize(deserializer)?.into_iter().map(|Checked(read)| read).collect())
}

/// The name of a quota that the emulator knows.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct QuotaName(String);

impl<'de> Deserialize<'de> for QuotaName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        check_quota(&name).map_err(Error::custom)?;
        Ok(Self(name))
    }
}

pub(super) fn quotas<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, usize>, D::Error> {
    let read = BTreeMap::<QuotaName, usize>::deserialize(deserializer)?;
    Ok(read.into_iter().map(|(QuotaName(name), most)| (name, most)).collect())
}

pub(super) fn check_quota(name: &str) -> Result<(), String> {
    if services::quotas().any(|quota| quota.name == name) {
        return Ok(());
    }
    let known: Vec<&str> = services::quotas().map(|quota| quota.name).collect();
    Err(format!("there is no quota {name:?}; the emulator knows {}", known.join(", ")))
}
