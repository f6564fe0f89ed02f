//! The log's tables: records, details, checkpoints and the frontier.

use std::cell::Cell;
use std::ops::Range;

use rusqlite::{Connection, OptionalExtension};

use super::act::Act;
use super::proven::{Head, Proven};
use super::{Store, StoreError};
use crate::audit::fact::Fact;
use crate::audit::flaw::{BadRecord, Flaw};
use crate::audit::ledger::{Ledger, leaf_of};
use crate::audit::record::Record;
use crate::audit::replay::Scrutiny;
use crate::crypto::digest::Digest;
use crate::id::{Generation, RecordSeq, SessionId, VaultId};
use crate::tlog::note::Name;
use crate::tlog::tree::Frontier;

/// A session's detail key, sealed to the readers of the access log.
pub struct SealedDetailKey {
    /// The generation of the access log's key.
    pub generation: Generation,
    /// The age file.
    pub file: Vec<u8>,
}

impl SealedDetailKey {
    /// `SHA-256(generation as eight bytes ‖ file)`: what the session's first record with words
    /// carries.
    pub fn digest(&self) -> Digest {
        Digest::of(&[&self.generation.get().to_be_bytes(), &self.file])
    }
}

impl Store {
    /// Calls `each` with the lines from `from` on, in order, until it fails.
    ///
    /// # Errors
    /// [`StoreError`], also where a number is missing.
    pub fn lines<E: From<StoreError>>(
        &self,
        from: u64,
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        lines(self.connection(), from, &mut each)
    }

    /// Calls `each` with the lines of these places, every one of them, in order, until it fails.
    ///
    /// # Errors
    /// [`StoreError`], also where a number is missing.
    pub fn lines_of<E: From<StoreError>>(
        &self,
        places: Range<u64>,
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(last) = places.end.checked_sub(1) else {
            return Ok(());
        };
        let last = sqlite_integer(last)?;
        let next = lines_until(self.connection(), places.start, last, &mut each)?;
        if next >= places.end {
            return Ok(());
        }
        let (seq, flaw) = (RecordSeq::new(next), Flaw::WrongPlace);
        Err(StoreError::Log(BadRecord { seq, flaw }).into())
    }

    /// The place after the last record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn end(&self) -> Result<u64, StoreError> {
        let sql = "SELECT max(seq) FROM record";
        let last: Option<i64> = self.connection().query_row(sql, [], |row| row.get(0))?;
        // Numbers below the first are no records' places.
        Ok(last.map_or(0, |last| u64::try_from(last).map_or(0, |last| last + 1)))
    }

    /// The leaf hash of the record at `seq`; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn leaf(&self, seq: u64) -> Result<Option<Digest>, StoreError> {
        leaf(self.connection(), seq)
    }

    /// The digest of a session's sealed detail key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn detail_key_digest(&self, session: SessionId) -> Result<Option<Digest>, StoreError> {
        let sealed = sealed_detail_key(self.connection(), session)?;
        Ok(sealed.map(|sealed| sealed.digest()))
    }

    /// The encrypted words of a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sealed_details(&self, seq: RecordSeq) -> Result<Option<Vec<u8>>, StoreError> {
        sealed_details(self.connection(), seq)
    }

    /// A session's sealed detail key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sealed_detail_key(
        &self,
        session: SessionId,
    ) -> Result<Option<SealedDetailKey>, StoreError> {
        sealed_detail_key(self.connection(), session)
    }

    /// The last checkpoint and its size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last_checkpoint(&self) -> Result<Option<(u64, String)>, StoreError> {
        last_checkpoint(self.connection())
    }
}

impl Act<'_> {
    /// Calls `each` with every record, those of this act included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn records(
        &self,
        mut each: impl FnMut(Record) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        lines(&self.transaction, 0, &mut |line| {
            let record = Record::from_line(line).map_err(|_| StoreError::Damaged)?;
            each(record.0)
        })
    }

    /// The lines of these places, every one of them.
    ///
    /// # Errors
    /// [`StoreError`], also where a number is missing.
    pub fn lines_within(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT line FROM record WHERE seq >= ? AND seq < ? ORDER BY seq";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let within = [sqlite_integer(range.start)?, sqlite_integer(range.end)?];
        let rows = statement.query_map(within, |row| row.get(0))?;
        let lines: Vec<Vec<u8>> = rows.collect::<Result<_, _>>()?;
        if range.end - range.start == lines.len() as u64 {
            return Ok(lines);
        }
        let (seq, flaw) = (RecordSeq::new(range.start), Flaw::WrongPlace);
        Err(StoreError::Log(BadRecord { seq, flaw }))
    }

    /// The checkpoint of this size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn checkpoint(&self, size: u64) -> Result<Option<String>, StoreError> {
        checkpoint(&self.transaction, size)
    }

    /// The encrypted words of a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sealed_details(&self, seq: RecordSeq) -> Result<Option<Vec<u8>>, StoreError> {
        sealed_details(&self.transaction, seq)
    }

    /// A session's sealed detail key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sealed_detail_key(
        &self,
        session: SessionId,
    ) -> Result<Option<SealedDetailKey>, StoreError> {
        sealed_detail_key(&self.transaction, session)
    }
}

