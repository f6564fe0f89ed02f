//! Erasing words: the only deletion that there is. What was erased is on record in the same act.

use rusqlite::OptionalExtension;
use rusqlite::limits::Limit;

use super::act::{Act, DetailKey, Moment};
use super::draft::{Draft, Signer};
use super::{Store, StoreError};
use crate::audit::actor::ObjectRef;
use crate::audit::event::Event;
use crate::audit::fact::{Fact, ForgottenFacts};
use crate::audit::retention::Erasure;
use crate::id::RecordSeq;

impl Act<'_> {
    /// Erases words, with the keys of sessions that have no others, and records it as the approval of
    /// the request for it.
    ///
    /// # Errors
    /// [`StoreError`]; an erasure to which the signer is not entitled is refused here too.
    pub fn erase(
        &mut self,
        what: &Erasure,
        (request, facts): (RecordSeq, ForgottenFacts),
        signer: &Signer<'_>,
        words_key: &DetailKey,
        moment: &mut Moment<'_>,
    ) -> Result<RecordSeq, StoreError> {
        let mut records = 0;
        let sql = "DELETE FROM detail WHERE seq = ?";
        for seq in &what.records {
            let seq = super::log::sqlite_integer(seq.get())?;
            let gone = self.transaction.prepare_cached(sql)?.execute([seq])?;
            records += u64::from(gone > 0);
        }
        let sql = "DELETE FROM detail_key WHERE session = ?";
        for session in &what.sessions {
            let mut statement = self.transaction.prepare_cached(sql)?;
            statement.execute([session.as_bytes()])?;
        }
        let facts = ForgottenFacts { records, ..facts };
        let draft = Draft::new(Event::AccessApprove)
            .object(ObjectRef::Record(request))
            .under(request)
            .fact(Fact::Confirmed(request))
            .fact(Fact::Forgotten(facts));
        self.record(draft, signer, words_key, moment)
    }
}

impl Store {
    /// Whether a record has words.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn has_words(&self, seq: RecordSeq) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM detail WHERE seq = ?";
        let mut statement = self.connection().prepare_cached(sql)?;
        let seq = super::log::sqlite_integer(seq.get())?;
        let row: Option<i64> = statement.query_row([seq], |row| row.get(0)).optional()?;
        Ok(row.is_some())
    }

    /// Writes the file anew, without what erased rows left in it. It takes as much room again while
    /// it lasts.
    ///
    /// # Errors
    /// [`StoreError`]; the file holds what it held then.
    pub fn rebuild(&self) -> Result<(), StoreError> {
        let connection = self.connection();
        // SQLite attaches the new file while it writes it; nothing else is ever attached.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
        let rebuilt = connection.execute_batch("VACUUM");
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        Ok(rebuilt?)
    }
}
