//! Words that look like a mnemonic and are none, to show and to practise with.

use super::mnemonic::Mnemonic;
use super::wordlist;
use crate::secret::SecretString;

/// As many words as a key has.
const WORDS: u16 = 20;

/// The first twenty words of the list, one blank between two: anybody sees that nobody drew them,
/// and their checksum does not fit, so that no share and no key ever bears them.
pub fn specimen() -> SecretString {
    let words: Vec<&str> = (0..WORDS).map(wordlist::word).collect();
    SecretString::new(words.join(" "))
}

/// Whether these are the words of [`specimen`], in capitals or not, cut to four letters or not.
pub fn are_specimen(words: &SecretString) -> bool {
    Mnemonic::parse(words).is_ok_and(|mnemonic| mnemonic.words().iter().copied().eq(0..WORDS))
}

#[cfg(test)]
mod tests {
    use super::{are_specimen, specimen};
    use crate::crypto::shamir::{KeyError, ParseError, key_of_words};
    use crate::secret::SecretString;

    #[test]
    fn the_specimen_is_known_however_it_is_typed_and_is_no_key() {
        let words = specimen();
        assert!(are_specimen(&words));
        assert!(words.expose().starts_with("academic acid acne "));
        let refused = key_of_words(&words).err();
        assert_eq!(refused, Some(KeyError::Parse(ParseError::Checksum)));
        let short = words.expose().split(' ').map(|word| &word[..4]);
        let short: Vec<String> = short.map(str::to_uppercase).collect();
        assert!(are_specimen(&SecretString::new(short.join("\n"))));
    }

    #[test]
    fn other_words_are_not_the_specimen() {
        let words = specimen();
        let swapped = words.expose().replace("academic acid", "acid academic");
        let fewer = words.expose().replace("academic ", "");
        for other in [swapped, fewer, String::new()] {
            assert!(!are_specimen(&SecretString::new(other)));
        }
    }
}
