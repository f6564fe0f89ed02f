//! What can go wrong, and what is refused. The command line words it in one place.

mod invalid;

pub use self::invalid::{
    BeginningRefused, EntryRefused, EnvelopeRefused, IncidentRefused, Invalid, LogRefused,
    MembershipRefused, NameRefused, PassphraseRefused, ReasonRefused, WitnessRefused,
};
use crate::access::Denial;
pub use crate::audit::flaw::{BadRecord, Flaw, Unentitled};
use crate::audit::ledger::NoScheme;
use crate::audit::witness::NotNamed;
use crate::crypto::kdf::DerivationFailed;
use crate::crypto::random::NoEntropy;
use crate::crypto::recipient::WrapFailed;
use crate::crypto::shamir::ParseError;
use crate::entry::EntryState;
use crate::id::{EntryId, Epoch, RecordSeq, Serial};
use crate::keys::KeyRefused;
use crate::person::Standing;
pub use crate::store::StoreError;
use crate::time::Timestamp;

/// A kind of thing that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// The council.
    Council,
    /// A person.
    Person,
    /// A collection.
    Collection,
    /// A member of a collection.
    Member,
    /// An entry.
    Entry,
    /// A field of an entry.
    Field,
    /// A seed of one-time codes.
    Seed,
    /// A version of an entry.
    Version,
    /// A new password that waits to be confirmed.
    Pending,
    /// Something that somebody has to look into.
    Incident,
    /// Something that waits for a second person.
    Request,
    /// A sealed envelope.
    Seal,
    /// A holder under the rule.
    Holder,
    /// A holder's sheet.
    Sheet,
    /// The bag that a sheet is in.
    Bag,
    /// Something that is left to do after an opening.
    FollowUp,
    /// An opening of the envelope.
    Opening,
    /// A record of the log that is what was asked for.
    Record,
    /// A witness that the policy names.
    Witness,
}

/// One of several things that a name could mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// By this id it is meant alone.
    pub id: String,
    /// Where it stands; of a collection, its name.
    pub collection: String,
    /// What else tells an entry from others of its title.
    pub entry: Option<EntryTraits>,
}

/// What tells an entry from others of its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryTraits {
    /// The user name, or empty.
    pub username: String,
    /// How far its password can be relied on.
    pub state: EntryState,
    /// When that was last changed.
    pub changed_at: Timestamp,
}

/// Why a sheet was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetRefused {
    /// The words cannot be read; typing, not an attack.
    Words(ParseError),
    /// What stands here is no word of the list.
    UnknownWord {
        /// Its place, counted from 1.
        place: usize,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// One word is wrong, and this is its place, counted from 1.
    WordDoesNotFit(usize),
    /// Two words or more are wrong.
    SeveralWords,
    /// The words are well formed, but not those of a sheet.
    NotASheet,
    /// The words are the specimen's, which opens nothing anywhere.
    Specimen,
    /// The words are a sheet's, but of no sheet of this vault.
    Foreign,
    /// The words are those of a sheet of this vault of which this file knows nothing: the file is a
    /// copy that is older than the sheet.
    Newer {
        /// The newest epoch that the file knows.
        newest: Option<Epoch>,
        /// When its last record was made.
        until: Timestamp,
    },
    /// The sheet was replaced.
    Retired {
        /// The sheet.
        serial: Serial,
        /// When a later seal left it out.
        since: Timestamp,
        /// The holder's newer sheet.
        successor: Option<Serial>,
    },
    /// The sheet was reported lost.
    Lost {
        /// The sheet.
        serial: Serial,
        /// When.
        since: Timestamp,
        /// The holder's newer sheet.
        successor: Option<Serial>,
    },
    /// The sheet was made, but never sealed.
    NotSealed(Serial),
    /// The sheet was given before.
    Repeated(Serial),
    /// The share that the sheet opens is damaged in this file.
    ShareDamaged {
        /// The sheet.
        serial: Serial,
        /// When the last backup was made that should hold the share.
        backup: Option<Timestamp>,
    },
}

impl SheetRefused {
    /// Whether somebody gave a sheet that opens nothing here: an incident, and no slip.
    pub const fn is_incident(&self) -> bool {
        matches!(
            self,
            Self::Foreign | Self::Retired { .. } | Self::Lost { .. }
        )
    }

    /// Whether the refusal goes on record, and for which sheet. Slips of typing do not.
    pub const fn on_record(&self) -> Option<Option<&Serial>> {
        match self {
            Self::Words(_)
            | Self::UnknownWord { .. }
            | Self::WordDoesNotFit(_)
            | Self::SeveralWords
            | Self::NotASheet
            | Self::Specimen => None,
            Self::Foreign | Self::Newer { .. } => Some(None),
            Self::Retired { serial, .. }
            | Self::Lost { serial, .. }
            | Self::NotSealed(serial)
            | Self::Repeated(serial)
            | Self::ShareDamaged { serial, .. } => Some(Some(serial)),
        }
    }
}

/// Why the journal of an opening is not brought in. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadJournal {
    /// It holds no whole line of a record.
    NotAJournal,
    /// It does not follow from any record of this log: the copy had others, so many of them as
    /// stood before it, or was a copy of another vault.
    Foreign(u64),
    /// It is a copy of another vault.
    OtherVault,
    /// A line could not stand where it does.
    Line {
        /// Which line of its journal, counted from 1; 0 where the copy itself was read.
        line: usize,
        /// Its number on the copy, where it has one.
        record: RecordSeq,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// Nothing was recorded of an opening on the copy that is not known here.
    NothingThere,
    /// This log recorded the opening itself.
    RecordedHere(RecordSeq),
    /// It was brought in before.
    BroughtIn(RecordSeq),
}

