//! What a record says that changes who may do what. Facts stand in the leaves, in clear, so that
//! anybody can replay from the log alone who was entitled to what at any moment.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::unrecorded::UnrecordedFacts;
use super::verification::VerificationFacts;
use crate::collection::{CollectionFacts, GenerationFacts, MembershipFacts, WithdrawalFacts};
use crate::crypto::digest::Digest;
use crate::emergency::follow_up::{Done, OpenerFacts, UseFacts};
use crate::emergency::inspection::{DrillFacts, Found};
use crate::emergency::{RuleFacts, SealFacts, SheetFacts};
use crate::entry::EntryState;
use crate::id::{CollectionId, EntryId, InvalidId, RecordSeq, VaultId};
use crate::incident::IncidentFacts;
use crate::person::{CredentialChange, PersonFacts};
use crate::policy::Policy;
use crate::text::{Line, bare};
use crate::time::day::Day;
use crate::tlog::cosignature::{Cosignature, Cosigner};

/// One thing that a record establishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The vault exists.
    Vault(VaultFacts),
    /// The rules in force.
    Policy(Policy),
    /// A person's role, standing and public keys.
    Person(PersonFacts),
    /// A collection exists.
    Collection(CollectionFacts),
    /// A collection key has a new generation.
    Generation(GenerationFacts),
    /// A membership was given, changed or ended.
    Membership(MembershipFacts),
    /// A membership is to end, with a second person's word.
    Withdrawal(WithdrawalFacts),
    /// An entry exists, in this collection for good.
    Entry(EntryFacts),
    /// The rule by which the next seal will be made.
    Rule(RuleFacts),
    /// A sheet exists.
    Sheet(SheetFacts),
    /// An escrow epoch exists.
    Seal(SealFacts),
    /// An earlier record is confirmed.
    Confirmed(RecordSeq),
    /// Who asked for an opening.
    Opener(OpenerFacts),
    /// What was found of a sheet.
    Look(Found),
    /// An opening was rehearsed.
    Drill(DrillFacts),
    /// What was done after an opening.
    Done(Done),
    /// What an opening turned out to be.
    Use(UseFacts),
    /// Something happened that somebody has to look into.
    Incident(IncidentFacts),
    /// A head of this log was seen that the records no longer lead to.
    Rollback(RollbackFacts),
    /// This log and a copy of it went different ways.
    Fork(ForkFacts),
    /// What the copy recorded of an opening: the very lines.
    Merge(Vec<String>),
    /// The log was verified.
    Verified(VerificationFacts),
    /// A witness is asked for its word, or not any more.
    Witness(WitnessFacts),
    /// A witness has vouched for a head of this log.
    Cosignature(CosignatureFacts),
    /// Words that somebody asks to have erased.
    Forget(ForgetFacts),
    /// Words that were erased.
    Forgotten(ForgottenFacts),
    /// Whether an incident keeps words beyond their time from now on.
    Hold(bool),
    /// A copy of the vault was begun.
    Copy(CopyKind),
    /// It was read back: the SHA-256 of its file.
    Copied(Digest),
    /// Tries to unlock that left no record of their own.
    Unrecorded(UnrecordedFacts),
    /// What a person changed of how they unlock.
    Credential(CredentialChange),
}

/// What the first record says of the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultFacts {
    /// Which vault.
    pub vault: VaultId,
    /// The council's name as a slug: the first part of the log's origin.
    pub slug: String,
    /// The council's name as it is written: a [`Line`] of at most [`Line::NAME`] characters.
    pub council: String,
}

impl VaultFacts {
    /// The facts of a new vault.
    pub fn new(vault: VaultId, council: &Line) -> Self {
        Self {
            vault,
            slug: slug(council.as_str()),
            council: council.as_str().to_owned(),
        }
    }

    /// Whether both names have their form. That one is made of the other is not asked: letters are
    /// lower-cased by tables that grow with Unicode.
    pub fn are_formed(&self) -> bool {
        let council = Line::parse(&self.council, Line::NAME);
        slug(&self.slug) == self.slug && council.is_ok_and(|line| line.as_str() == self.council)
    }

    /// The log's origin, `<slug>/vault/<16 hex>`: bound into every signature, so that records of
    /// two vaults cannot be mixed.
    pub fn origin(&self) -> String {
        let id = self.vault.to_string();
        format!("{}/vault/{}", self.slug, &id[..16])
    }
}

/// What the log says of a head that was seen and is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollbackFacts {
    /// How many records the log had then.
    pub size: u64,
    /// The leaf hash of the last of them.
    pub last: Digest,
}

/// The council's name as a slug: lower-case letters and digits of ASCII without their marks, joined
/// by hyphens.
fn slug(council: &str) -> String {
    let mut slug = String::new();
    for c in bare(council).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '’' {
            slug.push('-');
        }
    }
    slug.truncate(48);
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "council".to_owned()
    } else {
        slug.to_owned()
    }
}

