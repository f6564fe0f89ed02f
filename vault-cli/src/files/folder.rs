//! A folder of files that are written for one person.

use std::fs::{self, DirBuilder, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{FileError, folder_of, sync_folder};
use crate::signals::Interrupt;

/// Which file could not be written, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWritten {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub error: FileError,
}

/// A new folder that only its owner may look into (0700; elsewhere than on Unix whatever hands
/// down). With all that was put into it, it vanishes again unless it is [finished](Self::finish). As
/// long as it is not, a signal ends what is done with it and not the process.
#[derive(Debug)]
pub struct PrivateFolder {
    path: PathBuf,
    /// Whether it was not there before.
    made: bool,
    finished: bool,
    interrupt: Interrupt,
}

impl PrivateFolder {
    /// Makes the folder, which must not exist.
    ///
    /// # Errors
    /// [`NotWritten`]; nothing has been made then.
    pub fn create(path: &Path) -> Result<Self, NotWritten> {
        let interrupt = watch(path)?;
        make_folder(path)?;
        Ok(Self::at(path, true, interrupt))
    }

    /// Makes the folder, or takes one that is there and empty, as a stick is. Of that one only what
    /// is put into it vanishes again, and its mode stays.
    ///
    /// # Errors
    /// [`NotWritten`]; [`FileError::Exists`] for one that is not empty, which is left as it is.
    pub fn fill(path: &Path) -> Result<Self, NotWritten> {
        match Self::create(path) {
            Err(NotWritten {
                error: FileError::Exists,
                ..
            }) if is_empty(path) => Ok(Self::at(path, false, watch(path)?)),
            other => other,
        }
    }

    fn at(path: &Path, made: bool, interrupt: Interrupt) -> Self {
        Self {
            path: path.to_owned(),
            made,
            finished: false,
            interrupt,
        }
    }

    /// The same folder, which stays with all that is in it whatever happens.
    #[must_use]
    pub fn keep(mut self) -> Self {
        self.finished = true;
        self
    }

    /// Whether there is no reason to break off. What is [kept](Self::keep) is done to its end.
    ///
    /// # Errors
    /// [`FileError::Stopped`] once there was a signal.
    pub fn proceed(&self) -> Result<(), NotWritten> {
        if self.interrupt.is_raised() && !self.finished {
            return Err(NotWritten {
                path: self.path.clone(),
                error: FileError::Stopped,
            });
        }
        Ok(())
    }

    /// Makes a folder in it.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn folder(&self, name: &str) -> Result<(), NotWritten> {
        self.proceed()?;
        make_folder(&self.path.join(name))
    }

    /// Begins a file in it.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn file(&self, name: &str) -> Result<PrivateWriter, NotWritten> {
        self.proceed()?;
        let path = self.path.join(name);
        match create_new(&path, 0o600) {
            Ok(file) => Ok(PrivateWriter {
                path,
                file: BufWriter::new(file),
            }),
            Err(error) => Err(not_written(&path, error)),
        }
    }

    /// Puts a small file into it.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn put(&self, name: &str, contents: &[u8]) -> Result<(), NotWritten> {
        self.proceed()?;
        let path = self.path.join(name);
        let put = create_new(&path, 0o600).and_then(|mut file| file.write_all(contents));
        put.map_err(|error| not_written(&path, error))
    }

    /// Puts a program into it, which its owner may start, and returns once the disk has it.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn program(&self, name: &str, contents: &[u8]) -> Result<(), NotWritten> {
        self.proceed()?;
        let path = self.path.join(name);
        let put = || -> io::Result<()> {
            let mut file = create_new(&path, 0o700)?;
            file.write_all(contents)?;
            file.sync_all()
        };
        put().map_err(|error| not_written(&path, error))
    }

    /// Keeps the folder, and returns once the disk has its name.
    ///
    /// # Errors
    /// [`NotWritten`]; the folder is removed then.
    pub fn finish(mut self) -> Result<(), NotWritten> {
        self.proceed()?;
        sync_folder(&self.path)
            .and_then(|()| sync_folder(folder_of(&self.path)))
            .map_err(|error| not_written(&self.path, error))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Nothing more can be done about what cannot be removed either.
        if self.finished {
        } else if self.made {
            fs::remove_dir_all(&self.path).ok();
        } else {
            empty(&self.path).ok();
        }
    }
}

