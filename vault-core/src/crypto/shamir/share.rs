//! A share: what its mnemonic says.

use super::feistel::IterationExponent;
use super::identifier::Identifier;
use super::mnemonic::{Mnemonic, ParseError};
use super::scheme::Count;
use crate::secret::{SecretBytes, SecretString};

/// What a mnemonic says before its value. None of it is secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Drawn once for each splitting: shares with different ones do not belong together.
    pub identifier: Identifier,
    /// Whether the identifier is left out of the encryption.
    pub extendable: bool,
    /// The work that a passphrase costs.
    pub iteration_exponent: IterationExponent,
    /// Which group, counted from 0 to 15.
    pub group_index: u8,
    /// How many groups suffice.
    pub group_threshold: Count,
    /// How many groups there are.
    pub group_count: Count,
    /// Which member of the group, counted from 0 to 15.
    pub member_index: u8,
    /// How many members of the group suffice.
    pub member_threshold: Count,
}

impl Header {
    /// The forty bits: 15 of identifier, 1, 4, then five times four.
    fn to_bits(self) -> u64 {
        let nibbles = [
            self.iteration_exponent.get(),
            self.group_index,
            self.group_threshold.get() - 1,
            self.group_count.get() - 1,
            self.member_index,
            self.member_threshold.get() - 1,
        ];
        let begun = u64::from(u16::from(self.identifier)) << 1 | u64::from(self.extendable);
        nibbles
            .into_iter()
            .fold(begun, |bits, nibble| bits << 4 | u64::from(nibble))
    }

    fn from_bits(bits: u64) -> Result<Self, ParseError> {
        let nibble = |place: u8| (bits >> (4 * place) & 0xf) as u8;
        let count = |place| Count::new(nibble(place) + 1).expect("four bits and one are 1 to 16");
        let header = Self {
            identifier: Identifier::masked((bits >> 25 & 0x7fff) as u16),
            extendable: bits >> 24 & 1 == 1,
            iteration_exponent: IterationExponent::new(nibble(5)).expect("four bits are 0 to 15"),
            group_index: nibble(4),
            group_threshold: count(3),
            group_count: count(2),
            member_index: nibble(1),
            member_threshold: count(0),
        };
        if header.group_threshold > header.group_count {
            return Err(ParseError::GroupThresholdExceedsCount);
        }
        Ok(header)
    }
}

/// A share: its header, and a value that alone says nothing unless it is a 1-of-1.
pub struct Share {
    pub(super) header: Header,
    pub(super) value: SecretBytes,
}

impl Share {
    /// What the share says of itself.
    pub const fn header(&self) -> Header {
        self.header
    }

    /// The value: as many bytes as the secret.
    pub const fn value(&self) -> &SecretBytes {
        &self.value
    }

    /// The mnemonic, in small letters, one blank between two words: 20 words for a secret of 16
    /// bytes, 33 for one of 32.
    pub fn to_words(&self) -> SecretString {
        Mnemonic::encode(self.header.to_bits(), &self.value).to_text()
    }

    /// Reads a mnemonic: in capitals or not, each word whole or its first four letters or more,
    /// parted by any white space.
    ///
    /// # Errors
    /// [`ParseError`].
    pub fn from_words(words: &SecretString) -> Result<Self, ParseError> {
        let mnemonic = Mnemonic::parse(words)?;
        if !mnemonic.is_intact() {
            return Err(ParseError::Checksum);
        }
        Ok(Self {
            header: Header::from_bits(mnemonic.header())?,
            value: mnemonic.value()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, Share};
    use crate::crypto::shamir::{Count, Identifier, IterationExponent};
    use crate::secret::{SecretBytes, SecretString};

    fn count(number: u8) -> Count {
        Count::new(number).expect("1 to 16")
    }

    fn share() -> Share {
        Share {
            header: Header {
                identifier: Identifier::masked(0x5a5a),
                extendable: true,
                iteration_exponent: IterationExponent::new(9).expect("0 to 15"),
                group_index: 14,
                group_threshold: count(3),
                group_count: count(16),
                member_index: 15,
                member_threshold: count(7),
            },
            value: SecretBytes::new((1..=32).collect()),
        }
    }

    #[test]
    fn every_field_comes_back_from_the_words() {
        let read = Share::from_words(&share().to_words()).expect("a share's own words");
        assert_eq!(read.header(), share().header());
        assert!(read.value().same_as(share().value()));
    }

    #[test]
    fn capitals_blanks_and_four_letters_make_no_difference() {
        let words = share().to_words();
        let typed = words
            .expose()
            .split(' ')
            .map(|word| word[..4].to_uppercase())
            .collect::<Vec<_>>()
            .join(" \t\r\n");
        let read = Share::from_words(&SecretString::new(typed)).expect("the same words");
        assert!(read.to_words().same_as(&words));
    }
}
