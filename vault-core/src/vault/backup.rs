//! Copying the vault: recorded first, made in one transaction, read back, and only then given the
//! name that was asked for. The copy holds the record that it was begun; that it stands is on record
//! after it, so that one which was cut off counts for nothing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::verify::{State, verify};
use super::{Session, Vault};
use crate::access::Act as Asked;
use crate::audit::backups::Mark;
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome};
use crate::audit::fact::{CopyKind, Fact};
use crate::crypto::digest::Digest;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::store::draft::Draft;
use crate::store::unplaced::{self, Unplaced};
use crate::store::{Store, StoreError};

/// A copy that was made and read back.
#[derive(Debug, Clone, Copy)]
pub struct Backup {
    /// The record of it.
    pub record: RecordSeq,
    /// The SHA-256 of the file, which stands in the checksum file too.
    pub digest: Digest,
    /// How many records the copy has.
    pub records: u64,
}

impl Session<'_> {
    /// Copies the vault to `path`, with its checksum beside it. Both are new, and only their owner
    /// may read them; the copy was verified as it stands there. It is on record before it is made,
    /// and once more when it stands there: until then it does not count.
    ///
    /// # Errors
    /// [`Error::NotCopied`]: nothing is left at `path` then; where the copy was on record already, a
    /// second record says that it failed, as far as the vault can be written.
    /// [`Error::CopyNotNoted`]: the copy stands at `path`, and does not count. Others before.
    pub fn backup(&mut self, path: &Path) -> Result<Backup, Error> {
        self.copy_as(CopyKind::Backup, path)
    }

    /// The same for the stick in the safe: the copy says of itself that it is a kit's.
    ///
    /// # Errors
    /// As [`Self::backup`].
    pub fn copy_for_kit(&mut self, path: &Path) -> Result<Backup, Error> {
        self.copy_as(CopyKind::Kit, path)
    }

    fn copy_as(&mut self, kind: CopyKind, path: &Path) -> Result<Backup, Error> {
        let sums = checksum_path(path);
        let refused = |why| Error::NotCopied { record: None, why };
        for taken in [path, &sums] {
            if taken.symlink_metadata().is_ok() {
                return Err(refused(StoreError::Exists));
            }
        }
        // A place that cannot be written is found before anything is on record.
        let draft = Unplaced::beside(path, "copying", self.entropy()).map_err(refused)?;
        let shown = path.display().to_string();
        let record = self.note(Asked::CopyVault, || {
            let draft = Draft::new(Event::VaultBackup).fact(Fact::Copy(kind));
            draft.word(Word::File, &shown)
        })?;
        match copy(self, draft, &Mark { kind, record }, path, &sums) {
            Ok((digest, records)) => {
                let made = self.note_copied(record, digest);
                match made {
                    Ok(()) => Ok(Backup {
                        record,
                        digest,
                        records,
                    }),
                    Err(Error::Store(why)) => Err(Error::CopyNotNoted { record, why }),
                    Err(other) => Err(other),
                }
            }
            Err(why) => {
                // The first record over-reports where this one cannot be written either.
                drop(self.note(Asked::CopyVault, || {
                    Draft::new(Event::VaultBackup).outcome(Outcome::Failed)
                }));
                let record = Some(record);
                Err(Error::NotCopied { record, why })
            }
        }
    }

    /// Records that the copy was read back. The copy lacks this one record: whoever puts it back at once
    /// loses nothing else, and is not to be asked about that.
    fn note_copied(&mut self, begun: RecordSeq, digest: Digest) -> Result<(), Error> {
        let draft = || {
            let draft = Draft::new(Event::VaultBackup).under(begun);
            draft.fact(Fact::Copied(digest))
        };
        let (mut turn, _) = self.turn()?.allow(Asked::CopyVault, draft())?;
        turn.record(draft())?;
        turn.act.is_not_missed();
        turn.commit()
    }

    /// Records something that has no other effect in the vault.
    pub(super) fn note(
        &mut self,
        asked: Asked,
        draft: impl Fn() -> Draft,
    ) -> Result<RecordSeq, Error> {
        let (mut turn, _) = self.turn()?.allow(asked, draft())?;
        let record = turn.record(draft())?;
        turn.commit()?;
        Ok(record)
    }
}

