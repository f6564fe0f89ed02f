//! A record before it has a place in the log.

use super::rows::AnyRow;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome, Step};
use crate::audit::fact::Fact;
use crate::audit::unrecorded::UnrecordedFacts;
use crate::collection::Permission;
use crate::crypto::signature::SigningKey;
use crate::id::{PersonId, RecordSeq, Version};
use crate::person::Role;

/// Everything of a record but its number, its time, its predecessor and its digests, and the
/// rows that it writes.
pub struct Draft {
    pub(super) event: Event,
    pub(super) step: Option<Step>,
    pub(super) outcome: Outcome,
    pub(super) subject: Option<PersonId>,
    pub(super) object: Option<ObjectRef>,
    pub(super) version: Option<Version>,
    pub(super) permission: Option<Permission>,
    pub(super) under: Option<RecordSeq>,
    pub(super) facts: Vec<Fact>,
    pub(super) rows: Vec<AnyRow>,
    pub(super) words: Vec<(Word, String)>,
}

impl Draft {
    /// Something that was done.
    pub const fn new(event: Event) -> Self {
        Self {
            event,
            step: None,
            outcome: Outcome::Ok,
            subject: None,
            object: None,
            version: None,
            permission: None,
            under: None,
            facts: Vec::new(),
            rows: Vec::new(),
            words: Vec::new(),
        }
    }

    /// Which step of it.
    #[must_use]
    pub const fn step(mut self, step: Step) -> Self {
        self.step = Some(step);
        self
    }

    /// How it ended, where it was not done: what it would have said, written and stepped to is no
    /// part of it then.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        if outcome != Outcome::Ok {
            self.step = None;
            self.facts.clear();
            self.rows.clear();
        }
        self.outcome = outcome;
        self
    }

    /// The person whom it concerns.
    #[must_use]
    pub const fn subject(mut self, person: PersonId) -> Self {
        self.subject = Some(person);
        self
    }

    /// The thing that it concerns.
    #[must_use]
    pub fn object(mut self, object: ObjectRef) -> Self {
        self.object = Some(object);
        self
    }

    /// The version of that thing.
    #[must_use]
    pub const fn version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// The permission that was used.
    #[must_use]
    pub const fn permission(mut self, permission: Option<Permission>) -> Self {
        self.permission = permission;
        self
    }

    /// The record that it rests on.
    #[must_use]
    pub const fn under(mut self, seq: RecordSeq) -> Self {
        self.under = Some(seq);
        self
    }

    /// Something that it establishes.
    #[must_use]
    pub fn fact(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    /// Tries to unlock that left no record of their own.
    #[must_use]
    pub fn unrecorded(self, tries: Option<UnrecordedFacts>) -> Self {
        tries
            .map(Fact::Unrecorded)
            .into_iter()
            .fold(self, Self::fact)
    }

    /// A row that it writes.
    #[must_use]
    pub fn row(mut self, row: impl Into<AnyRow>) -> Self {
        self.rows.push(row.into());
        self
    }

    /// Rows that it writes.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = AnyRow>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// A word for those who review the log.
    #[must_use]
    pub fn word(mut self, word: Word, text: &str) -> Self {
        if !text.is_empty() {
            self.words.push((word, text.to_owned()));
        }
        self
    }
}

/// Who acts, and with which key.
pub struct Signer<'a> {
    /// Who.
    pub actor: Actor,
    /// In which role, where it is a person.
    pub role: Option<Role>,
    /// The key; `None` where nobody could sign.
    pub key: Option<&'a SigningKey>,
}

impl Signer<'_> {
    /// Nobody who could sign.
    pub const NOBODY: Self = Self {
        actor: Actor::Nobody,
        role: None,
        key: None,
    };
}
