//! Reads that are behind: the world as it was before the last changes.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;

use super::Check;
use crate::world::Account;

/// How many emulated seconds a read may be behind, at most: it answers from the world as it was then. What was made since
/// is not there yet, what was changed shows what it was, and what was deleted is still shown. Each read draws its own
/// delay: a later one may well see less than an earlier one, as with AWS.
///
/// What calls change is seen late; what time changes, such as the status of a cluster, is not. The checks of calls that
/// change something are never behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaleReads {
    /// Of EC2.
    pub ec2: f64,
    /// Of EKS, one thing at a time.
    pub eks: f64,
    /// Of EKS, lists.
    pub eks_lists: f64,
    /// Of IAM.
    pub iam: f64,
    /// Of KMS.
    pub kms: f64,
    /// Of CloudWatch Logs.
    pub logs: f64,
    /// Of the Resource Groups Tagging API.
    pub tagging: f64,
}

impl StaleReads {
    /// How far a read may be behind.
    pub(super) fn of(&self, service: &str, operation: &str) -> f64 {
        match service {
            "ec2" => self.ec2,
            "eks" if operation.starts_with("List") => self.eks_lists,
            "eks" => self.eks,
            "iam" => self.iam,
            "kms" => self.kms,
            "logs" => self.logs,
            "tagging" => self.tagging,
            _ => 0.0,
        }
    }

    /// How far any read may be behind.
    pub(super) fn longest(&self) -> f64 {
        self.all().into_iter().fold(0.0, f64::max)
    }

    fn all(&self) -> [f64; 7] {
        let Self { ec2, eks, eks_lists, iam, kms, logs, tagging } = *self;
        [ec2, eks, eks_lists, iam, kms, logs, tagging]
    }
}

impl Check for StaleReads {
    fn check(&self) -> Result<(), String> {
        match self.all().into_iter().find(|seconds| !seconds.is_finite() || *seconds < 0.0) {
            None => Ok(()),
            Some(wrong) => Err(format!("{wrong} is no number of seconds; 0 is never behind")),
        }
    }
}

/// What accounts were before their last changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Past(BTreeMap<String, VecDeque<Before>>);

/// What an account was until it was changed.
#[derive(Clone, Debug)]
struct Before {
    /// In emulated seconds.
    until: f64,
    account: Account,
}

impl Past {
    /// Remembers what an account was until now, and forgets what nobody asks for any more.
    pub(super) fn remember(&mut self, account_id: &str, account: Account, now: f64, longest: f64) {
        let kept = self.0.entry(account_id.to_owned()).or_default();
        kept.push_back(Before { until: now, account });
        while kept.front().is_some_and(|before| before.until < now - longest) {
            kept.pop_front();
        }
    }

    /// What an account was at a time; nothing if it has not changed since.
    pub(super) fn at(&self, account_id: &str, time: f64) -> Option<&Account> {
        let kept = self.0.get(account_id)?;
        kept.iter().find(|before| before.until > time).map(|before| &before.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(serial: u64) -> Account {
        let mut account = Account::default();
        account.global.at.serial = serial;
        account
    }

    #[test]
    fn the_past_is_what_was_before_the_first_change_since() {
        let mut past = Past::default();
        past.remember("1", account(1), 10.0, 5.0);
        past.remember("1", account(2), 10.0, 5.0);
        past.remember("1", account(3), 12.0, 5.0);
        let serial = |past: &Past, time| past.at("1", time).map(|account| account.global.at.serial);
        assert_eq!([9.0, 10.0, 11.0, 12.0].map(|time| serial(&past, time)), [Some(1), Some(3), Some(3), None]);
        assert_eq!(past.at("2", 9.0), None);
        past.remember("1", account(4), 16.0, 5.0);
        assert_eq!(serial(&past, 9.0), Some(3), "what is older than any read can be is forgotten");
    }
}
