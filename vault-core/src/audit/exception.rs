//! What a reviewer looks at first.

use super::event::{Event, Outcome};
use super::record::{Actor, Record};

/// Why a record stands among the exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// Something was refused.
    Refused,
    /// An unlock, or something that was begun, failed.
    Failed,
    /// It belongs to an opening of the envelope.
    Opening,
    /// It belongs to an incident.
    Incident,
    /// The file was replaced by an older one, or such a one was accepted, or a copy of it went a
    /// way of its own.
    Rollback,
}

impl Exception {
    /// Why `record` is one, if it is.
    pub const fn of(record: &Record) -> Option<Self> {
        match (record.outcome, record.event, &record.actor) {
            (Outcome::Denied, ..) => Some(Self::Refused),
            (Outcome::Failed, ..) => Some(Self::Failed),
            (
                _,
                Event::EnvelopeOpen
                | Event::EnvelopeSheet
                | Event::EnvelopeTakeover
                | Event::EnvelopeClose
                | Event::EnvelopeClassify
                | Event::LogMerge,
                _,
            )
            | (.., Actor::Sheet(_) | Actor::Escrow(_)) => Some(Self::Opening),
            (_, Event::IncidentRaise | Event::IncidentDecide | Event::IncidentClose, _) => {
                Some(Self::Incident)
            }
            (_, Event::VaultRestore | Event::LogAcceptRollback | Event::LogFork, _) => {
                Some(Self::Rollback)
            }
            _ => None,
        }
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Opening => "opening",
            Self::Incident => "incident",
            Self::Rollback => "rollback",
        }
    }
}
