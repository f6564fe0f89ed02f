//! Comparing a head with the one that is kept, keeping it, and only then cosigning it.

use std::path::Path;

use super::{Kept, Refusal, Witness, WitnessError, folder};
use crate::time::Timestamp;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::cosignature::Cosignature;
use crate::tlog::note::{Name, Note};
use crate::tlog::submission::Submission;
use crate::tlog::witness::{self, Refused};

/// The head that a witness keeps of a log: the one that it cosigned last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptHead {
    /// The head.
    pub checkpoint: Checkpoint,
    /// The witness's word for it.
    pub cosignature: Cosignature,
    /// The note: the head with the log's own signature and the cosignature.
    pub note: Note,
}

impl KeptHead {
    fn kept(&self) -> Kept {
        Kept {
            size: self.checkpoint.size,
            time: self.cosignature.time(),
        }
    }
}

impl Witness {
    /// Cosigns the head that `request` submits, as of `now`, where it continues what was cosigned
    /// before. When this returns, the head is kept, durably.
    ///
    /// # Errors
    /// [`WitnessError::Refused`] with the reason, and where the request was put as evidence.
    pub fn sign(&self, request: &[u8], now: Timestamp) -> Result<KeptHead, WitnessError> {
        let submission = Submission::parse(request).map_err(WitnessError::Request)?;
        let claimed = Checkpoint::parse(submission.note.text()).map_err(WitnessError::Head)?;
        let origin = claimed.origin;
        let _lock = self.folder.locked()?;
        let keys = self.trusted_keys(&origin)?;
        if keys.is_empty() {
            return Err(WitnessError::UnknownLog(origin));
        }
        let before = self.head(&origin)?;
        let kept = before.as_ref().map(|head| &head.checkpoint);
        let checkpoint = match witness::judge(&submission, &keys, kept) {
            Ok(checkpoint) => checkpoint,
            Err(why) => return Err(self.refused(origin, why, before.as_ref(), request)),
        };
        let note = submission.note.signed_only(&origin, &keys);
        let cosignature = Cosignature::sign(&checkpoint, &self.name, &self.key, now);
        let head = KeptHead {
            note: note
                .ok_or_else(|| WitnessError::UnknownLog(origin.clone()))?
                .cosigned(&cosignature),
            checkpoint,
            cosignature,
        };
        let path = self.folder.log(&origin).join("head");
        self.folder
            .replace(&path, head.note.to_string().as_bytes())?;
        Ok(head)
    }

    fn refused(
        &self,
        origin: Name,
        why: Refused,
        before: Option<&KeptHead>,
        request: &[u8],
    ) -> WitnessError {
        let keep = || {
            let kept = self.folder.keep_evidence(&origin, request);
            kept.map_err(|error| error.kind())
        };
        WitnessError::Refused(Box::new(Refusal {
            evidence: why.is_evidence().then(keep),
            origin,
            why,
            kept: before.map(KeptHead::kept),
        }))
    }

    /// The head that is kept of a log; `None` where none was cosigned yet.
    ///
    /// # Errors
    /// [`WitnessError::Damaged`] where what is kept is not what this witness signed.
    pub fn head(&self, origin: &Name) -> Result<Option<KeptHead>, WitnessError> {
        self.head_in(&self.folder.log(origin))
    }

    pub(super) fn head_in(&self, log: &Path) -> Result<Option<KeptHead>, WitnessError> {
        let path = log.join("head");
        let Some(bytes) = folder::read(&path)? else {
            return Ok(None);
        };
        let own = |bytes: &[u8]| {
            let note = Note::parse(bytes).ok()?;
            let checkpoint = Checkpoint::parse(note.text()).ok()?;
            let cosigner = self.cosigner();
            let cosignature = note
                .cosignatures()
                .find(|it| cosigner.signed(note.text(), it))?;
            (self.folder.log(&checkpoint.origin) == log).then_some(KeptHead {
                checkpoint,
                cosignature,
                note,
            })
        };
        own(&bytes).map(Some).ok_or(WitnessError::Damaged(path))
    }
}
