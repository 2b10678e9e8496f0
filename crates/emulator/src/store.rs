//! The world on disk: one file per account for what is global, one per account and Region for the rest.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::world::{Account, World};

/// A directory that holds a world, locked for this process.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    /// How far the time has come.
    clock: File,
    /// Holds the lock as long as it is open.
    _lock: File,
}

/// Why the world on disk cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it.
    #[error("the emulator's world in {} is in use by {holder}", directory.display())]
    Locked {
        /// Where.
        directory: PathBuf,
        /// Who, as it wrote into the lock.
        holder: String,
    },
    /// The disk does not do as it is told.
    #[error("cannot {what} {}: {source}", path.display())]
    Disk {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{} is not a file of this emulator: {reason}; move it away to begin anew", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

const LOCK: &str = "lock";
const GLOBAL: &str = "global";
const CLOCK: &str = "clock";

impl Store {
    /// Takes the world in `directory` for this process; `holder` is what another one is told.
    ///
    /// # Errors
    ///
    /// Another process has it, or the disk fails.
    pub fn open(directory: &Path, holder: &str) -> Result<Self, StoreError> {
        let failed = |what, path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::Disk { what, path, source }
        };
        fs::create_dir_all(directory).map_err(failed("create", directory))?;
        let path = directory.join(LOCK);
        let open = |path: &Path| {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
            file.map_err(failed("open", path))
        };
        let mut lock = open(&path)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut found = String::new();
                lock.read_to_string(&mut found).map_err(failed("read", &path))?;
                let holder = if found.is_empty() { "another process".to_owned() } else { found };
                return Err(StoreError::Locked { directory: directory.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock", &path)(source)),
        }
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(holder.as_bytes()))
            .map_err(failed("write", &path))?;
        Ok(Self { directory: directory.to_owned(), clock: open(&directory.join(CLOCK))?, _lock: lock })
    }

    /// How far the time had come, in emulated seconds.
    pub(crate) fn elapsed(&mut self) -> f64 {
        let mut text = String::new();
        let read = self.clock.rewind().and_then(|()| self.clock.read_to_string(&mut text));
        read.ok().and_then(|_| text.trim().parse().ok()).unwrap_or_default()
    }

    /// Remembers how far the time has come: what somebody saw does not come undone with the next process.
    pub(crate) fn keep_time(&mut self, elapsed: f64) -> Result<(), StoreError> {
        // Always as long, so that it overwrites what was there.
        let line = format!("{elapsed:024.6}\n");
        let written = self.clock.rewind().and_then(|()| self.clock.write_all(line.as_bytes()));
        written.map_err(|source| StoreError::Disk { what: "write", path: self.directory.join(CLOCK), source })
    }

    /// Everything that is on disk.
    pub(crate) fn load(&self) -> Result<World, StoreError> {
        let mut world = World::default();
        for directory in entries(&self.directory)?.into_iter().filter(|path| path.is_dir()) {
            let mut account = Account::default();
            for file in entries(&directory)? {
                match (file.extension().and_then(|end| end.to_str()), file.file_stem().and_then(|stem| stem.to_str())) {
                    (Some("json"), Some(GLOBAL)) => account.global = read(&file)?,
                    (Some("json"), Some(region)) => {
                        account.regions.insert(region.to_owned(), read(&file)?);
                    }
                    _ => {}
                }
            }
            if let Some(id) = directory.file_name().and_then(|name| name.to_str()) {
                world.accounts.insert(id.to_owned(), account);
            }
        }
        Ok(world)
    }

    /// Writes what is global in the account, and one of its Regions.
    pub(crate) fn save(&self, id: &str, account: &Account, region: &str) -> Result<(), StoreError> {
        let directory = self.directory.join(id);
        fs::create_dir_all(&directory).map_err(|source| StoreError::Disk {
            what: "create",
            path: directory.clone(),
            source,
        })?;
        write(&directory, GLOBAL, &account.global)?;
        match account.regions.get(region) {
            Some(found) => write(&directory, region, found),
            None => Ok(()),
        }
    }
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let failed = |source| StoreError::Disk { what: "read", path: directory.to_owned(), source };
    let found: Result<Vec<PathBuf>, io::Error> =
        fs::read_dir(directory).map_err(failed)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = found.map_err(failed)?;
    paths.sort();
    Ok(paths)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, StoreError> {
    let text =
        fs::read_to_string(path).map_err(|source| StoreError::Disk { what: "read", path: path.to_owned(), source })?;
    serde_json::from_str(&text)
        .map_err(|error| StoreError::Unreadable { path: path.to_owned(), reason: error.to_string() })
}

/// Writes beside and renames: whoever reads sees the old file or the new one.
fn write(directory: &Path, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
    let path = directory.join(format!("{name}.json"));
    let failed = |source| StoreError::Disk { what: "write", path: path.clone(), source };
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
    serde_json::to_writer(&mut file, value).map_err(|error| failed(error.into()))?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_told_by_whom_it_is_locked() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), "process 7 (apply dev)").expect("the first");
        let error = Store::open(directory.path(), "process 8").expect_err("the second");
        assert!(error.to_string().ends_with("is in use by process 7 (apply dev)"), "{error}");
        drop(store);
        Store::open(directory.path(), "process 8").expect("now it is free");
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), "test").expect("a store");
        let mut account = Account::default();
        account.global.at.serial = 3;
        account.regions.entry("eu-west-1".into()).or_default().at.elapsed = 7.5;
        store.save("111122223333", &account, "eu-west-1").expect("saved");
        let world = store.load().expect("loaded");
        assert_eq!(world.accounts["111122223333"], account);
        assert_eq!(world.elapsed(), 7.5);
    }

    #[test]
    fn time_is_kept() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut store = Store::open(directory.path(), "test").expect("a store");
        assert_eq!(store.elapsed(), 0.0);
        for elapsed in [1_234_567.5, 3.25] {
            store.keep_time(elapsed).expect("kept");
            assert_eq!(store.elapsed(), elapsed);
        }
        assert!(store.load().expect("loaded").accounts.is_empty());
    }

    #[test]
    fn another_file_is_refused_and_kept() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), "test").expect("a store");
        fs::create_dir(directory.path().join("1")).expect("a directory");
        let file = directory.path().join("1/eu-west-1.json");
        fs::write(&file, "{").expect("written");
        assert!(matches!(store.load(), Err(StoreError::Unreadable { .. })));
        assert_eq!(fs::read_to_string(file).expect("still there"), "{");
    }
}
