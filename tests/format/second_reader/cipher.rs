//! Opening ciphertexts by docs/format.md, sections 3 to 6: XChaCha20-Poly1305, age, Argon2id.

use std::io::Read;

use argon2::{Algorithm, Argon2, Params, Version};
use bech32::{Bech32, Hrp};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use unicode_normalization::UnicodeNormalization;

use super::encoding::{Word, derived, fields};

/// Opens `nonce ‖ ciphertext ‖ tag` with the place as associated data.
pub(crate) fn open(key: &Word, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, msg) = sealed.split_first_chunk::<24>()?;
    let cipher = XChaCha20Poly1305::new_from_slice(key).ok()?;
    let payload = Payload { msg, aad: place };
    cipher.decrypt(&XNonce::from(*nonce), payload).ok()
}

/// The age identity with these secret bytes.
pub(crate) fn identity(key: &Word) -> age::x25519::Identity {
    let hrp = Hrp::parse("age-secret-key-").expect("a fixed prefix");
    let text = bech32::encode_upper::<Bech32>(hrp, key).expect("32 bytes fit");
    text.parse().expect("an age identity")
}

/// Opens an age file: the place within, and the payload.
pub(crate) fn unwrap_anywhere(key: &Word, file: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let identity = identity(key);
    let decryptor = age::Decryptor::new_buffered(file).ok()?;
    let identities = std::iter::once(&identity as &dyn age::Identity);
    let mut plain = Vec::new();
    let mut reader = decryptor.decrypt(identities).ok()?;
    reader.read_to_end(&mut plain).ok()?;
    match fields(&plain)?[..] {
        [place, payload] => Some((place.to_vec(), payload.to_vec())),
        _ => None,
    }
}

/// Opens an age file whose payload belongs to `place`.
pub(crate) fn unwrap(key: &Word, place: &[u8], file: &[u8]) -> Option<Vec<u8>> {
    let (bound, payload) = unwrap_anywhere(key, file)?;
    (bound == place).then_some(payload)
}

/// A passphrase as `OpaqueString` (RFC 8265): every blank a space, then NFC.
fn opaque(passphrase: &str) -> String {
    let blank = |c: char| c.is_whitespace() && !c.is_control() && !"\u{2028}\u{2029}".contains(c);
    let spaced = passphrase.chars().map(|c| if blank(c) { ' ' } else { c });
    spaced.nfc().collect()
}

/// The unlock key and its commitment.
pub(crate) fn unlock(
    passphrase: &str,
    salt: &[u8],
    cost: (u32, u32, u32),
    vault: &[u8],
) -> (Word, Word) {
    let (memory_kib, passes, lanes) = cost;
    let params = Params::new(memory_kib, passes, lanes, Some(32)).expect("within the bounds");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut okm = [0; 32];
    let text = opaque(passphrase);
    let derivation = argon2.hash_password_into(text.as_bytes(), salt, &mut okm);
    derivation.expect("a derivation");
    let half = |label| derived(&okm, vault, label, None);
    (half("unlock"), half("unlock-commit"))
}

/// The value within a padded field.
pub(crate) fn unpadded(padded: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    let (value, zeros) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let canonical = padded.len() == (4 + value.len()).next_multiple_of(128);
    (canonical && zeros.iter().all(|byte| *byte == 0)).then(|| value.to_vec())
}
