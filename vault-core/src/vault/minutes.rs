//! What is written into the minutes: the last signed head in a form that people copy, and the pins
//! by which nobody can put another log in its place.

use super::Vault;
use crate::audit::anchor::Anchor;
use crate::audit::pins::Pins;
use crate::audit::record::Record;
use crate::crypto::digest::Digest;
use crate::error::Error;
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Note;

/// The last signed head, for the minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minutes {
    /// The council's name as a slug.
    pub council: String,
    /// The council's full name.
    pub council_name: String,
    /// When the last record was made that is signed for, by the clock of whoever made it.
    pub time: Timestamp,
    /// The root over the records that are signed for.
    pub root: Digest,
    /// The head as it is typed.
    pub anchor: Anchor,
    /// What is pinned, as of that head.
    pub pins: Pins,
    /// The signed note.
    pub note: String,
    /// How many records stand after it.
    pub since: u64,
}

impl Vault {
    /// The last signed head, for the minutes. It needs no person and records nothing.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn minutes(&mut self) -> Result<Minutes, Error> {
        self.refresh()?;
        let head = self.store.signed_head(&self.ledger)?;
        let head = head.ok_or(StoreError::NotAVault)?;
        // Both were compared with the records when these were read.
        let damaged = || Error::Store(StoreError::Damaged);
        let note = Note::parse(head.note.as_bytes()).map_err(|_| damaged())?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|_| damaged())?;
        let (record, _) = Record::from_line(&head.line).map_err(|_| damaged())?;
        let pins = Pins::of(&self.ledger).ok_or(StoreError::NotAVault)?;
        Ok(Minutes {
            council: self.council().to_owned(),
            council_name: self.council_name().to_owned(),
            time: record.time,
            root: checkpoint.root,
            anchor: Anchor::of(checkpoint.size, &checkpoint.root),
            // What stands after the head was signed by nobody, and changes nobody's key.
            pins: Pins {
                size: checkpoint.size,
                ..pins
            },
            since: self.ledger.size - checkpoint.size,
            note: head.note,
        })
    }
}
