//! A head that is known to bear its signatures. Each act looks at the head on which it builds, and
//! in a session that is the one which the act before has signed.

use super::StoreError;
use crate::audit::flaw::{BadRecord, Flaw};
use crate::audit::record::Record;
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::id::RecordSeq;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::note::Name;

/// All that the signatures of a head depend on, byte for byte as the file has it.
#[derive(PartialEq, Eq)]
pub(super) struct Head {
    /// Who has to have signed.
    pub(super) key: VerifyKey,
    /// The log's origin.
    pub(super) origin: Name,
    /// The signed checkpoint.
    pub(super) note: String,
    /// The leaf hash of the record that it ends with, the record's signature included.
    pub(super) last: Digest,
}

/// A head whose checkpoint and last record are signed by its key.
pub(super) struct Proven {
    head: Head,
    root: Digest,
}

impl Proven {
    /// Checks both signatures of a head of so many records, the last of which is this line.
    ///
    /// # Errors
    /// [`StoreError::Log`] names the last record; [`StoreError::Damaged`] for a line that is none.
    pub(super) fn check(head: Head, last: &[u8], size: u64) -> Result<Self, StoreError> {
        let seq = RecordSeq::new(size - 1);
        let bad = |flaw| StoreError::Log(BadRecord { seq, flaw });
        let note = head.note.as_bytes();
        let root = match Checkpoint::verify(note, &head.origin, &[head.key]) {
            Ok((checkpoint, _)) if checkpoint.size == size => checkpoint.root,
            _ => return Err(bad(Flaw::Checkpoint)),
        };
        // What the chain vouches for hangs on the last signed record: its own signature is looked at.
        let (_, signature) = Record::from_line(last).map_err(|_| StoreError::Damaged)?;
        let origin = head.origin.to_string();
        if signature.is_some_and(|signature| signature.is_by(&head.key, &origin)) {
            Ok(Self { head, root })
        } else {
            Err(bad(Flaw::WrongSignature))
        }
    }

    /// A head that was signed here.
    pub(super) const fn signed(head: Head, root: Digest) -> Self {
        Self { head, root }
    }

    /// Whether this is that head.
    pub(super) fn is_of(&self, head: &Head) -> bool {
        self.head == *head
    }

    /// The root that the checkpoint gives.
    pub(super) const fn root(&self) -> Digest {
        self.root
    }
}
