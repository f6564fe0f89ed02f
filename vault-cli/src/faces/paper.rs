//! A holder's sheet: what lies in the envelope, and what stands on its outside. It is one value, set
//! as plain text, as a page for a browser and as PDF, for somebody who reads it twice in a lifetime.

mod html;
mod inside;
mod outside;
mod pdf;
mod setter;
mod text;

use vault_core::id::Epoch;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::time::Timestamp;

use self::inside::Inside;
use self::outside::Outside;
use crate::output::pdf as file;
use crate::output::qr::{Correction, Qr};

/// How many words a sheet has.
pub(crate) const WORDS: usize = 20;

/// What stands before the words on the line that programs read.
pub(crate) const LINE: &str = "words:";

/// How a sheet is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain text, with the line `words:` that programs read.
    Text,
    /// A page for a browser, without a script.
    Html,
    /// Pages of A4.
    Pdf,
}

/// How large its letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Running text of 12 points.
    Usual,
    /// Of 16 points.
    Large,
}

/// What a council's sheets have in common. None of its texts holds a character that acts.
pub(crate) struct Frame {
    /// The council.
    pub(crate) council: String,
    /// The vault's short mark.
    pub(crate) mark: String,
    /// The first seal that the sheet can be part of.
    pub(crate) seal: Epoch,
    /// Who may open, as a sentence without its full stop.
    pub(crate) rule: String,
    /// Who keeps the other sheets.
    pub(crate) others: Vec<String>,
    /// When the sheet was made.
    pub(crate) made: Timestamp,
    /// Where the vault file stands, where that is known.
    pub(crate) vault: Option<String>,
    /// When it was last copied.
    pub(crate) copied: Option<Timestamp>,
    /// Where the copy is kept.
    pub(crate) copy: Option<String>,
    /// Whom to ring.
    pub(crate) ring: Vec<String>,
}

/// Everything that stands on a sheet.
pub(crate) struct Sheet<'a> {
    /// What stands on its envelope.
    pub(crate) serial: &'a str,
    /// Who keeps it, or where it is kept.
    pub(crate) holder: &'a str,
    /// Whether that is a place.
    pub(crate) is_place: bool,
    /// The rest.
    pub(crate) frame: &'a Frame,
    /// The twenty words.
    pub(crate) words: &'a SecretString,
    /// Whether it is there to practise with.
    pub(crate) is_specimen: bool,
}

/// The one command that somebody has to type.
const COMMAND: &str = "coffer envelope open";

/// Said of a sheet without a key.
const SPECIMEN: &str = "This is a specimen. It has no key and opens nothing.";

/// What a picture of the words is to who cannot see it.
const QR_SHOWS: &str = "QR code of the twenty words, for a scanner";

/// A line under a heading.
enum Line {
    /// What is said.
    Said(String),
    /// Something to be written by hand, behind its label.
    Blank(String),
}

/// Lines under a heading.
struct Section {
    title: &'static str,
    lines: Vec<Line>,
}

impl Section {
    fn of(title: &'static str, lines: &[&str]) -> Self {
        let said = |line: &&str| Line::Said((*line).to_owned());
        let lines = lines.iter().map(said).collect();
        Self { title, lines }
    }
}

impl Sheet<'_> {
    /// The sheet, in a buffer that is erased.
    pub(crate) fn render(&self, form: Form, size: Size) -> SecretBytes {
        match form {
            Form::Text => text::set(self),
            Form::Html => html::set(self, size),
            Form::Pdf => pdf::set(self, size),
        }
    }

    /// Whether the form shows every letter of every name.
    pub(crate) fn is_whole(&self, form: Form) -> bool {
        form != Form::Pdf || self.free_texts().all(file::is_whole)
    }

    /// What people chose.
    fn free_texts(&self) -> impl Iterator<Item = &str> {
        let Frame {
            council,
            others,
            vault,
            copy,
            ring,
            ..
        } = self.frame;
        let more = others.iter().chain(vault).chain(copy).chain(ring);
        let free = [self.holder, council.as_str()];
        free.into_iter().chain(more.map(String::as_str))
    }

    const fn kept(&self) -> &'static str {
        if self.is_place { "Kept in" } else { "Kept by" }
    }

    fn specimen(&self) -> Option<&'static str> {
        self.is_specimen.then_some(SPECIMEN)
    }

    fn inside(&self) -> Inside {
        Inside::of(self)
    }

    fn outside(&self) -> Outside {
        Outside::of(self)
    }

    /// The words in capitals, which take the least room.
    ///
    /// # Panics
    /// Never: twenty words of eight letters fit.
    fn qr(&self) -> Qr {
        let capitals = SecretString::new(self.words.expose().to_ascii_uppercase());
        let symbol = Qr::of(capitals.expose(), Correction::Quartile);
        symbol.expect("twenty words of eight letters fit")
    }

    /// A word by its number, from 1.
    fn word(&self, number: usize) -> &str {
        let mut words = self.words.expose().split_whitespace();
        number
            .checked_sub(1)
            .and_then(|at| words.nth(at))
            .unwrap_or_default()
    }

    /// The numbers that stand beside each other, the first half on the left.
    fn rows() -> impl Iterator<Item = [usize; 2]> {
        (1..=WORDS / 2).map(|left| [left, left + WORDS / 2])
    }
}

impl Frame {
    /// By what paper, stick and screen are matched.
    fn vault_line(&self) -> String {
        format!("{}, from seal {} on", self.mark, self.seal)
    }
}

/// A sentence with its capital and its full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests;
