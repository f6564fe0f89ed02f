//! What one machine remembers of vaults, in a folder apart from them: the newest head that it has
//! seen of each, and what the log said then.
//!
//! Nothing here is evidence, and nothing here stops an act: what cannot be read is not remembered,
//! and what cannot be written is [told](Memory::trouble). A vault is known by its id, wherever its
//! file stands, so that an older copy of it is noticed.

use std::cell::Cell;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::connection::private;
use super::{StoreError, log};
use crate::audit::ledger::Ledger;
use crate::audit::memory::{self, Source, Verified};
use crate::audit::seen::{LastSeen, Rollback};
use crate::crypto::digest::Digest;
use crate::id::VaultId;
use rusqlite::Connection;

/// After how many records what the log says is written down again. Fewer are replayed in less time
/// than the writing takes.
const FEW: u64 = 64;

/// The folder of one machine and operating system's user.
pub(super) struct Memory {
    folder: PathBuf,
    /// Says which vault stands where the file stands.
    place: PathBuf,
    /// Up to which record the log was last remembered.
    remembered: Cell<u64>,
    trouble: Cell<Option<ErrorKind>>,
}

/// How often a lock is tried, and how long is waited between: two seconds in all.
const TRIES: u32 = 400;
const BETWEEN: Duration = Duration::from_millis(5);

/// The right to write about a vault. It is given back before its file is closed, which may fail.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

/// What a vault's files are called after its id.
#[derive(Clone, Copy)]
enum Part {
    Seen,
    Ledger,
    Verified,
    Lock,
    Draft,
}

impl Part {
    const fn ending(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Ledger => "ledger",
            Self::Verified => "verified",
            Self::Lock => "lock",
            Self::Draft => "new",
        }
    }
}

impl Memory {
    /// The memory in `folder`, which is made when something is first written there, of the vault
    /// file at `path`.
    pub(super) fn new(folder: &Path, path: &Path) -> Self {
        let place = Digest::of(&[path.as_os_str().as_encoded_bytes()]);
        Self {
            folder: folder.to_owned(),
            place: folder.join(format!("{place}.place")),
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

    /// The newest head that was seen of a vault. One that another process is writing may be read in
    /// halves: what is damaged is read again when nobody writes.
    pub(super) fn seen(&self, vault: VaultId) -> Option<LastSeen> {
        let text = self.read(&self.path(vault, Part::Seen))?;
        LastSeen::from_bytes(&text).or_else(|| {
            let _lock = self.told(self.locked(vault));
            self.seen_alone(vault)
        })
    }

    /// The same while nobody else writes.
    fn seen_alone(&self, vault: VaultId) -> Option<LastSeen> {
        let text = self.read(&self.path(vault, Part::Seen))?;
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
        let opened = self.open(vault, Part::Ledger);
        let Some(ledger) = opened.and_then(memory::decode) else {
            return Ok(None);
        };
        if !is_in(connection, &ledger)? {
            return Ok(None);
        }
        self.remembered.set(ledger.size);
        Ok(Some(ledger))
    }

    /// The log of a vault as it was last verified here in full, and whether the file goes on from
    /// there; `None` where nothing of that is remembered.
    pub(super) fn verified(
        &self,
        connection: &Connection,
        vault: VaultId,
    ) -> Result<Option<(Verified, bool)>, StoreError> {
        let opened = self.open(vault, Part::Verified);
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
            self.told(self.write(vault, Part::Verified, &bytes));
        }
    }

    /// Remembers the head of `ledger`, unless the file that it was read from is no continuation of
    /// what is known, and that this vault stands at this place. That it goes on from `continued` was
    /// found out before.
    pub(super) fn saw(
        &self,
        connection: &Connection,
        ledger: &Ledger,
        continued: Option<&LastSeen>,
    ) {
        let (Some(vault), Some(head)) = (vault_of(ledger), LastSeen::of(ledger)) else {
            return;
        };
        let Some(_lock) = self.told(self.locked(vault)) else {
            return;
        };
        let known = self.seen_alone(vault);
        let follows = match &known {
            None => true,
            Some(known) if *known == head => false,
            known if known.as_ref() == continued => true,
            // What is committed stays done, even where it cannot be compared.
            Some(known) => compare(connection, known, ledger).is_ok_and(|found| found.is_none()),
        };
        if follows {
            self.told(self.write_seen(vault, &head));
        }
        let name = vault.to_string();
        if self.read(&self.place).as_deref() != Some(name.as_bytes()) {
            let draft = self.path(vault, Part::Draft);
            self.told(replace(&draft, &self.place, name.as_bytes()));
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
            self.told(self.write(vault, Part::Ledger, &bytes));
            self.remembered.set(ledger.size);
        }
    }

    /// Another vault that stood where this one stands, when the file there was last used.
    pub(super) fn predecessor(&self, vault: VaultId) -> Option<LastSeen> {
        let name = self.read(&self.place)?;
        let Ok(Ok(before)) = std::str::from_utf8(&name).map(str::parse) else {
            return None;
        };
        if before == vault {
            None
        } else {
            self.seen(before)
        }
    }

    /// Forgets what the log of a vault said, but not its newest head.
    pub(super) fn forget(&self, vault: VaultId) {
        self.remembered.set(0);
        match std::fs::remove_file(self.path(vault, Part::Ledger)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                self.told::<()>(Err(error));
            }
            _ => {}
        }
    }

