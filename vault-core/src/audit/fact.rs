//! What a record says that changes who may do what. Facts stand in the leaves, in clear, so that
//! anybody can replay from the log alone who was entitled to what at any moment.

use serde::{Deserialize, Serialize};

use super::backups::CopyKind;
use super::fork::ForkFacts;
use super::retention::{ForgetFacts, ForgottenFacts};
use super::unrecorded::UnrecordedFacts;
use super::verification::VerificationFacts;
use super::witness::{CosignatureFacts, WitnessFacts};
use crate::collection::{CollectionFacts, GenerationFacts, MembershipFacts, WithdrawalFacts};
use crate::crypto::digest::Digest;
use crate::emergency::follow_up::{Done, OpenerFacts, UseFacts};
use crate::emergency::inspection::{DrillFacts, Found};
use crate::emergency::{RuleFacts, SealFacts, SheetFacts};
use crate::entry::EntryState;
use crate::id::{CollectionId, EntryId, RecordSeq, VaultId};
use crate::incident::IncidentFacts;
use crate::person::{CredentialChange, PersonFacts};
use crate::policy::Policy;
use crate::text::{Line, bare};

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
