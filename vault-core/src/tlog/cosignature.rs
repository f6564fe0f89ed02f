//! C2SP `tlog-cosignature`, version 1: a witness's word that, at some time, this was the largest
//! head that it had seen of a log, and that each head it had seen before was the beginning of it.

use std::fmt;
use std::str::FromStr;

use super::checkpoint::Checkpoint;
use super::note::verifier::{KeyType, key_id, parse_vkey, write_vkey};
use super::note::{InvalidVerifier, Name, Note, SignatureLine};
use crate::crypto::signature::{SIGNATURE, Signature, SigningKey, VerifyKey};
use crate::time::Timestamp;

/// The type of a witness's key, which stands in its id and its text.
pub(crate) const KEY_TYPE: u8 = KeyType::Cosignature as u8;

/// Who cosigns: a name, and an Ed25519 key under it that serves for nothing else. In text
/// `name+keyid+key`, where the key's type is `0x04`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cosigner {
    /// The witness's name.
    pub name: Name,
    /// Its key.
    pub key: VerifyKey,
}

/// A cosignature as it was read: a claim, until [`Cosigner::signed`] has confirmed it. In text it
/// is the signature line of a note, without its newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    line: SignatureLine,
    time: Timestamp,
    signature: Signature,
}

/// A text that is not the line of a cosignature with a time in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCosignature;

impl Cosigner {
    /// Whether `cosignature` is this witness's, over the head whose note text is `checkpoint`.
    pub fn signed(&self, checkpoint: &str, cosignature: &Cosignature) -> bool {
        let Cosignature {
            line,
            time,
            signature,
        } = cosignature;
        line.name == self.name
            && line.key_id == key_id(KeyType::Cosignature, &self.name, &self.key)
            && self.key.verifies(&message(*time, checkpoint), signature)
    }
}

impl Cosignature {
    /// Signs a head as `name`, as of `time`.
    pub fn sign(checkpoint: &Checkpoint, name: &Name, key: &SigningKey, time: Timestamp) -> Self {
        let signature = key.sign(&message(time, &checkpoint.to_text()));
        let seconds = time.unix().to_be_bytes();
        let line = SignatureLine {
            name: name.clone(),
            key_id: key_id(KeyType::Cosignature, name, &key.verify_key()),
            signature: [&seconds[..], signature.as_bytes()].concat(),
        };
        Self {
            line,
            time,
            signature,
        }
    }

    /// Whose it claims to be.
    pub const fn name(&self) -> &Name {
        &self.line.name
    }

    /// When the head was seen, by the witness's clock.
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// The cosignature of a line; `None` where it has not the form of one.
    pub(super) fn of(line: SignatureLine) -> Option<Self> {
        let (seconds, signature) = line.signature.split_first_chunk()?;
        let signature: [u8; SIGNATURE] = signature.try_into().ok()?;
        let time = Timestamp::from_unix(i64::from_be_bytes(*seconds)).ok()?;
        Some(Self {
            signature: Signature::from_bytes(signature),
            time,
            line,
        })
    }
}

impl Note {
    /// The signature lines that have the form of a cosignature.
    pub fn cosignatures(&self) -> impl Iterator<Item = Cosignature> {
        self.lines().iter().cloned().filter_map(Cosignature::of)
    }

    /// The same note, cosigned.
    #[must_use]
    pub fn cosigned(self, cosignature: &Cosignature) -> Self {
        self.with(cosignature.line.clone())
    }
}

/// What is signed.
fn message(time: Timestamp, checkpoint: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {}\n{checkpoint}", time.unix()).into_bytes()
}

impl fmt::Display for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_vkey(f, KeyType::Cosignature, &self.name, &self.key)
    }
}

impl FromStr for Cosigner {
    type Err = InvalidVerifier;

    fn from_str(text: &str) -> Result<Self, InvalidVerifier> {
        let (name, key) = parse_vkey(text, KeyType::Cosignature).ok_or(InvalidVerifier)?;
        Ok(Self { name, key })
    }
}
crate::id::serde_as_text!(Cosigner);

impl fmt::Display for Cosignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.fmt(f)
    }
}

impl FromStr for Cosignature {
    type Err = InvalidCosignature;

    fn from_str(text: &str) -> Result<Self, InvalidCosignature> {
        let line = SignatureLine::parse(text).ok_or(InvalidCosignature)?;
        Self::of(line).ok_or(InvalidCosignature)
    }
}
crate::id::serde_as_text!(Cosignature);

impl fmt::Display for InvalidCosignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the line of a cosignature")
    }
}

