//! Reading words back from the print, to see that it can be read and is the right one.

use vault_core::secret::SecretString;
use vault_core::vault::typing::{Completion, complete};

use crate::commands::Context;
use crate::commands::envelope::words::is_meant;
use crate::faces::paper::WORDS;
use crate::failure::Failure;
use crate::prompt::PromptError;

/// How many words are read back.
const COUNT: usize = 3;

/// How often a word may be mistyped before the reading back is given up.
const TRIES: usize = 3;

/// What was read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// The words that stand on the sheet.
    Right,
    /// Others.
    Wrong,
    /// Nothing: there is nobody to ask.
    Nothing,
}

impl Heard {
    /// Asks for three words of the sheet.
    pub(super) fn from(words: &SecretString, context: &mut Context<'_>) -> Result<Self, Failure> {
        let mut random = [0; COUNT];
        let filled = context.surroundings().entropy.fill(&mut random);
        filled.map_err(vault_core::error::Error::from)?;
        for place in places(random) {
            match reads_back(place, words, context) {
                Ok(true) => {}
                Ok(false) => return Ok(Self::Wrong),
                Err(PromptError::NoTerminal) => return Ok(Self::Nothing),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self::Right)
    }
}

fn reads_back(
    place: usize,
    words: &SecretString,
    context: &mut Context<'_>,
) -> Result<bool, PromptError> {
    let word = words.expose().split_whitespace().nth(place - 1);
    for left in (0..TRIES).rev() {
        let typed = context.prompt.line(&format!("Word {place}"))?;
        let typed = typed.expose();
        if word.is_some_and(|word| is_meant(word, typed)) {
            return Ok(true);
        }
        if left > 0 {
            context.prompt.tell(&asked_again(place, typed, left))?;
        }
    }
    Ok(false)
}

/// Why a word is asked for again. What it is is not said: it is to come from the print.
fn asked_again(place: usize, typed: &str, left: usize) -> String {
    let why = match complete(typed.trim()) {
        _ if typed.trim().is_empty() => "nothing was typed",
        Completion::Started => "that is too short, type four letters or more",
        Completion::Exact(_) | Completion::Unique(_) => "that is another word",
        Completion::Unknown { .. } => "that is no word of a sheet",
    };
    let tries = match left {
        1 => "one more try".to_owned(),
        left => format!("{left} more tries"),
    };
    format!(
        "Not word {place}: {why}. Look at number {place} on the print: {tries}, or the sheet is \
         given up."
    )
}

/// Three places, counted from 1, each out of another part of the sheet.
fn places(random: [u8; COUNT]) -> [usize; COUNT] {
    const PART: usize = WORDS / COUNT;
    let mut part = 0;
    random.map(|byte| {
        let place = part * PART + usize::from(byte) % PART + 1;
        part += 1;
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_asked_again_is_told_why() {
        for (typed, why) in [
            ("", "nothing was typed"),
            ("aca", "too short"),
            ("acid", "another word"),
            ("qqqqqqqq", "no word of a sheet"),
        ] {
            let said = asked_again(7, typed, 2);
            assert!(said.contains(why) && said.contains("number 7"), "{said}");
        }
        assert!(asked_again(7, "acid", 1).contains("one more try"));
    }

    #[test]
    fn three_different_places_of_the_sheet_are_read_back() {
        for byte in 0..=u8::MAX {
            let [first, second, third] = places([byte; 3]);
            assert!(1 <= first && first < second && second < third);
            assert!(third <= WORDS);
        }
    }
}