/// Why a backup is not put back. Nothing was changed.
#[derive(Debug)]
pub enum BadBackup {
    /// It is not the file that its checksum file speaks of.
    Checksum,
    /// It is damaged, or its log does not verify.
    Store(StoreError),
    /// The envelope was opened on it, first in this record, and the vault that stands there does not
    /// know that yet.
    Unmerged(RecordSeq),
}

/// Everything that an operation of the vault may answer instead of being done.
#[derive(Debug)]
pub enum Error {
    /// The file.
    Store(StoreError),
    /// It may not be done; the refusal is on record.
    Denied {
        /// Why.
        denial: Denial,
        /// The record of the refusal.
        record: RecordSeq,
        /// The incident that the refusal is part of.
        incident: Option<RecordSeq>,
    },
    /// Wrong passphrase, or no such person: which of them is not told.
    WrongPassphrase {
        /// Whether the attempt could be recorded.
        recorded: bool,
    },
    /// Too many wrong passphrases.
    Paused {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The passphrase is right, but the person may not unlock.
    Standing(Standing),
    /// The vault is not the one that the person enrolled in.
    NotYourVault,
    /// There is nothing of that name.
    NotFound(Noun),
    /// The name means several things.
    Ambiguous(Noun, Vec<Candidate>),
    /// Entries of that title are in use already.
    TitleTaken(Vec<Candidate>),
    /// The input cannot be taken.
    Invalid(Invalid),
    /// A ciphertext or key does not open where it belongs.
    KeyRefused(Option<EntryId>),
    /// A sheet was not accepted.
    Sheet(SheetRefused),
    /// The accepted sheets do not meet the rule.
    RuleNotMet,
    /// The shares do not make the escrow secret of this epoch: a bad seal.
    BadSeal(Epoch),
    /// The opening's journal cannot be written.
    Journal(std::io::ErrorKind),
    /// A sheet that was used in an opening, or was lost, has no successor: there is no seal.
    Blocked,
    /// A copy of the vault could not be made. Nothing is left of it.
    NotCopied {
        /// The record that says that it was begun, where it came that far.
        record: Option<RecordSeq>,
        /// Why, where it was to stand.
        why: StoreError,
    },
    /// A copy of the vault stands where it was to stand, and the vault does not have that on record:
    /// it does not count.
    CopyNotNoted {
        /// The record that says that it was begun.
        record: RecordSeq,
        /// Why.
        why: StoreError,
    },
    /// Words were erased, and the file could not be written anew: parts of them may be left in it.
    NotRebuilt {
        /// The record of the erasure, where there was anything to erase.
        record: Option<RecordSeq>,
        /// Why.
        why: StoreError,
    },
    /// A backup is not put back.
    BadBackup(BadBackup),
    /// A copy of the vault, of which something was to be brought in, cannot be read.
    BadCopy(StoreError),
    /// What a copy or its journals have of openings is not brought in.
    BadJournal(BadJournal),
    /// The witness did not sign: the head that it keeps has so many records, and the request began
    /// at another.
    AskAgain {
        /// How many records that head has.
        kept: u64,
    },
    /// A witness has seen more records than this file has.
    WitnessAhead {
        /// How many it has seen.
        kept: u64,
        /// How many records of this file are signed for.
        size: u64,
    },
    /// A witness has vouched for other records than the first of this file.
    WitnessElsewhere {
        /// For how many.
        size: u64,
    },
    /// Not enough memory for the derivation.
    Derivation,
    /// A rule of this program was broken: a fault in it, never in the input.
    Internal(&'static str),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NoEntropy> for Error {
    fn from(error: NoEntropy) -> Self {
        Self::Store(error.into())
    }
}

impl From<KeyRefused> for Error {
    fn from(_: KeyRefused) -> Self {
        Self::KeyRefused(None)
    }
}

impl From<WrapFailed> for Error {
    fn from(failed: WrapFailed) -> Self {
        StoreError::from(failed).into()
    }
}

impl From<DerivationFailed> for Error {
    fn from(_: DerivationFailed) -> Self {
        Self::Derivation
    }
}

impl From<NoScheme> for Error {
    fn from(error: NoScheme) -> Self {
        let refused = match error {
            NoScheme::NoRule => EnvelopeRefused::NoRule,
            NoScheme::NoSheet => EnvelopeRefused::NoSheet,
            NoScheme::WornSheet => return Self::Blocked,
            NoScheme::Rule(why) => EnvelopeRefused::Rule(why),
        };
        refused.into()
    }
}

impl From<NotNamed> for Error {
    fn from(error: NotNamed) -> Self {
        match error {
            NotNamed::Already => WitnessRefused::Named.into(),
            NotNamed::TooMany => WitnessRefused::TooMany.into(),
            NotNamed::Unknown => Self::NotFound(Noun::Witness),
        }
    }
}

impl<I: Into<Invalid>> From<I> for Error {
    fn from(invalid: I) -> Self {
        Self::Invalid(invalid.into())
    }
}

impl From<BadJournal> for Error {
    fn from(why: BadJournal) -> Self {
        Self::BadJournal(why)
    }
}

impl From<SheetRefused> for Error {
    fn from(refused: SheetRefused) -> Self {
        Self::Sheet(refused)
    }
}
