//! Heads of the log at other sizes than the last: what is asked of them by whoever keeps one.

use rusqlite::{Connection, OptionalExtension};

use super::act::Act;
use super::log::{checkpoint, line, lines, sqlite_integer};
use super::{Store, StoreError};
use crate::audit::flaw::{BadRecord, Flaw};
use crate::audit::ledger::{Ledger, leaf_of};
use crate::crypto::digest::Digest;
use crate::id::RecordSeq;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Note;
use crate::tlog::prover::ConsistencyProver;

/// Two roots of this log by its own lines, and the proof that the older tree is the beginning of
/// the newer.
pub struct ProvedHeads {
    /// The root at the older size.
    pub old_root: Digest,
    /// The root at the newer size.
    pub new_root: Digest,
    /// The hashes of the proof.
    pub proof: Vec<Digest>,
}

/// The last head that is signed for.
pub struct SignedHead {
    /// The signed note.
    pub note: String,
    /// The line of the last record that it counts.
    pub line: Vec<u8>,
}

impl Store {
    /// The checkpoint of this size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn checkpoint(&self, size: u64) -> Result<Option<String>, StoreError> {
        checkpoint(self.connection(), size)
    }

    /// The last head that `ledger` knows to be signed for; `None` before the first record.
    ///
    /// # Errors
    /// [`StoreError`]; [`Flaw::NotCovered`] where the note or the record is not there.
    pub fn signed_head(&self, ledger: &Ledger) -> Result<Option<SignedHead>, StoreError> {
        let Some((_, size)) = ledger.signed else {
            return Ok(None);
        };
        let last = RecordSeq::new(size - 1);
        let note = checkpoint(self.connection(), size)?;
        let line = line(self.connection(), last.get())?;
        let (Some(note), Some(line)) = (note, line) else {
            let (seq, flaw) = (last, Flaw::NotCovered);
            return Err(StoreError::Log(BadRecord { seq, flaw }));
        };
        Ok(Some(SignedHead { note, line }))
    }

    /// The root that the checkpoint of this size has; `None` where there is no such checkpoint.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn noted_root(&self, size: u64) -> Result<Option<Digest>, StoreError> {
        let Some(note) = checkpoint(self.connection(), size)? else {
            return Ok(None);
        };
        let note = Note::parse(note.as_bytes()).map_err(|_| StoreError::Damaged)?;
        let head = Checkpoint::parse(note.text()).map_err(|_| StoreError::Damaged)?;
        Ok((head.size == size).then_some(head.root))
    }

    /// Hashes the log up to `new_size`, and proves that its first `old_size` records are the
    /// beginning. Its memory does not grow with the log.
    ///
    /// # Errors
    /// [`StoreError`]; [`Flaw::Missing`] where the log ends before.
    pub fn prove(&self, old_size: u64, new_size: u64) -> Result<ProvedHeads, StoreError> {
        prove(self.connection(), old_size, new_size)
    }
}

impl Act<'_> {
    /// The root of the log's first `size` records, by hashing them.
    ///
    /// # Errors
    /// [`StoreError`]; [`Flaw::Missing`] where the log ends before.
    pub fn root_at(&self, size: u64) -> Result<Digest, StoreError> {
        Ok(prove(&self.transaction, 0, size)?.new_root)
    }

    /// The largest checkpoint that is smaller than `size`, and its own size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn checkpoint_below(&self, size: u64) -> Result<Option<(u64, String)>, StoreError> {
        let sql = "SELECT size, note FROM checkpoint WHERE size < ? ORDER BY size DESC LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement
            .query_row([sqlite_integer(size)?], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((size, note)) = row else {
            return Ok(None);
        };
        let size = u64::try_from(size).map_err(|_| StoreError::Damaged)?;
        Ok(Some((size, note)))
    }
}

fn prove(connection: &Connection, old_size: u64, new_size: u64) -> Result<ProvedHeads, StoreError> {
    let prover = ConsistencyProver::new(old_size, new_size);
    let mut prover = prover.map_err(|_| StoreError::Internal("a proof from a later head on"))?;
    lines(connection, 0, &mut |line| {
        prover.push(leaf_of(line));
        Ok::<_, StoreError>(())
    })?;
    let missing = BadRecord {
        seq: RecordSeq::new(new_size),
        flaw: Flaw::Missing,
    };
    Ok(ProvedHeads {
        old_root: *prover.old_root(),
        new_root: prover.new_root().ok_or(StoreError::Log(missing))?,
        proof: prover.proof(),
    })
}
