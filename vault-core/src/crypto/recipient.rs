//! age files (C2SP age, X25519 recipients only) with the place of the payload inside.
//!
//! age authenticates no sender and binds no associated data, so every payload begins with the
//! encoded [`Place`], and is refused anywhere else.

use std::fmt;
use std::io::{Read, Write};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use bech32::{Bech32, Hrp};
use zeroize::Zeroize;

use super::random::{self, Entropy, NoEntropy, OsEntropy};
use crate::encoding::{Decoder, Encoder, Place};
use crate::id::{InvalidId, parse_hex};
use crate::secret::{Key, SecretBytes};

/// The largest payload that is unwrapped, in bytes: an age file of another size is not ours.
const LARGEST: u64 = 64 * 1024;

/// The u-coordinates, little-endian, of the points of small order on Curve25519 and its twist; the
/// last two are 0 and 1 again, not reduced modulo p. X25519 with any of them gives zero (RFC 7748,
/// section 6.1), so that everybody would know the key, and the age crate aborts instead of refusing.
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// A public key that receives keys; bech32 text (`age1…`). Never a point of small order.
#[derive(Clone)]
pub struct Recipient(age::x25519::Recipient);

/// A private key that receives keys.
pub struct Identity(age::x25519::Identity);

/// An age file that does not open with this identity, or whose payload belongs elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotForUs;

/// Encryption to the recipients failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapFailed {
    /// The operating system gave no randomness.
    NoEntropy,
    /// There is no recipient, or none that can be encrypted to.
    Refused,
}

impl Identity {
    /// The identity with these 32 secret bytes.
    ///
    /// # Panics
    /// Never: 32 bytes always fit the text form that is parsed.
    pub fn from_key(key: &Key) -> Self {
        // The age crate parses identities only from text; `encode` sizes its buffer once.
        let hrp = Hrp::parse("age-secret-key-").expect("a fixed prefix");
        let mut text = bech32::encode_upper::<Bech32>(hrp, key.expose()).expect("32 bytes fit");
        let identity = text.parse().expect("the text form of 32 bytes");
        text.zeroize();
        Self(identity)
    }

    /// A fresh identity and the key that it is made from.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn generate(entropy: &mut dyn Entropy) -> Result<(Key, Self), NoEntropy> {
        let key = random::key(entropy)?;
        let identity = Self::from_key(&key);
        Ok((key, identity))
    }

    /// The public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The identity as age's own text (`AGE-SECRET-KEY-1…`), for use without this program.
    pub fn to_text(&self) -> crate::secret::SecretString {
        crate::secret::SecretString::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Opens an age file made by [`wrap`] for this identity and for `place`.
    ///
    /// # Errors
    /// [`NotForUs`].
    pub fn unwrap(&self, place: &Place, file: &[u8]) -> Result<SecretBytes, NotForUs> {
        let decryptor = age::Decryptor::new_buffered(file).map_err(|_| NotForUs)?;
        let reader = decryptor
            .decrypt(std::iter::once(&self.0 as &dyn age::Identity))
            .map_err(|_| NotForUs)?;
        let mut plain = SecretBytes::new(Vec::with_capacity(file.len()));
        plain.read_from(reader.take(LARGEST))?;
        let mut fields = Decoder::new(plain.expose());
        let bound = fields.bytes().map_err(|_| NotForUs)?;
        let payload = fields.bytes().map_err(|_| NotForUs)?;
        if bound != place.encode() || !fields.is_empty() {
            return Err(NotForUs);
        }
        Ok(SecretBytes::copy_from(payload))
    }
}

impl SecretBytes {
    /// Reads to the end into the capacity at hand; a plaintext is always shorter than its file.
    fn read_from(&mut self, mut reader: impl Read) -> Result<(), NotForUs> {
        let mut chunk = zeroize::Zeroizing::new([0; 1024]);
        loop {
            match reader.read(&mut *chunk) {
                Ok(0) => return Ok(()),
                Ok(n) => self.extend_within_capacity(&chunk[..n]).ok_or(NotForUs)?,
                Err(_) => return Err(NotForUs),
            }
        }
    }
}

/// Encrypts `payload`, bound to `place`, to every one of `recipients`.
///
/// # Errors
/// [`WrapFailed`].
pub fn wrap(
    recipients: &[&Recipient],
    place: &Place,
    payload: &[u8],
) -> Result<Vec<u8>, WrapFailed> {
    // The age crate takes its randomness from the operating system, and aborts where there is none.
    OsEntropy
        .check()
        .map_err(|NoEntropy| WrapFailed::NoEntropy)?;
    let refused = |_| WrapFailed::Refused;
    let recipients = recipients.iter().map(|r| &r.0 as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(|_| WrapFailed::Refused)?;
    let bound = place.encode();
    let plain = Encoder::unlabelled(bound.len() + payload.len() + 8)
        .bytes(&bound)
        .bytes(payload)
        .finish_secret();
    let mut file = Vec::with_capacity(plain.len() + 512);
    let mut writer = encryptor.wrap_output(&mut file).map_err(refused)?;
    writer.write_all(plain.expose()).map_err(refused)?;
    writer.finish().map_err(refused)?;
    Ok(file)
}

impl PartialEq for Recipient {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Recipient {}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl FromStr for Recipient {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let recipient = text.parse().map_err(|_| InvalidId)?;
        let (_, point) = bech32::decode(text).map_err(|_| InvalidId)?;
        let mut point: [u8; 32] = point.try_into().map_err(|_| InvalidId)?;
        // X25519 ignores the topmost bit.
        point[31] &= 0x7f;
        if SMALL_ORDER.iter().any(|u| parse_hex(u) == Ok(point)) {
            return Err(InvalidId);
        }
        Ok(Self(recipient))
    }
}
crate::id::serde_as_text!(Recipient);
