//! The words on a sheet: out of a file, or typed one at a time.

use std::path::Path;

use vault_core::secret::{SecretBytes, SecretString};

use crate::prompt::{SourceError, secret_value_from_file};

/// How many words a sheet has.
pub(crate) const WORDS: usize = 20;

/// What stands before the words on the line that programs read.
pub(crate) const LINE: &str = "words:";

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

    /// Adds a word of the list.
    pub(crate) fn push(&mut self, word: &str) {
        if self.count < WORDS {
            self.count += 1;
            self.replace(self.count, word);
        }
    }

    /// Puts another word in a place, counted from 1.
    pub(crate) fn replace(&mut self, place: usize, word: &str) {
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

    /// Takes the last word away.
    pub(crate) fn pop(&mut self) {
        if self.count > 0 {
            self.replace(self.count, "");
            self.count -= 1;
        }
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

    #[test]
    fn a_typed_word_can_be_corrected_and_taken_back() {
        let mut typed = Typed::new();
        for word in ["academic", "beaver", "otter"] {
            typed.push(word);
        }
        typed.pop();
        typed.replace(1, "acid");
        assert_eq!(typed.words().expose(), "acid beaver ");
        assert_eq!(typed.count(), 2);
    }

    #[test]
    fn there_is_no_room_for_a_twenty_first_word() {
        let mut typed = Typed::new();
        for _ in 0..=WORDS {
            typed.push("academic");
        }
        assert_eq!(typed.count(), WORDS);
        assert_eq!(typed.words().expose().split_whitespace().count(), WORDS);
    }
}
