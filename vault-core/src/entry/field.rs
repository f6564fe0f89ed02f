//! Secret fields: their names, their places, and their padded form before encryption.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::id::Version;
use crate::secret::SecretBytes;
use crate::text::{InvalidLine, Line, fold};

/// The name of a secret field; two names that differ in case alone are the same.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct FieldName(String);

/// Names that the catalogue holds in clear to members, so that no secret field may have them.
const CATALOGUE_NAMES: [&str; 3] = ["title", "username", "url"];

impl FieldName {
    /// The field that `get` gives where none is named.
    pub fn password() -> Self {
        Self("password".to_owned())
    }

    /// The seed of the one-time codes.
    pub fn totp() -> Self {
        Self("totp".to_owned())
    }

    /// A field's name: a line that is none of the catalogue's own names.
    ///
    /// # Errors
    /// [`InvalidField::Name`] or [`InvalidField::Reserved`].
    pub fn parse(text: &str) -> Result<Self, InvalidField> {
        let line = Line::parse(text, Line::NAME).map_err(InvalidField::Name)?;
        if CATALOGUE_NAMES.contains(&line.folded().as_str()) {
            return Err(InvalidField::Reserved);
        }
        Ok(Self(line.to_string()))
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for FieldName {
    fn eq(&self, other: &Self) -> bool {
        fold(&self.0) == fold(&other.0)
    }
}

impl Eq for FieldName {}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FieldName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_| serde::de::Error::custom("not a field's name"))
    }
}

/// Where a field's current value stands: a version holds only the fields that it changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSlot {
    /// The field.
    pub name: FieldName,
    /// The version in which it was last set.
    pub version: Version,
    /// Its place among that version's fields, from 0.
    pub place: u32,
}

/// A secret field of an entry.
pub struct Field {
    /// What it is called.
    pub name: FieldName,
    /// What it holds, byte for byte.
    pub value: SecretBytes,
}

/// Why something is not a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidField {
    /// The name is not a line of text.
    Name(InvalidLine),
    /// The name belongs to the catalogue.
    Reserved,
    /// The value is larger than [`LARGEST_VALUE`].
    TooLarge,
    /// The values are larger together than [`LARGEST_TOGETHER`].
    TooLargeTogether,
    /// A password must not be empty.
    EmptyPassword,
    /// Two fields of one entry have the same name.
    Repeated,
}

/// The largest value of a field: one mebibyte.
pub const LARGEST_VALUE: usize = 1024 * 1024;

/// The largest values together of the fields that one version sets: what a file holds is read whole, and
/// nothing that is longer is.
pub const LARGEST_TOGETHER: usize = 8 * LARGEST_VALUE;

/// The most fields of one entry.
pub const MOST_FIELDS: usize = 256;

/// Values are padded to a multiple of this many bytes, so that their length tells little.
const STEP: usize = 128;

/// `length (4 bytes) ‖ value ‖ zeros` up to the next multiple of 128 bytes.
///
/// # Panics
/// Values above [`LARGEST_VALUE`], which [`check`] refuses.
pub fn pad(value: &SecretBytes) -> SecretBytes {
    let length = u32::try_from(value.len()).expect("values are at most one mebibyte");
    let mut padded = SecretBytes::zeroed((4 + value.len()).next_multiple_of(STEP));
    padded.expose_mut()[..4].copy_from_slice(&length.to_be_bytes());
    padded.expose_mut()[4..4 + value.len()].copy_from_slice(value.expose());
    padded
}

/// What [`pad`] padded; `None` where the bytes are not of that form.
pub fn unpad(padded: &SecretBytes) -> Option<SecretBytes> {
    let (length, rest) = padded.expose().split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (value, zeros) = rest.split_at_checked(length)?;
    let canonical = padded.len() == (4 + length).next_multiple_of(STEP);
    (canonical && zeros.iter().all(|byte| *byte == 0)).then(|| SecretBytes::copy_from(value))
}

/// Whether `fields` may stand in one entry.
///
/// # Errors
/// The first thing that is wrong with them.
pub fn check(fields: &[Field]) -> Result<(), InvalidField> {
    if fields.len() > MOST_FIELDS {
        return Err(InvalidField::TooLarge);
    }
    for (at, field) in fields.iter().enumerate() {
        if field.value.len() > LARGEST_VALUE {
            return Err(InvalidField::TooLarge);
        }
        if fields[..at].iter().any(|other| other.name == field.name) {
            return Err(InvalidField::Repeated);
        }
    }
    let together: usize = fields.iter().map(|field| field.value.len()).sum();
    if together > LARGEST_TOGETHER {
        return Err(InvalidField::TooLargeTogether);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_password_of_up_to_124_bytes_has_the_same_padded_length() {
        for length in [0, 1, 64, 124] {
            let padded = pad(&SecretBytes::zeroed(length));
            assert_eq!(padded.len(), 128);
            assert_eq!(unpad(&padded).map(|v| v.len()), Some(length));
        }
        assert_eq!(pad(&SecretBytes::zeroed(125)).len(), 256);
    }

    #[test]
    fn padding_that_is_not_canonical_is_refused() {
        let mut padded = pad(&SecretBytes::copy_from(b"abc"));
        padded.expose_mut()[100] = 1;
        assert!(unpad(&padded).is_none());
        assert!(unpad(&SecretBytes::zeroed(256)).is_none());
        assert!(unpad(&SecretBytes::zeroed(3)).is_none());
    }
}
