//! Tries to unlock that have no record yet: one row for each person of whom there are any, outside
//! the log. Nobody could sign one that ends before it has an answer.

use std::time::Duration;

use rusqlite::{OptionalExtension, Row};

use super::act::Act;
use super::{Store, StoreError};
use crate::access::attempts::{AttemptId, AttemptStart, Attempts, Failures, Running};
use crate::audit::event::Outcome;
use crate::audit::ledger::Ledger;
use crate::audit::unrecorded::UnrecordedFacts;
use crate::id::PersonId;
use crate::time::Timestamp;

/// How often a try that finds no room asks again, and how long it waits between: a minute in all,
/// by which those that were cut off have lost their places.
const TRIES: u32 = 600;
const BETWEEN: Duration = Duration::from_millis(100);

/// A try in `running` or `excused`: its id, and the seconds since 1970 when it began.
const WIDTH: usize = 16 + 8;

/// Whose try it is, and what it is known by.
#[derive(Clone, Copy)]
pub struct Attempt {
    /// For whom; `None` for a name that nobody has.
    pub person: Option<PersonId>,
    /// What it is known by.
    pub id: AttemptId,
}

impl Store {
    /// Puts a try down before anything is derived for it, durably, or says why it may not begin. It
    /// waits while as many are running as may still fail.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Busy`] where none of those ended in time.
    pub fn begin_attempt(
        &mut self,
        ledger: &mut Ledger,
        attempt: Attempt,
        now: &dyn Fn() -> Timestamp,
    ) -> Result<AttemptStart, StoreError> {
        for _ in 0..TRIES {
            let act = self.begin(std::mem::take(ledger))?;
            let mut attempts = act.attempts(attempt.person)?;
            let failures = failures_of(act.ledger(), attempt.person);
            let before = attempts.clone();
            let start = attempts.begin(attempt.id, failures, &act.ledger().policy, now());
            if attempts != before {
                act.put_attempts(attempt.person, &attempts)?;
            }
            *ledger = act.commit(None).map_err(|error| match error {
                // Whether it is down or not, nothing was done: it is begun again.
                StoreError::Uncertain => StoreError::Device,
                other => other,
            })?;
            if start != AttemptStart::Full {
                return Ok(start);
            }
            std::thread::sleep(BETWEEN);
        }
        Err(StoreError::Busy)
    }
}

impl Act<'_> {
    /// Ends a try as part of the act, whose record is to say what left none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn end_attempt(
        &self,
        attempt: Attempt,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Option<UnrecordedFacts>, StoreError> {
        let mut attempts = self.attempts(attempt.person)?;
        let unrecorded = attempts.end(attempt.id, outcome, now);
        self.put_attempts(attempt.person, &attempts)?;
        Ok(unrecorded)
    }

    /// Ends a try as part of the act, whose record has no room for what left none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn leave_attempt(&self, attempt: Attempt) -> Result<(), StoreError> {
        let mut attempts = self.attempts(attempt.person)?;
        attempts.leave(attempt.id);
        self.put_attempts(attempt.person, &attempts)
    }

    fn attempts(&self, person: Option<PersonId>) -> Result<Attempts, StoreError> {
        let sql = "SELECT running, excused, cut_off, paused FROM attempt WHERE person = ?";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_row([key(person)], |row| Ok(read(row)));
        match found.optional()? {
            Some(attempts) => attempts,
            None => Ok(Attempts::default()),
        }
    }

    fn put_attempts(&self, person: Option<PersonId>, all: &Attempts) -> Result<(), StoreError> {
        if all.is_empty() {
            let sql = "DELETE FROM attempt WHERE person = ?";
            self.transaction
                .prepare_cached(sql)?
                .execute([key(person)])?;
            return Ok(());
        }
        let UnrecordedFacts { cut_off, paused } = all.unrecorded;
        let (running, excused) = (bytes_of(&all.running), bytes_of(&all.excused));
        let sql = "INSERT OR REPLACE INTO attempt (person, running, excused, cut_off, paused) \
                   VALUES (?, ?, ?, ?, ?)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.execute((key(person), running, excused, cut_off, paused))?;
        Ok(())
    }
}

/// Failed unlocks in a row by the log, which knows none of a name that nobody has.
fn failures_of(ledger: &Ledger, person: Option<PersonId>) -> Failures {
    let known = person.and_then(|person| ledger.person(person));
    known.map_or((0, None), |known| (known.failures, known.last_failure))
}

/// The row of a person; that of names which nobody has is empty.
fn key(person: Option<PersonId>) -> Vec<u8> {
    person.map_or_else(Vec::new, |person| person.as_bytes().to_vec())
}

fn bytes_of(tries: &[Running]) -> Vec<u8> {
    let each = tries
        .iter()
        .map(|(id, begun)| [&id[..], &begun.unix().to_be_bytes()].concat());
    each.collect::<Vec<_>>().concat()
}

fn read(row: &Row<'_>) -> Result<Attempts, StoreError> {
    Ok(Attempts {
        running: parsed(&row.get::<_, Vec<u8>>(0)?)?,
        excused: parsed(&row.get::<_, Vec<u8>>(1)?)?,
        unrecorded: UnrecordedFacts {
            cut_off: row.get(2)?,
            paused: row.get(3)?,
        },
    })
}

fn parsed(bytes: &[u8]) -> Result<Vec<Running>, StoreError> {
    let (tries, rest) = bytes.as_chunks::<WIDTH>();
    if !rest.is_empty() {
        return Err(StoreError::Damaged);
    }
    tries.iter().map(running).collect()
}

fn running(bytes: &[u8; WIDTH]) -> Result<Running, StoreError> {
    let (mut id, mut begun) = ([0; 16], [0; 8]);
    id.copy_from_slice(&bytes[..16]);
    begun.copy_from_slice(&bytes[16..]);
    let begun = Timestamp::from_unix(i64::from_be_bytes(begun));
    Ok((id, begun.map_err(|_| StoreError::Damaged)?))
}
