//! Input that cannot be taken, by what it is about.

use super::Noun;
use crate::emergency::holder::InvalidPlace;
use crate::emergency::rule::RuleRefused;
use crate::entry::field::InvalidField;
use crate::person::Standing;
use crate::strength::Weakness;
use crate::text::InvalidLine;
use crate::text::look::Misleading;

/// Input that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// What something is to be called.
    Name(NameRefused),
    /// A field.
    Field(InvalidField),
    /// Where somebody begins.
    Beginning(BeginningRefused),
    /// A passphrase that was chosen.
    Passphrase(PassphraseRefused),
    /// Who is to read or manage a collection.
    Membership(MembershipRefused),
    /// What is to be done with an entry.
    Entry(EntryRefused),
    /// What is to be done with rule, sheets and seal.
    Envelope(EnvelopeRefused),
    /// What is to be done with an incident.
    Incident(IncidentRefused),
    /// A witness, or an answer.
    Witness(WitnessRefused),
    /// What is asked of the access log, or said of it.
    Log(LogRefused),
    /// Why something is done.
    Reason(ReasonRefused),
    /// The seed of one-time codes cannot be read.
    Totp,
    /// More is imported at once than a collection can take.
    NoCollectionForFolder,
}

/// Why something cannot be called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRefused {
    /// A name, title, user name or URL is not a line of text.
    Line(Noun, InvalidLine),
    /// There is a person or collection of that name already.
    Taken(Noun),
    /// There is a person or collection whose name looks the same.
    LooksTaken(Noun),
    /// A name would mislead whoever reads it.
    Misleading(Noun, Misleading),
}

/// Why somebody cannot begin: at the founding, at enrolment, by taking over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeginningRefused {
    /// The policy preset is unknown.
    Preset,
    /// Whoever takes over looks after the vault from then on: the IT provider or the clerk.
    SuccessorRole,
    /// The monitoring notice and the policy were not acknowledged.
    NotAcknowledged,
    /// The person has enrolled before.
    AlreadyEnrolled,
}

/// Why a passphrase is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassphraseRefused {
    /// It is too weak for a file that is made to be copied.
    Weak(Weakness),
    /// It is the one that the person has already.
    Same,
    /// It was changed meanwhile in another place.
    Overtaken,
}

/// Why somebody cannot be let into a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipRefused {
    /// The person who is to be given something is not active yet, or no more.
    NotActive(Standing),
    /// The person's role may never have it.
    TheirRole,
    /// A personal collection is one person's alone.
    Personal,
    /// Built-in collections hold no entries.
    BuiltIn,
}

/// Why something cannot be done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryRefused {
    /// There is a new password waiting already.
    AlreadyPending,
    /// There is none to confirm or drop.
    NothingPending,
    /// The entry is retired, and its password is not changed any more.
    Retired,
    /// The entry was retired before.
    AlreadyRetired,
    /// The entry is in use.
    NotRetired,
    /// The entry has that password, or had it before.
    UsedBefore,
    /// A retired entry of that title has that password.
    UsedRetired,
}

/// Why something cannot be done with rule, sheets and seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvelopeRefused {
    /// The holders do not make the rule.
    Rule(RuleRefused),
    /// A place that is to keep a sheet cannot be called that.
    Place(InvalidPlace),
    /// A holder of the rule is given twice.
    RepeatedHolder,
    /// No rule was chosen yet.
    NoRule,
    /// A holder of the rule has no sheet yet.
    NoSheet,
    /// The sheet was reported lost before.
    AlreadyLost,
    /// While a sheet was written down, another was recorded under its number.
    SheetOvertaken,
}

/// Why something cannot be done with an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentRefused {
    /// The incident is closed.
    Closed,
    /// The incident keeps words already, or keeps none.
    Held(bool),
    /// What an opening was is said by classifying it.
    ClassifyInstead,
}

/// Why a witness, or what it answered, is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WitnessRefused {
    /// There is one of that name, or with that key.
    Named,
    /// There are as many as there can be.
    TooMany,
    /// The answer has no line of a witness that is named, over a head that this log has.
    ForeignAnswer,
    /// The log has the witness's word for as many records, or for more.
    OlderAnswer,
}

/// Why something cannot be asked of the access log, or said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogRefused {
    /// Nothing that this machine has seen is lost.
    NothingLost,
    /// The log is not the one that was verified.
    OtherThanVerified,
    /// An auditor's sample is drawn by a word, and there is none.
    NoSampleWord,
    /// There is no signed head over so many records.
    NoSuchHead,
    /// There is no such financial year.
    NoSuchYear,
}

/// Why a reason is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonRefused {
    /// A reason is asked for, and there is none.
    Missing,
    /// The reason holds the secret.
    HoldsSecret,
}

macro_rules! families {
    ($($family:ident($refused:ty)),* $(,)?) => {$(
        impl From<$refused> for Invalid {
            fn from(refused: $refused) -> Self {
                Self::$family(refused)
            }
        }
    )*};
}

families! {
    Name(NameRefused),
    Field(InvalidField),
    Beginning(BeginningRefused),
    Passphrase(PassphraseRefused),
    Membership(MembershipRefused),
    Entry(EntryRefused),
    Envelope(EnvelopeRefused),
    Incident(IncidentRefused),
    Witness(WitnessRefused),
    Log(LogRefused),
    Reason(ReasonRefused),
}
