//! Which passphrases are good enough for a file that is made to be copied.

use vault_core::error::{Error, Invalid};
use vault_core::secret::SecretString;

use crate::failure::Failure;

/// Characters that suffice without regard to words.
const CHARACTERS: usize = 16;
/// Words that suffice, and the least letters that make one.
const WORDS: usize = 4;
const LETTERS: usize = 3;
/// Different characters below which a long passphrase is one key held down.
const DIFFERENT: usize = 5;

/// Refuses what is shorter than sixteen characters and fewer than four words, and what repeats a
/// few characters. It is a modest rule: strength comes from choosing at random, which nobody can
/// check afterwards.
///
/// # Errors
/// [`Invalid::WeakPassphrase`].
pub(super) fn check(passphrase: &SecretString) -> Result<(), Failure> {
    let text = passphrase.expose();
    let words = text.split(|c: char| !c.is_alphabetic());
    let words = words.filter(|word| word.chars().count() >= LETTERS).count();
    let long = words >= WORDS || text.chars().count() >= CHARACTERS;
    let varied = text
        .char_indices()
        .filter(|(at, c)| !text[..*at].contains(*c))
        .count()
        >= DIFFERENT;
    if long && varied {
        Ok(())
    } else {
        Err(Error::from(Invalid::WeakPassphrase).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(text: &str) -> bool {
        check(&SecretString::new(text.to_owned())).is_ok()
    }

    #[test]
    fn four_words_or_sixteen_characters_suffice() {
        for good in [
            "tin otter lamp sea",
            "Tin-Otter-Lamp-Sea",
            "k3#Vq9!mZx2@Lw7p",
        ] {
            assert!(accepts(good), "{good}");
        }
    }

    #[test]
    fn short_or_repeated_ones_are_refused() {
        for weak in [
            "",
            "password",
            "tin otter lamp",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abc abc abc abc",
        ] {
            assert!(!accepts(weak), "{weak}");
        }
    }
}
