//! Randomness from the operating system: the only source of keys, nonces, salts and ids.

use crate::secret::{Key, SecretBytes};

/// The operating system gave no randomness. Nothing may go on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoEntropy;

impl std::fmt::Display for NoEntropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the operating system gave no randomness")
    }
}

impl std::error::Error for NoEntropy {}

/// A source of uniformly random bytes. Domain rules take one as an argument.
pub trait Entropy {
    /// Fills `buffer`.
    ///
    /// # Errors
    /// [`NoEntropy`], after which the buffer must not be used.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy>;
}

/// `N` random bytes.
///
/// # Errors
/// [`NoEntropy`].
pub fn array<const N: usize>(entropy: &mut dyn Entropy) -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

/// A random key.
///
/// # Errors
/// [`NoEntropy`].
pub fn key(entropy: &mut dyn Entropy) -> Result<Key, NoEntropy> {
    let mut key = Key::zeroed();
    entropy.fill(key.expose_mut())?;
    Ok(key)
}

/// `len` random secret bytes.
///
/// # Errors
/// [`NoEntropy`].
pub fn secret(entropy: &mut dyn Entropy, len: usize) -> Result<SecretBytes, NoEntropy> {
    let mut bytes = SecretBytes::zeroed(len);
    entropy.fill(bytes.expose_mut())?;
    Ok(bytes)
}

/// A number below `bound`, each equally likely (by rejection).
///
/// # Errors
/// [`NoEntropy`].
///
/// # Panics
/// A `bound` of 0.
pub fn below(entropy: &mut dyn Entropy, bound: u32) -> Result<u32, NoEntropy> {
    assert!(bound > 0, "there is no number below 0");
    let limit = u32::MAX - u32::MAX % bound;
    loop {
        let draw = u32::from_be_bytes(array(entropy)?);
        if draw < limit {
            return Ok(draw % bound);
        }
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl OsEntropy {
    /// Whether it gives anything: to be asked before others draw from it who take that for granted.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn check(self) -> Result<(), NoEntropy> {
        let mut drawn = Key::zeroed();
        let mut source = self;
        source.fill(drawn.expose_mut())
    }
}

impl Entropy for OsEntropy {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(buffer).map_err(|_| NoEntropy)
    }
}
