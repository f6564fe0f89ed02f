//! Files that are written for one person: private from the first byte, and never over another.

mod folder;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

pub use self::folder::{NotWritten, PrivateFolder, PrivateWriter};

/// Why a file could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileError {
    /// There is something of that name already, if only a dangling link.
    Exists,
    /// The folder that it should stand in does not exist.
    NoFolder,
    /// The operating system does not let this person write there, or lets nobody.
    NotPermitted,
    /// The disk or the person's share of it is full.
    Full,
    /// There was a signal, such as Ctrl-C.
    Stopped,
    /// Anything else.
    Failed(io::ErrorKind),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::AlreadyExists => Self::Exists,
            Kind::NotFound | Kind::NotADirectory => Self::NoFolder,
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::NotPermitted,
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Self::Full,
            other => Self::Failed(other),
        }
    }
}

/// A new file that only its owner may read (0600; on other platforms than Unix whatever the folder
/// hands down). It is made before the work whose result it takes, so that a bad name is found in
/// time, and vanishes again unless it is [finished](Self::finish).
#[derive(Debug)]
pub struct PrivateFile {
    file: File,
    path: PathBuf,
    finished: bool,
}

impl PrivateFile {
    /// Makes the file, empty. `O_EXCL` takes no existing name and follows no link.
    ///
    /// # Errors
    /// [`FileError`]; nothing has been made then.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self {
            file: options.open(path)?,
            path: path.to_owned(),
            finished: false,
        })
    }

    /// Writes `contents` and returns once the disk has the file and its name.
    ///
    /// # Errors
    /// [`FileError`]; the file is removed then.
    pub fn finish(mut self, contents: &[u8]) -> Result<(), FileError> {
        self.file.write_all(contents)?;
        self.file.sync_all()?;
        sync_folder(folder_of(&self.path))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing more can be done about a file that cannot be removed either.
            std::fs::remove_file(&self.path).ok();
        }
    }
}

/// Writes `contents` into a new private file: [`PrivateFile::create`] and `finish` in one.
///
/// # Errors
/// [`FileError`]; no file is left then.
pub fn create_private(path: &Path, contents: &[u8]) -> Result<(), FileError> {
    PrivateFile::create(path)?.finish(contents)
}

/// The whole of a file that has no more than `limit` bytes; `None` where it has more.
///
/// # Errors
/// The operating system's.
pub fn read_at_most(path: &Path, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let limit_and_one = limit as u64 + 1;
    File::open(path)?
        .take(limit_and_one)
        .read_to_end(&mut bytes)?;
    Ok((bytes.len() <= limit).then_some(bytes))
}

/// What the group of a file may do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupRights {
    /// The group's number.
    pub group: u32,
    /// Whether it may change the file, and not only read it.
    pub writes: bool,
}

/// What the group of the file at `path` may do with it; `None` where that is nothing, or cannot be told.
#[cfg(unix)]
pub fn group_rights(path: &Path) -> Option<GroupRights> {
    use std::os::unix::fs::MetadataExt;
    const READ: u32 = 0o040;
    const WRITE: u32 = 0o020;
    let metadata = path.symlink_metadata().ok()?;
    let rights = metadata.mode() & (READ | WRITE);
    (rights != 0).then(|| GroupRights {
        group: metadata.gid(),
        writes: rights & WRITE != 0,
    })
}

#[cfg(not(unix))]
pub fn group_rights(_: &Path) -> Option<GroupRights> {
    None
}

/// Whether both names stand in the same folder, links resolved. A folder that does not exist is
/// the same as none.
pub fn share_folder(one: &Path, other: &Path) -> bool {
    let [one, other] = [one, other].map(|path| folder_of(path).canonicalize());
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}

/// The folder that `path` stands in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Has the disk keep the names in `folder`. Only Unix lets a program ask for that.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "one signature on every platform")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_new_file_is_its_owners_alone_and_holds_the_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.txt");
        assert_eq!(create_private(&path, b"words: one two\n"), Ok(()));
        assert_eq!(fs::read(&path).expect("there"), b"words: one two\n");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn an_existing_file_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.txt");
        fs::write(&path, b"old").expect("writable");
        assert_eq!(create_private(&path, b"new"), Err(FileError::Exists));
        assert_eq!(fs::read(&path).expect("there"), b"old");
    }

    #[test]
    fn a_dangling_link_is_refused_and_its_target_not_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let [path, target] = ["link", "target"].map(|name| folder.path().join(name));
        symlink(&target, &path).expect("linkable");
        assert_eq!(create_private(&path, b"new"), Err(FileError::Exists));
        assert!(!target.exists());
    }

    #[test]
    fn a_missing_folder_is_told_from_a_full_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("no/such/file");
        assert_eq!(create_private(&path, b"new"), Err(FileError::NoFolder));
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(FileError::from(full), FileError::Full);
    }

    #[test]
    fn a_file_that_is_not_finished_vanishes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.txt");
        let file = PrivateFile::create(&path).expect("new");
        assert!(path.exists());
        drop(file);
        assert!(!path.exists());
    }

    #[test]
    fn folders_are_compared_with_links_resolved() {
        let folder = tempfile::tempdir().expect("a folder");
        let [real, link] = ["real", "link"].map(|name| folder.path().join(name));
        fs::create_dir(&real).expect("makeable");
        symlink(&real, &link).expect("linkable");
        assert!(share_folder(&real.join("a"), &link.join("b")));
        assert!(!share_folder(&real.join("a"), &folder.path().join("b")));
        assert!(!share_folder(
            &folder.path().join("x/a"),
            &folder.path().join("x/b")
        ));
        assert!(share_folder(Path::new("a"), Path::new("./b")));
    }
}
