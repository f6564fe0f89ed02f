//! Reading the access log, with its words where the reader may see them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::turn::Turn;
use super::{Session, id_of};
use crate::access::Act as Asked;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::brought::brought_by;
use crate::audit::details::{self, Details, Word};
use crate::audit::event::Event;
use crate::audit::record::Record;
use crate::collection::CollectionKind;
use crate::crypto::digest::Digest;
use crate::crypto::recipient::Identity;
use crate::error::{BadRecord, Error, Flaw};
use crate::id::{CollectionId, Generation, PersonId, RecordSeq, SessionId};
use crate::keys::CollectionKey;
pub use crate::report::line::LogLine;
use crate::report::titles::Titles;
use crate::secret::Key;
use crate::store::StoreError;
use crate::store::act::Act;
use crate::store::draft::Draft;
use crate::store::log::SealedDetailKey;

impl Session<'_> {
    /// The whole log, oldest first. That it was read is itself on record, once a session.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`] and [`Error::KeyRefused`].
    pub fn log(&mut self) -> Result<Vec<LogLine>, Error> {
        let turn = self.turn_anyway()?;
        let (mut turn, _) = turn.allow(Asked::ReadLog, Draft::new(Event::LogRead))?;
        turn.record(Draft::new(Event::LogRead))?;
        let mut records = Vec::new();
        turn.act.records(|record| {
            records.push(record);
            Ok(())
        })?;
        let mut keys = BTreeMap::new();
        let mut names = Names::of(&mut turn)?;
        let mut lines = Vec::with_capacity(records.len());
        for record in records {
            let words = turn.details_of(&record, &mut keys)?;
            lines.push(names.line(&mut turn, record, &words)?);
        }
        turn.commit()?;
        Ok(lines)
    }
}

/// Names that the log itself tells, and those that the directory told.
pub(super) struct Names {
    titles: Titles,
    people: BTreeMap<PersonId, String>,
}

impl Names {
    /// Those that this person may see.
    pub(super) fn of(turn: &mut Turn<'_>) -> Result<Self, Error> {
        let seen = turn.list()?.into_iter();
        let seen = seen.map(|entry| (entry.entry, entry.catalogue.title));
        Ok(Self {
            titles: Titles::seen(seen.collect()),
            people: BTreeMap::new(),
        })
    }

    fn person(&mut self, turn: &mut Turn<'_>, id: PersonId) -> Result<String, Error> {
        if let Some(name) = self.people.get(&id) {
            return Ok(name.clone());
        }
        let name = turn.person_name(id)?;
        self.people.insert(id, name.clone());
        Ok(name)
    }

    pub(super) fn line(
        &mut self,
        turn: &mut Turn<'_>,
        record: Record,
        words: &Words,
    ) -> Result<LogLine, Error> {
        let mut spoken = words.spoken();
        self.titles.learn(&record, &mut spoken);
        let actor = match &record.actor {
            Actor::Person(id) => Some(self.person(turn, *id)?),
            Actor::Sheet(serial) => Some(format!("sheet {serial}")),
            Actor::Escrow(epoch) => Some(format!("opened envelope {epoch}")),
            Actor::Nobody => None,
        };
        let subject = record.subject;
        let subject = subject.map(|id| self.person(turn, id)).transpose()?;
        let object = match &record.object {
            None => None,
            Some(ObjectRef::Person(id)) => Some(self.person(turn, *id)?),
            Some(ObjectRef::Collection(id)) => Some(turn.collection_name(*id)?),
            Some(ObjectRef::Entry(id)) => {
                let known = self.titles.of(*id).map(str::to_owned);
                Some(known.unwrap_or_else(|| id.to_string()))
            }
            Some(ObjectRef::Sheet(serial)) => Some(serial.to_string()),
            Some(ObjectRef::Epoch(epoch)) => Some(format!("envelope {epoch}")),
            Some(ObjectRef::Record(seq)) => Some(format!("record {seq}")),
        };
        Ok(LogLine {
            brought: brought_by(&record, words.brought()),
            record,
            actor,
            subject,
            object,
            words: spoken,
            erased: words.erased_under(),
            hidden: matches!(words, Words::Hidden),
        })
    }
}

/// What is no word of the record itself.
const BROUGHT: &str = Word::Brought.name();

/// Records with the words that a reader may see.
pub(super) type Told = BTreeMap<RecordSeq, (Record, BTreeMap<String, String>)>;

/// Session detail keys that were opened; `None` for those that this reader cannot open.
pub(super) type DetailKeys = BTreeMap<SessionId, Option<Key>>;

/// The words of a record, as far as a reader can read them.
pub(super) enum Words {
    /// It has none.
    None,
    /// It has some, and the reader may not read them.
    Hidden,
    /// They were erased, under this record.
    Erased(RecordSeq),
    /// They do not open, which is their author's doing.
    Unreadable,
    /// They are these, as its digests say.
    Read(Details),
}

impl Words {
    /// The words, by name.
    pub(super) fn spoken(&self) -> BTreeMap<String, String> {
        let owned = |(name, word): (&str, &str)| (name.to_owned(), word.to_owned());
        match self {
            Self::None | Self::Hidden | Self::Erased(_) => BTreeMap::new(),
            Self::Unreadable => {
                BTreeMap::from([owned(("unreadable", "the author's words do not open"))])
            }
            Self::Read(details) => {
                let own = details.words().filter(|(name, _)| *name != BROUGHT);
                own.map(owned).collect()
            }
        }
    }

    /// The words, by name, with those of a copy's records as one text.
    pub(super) fn whole(&self) -> BTreeMap<String, String> {
        let mut words = self.spoken();
        let brought = self.brought().map(str::to_owned);
        words.extend(brought.map(|text| (BROUGHT.to_owned(), text)));
        words
    }

