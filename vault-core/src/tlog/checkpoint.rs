//! C2SP `tlog-checkpoint`: the head of a log as a signed note.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::note::{Name, Note, NoteError};
use crate::crypto::digest::Digest;
use crate::crypto::signature::{SigningKey, VerifyKey};

/// A log's head: how many lines it has and the root over all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; also the name under which its heads are signed.
    pub origin: Name,
    /// The number of leaves.
    pub size: u64,
    /// The root of the tree of that size.
    pub root: Digest,
}

/// Why bytes are not a checkpoint of a log, or not one that is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointError {
    /// The note around the checkpoint is refused.
    Note(NoteError),
    /// Not three lines: one is missing, or there are extension lines, which our logs never write.
    Lines,
    /// The first line cannot be a log's origin.
    Origin,
    /// The second line is not a number of leaves in its only spelling.
    Size,
    /// The third line is not the base64 of 32 bytes.
    Root,
    /// The checkpoint is another log's, though signed under this log's name.
    OtherLog,
}

impl Checkpoint {
    /// The note text: three lines, each with its newline.
    pub fn to_text(&self) -> String {
        let root = BASE64_STANDARD.encode(self.root.as_bytes());
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Reads a note text: what [`to_text`](Self::to_text) gives, and nothing else.
    ///
    /// # Errors
    /// [`CheckpointError`], by line.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let text = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        let origin = origin.parse().map_err(|_| CheckpointError::Origin)?;
        let size = parse_size(size).ok_or(CheckpointError::Size)?;
        let root = parse_hash(root).ok_or(CheckpointError::Root)?;
        Ok(Self { origin, size, root })
    }

    /// The signed note, under the origin as name.
    ///
    /// # Panics
    /// Never: an origin has bounds, hence the note too.
    pub fn sign(&self, key: &SigningKey) -> String {
        Note::sign(&self.to_text(), &self.origin, key)
            .expect("three lines with bounds are a note text")
            .to_string()
    }

    /// Reads a signed note and confirms that one of `keys` signed it as `origin`, and which: of
    /// several, the one whose signature stands first. Other signatures are passed over.
    ///
    /// # Errors
    /// [`CheckpointError`]; what the text says is looked at only after its signature.
    pub fn verify(
        note: &[u8],
        origin: &Name,
        keys: &[VerifyKey],
    ) -> Result<(Self, VerifyKey), CheckpointError> {
        Self::signed(
            &Note::parse(note).map_err(CheckpointError::Note)?,
            origin,
            keys,
        )
    }

    /// The same of a note that was read already.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn signed(
        note: &Note,
        origin: &Name,
        keys: &[VerifyKey],
    ) -> Result<(Self, VerifyKey), CheckpointError> {
        let signer = note
            .signer(origin, keys)
            .ok_or(CheckpointError::Note(NoteError::NotSigned))?;
        let checkpoint = Self::parse(note.text())?;
        if checkpoint.origin == *origin {
            Ok((checkpoint, signer))
        } else {
            Err(CheckpointError::OtherLog)
        }
    }
}

/// A number in its only spelling: decimal digits with neither sign nor leading zeros.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let size: u64 = text.parse().ok()?;
    (size.to_string() == text).then_some(size)
}

/// A hash in its only spelling: the base64 of 32 bytes.
pub(super) fn parse_hash(text: &str) -> Option<Digest> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    bytes.try_into().ok().map(Digest::from_bytes)
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Lines => f.write_str("a checkpoint has three lines"),
            Self::Origin => f.write_str("the checkpoint's origin is not a log's name"),
            Self::Size => f.write_str("the checkpoint's size is not a plain number"),
            Self::Root => f.write_str("the checkpoint's root is not 32 bytes in base64"),
            Self::OtherLog => f.write_str("the checkpoint is another log's"),
        }
    }
}

