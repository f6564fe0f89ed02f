//! What an opening came to, read from the log: for whoever was not told of it yet, for the notice and
//! the minute, and for whoever has just opened the envelope.

use std::collections::BTreeMap;

use super::Session;
use super::log::{DetailKeys, words_of};
use super::opened::{Hand, Opening};
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::event::Event;
use crate::audit::record::Record;
use crate::audit::row::RowKey;
use crate::collection::CollectionKind;
use crate::error::{Error, Noun};
use crate::id::{EntryId, PersonId, RecordSeq};
use crate::keys::CollectionKey;
use crate::report::account::Words;
pub use crate::report::account::{Account, Made, RunAccount, Shown};
use crate::store::act::{Act, DetailKey};
use crate::store::draft::Draft;
use crate::store::rows::{EntryRow, PersonRow};

/// Records with what can be read of their words.
type Told = BTreeMap<RecordSeq, (Record, Words)>;

impl Session<'_> {
    /// The openings of which this person was not told yet, as far as they may know of them. That
    /// they unlocked the vault is on record before; nothing is told twice.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn untold(&mut self) -> Result<Vec<Account>, Error> {
        let openings = self.ledger().untold_for(self.person());
        if openings.is_empty() {
            return Ok(Vec::new());
        }
        let mut turn = self.turn_anyway()?;
        let accounts = turn.accounts(&openings)?;
        turn.commit()?;
        Ok(accounts)
    }

    /// The account of the opening with this first record, or of the last one, for whoever reads the
    /// log's words. That they were read is on record.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the envelope was not opened then; [`Error::Denied`].
    pub fn account(&mut self, opening: Option<RecordSeq>) -> Result<Account, Error> {
        let turn = self.turn()?;
        let draft = || Draft::new(Event::LogRead);
        let (mut turn, _) = turn.allow(Asked::ReadWords, draft())?;
        let register = &turn.ledger().envelope;
        let opening = opening.or_else(|| register.last_opening());
        let opening = opening.filter(|opening| register.was_opened(*opening));
        let opening = opening.ok_or(Error::NotFound(Noun::Opening))?;
        turn.record(draft())?;
        let mut accounts = turn.accounts(&[opening])?;
        turn.commit()?;
        accounts.pop().ok_or(Error::NotFound(Noun::Opening))
    }
}

