//! What one machine remembers of vaults, in a folder apart from them: the newest head that it has
//! seen of each in each place, and what the log said then.
//!
//! Nothing here is evidence, and nothing here stops an act: what cannot be read is not remembered,
//! and what cannot be written is [told](Memory::trouble). A vault is known by its id, wherever its
//! file stands, so that an older copy of it is noticed; and each place by its path, so that what is
//! done on a copy locks nobody out of the original.

mod folder;

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{StoreError, log};
use crate::audit::backups::Mark;
use crate::audit::ledger::Ledger;
use crate::audit::memory::{self, Source, Verified};
use crate::audit::seen::{LastSeen, Rollback, Seen};
use crate::crypto::digest::Digest;
use crate::id::{PersonId, VaultId};
use folder::{Folder, Lock};
use rusqlite::Connection;

/// After how many records what the log says is written down again. Fewer are replayed in less time
/// than the writing takes.
const FEW: u64 = 64;

/// The memory of one machine and operating system's user, of a file in one place.
pub(super) struct Memory {
    folder: Folder,
    /// Where the file stands.
    path: PathBuf,
    /// The digest of that.
    place: Digest,
    /// Up to which record the log was last remembered.
    remembered: Cell<u64>,
    trouble: Cell<Option<ErrorKind>>,
}

/// What a vault's files are called after its id.
#[derive(Clone, Copy)]
enum Part {
    Newest,
    Ledger,
    Person,
    Lock,
    Draft,
}

/// What its files are called after its id and the place.
#[derive(Clone, Copy)]
enum Local {
    Seen,
    Verified,
}

impl Part {
    fn of(self, vault: VaultId) -> String {
        let ending = match self {
            Self::Newest => "newest",
            Self::Ledger => "ledger",
            Self::Person => "person",
            Self::Lock => "lock",
            Self::Draft => "new",
        };
        format!("{vault}.{ending}")
    }
}

impl Local {
    fn of(self, vault: VaultId, place: &Digest) -> String {
        let ending = match self {
            Self::Seen => "seen",
            Self::Verified => "verified",
        };
        format!("{vault}-{place}.{ending}")
    }
}

impl Memory {
    /// The memory in `folder`, which is made when something is first written there, of the vault
    /// file at `path`.
    pub(super) fn new(folder: &Path, path: &Path) -> Self {
        Self {
            folder: Folder::at(folder),
            path: path.to_owned(),
            place: Digest::of(&[path.as_os_str().as_encoded_bytes()]),
            remembered: Cell::new(0),
            trouble: Cell::new(None),
        }
    }

    /// Why something could not be remembered, where that was so.
    pub(super) const fn trouble(&self) -> Option<ErrorKind> {
        self.trouble.get()
    }

    /// Finds out whether something can be written here.
    pub(super) fn try_writing(&self, vault: VaultId) {
        self.told(self.locked(vault));
    }

    /// Who last unlocked a vault here, by their id: names stand in no file in clear.
    pub(super) fn last_person(&self, vault: VaultId) -> Option<PersonId> {
        let text = self.read(&Part::Person.of(vault))?;
        match std::str::from_utf8(&text).map(str::parse) {
            Ok(Ok(person)) => Some(person),
            _ => None,
        }
    }

    /// Remembers who unlocked a vault.
    pub(super) fn used_by(&self, vault: VaultId, person: PersonId) {
        if self.last_person(vault) != Some(person)
            && let Some(_lock) = self.told(self.locked(vault))
        {
            let text = person.to_string();
            self.write(vault, &Part::Person.of(vault), text.as_bytes());
        }
    }

    /// What was seen of a vault here, and where people last worked with it.
    pub(super) fn seen(&self, vault: VaultId) -> Seen {
        self.seen_by(vault, |place| self.seen_at(vault, place))
    }

    /// The same, where `read` gives what was seen in a place.
    fn seen_by(&self, vault: VaultId, read: impl Fn(&Digest) -> Option<LastSeen>) -> Seen {
        let newest = self.read(&Part::Newest.of(vault));
        let elsewhere = match newest.as_deref().map(std::str::from_utf8) {
            Some(Ok(place)) if place != self.place.to_string() => place.parse().map(Some),
            _ => Ok(None),
        };
        Seen {
            here: read(&self.place),
            elsewhere: match elsewhere {
                Ok(Some(place)) => read(&place),
                _ => None,
            },
        }
    }

