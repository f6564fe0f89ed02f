//! When the vault was last copied, as far as the log knows. A backup is on record before it is
//! made; where it then fails, a second record takes the first back.

use serde::{Deserialize, Serialize};

use super::event::{Event, Outcome};
use super::fact::Fact;
use super::record::Record;
use crate::id::{RecordSeq, SessionId};
use crate::time::Timestamp;

/// What a copy of the vault was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CopyKind {
    /// To be put back when the vault is lost.
    Backup,
    /// To be opened with sheets, from a stick.
    Kit,
    /// To be opened at once, because the vault could not be written where it stands.
    Opening,
}

impl CopyKind {
    const ALL: [Self; 3] = [Self::Backup, Self::Kit, Self::Opening];

    /// The word for it in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Kit => "kit",
            Self::Opening => "opening",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether making one is on record. What is copied for an opening cannot be written.
    pub const fn is_recorded(self) -> bool {
        !matches!(self, Self::Opening)
    }
}

/// A backup that was begun, and not reported as failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastBackup {
    /// The record of it, which is the last one in the copy.
    pub record: RecordSeq,
    /// When that was.
    pub time: Timestamp,
    /// What it is for.
    pub kind: CopyKind,
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
        match (record.event, record.outcome, record.facts.first()) {
            (Event::VaultBackup, Outcome::Ok, Some(Fact::Copy(kind))) => {
                self.before = self.last;
                self.last = Some(LastBackup {
                    record: record.seq,
                    time: record.time,
                    kind: *kind,
                    session,
                });
            }
            (Event::VaultBackup, Outcome::Failed, _) if self.last.as_ref().is_some_and(failed) => {
                self.last = self.before.take();
            }
            (Event::VaultBackup, Outcome::Failed, _)
                if self.before.as_ref().is_some_and(failed) =>
            {
                self.before = None;
            }
            _ => {}
        }
    }
}
