//! The store: one SQLite file, and the only SQL.
//!
//! Its interface is narrow on purpose. A change is an [`Act`](act::Act): one transaction that holds
//! the records, the rows they bind and the new signed checkpoint. A secret's ciphertext comes out
//! of one operation, [`Act::disclose`](act::Act::disclose), which records the access and commits
//! before it gives anything; only then is there a [`Recorded`](recorded::Recorded) permit.

pub mod act;
pub mod attempts;
pub mod connection;
pub mod copy;
pub mod disclosure;
pub mod draft;
pub mod error;
pub mod forget;
pub mod heads;
pub mod leaf;
pub mod leaves;
pub mod log;
pub mod looking;
mod memory;
mod proven;
pub mod recorded;
pub mod rows;
pub mod schema;
mod state;
pub mod unplaced;

use std::cell::Cell;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction};

use crate::audit::backups::Mark;
use crate::audit::ledger::Ledger;
use crate::audit::memory::Verified;
use crate::audit::replay::Scrutiny;
use crate::audit::row::RowKey;
use crate::audit::seen::{Compared, LastSeen, Seen};
use crate::id::{PersonId, VaultId};
use crate::tlog::tree::Frontier;
pub use error::StoreError;
use looking::Aside;
use memory::Memory;
use proven::Proven;
use rows::StoredRow;

/// Moves a finished file to its place, where there must be none.
///
/// # Errors
/// [`StoreError::Exists`] and the device's own.
pub fn publish(draft: &Path, path: &Path) -> Result<(), StoreError> {
    connection::publish(draft, path)
}

/// Removes what an unfinished founding left behind.
pub fn discard(draft: &Path) {
    connection::discard(draft);
}

/// What one machine remembers of a vault.
#[derive(Debug, Clone)]
pub struct Remembered {
    /// The newest heads that it has seen; none at the first use.
    pub seen: Seen,
    /// Another vault that stood in the same place.
    pub predecessor: Option<LastSeen>,
    /// Why something cannot be remembered, where that is so.
    pub trouble: Option<std::io::ErrorKind>,
}

/// One state of the file, while it is held.
pub struct Snapshot<'s>(
    #[expect(dead_code, reason = "held for what its end does")] Transaction<'s>,
);

/// An open vault file.
pub struct Store {
    // Closed before a private copy is removed.
    connection: Connection,
    /// The private copy, where that is what is open.
    aside: Option<Aside>,
    /// The file that is open only to be looked at.
    looked_at: Option<PathBuf>,
    path: PathBuf,
    memory: Option<Memory>,
    /// The head whose signatures were checked here last.
    proven: Cell<Option<Proven>>,
    /// Whether a file that is older than was seen, or went another way, is read all the same.
    rolled_back_too: bool,
}

/// What was remembered of a vault before its file's head was read.
struct Recalled {
    seen: Seen,
    /// Whether the ledger came out of the memory.
    ledger: bool,
}

