//! New passwords and passphrases, drawn uniformly, with their strength stated exactly.
//!
//! Words come from the large list of the Electronic Frontier Foundation (2016, CC BY 3.0 US) without
//! its four hyphenated words: 7,772 words, 12.92 bits each. Three of them make a site password in the
//! style the NCSC recommends; they stand behind lock-out and a second factor, and never unlock a vault.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use zeroize::Zeroize;

use crate::crypto::random::{self, Entropy, NoEntropy};
use crate::secret::{SecretString, Wiped};

/// The word list, in alphabetical order.
static WORDS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("generator/eff_large.txt").lines().collect());

/// Words in the list.
const WORD_COUNT: u16 = 7_772;

/// The length of the longest word in the list, in bytes.
const LONGEST_WORD: usize = 9;

/// The classes of characters, each present in every result. Left out is what is mistaken for
/// something else on paper (`I l 1 O 0`), and every symbol that sites refuse or mangle: quotes,
/// blanks, slashes, and what HTML, URLs or a shell would rewrite.
const CLASSES: [&[u8]; 4] = [
    b"abcdefghijkmnopqrstuvwxyz",
    b"ABCDEFGHJKLMNPQRSTUVWXYZ",
    b"23456789",
    b"!#*-=?@_",
];

/// Draws after which a source is taken for broken: of 8 characters, the worst case, more than a
/// third of all draws hold every class.
const MOST_DRAWS: usize = 1_000;

/// How many words: 3 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(u8);

impl Words {
    /// The least that is offered to a person for the passphrase of their vault login.
    pub const PASSPHRASE: Self = Self(4);
    /// What an invitation is protected with.
    pub const INVITATION: Self = Self(6);

    /// This many words.
    ///
    /// # Errors
    /// [`InvalidRecipe::Words`] outside 3 to 12.
    pub fn new(count: u8) -> Result<Self, InvalidRecipe> {
        let within = (3..=12).contains(&count);
        within.then_some(Self(count)).ok_or(InvalidRecipe::Words)
    }
}

/// How many characters: 8 to 128.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chars(u8);

impl Chars {
    /// What a machine is given where nothing else is asked for.
    pub const MACHINE: Self = Self(20);

    /// This many characters.
    ///
    /// # Errors
    /// [`InvalidRecipe::Chars`] outside 8 to 128.
    pub fn new(count: u8) -> Result<Self, InvalidRecipe> {
        let within = (8..=128).contains(&count);
        within.then_some(Self(count)).ok_or(InvalidRecipe::Chars)
    }
}

/// What to generate. It reads and writes as `words:3` or `chars:20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// Random words, for people: `PurpleCandleRiver`.
    Words(Words),
    /// Random characters with at least one of each class, for machines.
    Chars(Chars),
}

/// A text that is not a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRecipe {
    /// Neither `words:N` nor `chars:N`.
    Form,
    /// Fewer than 3 or more than 12 words.
    Words,
    /// Fewer than 8 or more than 128 characters.
    Chars,
}

impl fmt::Display for InvalidRecipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "not a recipe: words:3 or chars:20 are expected",
            Self::Words => "a password has 3 to 12 words",
            Self::Chars => "a password has 8 to 128 characters",
        })
    }
}

impl std::error::Error for InvalidRecipe {}

impl FromStr for Recipe {
    type Err = InvalidRecipe;

    fn from_str(text: &str) -> Result<Self, InvalidRecipe> {
        let (kind, count) = text.split_once(':').ok_or(InvalidRecipe::Form)?;
        if count.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidRecipe::Form);
        }
        // A number that does not fit is far above both bounds.
        let count = count.parse().unwrap_or(u8::MAX);
        match kind {
            "words" => Words::new(count).map(Self::Words),
            "chars" => Chars::new(count).map(Self::Chars),
            _ => Err(InvalidRecipe::Form),
        }
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(Words(count)) => write!(f, "words:{count}"),
            Self::Chars(Chars(count)) => write!(f, "chars:{count}"),
        }
    }
}

impl Recipe {
    /// The strength in bits: the logarithm to base 2 of the number of results, all equally likely.
    /// For characters, results that lack a class are not counted, as they are never given.
    pub fn bits(self) -> f64 {
        match self {
            Self::Words(Words(count)) => f64::from(count) * f64::from(WORD_COUNT).log2(),
            Self::Chars(Chars(count)) => {
                f64::from(count) * f64::from(char_count()).log2() + complete_share(count).log2()
            }
        }
    }
}

/// Characters in all classes together.
fn char_count() -> u8 {
    CLASSES.iter().map(|class| class_size(class)).sum()
}

fn class_size(class: &[u8]) -> u8 {
    u8::try_from(class.len()).expect("a class has at most 26 characters")
}

