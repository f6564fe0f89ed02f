//! C2SP signed notes: a text, a blank line, and a line for each signature.
//!
//! Only Ed25519 signatures (type `0x01`) are made and verified. Any other signature line that is
//! well formed is kept and passed over, as the specification asks.

mod signature_line;
pub(in crate::tlog) mod verifier;

use std::fmt;

pub(in crate::tlog) use self::signature_line::SignatureLine;
pub use self::verifier::{InvalidName, InvalidVerifier, MAX_NAME, Name, Verifier};
use self::verifier::{KeyType, key_id};
use crate::crypto::signature::{SigningKey, VerifyKey};

/// The most signatures that a note may carry: as many as the specification obliges us to read.
pub const MAX_SIGNATURES: usize = 16;

/// The most bytes that a note may have: room for as many signatures of post-quantum length.
pub const MAX_LENGTH: usize = 256 * 1024;

/// A text and the signatures under it, verified or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// Why bytes are not a signed note, or not one that is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteError {
    /// More than [`MAX_LENGTH`] bytes.
    TooLong,
    /// Not UTF-8, or a control character other than newline.
    NotText,
    /// A text or a signature line without its newline.
    Unfinished,
    /// No blank line with signatures after it.
    NoSignatures,
    /// More than [`MAX_SIGNATURES`] signatures.
    TooManySignatures,
    /// A signature line that is not well formed, counted from 1.
    SignatureLine(usize),
    /// No signature by any of the keys.
    NotSigned,
}

impl Note {
    /// Signs `text`, which is kept byte for byte.
    ///
    /// # Errors
    /// [`NoteError`]: a text that does not end in a newline, has other control characters, or is
    /// too long.
    pub fn sign(text: &str, name: &Name, key: &SigningKey) -> Result<Self, NoteError> {
        if !text.ends_with('\n') {
            return Err(NoteError::Unfinished);
        }
        let note = Self {
            text: text.to_owned(),
            signatures: vec![SignatureLine {
                name: name.clone(),
                key_id: key_id(KeyType::Note, name, &key.verify_key()),
                signature: key.sign(text.as_bytes()).as_bytes().to_vec(),
            }],
        };
        check_bytes(note.to_string().as_bytes())?;
        Ok(note)
    }

    /// Reads a note of any origin. Its text is not to be used before a signature is confirmed.
    ///
    /// # Errors
    /// [`NoteError`]: bytes that the specification does not allow, or more than the limits.
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        let note = check_bytes(note)?;
        // The text may have blank lines, the signatures have none: the last one separates them.
        let end = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&note[..=end], &note[end + 2..]);
        if lines.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Unfinished)?;
        let mut signatures = Vec::new();
        for (number, line) in (1..).zip(lines.split('\n')) {
            if number > MAX_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            let line = SignatureLine::parse(line).ok_or(NoteError::SignatureLine(number))?;
            signatures.push(line);
        }
        let text = text.to_owned();
        Ok(Self { text, signatures })
    }

    /// The text, with its final newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The key among `keys` that signed the text as `name`; of several, the one whose signature
    /// stands first.
    ///
    /// A signature that fails is passed over even under a known key's id, though the specification
    /// would have clients drop the note: an id of four bytes can be collided, and whoever can add
    /// a line could otherwise make a good note useless.
    pub fn signer(&self, name: &Name, keys: &[VerifyKey]) -> Option<VerifyKey> {
        self.signed_line(name, keys).map(|(_, key)| key)
    }

    /// The note with the one signature by which [`signer`](Self::signer) knows it, and no other.
    pub fn signed_only(&self, name: &Name, keys: &[VerifyKey]) -> Option<Self> {
        let (line, _) = self.signed_line(name, keys)?;
        Some(Self {
            text: self.text.clone(),
            signatures: vec![line.clone()],
        })
    }

    fn signed_line(&self, name: &Name, keys: &[VerifyKey]) -> Option<(&SignatureLine, VerifyKey)> {
        let mut lines = self.signatures.iter().filter(|line| line.name == *name);
        let by = |line| {
            let mut keys = keys.iter();
            let key = keys.find(|key| SignatureLine::is_by(line, key, &self.text))?;
            Some((line, *key))
        };
        lines.find_map(by)
    }

    /// The signature lines, verified or not.
    pub(in crate::tlog) fn lines(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// The same note with one more signature line.
    #[must_use]
    pub(in crate::tlog) fn with(mut self, line: SignatureLine) -> Self {
        self.signatures.push(line);
        self
    }

    /// Checks that `key` signed the text as `name`.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`].
    pub fn verify(&self, name: &Name, key: &VerifyKey) -> Result<(), NoteError> {
        self.signer(name, &[*key])
            .map(|_| ())
            .ok_or(NoteError::NotSigned)
    }
}