impl Vault {
    /// Copies the vault to `path`, where it can be written, because it cannot be where it stands. No
    /// record is made: the copy is for an opening, which is on record in it.
    ///
    /// # Errors
    /// [`Error::NotCopied`]; nothing is left at `path` then.
    pub fn copy_aside(mut self, path: &Path) -> Result<(), Error> {
        let refused = |why| Error::NotCopied { record: None, why };
        if path.symlink_metadata().is_ok() {
            return Err(refused(StoreError::Exists));
        }
        let entropy = &mut *self.surroundings.entropy;
        let draft = Unplaced::beside(path, "copying", entropy).map_err(refused)?;
        let mark = Mark {
            kind: CopyKind::Opening,
            record: self.last_record()?,
        };
        written(&self.store, &draft, &mark).map_err(refused)?;
        draft.publish(path).map_err(refused)
    }

    /// The last record, as last read.
    fn last_record(&self) -> Result<RecordSeq, Error> {
        let last = self.ledger.size.checked_sub(1).map(RecordSeq::new);
        last.ok_or(Error::Store(StoreError::NotAVault))
    }
}

/// Copies into `draft` and reads it back; how many records it has.
fn written(store: &Store, draft: &Unplaced, mark: &Mark) -> Result<u64, StoreError> {
    store.copy_to(draft, Some(mark))?;
    let report = verify(draft.path(), State::Checked).map_err(|error| match error {
        Error::Store(why) => why,
        _ => StoreError::Internal("a verification that fails otherwise than the store"),
    })?;
    Ok(report.records)
}

fn copy(
    session: &Session<'_>,
    draft: Unplaced,
    mark: &Mark,
    path: &Path,
    sums: &Path,
) -> Result<(Digest, u64), StoreError> {
    let records = written(session.store(), &draft, mark)?;
    let digest = digest_of(draft.path())?;
    // The checksum is there first, so that a copy is never without.
    unplaced::write_new(sums, &checksum_line(&digest, path))?;
    if let Err(why) = draft.publish(path) {
        unplaced::discard(sums);
        return Err(why);
    }
    Ok((digest, records))
}

/// The SHA-256 of the file at `path`.
///
/// # Errors
/// [`StoreError`], where it cannot be read.
pub fn digest_of(path: &Path) -> Result<Digest, StoreError> {
    Ok(Digest::of_reader(std::fs::File::open(path)?)?)
}

/// Where the checksum of the copy at `path` stands.
pub fn checksum_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".sha256");
    PathBuf::from(name)
}

/// The line that `sha256sum -c` reads in the copy's folder: names with a backslash or a line break
/// are escaped, which a backslash before the digest tells.
fn checksum_line(digest: &Digest, path: &Path) -> Vec<u8> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let mut escaped = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'\\' => escaped.extend(br"\\"),
            b'\n' => escaped.extend(br"\n"),
            b'\r' => escaped.extend(br"\r"),
            other => escaped.push(*other),
        }
    }
    let mark: &[u8] = if escaped == name { b"" } else { b"\\" };
    let digest = digest.to_string();
    [mark, digest.as_bytes(), b"  ", &escaped, b"\n"].concat()
}

/// The digest that a checksum file gives; `None` where it gives none.
pub(super) fn checksum_in(text: &str) -> Option<Digest> {
    let line = text.strip_prefix('\\').unwrap_or(text);
    line.get(..64)?.to_ascii_lowercase().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_line_is_the_one_that_sha256sum_writes() {
        let digest = Digest::of(&[b""]);
        for (name, line) in [
            ("a b.vault", format!("{digest}  a b.vault\n")),
            ("a\\b\n.vault", format!("\\{digest}  a\\\\b\\n.vault\n")),
        ] {
            let written = checksum_line(&digest, &Path::new("/media").join(name));
            assert_eq!(String::from_utf8_lossy(&written), line);
            assert_eq!(checksum_in(&line), Some(digest));
        }
        assert_eq!(checksum_in("no digest"), None);
    }
}