impl std::error::Error for CheckpointError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Key;
    use crate::tlog::hash::{empty_root, leaf};

    const ORIGIN: &str = "example-parish/vault/00112233445566aa";

    // The example in C2SP's tlog-checkpoint.
    const PUBLISHED: &str = "example.com/behind-the-sofa\n20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&Key::from_slice(&[seed; 32]).expect("32 bytes"))
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            origin: name(ORIGIN),
            size: 1180,
            root: leaf(b"the root"),
        }
    }

    #[test]
    fn the_published_example_reads_and_writes_byte_for_byte() {
        let checkpoint = Checkpoint::parse(PUBLISHED).expect("the published example");
        assert_eq!(checkpoint.origin.as_str(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.to_text(), PUBLISHED);
    }

    #[test]
    fn a_signed_checkpoint_names_its_signer() {
        let keys = [1, 2, 3].map(|seed| key(seed).verify_key());
        for (seed, signer) in (1..).zip(keys) {
            let note = checkpoint().sign(&key(seed));
            assert_eq!(
                Checkpoint::verify(note.as_bytes(), &name(ORIGIN), &keys),
                Ok((checkpoint(), signer))
            );
        }
    }

    #[test]
    fn a_checkpoint_by_a_stranger_or_of_another_name_is_refused() {
        let refused = Err(CheckpointError::Note(NoteError::NotSigned));
        let note = checkpoint().sign(&key(1));
        let verify = |origin: &str, keys: &[VerifyKey]| {
            Checkpoint::verify(note.as_bytes(), &name(origin), keys)
        };
        assert_eq!(verify(ORIGIN, &[key(2).verify_key()]), refused);
        assert_eq!(verify(ORIGIN, &[]), refused);
        assert_eq!(verify("another/log", &[key(1).verify_key()]), refused);
    }

    #[test]
    fn a_signature_under_this_log_s_name_does_not_lend_it_another_log_s_head() {
        let text = checkpoint().to_text();
        let note = Note::sign(&text, &name("another/log"), &key(1)).expect("a note text");
        assert_eq!(
            Checkpoint::verify(
                note.to_string().as_bytes(),
                &name("another/log"),
                &[key(1).verify_key()]
            ),
            Err(CheckpointError::OtherLog)
        );
    }

    #[test]
    fn every_changed_byte_of_a_signed_checkpoint_is_refused() {
        let note = checkpoint().sign(&key(1)).into_bytes();
        let keys = [key(1).verify_key()];
        for place in 0..note.len() {
            for bit in 0..8 {
                let mut forged = note.clone();
                forged[place] ^= 1 << bit;
                assert!(Checkpoint::verify(&forged, &name(ORIGIN), &keys).is_err());
            }
        }
    }

    #[test]
    fn a_truncated_checkpoint_is_refused() {
        let note = checkpoint().sign(&key(1)).into_bytes();
        for end in 0..note.len() {
            let keys = [key(1).verify_key()];
            assert!(Checkpoint::verify(&note[..end], &name(ORIGIN), &keys).is_err());
        }
    }

    #[test]
    fn a_text_that_is_not_exactly_a_checkpoint_is_refused_by_line() {
        let root = BASE64_STANDARD.encode(empty_root().as_bytes());
        let (unpadded, short) = (root.trim_end_matches('='), &root[4..]);
        let non_canonical = root.replace("FU=", "FV=");
        let cases = [
            (String::new(), CheckpointError::Lines),
            (format!("{ORIGIN}\n0\n{root}"), CheckpointError::Lines),
            (format!("{ORIGIN}\n0\n"), CheckpointError::Lines),
            (format!("{ORIGIN}\n0\n{root}\n\n"), CheckpointError::Lines),
            (
                format!("{ORIGIN}\n0\n{root}\nmore\n"),
                CheckpointError::Lines,
            ),
            (format!("\n0\n{root}\n"), CheckpointError::Origin),
            (format!("an origin\n0\n{root}\n"), CheckpointError::Origin),
            (format!("{ORIGIN}\n\n{root}\n"), CheckpointError::Size),
            (format!("{ORIGIN}\n00\n{root}\n"), CheckpointError::Size),
            (format!("{ORIGIN}\n01\n{root}\n"), CheckpointError::Size),
            (format!("{ORIGIN}\n+1\n{root}\n"), CheckpointError::Size),
            (format!("{ORIGIN}\n-1\n{root}\n"), CheckpointError::Size),
            (format!("{ORIGIN}\n 1\n{root}\n"), CheckpointError::Size),
            (format!("{ORIGIN}\n1 \n{root}\n"), CheckpointError::Size),
            (format!("{ORIGIN}\n0x1\n{root}\n"), CheckpointError::Size),
            (
                format!("{ORIGIN}\n18446744073709551616\n{root}\n"),
                CheckpointError::Size,
            ),
            (format!("{ORIGIN}\n0\n\n"), CheckpointError::Root),
            (format!("{ORIGIN}\n0\n{unpadded}\n"), CheckpointError::Root),
            (format!("{ORIGIN}\n0\n{short}\n"), CheckpointError::Root),
            (
                format!("{ORIGIN}\n0\n{non_canonical}\n"),
                CheckpointError::Root,
            ),
        ];
        for (text, error) in cases {
            assert_eq!(Checkpoint::parse(&text), Err(error), "{text:?}");
        }
        for size in ["0", "1", "18446744073709551615"] {
            let text = format!("{ORIGIN}\n{size}\n{root}\n");
            assert_eq!(
                Checkpoint::parse(&text).map(|head| head.to_text()),
                Ok(text)
            );
        }
    }
}
