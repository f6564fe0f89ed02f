//! Putting a backup in the place of the vault file. The backup is never written to: a copy of it is
//! checked, given the record of the restoration, and only then takes the place over.

use std::path::{Path, PathBuf};

use super::backup::{checksum_in, checksum_path, digest_of};
use super::verify::{State, verify};
use super::way::first_unknown;
use super::{Session, Surroundings, Vault};
use crate::access::Act as Asked;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::{Fact, RollbackFacts};
use crate::audit::ledger::Ledger;
use crate::error::{BadBackup, Error};
use crate::id::{RecordSeq, VaultId};
use crate::secret::SecretString;
use crate::store::draft::Draft;
use crate::store::looking::Beside;
use crate::store::unplaced::Unplaced;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// A checked copy of a backup, on its way to the place of the vault file. Dropped, it vanishes and
/// nothing was changed.
pub struct Restoration {
    // Closed before its file is moved or removed.
    vault: Vault,
    draft: Unplaced,
    source: PathBuf,
    target: PathBuf,
    /// What this machine has seen of the vault and the backup does not have.
    lost: Option<RollbackFacts>,
}

/// A backup that stands in the place of the vault file.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Which vault.
    pub vault: VaultId,
    /// The record of it.
    pub record: RecordSeq,
    /// How many records the vault has now.
    pub records: u64,
    /// Where the file that stood there is kept.
    pub kept: Option<PathBuf>,
}

impl Restoration {
    /// Copies the backup at `source` beside `target`, and checks it: against its checksum file
    /// where there is one, and by [`verify`], the state included.
    ///
    /// # Errors
    /// [`Error::BadBackup`] and [`Error::Store`].
    pub fn begin(
        source: &Path,
        target: &Path,
        mut surroundings: Surroundings,
    ) -> Result<Self, Error> {
        let beside = check_sum(source)?;
        let backup = Store::look_at(source, beside).map_err(of_backup)?;
        let entropy = &mut *surroundings.entropy;
        let draft = Unplaced::beside(target, "restoring", entropy)?;
        backup.copy_to(&draft, None).map_err(of_backup)?;
        drop(backup);
        verify(draft.path(), State::Checked).map_err(|error| match error {
            Error::Store(why) => of_backup(why),
            other => other,
        })?;
        refuse_unmerged(draft.path(), target)?;
        // The copy stands elsewhere than the vault that is remembered.
        let folder = surroundings.state.take();
        let vault = Vault::open(draft.path(), surroundings)?;
        let lost = match folder {
            Some(folder) => lost(draft.path(), (&folder, target), vault.ledger())?,
            None => None,
        };
        Ok(Self {
            vault,
            draft,
            lost,
            source: source.to_owned(),
            target: target.to_owned(),
        })
    }

    /// What the backup's log says.
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Records the restoration for the person called `name`, with the head that this machine last
    /// saw of the vault where the backup does not lead to it, and puts the copy in place. A file that
    /// stood there is kept as `FILE.before-<time>`.
    ///
    /// # Errors
    /// Those of [`Vault::unlock`], of which none is on record, for the backup is not written to;
    /// [`Error::Store`]. What stood there stands there still.
    pub fn finish(self, name: &str, passphrase: &SecretString) -> Result<Restored, Error> {
        let Self {
            vault,
            draft,
            source,
            target,
            lost,
        } = self;
        // Closed before its file is removed, also where something goes wrong.
        let mut vault = vault;
        let session = vault.unlock(name, passphrase);
        let mut session = session.map_err(|error| match error {
            Error::WrongPassphrase { .. } => Error::WrongPassphrase { recorded: false },
            other => other,
        })?;
        let record = session.note_restoration(&source, lost.as_ref())?;
        let (id, records) = (vault.id()?, vault.ledger.size);
        let now = vault.surroundings.clock.now();
        drop(vault);
        let kept = if target.symlink_metadata().is_ok() {
            let kept = kept_as(&target, now);
            draft.replace(&target, &kept)?;
            Some(kept)
        } else {
            draft.publish(&target)?;
            None
        };
        Ok(Restored {
            vault: id,
            record,
            records,
            kept,
        })
    }
}

impl Session<'_> {
    fn note_restoration(
        &mut self,
        source: &Path,
        lost: Option<&RollbackFacts>,
    ) -> Result<RecordSeq, Error> {
        let shown = source.display().to_string();
        self.note(Asked::CopyVault, || {
            let draft = Draft::new(Event::VaultRestore).word(Word::File, &shown);
            let lost = lost.cloned().map(Fact::Rollback);
            lost.into_iter().fold(draft, Draft::fact)
        })
    }
}

/// An opening on the backup that the vault in its place does not know would be the only thing that is new
/// in it, and what the vault recorded since would be lost for it: it is brought in first. A file that
/// cannot be read any more is no reason to wait.
fn refuse_unmerged(copy: &Path, target: &Path) -> Result<(), Error> {
    let Ok(there) = Store::look(target) else {
        return Ok(());
    };
    match first_unknown(&Store::look(copy)?, &there) {
        Ok(Some(record)) => Err(Error::BadBackup(BadBackup::Unmerged(record))),
        Ok(None) | Err(_) => Ok(()),
    }
}

/// The head that this machine last saw in the place of `target`, or where people last worked, by its
/// memory in `folder`, where the copy does not lead there.
fn lost(
    copy: &Path,
    (folder, target): (&Path, &Path),
    ledger: &Ledger,
) -> Result<Option<RollbackFacts>, Error> {
    let store = Store::look(copy)?.with_memory_of(folder, target)?;
    let Some(remembered) = store.remembered()? else {
        return Ok(None);
    };
    let rollback = store.compare(&remembered.seen, ledger)?.rollback;
    Ok(rollback.map(|rollback| RollbackFacts {
        size: rollback.seen.size,
        last: rollback.seen.last,
    }))
}

/// What is wrong with the backup is told apart from what is wrong where it is to stand.
fn of_backup(why: StoreError) -> Error {
    match why {
        StoreError::NotAVault
        | StoreError::TooNew(_)
        | StoreError::Damaged
        | StoreError::RowChanged(_)
        | StoreError::Log(_) => Error::BadBackup(BadBackup::Store(why)),
        other => Error::Store(other),
    }
}

/// The longest checksum file that is read, in bytes.
const LONGEST_SUM: u64 = 64 * 1024;

/// Compares the file with its checksum file, where there is one: the file is then known to be whole,
/// and what lies beside it is not its own.
fn check_sum(source: &Path) -> Result<Beside, Error> {
    let sums = checksum_path(source);
    let length = match std::fs::metadata(&sums) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Beside::Counts);
        }
        Err(error) => return Err(StoreError::from(error).into()),
    };
    let expected = if length <= LONGEST_SUM {
        let text = std::fs::read(&sums).map_err(StoreError::from)?;
        checksum_in(&String::from_utf8_lossy(&text))
    } else {
        None
    };
    if expected == Some(digest_of(source)?) {
        Ok(Beside::Ignored)
    } else {
        Err(Error::BadBackup(BadBackup::Checksum))
    }
}

/// `FILE.before-<time>`, counted on where that is taken.
fn kept_as(target: &Path, now: Timestamp) -> PathBuf {
    let time = now.to_string().replace(['-', ':'], "");
    let mut nth = 1_u64;
    loop {
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".before-{time}"));
        if nth > 1 {
            name.push(format!("-{nth}"));
        }
        if Path::new(&name).symlink_metadata().is_err() {
            return PathBuf::from(name);
        }
        nth += 1;
    }
}
