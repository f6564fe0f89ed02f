//! Help for somebody who types a mnemonic under stress: which word is meant, and which is wrong.

use std::cmp::Reverse;

use super::mnemonic::{Mnemonic, ParseError, is_extendable, toggles_extendable};
use super::{rs1024, wordlist};
use crate::secret::SecretString;

/// Beyond so many edits a word is no guess at what was meant.
const NEAR: usize = 2;

/// What a typed word is. It is not to be printed for debugging: the word may be part of a secret.
pub enum Completion {
    /// A word of the list.
    Exact(&'static str),
    /// Four letters or more of the one word that begins so.
    Unique(&'static str),
    /// The first letters of some word, fewer than four.
    Started,
    /// No word of the list and the beginning of none.
    Unknown {
        /// The word that one or two edits give, to ask whether it was meant; the likeliest if
        /// there are several. Never to be taken without asking.
        nearest: Option<&'static str>,
    },
}

/// What a typed word is, in capitals or not.
pub fn complete(typed: &str) -> Completion {
    let typed = typed.trim();
    if let Some(index) = wordlist::find(typed) {
        let word = wordlist::word(index);
        return if word.len() == typed.len() {
            Completion::Exact(word)
        } else {
            Completion::Unique(word)
        };
    }
    let begun = |word: &&str| wordlist::begins(word, typed);
    if typed.len() < wordlist::SUFFICIENT && wordlist::words().iter().any(begun) {
        return Completion::Started;
    }
    let nearest = nearest(typed.as_bytes());
    Completion::Unknown { nearest }
}

/// The word at the least distance within [`NEAR`]; among several, the one with which the typed word
/// has most letters in common at its beginning, since there people err least.
fn nearest(typed: &[u8]) -> Option<&'static str> {
    let common = |word: &str| {
        let pairs = word.bytes().zip(typed);
        pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    wordlist::words()
        .iter()
        .filter(|word| word.len().abs_diff(typed.len()) <= NEAR)
        .map(|&word| (distance(word.as_bytes(), typed), word))
        .filter(|&(distance, _)| distance <= NEAR)
        .min_by_key(|&(distance, word)| (distance, Reverse(common(word))))
        .map(|(_, word)| word)
}

/// Damerau–Levenshtein distance in its restricted form: letters inserted, left out, replaced, or two
/// neighbours swapped, no stretch being edited twice. Capitals do not count.
pub(crate) fn distance(word: &[u8], typed: &[u8]) -> usize {
    let mut before_last = vec![0; typed.len() + 1];
    let mut last: Vec<usize> = (0..=typed.len()).collect();
    for (row, &letter) in (1..).zip(word) {
        let mut current = vec![row; typed.len() + 1];
        for (column, key) in (1..).zip(typed) {
            let differs = usize::from(!letter.eq_ignore_ascii_case(key));
            let edited = last[column].min(current[column - 1]) + 1;
            current[column] = edited.min(last[column - 1] + differs);
            let swapped = row > 1
                && column > 1
                && letter.eq_ignore_ascii_case(&typed[column - 2])
                && word[row - 2].eq_ignore_ascii_case(key);
            if swapped {
                current[column] = current[column].min(before_last[column - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[typed.len()]
}

/// Where a mnemonic is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Located {
    /// The checksum fits.
    Nowhere,
    /// Some other word in this place, and in no other place, would make the checksum fit.
    One {
        /// The place, counted from 1.
        position: usize,
    },
    /// At least two words are wrong, or one of which the place cannot be told.
    Several,
}

/// Where words of the list that are not a share are wrong, if it is one word. Which word belongs
/// there is not said: more than one wrong word may look like a single one elsewhere.
///
/// # Errors
/// [`ParseError::UnknownWord`] and the two for the number of words.
pub fn locate_wrong_word(words: &SecretString) -> Result<Located, ParseError> {
    let mnemonic = Mnemonic::parse(words)?;
    let words = mnemonic.words();
    let extendable = is_extendable(words);
    let mut syndrome = rs1024::syndrome(words, extendable);
    let mut toggled = rs1024::syndrome(words, !extendable);
    if syndrome == 0 {
        return Ok(Located::Nowhere);
    }
    let mut located = Located::Several;
    // At each word, from the last to the first, what an error there would have to be.
    for position in (1..=words.len()).rev() {
        let explains = |amount: u32, toggles: bool| {
            let error = u16::try_from(amount).ok();
            let error = error.filter(|error| (1..1024).contains(error));
            error.is_some_and(|error| toggles_extendable(position, error) == toggles)
        };
        if explains(syndrome, false) || explains(toggled, true) {
            if located != Located::Several {
                return Ok(Located::Several);
            }
            located = Located::One { position };
        }
        syndrome = rs1024::step_back(syndrome);
        toggled = rs1024::step_back(toggled);
    }
    Ok(located)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Completion, Located, complete, distance, locate_wrong_word};
    use crate::crypto::shamir::seeded::Seeded;
    use crate::crypto::shamir::{ParseError, wordlist, words_of_key};
    use crate::secret::{SecretBytes, SecretString};

    fn key_words() -> Vec<&'static str> {
        let key = SecretBytes::new((0..16).collect());
        let words = words_of_key(&key, &mut Seeded::new(1)).expect("a key of 16 bytes");
        let index = |word| wordlist::find(word).expect("words of the list");
        words
            .expose()
            .split(' ')
            .map(|word| wordlist::word(index(word)))
            .collect()
    }

    fn located(words: &[&str]) -> Result<Located, ParseError> {
        locate_wrong_word(&SecretString::new(words.join(" ")))
    }

    /// Every text that one slip makes of a word: a letter left out, added, replaced or swapped.
    fn slips(word: &str) -> Vec<String> {
        let mut slips = Vec::new();
        for at in 0..=word.len() {
            let (head, tail) = word.split_at(at);
            for letter in 'a'..='z' {
                slips.push(format!("{head}{letter}{tail}"));
                if let Some(rest) = tail.get(1..) {
                    slips.push(format!("{head}{letter}{rest}"));
                }
            }
            if let Some(rest) = tail.get(1..) {
                slips.push(format!("{head}{rest}"));
            }
            if let (Some(pair), Some(rest)) = (tail.get(..2), tail.get(2..)) {
                let (first, second) = pair.split_at(1);
                slips.push(format!("{head}{second}{first}{rest}"));
            }
        }
        slips.retain(|slip| slip != word);
        slips
    }

    #[test]
    fn a_word_its_beginning_and_a_slip_are_told_apart() {
        assert!(matches!(complete(" BEAVER "), Completion::Exact("beaver")));
        assert!(matches!(complete("beav"), Completion::Unique("beaver")));
        assert!(matches!(complete("Beave"), Completion::Unique("beaver")));
        for started in ["", "b", "be", "bea"] {
            assert!(matches!(complete(started), Completion::Started));
        }
        for slip in ["baever", "beever", "BEAVR", "beavver", "bea ver"] {
            let nearest = Some("beaver");
            assert!(matches!(complete(slip), Completion::Unknown { nearest: n } if n == nearest));
        }
        for far in ["xxxxxxxx", "beaver acid", "łąka", &"a".repeat(100_000)] {
            assert!(matches!(
                complete(far),
                Completion::Unknown { nearest: None }
            ));
        }
    }

    #[test]
    fn no_slip_makes_another_word_of_the_list() {
        let words: HashSet<&str> = wordlist::words().iter().copied().collect();
        for word in &words {
            for slip in slips(word) {
                assert!(!words.contains(slip.as_str()), "{slip} for {word}");
            }
        }
    }

    #[test]
    fn the_nearest_word_is_nearly_always_the_one_that_was_meant() {
        let (mut right, mut all) = (0, 0);
        for &word in wordlist::words().iter().step_by(16) {
            for slip in slips(word).iter().step_by(31) {
                if let Completion::Unknown { nearest } = complete(slip) {
                    all += 1;
                    right += u32::from(nearest == Some(word));
                }
            }
        }
        assert!(all > 500 && right * 100 >= all * 97, "{right} of {all}");
    }

    #[test]
    fn a_swap_counts_as_one_edit() {
        for (word, typed, edits) in [
            ("beaver", "beaver", 0),
            ("beaver", "baever", 1),
            ("beaver", "BEAVR", 1),
            ("beaver", "ebavre", 2),
            ("acid", "", 4),
        ] {
            assert_eq!(distance(word.as_bytes(), typed.as_bytes()), edits);
        }
    }

    #[test]
    fn any_single_wrong_word_is_located_and_the_right_ones_nowhere() {
        let words = key_words();
        assert_eq!(located(&words), Ok(Located::Nowhere));
        for position in 1..=words.len() {
            for error in [1, 16, 31, 512, 1023] {
                let mut typed = words.clone();
                let right = wordlist::find(words[position - 1]).expect("a word of the list");
                typed[position - 1] = wordlist::word(right ^ error);
                assert_eq!(located(&typed), Ok(Located::One { position }));
            }
        }
    }

    #[test]
    fn two_wrong_words_are_never_taken_for_one() {
        let words = key_words();
        for first in 0..words.len() {
            for second in first + 1..words.len() {
                let mut typed = words.clone();
                for place in [first, second] {
                    let right = wordlist::find(words[place]).expect("a word of the list");
                    typed[place] = wordlist::word(right ^ 0x155);
                }
                assert_eq!(located(&typed), Ok(Located::Several));
            }
        }
    }

    #[test]
    fn unknown_and_missing_words_are_errors_of_their_own() {
        let mut words = key_words();
        assert_eq!(
            located(&words[..19]),
            Err(ParseError::TooFewWords { words: 19 })
        );
        words[6] = "beever";
        assert_eq!(
            located(&words),
            Err(ParseError::UnknownWord { position: 7 })
        );
    }
}
