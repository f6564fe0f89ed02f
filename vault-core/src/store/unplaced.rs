//! Files that are made beside the place where they are to stand, and stand there whole or not at
//! all.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::connection::{self, private, resolved, sync_folder};
use super::{Store, StoreError, copy};
use crate::audit::backups::Mark;
use crate::crypto::random::{self, Entropy};
use crate::id::VaultId;

/// A private file that is not in its place yet. It vanishes unless it is placed.
pub struct Unplaced {
    path: PathBuf,
    _turn: Turn,
}

impl Unplaced {
    /// An empty file beside `path`, which is `doing` and is to stand there. What others left behind
    /// who were cut off at the same is removed; nobody else does it until this one is dropped.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while somebody does the same, and the device's own.
    pub fn beside(path: &Path, doing: &str, entropy: &mut dyn Entropy) -> Result<Self, StoreError> {
        let turn = Turn::take(path, doing)?;
        let unique = VaultId::from_bytes(random::array(entropy)?);
        let path = path.with_file_name(named(path, &format!(".{doing}-{unique}")));
        create_new(&path)?;
        Ok(Self { path, _turn: turn })
    }

    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves it to `path`, where there must be nothing, and makes the move durable.
    ///
    /// # Errors
    /// [`StoreError::Exists`] and the device's own; nothing stands at `path` then that did not
    /// before.
    pub fn publish(self, path: &Path) -> Result<(), StoreError> {
        connection::publish(&self.path, path)
    }

    /// Moves it to the place of the file at `path`, which is kept as `kept`, and makes both
    /// durable. At every moment one of the two files stands at `path`, whole: the old one is given
    /// its second name first, and the new one then takes the first name over in one step. Nobody
    /// writes to the old file meanwhile, and an act that a crash left half done there is undone
    /// before, or goes along.
    ///
    /// # Errors
    /// [`StoreError::Busy`], [`StoreError::Exists`] for `kept`, and the device's own; the old file
    /// stands at `path` then. After [`StoreError::Uncertain`] the new one does, and may not last.
    pub fn replace(self, path: &Path, kept: &Path) -> Result<(), StoreError> {
        let held = hold(path)?;
        connection::take_rights(path, &self.path);
        keep(path, kept)?;
        keep_journal(path, kept)?;
        sync_folder(path)?;
        // Elsewhere than on Unix an open file cannot be replaced.
        let held = held.filter(|_| cfg!(unix));
        std::fs::rename(&self.path, path)?;
        drop(held);
        connection::kept(path)
    }
}

impl Drop for Unplaced {
    fn drop(&mut self) {
        connection::discard(&self.path);
    }
}

/// The right to make a file at one place. It is a file of its own, for a lock on the one that is made
/// would stand in SQLite's way.
struct Turn {
    path: PathBuf,
    file: File,
}

impl Turn {
    fn take(target: &Path, doing: &str) -> Result<Self, StoreError> {
        let path = target.with_file_name(named(target, &format!(".{doing}.lock")));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        private(&mut options);
        if path.symlink_metadata().is_ok_and(|it| !it.is_file()) {
            return Err(StoreError::NotAFile);
        }
        let file = options.open(&path)?;
        match file.try_lock() {
            Ok(()) => {
                clear(target, doing)?;
                Ok(Self { path, file })
            }
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            // Where nobody can be kept away, nothing of others is taken away either.
            Err(TryLockError::Error(_)) => Ok(Self { path, file }),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        discard(&self.path);
        drop(self.file.unlock());
    }
}

/// Removes what was left behind by those who were cut off while they made a file at `target`, as far
/// as that can be done.
fn clear(target: &Path, doing: &str) -> Result<(), StoreError> {
    let prefix = named(target, &format!(".{doing}-"));
    let whole = resolved(target)?;
    let Some(folder) = whole.parent() else {
        return Ok(());
    };
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let rest = name
            .as_encoded_bytes()
            .strip_prefix(prefix.as_encoded_bytes());
        let unique = |it: &[u8]| it.len() == 32 && it.iter().all(u8::is_ascii_hexdigit);
        let of_journal = |rest: &[u8]| rest.strip_suffix(b"-journal").is_some_and(unique);
        if rest.is_some_and(|rest| unique(rest) || of_journal(rest)) {
            discard(&folder.join(name));
        }
    }
    Ok(())
}

/// The name of the file at `path`, with `ending`.
fn named(path: &Path, ending: &str) -> OsString {
    let mut name = OsString::new();
    if let Some(own) = path.file_name() {
        name.push(own);
    }
    name.push(ending);
    name
}

impl Store {
    /// Copies the present state into `to`, which is empty, and makes the copy durable: the same
    /// tables in a file of their own, without what deleted rows left behind. It bears `mark` and no
    /// other.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn copy_to(&self, to: &Unplaced, mark: Option<&Mark>) -> Result<(), StoreError> {
        let path = resolved(to.path())?;
        let connection = self.connection();
        // SQLite attaches the copy while it writes it; nothing else is ever attached.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
        let copied = connection.execute("VACUUM INTO ?", [Name(&path)]);
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        copied?;
        copy::put(&path, mark)?;
        Ok(File::open(path)?.sync_all()?)
    }
}

/// A path as SQLite takes it, which need not be UTF-8 everywhere.
struct Name<'p>(&'p Path);

impl rusqlite::ToSql for Name<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let bytes = self.0.as_os_str().as_encoded_bytes();
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(bytes)))
    }
}

/// Writes a small private file, where there must be none, and makes it durable.
///
/// # Errors
/// [`StoreError::Exists`] and the device's own; there is no file then that was not there before.
pub fn write_new(path: &Path, contents: &[u8]) -> Result<(), StoreError> {
    let mut file = create_new(path)?;
    let written = file
        .write_all(contents)
        .and_then(|()| file.sync_all())
        .map_err(StoreError::from)
        .and_then(|()| sync_folder(path));
    if written.is_err() {
        discard(path);
    }
    written
}

/// Removes a small file that was written for nothing, as far as that can be done.
pub fn discard(path: &Path) {
    drop(std::fs::remove_file(path));
}

pub(super) fn create_new(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    Ok(options.open(path)?)
}

/// Keeps others from writing to the file at `path` until the connection is dropped; what a crash
/// left half done is undone. `None` where it is no file that anybody could be writing to.
fn hold(path: &Path) -> Result<Option<Connection>, StoreError> {
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(StoreError::NotAFile);
    }
    let held = connection::connect(path).and_then(|connection| {
        connection.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(connection)
    });
    match held {
        Ok(connection) => Ok(Some(connection)),
        Err(StoreError::Busy) => Err(StoreError::Busy),
        // It is damaged, or may not be read: the copy takes its place for that very reason.
        Err(_) => Ok(None),
    }
}

/// Gives the file at `path` the name `kept` too; a copy where the file system has no links.
fn keep(path: &Path, kept: &Path) -> Result<(), StoreError> {
    match std::fs::hard_link(path, kept) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(StoreError::Exists),
        Err(_) => {
            let mut from = File::open(path)?;
            let mut to = create_new(kept)?;
            let copied = std::io::copy(&mut from, &mut to).and_then(|_| to.sync_all());
            if copied.is_err() {
                discard(kept);
            }
            Ok(copied?)
        }
    }
}

/// The journal of an act that could not be undone belongs to the old file: beside the new one it
/// would be taken for the new one's.
fn keep_journal(path: &Path, kept: &Path) -> Result<(), StoreError> {
    let journal = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push("-journal");
        PathBuf::from(name)
    };
    match std::fs::rename(journal(path), journal(kept)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
