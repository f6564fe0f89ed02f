//! What a log tells of people, paper and passwords over time, read once for every report.

use super::changes::Changes;
use super::envelopes::Envelopes;
use super::leave::Leaves;
use super::memberships::Memberships;
use crate::audit::in_period::Claims;
use crate::audit::ledger::Ledger;
use crate::audit::record::Record;

/// The stories, as far as the records were read.
#[derive(Debug, Default)]
pub struct Story {
    /// Who could do what.
    pub memberships: Memberships,
    /// The envelope's.
    pub envelopes: Envelopes,
    /// The passwords'.
    pub changes: Changes,
    /// What each access rests on.
    pub leaves: Leaves,
    /// When each record says that it was made.
    pub claims: Claims,
}

impl Story {
    /// Takes the next record, with what the log said before it.
    pub fn take(&mut self, record: &Record, before: &Ledger) {
        self.leaves.take(record, before, &self.memberships);
        self.memberships.take(record);
        self.envelopes.take(record, before);
        self.changes.take(record, before);
        self.claims.take(record);
    }
}
