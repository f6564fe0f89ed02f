//! One act: a transaction with its records, the rows that they bind and the new signed head.

use rusqlite::{Transaction, TransactionBehavior};

use super::draft::{Draft, Signer};
use super::log::SealedDetailKey;
use super::proven::{Head, Proven};
use super::{Store, StoreError, log, rows};
use crate::audit::backups::Mark;
use crate::audit::details::{self, Details};
use crate::audit::ledger::{Ledger, leaf_of};
use crate::audit::record::{LONGEST_LINE, RECORD_VERSION, Record, RowDigest};
use crate::audit::replay::Scrutiny;
use crate::audit::row::RowKey;
use crate::audit::seen::LastSeen;
use crate::crypto::digest::Digest;
use crate::crypto::random::{self, Entropy};
use crate::crypto::recipient::{self, Recipient};
use crate::crypto::signature::SigningKey;
use crate::id::{Generation, RecordSeq, SessionId};
use crate::secret::Key;
use crate::time::Timestamp;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::tree::Frontier;

/// The key of one session's words.
pub struct DetailKey {
    session: SessionId,
    key: Key,
}

impl DetailKey {
    /// A fresh key for a new session.
    ///
    /// # Errors
    /// [`random::NoEntropy`].
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, random::NoEntropy> {
        Ok(Self {
            session: SessionId::from_bytes(random::array(entropy)?),
            key: random::key(entropy)?,
        })
    }

    /// The session.
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// The key, for reading the session's own words.
    pub(crate) fn duplicate(&self) -> Key {
        self.key.duplicate()
    }
}

/// What an act needs besides the store.
pub struct Moment<'a> {
    /// The machine's claim of the time.
    pub now: Timestamp,
    /// Randomness.
    pub entropy: &'a mut dyn Entropy,
}

/// An open transaction. Dropped without [`Act::commit`], it changes nothing.
pub struct Act<'s> {
    pub(super) transaction: Transaction<'s>,
    store: &'s Store,
    /// What this machine had seen, where the file that the act builds on goes on from there.
    continued: Option<LastSeen>,
    /// What the file says of itself.
    mark: Option<Mark>,
    /// Whether this machine remembers the head that the act makes.
    remembered: bool,
    ledger: Ledger,
    frontier: Frontier,
    lines: Vec<Vec<u8>>,
}

impl Store {
    /// Begins an act on the newest state: what other processes recorded since `ledger` was read
    /// is read first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn begin(&mut self, mut ledger: Ledger) -> Result<Act<'_>, StoreError> {
        let recalled = self.recall(&mut ledger)?;
        let behavior = TransactionBehavior::Immediate;
        let transaction = Transaction::new_unchecked(&self.connection, behavior)?;
        let (frontier, compared) = self.read_on(&recalled, &mut ledger)?;
        Ok(Act {
            transaction,
            store: self,
            continued: recalled.seen.here.filter(|_| compared.rollback.is_none()),
            mark: compared.mark,
            remembered: true,
            ledger,
            frontier,
            lines: Vec::new(),
        })
    }
}

