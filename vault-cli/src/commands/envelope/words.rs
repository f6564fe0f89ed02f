//! The words on a sheet: out of a file, typed one at a time, pasted, or read by a scanner.

use std::path::Path;

use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::typing::{Completion, complete};

use crate::faces::paper::{LINE, WORDS};
use crate::output::erased;
use crate::prompt::{SourceError, secret_value_from_file};

/// What takes the last word back, as a minus sign does, and what begins a sheet again. Neither is
/// a word of the list, nor the first four letters of one, as `again` is.
pub(crate) const BACK: &str = "back";
pub(crate) const RESTART: &str = "restart";

/// The longest word of SLIP-0039's list.
const LONGEST: usize = 8;

/// The words in a sheet's file: those of its line `words:`, or else all that is in it. Whether they
/// are words of a sheet is for the vault to say.
///
/// # Errors
/// [`SourceError`], [`SourceError::NotText`] for a file that is no text.
pub(crate) fn from_file(path: &Path) -> Result<SecretString, SourceError> {
    let file = secret_value_from_file(path)?;
    let text = std::str::from_utf8(file.expose()).map_err(|_| SourceError::NotText)?;
    Ok(SecretString::new(in_text(text).to_owned()))
}

fn in_text(text: &str) -> &str {
    let mut lines = text.lines();
    lines
        .find_map(|line| line.trim_start().strip_prefix(LINE))
        .unwrap_or(text)
        .trim()
}

/// Whether somebody may have given a sheet where something else was asked for: many words, all of
/// them on the list.
pub(crate) fn look_like_a_sheet(answer: &str) -> bool {
    const MANY: usize = 8;
    let words = || answer.split_whitespace();
    words().count() >= MANY && words().all(|word| known(word, 1).is_ok())
}

/// Why something that was typed is not taken. What stood before it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    /// No word of the list.
    NotAWord {
        /// The place where it would stand, counted from 1.
        place: usize,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The beginning of a word, and too short to tell which.
    TooShort {
        /// The place where it would stand.
        place: usize,
    },
    /// The number of another place than the one that comes next.
    OtherPlace {
        /// The place that comes next.
        place: usize,
        /// The number that was typed.
        number: usize,
    },
    /// More words than a sheet has.
    TooMany,
}

/// Words as they are typed, each in its place.
pub(crate) struct Typed {
    slots: SecretBytes,
    count: usize,
}

impl Typed {
    /// No word yet.
    pub(crate) fn new() -> Self {
        Self {
            slots: SecretBytes::zeroed(WORDS * LONGEST),
            count: 0,
        }
    }

    /// How many words there are.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Takes what was typed in one line: words, whole or their first four letters, in capitals or
    /// not, behind the number of their place or not; a minus sign or `back` takes the last word back.
    ///
    /// # Errors
    /// [`Slip`]: what stands behind it is not looked at.
    pub(crate) fn take(&mut self, line: &str) -> Result<(), Slip> {
        let line = line.trim_start().strip_prefix(LINE).unwrap_or(line);
        for typed in line.split_whitespace() {
            if typed == "-" || typed.eq_ignore_ascii_case(BACK) {
                self.pop();
                continue;
            }
            let place = self.count + 1;
            let typed = typed.trim_matches(|c: char| c.is_ascii_punctuation());
            match typed.parse() {
                Ok(number) if number == place => {}
                Ok(number) => return Err(Slip::OtherPlace { place, number }),
                Err(_) if typed.is_empty() => {}
                Err(_) if self.count == WORDS => return Err(Slip::TooMany),
                Err(_) => self.push(known(typed, place)?),
            }
        }
        Ok(())
    }

    /// Puts one other word in a place, counted from 1.
    ///
    /// # Errors
    /// [`Slip`].
    pub(crate) fn correct(&mut self, place: usize, typed: &str) -> Result<(), Slip> {
        self.replace(place, known(typed.trim(), place)?);
        Ok(())
    }

    /// Takes back all words but the first `count`.
    pub(crate) fn keep(&mut self, count: usize) {
        while self.count > count {
            self.pop();
        }
    }

    fn push(&mut self, word: &str) {
        self.count += 1;
        self.replace(self.count, word);
    }

    fn replace(&mut self, place: usize, word: &str) {
        let slots = self.slots.expose_mut().chunks_exact_mut(LONGEST);
        if let Some(slot) = place
            .checked_sub(1)
            .and_then(|at| slots.into_iter().nth(at))
        {
            slot.fill(0);
            for (to, from) in slot.iter_mut().zip(word.bytes()) {
                *to = from;
            }
        }
    }

    fn pop(&mut self) {
        if self.count > 0 {
            self.replace(self.count, "");
            self.count -= 1;
        }
    }

    /// The words with their numbers, in two columns as on the paper.
    pub(crate) fn numbered(&self) -> SecretBytes {
        let words = self.words();
        let word = |at: usize| words.expose().split(' ').nth(at).unwrap_or_default();
        let half = WORDS / 2;
        erased::written(|to| {
            (0..half).try_for_each(|at| {
                let (left, right) = (at + 1, at + half + 1);
                let (first, second) = (word(at), word(at + half));
                writeln!(to, "  {left:>2}  {first:<12}{right:>2}  {second}")
            })
        })
    }

