//! What stays to be done after an opening, and does not keep the envelope open: members told, a
//! minute made, the use classified by somebody else than the opener.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::duty::Duty;
use crate::crypto::digest::Digest;
use crate::id::{PersonId, RecordSeq};

/// What an opening turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// There was an emergency.
    Emergency,
    /// It was rehearsed.
    Drill,
    /// It ought not to have been opened.
    Misuse,
}

impl Use {
    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Drill => "drill",
            Self::Misuse => "misuse",
        }
    }
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What somebody says was done after an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// The members were told.
    Notice,
    /// It stands in the minutes.
    Minute,
}

impl Done {
    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Minute => "minute",
        }
    }
}

/// What the log says of whoever asked for an opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenerFacts {
    /// The login tag of the name that they gave.
    pub tag: Digest,
    /// Who bears that name in the vault, where anybody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// How many watched besides them, each counted once.
    pub witnesses: u64,
}

/// What the log says of a use of the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseFacts {
    /// What it was.
    pub class: Use,
    /// The login tag of whoever says so.
    pub tag: Digest,
}

/// What is left to do after an opening.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The login tags of those who opened.
    pub openers: BTreeSet<Digest>,
    /// Those of them who are people of the vault.
    pub people: BTreeSet<PersonId>,
    /// Whose sheets were used.
    pub keepers: BTreeSet<PersonId>,
    /// Whether the members were told.
    pub told: bool,
    /// Whether it stands in the minutes.
    pub minuted: bool,
    /// What it turned out to be.
    pub class: Option<Use>,
}

impl FollowUp {
    /// Takes over who took part in a run: its opener, and the people `whose` sheets it used.
    pub(crate) fn take_part(
        &mut self,
        opener: Option<&OpenerFacts>,
        whose: impl Iterator<Item = PersonId>,
    ) {
        self.openers.extend(opener.map(|opener| opener.tag));
        self.people.extend(opener.and_then(|opener| opener.person));
        self.keepers.extend(whose);
    }

    /// Whether this person opened, by the name that was given.
    pub fn is_opener(&self, person: PersonId, tag: &Digest) -> bool {
        self.people.contains(&person) || self.openers.contains(tag)
    }

    /// Whether this person took part, whatever name was given: they opened, or their sheet was used.
    pub fn took_part(&self, person: PersonId) -> bool {
        self.people.contains(&person) || self.keepers.contains(&person)
    }

    /// What is left of it, for the opening with this first record.
    pub fn duties(&self, opening: RecordSeq) -> impl Iterator<Item = Duty> {
        let left = [
            (!self.told, Duty::TellMembers(opening)),
            (!self.minuted, Duty::Minute(opening)),
            (self.class.is_none(), Duty::Classify(opening)),
        ];
        left.into_iter().filter(|(is, _)| *is).map(|(_, duty)| duty)
    }

    /// Whether this was done.
    pub const fn has(&self, done: Done) -> bool {
        match done {
            Done::Notice => self.told,
            Done::Minute => self.minuted,
        }
    }

    /// Whether nothing is left of it.
    pub const fn is_done(&self) -> bool {
        self.told && self.minuted && self.class.is_some()
    }
}
