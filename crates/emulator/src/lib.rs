//! An AWS in memory: strict, alive, and independent.
//!
//! [`Emulator::handle`] takes an HTTP request as AWS would get it and answers as AWS would. As an HTTP client of the AWS
//! SDK for Rust an [`Emulator`] needs no socket; [`serve`] puts it behind a loopback port, for the AWS CLI and anything
//! else that speaks AWS.
//!
//! - **Strict**: requests are checked against AWS's own API models (`models/`), then by each operation against the
//!   state. What AWS refuses is refused, with AWS's error codes. What the emulator does not know is an error that names
//!   it, never an empty answer.
//! - **Alive**: resources take the time that AWS takes, on an explicit [`Clock`].
//! - **Hostile on request**: a [`Weather`] throttles, denies, loses answers, lets things fail.
//! - **Durable**: every effect is on disk before its response, if a [`Store`] is given.
//!
//! Deliberately absent: everything of the other crates. Sharing types would share misunderstandings.

mod call;
mod clock;
mod connector;
mod durations;
mod emulator;
mod error;
mod filter;
mod log;
mod model;
mod moment;
mod page;
mod plant;
mod protocol;
mod quota;
mod random;
mod serve;
mod services;
mod store;
mod tags;
mod validate;
mod weather;
mod wire;
mod world;

pub use clock::Clock;
pub use emulator::{Emulator, Options, StartError, Unanswered};
pub use log::LogEntry;
pub use moment::Moment;
pub use plant::{IDENTITY_CENTER, PlantError};
pub use serve::serve;
pub use store::{Store, StoreError};
pub use weather::{Denied, Failing, Hold, Outcome, Resource, StaleReads, Throttling, Weather, WeatherError, When};