    /// The words, one blank after each.
    pub(crate) fn words(&self) -> SecretString {
        let mut text = String::with_capacity(WORDS * (LONGEST + 1));
        for slot in self.slots.expose().chunks_exact(LONGEST).take(self.count) {
            let letters = slot.iter().take_while(|letter| **letter != 0);
            text.extend(letters.map(|letter| char::from(*letter)));
            text.push(' ');
        }
        SecretString::new(text)
    }
}

/// Whether `typed` is this word of the list, whole or its first four letters.
pub(crate) fn is_meant(word: &str, typed: &str) -> bool {
    known(typed.trim(), 1) == Ok(word)
}

/// The word of the list that was typed for a place.
fn known(typed: &str, place: usize) -> Result<&'static str, Slip> {
    match complete(typed) {
        Completion::Exact(word) | Completion::Unique(word) => Ok(word),
        Completion::Started => Err(Slip::TooShort { place }),
        Completion::Unknown { nearest } => Err(Slip::NotAWord { place, nearest }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_words_is_found_among_others() {
        let sheet = "A SHEET\n 1 beaver  11 otter\nwords: beaver otter\r\nFound this?\n";
        assert_eq!(in_text(sheet), "beaver otter");
    }

    #[test]
    fn bare_words_are_taken_as_they_are() {
        assert_eq!(in_text(" beaver\n otter\n"), "beaver\n otter");
    }

    fn typed(lines: &[&str]) -> (Typed, Result<(), Slip>) {
        let mut typed = Typed::new();
        let last = lines.iter().map(|line| typed.take(line)).last();
        (typed, last.expect("a line"))
    }

    #[test]
    fn words_are_taken_one_or_several_at_a_time_in_capitals_or_by_four_letters() {
        for lines in [
            &["academic", "beaver", "acid"][..],
            &["ACADEMIC BEAVER ACID"],
            &[" acad  beav\tacid "],
            &["words: academic beaver acid"],
            &["1 academic 2. beaver", "3) acid"],
            &["academic, beaver, acid."],
            &["academic acid - beaver acid"],
            &["academic acid Back beaver acid"],
            &["-", "academic beaver", "acne", "-", "acid"],
        ] {
            let (typed, taken) = typed(lines);
            assert_eq!(taken, Ok(()), "{lines:?}");
            assert_eq!(typed.words().expose(), "academic beaver acid ", "{lines:?}");
        }
    }

    #[test]
    fn what_is_no_word_is_refused_by_its_place_and_what_stood_before_it_is_kept() {
        let place = 3;
        for (last, slip) in [
            (
                "baever acid",
                Slip::NotAWord {
                    place,
                    nearest: Some("beaver"),
                },
            ),
            (
                "xxxxxxxx acid",
                Slip::NotAWord {
                    place,
                    nearest: None,
                },
            ),
            ("bea acid", Slip::TooShort { place }),
            ("11 otter", Slip::OtherPlace { place, number: 11 }),
        ] {
            let (typed, taken) = typed(&["academic acne", last]);
            assert_eq!(taken, Err(slip), "{last}");
            assert_eq!(typed.words().expose(), "academic acne ", "{last}");
        }
    }

    #[test]
    fn a_typed_word_can_be_corrected_and_words_be_taken_back() {
        let (mut typed, _) = typed(&["academic beaver acne"]);
        assert_eq!(typed.correct(1, " ACID "), Ok(()));
        assert_eq!(typed.correct(2, "be"), Err(Slip::TooShort { place: 2 }));
        assert_eq!(typed.words().expose(), "acid beaver acne ");
        typed.keep(1);
        assert_eq!((typed.count(), typed.words().expose()), (1, "acid "));
    }

    #[test]
    fn what_was_typed_is_shown_as_it_stands_on_the_paper() {
        let (typed, _) = typed(&["academic ".repeat(10).as_str(), "beav acid"]);
        let shown = typed.numbered();
        let shown = std::str::from_utf8(shown.expose()).expect("text");
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), WORDS / 2);
        assert_eq!(lines[0], "   1  academic    11  beaver");
        assert!(lines.iter().all(|line| line.len() <= 38));
    }

    #[test]
    fn what_takes_back_is_no_word_and_four_letters_of_a_word_are_the_word() {
        for command in [BACK, RESTART] {
            assert!(known(command, 1).is_err() && known(&command[..4], 1).is_err());
        }
        for typed in ["academic", " ACAD ", "acade"] {
            assert!(is_meant("academic", typed), "{typed}");
        }
        for typed in ["aca", "", "acid", "academics"] {
            assert!(!is_meant("academic", typed), "{typed}");
        }
    }

    #[test]
    fn a_sheet_is_told_from_a_reason() {
        let sheet = "ACADEMIC beav ".repeat(10);
        assert!(look_like_a_sheet(&sheet));
        for reason in [
            "the website is down and nobody can be reached",
            "academic beaver acid",
            "",
        ] {
            assert!(!look_like_a_sheet(reason), "{reason}");
        }
    }

    #[test]
    fn there_is_no_room_for_a_twenty_first_word() {
        let (mut typed, taken) = typed(&["academic ".repeat(WORDS).as_str(), "acid"]);
        assert_eq!(taken, Err(Slip::TooMany));
        assert_eq!(typed.count(), WORDS);
        assert_eq!(typed.words().expose().split_whitespace().count(), WORDS);
        assert_eq!(typed.take("- acid"), Ok(()));
        assert!(typed.words().expose().ends_with(" acid "));
    }
}