    /// The newest head that was seen of a vault in this place. One that another process is writing
    /// may be read in halves: what is damaged is read again when nobody writes.
    fn seen_at(&self, vault: VaultId, place: &Digest) -> Option<LastSeen> {
        let text = self.read(&Local::Seen.of(vault, place))?;
        LastSeen::from_bytes(&text).or_else(|| {
            let _lock = self.told(self.locked(vault));
            self.seen_alone(vault, place)
        })
    }

    /// The same while nobody else writes.
    fn seen_alone(&self, vault: VaultId, place: &Digest) -> Option<LastSeen> {
        let text = self.read(&Local::Seen.of(vault, place))?;
        let seen = LastSeen::from_bytes(&text);
        if seen.is_none() {
            self.trouble.set(Some(ErrorKind::InvalidData));
        }
        seen
    }

    /// What the log of a vault said, where the head at which it did still stands in the file.
    pub(super) fn recall(
        &self,
        connection: &Connection,
        vault: VaultId,
    ) -> Result<Option<Ledger>, StoreError> {
        let opened = self.open(&Part::Ledger.of(vault));
        let Some(ledger) = opened.and_then(memory::decode) else {
            return Ok(None);
        };
        if !is_in(connection, &ledger)? {
            return Ok(None);
        }
        self.remembered.set(ledger.size);
        Ok(Some(ledger))
    }

    /// The log of the file in this place as it was last verified here in full, and whether the file
    /// goes on from there; `None` where nothing of that is remembered.
    pub(super) fn verified(
        &self,
        connection: &Connection,
        vault: VaultId,
    ) -> Result<Option<(Verified, bool)>, StoreError> {
        let opened = self.open(&Local::Verified.of(vault, &self.place));
        let Some(verified) = opened.and_then(Verified::decode) else {
            return Ok(None);
        };
        let continued = is_in(connection, &verified.ledger)?;
        Ok(Some((verified, continued)))
    }

    /// Remembers that a log was verified in full.
    pub(super) fn keep_verified(&self, verified: &Verified) {
        if let Some(vault) = vault_of(&verified.ledger)
            && let Some(_lock) = self.told(self.locked(vault))
            && let Some(bytes) = verified.encode()
        {
            self.write(vault, &Local::Verified.of(vault, &self.place), &bytes);
        }
    }

    /// Remembers the head of `ledger` in this place, and that this vault stands here, unless the file
    /// that it was read from does not lead to what it [has to](Seen::due): an older copy that was
    /// only looked at is not what people work with from now on. That it goes on from `continued` was
    /// found out before. Where the file does not say that it is a copy, people work here.
    pub(super) fn saw(
        &self,
        connection: &Connection,
        ledger: &Ledger,
        mark: Option<Mark>,
        continued: Option<&LastSeen>,
    ) {
        let Some(vault) = vault_of(ledger) else {
            return;
        };
        let file = self.path.display().to_string();
        let Some(head) = LastSeen::of(ledger, file, mark) else {
            return;
        };
        let Some(_lock) = self.told(self.locked(vault)) else {
            return;
        };
        let seen = self.seen_by(vault, |place| self.seen_alone(vault, place));
        let leads_to = |known: &LastSeen| {
            *known == head
                || Some(known) == continued
                // What is committed stays done, even where it cannot be compared.
                || compare(connection, known, ledger, &self.path).is_ok_and(|found| found.is_none())
        };
        if !seen.due(mark).bound.is_none_or(leads_to) {
            return;
        }
        if seen.here.as_ref() != Some(&head) {
            let name = Local::Seen.of(vault, &self.place);
            let draft = Part::Draft.of(vault);
            self.told(self.folder.overwrite(&name, &draft, &head.to_text()));
        }
        if mark.is_none() {
            let place = self.place.to_string();
            self.keep_line(vault, &Part::Newest.of(vault), &place);
        }
        self.keep_line(vault, &self.place_name(), &vault.to_string());
    }

