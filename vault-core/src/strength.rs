//! Whether a passphrase that somebody chose is good enough for a file that is made to be copied.
//!
//! How many guesses it takes is estimated by zxcvbn (Wheeler, USENIX Security 2016) with blanks and
//! hyphens left out, which it takes for more than they are worth. What everybody here knows, the
//! names of the council and of its people, and sayings count for little. Strength comes from choosing
//! at random, which nobody can check afterwards: a passphrase that was drawn is not judged.

use crate::secret::{SecretString, Wiped};
use crate::text::{bare, passphrase};

/// What is asked for, in bits. Words that people use are guessed before rare ones: four that are
/// drawn from the list of this program, 51.7 bits, are estimated at 42 to 90.
pub const LEAST_BITS: u32 = 42;

/// The estimate knows no more than so many characters.
const LOOKED_AT: usize = 100;

/// The fewest letters of a word of a name that is known for itself.
const LETTERS: usize = 3;

/// Sayings, rhymes and series, a line each, in lower case.
const SAYINGS: &str = include_str!("strength/sayings.txt");

/// The fewest letters of a part of a saying that is taken for one.
const PART_OF_SAYING: usize = 8;

/// Why a passphrase is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// It holds a character that cannot be seen, or that is not known to every computer.
    Character(char),
    /// It is a saying, a rhyme or a series, or hardly more.
    Saying,
    /// It is made of names that everybody here knows.
    Names,
    /// It takes fewer guesses than are asked for: so many bits.
    Guessable(u32),
}

/// Names that everybody here knows: the council's and its people's.
#[derive(Debug, Clone, Default)]
pub struct Known(Vec<String>);

impl Known {
    /// These names: each whole, without its blanks, and its words.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut known = Vec::new();
        for name in names {
            let name = bare(name);
            let words: Vec<&str> = words(&name).collect();
            known.push(words.concat());
            let long = words
                .into_iter()
                .filter(|word| word.chars().count() >= LETTERS);
            known.extend(long.map(str::to_owned));
        }
        known.sort_unstable();
        known.dedup();
        Self(known)
    }
}

/// Judges a passphrase that somebody chose, where `known` is what everybody here knows.
///
/// # Errors
/// [`Weakness`].
pub fn judge(chosen: &SecretString, known: &Known) -> Result<(), Weakness> {
    if let Some(unfit) = passphrase::unfit(chosen) {
        return Err(Weakness::Character(unfit));
    }
    let text = passphrase::opaque(chosen);
    let joined = joined(text.expose());
    let bits = bits(&joined, &[]);
    let folded = Wiped::new(bare(&joined));
    if without_sayings(&folded).is_some_and(|rest| self::bits(&rest, &[]) < LEAST_BITS) {
        return Err(Weakness::Saying);
    }
    let known: Vec<&str> = known.0.iter().map(String::as_str).collect();
    let fewer = self::bits(&joined, &known).min(self::bits(&folded, &known));
    match (bits < LEAST_BITS, fewer < LEAST_BITS) {
        (true, _) => Err(Weakness::Guessable(bits)),
        (false, true) => Err(Weakness::Names),
        (false, false) => Ok(()),
    }
}

/// Guesses that it takes, as a power of two, rounded down.
fn bits(text: &str, known: &[&str]) -> u32 {
    let guesses = zxcvbn::zxcvbn(text, known).guesses_log10();
    let bits = (guesses / f64::log10(2.0)).floor().clamp(0.0, 1e4);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what fits"
    )]
    let bits = bits as u32;
    bits
}

/// The text without what stands between words, as far as the estimate looks.
fn joined(text: &str) -> Wiped<String> {
    let between = |c: &char| c.is_whitespace() || matches!(c, '-' | '_' | '.' | ',' | '\'');
    let mut joined = Wiped::new(String::with_capacity(text.len()));
    joined.extend(text.chars().filter(|c| !between(c)).take(LOOKED_AT));
    joined
}

/// What is left of a folded text without the sayings in it, where there is one.
fn without_sayings(folded: &str) -> Option<Wiped<String>> {
    let letters = |text: &str| words(text).collect::<String>();
    let whole = Wiped::new(letters(folded));
    if whole.len() >= PART_OF_SAYING
        && SAYINGS
            .lines()
            .any(|saying| letters(saying).contains(whole.as_str()))
    {
        return Some(Wiped::default());
    }
    let mut rest: Option<Wiped<String>> = None;
    for saying in SAYINGS.lines().map(letters) {
        let text = rest.as_ref().unwrap_or(&whole);
        if text.contains(&saying) {
            rest = Some(Wiped::new(text.replace(&saying, "")));
        }
    }
    rest
}

/// The words of a folded text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::OsEntropy;
    use crate::generator::{self, Words};

    fn judged(text: &str) -> Result<(), Weakness> {
        let known = Known::of(["Smarden Parish Council", "Pat Provider", "Clem Clerk"]);
        judge(&SecretString::new(text.to_owned()), &known)
    }

    #[test]
    fn what_anybody_would_try_first_is_refused() {
        for weak in [
            "password password password password",
            "hunter2hunter2hunter2",
            "qwertyuiopasdfgh",
            "1234567890123456",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abc abc abc abc",
            "password",
            "tin otter lamp",
            "letmein please letmein please",
            "monday tuesday wednesday thursday",
            "Password1 Password2 Password3",
            "abcdefghijklmnopqrstuvwxyz",
        ] {
            assert!(judged(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn a_saying_is_refused_however_it_is_written_and_whatever_is_added_to_it() {
        for saying in [
            "correct horse battery staple",
            "Correct-Horse-Battery-Staple!",
            "correcthorsebatterystaple1",
            "To be or not to be, that is the question",
            "the quick brown fox jumps over the lazy dog",
            "God save the King 2026",
        ] {
            assert_eq!(judged(saying), Err(Weakness::Saying), "{saying}");
        }
        assert_eq!(
            judged("correct horse battery staple, violet anchor thirty maple"),
            Ok(())
        );
    }

    #[test]
    fn names_that_everybody_here_knows_count_for_little() {
        for names in [
            "Smarden Parish Council",
            "smarden parish council 2026",
            "SmardenParishCouncil!",
            "Pat Provider",
            "pat provider council pass",
            "Clem Clerk Pat Provider Smarden Parish",
        ] {
            assert!(judged(names).is_err(), "{names}");
        }
        assert_eq!(judged("Pat Provider, violet anchor thirty maple"), Ok(()));
    }

    #[test]
    fn what_is_hard_to_guess_is_taken() {
        for good in [
            "tin otter lamp sea",
            "violet anchor thirty maple",
            "Orange-Tractor-Biscuit-Harbour",
            "k3#Vq9!mZx2@Lw7p",
            "Cwm dŵr \u{1f9a6} lamp haearn sea",
        ] {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn four_words_that_were_drawn_are_nearly_always_taken_and_three_seldom() {
        let taken = |count: u8| {
            let count = Words::new(count).expect("a count");
            let mut taken = 0;
            for _ in 0..200 {
                let drawn = generator::passphrase(count, &mut OsEntropy).expect("randomness");
                taken += usize::from(judge(&drawn, &Known::default()).is_ok());
            }
            taken
        };
        let (four, three) = (taken(4), taken(3));
        assert!(four >= 190 && three <= 140, "{four}, {three}");
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        let refused = judged("violet anchor\u{200b} thirty maple");
        assert_eq!(refused, Err(Weakness::Character('\u{200b}')));
    }
}
