//! Rows and columns, without formatting and without words for people: a surface puts these in.

use crate::audit::event::{Event, Outcome, Step};
use crate::audit::exception::Exception;
use crate::audit::nuance::Nuance;
use crate::collection::{CollectionKind, Permission};
use crate::emergency::Rule;
use crate::emergency::follow_up::{Done, Use};
use crate::emergency::inspection::Found;
use crate::emergency::register::SheetStanding;
use crate::entry::{EntryKind, EntryState};
use crate::id::RecordSeq;
use crate::incident::IncidentKind;
use crate::person::{Role, Standing};
use crate::time::Timestamp;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name, for programs.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

names! {
    /// Which table.
    TableId {
        /// How many records are exceptions, for each reason.
        Reasons = "reasons",
        /// How many records there are, for each event.
        Events = "events",
        /// What each person did, in numbers.
        People = "people",
        /// How often each collection was used.
        CollectionsUsed = "collections_used",
        /// What each collection is.
        Collections = "collections",
        /// The sheets of the envelope.
        Sheets = "sheets",
        /// Its epochs.
        Seals = "seals",
        /// Its openings.
        Openings = "openings",
        /// Its rehearsals.
        Drills = "drills",
        /// Whose access ended, and what was changed since.
        Leavers = "leavers",
        /// Every exception.
        Exceptions = "exceptions",
        /// Every access.
        Accesses = "accesses",
        /// Who may do what with which collection.
        Members = "members",
        /// What is kept.
        Entries = "entries",
        /// What somebody has to look into.
        Incidents = "incidents",
        /// A person.
        Person = "person",
        /// What a person could do, over time.
        Memberships = "memberships",
        /// What a person did.
        Did = "did",
        /// What was done about a person.
        Concerning = "concerning",
        /// Every record.
        Records = "records",
    }
}

names! {
    /// What stands in a column.
    Column {
        /// A record's number.
        Record = "record",
        /// The numbers of several.
        RecordList = "records",
        /// When.
        Time = "time",
        /// What happened; programs are given its step too.
        Event = "event",
        /// How it ended.
        Outcome = "outcome",
        /// Who acted; in a list of people, who.
        Who = "who",
        /// In which role.
        Role = "role",
        /// What it is about.
        What = "what",
        /// Whom it concerns.
        Whom = "whom",
        /// Which part of it.
        Field = "field",
        /// Why, and the other words; programs are given them apart.
        Why = "reason",
        /// On whose leave.
        ApprovedBy = "approved_by",
        /// Why it is an exception.
        Noted = "noted",
        /// Why something is an exception.
        Reason = "exception",
        /// How many.
        Count = "count",
        /// How many were done.
        Done = "done",
        /// How many were refused.
        Refused = "refused",
        /// How many failed.
        Failed = "failed",
        /// How many times something was shown.
        Shown = "shown",
        /// How many things were changed.
        Changes = "changes",
        /// How many exceptions.
        Exceptions = "exceptions",
        /// A collection.
        Collection = "collection",
        /// Of which kind.
        Kind = "kind",
        /// How many entries.
        Entries = "entries",
        /// How many members.
        Members = "members",
        /// Which different entries were shown, as a number.
        EntriesShown = "entries_shown",
        /// What a member may do.
        Permission = "permission",
        /// Since when.
        Since = "since",
        /// Until when.
        Until = "until",
        /// By whom.
        By = "by",
        /// What the envelope has of it.
        Envelope = "envelope",
        /// A sheet's serial.
        Serial = "serial",
        /// Who keeps it.
        Holder = "holder",
        /// When it was made.
        Issued = "issued",
        /// In which epochs it is.
        SealedIn = "sealed_in",
        /// When it was used.
        Used = "used",
        /// When it was reported lost.
        Lost = "lost",
        /// When somebody last looked at it.
        Seen = "seen",
        /// What was found then.
        Found = "found",
        /// The number of the bag that it is in.
        Bag = "bag",
        /// An epoch.
        Epoch = "epoch",
        /// The rule.
        Rule = "rule",
        /// Which sheets.
        Sheets = "sheets",
        /// When it was sealed.
        Sealed = "sealed",
        /// Who confirmed it.
        ConfirmedBy = "confirmed_by",
        /// When it was asked for.
        Asked = "asked",
        /// When it was opened.
        Opened = "opened",
        /// When it ended.
        Ended = "ended",
        /// What it was said to be.
        Class = "class",
        /// Who said so, or decided.
        DecidedBy = "decided_by",
        /// What was done about it since.
        FollowedUp = "followed_up",
        /// How many keys opened.
        Keys = "keys",
        /// How many entries became due.
        Due = "due",
        /// How many of them were changed since.
        Changed = "changed",
        /// When the last of them was.
        ChangedAt = "changed_at",
        /// Those that were not.
        StillDue = "still_due",
        /// A title.
        Title = "title",
        /// How far something can be relied on, or has come.
        State = "state",
        /// A new password that waits.
        Pending = "pending",
        /// An incident's number.
        Number = "number",
        /// When it began.
        Began = "began",
        /// When the last of it was.
        Latest = "latest",
        /// When it was decided.
        Decided = "decided",
        /// What was decided.
        Decision = "decision",
        /// When it was closed.
        Closed = "closed",
        /// Who closed it.
        ClosedBy = "closed_by",
        /// How far a person has come.
        Standing = "standing",
        /// An id.
        Id = "id",
    }
}

