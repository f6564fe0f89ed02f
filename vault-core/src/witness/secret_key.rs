//! The witness's own key as a line of text, in the form that Go's `sumdb/note` gave such keys:
//! `PRIVATE+KEY+name+keyid+base64(0x04 ‖ seed)`. No passphrase protects it: a witness runs
//! unattended, and its key signs heads alone.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::crypto::signature::SigningKey;
use crate::secret::{Key, SecretBytes, SecretString};
use crate::tlog::cosignature::{Cosigner, KEY_TYPE};
use crate::tlog::note::Name;

const PREFIX: &str = "PRIVATE+KEY+";

/// The line with its newline.
pub(super) fn to_text(name: &Name, seed: &Key) -> SecretString {
    let mut bytes = SecretBytes::zeroed(1 + Key::LEN);
    bytes.expose_mut()[0] = KEY_TYPE;
    bytes.expose_mut()[1..].copy_from_slice(seed.expose());
    let encoded = SecretString::new(BASE64_STANDARD.encode(bytes.expose()));
    let id = key_id(name, &SigningKey::from_seed(seed));
    SecretString::new(format!("{PREFIX}{name}+{id}+{}\n", encoded.expose()))
}

/// Reads [`to_text`] back; `None` for anything else.
pub(super) fn from_text(text: &[u8]) -> Option<(Name, SigningKey)> {
    let text = str::from_utf8(text).ok()?.strip_suffix('\n')?;
    let (name, rest) = text.strip_prefix(PREFIX)?.split_once('+')?;
    let (id, encoded) = rest.split_once('+')?;
    let bytes = SecretBytes::new(BASE64_STANDARD.decode(encoded).ok()?);
    let seed = bytes.expose().strip_prefix(&[KEY_TYPE])?;
    let key = SigningKey::from_seed(&Key::from_slice(seed)?);
    let name: Name = name.parse().ok()?;
    (key_id(&name, &key) == id).then_some((name, key))
}

/// The id that stands in the text of the public key.
fn key_id(name: &Name, key: &SigningKey) -> String {
    let (name, key) = (name.clone(), key.verify_key());
    let public = Cosigner { name, key }.to_string();
    public.split('+').nth(1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_no_changed_or_cut_line_is_one() {
        let name: Name = "w.example".parse().expect("a name");
        let seed = Key::from_slice(&[7; 32]).expect("32 bytes");
        let text = to_text(&name, &seed);
        let text = text.expose();
        let (read, key) = from_text(text.as_bytes()).expect("a key");
        assert_eq!(read, name);
        let same = SigningKey::from_seed(&seed).verify_key();
        assert_eq!(key.verify_key(), same);
        for at in 0..text.len() {
            let mut changed = text.as_bytes().to_vec();
            changed[at] ^= 1;
            assert!(from_text(&changed).is_none(), "byte {at}");
            assert!(from_text(&text.as_bytes()[..at]).is_none(), "cut at {at}");
        }
    }
}