impl Act<'_> {
    /// What the log says, the records of this act included.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The head that this act makes is not remembered here before another act follows: a file without
    /// it accuses nobody.
    pub const fn is_not_missed(&mut self) {
        self.remembered = false;
    }

    /// The lines that this act appended.
    pub fn lines(&self) -> &[Vec<u8>] {
        &self.lines
    }

    /// The row with this key, checked against the log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn row<R: rows::StoredRow>(&self, key: &RowKey) -> Result<Option<R>, StoreError> {
        self.row_unseen(key)
    }

    /// The same for rows that never leave this floor.
    pub(super) fn row_unseen<R: rows::Row>(&self, key: &RowKey) -> Result<Option<R>, StoreError> {
        rows::get(&self.transaction, key, &self.ledger).map_err(|error| self.judged(error))
    }

    /// A row that is not what the log says may be the memory's fault: the next start goes without,
    /// and the file is not accused where it is known to be.
    pub(super) fn judged(&self, error: StoreError) -> StoreError {
        if !matches!(error, StoreError::RowChanged(_)) {
            return error;
        }
        self.store.forget(&self.ledger);
        if self.ledger.is_sound() {
            error
        } else {
            StoreError::Forgotten
        }
    }

    /// Appends a record with its rows and words, signed by whoever acts.
    ///
    /// # Errors
    /// [`StoreError`]; a record to which the signer is not entitled is refused here too.
    pub fn record(
        &mut self,
        draft: Draft,
        signer: &Signer<'_>,
        words_key: &DetailKey,
        moment: &mut Moment<'_>,
    ) -> Result<RecordSeq, StoreError> {
        let seq = self.ledger.next();
        let row_digests = self.write_rows(&draft)?;
        let details = Details::salted(&draft.words, moment.entropy)?;
        let (sealed, detail_key) = self.write_details(seq, &details, words_key, moment)?;
        let record = Record {
            v: RECORD_VERSION,
            seq,
            prev: self.ledger.last,
            time: moment.now,
            event: draft.event,
            step: draft.step,
            outcome: draft.outcome,
            actor: signer.actor.clone(),
            role: signer.role,
            subject: draft.subject,
            object: draft.object,
            version: draft.version,
            permission: draft.permission,
            under: draft.under,
            session: words_key.session,
            facts: draft.facts,
            rows: row_digests,
            sealed,
            detail_key,
            details: details.digests(),
        };
        self.append(&record, signer.key)?;
        Ok(seq)
    }

    fn append(&mut self, record: &Record, key: Option<&SigningKey>) -> Result<(), StoreError> {
        let origin = match record.seq.get() {
            0 => record_origin(record)?,
            _ => self.ledger.origin.clone(),
        };
        let line = record.to_line(&origin, key);
        if line.len() > LONGEST_LINE {
            // No program would read it, nor any record after it.
            return Err(StoreError::Internal("a record too long to be read again"));
        }
        if self.ledger.signer_of(record) != key.map(SigningKey::verify_key) {
            return Err(StoreError::Internal("a record signed by another's key"));
        }
        // As everybody else will read it; the signature was made a moment ago.
        let leaf = leaf_of(&line);
        self.ledger.read_hashed(&line, leaf, Scrutiny::Quick)?;
        log::insert_record(&self.transaction, record.seq, &line)?;
        self.frontier.push(leaf);
        self.lines.push(line);
        Ok(())
    }

    fn write_rows(&self, draft: &Draft) -> Result<Vec<RowDigest>, StoreError> {
        let mut digests = Vec::with_capacity(draft.rows.len());
        for row in &draft.rows {
            row.put(&self.transaction)?;
            digests.push(RowDigest(row.key(), Some(row.digest())));
        }
        Ok(digests)
    }

    /// Stores the encrypted words, and once a session the key that they are encrypted under.
    fn write_details(
        &self,
        seq: RecordSeq,
        details: &Details,
        words_key: &DetailKey,
        moment: &mut Moment<'_>,
    ) -> Result<(Option<Digest>, Option<Digest>), StoreError> {
        let Some(vault) = self.ledger.vault.as_ref().map(|facts| facts.vault) else {
            return Ok((None, None));
        };
        if details.is_empty() {
            return Ok((None, None));
        }
        let place = details::place(vault, seq, words_key.session);
        let sealed = details.seal(&words_key.key, &place, moment.entropy)?;
        log::insert_details(&self.transaction, seq, &sealed)?;
        let mut key_digest = None;
        if !log::has_detail_key(&self.transaction, words_key.session)? {
            let (generation, readers) = self.log_readers()?;
            let place = details::key_place(vault, words_key.session);
            let file = recipient::wrap(&[&readers], &place, words_key.key.expose())?;
            let key = SealedDetailKey { generation, file };
            log::insert_detail_key(&self.transaction, words_key.session, &key)?;
            key_digest = Some(key.digest());
        }
        Ok((Some(Digest::of(&[&sealed])), key_digest))
    }

    /// Who is to read the words: whoever holds the newest key of the access log.
    fn log_readers(&self) -> Result<(Generation, Recipient), StoreError> {
        let kind = crate::collection::CollectionKind::AccessLog;
        let newest = self.ledger.built_in(kind).and_then(|id| {
            let (facts, _) = self.ledger.collection(id)?.newest()?;
            Some((facts.generation, facts.deposit.clone()))
        });
        newest.ok_or(StoreError::Internal("a vault without an access log"))
    }

    /// The head over all records, those of this act included: what [`Act::commit`] stores where no
    /// other record follows. The same head signed by the same key is the same text (RFC 8032).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn head(&self, key: &SigningKey) -> Result<String, StoreError> {
        let checkpoint = Checkpoint {
            origin: log::origin(&self.ledger)?,
            size: self.frontier.size(),
            root: self.frontier.root(),
        };
        Ok(checkpoint.sign(key))
    }

    /// Signs the new head, where the last record has a key that may, and commits. When this
    /// returns, the act is durable.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was changed then, but for [`StoreError::Uncertain`]: SQLite reports
    /// a folder that could not be synced, or a lock that could not be given back, when the act
    /// stands already.
    pub fn commit(self, key: Option<&SigningKey>) -> Result<Ledger, StoreError> {
        if !self.ledger.is_sound() {
            self.store.forget(&self.ledger);
            return Err(StoreError::Forgotten);
        }
        let signed_now = self.ledger.signed.filter(|(_, size)| {
            *size == self.ledger.size && *size == self.frontier.size() && !self.lines.is_empty()
        });
        let mut proven = None;
        if let Some((expected, _)) = signed_now {
            let key = key
                .filter(|key| key.verify_key() == expected)
                .ok_or(StoreError::Internal("a checkpoint signed by another's key"))?;
            let note = self.head(key)?;
            log::insert_checkpoint(&self.transaction, &self.frontier, &note)?;
            let head = Head {
                key: expected,
                origin: log::origin(&self.ledger)?,
                note,
                last: self.ledger.last,
            };
            proven = Some(Proven::signed(head, self.frontier.root()));
        }
        self.transaction
            .commit()
            .map_err(|error| match StoreError::from(error) {
                StoreError::Device => StoreError::Uncertain,
                certain => certain,
            })?;
        let store = self.store;
        store.proven.set(proven);
        if let (Some(memory), true) = (&store.memory, self.remembered) {
            let continued = self.continued.as_ref();
            memory.saw(&store.connection, &self.ledger, self.mark, continued);
            memory.keep(&self.ledger);
        }
        Ok(self.ledger)
    }
}

/// The origin that the first record gives the log.
fn record_origin(record: &Record) -> Result<String, StoreError> {
    use crate::audit::fact::Fact;
    let origin = record.facts.iter().find_map(|fact| match fact {
        Fact::Vault(vault) => Some(vault.origin()),
        _ => None,
    });
    origin.ok_or(StoreError::Internal("a first record without a vault"))
}
