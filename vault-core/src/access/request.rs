//! What is asked for, and by whom.

use crate::collection::{CollectionKind, Permission, WithdrawalFacts};
use crate::crypto::digest::Digest;
use crate::emergency::Holder;
use crate::id::{CollectionId, EntryId, PersonId, RecordSeq, Serial, SessionId};
use crate::person::Role;
use crate::time::day::Day;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester {
    /// A person who has unlocked the vault.
    Person(PersonId),
    /// An opened envelope, in the run with this session.
    Opening(SessionId),
}

/// What somebody asks to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Unlock the vault and see the catalogue of one's collections.
    Unlock,
    /// Change how somebody unlocks the vault.
    ChangeCredential(PersonId),
    /// Read the access log's records.
    ReadLog,
    /// Read their words too, which what is asked for is made of.
    ReadWords,
    /// Invite somebody with this role.
    Invite(Role),
    /// Make a collection of this kind.
    MakeCollection(CollectionKind),
    /// Give somebody a membership, or end it.
    Grant {
        /// Of which collection.
        collection: CollectionId,
        /// To whom.
        person: PersonId,
        /// What; `None` ends the membership.
        permission: Option<Permission>,
    },
    /// Ask for the end of a membership that takes a second person's word.
    Withdraw(WithdrawalFacts),
    /// Wrap a collection's key to a reader who is entitled to it and lacks it.
    Wrap(CollectionId),
    /// Give a collection a new generation.
    Renew(CollectionId),
    /// Put a new entry into a collection.
    Add(CollectionId),
    /// Bring another program's entries into a collection.
    Import(CollectionId),
    /// Reveal what an entry holds.
    Reveal(EntryId),
    /// Propose, confirm or drop a new password.
    Rotate(EntryId),
    /// Retire an entry.
    Retire(EntryId),
    /// Use a retired entry again.
    Restore(EntryId),
    /// Choose the envelope's rule.
    ChooseRule,
    /// Make a holder's sheet.
    IssueSheet(Holder),
    /// Seal the envelope.
    Seal,
    /// List the titles that an opened envelope reaches.
    ListOpened,
    /// End an opening.
    CloseOpening,
    /// Say what was done after the opening with this first record.
    FollowUp(RecordSeq),
    /// Say what an opening was.
    Classify {
        /// The opening's first record.
        opening: RecordSeq,
        /// The login tag of whoever says so.
        tag: Digest,
    },
    /// Report a sheet lost.
    ReportLost(Serial),
    /// Say what one found of a sheet.
    LookAt {
        /// Which.
        sheet: Serial,
        /// The run in which it proved itself, where that is what is said.
        proved_in: Option<SessionId>,
    },
    /// Rehearse an opening with the sheets that proved themselves in a run.
    Rehearse(SessionId),
    /// Become, or make somebody, a person with this role by an opened envelope.
    TakeOver(Role),
    /// Confirm an earlier record.
    Approve(RecordSeq),
    /// Raise an incident, about an entry where one is named.
    RaiseIncident(Option<EntryId>),
    /// Say what the incident with this number was and what follows from it.
    DecideIncident(RecordSeq),
    /// Close the incident with this number.
    CloseIncident(RecordSeq),
    /// Write the log out for somebody else.
    ExportLog,
    /// Put on record that one verified the log.
    VerifyLog,
    /// Make a copy of the vault, or put one in the place of the file.
    CopyVault,
    /// Accept a log that lacks records seen before.
    AcceptRollback,
    /// Keep words for the incident with this number beyond their time, or no longer.
    HoldIncident(RecordSeq),
    /// Ask for words to be erased.
    Forget {
        /// Those of daily work that are older than this day.
        ordinary: Day,
        /// The others that are older than this day.
        long: Day,
        /// The day on which that is asked.
        today: Day,
    },
    /// Bring in what a copy of the vault recorded of an opening.
    MergeOpening,
    /// Name a witness, or drop one.
    NameWitness,
    /// Take in a witness's word for a head of the log.
    Anchor,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub by: Requester,
    /// For what.
    pub act: Act,
}

impl Request {
    /// A person's request.
    pub const fn person(person: PersonId, act: Act) -> Self {
        Self {
            by: Requester::Person(person),
            act,
        }
    }
}