impl std::error::Error for InvalidCosignature {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Key;
    use crate::tlog::hash::leaf;
    use crate::tlog::note::Verifier;

    // The example in C2SP's tlog-cosignature.
    const PUBLISHED: &str = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPH\
        eolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&Key::from_slice(&[seed; 32]).expect("32 bytes"))
    }

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn cosigner(text: &str, seed: u8) -> Cosigner {
        Cosigner {
            name: name(text),
            key: key(seed).verify_key(),
        }
    }

    fn time() -> Timestamp {
        Timestamp::from_unix(1_679_315_147).expect("a time")
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            origin: name("example-parish/vault/00112233445566aa"),
            size: 1180,
            root: leaf(b"the root"),
        }
    }

    fn signed() -> Cosignature {
        Cosignature::sign(&checkpoint(), &name("w.example"), &key(1), time())
    }

    #[test]
    fn the_published_line_has_the_published_name_and_time_and_is_written_byte_for_byte() {
        let published: Cosignature = PUBLISHED.parse().expect("a published line");
        assert_eq!(published.name().as_str(), "witness.example.com/w1");
        assert_eq!(published.time(), time());
        assert_eq!(published.to_string(), PUBLISHED);
    }

    #[test]
    fn the_message_is_the_published_one() {
        let said = message(time(), "example.com/behind-the-sofa\n20852163\nCsUY\n");
        let published = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
                         CsUY\n";
        assert_eq!(said, published.as_bytes());
    }

    #[test]
    fn a_cosignature_is_its_witness_s_alone_and_of_one_head() {
        let (ours, text) = (cosigner("w.example", 1), checkpoint().to_text());
        assert!(ours.signed(&text, &signed()));
        assert!(!cosigner("w.example", 2).signed(&text, &signed()));
        assert!(!cosigner("v.example", 1).signed(&text, &signed()));
        let (mut longer, mut other) = (checkpoint(), checkpoint());
        longer.size += 1;
        other.root = leaf(b"another root");
        for head in [longer, other] {
            assert!(!ours.signed(&head.to_text(), &signed()));
        }
    }

    #[test]
    fn every_changed_byte_of_a_cosignature_is_refused() {
        let (ours, text) = (cosigner("w.example", 1), checkpoint().to_text());
        let line = signed().to_string();
        for place in 0..line.len() {
            for bit in 0..8 {
                let mut forged = line.clone().into_bytes();
                forged[place] ^= 1 << bit;
                let read = str::from_utf8(&forged).map(str::parse::<Cosignature>);
                let passes = matches!(read, Ok(Ok(forged)) if ours.signed(&text, &forged));
                assert!(!passes, "byte {place}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_time_beyond_the_calendar_or_a_signature_of_another_length_is_refused() {
        let with = |bytes: &[u8]| {
            let line = SignatureLine {
                name: name("w.example"),
                key_id: [0; 4],
                signature: bytes.to_vec(),
            };
            line.to_string().parse::<Cosignature>().map(|_| ())
        };
        assert_eq!(with(&[0; 72]), Ok(()));
        for length in [1, 8, 64, 71, 73] {
            assert_eq!(with(&vec![0; length]), Err(InvalidCosignature), "{length}");
        }
        let late = [&[0x80, 0, 0, 0, 0, 0, 0, 0][..], &[0; 64]].concat();
        let later = [&[0x7f; 8][..], &[0; 64]].concat();
        assert_eq!(
            [with(&late), with(&later)],
            [Err(InvalidCosignature), Err(InvalidCosignature)]
        );
    }

    #[test]
    fn a_witness_s_key_is_no_log_s_key_and_the_reverse() {
        let witness = cosigner("w.example", 1);
        let text = witness.to_string();
        assert_eq!(text.parse(), Ok(witness.clone()));
        assert_eq!(text.parse::<Verifier>(), Err(InvalidVerifier));
        let Cosigner { name, key } = witness;
        let log = Verifier { name, key }.to_string();
        assert_eq!(log.parse::<Cosigner>(), Err(InvalidVerifier));
    }

    #[test]
    fn a_cosigned_note_is_still_the_log_s_and_shows_the_cosignature() {
        let note = checkpoint().sign(&key(7)).into_bytes();
        let note = Note::parse(&note).expect("a note").cosigned(&signed());
        let again = Note::parse(note.to_string().as_bytes()).expect("a note");
        assert_eq!(again, note);
        let keys = [key(7).verify_key()];
        let head = Checkpoint::signed(&note, &checkpoint().origin, &keys);
        assert_eq!(head, Ok((checkpoint(), keys[0])));
        assert_eq!(note.cosignatures().collect::<Vec<_>>(), [signed()]);
    }
}
