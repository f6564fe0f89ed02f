//! SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869).

use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

use crate::id::{InvalidId, hex_digits, parse_hex, write_hex};
use crate::secret::Key;

/// A public 32-byte digest; hexadecimal in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// SHA-256 of the concatenation of `parts`.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// SHA-256 of all that `reader` gives.
    ///
    /// # Errors
    /// The reader's own.
    pub fn of_reader(mut reader: impl Read) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let mut buffer = [0; 8192];
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(Self(hash.finalize().into())),
                read => hash.update(&buffer[..read]),
            }
        }
    }

    /// A digest that was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text in hexadecimal, for whoever compares many.
    pub fn to_hex(&self) -> [u8; 64] {
        hex_digits(&self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        parse_hex(text).map(Self)
    }
}
crate::id::serde_as_text!(Digest);

/// `HMAC-SHA-256(key, message)`: a tag that only holders of `key` can make or confirm.
///
/// # Panics
/// Never: HMAC takes a key of any length.
pub fn hmac(key: &Key, message: &[u8]) -> Digest {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key.expose()).expect("any key length will do");
    mac.update(message);
    Digest(mac.finalize().into_bytes().into())
}

/// `HKDF-SHA-256(ikm, salt, info)`, 32 bytes.
///
/// # Panics
/// Never: 32 bytes is a length that HKDF-SHA-256 can give.
pub fn derive(ikm: &[u8], salt: &[u8], info: &[u8]) -> Key {
    let mut key = Key::zeroed();
    Hkdf::<Sha256>::new(Some(salt), ikm)
        .expand(info, key.expose_mut())
        .expect("32 bytes is a valid length");
    key
}
