//! Typed names for things: an entry's id can never be taken for a person's.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::Visitor;
use serde::{Deserialize, Serialize};

/// A text that is not an identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier: 32 hexadecimal digits are expected")
    }
}

impl std::error::Error for InvalidId {}

/// Writes `bytes` as lower-case hexadecimal digits.
pub(crate) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.chunks(32).try_for_each(|chunk| {
        let mut bytes = [0; 32];
        bytes[..chunk.len()].copy_from_slice(chunk);
        let text = hex_digits(&bytes);
        let text = std::str::from_utf8(&text[..2 * chunk.len()]);
        f.write_str(text.map_err(|_| fmt::Error)?)
    })
}

/// The lower-case hexadecimal digits of 32 bytes. Computed and not looked up, so that the compiler
/// makes many at once.
pub(crate) fn hex_digits(bytes: &[u8; 32]) -> [u8; 64] {
    const PAST_NINE: u8 = b'a' - b'0' - 10;
    let digit = |nibble: u8| b'0' + nibble + if nibble > 9 { PAST_NINE } else { 0 };
    let mut text = [0; 64];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
    text
}

/// What each byte stands for as a hexadecimal digit; 255 where it is none.
const NIBBLES: [u8; 256] = {
    let mut nibbles = [255; 256];
    let mut value = 0;
    while value < 16 {
        nibbles[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    nibbles
};

/// Reads exactly `N` bytes of hexadecimal digits.
pub(crate) fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], InvalidId> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return Err(InvalidId);
    }
    let mut bytes = [0; N];
    // Digits are as good as random: to ask of each what it is costs more than all the rest.
    let mut bad = 0;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = [pair[0], pair[1]].map(|digit| NIBBLES[usize::from(digit)]);
        bad |= high | low;
        *byte = (high << 4) | (low & 15);
    }
    if bad < 16 { Ok(bytes) } else { Err(InvalidId) }
}

/// Parses a text where it stands: a list or a replay reads tens of thousands of them.
pub(crate) struct AsText<T>(PhantomData<T>);

impl<T> AsText<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for AsText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Gives a type the JSON form of its text: what it displays as and parses from.
macro_rules! serde_as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::id::AsText::new())
            }
        }
    };
}

pub(crate) use serde_as_text;

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The identifier with these 16 bytes, which are random where it is made.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_hex(text).map(Self)
            }
        }
        serde_as_text!($name);
    };
}

hex_id! {
    /// One vault, from its founding on; a copy keeps it.
    VaultId
}

impl VaultId {
    /// The short mark by which people match paper, stick and screen: `7K2M-9QXF`, the first forty
    /// bits. It is for eyes and proves nothing.
    pub fn mark(&self) -> String {
        let first = self.0.iter().take(5);
        let bits = first.fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let letter = |place: u32| {
            let five = usize::try_from(bits >> (35 - 5 * place) & 31).unwrap_or(0);
            char::from(MARK_LETTERS[five])
        };
        let (left, right) = ((0..4).map(letter), (4..8).map(letter));
        left.chain(['-']).chain(right).collect()
    }
}

/// Digits and capitals without 0 and O, 1 and I.
const MARK_LETTERS: [u8; 32] = *b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

hex_id! {
    /// One person, for as long as the vault exists.
    PersonId
}
hex_id! {
    /// One collection of entries that share readers.
    CollectionId
}
hex_id! {
    /// One entry, across all its versions.
    EntryId
}
hex_id! {
    /// One run of the program by one person: the records of an unlock carry the same.
    SessionId
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// The thing with this number.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The thing after this one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// A record's place in the access log, counted from 0; the same as its leaf index.
    RecordSeq
}
number! {
    /// A generation of a collection's key, counted from 1.
    Generation
}
number! {
    /// A version of an entry's secret fields, counted from 1.
    Version
}
number! {
    /// An epoch of the emergency envelope: one escrow secret, counted from 1.
    Epoch
}

/// What stands on the outside of one envelope, such as `CL-0007`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(String);

impl Serial {
    /// The `number`th sheet whose serial begins with `prefix`.
    pub fn new(prefix: &str, number: u32) -> Self {
        Self(format!("{prefix}-{number:04}"))
    }

    /// The text, as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the number.
    pub fn prefix(&self) -> &str {
        self.0.split_once('-').map_or(&self.0, |(prefix, _)| prefix)
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Serial {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (prefix, number) = text.split_once('-').ok_or(InvalidId)?;
        let letters = (1..=8).contains(&prefix.len())
            && prefix
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let digits = number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit());
        if letters && digits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId)
        }
    }
}
serde_as_text!(Serial);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vaults_mark_is_eight_letters_that_nobody_mistakes() {
        let mark = |bytes| VaultId::from_bytes(bytes).mark();
        assert_eq!(mark([0; 16]), "2222-2222");
        assert_eq!(mark([255; 16]), "ZZZZ-ZZZZ");
        let counting = std::array::from_fn(|at| u8::try_from(at).expect("sixteen"));
        assert_eq!(mark(counting), "222J-62S6");
        let mut one = [0; 16];
        one[4] = 1;
        assert_eq!(mark(one), "2222-2223");
        assert!(!MARK_LETTERS.iter().any(|letter| b"0O1I".contains(letter)));
    }
}
