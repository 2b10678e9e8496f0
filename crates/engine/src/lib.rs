//! Running a plan.
//!
//! [`Queue`] says what may start, and [`Schedule`] how long that can be expected to take; [`apply`] starts it, sends each step's call, and asks until its goal is reached;
//! [`Backoff`] decides what is tried again; [`Journal`] keeps the story. All waiting of the whole program is here, on a
//! [`Clock`] that a test can put into virtual time.
//!
//! Deliberately absent: AWS. The engine knows a [`Provider`](eksctl_rs_core::Provider), and what an error means only by
//! its class.

mod apply;
mod clock;
mod interrupt;
mod journal;
mod limits;
mod polling;
mod queue;
mod reading;
mod retry;
mod schedule;
mod step;
mod timetable;
#[cfg(test)]
mod toy;

pub use apply::{Apply, Report, apply};
pub use clock::Clock;
pub use interrupt::{Interrupt, Interrupts};
pub use journal::{Journal, JournalError};
pub use queue::Queue;
pub use reading::{ReadError, Reading, read};
pub use retry::Backoff;
pub use schedule::{Schedule, time_went_to};
