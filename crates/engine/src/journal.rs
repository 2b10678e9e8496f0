//! The story of a run on disk: one event a line, so that it can be told again. Nothing depends on it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use eksctl_rs_core::Event;

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

/// Why a journal cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what} the journal {}: {source}", path.display())]
pub struct JournalError {
    /// What was tried.
    pub what: &'static str,
    /// The file.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

impl Journal {
    /// Begins the journal of `run` in `directory`.
    ///
    /// # Errors
    ///
    /// The file cannot be made.
    pub fn create(directory: &Path, run: &str) -> Result<Self, JournalError> {
        let path = directory.join(format!("{run}.ndjson"));
        let failed = |source| JournalError { what: "create", path: path.clone(), source };
        fs::create_dir_all(directory).map_err(failed)?;
        let file = OpenOptions::new().create_new(true).append(true).open(&path).map_err(failed)?;
        Ok(Self { path, file: Mutex::new(file) })
    }

    /// Writes one event down.
    ///
    /// # Errors
    ///
    /// The disk fails. The run can go on without a journal.
    pub fn write(&self, event: &Event) -> Result<(), JournalError> {
        let failed = |source| JournalError { what: "write", path: self.path.clone(), source };
        let mut line = serde_json::to_string(event).map_err(|error| failed(error.into()))?;
        line.push('\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes()).map_err(failed)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The events of a journal, as far as they were written: a killed run may have left half a line.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read(path: &Path) -> Result<Vec<Event>, JournalError> {
        let failed = |source| JournalError { what: "read", path: path.to_owned(), source };
        let lines = BufReader::new(File::open(path).map_err(failed)?).lines();
        let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(failed)?;
        Ok(lines.iter().map_while(|line| serde_json::from_str(line).ok()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eksctl_rs_core::{Address, StepId};

    fn event(at: f64) -> Event {
        Event::StepSkipped { at, step: StepId(1), address: Address::new("toy.Thing", "a"), because: None }
    }

    #[test]
    fn a_run_can_be_told_again_even_if_it_was_killed() {
        let directory = std::env::temp_dir().join(format!("journal-{}", std::process::id()));
        let journal = Journal::create(&directory, "run-1").expect("a journal");
        journal.write(&event(1.0)).expect("written");
        journal.write(&event(2.0)).expect("written");
        journal.file.lock().expect("unlocked").write_all(b"{\"event\":\"step-").expect("half a line");
        assert_eq!(Journal::read(journal.path()).expect("read"), [event(1.0), event(2.0)]);
        assert!(Journal::create(&directory, "run-1").is_err(), "a journal is never overwritten");
        fs::remove_dir_all(directory).expect("cleaned up");
    }
}
