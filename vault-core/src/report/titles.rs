//! What entries are called: by the reader's own catalogue, or by the records that made them. What a
//! record calls its entry is its author's word alone.

use std::collections::{BTreeMap, BTreeSet};

use super::line::OTHER_TITLE;
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome};
use crate::audit::record::Record;
use crate::id::EntryId;

/// Titles, as far as they were read.
#[derive(Debug, Default)]
pub struct Titles {
    /// By the reader's catalogue.
    seen: BTreeMap<EntryId, String>,
    /// By the log: the last that a record gave which makes or changes an entry, or else the first
    /// that any gave.
    told: BTreeMap<EntryId, String>,
    /// Every one that such a record gave.
    given: BTreeMap<EntryId, BTreeSet<String>>,
}

impl Titles {
    /// Those of the reader's catalogue.
    pub const fn seen(seen: BTreeMap<EntryId, String>) -> Self {
        Self {
            seen,
            told: BTreeMap::new(),
            given: BTreeMap::new(),
        }
    }

    /// Takes the words of the next record. A title that is not its entry's is called so in them.
    pub fn learn(&mut self, record: &Record, words: &mut BTreeMap<String, String>) {
        let (Some(ObjectRef::Entry(entry)), Some(title)) =
            (&record.object, words.get(Word::Title.name()).cloned())
        else {
            return;
        };
        let names = matches!(record.event, Event::SecretCreate | Event::SecretUpdate);
        if names && record.outcome == Outcome::Ok {
            self.told.insert(*entry, title.clone());
            self.given.entry(*entry).or_default().insert(title);
            return;
        }
        let given = self.given.get(entry);
        let is_known = self.seen.get(entry) == Some(&title)
            || given.is_some_and(|given| given.contains(&title))
            || self.told.entry(*entry).or_insert_with(|| title.clone()) == &title;
        if !is_known {
            words.remove(Word::Title.name());
            words.insert(OTHER_TITLE.to_owned(), title);
        }
    }

    /// An entry's.
    pub fn of(&self, entry: EntryId) -> Option<&str> {
        let seen = self.seen.get(&entry);
        seen.or_else(|| self.told.get(&entry)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::example;
    use crate::id::PersonId;

    const WEBSITE: EntryId = EntryId::from_bytes([1; 16]);

    /// What the words of a record become that calls the entry `title`.
    fn said(titles: &mut Titles, event: Event, title: &str) -> BTreeMap<String, String> {
        let mut record = example::record(PersonId::from_bytes([2; 16]), event);
        record.object = Some(ObjectRef::Entry(WEBSITE));
        let mut words = BTreeMap::from([("title".to_owned(), title.to_owned())]);
        titles.learn(&record, &mut words);
        words
    }

    fn other(title: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(OTHER_TITLE.to_owned(), title.to_owned())])
    }

    #[test]
    fn an_entry_is_called_as_it_was_made_whatever_a_later_record_says() {
        let mut titles = Titles::default();
        assert!(said(&mut titles, Event::SecretCreate, "Website").contains_key("title"));
        assert_eq!(
            said(&mut titles, Event::SecretReveal, "Mail"),
            other("Mail")
        );
        assert!(said(&mut titles, Event::SecretReveal, "Website").contains_key("title"));
        assert_eq!(titles.of(WEBSITE), Some("Website"));
    }

    #[test]
    fn what_the_reader_sees_goes_before_what_the_log_says() {
        let mut titles = Titles::seen(BTreeMap::from([(WEBSITE, "Website".to_owned())]));
        assert_eq!(
            said(&mut titles, Event::SecretReveal, "Mail"),
            BTreeMap::from([("title".to_owned(), "Mail".to_owned())]),
            "an older title, perhaps"
        );
        assert_eq!(titles.of(WEBSITE), Some("Website"));
    }

    #[test]
    fn where_the_first_words_are_gone_the_next_title_counts() {
        let mut titles = Titles::default();
        said(&mut titles, Event::SecretReveal, "Website");
        assert_eq!(
            said(&mut titles, Event::SecretReveal, "Mail"),
            other("Mail")
        );
        assert_eq!(titles.of(WEBSITE), Some("Website"));
    }
}
