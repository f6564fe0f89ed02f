//! On whose leave something was shown: what a report calls "approved by".

use std::collections::BTreeMap;

use super::memberships::Memberships;
use super::names::Names;
use super::table::Cell;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::event::{Event, Outcome};
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;
use crate::id::{RecordSeq, Serial};
use crate::report::mark::Mark;

/// What an access rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    /// A membership, by the record that gave it.
    Given(Mark),
    /// The rule of the envelope, met by these sheets.
    Sheets(Vec<Serial>),
}

/// What each access rests on.
#[derive(Debug, Default)]
pub struct Leaves(BTreeMap<RecordSeq, Leave>);

impl Leaves {
    /// Takes the next record, with what the log said and who was a member before it.
    pub fn take(&mut self, record: &Record, before: &Ledger, members: &Memberships) {
        if record.event != Event::SecretReveal || record.outcome != Outcome::Ok {
            return;
        }
        let leave = match (&record.actor, &record.object) {
            (Actor::Person(person), Some(ObjectRef::Entry(entry))) => {
                let collection = before.collection_of(*entry);
                let held = collection.and_then(|it| members.standing(it, *person));
                held.map(|held| Leave::Given(held.from.clone()))
            }
            (Actor::Escrow(_), _) => {
                let run = before.envelope.runs.get(&record.session);
                run.map(|run| Leave::Sheets(run.sheets.iter().cloned().collect()))
            }
            _ => None,
        };
        self.0.extend(leave.map(|leave| (record.seq, leave)));
    }

    /// What a record rests on, with names.
    pub fn cell(&self, record: RecordSeq, names: &Names) -> Cell {
        match self.0.get(&record) {
            None => Cell::Nothing,
            Some(Leave::Given(mark)) => names.by(mark),
            Some(Leave::Sheets(serials)) => {
                Cell::Texts(serials.iter().map(ToString::to_string).collect())
            }
        }
    }
}