pub(super) fn checkpoint(connection: &Connection, size: u64) -> Result<Option<String>, StoreError> {
    let sql = "SELECT note FROM checkpoint WHERE size = ?";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row([sqlite_integer(size)?], |row| row.get(0))
        .optional()?)
}

fn sealed_details(connection: &Connection, seq: RecordSeq) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT box FROM detail WHERE seq = ?";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row([sqlite_integer(seq.get())?], |row| row.get(0))
        .optional()?)
}

fn sealed_detail_key(
    connection: &Connection,
    session: SessionId,
) -> Result<Option<SealedDetailKey>, StoreError> {
    let sql = "SELECT generation, file FROM detail_key WHERE session = ?";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement
        .query_row([session.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((generation, file)) = row else {
        return Ok(None);
    };
    let generation = u64::try_from(generation).map_err(|_| StoreError::Damaged)?;
    Ok(Some(SealedDetailKey {
        generation: Generation::new(generation),
        file,
    }))
}

pub(super) fn lines<E: From<StoreError>>(
    connection: &Connection,
    from: u64,
    each: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    lines_until(connection, from, i64::MAX, each).map(drop)
}

/// Gives the place after the last line that there was.
fn lines_until<E: From<StoreError>>(
    connection: &Connection,
    from: u64,
    last: i64,
    each: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<u64, E> {
    let sql = "SELECT seq, line FROM record WHERE seq >= ? AND seq <= ? ORDER BY seq";
    let mut statement = connection.prepare_cached(sql).map_err(StoreError::from)?;
    let within = [sqlite_integer(from)?, last];
    let mut rows = statement.query(within).map_err(StoreError::from)?;
    let mut place = RecordSeq::new(from);
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let number: i64 = row.get(0).map_err(StoreError::from)?;
        if u64::try_from(number) != Ok(place.get()) {
            let (seq, flaw) = (place, Flaw::WrongPlace);
            return Err(StoreError::Log(BadRecord { seq, flaw }).into());
        }
        place = place.next();
        let line = row.get_ref(1).map_err(StoreError::from)?;
        each(line.as_blob().map_err(|_| StoreError::Damaged)?)?;
    }
    Ok(place.get())
}

/// Reads the records that `ledger` does not know yet.
pub(super) fn catch_up(
    connection: &Connection,
    ledger: &mut Ledger,
    scrutiny: Scrutiny,
) -> Result<(), StoreError> {
    let from = ledger.size;
    lines(connection, from, &mut |line| {
        ledger.read(line, scrutiny)?;
        Ok::<_, StoreError>(())
    })
}

/// The vault whose log this is, by its first record.
pub(super) fn vault(connection: &Connection) -> Result<Option<VaultId>, StoreError> {
    let Some(line) = line(connection, 0)? else {
        return Ok(None);
    };
    let (first, _) = Record::from_line(&line).map_err(|_| StoreError::Damaged)?;
    Ok(first.facts.iter().find_map(|fact| match fact {
        Fact::Vault(facts) => Some(facts.vault),
        _ => None,
    }))
}

/// The leaf hash of the record at `seq`.
pub(super) fn leaf(connection: &Connection, seq: u64) -> Result<Option<Digest>, StoreError> {
    Ok(line(connection, seq)?.map(|line| leaf_of(&line)))
}

pub(super) fn line(connection: &Connection, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached("SELECT line FROM record WHERE seq = ?")?;
    let line = statement.query_row([seq], |row| row.get(0));
    Ok(line.optional()?)
}

fn last_checkpoint(connection: &Connection) -> Result<Option<(u64, String)>, StoreError> {
    let sql = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
        .optional()?;
    let Some((size, note)) = row else {
        return Ok(None);
    };
    let size = u64::try_from(size).map_err(|_| StoreError::Damaged)?;
    Ok(Some((size, note)))
}

/// The tree at the ledger's size, from the last signed checkpoint on. Nothing may be signed over
/// lines that disagree with it. A head that is `proven` is not proven again.
pub(super) fn frontier(
    connection: &Connection,
    ledger: &Ledger,
    proven: &Cell<Option<Proven>>,
) -> Result<Frontier, StoreError> {
    let bad = |seq, flaw| {
        let seq = RecordSeq::new(seq);
        StoreError::Log(BadRecord { seq, flaw })
    };
    let Some((key, size)) = ledger.signed else {
        return match ledger.size {
            0 => Ok(Frontier::new()),
            _ => Err(bad(0, Flaw::NotCovered)),
        };
    };
    let (noted, note) = last_checkpoint(connection)?.ok_or(bad(size - 1, Flaw::NotCovered))?;
    if noted > size {
        return Err(bad(ledger.size, Flaw::Missing));
    }
    if noted != size {
        return Err(bad(size - 1, Flaw::Checkpoint));
    }
    let last = line(connection, size - 1)?.ok_or(StoreError::Damaged)?;
    let head = Head {
        key,
        origin: origin(ledger)?,
        note,
        last: leaf_of(&last),
    };
    let known = proven.take().filter(|proven| proven.is_of(&head));
    let known = match known {
        Some(known) => known,
        None => Proven::check(head, &last, size)?,
    };
    let root = known.root();
    proven.set(Some(known));
    let stored = stored_frontier(connection)?.filter(|frontier| frontier.size() == size);
    let mut frontier = match stored.filter(|frontier| frontier.root() == root) {
        Some(frontier) => frontier,
        None => rebuilt(connection, size)?,
    };
    if frontier.root() != root {
        return Err(bad(size - 1, Flaw::Checkpoint));
    }
    // The loose tail: its kinds, chain and signatures were checked when the ledger read it.
    lines(connection, size, &mut |line| {
        let (record, _) = Record::from_line(line).map_err(|_| StoreError::Damaged)?;
        if !record.is_loose() {
            return Err(bad(record.seq.get(), Flaw::NotCovered));
        }
        frontier.push(crate::tlog::hash::leaf(line));
        Ok(())
    })?;
    if frontier.size() == ledger.size {
        Ok(frontier)
    } else {
        Err(StoreError::Damaged)
    }
}

/// The log's origin as a note's name.
pub(super) fn origin(ledger: &Ledger) -> Result<Name, StoreError> {
    let origin = ledger.origin.parse();
    origin.map_err(|_| StoreError::Internal("an origin that is no name"))
}

fn stored_frontier(connection: &Connection) -> Result<Option<Frontier>, StoreError> {
    let sql = "SELECT size, hashes FROM frontier WHERE id = 1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement
        .query_row([], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    let Some((size, bytes)) = row else {
        return Ok(None);
    };
    let (hashes, rest) = bytes.as_chunks::<32>();
    let hashes: Vec<Digest> = hashes.iter().copied().map(Digest::from_bytes).collect();
    let size = u64::try_from(size).map_err(|_| StoreError::Damaged)?;
    // Derived data: where it is damaged it is made again from the lines.
    match Frontier::from_parts(size, &hashes) {
        Ok(frontier) if rest.is_empty() => Ok(Some(frontier)),
        _ => Ok(None),
    }
}

fn rebuilt(connection: &Connection, size: u64) -> Result<Frontier, StoreError> {
    let mut frontier = Frontier::new();
    lines(connection, 0, &mut |line| {
        if frontier.size() < size {
            frontier.push(crate::tlog::hash::leaf(line));
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(frontier)
}

pub(super) fn insert_record(
    connection: &Connection,
    seq: RecordSeq,
    line: &[u8],
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("INSERT INTO record (seq, line) VALUES (?, ?)")?;
    statement.execute((sqlite_integer(seq.get())?, line))?;
    Ok(())
}

pub(super) fn insert_details(
    connection: &Connection,
    seq: RecordSeq,
    sealed: &[u8],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("INSERT INTO detail (seq, box) VALUES (?, ?)")?;
    statement.execute((sqlite_integer(seq.get())?, sealed))?;
    Ok(())
}

pub(super) fn has_detail_key(
    connection: &Connection,
    session: SessionId,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM detail_key WHERE session = ?)";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([session.as_bytes()], |row| row.get(0))?)
}

pub(super) fn insert_detail_key(
    connection: &Connection,
    session: SessionId,
    key: &SealedDetailKey,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO detail_key (session, generation, file) VALUES (?, ?, ?)";
    let mut statement = connection.prepare_cached(sql)?;
    let generation = sqlite_integer(key.generation.get())?;
    statement.execute((session.as_bytes(), generation, &key.file))?;
    Ok(())
}

/// Stores a signed checkpoint and the frontier that it stands for.
pub(super) fn insert_checkpoint(
    connection: &Connection,
    frontier: &Frontier,
    note: &str,
) -> Result<(), StoreError> {
    let size = sqlite_integer(frontier.size())?;
    let mut statement =
        connection.prepare_cached("INSERT INTO checkpoint (size, note) VALUES (?, ?)")?;
    statement.execute((size, note))?;
    let hashes = frontier.hashes().iter().map(|hash| *hash.as_bytes());
    let hashes: Vec<u8> = hashes.collect::<Vec<_>>().concat();
    let sql = "INSERT OR REPLACE INTO frontier (id, size, hashes) VALUES (1, ?, ?)";
    connection.prepare_cached(sql)?.execute((size, hashes))?;
    Ok(())
}

/// SQLite's integers are signed.
pub(super) fn sqlite_integer(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Internal("a number beyond 63 bits"))
}
