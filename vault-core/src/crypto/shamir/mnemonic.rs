//! A mnemonic: words of ten bits each. Forty bits of header, the value with zero bits before it to
//! a whole number of words, three words of checksum.

use std::fmt;

use super::rs1024;
use super::wordlist;
use crate::secret::{SecretBytes, SecretString, Wiped};

/// The bits of a word.
const BITS: usize = 10;

/// The words of the header.
const HEADER: usize = 4;

/// The words of the shortest mnemonic, whose value has 16 bytes.
const SHORTEST: usize = 20;

/// The *extendable* flag within the second word.
const EXTENDABLE: u16 = 1 << 4;

/// Why words are not a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseError {
    /// A word that is not in the list.
    UnknownWord {
        /// Which word, counted from 1.
        position: usize,
    },
    /// Fewer than 20 words.
    TooFewWords {
        /// How many there are.
        words: usize,
    },
    /// No secret of an even number of bytes gives so many words: some are missing or too many.
    MasterSecretLength {
        /// How many there are.
        words: usize,
    },
    /// The checksum does not fit: at least one word is wrong, or the order is.
    Checksum,
    /// The bits before the value are not zero.
    Padding,
    /// More groups are asked for than there are.
    GroupThresholdExceedsCount,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownWord { position } => write!(f, "word {position} is not in the list"),
            Self::TooFewWords { words } => {
                write!(
                    f,
                    "{words} words are too few: there are at least {SHORTEST}"
                )
            }
            Self::MasterSecretLength { words } => {
                write!(
                    f,
                    "no share has {words} words: some are missing or too many"
                )
            }
            Self::Checksum => f.write_str("the checksum does not fit: at least one word is wrong"),
            Self::Padding => f.write_str("the bits before the value are not zero"),
            Self::GroupThresholdExceedsCount => {
                f.write_str("the share asks for more groups than there are")
            }
        }
    }
}

impl std::error::Error for ParseError {}

/// The indexes of the words of a mnemonic, of a length that a mnemonic can have.
pub(super) struct Mnemonic(Wiped<Vec<u16>>);

impl Mnemonic {
    /// The mnemonic of a header, of which the low forty bits count, and of a value.
    pub(super) fn encode(header: u64, value: &SecretBytes) -> Self {
        let value_words = (value.len() * 8).div_ceil(BITS);
        let mut words = Wiped::new(Vec::with_capacity(HEADER + value_words + rs1024::WORDS));
        words.extend([30, 20, 10, 0].map(|shift| (header >> shift & 0x3ff) as u16));
        let mut pending = 0_u32;
        let mut bits = value_words * BITS - value.len() * 8;
        for &byte in value.expose() {
            pending = pending << 8 | u32::from(byte);
            bits += 8;
            if bits >= BITS {
                bits -= BITS;
                words.push((pending >> bits & 0x3ff) as u16);
                pending &= (1 << bits) - 1;
            }
        }
        let checksum = rs1024::checksum(&words, is_extendable(&words));
        words.extend(checksum);
        Self(words)
    }

    /// Reads words: in capitals or not, cut to four letters or not, parted by any white space. The
    /// checksum is another matter.
    ///
    /// # Errors
    /// [`ParseError::UnknownWord`], [`ParseError::TooFewWords`],
    /// [`ParseError::MasterSecretLength`].
    pub(super) fn parse(text: &SecretString) -> Result<Self, ParseError> {
        let count = text.expose().split_whitespace().count();
        let mut words = Wiped::new(Vec::with_capacity(count));
        for (position, word) in (1..).zip(text.expose().split_whitespace()) {
            words.push(wordlist::find(word).ok_or(ParseError::UnknownWord { position })?);
        }
        if count < SHORTEST {
            return Err(ParseError::TooFewWords { words: count });
        }
        if padding(count) > 8 {
            return Err(ParseError::MasterSecretLength { words: count });
        }
        Ok(Self(words))
    }

