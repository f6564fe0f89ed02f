//! The only types that hold secrets.
//!
//! Each is zeroized when dropped, has no `Debug`, `Display`, `Clone`, `PartialEq` or `Serialize`,
//! and is read through `expose()`, so that every place where a secret is looked at can be found
//! by searching for that word.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Secret bytes of any length: a field's value, a share, a decrypted payload.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes over `bytes`; its whole capacity is zeroized on drop.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Copies `bytes` into a buffer of exactly their length.
    pub fn copy_from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// `len` zero bytes, to be filled in place.
    pub fn zeroed(len: usize) -> Self {
        Self(vec![0; len])
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, to be changed in place.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// The length in bytes, which is not secret.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends within the capacity at hand; `None`, and nothing appended, where it does not suffice:
    /// growing would leave a copy of the secret in the old place.
    pub fn extend_within_capacity(&mut self, bytes: &[u8]) -> Option<()> {
        (self.0.capacity() - self.0.len() >= bytes.len()).then(|| self.0.extend_from_slice(bytes))
    }

    /// Keeps the first `len` bytes and wipes the others.
    pub fn truncate(&mut self, len: usize) {
        if let Some(rest) = self.0.get_mut(len..) {
            rest.zeroize();
        }
        self.0.truncate(len);
    }

    /// Whether both hold the same bytes, in time that depends on the lengths alone.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// Secret text: a passphrase, a mnemonic.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretString(String);

impl SecretString {
    /// Takes over `text`; its whole capacity is zeroized on drop.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text in `bytes`, or `None` where they are not UTF-8.
    pub fn from_utf8(bytes: &SecretBytes) -> Option<Self> {
        std::str::from_utf8(bytes.expose())
            .ok()
            .map(|text| Self(text.to_owned()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same text as bytes.
    pub fn to_bytes(&self) -> SecretBytes {
        SecretBytes::copy_from(self.0.as_bytes())
    }

    /// Whether both hold the same text, in time that depends on the lengths alone.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

/// A 256-bit key. It lives on the heap, so that moving it leaves no copy behind.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Key(Box<[u8; Key::LEN]>);

impl Key {
    /// The length of a key in bytes.
    pub const LEN: usize = 32;

    /// A key of zero bytes, to be filled in place.
    pub fn zeroed() -> Self {
        Self(Box::new([0; Self::LEN]))
    }

    /// The key in `bytes`, or `None` where there are not exactly [`Key::LEN`] of them.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zeroed();
        (bytes.len() == Self::LEN).then(|| {
            key.0.copy_from_slice(bytes);
            key
        })
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The bytes, to be filled in place.
    pub fn expose_mut(&mut self) -> &mut [u8; Self::LEN] {
        &mut self.0
    }

    /// A second copy, where two owners each need one; named so that it is seen.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let mut key = Self::zeroed();
        key.0.copy_from_slice(&self.0[..]);
        key
    }

    /// Whether both are the same key, in constant time.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0[..].ct_eq(&other.0[..]).into()
    }
}

/// A buffer that is wiped when dropped, for text that is private but not a credential.
pub type Wiped<T> = Zeroizing<T>;
