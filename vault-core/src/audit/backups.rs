//! When the vault was last copied, as far as the log knows. A backup is on record before it is
//! made; where it then fails, a second record takes the first back.

use serde::{Deserialize, Serialize};

use super::event::{Event, Outcome};
use super::record::Record;
use crate::id::{RecordSeq, SessionId};
use crate::time::Timestamp;

/// A backup that was begun, and not reported as failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastBackup {
    /// The record of it.
    pub record: RecordSeq,
    /// When that was.
    pub time: Timestamp,
    session: SessionId,
}

/// The last backup, and the one before it, which stands where the last one failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backups {
    last: Option<LastBackup>,
    before: Option<LastBackup>,
}

impl Backups {
    /// The last one.
    pub const fn last(&self) -> Option<LastBackup> {
        self.last
    }

    /// Takes over what a record says of backups.
    pub(super) fn take(&mut self, record: &Record) {
        let session = record.session;
        let failed = |backup: &LastBackup| backup.session == session;
        match (record.event, record.outcome) {
            (Event::VaultBackup, Outcome::Ok) => {
                self.before = self.last;
                self.last = Some(LastBackup {
                    record: record.seq,
                    time: record.time,
                    session,
                });
            }
            (Event::VaultBackup, Outcome::Failed) if self.last.as_ref().is_some_and(failed) => {
                self.last = self.before.take();
            }
            (Event::VaultBackup, Outcome::Failed) if self.before.as_ref().is_some_and(failed) => {
                self.before = None;
            }
            _ => {}
        }
    }
}