impl Turn<'_> {
    /// The accounts of these openings, with the names and titles that this person may see.
    fn accounts(&mut self, openings: &[RecordSeq]) -> Result<Vec<Account>, Error> {
        let register = self.ledger().envelope.clone();
        let wanted = |record: &Record| {
            let mut openings = openings.iter();
            openings.any(|opening| Account::is_told_by(record, *opening, &register))
        };
        let told = match self.tell(wanted) {
            // Words that somebody damaged keep nobody from being told what the records say.
            Err(Error::Store(_)) => bare(&self.act, wanted)?,
            told => told?,
        };
        let mut accounts = Vec::with_capacity(openings.len());
        for opening in openings {
            let records = told.values().map(|(record, words)| (record, words));
            let mut account = Account::of(*opening, &register, records);
            for run in &mut account.runs {
                self.name(run)?;
            }
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// Fills in what the directory and the catalogues tell.
    fn name(&mut self, run: &mut RunAccount) -> Result<(), Error> {
        if let (None, Some(tag)) = (&run.opener, run.tag)
            && let Some(row) = self.act.person_by_login(&tag)?
        {
            run.opener = Some(self.person_name(row.person)?);
        }
        for made in run.made.iter_mut().filter(|made| made.name.is_none()) {
            made.name = Some(self.person_name(made.person)?);
        }
        for shown in run.shown.iter_mut().filter(|shown| shown.title.is_none()) {
            shown.title = self.shown_title(shown.entry)?;
        }
        Ok(())
    }

    /// An entry's title, where this person sees it and it opens.
    pub(super) fn shown_title(&mut self, entry: EntryId) -> Result<Option<String>, Error> {
        let row: Option<EntryRow> = self.act.row(&RowKey::Entry(entry))?;
        let Some(row) = row.filter(|row| self.sees(row.collection)) else {
            return Ok(None);
        };
        match self.catalogue_of(&row) {
            Ok(catalogue) => Ok(Some(catalogue.title)),
            Err(Error::KeyRefused(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

impl Opening<'_> {
    /// What the opening came to, with what its own keys read: all that was recorded before somebody
    /// renewed the access log's key, and of the rest this run. Nothing where the file cannot be read
    /// now; a member makes it again from the log.
    pub(super) fn afterwards(&mut self) -> Afterwards {
        let first = self.first;
        let Self { room, keys, .. } = self;
        let vault = &mut *room.vault;
        let Ok(act) = vault.store.begin(std::mem::take(&mut vault.ledger)) else {
            return Afterwards::default();
        };
        let account = keys.account(&act, first, &room.words).ok();
        let people = keys.people(&act).unwrap_or_default();
        let ledger = act.ledger().clone();
        drop(act);
        vault.ledger = ledger;
        Afterwards { account, people }
    }
}

/// What is said of an opening that has just ended.
#[derive(Debug, Clone, Default)]
pub struct Afterwards {
    /// What it came to; `None` where that could not be read.
    pub account: Option<Account>,
    /// What people are called, for what is to be done now.
    pub people: BTreeMap<PersonId, String>,
}

impl Hand {
    fn account(
        &mut self,
        act: &Act<'_>,
        opening: RecordSeq,
        own: &DetailKey,
    ) -> Result<Account, Error> {
        let register = &act.ledger().envelope;
        let wanted = |record: &Record| Account::is_told_by(record, opening, register);
        let told = self.tell(act, own, wanted);
        let told = told.or_else(|_| bare(act, wanted))?;
        let records = told.values().map(|(record, words)| (record, words));
        Ok(Account::of(opening, register, records))
    }

    /// What people are called, as far as the envelope opens it.
    fn people(&mut self, act: &Act<'_>) -> Result<BTreeMap<PersonId, String>, Error> {
        let mut people = BTreeMap::new();
        for person in act.ledger().people.keys() {
            let row: Option<PersonRow> = act.row(&RowKey::Person(*person))?;
            let Some(row) = row else { continue };
            let names = self
                .directory(act, row.generation)
                .map(CollectionKey::catalogue_key);
            let name = names.ok();
            let name = name.and_then(|it| it.open_person_name(*person, &row.name).ok());
            people.extend(name.map(|name| (*person, name)));
        }
        Ok(people)
    }

    /// The records that are `wanted`, with the words that the opened envelope can read.
    fn tell(
        &mut self,
        act: &Act<'_>,
        own: &DetailKey,
        wanted: impl Fn(&Record) -> bool,
    ) -> Result<Told, Error> {
        let log = act.ledger().built_in(CollectionKind::AccessLog);
        let log = log.ok_or(Error::Internal("a vault without its built-in collections"))?;
        let mut keys = DetailKeys::from([(own.session(), Some(own.duplicate()))]);
        let mut records = Vec::new();
        act.records(|record| {
            if wanted(&record) {
                records.push(record);
            }
            Ok(())
        })?;
        let mut told = Told::new();
        for record in records {
            let words = words_of(act, &record, &mut keys, |generation| {
                let key = self.open(act, log, generation)?;
                Ok(key.map(CollectionKey::deposit))
            })?;
            told.insert(record.seq, (record, words.whole()));
        }
        Ok(told)
    }
}

/// The records that are `wanted`, without their words.
fn bare(act: &Act<'_>, wanted: impl Fn(&Record) -> bool) -> Result<Told, Error> {
    let mut told = Told::new();
    act.records(|record| {
        if wanted(&record) {
            told.insert(record.seq, (record, Words::new()));
        }
        Ok(())
    })?;
    Ok(told)
}
