//! A record with the names of what it is about.

use std::collections::BTreeMap;

use crate::audit::actor::Actor;
use crate::audit::brought::{Brought, brought_by};
use crate::audit::exception::Exception;
use crate::audit::record::Record;
use crate::id::RecordSeq;

/// The name under which a title stands that is not the entry's.
pub const OTHER_TITLE: &str = "other_title";

/// A record, for people and programs to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The record.
    pub record: Record,
    /// Who acted: a name, a sheet's serial, the envelope; `None` where nobody could sign.
    pub actor: Option<String>,
    /// Whom it concerns.
    pub subject: Option<String>,
    /// The thing: a title or name where it can be told, an id otherwise.
    pub object: Option<String>,
    /// Its words, by name; empty where the reader may not see them.
    pub words: BTreeMap<String, String>,
    /// The records of a copy that it brings in.
    pub brought: Vec<Brought>,
    /// The record under which its words were erased, where they were.
    pub erased: Option<RecordSeq>,
    /// Whether it has words that the reader may not see.
    pub hidden: bool,
}

impl LogLine {
    /// The record with ids for names, and without its words.
    pub fn by_ids(record: Record) -> Self {
        let named = record.actor != Actor::Nobody;
        Self {
            actor: named.then(|| record.actor.to_string()),
            subject: record.subject.map(|id| id.to_string()),
            object: record.object.as_ref().map(ToString::to_string),
            words: BTreeMap::new(),
            erased: None,
            brought: brought_by(&record, None),
            hidden: false,
            record,
        }
    }

    /// Why it is an exception, by the records, and by what it calls its entry.
    pub fn noted(&self, by_records: &[Exception]) -> Vec<Exception> {
        let mut noted = by_records.to_vec();
        if self.words.contains_key(OTHER_TITLE) {
            noted.push(Exception::OtherTitle);
            noted.sort_unstable();
        }
        noted
    }

    /// One of its words.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    /// What it is about: the thing, else the person.
    pub fn about(&self) -> Option<&str> {
        self.object.as_deref().or(self.subject.as_deref())
    }
}
