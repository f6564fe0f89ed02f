//! What stands in the log and waits for a second person's word.

use serde::{Deserialize, Serialize};

use super::fact::{ForgetFacts, RollbackFacts};
use crate::collection::WithdrawalFacts;
use crate::id::{Epoch, PersonId, RecordSeq};
use crate::time::Timestamp;

/// Something that a second person has to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unconfirmed {
    /// A person's enrolment; their inviter cannot confirm it.
    Enrolment {
        /// Who enrolled.
        person: PersonId,
        /// Who invited them.
        inviter: Option<PersonId>,
    },
    /// An epoch's seal.
    Seal {
        /// Which epoch.
        epoch: Epoch,
        /// Who sealed it.
        sealer: PersonId,
    },
    /// That a log was accepted which lacks records seen before.
    Rollback {
        /// The head that is lost.
        lost: RollbackFacts,
        /// Who accepted it.
        by: PersonId,
    },
    /// That somebody who reviews the access log is to read it no more. It takes effect with the
    /// second person's word.
    Membership {
        /// Of the access log, and whose.
        whose: WithdrawalFacts,
        /// Who asked for it.
        by: PersonId,
    },
    /// That words are to be erased: nothing is before a second person has approved it.
    Forgetting {
        /// Who asks for it.
        by: PersonId,
        /// When, by the clock of their computer.
        at: Timestamp,
        /// Which words.
        asked: ForgetFacts,
    },
    /// That an opened envelope made somebody a person while others were there who count. The rule
    /// was met, by whoever had the paper: one of those others says that it was right.
    Takeover {
        /// Who took over.
        person: PersonId,
        /// The opening's first record.
        opening: RecordSeq,
    },
}

impl Unconfirmed {
    /// Whether `person` is a party to it and so cannot confirm it.
    pub fn concerns(&self, person: PersonId) -> bool {
        match self {
            Self::Enrolment {
                person: enrolled,
                inviter,
            } => *enrolled == person || *inviter == Some(person),
            Self::Seal { sealer: by, .. }
            | Self::Rollback { by, .. }
            | Self::Membership { by, .. }
            | Self::Forgetting { by, .. }
            | Self::Takeover { person: by, .. } => *by == person,
        }
    }

    /// The stable name in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Enrolment { .. } => "enrolment",
            Self::Seal { .. } => "seal",
            Self::Rollback { .. } => "rollback",
            Self::Membership { .. } => "membership",
            Self::Forgetting { .. } => "forgetting",
            Self::Takeover { .. } => "takeover",
        }
    }

    /// Who counts as a second person only once it is confirmed.
    pub const fn admits(&self) -> Option<PersonId> {
        match self {
            Self::Enrolment { person, .. } | Self::Takeover { person, .. } => Some(*person),
            Self::Seal { .. }
            | Self::Rollback { .. }
            | Self::Membership { .. }
            | Self::Forgetting { .. } => None,
        }
    }
}