/// What the log says of an entry at its making.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryFacts {
    /// Which.
    pub entry: EntryId,
    /// Where it stands.
    pub collection: CollectionId,
    /// How far its first password can be relied on. In clear, so that what is due shows to whoever
    /// has the log alone (clauses 4.1.1 and 4.1.4).
    pub state: EntryState,
}

/// What a copy of the vault was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyKind {
    /// To be put back when the vault is lost.
    Backup,
    /// To be opened with sheets, from a stick.
    Kit,
    /// To be opened at once, because the vault could not be written where it stands.
    Opening,
}

impl CopyKind {
    const ALL: [Self; 3] = [Self::Backup, Self::Kit, Self::Opening];

    /// The word for it in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Kit => "kit",
            Self::Opening => "opening",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether making one is on record. What is copied for an opening cannot be written.
    pub const fn is_recorded(self) -> bool {
        !matches!(self, Self::Opening)
    }
}

/// A head of a log. As text, the number of records, a blank, and the leaf hash of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many records there are.
    pub size: u64,
    /// The leaf hash of the last of them.
    pub last: Digest,
}

impl Head {
    /// The head that a record ends.
    pub const fn after(seq: RecordSeq, leaf: Digest) -> Self {
        Self {
            size: seq.get() + 1,
            last: leaf,
        }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.size, self.last)
    }
}

impl FromStr for Head {
    type Err = InvalidId;

    /// Reads its one spelling.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (size, last) = text.split_once(' ').ok_or(InvalidId)?;
        let head = Self {
            size: size.parse().map_err(|_| InvalidId)?,
            last: last.parse()?,
        };
        (head.to_string() == text).then_some(head).ok_or(InvalidId)
    }
}

/// What the log says of a copy that went a way of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForkFacts {
    /// The last record that this log has too; or one of the copy's own that was brought in.
    pub from: Head,
    /// That the first of these is in this log: the proof of inclusion of RFC 6962 in the tree of
    /// the records before this one. None for the second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<Digest>,
    /// The last record of the copy that is known then.
    pub to: Head,
}

/// What somebody asks to have erased. It takes effect with a second person's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgetFacts {
    /// Words of daily work that are older than this day.
    pub ordinary: Day,
    /// The others that are older than this day.
    pub long: Day,
}

/// What the log says of words that were erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgottenFacts {
    /// Those of daily work that are older than this day.
    pub ordinary: Day,
    /// Which are they: those of records before this one.
    pub ordinary_before: RecordSeq,
    /// The others that are older than this day.
    pub long: Day,
    /// Which are they: those of records before this one.
    pub long_before: RecordSeq,
    /// How many records lost their words.
    pub records: u64,
}

/// Whether the policy asks for a witness's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WitnessStanding {
    /// It does.
    Named,
    /// It does not any more.
    Dropped,
}

/// What the log says of a witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessFacts {
    /// Its name and key.
    pub vkey: Cosigner,
    /// Whether its word is asked for.
    pub standing: WitnessStanding,
}

/// A head of this log that a witness has vouched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CosignatureFacts {
    /// How many records the log had.
    pub size: u64,
    /// The root of the tree of that size.
    pub root: Digest,
    /// The witness's signature line.
    pub line: Cosignature,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_neither_blanks_nor_plus_signs_nor_letters_beyond_ascii() {
        for (council, expected) in [
            ("Example Parish Council", "example-parish-council"),
            ("St. Mary's + Ashby", "st-marys-ashby"),
            ("Cyngor Tref Llanŵyn", "cyngor-tref-llanwyn"),
            ("Comhairle Ḃaile", "comhairle-baile"),
            ("日本", "council"),
            ("", "council"),
        ] {
            assert_eq!(slug(council), expected);
        }
    }

    fn facts(slug: &str, council: &str) -> VaultFacts {
        VaultFacts {
            vault: VaultId::from_bytes([7; 16]),
            slug: slug.to_owned(),
            council: council.to_owned(),
        }
    }

    #[test]
    fn the_councils_name_is_kept_as_it_was_written_beside_its_slug() {
        let typed = Line::parse("  Cyngor Tref Llanw\u{302}yn ", Line::NAME).expect("a name");
        let vault = VaultFacts::new(VaultId::from_bytes([7; 16]), &typed);
        assert_eq!(vault, facts("cyngor-tref-llanwyn", "Cyngor Tref Llanŵyn"));
        assert!(vault.are_formed());
    }

    #[test]
    fn a_councils_name_that_acts_or_has_two_spellings_is_none() {
        let long = "x".repeat(Line::NAME + 1);
        for council in [
            "",
            " Ashby",
            "Ash\nby",
            "Ash\u{202e}by",
            "Llanw\u{302}yn",
            &long,
        ] {
            assert!(!facts("ashby", council).are_formed(), "{council:?}");
        }
        for slug in ["", "Ashby", "-ashby", "ash--by", "ash by"] {
            assert!(!facts(slug, "Ashby").are_formed(), "{slug:?}");
        }
    }
}