/// The share of all texts of `count` characters that hold every class, by inclusion and exclusion
/// over the sets of classes that a text might lack.
fn complete_share(count: u8) -> f64 {
    let all = f64::from(char_count());
    (0_u8..1 << CLASSES.len())
        .map(|lacking| {
            let present = CLASSES.iter().enumerate();
            let present = present.filter(|(place, _)| lacking & (1 << place) == 0);
            let size: u8 = present.map(|(_, class)| class_size(class)).sum();
            let share = (f64::from(size) / all).powi(i32::from(count));
            if lacking.count_ones() % 2 == 0 {
                share
            } else {
                -share
            }
        })
        .sum()
}

/// A new site password. Every result of the recipe is equally likely.
///
/// # Errors
/// [`NoEntropy`], also from a source that keeps giving the same.
pub fn generate(recipe: Recipe, entropy: &mut dyn Entropy) -> Result<SecretString, NoEntropy> {
    match recipe {
        Recipe::Words(Words(count)) => words(count, Style::Capitalised, entropy),
        Recipe::Chars(Chars(count)) => chars(count, entropy),
    }
}

/// A new passphrase for typing from paper: lower-case words with one blank between them, as strong as
/// [`Recipe::Words`] of the same count.
///
/// # Errors
/// [`NoEntropy`].
pub fn passphrase(count: Words, entropy: &mut dyn Entropy) -> Result<SecretString, NoEntropy> {
    words(count.0, Style::Spaced, entropy)
}

/// How words are told apart. Both ways are unambiguous, so that no strength is lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Capitalised,
    Spaced,
}

