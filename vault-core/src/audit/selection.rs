//! Which records an extract of the log holds.

use std::collections::BTreeSet;

use super::actor::ObjectRef;
use super::concern::Concern;
use super::ledger::Ledger;
use super::record::Record;
use crate::id::{EntryId, RecordSeq};

/// What a record has to be to be chosen: all of what is given here.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// It concerns this person.
    pub person: Option<Concern>,
    /// It is about this entry, or about an incident that is.
    pub entry: Option<EntryId>,
    /// It is one of these.
    pub records: Option<BTreeSet<RecordSeq>>,
}

impl Selection {
    /// Whether `record`, made on top of what the log said `before`, is chosen.
    pub fn takes(&self, record: &Record, before: &Ledger) -> bool {
        self.person.is_none_or(|whom| whom.is_of(record, before))
            && self
                .entry
                .is_none_or(|entry| is_about(record, entry, before))
            && self
                .records
                .as_ref()
                .is_none_or(|it| it.contains(&record.seq))
    }
}

fn is_about(record: &Record, entry: EntryId, before: &Ledger) -> bool {
    let entry = Some(ObjectRef::Entry(entry));
    match &record.object {
        Some(ObjectRef::Record(number)) => {
            let incident = before.incidents.get(number);
            incident.is_some_and(|incident| incident.object == entry)
        }
        object => *object == entry,
    }
}
