//! The folder of a witness: what stands where, and how it comes to stand there.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::WitnessError;
use crate::crypto::digest::Digest;
use crate::tlog::note::Name;

/// How often the lock is tried, and how long is waited between: ten seconds in all.
const TRIES: u32 = 1000;
const BETWEEN: Duration = Duration::from_millis(10);

/// The most bytes that a file here has.
pub(super) const LONGEST: u64 = 4 * 1024 * 1024;

/// The most requests that are kept as evidence about one log. Whoever sends more has said enough.
const MOST_EVIDENCE: usize = 256;

/// A witness's folder.
pub(super) struct Folder(PathBuf);

/// The right to change what stands in the folder, until it is dropped.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

impl Folder {
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The folder, made for its owner alone where there is none.
    pub(super) fn make(path: &Path) -> Result<Self, WitnessError> {
        make_folder(path).map_err(|error| failed(path, &error))?;
        if let Some(parent) = path.parent() {
            // Where that cannot be asked for, a power cut may take the new folder with its key: a
            // witness without a head is founded again.
            drop(sync_folder(parent));
        }
        Ok(Self::at(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The witness's own key.
    pub(super) fn key(&self) -> PathBuf {
        self.0.join("key")
    }

    /// What is kept of one log. An origin may hold what no file system has in names.
    pub(super) fn log(&self, origin: &Name) -> PathBuf {
        let digest = Digest::of(&[origin.as_str().as_bytes()]);
        self.logs().join(digest.to_string())
    }

    fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// The folders of all logs, in the order of their names.
    pub(super) fn every_log(&self) -> Result<Vec<PathBuf>, WitnessError> {
        let logs = self.logs();
        let listed = match std::fs::read_dir(&logs) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            listed => listed.map_err(|error| failed(&logs, &error))?,
        };
        let mut paths = Vec::new();
        for entry in listed {
            let entry = entry.map_err(|error| failed(&logs, &error))?;
            let kind = entry.file_type().map_err(|error| failed(&logs, &error))?;
            paths.extend(kind.is_dir().then(|| entry.path()));
        }
        paths.sort();
        Ok(paths)
    }

    /// Nobody else changes anything here until the lock is dropped.
    pub(super) fn locked(&self) -> Result<Lock, WitnessError> {
        let path = self.0.join("lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        private(&mut options);
        let file = options.open(&path).map_err(|error| failed(&path, &error))?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN),
                Err(TryLockError::Error(error)) => return Err(failed(&path, &error)),
            }
        }
        Err(WitnessError::Busy)
    }

    /// Puts `bytes` in the place of the file at `path`, and returns once the disk has them. At every
    /// moment the old file stands there whole, or the new one. Wants the lock: there is one draft.
    pub(super) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), WitnessError> {
        let draft = self.0.join("draft");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        private(&mut options);
        let written = options.open(&draft).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|error| failed(&draft, &error))?;
        let folder = path.parent().unwrap_or(&self.0);
        let placed = make_folder(folder)
            .and_then(|()| std::fs::rename(&draft, path))
            .and_then(|()| self.sync_up_from(folder));
        placed.map_err(|error| failed(path, &error))
    }

    /// Has the disk keep the names in `folder`, and in every folder from there up to this one.
    fn sync_up_from(&self, folder: &Path) -> io::Result<()> {
        for folder in folder.ancestors() {
            sync_folder(folder)?;
            if folder == self.0 {
                break;
            }
        }
        Ok(())
    }

    /// Keeps a request that shows what a log took back, once, and tells where.
    pub(super) fn keep_evidence(&self, origin: &Name, request: &[u8]) -> io::Result<PathBuf> {
        let folder = self.log(origin).join("refused");
        let digest = Digest::of(&[request]).to_string();
        let path = folder.join(&digest[..32]);
        if path.exists() {
            return Ok(path);
        }
        make_folder(&folder)?;
        if std::fs::read_dir(&folder)?.count() >= MOST_EVIDENCE {
            return Err(ErrorKind::QuotaExceeded.into());
        }
        match self.replace(&path, request) {
            Ok(()) => Ok(path),
            Err(WitnessError::File { kind, .. }) => Err(kind.into()),
            Err(_) => Err(ErrorKind::Other.into()),
        }
    }
}

/// The whole of a file; `None` where there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, WitnessError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
        Ok(_) if bytes.len() as u64 > LONGEST => Err(WitnessError::Damaged(path.to_owned())),
        Ok(_) => Ok(Some(bytes)),
    }
}

fn failed(path: &Path, error: &io::Error) -> WitnessError {
    WitnessError::File {
        path: path.to_owned(),
        kind: error.kind(),
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

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
