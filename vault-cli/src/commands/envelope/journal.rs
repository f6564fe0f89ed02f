//! The opening's journal: a file of its own, so that an opening is on record in two places.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use vault_core::vault::opening::Journal;

use crate::files::{FileError, create_private};

/// A journal in a new file that only its owner may read, one record a line. A line is on the disk
/// before [`Journal::append`] returns. A journal in which nothing was ever written vanishes.
#[derive(Debug)]
pub(crate) struct FileJournal {
    file: File,
    path: PathBuf,
    is_empty: bool,
}

impl FileJournal {
    /// A journal at `path`, where nothing may stand yet. The disk has the file and its name when
    /// this returns.
    ///
    /// # Errors
    /// [`FileError`].
    pub(crate) fn create(path: &Path) -> Result<Self, FileError> {
        create_private(path, b"")?;
        Ok(Self {
            file: OpenOptions::new().append(true).open(path)?,
            path: path.to_owned(),
            is_empty: true,
        })
    }

    /// Where the journal of the opening called `id` stands if nobody says otherwise.
    pub(crate) fn beside(vault: &Path, id: [u8; 8]) -> PathBuf {
        let id = u64::from_be_bytes(id);
        vault.with_file_name(format!("opening-{id:016x}.jsonl"))
    }
}

impl Journal for FileJournal {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let mut whole = Vec::with_capacity(line.len() + 1);
        whole.extend_from_slice(line);
        whole.push(b'\n');
        self.is_empty = false;
        self.file.write_all(&whole)?;
        self.file.sync_all()
    }
}

impl Drop for FileJournal {
    fn drop(&mut self) {
        if self.is_empty {
            // Nothing more can be done about a file that cannot be removed either.
            std::fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_is_a_line_and_none_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = FileJournal::beside(&folder.path().join("coffer.vault"), [0xab; 8]);
        assert!(path.ends_with("opening-abababababababab.jsonl"));
        let mut journal = FileJournal::create(&path).expect("new");
        journal.append(b"{\"seq\":1}").expect("written");
        journal.append(b"{\"seq\":2}").expect("written");
        drop(journal);
        let text = std::fs::read_to_string(&path).expect("there");
        assert_eq!(text, "{\"seq\":1}\n{\"seq\":2}\n");
        assert_eq!(FileJournal::create(&path).err(), Some(FileError::Exists));
    }

    #[test]
    fn a_journal_of_nothing_vanishes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("opening.jsonl");
        drop(FileJournal::create(&path).expect("new"));
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_journal_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("opening.jsonl");
        let _journal = FileJournal::create(&path).expect("new");
        let mode = std::fs::metadata(&path).expect("there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
}
