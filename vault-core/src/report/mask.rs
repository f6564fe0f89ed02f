//! What one person may be given of the log: the records that concern them, without other people.
//!
//! What is masked is what people read: names, and words in which somebody else is named. The exact
//! lines stay as they are, for a line that is changed proves nothing; they hold ids and no names.

use std::collections::BTreeSet;

use super::line::LogLine;
use crate::audit::details::Word;
use crate::audit::record::{Actor, ObjectRef};
use crate::id::PersonId;
use crate::text::fold;

/// What stands for somebody else.
pub const ANOTHER: &str = "another person";

/// Parts of names that are shorter are found in too many words that mean nobody.
const SHORTEST_PART: usize = 3;

/// Masks everybody but one person.
pub struct Mask {
    person: PersonId,
    name: String,
    /// The names of the others, folded.
    others: BTreeSet<String>,
    /// The parts of these names which are not the person's own too.
    parts: BTreeSet<String>,
}

impl Mask {
    /// Masks everybody among `others` for `person`, who is called `name`.
    pub fn new<'n>(
        person: PersonId,
        name: &str,
        others: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let own: BTreeSet<String> = parts(&fold(name)).map(str::to_owned).collect();
        let name = fold(name);
        let others: BTreeSet<String> = others.into_iter().map(fold).collect();
        let of_others = others.iter().flat_map(|other| parts(other));
        let long = of_others.filter(|part| part.chars().count() >= SHORTEST_PART);
        let parts = long.filter(|part| !own.contains(*part));
        Self {
            person,
            name,
            parts: parts.map(str::to_owned).collect(),
            others,
        }
    }

    /// Whether a word of a record may be given: not who witnessed something, who opened the
    /// envelope only where it is the person, and nothing in which somebody else is named, be it
    /// with a part of their name.
    pub fn keeps(&self, name: &str, word: &str) -> bool {
        if name == Word::Witnesses.name() {
            return false;
        }
        if name == Word::Opener.name() {
            return fold(word) == self.name;
        }
        !self.names_another(word)
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
        line
    }

    fn names_another(&self, text: &str) -> bool {
        let text = fold(text);
        self.others.iter().any(|other| text.contains(other))
            || parts(&text).any(|part| self.parts.contains(part))
    }
}

/// The words of a folded text.
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
        ] {
            assert!(!mask().keeps("reason", text), "{text}");
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