    /// Writes a small file, where it does not say that already.
    fn keep_line(&self, vault: VaultId, name: &str, line: &str) {
        if self.read(name).as_deref() != Some(line.as_bytes()) {
            self.write(vault, name, line.as_bytes());
        }
    }

    /// Remembers what the log says, where much has been recorded since it was last remembered.
    pub(super) fn keep(&self, ledger: &Ledger) {
        let Some(vault) = vault_of(ledger) else {
            return;
        };
        if ledger.size < self.remembered.get() + FEW {
            return;
        }
        if let Some(_lock) = self.told(self.locked(vault))
            && let Some(bytes) = memory::encode(ledger)
        {
            self.write(vault, &Part::Ledger.of(vault), &bytes);
            self.remembered.set(ledger.size);
        }
    }

    /// Another vault that stood where this one stands, when the file there was last used.
    pub(super) fn predecessor(&self, vault: VaultId) -> Option<LastSeen> {
        let name = self.read(&self.place_name())?;
        let Ok(Ok(before)) = std::str::from_utf8(&name).map(str::parse) else {
            return None;
        };
        if before == vault {
            None
        } else {
            self.seen_at(before, &self.place)
        }
    }

    /// Forgets what the log of a vault said, but not its newest head.
    pub(super) fn forget(&self, vault: VaultId) {
        self.remembered.set(0);
        self.told(self.folder.remove(&Part::Ledger.of(vault)));
    }

    /// What the log said, to be read a part at a time. The file is never changed, only replaced.
    fn open(&self, name: &str) -> Option<Arc<dyn Source>> {
        let parts = self.told(self.folder.parts(name))??;
        Some(Arc::new(parts))
    }

    /// The whole of a small file; `None` where there is none or it cannot be read.
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.told(self.folder.read(name))?
    }

    fn write(&self, vault: VaultId, name: &str, bytes: &[u8]) {
        let draft = Part::Draft.of(vault);
        self.told(self.folder.replace(name, &draft, bytes));
    }

    /// Nobody else writes about this vault until the lock is dropped.
    fn locked(&self, vault: VaultId) -> io::Result<Lock> {
        self.folder.locked(&Part::Lock.of(vault))
    }

    /// Says which vault stands where the file stands.
    fn place_name(&self) -> String {
        format!("{}.place", self.place)
    }

    /// Notes what stood in the way.
    fn told<T>(&self, done: io::Result<T>) -> Option<T> {
        match done {
            Ok(done) => Some(done),
            Err(error) => {
                self.trouble.set(Some(error.kind()));
                None
            }
        }
    }
}

/// Whether a file with so many records and this origin is what was seen, or a continuation of it.
pub(super) fn continues(
    connection: &Connection,
    seen: &LastSeen,
    (size, origin): (u64, &str),
) -> Result<bool, StoreError> {
    Ok(seen.size <= size
        && log::leaf(connection, seen.size - 1)? == Some(seen.last)
        && seen.origin == origin)
}

/// How the file that `ledger` was read from compares with what was seen of it: `None` where it is
/// that or a continuation of it, or where giving up what was seen has been accepted.
pub(super) fn compare(
    connection: &Connection,
    seen: &LastSeen,
    ledger: &Ledger,
    path: &Path,
) -> Result<Option<Rollback>, StoreError> {
    let continues = continues(connection, seen, (ledger.size, &ledger.origin))?;
    Ok((!continues && !ledger.accepts(seen)).then(|| Rollback {
        seen: seen.clone(),
        size: ledger.size,
        last: ledger.last,
        file: super::connection::shown(path),
    }))
}

/// Whether the head of `ledger` stands in the file.
fn is_in(connection: &Connection, ledger: &Ledger) -> Result<bool, StoreError> {
    Ok(ledger.size > 0 && log::leaf(connection, ledger.size - 1)? == Some(ledger.last))
}

fn vault_of(ledger: &Ledger) -> Option<VaultId> {
    ledger.vault.as_ref().map(|facts| facts.vault)
}
