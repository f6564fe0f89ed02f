//! A holder's sheet: what lies in the envelope, and what stands on its outside. It is one value, set
//! as plain text, as a page for a browser and as PDF, for somebody who reads it twice in a lifetime.

mod html;
mod pdf;
mod setter;
mod text;

use vault_core::secret::{SecretBytes, SecretString};
use vault_core::time::Timestamp;

use super::words::WORDS;
use crate::output::qr::{Correction, Qr};
use crate::output::{day_for_people, escape, pdf as file};

/// How a sheet is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain text, with the line `words:` that programs read.
    Text,
    /// One page for a browser, without a script.
    Html,
    /// Two pages of A4.
    Pdf,
}

/// What a council's sheets have in common.
pub(crate) struct Frame {
    /// The council.
    pub(crate) council: String,
    /// Who may open, as a sentence without its full stop.
    pub(crate) rule: String,
    /// When the sheet was made.
    pub(crate) made: Timestamp,
    /// Where the vault file stands.
    pub(crate) vault: String,
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

const WORDS_TITLE: &str = "The twenty words";

const WORDS_FOR_SCANNERS: &str = "For a scanner. Never photograph this page.";

const CHECKS_TITLE: &str = "Seal checks, every three months";

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

/// What lies in the envelope, in the order in which it is read. The words come after the steps.
struct Inside {
    serial: String,
    kept: &'static str,
    holder: String,
    facts: [(&'static str, String); 2],
    when: Section,
    rule: Section,
    /// The fourth says the command.
    steps: [&'static str; 5],
    /// Where things are, whom to ring, and what this is.
    about: [Section; 4],
    /// Of a specimen, that it is one.
    specimen: Option<&'static str>,
}

/// Labels of what is written by hand, those of a row beside each other.
type Rows = &'static [&'static [&'static str]];

/// What stands on the envelope. Nothing on it comes from a secret.
struct Outside {
    serial: String,
    kept: &'static str,
    holder: String,
    council: String,
    notice: &'static str,
    /// What to type then.
    report: String,
    /// To be filled in by hand: forms with their titles, row by row.
    forms: [(&'static str, Rows); 2],
    /// The columns of the list of checks.
    checks: [&'static str; 4],
    specimen: Option<&'static str>,
}

/// The most characters of a name, of where something is, and of whom to ring.
const NAME: usize = 140;
const PLACE: usize = 120;
const CALL: usize = 60;

/// How many lines more a browser's page holds in its usual size.
const SPARE: usize = 3;

/// How many there is room for under "whom to ring".
const MOST_PEOPLE: usize = 4;

/// What everybody sees first, in two lines.
const WARNING: [&str; 2] = ["Open only", "in an emergency"];

/// How many checks there is room for: three years of quarters.
const CHECKS: usize = 12;

const STEPS_TITLE: &str = "What to do";

const STEPS: [&str; 5] = [
    "Note the time, and have two people with you who watch.",
    "Fetch as many sheets as the rule above asks for, and the vault file or a copy of it.",
    "Use a computer that has the program. It is on the stick from the safe too: README.txt there \
     says how.",
    "Type this command and press Enter:",
    "Answer one question after the other. Type the words below when asked; four letters of each \
     are enough.",
];

impl Sheet<'_> {
    /// The sheet, in a buffer that is erased.
    pub(crate) fn render(&self, form: Form) -> SecretBytes {
        match form {
            Form::Text => text::set(self),
            Form::Html => html::set(self),
            Form::Pdf => pdf::set(self),
        }
    }

    /// Whether the form shows every letter of every name.
    pub(crate) fn is_whole(&self, form: Form) -> bool {
        let mut texts = self.free_texts();
        form != Form::Pdf || texts.all(|text| file::is_whole(&escape::line(text)))
    }

    /// About how many lines more the free texts take than a page has to spare.
    fn is_long(&self) -> bool {
        let frame = self.frame;
        let more = |text: &str, room: usize| escape::line(text).chars().count() / room;
        let wide = [self.holder, &frame.council, &frame.rule].map(|text| more(text, 75));
        let half = frame.ring.iter().chain(&frame.copy).chain([&frame.vault]);
        let half: usize = half.map(|text| more(text, 42)).sum();
        let people = frame.ring.len().saturating_sub(2);
        wide.iter().sum::<usize>() + half + people > SPARE
    }

    /// What people chose, which may be anything.
    fn free_texts(&self) -> impl Iterator<Item = &str> {
        let free = [self.holder, &self.frame.council, &self.frame.vault];
        let more = self.frame.ring.iter().chain(&self.frame.copy);
        free.into_iter().chain(more.map(String::as_str))
    }

    const fn kept(&self) -> &'static str {
        if self.is_place { "Kept in" } else { "Kept by" }
    }

    fn specimen(&self) -> Option<&'static str> {
        self.is_specimen.then_some(SPECIMEN)
    }

    fn inside(&self) -> Inside {
        let frame = self.frame;
        Inside {
            serial: self.serial.to_owned(),
            kept: self.kept(),
            holder: fitted(self.holder, NAME),
            facts: [
                ("Council", fitted(&frame.council, NAME)),
                ("Sealed on", day_for_people(frame.made)),
            ],
            when: Section::of(
                "When to open this",
                &[
                    "Only in an emergency: the council needs a password, and nobody who holds it \
                     can be reached.",
                    "Never alone and never out of curiosity: two people come and watch.",
                    "Opening is recorded, and every member is shown the record.",
                ],
            ),
            rule: Section::of("The rule", &[&sentence(&frame.rule)]),
            steps: STEPS,
            about: [
                frame.whereabouts(),
                frame.people(),
                Section::of(
                    "Found this?",
                    &[
                        "It opens nothing by itself, but it matters to the council. Please hand \
                         it to the clerk or the chair, unread and uncopied.",
                    ],
                ),
                Section::of(
                    "What this belongs to",
                    &[
                        "Coffer keeps the council's passwords in one encrypted file. recovery.md, \
                         beside the program and on the stick, says how to open it without the \
                         program.",
                    ],
                ),
            ],
            specimen: self.specimen(),
        }
    }

    fn outside(&self) -> Outside {
        Outside {
            serial: self.serial.to_owned(),
            kept: self.kept(),
            holder: fitted(self.holder, NAME),
            council: fitted(&self.frame.council, NAME),
            notice: "Is this torn, open or missing, and nobody knows why? Tell the clerk and the \
                     chair at once. Whoever has a login reports it:",
            report: format!("coffer envelope lost {}", self.serial),
            forms: [
                (
                    "When it is sealed",
                    &[&["Sealed on", "By"], &["Witness", "Bag number"]],
                ),
                (
                    "When it is opened",
                    &[&["Opened on", "At (time)"], &["By"], &["Reason"]],
                ),
            ],
            checks: ["Date", "Bag number", "Unbroken?", "Checked by"],
            specimen: self.specimen(),
        }
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
    fn whereabouts(&self) -> Section {
        let copied = self.copied.map(day_for_people);
        let copied = copied.map_or_else(String::new, |day| format!(", last made on {day}"));
        let label = format!("A copy{copied}:");
        Section {
            title: "Where the vault file is",
            lines: vec![
                Line::Said(format!("The file: {}", fitted(&self.vault, PLACE))),
                match &self.copy {
                    Some(place) => Line::Said(format!("{label} {}", fitted(place, PLACE))),
                    None => Line::Blank(label),
                },
            ],
        }
    }

    fn people(&self) -> Section {
        let blank = || Line::Blank(String::new());
        let given = self.ring.iter().take(MOST_PEOPLE);
        let given = given.map(|person| Line::Said(fitted(person, CALL)));
        let lines: Vec<Line> = given.collect();
        Section {
            title: "Whom to ring",
            lines: if lines.is_empty() {
                vec![blank(), blank()]
            } else {
                lines
            },
        }
    }
}

/// `text` as part of one line that cannot act. Of one that is longer than `most` characters the middle
/// is left out, since the page would not hold it.
fn fitted(text: &str, most: usize) -> String {
    let text = escape::line(text);
    let count = text.chars().count();
    if count <= most {
        return text.into_owned();
    }
    let (head, tail) = (most * 2 / 3, most / 3);
    let tail = text.chars().skip(count - tail);
    text.chars().take(head).chain(['…']).chain(tail).collect()
}

/// A sentence with its capital and its full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests;