fn watch(path: &Path) -> Result<Interrupt, NotWritten> {
    Interrupt::watch().map_err(|error| not_written(path, error))
}

/// Whether a folder is there and nothing is in it.
fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// Removes what is in a folder.
fn empty(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// A private file that is written piece by piece.
#[derive(Debug)]
pub struct PrivateWriter {
    path: PathBuf,
    file: BufWriter<File>,
}

impl PrivateWriter {
    /// Writes a piece.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn write(&mut self, piece: &[u8]) -> Result<(), NotWritten> {
        let written = self.file.write_all(piece);
        written.map_err(|error| not_written(&self.path, error))
    }

    /// Writes all that `other` holds, and removes that file.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn take_over(&mut self, other: Self) -> Result<(), NotWritten> {
        let Self { path, mut file } = other;
        let mut moved = || -> io::Result<()> {
            file.flush()?;
            let mut file = file.get_ref();
            file.seek(SeekFrom::Start(0))?;
            let mut buffer = [0; 8192];
            loop {
                match file.read(&mut buffer)? {
                    0 => return fs::remove_file(&path),
                    read => self.file.write_all(&buffer[..read])?,
                }
            }
        };
        let moved = moved();
        moved.map_err(|error| not_written(&self.path, error))
    }

    /// Returns once the disk has everything.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn finish(mut self) -> Result<(), NotWritten> {
        let written = self
            .file
            .flush()
            .and_then(|()| self.file.get_ref().sync_all());
        written.map_err(|error| not_written(&self.path, error))
    }
}

fn not_written(path: &Path, error: io::Error) -> NotWritten {
    NotWritten {
        path: path.to_owned(),
        error: error.into(),
    }
}

fn make_folder(path: &Path) -> Result<(), NotWritten> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| not_written(path, error))
}

#[cfg_attr(
    not(unix),
    expect(unused_variables, reason = "there is no mode to set")
)]
fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn a_finished_folder_is_its_owners_alone_with_all_that_is_in_it() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("export");
        let folder = PrivateFolder::create(&path).expect("new");
        folder.folder("proofs").expect("new");
        folder.put("proofs/0", b"zero").expect("new");
        let (mut first, mut second) = (
            folder.file("a").expect("new"),
            folder.file("b").expect("new"),
        );
        second.write(b"later").expect("room");
        first.write(b"first ").expect("room");
        first.take_over(second).expect("room");
        first.write(b" last").expect("room");
        first.finish().expect("room");
        folder.finish().expect("done");
        assert_eq!(
            fs::read(path.join("a")).expect("there"),
            b"first later last"
        );
        assert!(!path.join("b").exists());
        assert_eq!([mode(&path), mode(&path.join("proofs"))], [0o700; 2]);
        assert_eq!(
            [mode(&path.join("a")), mode(&path.join("proofs/0"))],
            [0o600; 2]
        );
    }

    #[test]
    fn a_folder_that_is_not_finished_vanishes_and_one_that_exists_is_left() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("export");
        let folder = PrivateFolder::create(&path).expect("new");
        folder.put("a", b"a").expect("new");
        let refused = PrivateFolder::create(&path).map(drop);
        let error = FileError::Exists;
        assert_eq!(
            refused,
            Err(NotWritten {
                path: path.clone(),
                error
            })
        );
        assert!(path.join("a").exists());
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn an_empty_folder_is_filled_and_emptied_again_and_a_full_one_left() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("stick");
        fs::create_dir(&path).expect("new");
        let before = mode(&path);
        let folder = PrivateFolder::fill(&path).expect("empty");
        folder.folder("program").expect("new");
        folder.program("program/it", b"#!/bin/sh").expect("new");
        assert_eq!(mode(&path.join("program/it")), 0o700);
        drop(folder);
        assert!(is_empty(&path));
        let folder = PrivateFolder::fill(&path).expect("empty").keep();
        folder.put("a", b"a").expect("new");
        drop(folder);
        let refused = PrivateFolder::fill(&path).map_err(|why| why.error);
        assert_eq!(refused.err(), Some(FileError::Exists));
        assert_eq!(fs::read(path.join("a")).expect("kept"), b"a");
        assert_eq!(mode(&path), before);
    }
}
