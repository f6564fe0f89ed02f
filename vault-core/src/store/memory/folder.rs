//! The folder of a machine's memory. Whatever else stands there under our names (a pipe, which nobody
//! writes to; a link to somebody's file; more than a memory ever is) is not read, not waited for and
//! not written through.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::audit::memory::Source;
use crate::store::connection::private;

/// The longest small file that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// How often a lock is tried, and how long is waited between: two seconds in all.
const TRIES: u32 = 400;
const BETWEEN: Duration = Duration::from_millis(5);

/// The folder of one machine and operating system's user.
pub(super) struct Folder(PathBuf);

/// The right to write about a vault. It is given back before its file is closed, which may fail.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

impl Folder {
    /// The folder at this path, which is made when something is first written there.
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The whole of a small file; `None` where there is none.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.open(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        file.take(LONGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(Some(bytes))
    }

    /// A file that is read a part at a time; `None` where there is none.
    pub(super) fn parts(&self, name: &str) -> io::Result<Option<Parts>> {
        Ok(self.open(name)?.map(|file| Parts(Mutex::new(file))))
    }

    fn open(&self, name: &str) -> io::Result<Option<File>> {
        let path = self.0.join(name);
        match plain(&path)? {
            Some(_) => Ok(Some(File::open(path)?)),
            None => Ok(None),
        }
    }

    /// Writes over a file that is as long: a fraction of the time that a new file takes. So few
    /// bytes at the beginning of a file are written together or not at all. Otherwise the file is
    /// made anew.
    pub(super) fn overwrite(&self, name: &str, draft: &str, text: &str) -> io::Result<()> {
        let path = self.0.join(name);
        match plain(&path) {
            Ok(Some(length)) if length == text.len() as u64 => {
                let mut file = OpenOptions::new().write(true).open(path)?;
                file.write_all(text.as_bytes())
            }
            _ => self.replace(name, draft, text.as_bytes()),
        }
    }

    /// Puts a new file in the place of the old one. It need not be durable: one that is older or
    /// missing after a power cut accuses nobody.
    pub(super) fn replace(&self, name: &str, draft: &str, bytes: &[u8]) -> io::Result<()> {
        let draft = self.0.join(draft);
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        private(&mut options);
        options.open(&draft)?.write_all(bytes)?;
        std::fs::rename(draft, self.0.join(name))
    }

    /// Removes a file, where there is one.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        match std::fs::remove_file(self.0.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Nobody else takes this lock until it is dropped. Whoever was stopped while holding it stops
    /// nobody: what cannot be remembered in time is not remembered.
    pub(super) fn locked(&self, name: &str) -> io::Result<Lock> {
        let path = self.0.join(name);
        plain(&path)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        private(&mut options);
        let file = match options.open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make(&self.0)?;
                options.open(&path)?
            }
            opened => opened?,
        };
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(ErrorKind::WouldBlock.into())
    }
}

/// The length of the plain file at `path`; `None` where nothing is there.
fn plain(path: &Path) -> io::Result<Option<u64>> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Ok(metadata) if metadata.is_file() => Ok(Some(metadata.len())),
        Ok(_) => Err(ErrorKind::InvalidData.into()),
        Err(error) => Err(error),
    }
}

/// Makes the folder, for its owner alone.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A file that is read a part at a time.
pub(super) struct Parts(Mutex<File>);

impl Source for Parts {
    fn read(&self, at: u64, len: usize) -> Option<Vec<u8>> {
        let Ok(mut file) = self.0.lock() else {
            return None;
        };
        let left = file.metadata().map(|it| it.len().saturating_sub(at));
        if !left.is_ok_and(|left| len as u64 <= left) {
            return None;
        }
        let mut bytes = vec![0; len];
        let read = file.seek(SeekFrom::Start(at));
        match read.and_then(|_| file.read_exact(&mut bytes)) {
            Ok(()) => Some(bytes),
            Err(_) => None,
        }
    }
}