/// The bytes as text, if a note may have them.
fn check_bytes(note: &[u8]) -> Result<&str, NoteError> {
    if note.len() > MAX_LENGTH {
        return Err(NoteError::TooLong);
    }
    if note.iter().any(|byte| *byte < b' ' && *byte != b'\n') {
        return Err(NoteError::NotText);
    }
    str::from_utf8(note).map_err(|_| NoteError::NotText)
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the note has more than {MAX_LENGTH} bytes"),
            Self::NotText => f.write_str("the note is not plain UTF-8 text"),
            Self::Unfinished => f.write_str("the note's last line has no end"),
            Self::NoSignatures => f.write_str("the note has no signatures"),
            Self::TooManySignatures => {
                write!(f, "the note has more than {MAX_SIGNATURES} signatures")
            }
            Self::SignatureLine(number) => write!(f, "signature line {number} is not well formed"),
            Self::NotSigned => f.write_str("the note is not signed by a known key"),
        }
    }
}

impl std::error::Error for NoteError {}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

    use super::signature_line::DASH;
    use super::*;
    use crate::secret::Key;

    // The example key and note of Go's sumdb/note, whose private key is published with it.
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_SEED: &str = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=";
    const GO_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    const GO_LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1F\
        FYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn go_note() -> String {
        format!("{GO_TEXT}\n{GO_LINE}")
    }

    fn go_verifier() -> Verifier {
        GO_KEY.parse().expect("a published key")
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&Key::from_slice(&[seed; 32]).expect("32 bytes"))
    }

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn parse(note: &str) -> Result<Note, NoteError> {
        Note::parse(note.as_bytes())
    }

    fn line(name: &str, bytes: &[u8]) -> String {
        format!("{DASH}{name} {}\n", BASE64_STANDARD.encode(bytes))
    }

    #[test]
    fn the_published_note_is_verified_and_made_byte_for_byte() {
        let Verifier { name, key } = go_verifier();
        let note = parse(&go_note()).expect("a published note");
        assert_eq!(note.verify(&name, &key), Ok(()));
        assert_eq!(note.text(), GO_TEXT);
        assert_eq!(note.to_string(), go_note());

        let seed = BASE64_STANDARD.decode(GO_SEED).expect("base64");
        let signing = SigningKey::from_seed(&Key::from_slice(&seed).expect("32 bytes"));
        assert_eq!(signing.verify_key(), key);
        let made = Note::sign(GO_TEXT, &name, &signing).expect("a note text");
        assert_eq!(made.to_string(), go_note());
    }

    #[test]
    fn every_changed_byte_of_a_note_is_refused() {
        let Verifier { name, key } = go_verifier();
        for place in 0..go_note().len() {
            for bit in 0..8 {
                let mut forged = go_note().into_bytes();
                forged[place] ^= 1 << bit;
                let verdict = Note::parse(&forged).and_then(|note| note.verify(&name, &key));
                assert!(verdict.is_err(), "byte {place}, bit {bit}");
            }
        }
    }

    #[test]
    fn no_line_before_a_good_one_hides_it_or_is_taken_for_it() {
        let Verifier { name, key } = go_verifier();
        let id = key_id(KeyType::Note, &name, &key);
        let garbage = [
            line("PeterNeumann", &[&id[..], &[7; 64]].concat()),
            line("PeterNeumann", &[&id[..], &[7; 63]].concat()),
            line("PeterNeumann", &[&id[..], &[7]].concat()),
            line("PeterNeumann", &[9; 68]),
            line("EnochRoot", &[&id[..], &[7; 64]].concat()),
            line("EnochRoot", &[5; 4000]),
        ];
        for before in &garbage {
            let alone = parse(&format!("{GO_TEXT}\n{before}")).expect("well formed");
            assert_eq!(alone.verify(&name, &key), Err(NoteError::NotSigned));
            let both = format!("{GO_TEXT}\n{before}{GO_LINE}");
            let note = parse(&both).expect("well formed");
            assert_eq!(note.verify(&name, &key), Ok(()));
            assert_eq!(note.to_string(), both);
        }
        let all = format!("{GO_TEXT}\n{}{GO_LINE}", garbage.concat());
        assert_eq!(
            parse(&all).and_then(|note| note.verify(&name, &key)),
            Ok(())
        );
    }

    #[test]
    fn several_keys_sign_under_one_name_and_the_first_that_signed_is_named() {
        let log = name("example-parish/vault/00112233445566aa");
        let [one, two, three] = [1, 2, 3].map(|seed| key(seed).verify_key());
        let by = |seed| Note::sign("a head\n", &log, &key(seed)).expect("a note text");
        let second = by(2).to_string();
        let both = format!(
            "{}{}",
            by(1),
            second.strip_prefix("a head\n\n").expect("its text")
        );
        let note = parse(&both).expect("two signatures");
        assert_eq!(note.signer(&log, &[three, two, one]), Some(one));
        assert_eq!(note.signer(&log, &[three, two]), Some(two));
        assert_eq!(note.signer(&log, &[three]), None);
        assert_eq!(note.signer(&name("another"), &[one, two]), None);
    }

    #[test]
    fn a_signature_does_not_serve_another_name() {
        let Verifier { name: peter, key } = go_verifier();
        let renamed = go_note().replace("PeterNeumann", "EnochRoot");
        let note = parse(&renamed).expect("well formed");
        assert_eq!(note.signer(&peter, &[key]), None);
        assert_eq!(note.signer(&name("EnochRoot"), &[key]), None);
    }

    #[test]
    fn blank_lines_and_look_alikes_in_the_text_belong_to_the_text() {
        let log = name("log");
        for text in [
            "\n",
            "\n\n",
            "a\n\n",
            "a\n\nb\n",
            &format!("a\n\n{GO_LINE}"),
        ] {
            let note = Note::sign(text, &log, &key(1))
                .expect("a note text")
                .to_string();
            let read = parse(&note).expect("own note");
            assert_eq!(read.text(), text);
            assert_eq!(read.verify(&log, &key(1).verify_key()), Ok(()));
        }
    }

    #[test]
    fn what_is_not_a_note_is_refused_by_its_fault() {
        let long = "a".repeat(MAX_LENGTH + 1);
        let broken = |line: &str| format!("{GO_TEXT}\n{GO_LINE}{line}\n");
        let cases = [
            (String::new(), NoteError::NoSignatures),
            (GO_TEXT.to_owned(), NoteError::NoSignatures),
            (format!("{GO_TEXT}\n"), NoteError::NoSignatures),
            (format!("{GO_TEXT}{GO_LINE}"), NoteError::NoSignatures),
            (format!("{}\n", go_note()), NoteError::NoSignatures),
            (go_note().trim_end().to_owned(), NoteError::Unfinished),
            (go_note().replace('\n', "\r\n"), NoteError::NotText),
            (
                go_note().replace("problem", "prob\0lem"),
                NoteError::NotText,
            ),
            (
                go_note().replace("problem", "prob\tlem"),
                NoteError::NotText,
            ),
            (long, NoteError::TooLong),
            (broken("x"), NoteError::SignatureLine(2)),
            (broken("-- name AAAAAAA="), NoteError::SignatureLine(2)),
            (broken("—name AAAAAAA="), NoteError::SignatureLine(2)),
            (broken("— name"), NoteError::SignatureLine(2)),
            (broken("—  AAAAAAA="), NoteError::SignatureLine(2)),
            (broken("— a+b AAAAAAA="), NoteError::SignatureLine(2)),
            (broken("— a\u{a0}b AAAAAAA="), NoteError::SignatureLine(2)),
            (broken("— name  AAAAAAA="), NoteError::SignatureLine(2)),
            (broken("— name AAAAAAA= "), NoteError::SignatureLine(2)),
            (broken("— name AAAAAA=="), NoteError::SignatureLine(2)),
            (broken("— name AAAAAAA"), NoteError::SignatureLine(2)),
            (broken("— name AAAAAAB="), NoteError::SignatureLine(2)),
        ];
        for (note, error) in cases {
            assert_eq!(parse(&note), Err(error), "{note:?}");
        }
        assert!(parse(&broken("— name AAAAAAA=")).is_ok());
        assert_eq!(Note::parse(b"a\xff\n\n"), Err(NoteError::NotText));
    }

    #[test]
    fn sixteen_signatures_are_read_and_not_one_more() {
        let Verifier { name, key } = go_verifier();
        let others = line("EnochRoot", &[5; 5000]).repeat(MAX_SIGNATURES - 1);
        let note = parse(&format!("{GO_TEXT}\n{others}{GO_LINE}")).expect("as many as allowed");
        assert_eq!(note.verify(&name, &key), Ok(()));
        assert_eq!(
            parse(&format!("{GO_TEXT}\n{others}{GO_LINE}{GO_LINE}")),
            Err(NoteError::TooManySignatures)
        );
    }

    #[test]
    fn a_text_that_could_not_be_read_again_is_not_signed() {
        let sign = |text: &str| Note::sign(text, &name("log"), &key(1)).map(|_| ());
        assert_eq!(sign(""), Err(NoteError::Unfinished));
        assert_eq!(sign("no end"), Err(NoteError::Unfinished));
        assert_eq!(sign("a\r\n"), Err(NoteError::NotText));
        let around = Note::sign("\n", &name("log"), &key(1)).expect("a note text");
        let longest = "a".repeat(MAX_LENGTH - around.to_string().len());
        assert_eq!(sign(&format!("{longest}\n")), Ok(()));
        assert_eq!(sign(&format!("{longest}a\n")), Err(NoteError::TooLong));
    }
}
