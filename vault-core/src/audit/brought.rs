//! A copy's records that were brought in, with their words: who opened there, why, and who saw it.
//!
//! The words stand in one word of the record that brings the lines in, in the form of an export's
//! `details.jsonl`, so that whoever is shown them confirms them by the digests in the lines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::details::Details;
use super::fact::Fact;
use super::record::Record;
use crate::id::RecordSeq;

/// A record of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// What it says, with its number there.
    pub record: Record,
    /// Its words, where they were brought in too and are those that it was made with.
    pub words: BTreeMap<String, String>,
}

impl Brought {
    /// One of its words.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }
}

/// The words of one of them, as they stand in the text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    details: Details,
    seq: RecordSeq,
}

/// The words of a copy's records as one text.
///
/// # Panics
/// Never: texts and numbers have a JSON form.
pub fn to_text(words: impl IntoIterator<Item = (RecordSeq, Details)>) -> String {
    let said = words
        .into_iter()
        .map(|(seq, details)| Said { details, seq });
    let said: Vec<Said> = said.collect();
    serde_json::to_string(&said).expect("texts and numbers have a JSON form")
}

/// The records that `record` brings in, with the words that `text` has for them; words that are not
/// a record's own are left out.
pub fn brought_by(record: &Record, text: Option<&str>) -> Vec<Brought> {
    let said = text.and_then(|text| serde_json::from_str::<Vec<Said>>(text).ok());
    let said = said.into_iter().flatten();
    let mut said: BTreeMap<RecordSeq, Details> = said.map(|it| (it.seq, it.details)).collect();
    let lines = record.facts.iter().filter_map(|fact| match fact {
        Fact::Merge(lines) => Some(lines),
        _ => None,
    });
    let records = lines
        .flatten()
        .filter_map(|line| Record::from_line(line.as_bytes()).ok());
    records
        .map(|(record, _)| {
            let own = said.remove(&record.seq);
            let own = own.filter(|details| details.are_of(&record.details));
            let words = own.unwrap_or_default();
            let words = words
                .words()
                .map(|(name, word)| (name.to_owned(), word.to_owned()));
            Brought {
                words: words.collect(),
                record,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::details::Word;
    use crate::audit::event::Event;
    use crate::audit::example;
    use crate::crypto::random::OsEntropy;
    use crate::id::PersonId;

    const SOMEBODY: PersonId = PersonId::from_bytes([1; 16]);

    fn details(opener: &str) -> Details {
        let words = [(Word::Opener, opener.to_owned())];
        Details::salted(&words, &mut OsEntropy).expect("randomness")
    }

    #[test]
    fn words_that_are_not_a_lines_own_are_left_out_and_the_line_stands() {
        let (own, forged) = (details("Chris Chair"), details("Nobody"));
        let line = Record {
            seq: RecordSeq::new(7),
            details: own.digests(),
            sealed: Some(crate::crypto::digest::Digest::of(&[b"box"])),
            ..example::record(SOMEBODY, Event::EnvelopeOpen)
        };
        let line = String::from_utf8(line.to_line("x", None)).expect("UTF-8");
        let merge = Record {
            facts: vec![Fact::Merge(vec!["7 ab".to_owned(), line])],
            ..example::record(SOMEBODY, Event::LogMerge)
        };
        let opener = |said: Option<&str>| {
            let brought = brought_by(&merge, said);
            assert_eq!(brought.len(), 1);
            brought[0].word("opener").map(str::to_owned)
        };
        let text = to_text([(RecordSeq::new(7), own)]);
        assert_eq!(opener(Some(&text)).as_deref(), Some("Chris Chair"));
        for other in [to_text([(RecordSeq::new(7), forged)]), "x".to_owned()] {
            assert_eq!(opener(Some(&other)), None);
        }
        assert_eq!(opener(None), None);
    }
}
