//! Opening a file only to look. Nothing is written to it and to what lies beside it, whatever that
//! is: an act that a crash cut off is undone, or brought to its end, in a private copy.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, OpenFlags};

use super::connection::{self, PATIENCE};
use super::{Store, StoreError, schema, unplaced};
use crate::crypto::random::{self, OsEntropy};
use crate::id::VaultId;

/// What lies beside a file and is part of its state, though the file does not hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsettled {
    /// The journal of an act that was cut off. Whoever opens the file to write undoes that act.
    Journal,
    /// What another program than this one wrote ahead. Whoever opens the file to write takes it in.
    Ahead,
}

impl Unsettled {
    /// The ending of its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Journal => "-journal",
            Self::Ahead => "-wal",
        }
    }
}

/// Whether what lies beside the file is looked at with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// As whoever opens the file to write would have it.
    Counts,
    /// The file alone, because it is known to be whole.
    Ignored,
}

/// What lies beside the file at `path`, where that is part of its state. Nothing is changed.
///
/// # Errors
/// [`StoreError`].
pub fn unsettled(path: &Path) -> Result<Option<Unsettled>, StoreError> {
    connection::examine(path)?;
    if is_ahead(path)? {
        return Ok(Some(Unsettled::Ahead));
    }
    if !lies_there(&beside(path, "-journal"))? {
        return Ok(None);
    }
    match read_only(path) {
        Ok(_) => Ok(None),
        // What has to be undone is written: that alone is why a file that can be read cannot be had.
        Err(StoreError::Unwritable) => Ok(Some(Unsettled::Journal)),
        Err(why) => Err(why),
    }
}

impl Store {
    /// Opens the store at `path` only to look. Where an act was cut off, or another program wrote
    /// ahead, a private copy is opened, and removed when the store is dropped.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn look(path: &Path) -> Result<Self, StoreError> {
        Self::look_at(path, Beside::Counts)
    }

    /// The same, with or without what lies beside the file.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn look_at(path: &Path, beside: Beside) -> Result<Self, StoreError> {
        let found = unsettled(path)?;
        let aside = match (found, beside) {
            (None, _) => None,
            (Some(_), Beside::Counts) => Some(Aside::copy(path, &["", "-journal", "-wal"])?),
            (Some(_), Beside::Ignored) => Some(Aside::copy(path, &[""])?),
        };
        let file = aside.as_ref().map_or_else(|| path.to_owned(), Aside::file);
        if aside.is_some() {
            // What was cut off is undone there.
            drop(connection::connect(&file)?);
        }
        let connection = read_only(&file).map_err(|why| match why {
            // Whoever wrote was cut off in this very moment.
            StoreError::Unwritable => StoreError::Busy,
            other => other,
        })?;
        schema::check(&connection, &file)?;
        let mut store = Self::over(connection, path);
        store.looked_at = Some(file);
        store.aside = aside;
        Ok(store)
    }
}

/// Opens a file that nobody writes ahead of, and reads once from it: SQLite refuses that where an act
/// has to be undone first.
fn read_only(path: &Path) -> Result<Connection, StoreError> {
    let connection = connection::settled(path, OpenFlags::SQLITE_OPEN_READ_ONLY, PATIENCE)?;
    let sql = "SELECT count(*) FROM sqlite_schema";
    let _: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(connection)
}

/// Another connection to the file that a store looks at.
pub(super) fn companion(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    connection::settled(path, flags, std::time::Duration::ZERO)
}

/// Whether somebody writes ahead of the file, or says in its header that they do. SQLite would make
/// files beside it.
fn is_ahead(path: &Path) -> Result<bool, StoreError> {
    // Bytes 18 and 19 of the header: the versions that write and read, of which 2 write ahead.
    const VERSIONS: std::ops::Range<usize> = 18..20;
    if lies_there(&beside(path, "-wal"))? {
        return Ok(true);
    }
    let mut header = Vec::new();
    let file = File::open(path)?;
    file.take(VERSIONS.end as u64).read_to_end(&mut header)?;
    Ok(header.get(VERSIONS).is_some_and(|found| found.contains(&2)))
}

fn lies_there(path: &Path) -> Result<bool, StoreError> {
    match path.symlink_metadata() {
        Ok(metadata) => Ok(metadata.is_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// How often a file is copied anew that changed meanwhile.
const TRIES: u32 = 8;

/// A private copy of a file and of what lies beside it. It vanishes with this value.
pub(super) struct Aside(PathBuf);

impl Aside {
    /// Copies the file at `path` with these endings, as far as there are such files, into a folder of
    /// its own that nobody else may look into.
    fn copy(path: &Path, endings: &[&str]) -> Result<Self, StoreError> {
        let unique = VaultId::from_bytes(random::array(&mut OsEntropy)?);
        let folder = std::env::temp_dir().join(format!("coffer-look-{unique}"));
        connection::private_folder(&folder)?;
        let aside = Self(folder);
        for _ in 0..TRIES {
            let before = stamps(path, endings)?;
            for ending in endings {
                copy_anew(&beside(path, ending), &beside(&aside.file(), ending))?;
            }
            if stamps(path, endings)? == before {
                return Ok(aside);
            }
        }
        Err(StoreError::Busy)
    }

    fn file(&self) -> PathBuf {
        self.0.join("coffer.vault")
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Copies a file, where there is one, to the place of an earlier copy.
fn copy_anew(from: &Path, to: &Path) -> Result<(), StoreError> {
    unplaced::discard(to);
    match File::open(from) {
        Ok(mut from) => {
            std::io::copy(&mut from, &mut unplaced::create_new(to)?)?;
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Length and time of the last change, of each file that is there.
type Stamps = Vec<Option<(u64, SystemTime)>>;

fn stamps(path: &Path, endings: &[&str]) -> Result<Stamps, StoreError> {
    let mut stamps = Stamps::new();
    for ending in endings {
        stamps.push(match beside(path, ending).metadata() {
            Ok(metadata) => Some((metadata.len(), metadata.modified()?)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        });
    }
    Ok(stamps)
}