    /// What the log said, to be read a part at a time. The file is never changed, only replaced.
    fn open(&self, vault: VaultId, part: Part) -> Option<Arc<dyn Source>> {
        match File::open(self.path(vault, part)) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            opened => Some(Arc::new(Parts(Mutex::new(self.told(opened)?)))),
        }
    }

    /// The whole of a file; `None` where there is none or it cannot be read.
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            read => self.told(read),
        }
    }

    /// Writes a head over the one before, where that is as long: a fraction of the time that a new
    /// file takes. So few bytes at the beginning of a file are written together or not at all.
    fn write_seen(&self, vault: VaultId, head: &LastSeen) -> io::Result<()> {
        let text = head.to_text();
        let stands = OpenOptions::new()
            .write(true)
            .open(self.path(vault, Part::Seen));
        match stands {
            Ok(mut file) if file.metadata()?.len() == text.len() as u64 => {
                file.write_all(text.as_bytes())
            }
            _ => self.write(vault, Part::Seen, text.as_bytes()),
        }
    }

    fn write(&self, vault: VaultId, part: Part, bytes: &[u8]) -> io::Result<()> {
        replace(
            &self.path(vault, Part::Draft),
            &self.path(vault, part),
            bytes,
        )
    }

    /// Nobody else writes about this vault until the lock is dropped. Whoever was stopped while
    /// holding it stops nobody: what cannot be remembered in time is not remembered.
    fn locked(&self, vault: VaultId) -> io::Result<Lock> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        private(&mut options);
        let path = self.path(vault, Part::Lock);
        let file = match options.open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make_folder(&self.folder)?;
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

    fn path(&self, vault: VaultId, part: Part) -> PathBuf {
        self.folder.join(format!("{vault}.{}", part.ending()))
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

/// A file that is read a part at a time.
struct Parts(Mutex<File>);

impl Source for Parts {
    fn read(&self, at: u64, len: usize) -> Option<Vec<u8>> {
        let Ok(mut file) = self.0.lock() else {
            return None;
        };
        let mut bytes = vec![0; len];
        let read = file.seek(SeekFrom::Start(at));
        match read.and_then(|_| file.read_exact(&mut bytes)) {
            Ok(()) => Some(bytes),
            Err(_) => None,
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
) -> Result<Option<Rollback>, StoreError> {
    let continues = continues(connection, seen, (ledger.size, &ledger.origin))?;
    Ok((!continues && !ledger.accepts(seen)).then(|| Rollback {
        seen: seen.clone(),
        size: ledger.size,
        last: ledger.last,
    }))
}

/// Whether the head of `ledger` stands in the file.
fn is_in(connection: &Connection, ledger: &Ledger) -> Result<bool, StoreError> {
    Ok(ledger.size > 0 && log::leaf(connection, ledger.size - 1)? == Some(ledger.last))
}

fn vault_of(ledger: &Ledger) -> Option<VaultId> {
    ledger.vault.as_ref().map(|facts| facts.vault)
}

/// Puts a new file in the place of the old one. It need not be durable: one that is older or
/// missing after a power cut accuses nobody.
fn replace(draft: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    private(&mut options);
    options.open(draft)?.write_all(bytes)?;
    std::fs::rename(draft, path)
}

/// Makes the folder, for its owner alone.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