impl Store {
    /// Makes an empty store at `path`, which must not exist; nobody but its owner may read it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::create(path)?;
        schema::install(&connection)?;
        Ok(Self::over(connection, path))
    }

    /// Opens the store at `path`, to be written where the file can be.
    ///
    /// # Errors
    /// [`StoreError`]; among others for a file whose application id, version or schema is not
    /// exactly what this program makes.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::open(path)?;
        schema::check(&connection, path)?;
        Ok(Self::over(connection, path))
    }

    /// Another reader of the same file, for a thread of its own. It remembers nothing and waits for
    /// nobody: where it cannot have its lock at once it fails, and what it was to do is left to this
    /// one. While both hold a [snapshot](Self::snapshot), both read one state of the file: the first
    /// of the two keeps every writer from committing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn companion(&self) -> Result<Self, StoreError> {
        match &self.looked_at {
            Some(file) => {
                let mut beside = Self::over(looking::companion(file)?, &self.path);
                beside.looked_at = Some(file.clone());
                Ok(beside)
            }
            None => Ok(Self::over(connection::beside(&self.path)?, &self.path)),
        }
    }

    fn over(connection: Connection, path: &Path) -> Self {
        Self {
            connection,
            aside: None,
            looked_at: None,
            path: path.to_owned(),
            memory: None,
            proven: Cell::default(),
            rolled_back_too: false,
        }
    }

    /// The same store, which remembers in `folder` what it has seen, and compares.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn with_memory(self, folder: &Path) -> Result<Self, StoreError> {
        let path = self.path.clone();
        self.with_memory_of(folder, &path)
    }

    /// The same for a file that is to stand at `path`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn with_memory_of(mut self, folder: &Path, path: &Path) -> Result<Self, StoreError> {
        let place = connection::resolved(path)?;
        self.memory = Some(Memory::new(folder, &place));
        Ok(self)
    }

    /// The same store, which also reads a file that is older than was seen, or went another way.
    #[must_use]
    pub const fn even_rolled_back(mut self) -> Self {
        self.rolled_back_too = true;
        self
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the records that `ledger` does not know yet, and checks that the last signed
    /// checkpoint is that of the last record which could be signed, over the very lines read. An
    /// empty ledger begins with what is remembered.
    ///
    /// Gives how the file compares with what was seen of it; one that falls short of that is read
    /// where it is [all the same](Self::even_rolled_back).
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Log`] names the first bad record, and
    /// [`StoreError::RolledBack`] what was seen and is not there.
    pub fn catch_up(&self, ledger: &mut Ledger) -> Result<Compared, StoreError> {
        let recalled = self.recall(ledger)?;
        let _snapshot = self.snapshot()?;
        let (_, compared) = self.read_on(&recalled, ledger)?;
        if let (Some(memory), None, None) = (&self.memory, &compared.rollback, compared.mark) {
            memory.keep(ledger);
        }
        Ok(compared)
    }

    /// Asks the memory, before the file's head is read: what others append meanwhile makes the
    /// file longer than was seen, and never shorter.
    fn recall(&self, ledger: &mut Ledger) -> Result<Recalled, StoreError> {
        let mut recalled = Recalled {
            seen: Seen::default(),
            ledger: false,
        };
        let known = ledger.vault.as_ref().map(|facts| facts.vault);
        if let Some(memory) = &self.memory
            && let Some(vault) =
                known.map_or_else(|| log::vault(&self.connection), |id| Ok(Some(id)))?
        {
            recalled.seen = memory.seen(vault);
            if ledger.size == 0
                && let Some(known) = memory.recall(&self.connection, vault)?
            {
                recalled.ledger = true;
                *ledger = known;
            }
        }
        Ok(recalled)
    }

    /// Reads what `ledger` does not know yet, within one transaction, and compares it with what was
    /// seen.
    fn read_on(
        &self,
        recalled: &Recalled,
        ledger: &mut Ledger,
    ) -> Result<(Frontier, Compared), StoreError> {
        let connection = &self.connection;
        let read = |ledger: &mut Ledger| {
            log::catch_up(connection, ledger, Scrutiny::Acting)?;
            log::frontier(connection, ledger, &self.proven)
        };
        let frontier = match read(ledger) {
            // Whether the memory is wrong or the file, the file alone has to show.
            Err(StoreError::Log(_)) if recalled.ledger || !ledger.is_sound() => {
                self.forget(ledger);
                *ledger = Ledger::default();
                read(ledger)?
            }
            read => read?,
        };
        let compared = self.compare(&recalled.seen, ledger)?;
        match compared.rollback {
            Some(rollback) if !self.rolled_back_too => {
                Err(StoreError::RolledBack(Box::new(rollback)))
            }
            _ => Ok((frontier, compared)),
        }
    }

    /// Forgets what the log said, so that the next start reads it from its beginning.
    fn forget(&self, ledger: &Ledger) {
        if let (Some(memory), Some(facts)) = (&self.memory, &ledger.vault) {
            memory.forget(facts.vault);
        }
    }

    /// Who last unlocked the vault on this machine, as far as that is remembered.
    pub fn last_person(&self, vault: VaultId) -> Option<PersonId> {
        self.memory.as_ref()?.last_person(vault)
    }

    /// Remembers who unlocked the vault.
    pub fn used_by(&self, vault: VaultId, person: PersonId) {
        if let Some(memory) = &self.memory {
            memory.used_by(vault, person);
        }
    }

    /// Whether a file with so many records and this origin is what was seen, or a continuation of
    /// it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn continues(&self, seen: &Seen, head: (u64, &str)) -> Result<bool, StoreError> {
        let bound = seen.due(self.own_mark()?).bound;
        bound.map_or(Ok(true), |seen| {
            memory::continues(&self.connection, seen, head)
        })
    }

    /// How the file that `ledger` was read from compares with what was seen of the vault.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn compare(&self, seen: &Seen, ledger: &Ledger) -> Result<Compared, StoreError> {
        let mark = self.own_mark()?;
        let due = seen.due(mark);
        let against = |seen: Option<&LastSeen>| match seen {
            Some(seen) => memory::compare(&self.connection, seen, ledger, &self.path),
            None => Ok(None),
        };
        Ok(Compared {
            rollback: against(due.bound)?,
            beside: against(due.beside)?.map(|found| found.seen),
            mark,
        })
    }

    fn own_mark(&self) -> Result<Option<Mark>, StoreError> {
        Ok(self.mark()?.map(|(mark, _)| mark))
    }

    /// Remembers the head of `ledger`, which was read from this file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remember(&self, ledger: &Ledger) -> Result<(), StoreError> {
        if let Some(memory) = &self.memory {
            memory.saw(&self.connection, ledger, self.own_mark()?, None);
        }
        Ok(())
    }

    /// The log as it was last verified here in full, and whether the file goes on from there;
    /// `None` where nothing of that is remembered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn verified(&self) -> Result<Option<(Verified, bool)>, StoreError> {
        let Some(memory) = &self.memory else {
            return Ok(None);
        };
        let Some(vault) = log::vault(&self.connection)? else {
            return Ok(None);
        };
        memory.verified(&self.connection, vault)
    }

    /// Remembers that the log was verified in full.
    pub fn remember_verified(&self, verified: &Verified) {
        if let Some(memory) = &self.memory {
            memory.keep_verified(verified);
        }
    }

    /// What is remembered of the vault, and of the one that stood in its place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remembered(&self) -> Result<Option<Remembered>, StoreError> {
        let Some(memory) = &self.memory else {
            return Ok(None);
        };
        let Some(vault) = log::vault(&self.connection)? else {
            return Ok(None);
        };
        memory.try_writing(vault);
        Ok(Some(Remembered {
            seen: memory.seen(vault),
            predecessor: memory.predecessor(vault),
            trouble: memory.trouble(),
        }))
    }

    /// One state of the file for several reads: what others commit meanwhile is not seen, and
    /// those who commit wait until it is dropped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        Ok(Snapshot(self.connection.unchecked_transaction()?))
    }

    /// The row with this key, where its digest is the one that the log last gave it.
    ///
    /// # Errors
    /// [`StoreError::RowChanged`] for a row that was changed, removed, added or put back by
    /// anybody but this program.
    pub fn row<R: StoredRow>(
        &self,
        key: &RowKey,
        ledger: &Ledger,
    ) -> Result<Option<R>, StoreError> {
        rows::get(&self.connection, key, ledger)
    }

    /// Makes ready to read everything once: what is not kept for a second time stays in the
    /// processor's own cache, and is read in less time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read_once(&self) -> Result<(), StoreError> {
        const PAGES: i32 = 64;
        Ok(self.connection.pragma_update(None, "cache_size", PAGES)?)
    }

    /// Checks every page of the file, and every index against its table.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn check_structure(&self) -> Result<(), StoreError> {
        check_structure(&self.connection, "1")
    }

    /// The connection, for the other rooms of this floor.
    pub(in crate::store) const fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// SQLite's own check of what `what` names: a table in quotes, or with a number the whole file up
/// to so many faults.
fn check_structure(connection: &Connection, what: &str) -> Result<(), StoreError> {
    let sql = format!("PRAGMA integrity_check({what})");
    let said: String = connection.query_row(&sql, [], |row| row.get(0))?;
    if said == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}
