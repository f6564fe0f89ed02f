//! What lies in the envelope.

use super::{Frame, Line, Section, Sheet, sentence};
use crate::output::day_for_people;

/// What lies in the envelope, in the order in which it is read. The words come after the steps.
pub(super) struct Inside {
    pub(super) serial: String,
    pub(super) kept: &'static str,
    pub(super) holder: String,
    pub(super) facts: [(&'static str, String); 2],
    pub(super) when: Section,
    pub(super) rule: Section,
    /// The fourth says the command.
    pub(super) steps: [&'static str; 5],
    /// What has to be known of the words and of the code.
    pub(super) notes: [&'static str; 2],
    /// Where things are, whom to ring, and what this is.
    pub(super) about: [Section; 4],
    /// Of a specimen, that it is one.
    pub(super) specimen: Option<&'static str>,
}

pub(super) const STEPS_TITLE: &str = "What to do";

pub(super) const WORDS_TITLE: &str = "The twenty words";

const STEPS: [&str; 5] = [
    "Note the time, and have two people with you who watch.",
    "Fetch the sheets that the rule asks for, and the vault file or a copy.",
    "Use a computer that has the program, or the stick: its README.txt says how.",
    "Type this command and press Enter:",
    "Answer its questions. Of each word below four letters are enough.",
];

/// The first is true of every share that is a whole secret (SLIP-0039: group, threshold and member
/// are all the first of one).
const NOTES: [&str; 2] = [
    "Words 3 and 4 are “academic” on every sheet, and rightly so.",
    "The square code is for a scanner at the computer, which types the same words from it. Never \
     photograph this page: a picture is a copy of the words.",
];

/// The words of the specimen are others, and this is still to be learnt from it.
const NOTE_OF_SPECIMEN: &str =
    "On a sheet that opens something, words 3 and 4 are “academic”, and rightly so.";

/// So many letters name those who keep the other sheets; of a longer list the rest is counted.
const OTHERS: usize = 300;

/// How many lines there are to write on where nobody is named to be rung.
const TO_BE_NAMED: usize = 2;

impl Inside {
    pub(super) fn of(sheet: &Sheet<'_>) -> Self {
        let frame = sheet.frame;
        Self {
            serial: sheet.serial.to_owned(),
            kept: sheet.kept(),
            holder: sheet.holder.to_owned(),
            facts: [
                ("Council", frame.council.clone()),
                (
                    "Vault",
                    format!(
                        "{}; printed on {}",
                        frame.vault_line(),
                        day_for_people(frame.made)
                    ),
                ),
            ],
            when: Section::of(
                "When to open this",
                &[
                    "Only when a password is needed and nobody who has it can be reached.",
                    "Never alone and never out of curiosity: two people come and watch.",
                    "Opening is recorded, and every member is shown the record.",
                ],
            ),
            rule: frame.who_opens(),
            steps: STEPS,
            notes: if sheet.is_specimen {
                [NOTE_OF_SPECIMEN, NOTES[1]]
            } else {
                NOTES
            },
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
                        "Coffer keeps the council’s passwords in one encrypted file. recovery.md, \
                         beside the program and on the stick, says how to open it without the \
                         program.",
                    ],
                ),
            ],
            specimen: sheet.specimen(),
        }
    }
}

impl Frame {
    fn who_opens(&self) -> Section {
        let mut section = Section::of("The rule", &[&sentence(&self.rule)]);
        if !self.others.is_empty() {
            let named = format!("Who keeps the others: {}.", listed(&self.others));
            section.lines.push(Line::Said(named));
        }
        section
    }

    fn whereabouts(&self) -> Section {
        let copied = self.copied.map(day_for_people);
        let copied = copied.map_or_else(String::new, |day| format!(", last made on {day}"));
        let place = |label: String, place: Option<&String>| match place {
            Some(place) => Line::Said(format!("{label} {place}")),
            None => Line::Blank(label),
        };
        let mark = format!(
            "Its mark is {}, which the program and the stick show too. A file of before seal {} \
             does not know this sheet: look for a newer one.",
            self.mark, self.seal
        );
        Section {
            title: "Where the vault file is",
            lines: vec![
                place("The file:".to_owned(), self.vault.as_ref()),
                place(format!("A copy{copied}:"), self.copy.as_ref()),
                Line::Said(mark),
            ],
        }
    }

    fn people(&self) -> Section {
        let given = self.ring.iter().map(|person| Line::Said(person.clone()));
        let mut lines: Vec<Line> = given.collect();
        if lines.is_empty() {
            lines.extend((0..TO_BE_NAMED).map(|_| Line::Blank(String::new())));
        }
        Section {
            title: "Whom to ring",
            lines,
        }
    }
}

/// Names with semicolons between; those for which there is no room are counted.
fn listed(names: &[String]) -> String {
    let mut list = String::new();
    for (at, name) in names.iter().enumerate() {
        let room = list.chars().count() + name.chars().count() <= OTHERS;
        if at > 0 && !room {
            let rest = names.len() - at;
            return format!("{list}; and {rest} more, whom “coffer envelope status” counts");
        }
        if at > 0 {
            list.push_str("; ");
        }
        list.push_str(name);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_for_whom_there_is_no_room_are_counted() {
        let names: Vec<String> = (10..80).map(|number| format!("Holder {number}")).collect();
        assert_eq!(listed(&names[..2]), "Holder 10; Holder 11");
        let list = listed(&names);
        let standing = list.matches("Holder").count();
        assert!(list.chars().count() < OTHERS + 60);
        assert!(list.contains(&format!("and {} more", names.len() - standing)));
    }
}
