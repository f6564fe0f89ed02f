//! What the words of one splitting begin with.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::wordlist;
use crate::secret::SecretString;

/// The flag *extendable* and no iteration exponent: what ends the second word of a key.
const LONE: u16 = 0b1_0000;

/// The number that is drawn for each splitting, 15 bits: the first ten are the first word, the rest
/// begins the second. It is not secret, and shares with different ones do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Identifier(u16);

/// A number of more than 15 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier has 15 bits")
    }
}

impl std::error::Error for TooLarge {}

impl TryFrom<u16> for Identifier {
    type Error = TooLarge;

    fn try_from(number: u16) -> Result<Self, TooLarge> {
        (number < 1 << 15).then_some(Self(number)).ok_or(TooLarge)
    }
}

impl From<Identifier> for u16 {
    fn from(Identifier(number): Identifier) -> Self {
        number
    }
}

impl Identifier {
    /// The identifier in the low 15 bits of `number`.
    pub const fn masked(number: u16) -> Self {
        Self(number & 0x7fff)
    }

    /// What the first two words of a key say, however many follow. `None` where there are not two
    /// words of the list, or where no key made by [`words_of_key`](super::words_of_key) begins so.
    pub fn of_key(words: &SecretString) -> Option<Self> {
        let mut words = words.expose().split_whitespace();
        let [first, second] = [
            wordlist::find(words.next()?)?,
            wordlist::find(words.next()?)?,
        ];
        let (high, low) = (second >> 5, second & 0b1_1111);
        (low == LONE).then_some(Self(first << 5 | high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::shamir::seeded::Seeded;
    use crate::crypto::shamir::{Share, words_of_key};
    use crate::secret::SecretBytes;

    fn of_key(words: &str) -> Option<Identifier> {
        Identifier::of_key(&SecretString::new(words.to_owned()))
    }

    #[test]
    fn two_words_of_a_key_tell_its_identifier() {
        for seed in 1..20 {
            let key = SecretBytes::zeroed(16);
            let words = words_of_key(&key, &mut Seeded::new(seed)).expect("a key of 16 bytes");
            let share = Share::from_words(&words).expect("its own words");
            let two = words.expose().split(' ').take(2);
            let two = two.map(|word| word[..4].to_uppercase()).collect::<Vec<_>>();
            assert_eq!(of_key(&two.join(" ")), Some(share.header().identifier));
            assert_eq!(of_key(words.expose()), Some(share.header().identifier));
        }
    }

    #[test]
    fn what_no_key_begins_with_has_none() {
        for words in [
            "",
            "academic",
            "academic xxxx",
            "academic academic",
            "acid acne",
        ] {
            assert_eq!(of_key(words), None, "{words}");
        }
    }

    #[test]
    fn an_identifier_has_fifteen_bits() {
        assert_eq!(Identifier::try_from(0x7fff).map(u16::from), Ok(0x7fff));
        assert_eq!(Identifier::try_from(0x8000), Err(TooLarge));
        assert_eq!(Identifier::masked(0xffff), Identifier(0x7fff));
    }
}
