//! Who signs a note: a name, and a key under it.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::id::parse_hex;

/// The most bytes that a name may have.
pub const MAX_NAME: usize = 1024;

/// The length of a key id in bytes.
pub(in crate::tlog) const KEY_ID: usize = 4;

/// What the signatures of an Ed25519 key are made over. The byte stands in its id and its text, so
/// that one key never serves for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::tlog) enum KeyType {
    /// The text of a note.
    Note = 0x01,
    /// A checkpoint, and the time at which a witness saw it (C2SP `tlog-cosignature`).
    Cosignature = 0x04,
}

/// The name under which keys sign, which in a checkpoint is the log's origin: not empty, of at
/// most [`MAX_NAME`] bytes, without white space, control characters or plus signs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// A public key under a name; in text `name+keyid+key`, the line of a `vkeys` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    /// The name under which the key signs.
    pub name: Name,
    /// The key.
    pub key: VerifyKey,
}

/// A text that is not a name under which a key can sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidName;

/// A text that is not an Ed25519 verifier key, or whose key id is another key's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidVerifier;

impl Name {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let refused = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if !(1..=MAX_NAME).contains(&text.len()) || text.contains(refused) {
            return Err(InvalidName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_vkey(f, KeyType::Note, &self.name, &self.key)
    }
}

impl FromStr for Verifier {
    type Err = InvalidVerifier;

    fn from_str(text: &str) -> Result<Self, InvalidVerifier> {
        let (name, key) = parse_vkey(text, KeyType::Note).ok_or(InvalidVerifier)?;
        Ok(Self { name, key })
    }
}

/// The first four bytes of `SHA-256(name ‖ 0x0A ‖ type ‖ key)`: which key a signature claims.
pub(in crate::tlog) fn key_id(of: KeyType, name: &Name, key: &VerifyKey) -> [u8; KEY_ID] {
    let digest = Digest::of(&[name.0.as_bytes(), b"\n", &[of as u8], key.as_bytes()]);
    let [a, b, c, d, ..] = *digest.as_bytes();
    [a, b, c, d]
}

/// Writes `name+keyid+key`.
pub(in crate::tlog) fn write_vkey(
    f: &mut fmt::Formatter<'_>,
    of: KeyType,
    name: &Name,
    key: &VerifyKey,
) -> fmt::Result {
    let id = u32::from_be_bytes(key_id(of, name, key));
    let key = [&[of as u8], key.as_bytes().as_slice()].concat();
    write!(f, "{name}+{id:08x}+{}", BASE64_STANDARD.encode(key))
}

/// Reads [`write_vkey`] back; `None` for a key of another type, or with another key's id.
pub(in crate::tlog) fn parse_vkey(text: &str, of: KeyType) -> Option<(Name, VerifyKey)> {
    // The key in base64 may itself contain a plus sign; the name and the id never do.
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let name: Name = name.parse().ok()?;
    let id: [u8; KEY_ID] = parse_hex(id).ok()?;
    let key = BASE64_STANDARD.decode(key).ok()?;
    let (first, key) = key.split_first()?;
    let key = VerifyKey::from_bytes(key.try_into().ok()?);
    (*first == of as u8 && key_id(of, &name, &key) == id).then_some((name, key))
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a name of a key: no spaces, control characters or plus signs")
    }
}

impl fmt::Display for InvalidVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a verifier key: name+keyid+key is expected")
    }
}

impl std::error::Error for InvalidName {}
impl std::error::Error for InvalidVerifier {}

#[cfg(test)]
mod tests {
    use super::*;

    // The example key of Go's sumdb/note.
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn a_verifier_key_reads_and_writes_byte_for_byte_and_no_part_of_it_may_be_missing() {
        assert_eq!(
            GO_KEY.parse::<Verifier>().map(|key| key.to_string()),
            Ok(GO_KEY.to_owned())
        );
        for (place, _) in GO_KEY.char_indices() {
            let changed = [&GO_KEY[..place], "~", &GO_KEY[place + 1..]].concat();
            let dropped = [&GO_KEY[..place], &GO_KEY[place + 1..]].concat();
            for forged in [&changed, &dropped, &GO_KEY[..place], &GO_KEY[place + 1..]] {
                assert_eq!(forged.parse::<Verifier>(), Err(InvalidVerifier), "{forged}");
            }
        }
    }

    // Both with the key id that the changed key would have: from the tests of Go's sumdb/note.
    #[test]
    fn a_verifier_key_of_another_length_or_type_is_refused() {
        for forged in [
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert_eq!(forged.parse::<Verifier>(), Err(InvalidVerifier));
        }
    }

    #[test]
    fn a_name_that_a_signature_line_cannot_carry_is_refused() {
        let long = "a".repeat(MAX_NAME + 1);
        for text in [
            "",
            " ",
            "a b",
            "a+b",
            "a\nb",
            "a\u{2003}b",
            "a\u{7f}",
            &long,
        ] {
            assert_eq!(text.parse::<Name>(), Err(InvalidName), "{text:?}");
        }
        let longest: Name = long[1..].parse().expect("a name of the most bytes");
        assert_eq!(longest.as_str(), &long[1..]);
    }
}
