//! Incidents: what somebody has to look into. Each has the number of the record that began it, is
//! decided, and is closed by somebody whom it does not concern.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::audit::actor::ObjectRef;
use crate::id::{PersonId, RecordSeq};
use crate::time::Timestamp;

/// What an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentKind {
    /// Somebody asked for an entry that is not theirs.
    RefusedAccess,
    /// Unlocks failed as often as the policy allows.
    FailedUnlocks,
    /// A foreign, retired or lost sheet was given in an opening.
    BadSheet,
    /// A sheet's bag was found open.
    BrokenSeal,
    /// A rehearsal found a key that does not open.
    FailedDrill,
    /// The envelope was opened.
    Opening,
    /// A log that lacks records seen before was accepted.
    Rollback,
    /// A copy of the log went a way of its own.
    Fork,
    /// Somebody may know what an entry holds (clause 2.3).
    Compromise,
    /// A device that could reach the vault is lost.
    Device,
    /// Anything else that somebody raised.
    Other,
}

impl IncidentKind {
    /// The name that is recorded and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RefusedAccess => "refused-access",
            Self::FailedUnlocks => "failed-unlocks",
            Self::BadSheet => "bad-sheet",
            Self::BrokenSeal => "broken-seal",
            Self::FailedDrill => "failed-drill",
            Self::Opening => "opening",
            Self::Rollback => "rollback",
            Self::Fork => "fork",
            Self::Compromise => "compromise",
            Self::Device => "device",
            Self::Other => "other",
        }
    }

    /// Whether somebody raises it by hand; the others follow from what happened.
    pub const fn is_raised(self) -> bool {
        matches!(self, Self::Compromise | Self::Device | Self::Other)
    }
}

impl fmt::Display for IncidentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the log says of an incident that was raised by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentFacts {
    /// What it is.
    pub kind: IncidentKind,
}

/// An incident, as the log knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What it is.
    pub kind: IncidentKind,
    /// Whom it concerns: who was refused, whose unlocks failed, who raised or accepted.
    pub person: Option<PersonId>,
    /// What it is about.
    pub object: Option<ObjectRef>,
    /// When it began.
    pub began: Timestamp,
    /// When the last of its records was made.
    pub latest: Timestamp,
    /// Its records, the first of which gives it its number.
    pub records: Vec<RecordSeq>,
    /// The record that decided it.
    pub decided: Option<RecordSeq>,
    /// The record that closed it.
    pub closed: Option<RecordSeq>,
    /// The record since which it keeps the words about its person and its entry.
    pub held: Option<RecordSeq>,
}

impl Incident {
    /// How many records belong to it.
    pub const fn count(&self) -> u64 {
        self.records.len() as u64
    }

    /// The last of its records.
    pub fn last(&self) -> Option<RecordSeq> {
        self.records.last().copied()
    }

    /// Whether a further event of this kind belongs to it: everything of one kind about one person
    /// and one thing is one incident until it is closed.
    pub fn goes_on(
        &self,
        kind: IncidentKind,
        person: Option<PersonId>,
        object: Option<&ObjectRef>,
    ) -> bool {
        let same = match kind {
            IncidentKind::RefusedAccess => self.person == person && self.object.as_ref() == object,
            IncidentKind::FailedUnlocks => self.person == person,
            _ => self.object.as_ref() == object,
        };
        self.closed.is_none() && self.kind == kind && !kind.is_raised() && same
    }

    /// The word for where it stands.
    pub const fn state(&self) -> &'static str {
        match (self.decided, self.closed) {
            (_, Some(_)) => "closed",
            (Some(_), None) => "decided",
            (None, None) => "open",
        }
    }
}
