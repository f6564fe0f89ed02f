//! What is owed: computed from the log, never stored.

use crate::id::{CollectionId, EntryId, Epoch, RecordSeq, Serial};

/// Something that has to be done and shows in `status` until it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// Revealed in an opening: rotate or retire it, under a fresh generation.
    RotateRevealed {
        /// The entry.
        entry: EntryId,
        /// The record that revealed it.
        record: RecordSeq,
    },
    /// For another reason a password has to be changed: rotate the entry.
    ChangePassword {
        /// The entry.
        entry: EntryId,
        /// Why, by stable names.
        why: Vec<&'static str>,
    },
    /// Used in an opening, typed in a check, or lost: make its holder a fresh sheet.
    ReplaceSheet(Serial),
    /// Nobody has looked at it for as long as the policy allows.
    LookAt(Serial),
    /// Seal a new epoch after an opening or a loss.
    SealAgain,
    /// A collection's key that an opening or somebody who left could know: a member's unlock makes
    /// a new generation.
    NewGeneration(CollectionId),
    /// After the opening with this first record: tell every member.
    TellMembers(RecordSeq),
    /// After an opening: put it into the minutes.
    Minute(RecordSeq),
    /// After an opening: somebody else than the opener says what it was.
    Classify(RecordSeq),
    /// Keys that the envelope lacks, as a count of collections.
    CompleteCover {
        /// How many collections are covered.
        covered: usize,
        /// How many could be.
        coverable: usize,
    },
    /// The last copy of the vault was made before the newest seal: the copies in the safe know nothing
    /// of its sheets.
    RenewCopies {
        /// The newest seal that the last copy knows.
        known: Option<Epoch>,
        /// The newest seal.
        sealed: Epoch,
    },
    /// The envelope was opened on this copy of the vault, first by this record: it is to be brought in
    /// where the vault itself is, and nothing else is to be done here.
    BringIn(RecordSeq),
    /// An act that a second person has to confirm.
    Confirm(RecordSeq),
    /// An incident that is not closed.
    Incident(RecordSeq),
}

impl Duty {
    /// Whether the envelope stays `opened` while this is left.
    pub const fn blocks_sealing(&self) -> bool {
        matches!(
            self,
            Self::RotateRevealed { .. } | Self::ReplaceSheet(_) | Self::SealAgain
        )
    }

    /// Where it stands in the order of doing. New keys come before new passwords, which are written
    /// under them; what waits is confirmed before anything rests on it; sheets come before the seal
    /// that they are in; then it is told, and judged.
    const fn place(&self) -> u8 {
        match self {
            Self::NewGeneration(_) | Self::BringIn(_) => 0,
            Self::RotateRevealed { .. } => 1,
            Self::ChangePassword { .. } => 2,
            Self::Confirm(_) => 3,
            Self::ReplaceSheet(_) => 4,
            Self::SealAgain => 5,
            Self::CompleteCover { .. } | Self::RenewCopies { .. } => 6,
            Self::TellMembers(_) => 7,
            Self::Minute(_) => 8,
            Self::Classify(_) => 9,
            Self::Incident(_) => 10,
            Self::LookAt(_) => 11,
        }
    }

    /// Puts duties in the order of doing.
    pub fn arrange(duties: &mut [Self]) {
        duties.sort_by_key(Self::place);
    }

    /// The stable name in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RotateRevealed { .. } => "rotate-revealed",
            Self::ChangePassword { .. } => "change-password",
            Self::ReplaceSheet(_) => "replace-sheet",
            Self::LookAt(_) => "look-at",
            Self::SealAgain => "seal-again",
            Self::TellMembers(_) => "tell-members",
            Self::Minute(_) => "minute",
            Self::Classify(_) => "classify",
            Self::CompleteCover { .. } => "complete-cover",
            Self::RenewCopies { .. } => "renew-copies",
            Self::BringIn(_) => "bring-in",
            Self::Confirm(_) => "confirm",
            Self::NewGeneration(_) => "new-generation",
            Self::Incident(_) => "incident",
        }
    }
}
