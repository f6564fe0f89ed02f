//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with mandatory associated data.
//!
//! `seal(key, place, plaintext) = nonce ‖ XChaCha20-Poly1305(key, nonce, plaintext, aad = place)`
//! with 24 random bytes as the nonce. There is no call without a [`Place`].

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};

use super::random::{self, Entropy, NoEntropy};
use crate::encoding::Place;
use crate::secret::{Key, SecretBytes};

const NONCE: usize = 24;
const TAG: usize = 16;

/// What sealing adds to the length of a plaintext, in bytes.
pub const OVERHEAD: usize = NONCE + TAG;

/// A ciphertext that does not open at this place with this key: it was damaged, moved or made by
/// somebody without the key. Which of these cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unopenable;

/// Encrypts `plaintext` so that it opens with `key` at `place` alone.
///
/// # Errors
/// [`NoEntropy`].
///
/// # Panics
/// Plaintexts of 256 GiB and more.
pub fn seal(
    key: &Key,
    place: &Place,
    plaintext: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, NoEntropy> {
    let nonce: [u8; NONCE] = random::array(entropy)?;
    let mut sealed = Vec::with_capacity(plaintext.len() + OVERHEAD);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plaintext);
    let tag = cipher(key)
        .encrypt_inout_detached(
            &XNonce::from(nonce),
            &place.encode(),
            (&mut sealed[NONCE..]).into(),
        )
        .expect("plaintexts are bounded far below the cipher's limit");
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Decrypts what [`seal`] made with the same key for the same place.
///
/// # Errors
/// [`Unopenable`].
pub fn open(key: &Key, place: &Place, sealed: &[u8]) -> Result<SecretBytes, Unopenable> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or(Unopenable)?;
    let (body, tag) = rest.split_last_chunk::<TAG>().ok_or(Unopenable)?;
    let mut plaintext = SecretBytes::copy_from(body);
    cipher(key)
        .decrypt_inout_detached(
            &XNonce::from(*nonce),
            &place.encode(),
            plaintext.expose_mut().into(),
            &Tag::from(*tag),
        )
        .map_err(|_| Unopenable)?;
    Ok(plaintext)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose().into())
}
