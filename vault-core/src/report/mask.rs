//! What one person may be given of the log: the records that concern them, without other people.
//!
//! What is masked is what people read: names, and words in which somebody else is named. The exact
//! lines stay as they are, for a line that is changed proves nothing; they hold ids and no names.

use std::collections::BTreeSet;

use super::line::LogLine;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::id::PersonId;
use crate::text::bare;

/// What stands for somebody else.
pub const ANOTHER: &str = "another person";

/// Parts of names that are shorter are found in too many words that mean nobody. Of two letters they
/// count where they are written as in the name, as in “Jo rang”.
const SHORTEST_PART: usize = 3;

/// Masks everybody but one person.
pub struct Mask {
    person: PersonId,
    name: String,
    /// The names of the others, folded.
    others: BTreeSet<String>,
    /// The parts of these names which are not the person's own too.
    parts: BTreeSet<String>,
    /// Those of two letters, as they are written.
    short: BTreeSet<String>,
}

impl Mask {
    /// Masks everybody among `others` for `person`, who is called `name`.
    pub fn new<'n>(
        person: PersonId,
        name: &str,
        others: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let own: BTreeSet<String> = parts(&bare(name)).map(str::to_owned).collect();
        let name = bare(name);
        let others: Vec<&str> = others.into_iter().collect();
        let written = others.iter().flat_map(|other| parts(other));
        let short = written.filter(|part| is_short_name(part) && !own.contains(&bare(part)));
        let short = short.map(str::to_owned).collect();
        let others: BTreeSet<String> = others.into_iter().map(bare).collect();
        // A name that is split by an apostrophe is written without it too.
        let joined: Vec<String> = others
            .iter()
            .map(|it| it.replace(['\'', '’'], ""))
            .collect();
        let of_others = others.iter().chain(&joined).flat_map(|other| parts(other));
        let long = of_others.filter(|part| part.chars().count() >= SHORTEST_PART);
        let parts = long.filter(|part| !own.contains(*part));
        Self {
            person,
            name,
            parts: parts.map(str::to_owned).collect(),
            short,
            others,
        }
    }

    /// Whether a word of a record may be given: not who witnessed something, who opened the
    /// envelope only where it is the person, and nothing in which somebody else is named, be it
    /// with a part of their name. In what machines and files are called names run together with
    /// other words, as in `patslaptop`.
    pub fn keeps(&self, name: &str, word: &str) -> bool {
        // What was said on a copy is given line by line.
        if name == Word::Witnesses.name() || name == Word::Brought.name() {
            return false;
        }
        if name == Word::Opener.name() {
            return bare(word) == self.name;
        }
        let machine = [Word::Host, Word::File, Word::Device];
        let runs_together = machine.iter().any(|machine| machine.name() == name);
        let named = self.names_another(word) || (runs_together && self.holds_part(word));
        !named
    }

    fn holds_part(&self, word: &str) -> bool {
        let word = bare(word);
        self.parts.iter().any(|part| word.contains(part.as_str()))
    }

    /// The line without other people.
    #[must_use]
    pub fn masked(&self, mut line: LogLine) -> LogLine {
        let another = || Some(ANOTHER.to_owned());
        if matches!(line.record.actor, Actor::Person(person) if person != self.person) {
            line.actor = another();
        }
        if line.record.subject.is_some_and(|id| id != self.person) {
            line.subject = another();
        }
        if matches!(line.record.object, Some(ObjectRef::Person(id)) if id != self.person) {
            line.object = another();
        } else if line
            .object
            .as_deref()
            .is_some_and(|it| self.names_another(it))
        {
            line.object = line.record.object.as_ref().map(ToString::to_string);
        }
        line.words.retain(|name, word| self.keeps(name, word));
        for brought in &mut line.brought {
            brought.words.retain(|name, word| self.keeps(name, word));
        }
        line
    }

    fn names_another(&self, text: &str) -> bool {
        if parts(text).any(|part| self.short.contains(part)) {
            return true;
        }
        let text = bare(text);
        self.others.iter().any(|other| text.contains(other))
            || parts(&text).any(|part| self.has_part(part))
    }

    /// Whether a word is a part of somebody's name, be it in the genitive without its apostrophe.
    fn has_part(&self, word: &str) -> bool {
        let of = word.strip_suffix('s');
        self.parts.contains(word) || of.is_some_and(|name| self.parts.contains(name))
    }
}

/// Whether a part of a name is one of two letters that is written like a name.
fn is_short_name(part: &str) -> bool {
    part.chars().count() == SHORTEST_PART - 1 && part.starts_with(char::is_uppercase)
}

/// The words of a text.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAT: PersonId = PersonId::from_bytes([1; 16]);

    fn mask() -> Mask {
        Mask::new(PAT, "Pat Green", ["Chris O’Green-Hill", "Bo Li", "Zoë Wu"])
    }

    #[test]
    fn a_word_in_which_somebody_else_is_named_is_left_out_however_it_is_spelt() {
        for text in [
            "as Chris asked",
            "ask CHRIS.",
            "for hill's site",
            "bo  li was there",
            "ZOE\u{308} rang",
            "Chris O’Green-Hill",
            "Bo rang",
            "mind Li's bag",
            "the chriss laptop",
            "Zoe rang",
            "ogreen was there",
        ] {
            assert!(!mask().keeps("reason", text), "{text}");
        }
    }

    #[test]
    fn a_machine_or_a_file_that_is_called_after_somebody_else_is_left_out() {
        for name in ["CHRISLAPTOP", "laptop-zoe", "/home/chill/hillsite.csv"] {
            assert!(!mask().keeps("host", name) && !mask().keeps("file", name));
        }
        for name in ["pats-laptop", "office-pc", "greenbox"] {
            assert!(mask().keeps("host", name), "{name}");
        }
    }

    #[test]
    fn ones_own_words_and_ones_own_name_stay() {
        for text in [
            "moving the site",
            "Pat Green",
            "Green Lane playground",
            "the li-ion battery",
            "uphill",
            "boiler",
        ] {
            assert!(mask().keeps("reason", text), "{text}");
        }
        assert!(mask().keeps("opener", "pat  GREEN"));
        assert!(!mask().keeps("opener", "Bo"));
        assert!(!mask().keeps("witnesses", "Pat Green"));
    }
}
