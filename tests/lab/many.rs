//! Many small worlds side by side, each in a virtual time of its own.

use std::any::Any;
use std::future::Future;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

/// Lives through something in a virtual time of its own.
pub fn in_virtual_time<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().start_paused(true).build().expect("a runtime").block_on(future)
}

/// What somebody panicked with, if they did.
pub fn failure_of<T>(attempt: impl FnOnce() -> T) -> Result<T, String> {
    let text = |panic: Box<dyn Any + Send>| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().copied().unwrap_or("a panic without words").to_owned(),
    };
    catch_unwind(AssertUnwindSafe(attempt)).map_err(text)
}

/// Tries `each` with all of `items`, on every core. What failed, with what was said, in the order of the items.
pub fn failures<T: Send, R>(items: Vec<T>, each: impl Fn(&T) -> R + Sync) -> Vec<(T, String)> {
    let open = Mutex::new(items.into_iter().enumerate());
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = open.lock().expect("unlocked").next();
            let Some((number, item)) = next else { return };
            if let Err(failure) = failure_of(|| each(&item)) {
                failed.lock().expect("unlocked").push((number, item, failure));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut failed = failed.into_inner().expect("unlocked");
    failed.sort_by_key(|(number, ..)| *number);
    failed.into_iter().map(|(_, item, failure)| (item, failure)).collect()
}

/// The seeds that somebody wants who has time: `EKSCTL_RS_SEEDS` of them, from `EKSCTL_RS_FIRST_SEED`.
pub fn seeds_wanted() -> Range<u64> {
    let number = |name: &str, default: u64| {
        #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how long")]
        let wanted = std::env::var(name);
        wanted.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
    };
    let first = number("EKSCTL_RS_FIRST_SEED", 1000);
    first..first + number("EKSCTL_RS_SEEDS", 200)
}
