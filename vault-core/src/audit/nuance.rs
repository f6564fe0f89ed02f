//! What tells a record from others of its event: what was changed, where one event stands for several
//! changes.

use super::event::Event;
use super::fact::{CopyKind, Fact, WitnessStanding};
use super::record::Record;
use crate::person::CredentialChange;

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nuance {
    /// A witness was named.
    WitnessNamed,
    /// A witness was dropped.
    WitnessDropped,
    /// The envelope's rule was chosen.
    RuleChosen,
    /// Somebody was given access, or another one.
    AccessGiven,
    /// Somebody's access ended.
    AccessEnded,
    /// A copy for a kit was begun.
    KitBegun,
    /// A copy was read back.
    CopyMade,
    /// Words were erased, as somebody else had asked.
    WordsErased,
    /// A person chose another passphrase.
    PassphraseChanged,
    /// A person's passphrase costs more to try.
    PassphraseRaised,
    /// Somebody's access is to end, with a second person's word.
    AccessToEnd,
}

impl Nuance {
    /// That of `record`, where its event leaves something open.
    pub fn of(record: &Record) -> Option<Self> {
        match (record.event, record.facts.first()?) {
            (Event::PolicyChange, Fact::Witness(facts)) => Some(match facts.standing {
                WitnessStanding::Named => Self::WitnessNamed,
                WitnessStanding::Dropped => Self::WitnessDropped,
            }),
            (Event::PolicyChange, Fact::Rule(_)) => Some(Self::RuleChosen),
            (Event::CollectionChange, Fact::Membership(facts)) => Some(match facts.permission {
                Some(_) => Self::AccessGiven,
                None => Self::AccessEnded,
            }),
            (Event::VaultBackup, Fact::Copy(CopyKind::Kit)) => Some(Self::KitBegun),
            (Event::VaultBackup, Fact::Copied(_)) => Some(Self::CopyMade),
            (Event::AccessApprove, _) => {
                let erased = |fact: &Fact| matches!(fact, Fact::Forgotten(_));
                record.facts.iter().any(erased).then_some(Self::WordsErased)
            }
            (Event::PersonChangeCredential, Fact::Credential(change)) => Some(match change {
                CredentialChange::Passphrase => Self::PassphraseChanged,
                CredentialChange::Cost => Self::PassphraseRaised,
            }),
            (Event::CollectionChange, Fact::Withdrawal(_)) => Some(Self::AccessToEnd),
            _ => None,
        }
    }
}