/// A word with a stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// An event, with its step and what tells it from others of its kind.
    Event(Event, Option<Step>, Option<Nuance>),
    /// How something ended.
    Outcome(Outcome),
    /// Why something is an exception.
    Exception(Exception),
    /// A role.
    Role(Role),
    /// A standing.
    Standing(Standing),
    /// A permission.
    Permission(Permission),
    /// What a collection is for.
    Collection(CollectionKind),
    /// What an entry is for.
    Entry(EntryKind),
    /// How far a password can be relied on.
    State(EntryState),
    /// Why a password is due.
    Due(&'static str),
    /// What an incident is.
    Incident(IncidentKind),
    /// How far an incident has come.
    Progress(&'static str),
    /// A rule of the envelope.
    Rule(Rule),
    /// Where a sheet stands.
    Sheet(SheetStanding),
    /// What was found of a sheet.
    Found(Found),
    /// What an opening was said to be.
    Use(Use),
    /// What was done after an opening.
    Done(Done),
    /// What the envelope has of a collection.
    Cover(Cover),
}

/// What the envelope has of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// It opens the collection.
    Covered,
    /// It will, once a member has unlocked.
    Missing,
    /// It never does.
    OutOfScope,
    /// There is none that is sealed.
    NoEnvelope,
}

impl Cover {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Missing => "missing",
            Self::OutOfScope => "out-of-scope",
            Self::NoEnvelope => "no-envelope",
        }
    }
}

impl Term {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Event(event, ..) => event.name(),
            Self::Outcome(outcome) => outcome.name(),
            Self::Exception(exception) => exception.name(),
            Self::Role(role) => role.name(),
            Self::Standing(standing) => standing.name(),
            Self::Permission(permission) => permission.name(),
            Self::Collection(kind) => kind.name(),
            Self::Entry(kind) => kind.name(),
            Self::State(state) => state.name(),
            Self::Due(name) | Self::Progress(name) => name,
            Self::Incident(kind) => kind.name(),
            Self::Rule(rule) => rule.name(),
            Self::Sheet(standing) => standing.name(),
            Self::Found(found) => found.name(),
            Self::Use(class) => class.name(),
            Self::Done(done) => done.name(),
            Self::Cover(cover) => cover.name(),
        }
    }
}

/// What stands where a row and a column meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// Something that whoever made the report may not see.
    Hidden,
    /// A name, a title, an id: text that somebody stored.
    Text(String),
    /// Several of them.
    Texts(Vec<String>),
    /// A count, or a number that something bears.
    Number(u64),
    /// A record.
    Record(RecordSeq),
    /// Several records.
    Records(Vec<RecordSeq>),
    /// A point in time.
    Time(Timestamp),
    /// Several points in time.
    Times(Vec<Timestamp>),
    /// A word.
    Term(Term),
    /// Several words.
    Terms(Vec<Term>),
    /// Who, and by which record.
    By(String, RecordSeq),
    /// A reason, and other words under their names.
    Said(Option<String>, Vec<(String, String)>),
}

impl Cell {
    /// Text, where there is some.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.into()))
    }

    /// A time, where there is one.
    pub fn time(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Nothing, Self::Time)
    }

    /// A term, where there is one.
    pub fn term(term: Option<Term>) -> Self {
        term.map_or(Self::Nothing, Self::Term)
    }

    /// A count.
    pub const fn count(count: usize) -> Self {
        Self::Number(count as u64)
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Which.
    pub id: TableId,
    /// What stands in each column.
    pub columns: &'static [Column],
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table of these rows.
    pub fn new<const N: usize>(
        id: TableId,
        columns: &'static [Column; N],
        rows: impl IntoIterator<Item = [Cell; N]>,
    ) -> Self {
        let rows = rows.into_iter().map(Vec::from).collect();
        Self { id, columns, rows }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_table_and_each_column_has_a_name_of_its_own() {
        let tables: BTreeSet<&str> = TableId::ALL.iter().map(|it| it.name()).collect();
        assert_eq!(tables.len(), TableId::ALL.len());
        let columns: BTreeSet<&str> = Column::ALL.iter().map(|it| it.name()).collect();
        assert_eq!(columns.len(), Column::ALL.len());
        assert!(!columns.contains("step") && !columns.contains("words"));
    }
}