fn words(count: u8, style: Style, entropy: &mut dyn Entropy) -> Result<SecretString, NoEntropy> {
    let capacity = usize::from(count) * (LONGEST_WORD + 1);
    let mut text = Wiped::new(String::with_capacity(capacity));
    for _ in 0..count {
        let word = *pick(&WORDS, entropy)?;
        match style {
            Style::Capitalised => {
                let start = text.len();
                text.push_str(word);
                text[start..=start].make_ascii_uppercase();
            }
            Style::Spaced => {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
        }
    }
    Ok(SecretString::new(std::mem::take(&mut *text)))
}

fn chars(count: u8, entropy: &mut dyn Entropy) -> Result<SecretString, NoEntropy> {
    let alphabet = CLASSES.concat();
    let mut text = Wiped::new(String::with_capacity(usize::from(count)));
    for _ in 0..MOST_DRAWS {
        text.zeroize();
        for _ in 0..count {
            text.push(char::from(*pick(&alphabet, entropy)?));
        }
        let held = |class: &&[u8]| text.bytes().any(|b| class.contains(&b));
        if CLASSES.iter().all(held) {
            return Ok(SecretString::new(std::mem::take(&mut *text)));
        }
    }
    Err(NoEntropy)
}

/// One of `choices`, each equally likely.
fn pick<'a, T>(choices: &'a [T], entropy: &mut dyn Entropy) -> Result<&'a T, NoEntropy> {
    let bound = u32::try_from(choices.len()).expect("lists of choices are short");
    let place = random::below(entropy, bound)?;
    Ok(&choices[usize::try_from(place).expect("a place in a list fits")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::digest::Digest;
    use std::collections::BTreeSet;

    /// Repeatable bytes: SHA-256 of a seed and a counter.
    struct Seeded(u64);

    impl Entropy for Seeded {
        fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
            for chunk in buffer.chunks_mut(32) {
                self.0 += 1;
                let block = Digest::of(&[b"seed", &self.0.to_be_bytes()]);
                chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
            }
            Ok(())
        }
    }

    struct Stuck;

    impl Entropy for Stuck {
        fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
            buffer.fill(0);
            Ok(())
        }
    }

    fn recipe(text: &str) -> Recipe {
        text.parse().expect("a recipe of the test")
    }

    #[test]
    fn the_word_list_holds_7772_different_lower_case_words_in_order() {
        assert_eq!(WORDS.len(), usize::from(WORD_COUNT));
        assert!(WORDS.is_sorted());
        assert_eq!(WORDS.iter().collect::<BTreeSet<_>>().len(), WORDS.len());
        assert!(
            WORDS
                .iter()
                .all(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
        );
        let lengths: BTreeSet<_> = WORDS.iter().map(|word| word.len()).collect();
        assert_eq!(lengths, (3..=LONGEST_WORD).collect());
    }

    #[test]
    fn the_strength_of_words_is_the_published_one() {
        for (count, bits) in [(3, "38.8"), (4, "51.7"), (6, "77.5")] {
            let recipe = Recipe::Words(Words::new(count).expect("within bounds"));
            assert_eq!(format!("{:.1}", recipe.bits()), bits);
        }
    }

    #[test]
    fn the_strength_of_characters_counts_only_what_can_be_given() {
        // Of four characters, exactly one of each class in any of 4! orders would be left.
        let all = f64::from(char_count()).powi(4);
        let complete = 24.0 * 25.0 * 24.0 * 8.0 * 8.0;
        assert!((complete_share(4) - complete / all).abs() < 1e-12);
        assert!(complete_share(3).abs() < 1e-12);

        let plain = 20.0 * 65.0_f64.log2();
        let bits = recipe("chars:20").bits();
        assert!(bits < plain && bits > plain - 0.3, "{bits} of {plain}");
        assert_eq!(format!("{:.1}", recipe("chars:8").bits()), "46.8");
    }

    #[test]
    fn the_stated_share_of_complete_draws_is_what_rejection_keeps() {
        let alphabet = CLASSES.concat();
        let mut entropy = Seeded(7);
        let complete = (0..20_000)
            .filter(|_| {
                let text: Vec<u8> = (0..8)
                    .map(|_| *pick(&alphabet, &mut entropy).expect("seeded"))
                    .collect();
                let held = |class: &&[u8]| text.iter().any(|b| class.contains(b));
                CLASSES.iter().all(held)
            })
            .count();
        let complete = f64::from(u32::try_from(complete).expect("at most 20,000"));
        assert!((complete / 20_000.0 - complete_share(8)).abs() < 0.015);
    }

    #[test]
    fn recipes_outside_their_bounds_are_refused_with_the_reason() {
        for (text, error) in [
            ("words:2", InvalidRecipe::Words),
            ("words:13", InvalidRecipe::Words),
            ("words:256", InvalidRecipe::Words),
            ("chars:7", InvalidRecipe::Chars),
            ("chars:129", InvalidRecipe::Chars),
            ("chars:99999999999999999999", InvalidRecipe::Chars),
            ("words:", InvalidRecipe::Form),
            ("words:+3", InvalidRecipe::Form),
            ("words: 3", InvalidRecipe::Form),
            ("words", InvalidRecipe::Form),
            ("Words:3", InvalidRecipe::Form),
            ("letters:9", InvalidRecipe::Form),
            ("", InvalidRecipe::Form),
        ] {
            assert_eq!(text.parse::<Recipe>(), Err(error), "{text}");
        }
    }

    #[test]
    fn recipes_read_as_they_are_written() {
        for text in ["words:3", "words:12", "chars:8", "chars:128"] {
            assert_eq!(recipe(text).to_string(), text);
        }
    }

    #[test]
    fn site_passwords_are_capitalised_words_of_the_list() {
        let text = generate(recipe("words:3"), &mut Seeded(0)).expect("seeded");
        let starts: Vec<usize> = text
            .expose()
            .char_indices()
            .filter(|(_, c)| c.is_ascii_uppercase())
            .map(|(place, _)| place)
            .chain([text.expose().len()])
            .collect();
        assert_eq!(starts.len(), 4);
        for pair in starts.windows(2) {
            let word = text.expose()[pair[0]..pair[1]].to_ascii_lowercase();
            assert!(WORDS.contains(&word.as_str()));
        }
    }

    #[test]
    fn passphrases_are_lower_case_words_with_single_blanks() {
        let text = passphrase(Words::INVITATION, &mut Seeded(0)).expect("seeded");
        let words: Vec<&str> = text.expose().split(' ').collect();
        assert_eq!(words.len(), 6);
        assert!(words.iter().all(|word| WORDS.contains(word)));
    }

    #[test]
    fn every_character_password_holds_every_class_and_nothing_else() {
        let mut entropy = Seeded(1);
        for text in ["chars:8", "chars:20", "chars:128"] {
            for _ in 0..50 {
                let password = generate(recipe(text), &mut entropy).expect("seeded");
                let bytes = password.expose().as_bytes();
                assert_eq!(format!("chars:{}", bytes.len()), text);
                for class in CLASSES {
                    assert!(bytes.iter().any(|b| class.contains(b)));
                }
                let known = |b: &u8| CLASSES.iter().any(|class| class.contains(b));
                assert!(bytes.iter().all(known));
            }
        }
    }

    #[test]
    fn words_and_characters_are_drawn_evenly() {
        let mut entropy = Seeded(2);
        for choices in [WORDS.len(), CLASSES.concat().len()] {
            let places: Vec<usize> = (0..choices).collect();
            let mut drawn = vec![0_u32; choices];
            for _ in 0..choices * 100 {
                drawn[*pick(&places, &mut entropy).expect("seeded")] += 1;
            }
            // Chi-squared with k degrees of freedom: mean k, variance 2k; five deviations either side.
            let chi: f64 = drawn
                .iter()
                .map(|&n| (f64::from(n) - 100.0).powi(2) / 100.0)
                .sum();
            let freedom = f64::from(u32::try_from(choices).expect("small")) - 1.0;
            assert!((chi - freedom).abs() < 5.0 * (2.0 * freedom).sqrt());
        }
    }

    #[test]
    fn a_source_that_keeps_giving_the_same_ends_in_an_error() {
        assert!(generate(recipe("chars:20"), &mut Stuck).is_err());
    }
}