    /// The words, one blank between two.
    pub(super) fn to_text(&self) -> SecretString {
        let words = || self.0.iter().map(|&index| wordlist::word(index));
        let length: usize = words().map(|word| word.len() + 1).sum();
        let mut text = String::with_capacity(length);
        for (place, word) in words().enumerate() {
            if place > 0 {
                text.push(' ');
            }
            text.push_str(word);
        }
        SecretString::new(text)
    }

    /// The indexes of the words.
    pub(super) fn words(&self) -> &[u16] {
        &self.0
    }

    /// Whether the checksum fits.
    pub(super) fn is_intact(&self) -> bool {
        rs1024::syndrome(self.words(), is_extendable(self.words())) == 0
    }

    /// The forty bits of the header.
    pub(super) fn header(&self) -> u64 {
        self.0[..HEADER]
            .iter()
            .fold(0, |header, &word| header << BITS | u64::from(word))
    }

    /// The value.
    ///
    /// # Errors
    /// [`ParseError::Padding`].
    pub(super) fn value(&self) -> Result<SecretBytes, ParseError> {
        let words = &self.0[HEADER..self.0.len() - rs1024::WORDS];
        let padding = padding(self.0.len());
        let mut bits = BITS - padding;
        let mut pending = u32::from(words[0]);
        if pending >> bits != 0 {
            return Err(ParseError::Padding);
        }
        let mut rest = words[1..].iter();
        let mut bytes = SecretBytes::zeroed((words.len() * BITS - padding) / 8);
        for byte in bytes.expose_mut() {
            if bits < 8 {
                let word = rest.next().expect("the words hold every byte");
                pending = pending << BITS | u32::from(*word);
                bits += BITS;
            }
            bits -= 8;
            *byte = (pending >> bits & 0xff) as u8;
            pending &= (1 << bits) - 1;
        }
        Ok(bytes)
    }
}

/// What the second word says of the *extendable* flag.
pub(super) const fn is_extendable(words: &[u16]) -> bool {
    words[1] & EXTENDABLE != 0
}

/// Whether an error in a word at `position`, counted from 1, changes the *extendable* flag.
pub(super) const fn toggles_extendable(position: usize, error: u16) -> bool {
    position == 2 && error & EXTENDABLE != 0
}

/// The zero bits before the value of a mnemonic of `words` words, if its value has a whole number
/// of sixteen bits.
const fn padding(words: usize) -> usize {
    (words - HEADER - rs1024::WORDS) * BITS % 16
}

#[cfg(test)]
mod tests {
    use super::{Mnemonic, ParseError};
    use crate::secret::{SecretBytes, SecretString};

    #[test]
    fn header_and_value_of_every_length_come_back_with_one_buffer_each() {
        for length in (16..=64).step_by(2) {
            for fill in [0, 0x80, 0xff] {
                let mut value = SecretBytes::new(vec![fill; length]);
                value.expose_mut()[length - 1] = 0x2a;
                let mnemonic = Mnemonic::encode(0xab_cdef_0123, &value);
                assert_eq!(mnemonic.0.capacity(), mnemonic.0.len());
                let read = Mnemonic::parse(&mnemonic.to_text()).expect("words of the list");
                assert!(read.is_intact());
                assert_eq!(read.header(), 0xab_cdef_0123);
                let read = read.value().expect("zero bits before the value");
                assert!(read.same_as(&value), "{length} bytes");
            }
        }
    }

    #[test]
    fn the_number_of_words_is_judged_before_their_checksum() {
        let parse = |count| Mnemonic::parse(&SecretString::new("acid ".repeat(count))).err();
        for words in 0..20 {
            assert_eq!(parse(words), Some(ParseError::TooFewWords { words }));
        }
        assert_eq!(parse(20), None);
        for words in [21, 22, 24] {
            let expected =
                matches!(words, 21 | 24).then_some(ParseError::MasterSecretLength { words });
            assert_eq!(parse(words), expected);
        }
        assert_eq!(parse(33), None);
    }

    #[test]
    fn an_unknown_word_is_named_by_position_alone() {
        let text = SecretString::new("academic acid acne aciid".to_owned());
        let error = Mnemonic::parse(&text).err();
        assert_eq!(error, Some(ParseError::UnknownWord { position: 4 }));
    }
}
