//! The canonical encoding, places and labels of docs/format.md, sections 1 to 3.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A 256-bit key, digest or public key.
pub(crate) type Word = [u8; 32];

/// A sequence of fields, each with its length before it.
#[derive(Default)]
pub(crate) struct Fields(Vec<u8>);

impl Fields {
    /// Begins with a label.
    pub(crate) fn labelled(label: &str) -> Self {
        Self::default().bytes(format!("coffer/v1/{label}").as_bytes())
    }

    pub(crate) fn bytes(mut self, field: &[u8]) -> Self {
        let length = u32::try_from(field.len()).expect("a short field");
        self.0.extend(length.to_be_bytes());
        self.0.extend(field);
        self
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    pub(crate) fn absent(mut self) -> Self {
        self.0.extend([0xff; 4]);
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// The fields of an encoding; `None` where the bytes are not one or a field is absent.
pub(crate) fn fields(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        found.push(field);
        bytes = rest;
    }
    Some(found)
}

/// Where a ciphertext belongs.
#[derive(Clone)]
pub(crate) struct Place<'a> {
    pub(crate) vault: &'a [u8],
    pub(crate) object: (&'a str, &'a [u8]),
    pub(crate) version: u64,
    pub(crate) part: &'a str,
    pub(crate) key: (&'a [u8], u64),
}

impl Place<'_> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        Fields::labelled("aad")
            .number(1)
            .bytes(self.vault)
            .bytes(self.object.0.as_bytes())
            .bytes(self.object.1)
            .number(self.version)
            .bytes(self.part.as_bytes())
            .bytes(self.key.0)
            .number(self.key.1)
            .finish()
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> Word {
    Sha256::digest(bytes).into()
}

pub(crate) fn hmac(key: &[u8], message: &[u8]) -> Word {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length will do");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// The tag of an entry by its title, which is folded already.
pub(crate) fn title_tag(key: &[u8], folded: &str) -> Word {
    let said = Fields::labelled("title-tag").bytes(folded.as_bytes());
    hmac(key, &said.finish())
}

/// `HKDF(ikm, salt = vault, "coffer/v1/" ‖ label ‖ number where there is one)`.
pub(crate) fn derived(ikm: &[u8], vault: &[u8], label: &str, number: Option<u64>) -> Word {
    let mut info = format!("coffer/v1/{label}").into_bytes();
    info.extend(number.map(u64::to_be_bytes).iter().flatten());
    let mut key = [0; 32];
    let hkdf = Hkdf::<Sha256>::new(Some(vault), ikm);
    hkdf.expand(&info, &mut key).expect("32 bytes");
    key
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (0..text.len()).step_by(2).map(digit).collect()
}
