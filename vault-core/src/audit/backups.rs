//! When the vault was last copied, as far as the log knows. A backup is on record before it is
//! made, and counts once a second record says that it was read back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{Event, Outcome};
use super::fact::{CopyKind, Fact};
use super::record::Record;
use crate::id::{RecordSeq, SessionId};
use crate::time::Timestamp;

/// The mark of a copy: what a file says of itself. Nobody signs it, and whoever has the file can
/// change it: messages and reminders follow it, and nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What it was made for.
    pub kind: CopyKind,
    /// The last record that it had when it was made; of backups and kits, the record of them.
    pub record: RecordSeq,
}

/// A backup that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastBackup {
    /// The record of it, which is the last one in the copy.
    pub record: RecordSeq,
    /// When that was.
    pub time: Timestamp,
    /// What it is for.
    pub kind: CopyKind,
}

/// The backups that were read back, and those that were begun and neither read back nor given up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backups {
    last: Option<LastBackup>,
    last_kit: Option<LastBackup>,
    begun: BTreeMap<SessionId, LastBackup>,
}

impl Backups {
    /// The last one that was read back, a kit's among them.
    pub const fn last(&self) -> Option<LastBackup> {
        self.last
    }

    /// The last one of a kit.
    pub const fn last_kit(&self) -> Option<LastBackup> {
        self.last_kit
    }

    /// The one that this session has begun and not finished.
    pub fn begun(&self, session: SessionId) -> Option<LastBackup> {
        self.begun.get(&session).copied()
    }

    /// Takes over what a record says of backups.
    pub(super) fn take(&mut self, record: &Record) {
        if record.event != Event::VaultBackup {
            return;
        }
        match (record.outcome, record.facts.first()) {
            (Outcome::Ok, Some(Fact::Copy(kind))) => {
                let begun = LastBackup {
                    record: record.seq,
                    time: record.time,
                    kind: *kind,
                };
                self.begun.insert(record.session, begun);
            }
            (Outcome::Ok, Some(Fact::Copied(_))) => {
                let made = self.begun.remove(&record.session);
                self.last = later(self.last, made);
                let kit = made.filter(|made| made.kind == CopyKind::Kit);
                self.last_kit = later(self.last_kit, kit);
            }
            (Outcome::Failed, _) => {
                self.begun.remove(&record.session);
            }
            _ => {}
        }
    }
}

/// Two that were begun at once may be finished in any order.
fn later(one: Option<LastBackup>, other: Option<LastBackup>) -> Option<LastBackup> {
    let both = [one, other].into_iter().flatten();
    both.max_by_key(|backup| backup.record)
}
