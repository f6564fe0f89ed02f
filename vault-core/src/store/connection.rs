//! Opening the file: the checks before SQLite sees it, and the settings under which it works.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::StoreError;

/// The oldest SQLite without the bug that resets a journal wrongly (fixed in 3.51.3).
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long to wait for another process to finish its act.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);

/// Bytes in a page of a new file. Records have some hundred bytes: in SQLite's usual 4096 an eighth of
/// a page stays empty, and a log is read in twice as many calls.
const PAGE: u32 = 8192;

/// The longest value that is read or written, in bytes: the secrets of a version are the longest that
/// there are, and a record's line comes next. A longer one was put there by something else, and is
/// refused before it is read.
const LONGEST_VALUE: i32 = 16 * 1024 * 1024;

/// Makes an empty file at `path` and opens it.
pub(super) fn create(path: &Path) -> Result<Connection, StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    drop(options.open(path)?);
    let connection = connect(path)?;
    connection.pragma_update(None, "page_size", PAGE)?;
    Ok(connection)
}

#[cfg(unix)]
pub(super) fn private(options: &mut std::fs::OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
pub(super) fn private(_: &mut std::fs::OpenOptions) {}

/// Makes a folder for its owner alone.
pub(super) fn private_folder(path: &Path) -> Result<(), StoreError> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(path)?)
}

/// Looks whether the file at `path` is a plain one and no link, and can be read.
pub(super) fn examine(path: &Path) -> Result<std::fs::Metadata, StoreError> {
    let metadata = std::fs::symlink_metadata(path)?;
    if !metadata.is_file() {
        return Err(StoreError::NotAFile);
    }
    if metadata.len() == 0 {
        return Err(StoreError::NotAVault);
    }
    // A file that cannot be opened at all is told apart from one that cannot be written.
    std::fs::File::open(path).map_err(|error| match StoreError::from(error) {
        StoreError::Unwritable => StoreError::Unreadable,
        other => other,
    })?;
    Ok(metadata)
}

/// Opens the file at `path`, which must be a plain one and no link, to write to it.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let metadata = examine(path)?;
    tighten(path, &metadata);
    connect(path)
}

/// Takes away the rights of everybody on a file that is ours; those of its group are its owner's
/// choice. Where that cannot be done (a stick with a file system that has no rights) the file is used
/// all the same: what it holds is encrypted and signed, and on the day of need it must open.
#[cfg(unix)]
fn tighten(path: &Path, metadata: &std::fs::Metadata) {
    use std::os::unix::fs::PermissionsExt;
    const EVERYBODY: u32 = 0o007;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & EVERYBODY != 0 {
        let closed = std::fs::Permissions::from_mode(mode & !EVERYBODY);
        drop(std::fs::set_permissions(path, closed));
    }
}

#[cfg(not(unix))]
fn tighten(_: &Path, _: &std::fs::Metadata) {}

/// Gives a new file the group of the one that it replaces, with the rights that this group had there.
/// Where that cannot be done it stays its owner's alone.
#[cfg(unix)]
pub(super) fn take_rights(from: &Path, to: &Path) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    const GROUP: u32 = 0o070;
    let (Ok(from), Ok(made)) = (from.symlink_metadata(), to.symlink_metadata()) else {
        return;
    };
    let wanted = from.permissions().mode() & GROUP;
    let theirs = from.gid() == made.gid() || chown(to, None, Some(from.gid())).is_ok();
    if wanted != 0 && theirs {
        let rights = std::fs::Permissions::from_mode(0o600 | wanted);
        drop(std::fs::set_permissions(to, rights));
    }
}

#[cfg(not(unix))]
pub(super) fn take_rights(_: &Path, _: &Path) {}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    connect_with(path, PATIENCE)
}

/// Opens a file once more that this process has open. SQLite alone opens it: POSIX gives up all
/// locks of a process on a file when it closes any descriptor of that file, and SQLite knows which
/// ones it must not close yet.
pub(super) fn beside(path: &Path) -> Result<Connection, StoreError> {
    connect_with(path, Duration::ZERO)
}

fn connect_with(path: &Path, patience: Duration) -> Result<Connection, StoreError> {
    let connection = settled(path, OpenFlags::SQLITE_OPEN_READ_WRITE, patience)?;
    let mode: String =
        connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode == "delete" {
        Ok(connection)
    } else {
        Err(StoreError::Damaged)
    }
}

/// Opens the file under our settings.
pub(super) fn settled(
    path: &Path,
    access: OpenFlags,
    patience: Duration,
) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::Internal("the SQLite library is too old"));
    }
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(resolved(path)?, flags)?;
    connection.busy_timeout(patience)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A plan is made once, and not anew for every value that it is given.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    Ok(connection)
}

/// The path with every link in its folder resolved, so that only the file itself may not be one.
pub(super) fn resolved(path: &Path) -> Result<PathBuf, StoreError> {
    let name = path.file_name().ok_or(StoreError::NotAFile)?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Ok(folder.canonicalize()?.join(name))
}

/// The file at `path` for people: by its whole path, where that can be told.
pub(super) fn shown(path: &Path) -> String {
    match resolved(path) {
        Ok(whole) => whole.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}

/// Moves a finished file to its place, where there must be none, and makes the move durable.
pub(super) fn publish(draft: &Path, path: &Path) -> Result<(), StoreError> {
    set_journal_aside(path)?;
    match std::fs::hard_link(draft, path) {
        Ok(()) => return settle(draft, path),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(StoreError::Exists);
        }
        // A file system without links: reserve the name, then move over the reservation.
        Err(_) => {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            private(&mut options);
            drop(options.open(path)?);
            std::fs::rename(draft, path)?;
        }
    }
    kept(path)
}

/// Makes a move durable that was made and cannot be taken back: where that fails, nobody knows whether
/// it lasts.
pub(super) fn kept(path: &Path) -> Result<(), StoreError> {
    sync_folder(path).map_err(|_| StoreError::Uncertain)
}

/// A journal that outlived its file would be taken for the new file's, and spoil it. It is kept,
/// as `FILE-journal.left`, for whoever has the old file elsewhere.
fn set_journal_aside(path: &Path) -> Result<(), StoreError> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let (journal, mut aside) = (beside("-journal"), beside("-journal.left"));
    if journal.symlink_metadata().is_err() {
        return Ok(());
    }
    // It belongs to a file that stands there, and stays with it.
    if path.symlink_metadata().is_ok() {
        return Err(StoreError::Exists);
    }
    let mut nth = 1_u64;
    while aside.symlink_metadata().is_ok() {
        nth += 1;
        aside = beside(&format!("-journal.left-{nth}"));
    }
    Ok(std::fs::rename(journal, aside)?)
}

/// Makes the move durable. What is not sure to last is taken back.
fn settle(draft: &Path, path: &Path) -> Result<(), StoreError> {
    let removed = std::fs::remove_file(draft).map_err(StoreError::from);
    let settled = removed.and_then(|()| sync_folder(path));
    settled.map_err(|error| match std::fs::remove_file(path) {
        Ok(()) => error,
        Err(_) => StoreError::Uncertain,
    })
}

#[cfg(unix)]
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let resolved = resolved(path)?;
    let folder = resolved.parent().ok_or(StoreError::NotAFile)?;
    Ok(std::fs::File::open(folder)?.sync_all()?)
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Removes what an unfinished founding left behind, as far as that can be done.
pub(super) fn discard(draft: &Path) {
    let mut journal = draft.as_os_str().to_owned();
    journal.push("-journal");
    for path in [draft, Path::new(&journal)] {
        drop(std::fs::remove_file(path));
    }
}
