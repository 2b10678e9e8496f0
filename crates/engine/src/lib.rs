//! Running a plan: queue, retry, wait, cancel, journal.