    /// The words of a copy's records, as one text.
    fn brought(&self) -> Option<&str> {
        match self {
            Self::Read(details) => details.get(BROUGHT),
            _ => None,
        }
    }

    /// The record under which they were erased.
    pub(super) const fn erased_under(&self) -> Option<RecordSeq> {
        match self {
            Self::Erased(under) => Some(*under),
            _ => None,
        }
    }

    /// Those of them that `keeps` says may be given.
    pub(super) fn only(self, keeps: impl Fn(&str, &str) -> bool) -> Self {
        match self {
            Self::Read(details) => Self::Read(details.only(keeps)),
            other => other,
        }
    }

    /// The words with their salts, where they could be read.
    pub(super) fn into_details(self) -> Option<Details> {
        match self {
            Self::Read(details) => Some(details),
            _ => None,
        }
    }
}

impl Turn<'_> {
    /// The records that are `wanted`, with the words that this person may see.
    pub(super) fn tell(&mut self, wanted: impl Fn(&Record) -> bool) -> Result<Told, Error> {
        let mut records = Vec::new();
        self.act.records(|record| {
            if record.detail_key.is_some() || wanted(&record) {
                records.push(record);
            }
            Ok(())
        })?;
        let asked = records.iter().filter(|record| wanted(record));
        let sessions: BTreeSet<SessionId> = asked.map(|record| record.session).collect();
        let mut keys = DetailKeys::new();
        let mut told = Told::new();
        for record in records {
            // The record that names its session's key comes first.
            if sessions.contains(&record.session) {
                let words = self.details_of(&record, &mut keys)?.whole();
                told.insert(record.seq, (record, words));
            }
        }
        Ok(told)
    }

    /// The words of a record, compared with its digests.
    pub(super) fn details_of(
        &mut self,
        record: &Record,
        keys: &mut DetailKeys,
    ) -> Result<Words, Error> {
        let (act, ring, identity) = (&self.act, &mut *self.keyring, self.keys.identity());
        words_of(act, record, keys, |generation| {
            let log = access_log(act)?;
            let key = ring.at(act, identity, log, generation)?;
            Ok(key.map(CollectionKey::deposit))
        })
    }

    /// What is left of a record's words for somebody who reads none: that there are some, or that they
    /// were erased.
    pub(super) fn unread(&self, record: &Record) -> Result<Words, Error> {
        if record.sealed.is_none() {
            return Ok(Words::None);
        }
        if self.act.sealed_details(record.seq)?.is_some() {
            return Ok(Words::Hidden);
        }
        let erased = self.ledger().erased_under(record);
        Ok(erased.map_or(Words::None, Words::Erased))
    }

    /// Opens a session's detail key with the access log's key, where this person holds it.
    pub(super) fn detail_key(
        &mut self,
        session: SessionId,
        sealed: &SealedDetailKey,
    ) -> Result<Option<Key>, Error> {
        let log = self.built_in(CollectionKind::AccessLog)?;
        let Some(key) = self.collection_key_at(log, sealed.generation)? else {
            return Ok(None);
        };
        let identity = key.deposit();
        let place = details::key_place(self.vault()?, session);
        let opened = identity.unwrap(&place, &sealed.file).ok();
        Ok(opened.and_then(|bytes| Key::from_slice(bytes.expose())))
    }
}

fn access_log(act: &Act<'_>) -> Result<CollectionId, Error> {
    let log = act.ledger().built_in(CollectionKind::AccessLog);
    log.ok_or(Error::Internal("a vault without its built-in collections"))
}

/// The words of a record, compared with its digests; `deposit` gives what
/// opens the detail keys that were sealed to a generation of the access log, where the reader has it.
pub(super) fn words_of(
    act: &Act<'_>,
    record: &Record,
    keys: &mut DetailKeys,
    mut deposit: impl FnMut(Generation) -> Result<Option<Identity>, Error>,
) -> Result<Words, Error> {
    let flawed = || {
        let (seq, flaw) = (record.seq, Flaw::Details);
        Error::Store(StoreError::Log(BadRecord { seq, flaw }))
    };
    if record.sealed.is_none() {
        return Ok(Words::None);
    }
    let vault = id_of(act.ledger())?;
    let sealed = act.sealed_details(record.seq)?;
    // The first record of a session that has words says which key they are under; an author
    // who names none has none that opens them.
    if let (Entry::Vacant(at), Some(digest)) = (keys.entry(record.session), record.detail_key) {
        at.insert(match act.sealed_detail_key(record.session)? {
            Some(key) if key.digest() == digest => {
                let identity = deposit(key.generation)?;
                let place = details::key_place(vault, record.session);
                let opened = identity.and_then(|it| it.unwrap(&place, &key.file).ok());
                opened.and_then(|bytes| Key::from_slice(bytes.expose()))
            }
            // It went with the last of them.
            None if sealed.is_none() => None,
            _ => return Err(flawed()),
        });
    }
    let Some(sealed) = sealed else {
        let erased = act.ledger().erased_under(record);
        return erased.map(Words::Erased).ok_or_else(flawed);
    };
    if record.sealed != Some(Digest::of(&[&sealed])) {
        return Err(flawed());
    }
    let Some(key) = keys.get(&record.session).and_then(Option::as_ref) else {
        return Ok(Words::Hidden);
    };
    let place = details::place(vault, record.seq, record.session);
    // The bytes are those that the record's author bound: that they do not open is the
    // author's doing, and hides no other record.
    let opened = Details::open(key, &place, &sealed, &record.details);
    Ok(opened.map_or(Words::Unreadable, Words::Read))
}
