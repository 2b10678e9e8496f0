//! The user asks to stop.

use tokio::sync::watch;

/// How much is to be stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interrupt {
    /// Nothing.
    #[default]
    No,
    /// Nothing new is started; what runs is waited for.
    Gently,
    /// What runs is left to AWS; the next run picks it up.
    Now,
}

/// The side that asks. Asking twice means: now.
#[derive(Clone, Debug)]
pub struct Interrupts(watch::Sender<Interrupt>);

impl Interrupts {
    /// Nobody has asked yet.
    #[expect(clippy::new_without_default, reason = "a channel is opened, not a value made")]
    pub fn new() -> Self {
        Self(watch::Sender::new(Interrupt::No))
    }

    /// The user asks to stop, once more.
    pub fn ask(&self) {
        self.0.send_modify(|interrupt| {
            *interrupt = if *interrupt == Interrupt::No { Interrupt::Gently } else { Interrupt::Now };
        });
    }

    /// What was asked so far.
    pub fn asked(&self) -> Interrupt {
        *self.0.borrow()
    }

    /// The side that listens.
    pub(crate) fn listen(&self) -> watch::Receiver<Interrupt> {
        self.0.subscribe()
    }
}
