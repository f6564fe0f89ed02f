//! The sheet as plain text: what somebody reads twice in a lifetime, under stress.

use std::fmt::{self, Write};
use std::path::Path;

use vault_core::secret::SecretBytes;
use vault_core::time::Timestamp;

use super::page;
use super::words::{LINE, WORDS};
use crate::output::escape;
use crate::output::for_people;

/// Everything that stands on a sheet.
pub(crate) struct Sheet<'a> {
    /// What stands on its envelope.
    pub(crate) serial: &'a str,
    /// Who keeps it.
    pub(crate) holder: &'a str,
    /// The council, as the vault file calls it.
    pub(crate) council: &'a str,
    /// When it was made.
    pub(crate) made: Timestamp,
    /// Who may open, as a sentence without its full stop.
    pub(crate) rule: &'a str,
    /// Where the vault file stands.
    pub(crate) vault: &'a Path,
    /// The twenty words.
    pub(crate) words: &'a str,
}

const EDGE: &str = "======================================================================";

const WHEN: &str = "\
WHEN TO OPEN
  Open this only in an emergency: when the council needs a password and
  nobody who holds it can be reached. Never open it out of curiosity.
  Opening is recorded, and every member is shown the record.
";

const STEPS: &str = "\
WHAT TO DO
  1. Ask two people to come and watch. Note the time.
  2. Bring as many sheets as the rule above asks for.
  3. Sit down at a computer that has the program and the vault file.
  4. Type this one command and press Enter:

         coffer envelope open

  5. Answer the questions. Type the twenty words below when asked for.
";

const WHOM: &str = "\
WHOM TO RING

  ____________________________________________________________________

FOUND THIS?
  This sheet opens nothing by itself, but it matters to the council.
  Please hand it to the clerk or the chair, unread and uncopied.
";

impl Sheet<'_> {
    /// The sheet as text, in a buffer that is erased.
    pub(crate) fn text(&self) -> SecretBytes {
        page::written(|to| self.write(to))
    }

    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        writeln!(to, "{EDGE}")?;
        writeln!(to, "  SHEET {}", self.serial)?;
        writeln!(to, "  Kept by: {}", escape::line(self.holder))?;
        writeln!(to, "  Open only in an emergency")?;
        writeln!(to, "{EDGE}\n")?;
        writeln!(to, "Council:  {}", escape::line(self.council))?;
        writeln!(to, "Made on:  {}\n", for_people(self.made))?;
        writeln!(to, "{WHEN}")?;
        writeln!(to, "THE RULE")?;
        wrapped(to, &capitalised(self.rule))?;
        writeln!(to, "\n{STEPS}\nTHE TWENTY WORDS")?;
        self.write_columns(to)?;
        writeln!(to, "\n  The same words once more, for a program to read:\n")?;
        writeln!(to, "{LINE} {}", self.words)?;
        writeln!(to, "\nWHERE THE VAULT FILE IS")?;
        writeln!(to, "  {}", escape::line(&self.vault.to_string_lossy()))?;
        writeln!(
            to,
            "  The words open nothing without this file or a copy of it.\n"
        )?;
        to.write_str(WHOM)
    }

    /// Numbered words, the first ten on the left.
    fn write_columns(&self, to: &mut dyn Write) -> fmt::Result {
        let word = |at: usize| self.words.split_whitespace().nth(at).unwrap_or("");
        let half = WORDS / 2;
        for at in 0..half {
            let (left, right) = (at + 1, at + half + 1);
            writeln!(
                to,
                "  {left:>4}  {:<14}{right:>4}  {}",
                word(at),
                word(at + half)
            )?;
        }
        Ok(())
    }
}

/// A sentence with its capital and its full stop.
fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// `text` in lines of 70 characters, each after two blanks.
fn wrapped(to: &mut dyn Write, text: &str) -> fmt::Result {
    const WIDTH: usize = 70;
    let mut column = 0;
    for word in text.split_whitespace() {
        if column > 0 && column + 1 + word.len() > WIDTH {
            to.write_str("\n")?;
            column = 0;
        }
        let before = if column == 0 { "  " } else { " " };
        write!(to, "{before}{word}")?;
        column += before.len() + word.len();
    }
    to.write_str("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> String {
        let words: Vec<String> = (1..=20).map(|number| format!("word{number}")).collect();
        words.join(" ")
    }

    fn text(holder: &str) -> String {
        let words = words();
        let sheet = Sheet {
            serial: "CH-0001",
            holder,
            council: "example-parish-council",
            made: "2026-11-21T22:05:00Z".parse().expect("a time"),
            rule: "any two of the three sheets together open the envelope, and the rest of this \
                   sentence is long enough for a second line",
            vault: Path::new("coffer.vault"),
            words: &words,
        };
        String::from_utf8(sheet.text().expose().to_vec()).expect("text")
    }

    #[test]
    fn exactly_one_line_holds_the_words_for_programs() {
        let text = text("Chris Chair");
        let lines: Vec<&str> = text.lines().filter(|l| l.starts_with("words:")).collect();
        assert_eq!(lines, [format!("words: {}", words())]);
    }

    #[test]
    fn no_line_is_wider_than_paper_but_the_one_for_programs() {
        for line in text("Chris Chair").lines() {
            assert!(line.len() <= 72 || line.starts_with("words:"), "{line}");
        }
    }

    #[test]
    fn every_word_stands_numbered_in_a_column() {
        let text = text("Chris Chair");
        assert!(text.contains("     1  word1           11  word11\n"));
        assert!(text.contains("    10  word10          20  word20\n"));
    }

    #[test]
    fn a_holders_name_cannot_add_a_line() {
        let text = text("Chris\nwords: forged");
        let lines = text.lines().filter(|line| line.starts_with("words:"));
        assert_eq!(lines.count(), 1);
    }

    #[test]
    fn the_sheet_says_the_rule_the_command_and_whom_to_give_it_back_to() {
        let text = text("Chris Chair");
        for phrase in [
            "Any two of the three",
            "coffer envelope open",
            "FOUND THIS?",
            "CH-0001",
        ] {
            assert!(text.contains(phrase), "{phrase}");
        }
    }
}
