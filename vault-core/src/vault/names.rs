//! From what a person types to what they mean, and from ids back to names.

use super::entries::{Beside, state_of};
use super::turn::Turn;
use crate::audit::ledger::Ledger;
use crate::audit::row::RowKey;
use crate::collection::CollectionKind;
use crate::crypto::digest::{self, Digest};
use crate::encoding::{Encoder, Label};
use crate::entry::Catalogue;
use crate::error::{Candidate, EntryTraits, Error, Noun};
use crate::id::{CollectionId, EntryId, PersonId};
use crate::keys::KeyRefused;
use crate::person::login_tag;
use crate::secret::Key;
use crate::store::rows::{CollectionRow, EntryRow, PersonRow};
use crate::text::fold;

/// How the built-in collections are called.
pub(super) const fn built_in_name(kind: CollectionKind) -> &'static str {
    match kind {
        CollectionKind::Directory => "Directory",
        _ => "Access log",
    }
}

/// `HMAC(tag key, label ‖ folded title)`: members may confirm that a guessed title exists.
pub(super) fn title_tag(key: &Key, title: &str) -> Digest {
    let labelled = Encoder::new(Label::TitleTag).bytes(fold(title).as_bytes());
    digest::hmac(key, &labelled.finish())
}

/// Which of several entries of one title are meant by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Those in use; those that are retired where there is none.
    InUse,
    /// Those that are retired; those in use where there is none.
    Retired,
}

impl Use {
    /// Keeps of `rows` those that are meant.
    pub(super) fn choose(self, rows: &mut Vec<EntryRow>, ledger: &Ledger) {
        let is_meant =
            |row: &EntryRow| ledger.entries.is_retired(row.entry) == (self == Self::Retired);
        if rows.iter().any(is_meant) {
            rows.retain(is_meant);
        }
    }
}

/// An entry among others of its title.
pub(super) fn candidate(
    ledger: &Ledger,
    row: &EntryRow,
    collection: String,
    catalogue: Option<&Catalogue>,
) -> Candidate {
    let known = ledger.entries.get(&row.entry);
    Candidate {
        id: row.entry.to_string(),
        collection,
        entry: catalogue.map(|catalogue| EntryTraits {
            username: catalogue.username.clone(),
            state: state_of(known.as_ref(), catalogue),
            changed_at: catalogue.changed_at,
        }),
    }
}

impl Turn<'_> {
    /// The person called `name`.
    pub(super) fn find_person(&self, name: &str) -> Result<PersonId, Error> {
        if let Ok(id) = name.trim().to_lowercase().parse()
            && self.ledger().person(id).is_some()
        {
            return Ok(id);
        }
        let tag = login_tag(self.vault()?, name);
        let row = self.act.person_by_login(&tag)?;
        row.map(|row| row.person)
            .ok_or(Error::NotFound(Noun::Person))
    }

    /// The collection called `name`.
    pub(super) fn find_collection(&mut self, name: &str) -> Result<CollectionId, Error> {
        if let Ok(id) = name.trim().to_lowercase().parse()
            && self.ledger().collection(id).is_some()
        {
            return Ok(id);
        }
        let wanted = fold(name);
        let mut found = Vec::new();
        for id in self.collection_ids() {
            let name = self.collection_name(id)?;
            if fold(&name) == wanted {
                found.push((id, name));
            }
        }
        // Names are encrypted, so that no replay can see to it that each is given once.
        match &found[..] {
            [] => Err(Error::NotFound(Noun::Collection)),
            [(id, _)] => Ok(*id),
            _ => {
                let candidate = |(id, collection): (CollectionId, String)| Candidate {
                    id: id.to_string(),
                    collection,
                    entry: None,
                };
                let candidates = found.into_iter().map(candidate).collect();
                Err(Error::Ambiguous(Noun::Collection, candidates))
            }
        }
    }

    pub(super) fn collection_ids(&self) -> Vec<CollectionId> {
        self.ledger().collections.keys().copied().collect()
    }

    /// The entry called `name`: what is retired leaves its title to what is in use, and is meant by it
    /// only where nothing else is. Where several have that title, those that the person sees are told
    /// apart; where they see none, one of them stands for the refusal.
    pub(super) fn find_entry(&mut self, name: &str) -> Result<EntryRow, Error> {
        self.find_entry_that(name, Use::InUse)
    }

    /// The entry called `name`, with those first that are in use, or those that are retired.
    pub(super) fn find_entry_that(&mut self, name: &str, wanted: Use) -> Result<EntryRow, Error> {
        if let Ok(id) = name.trim().to_lowercase().parse::<EntryId>()
            && let Some(row) = self.act.row(&RowKey::Entry(id))?
        {
            return Ok(row);
        }
        let mut rows = self.entries_called(name)?;
        if rows.iter().any(|row| self.sees(row.collection)) {
            rows.retain(|row| self.sees(row.collection));
            wanted.choose(&mut rows, self.ledger());
        } else {
            wanted.choose(&mut rows, self.ledger());
            rows.truncate(1);
        }
        if rows.len() > 1 {
            let candidates = self.candidates(&rows)?;
            return Err(Error::Ambiguous(Noun::Entry, candidates));
        }
        rows.pop().ok_or(Error::NotFound(Noun::Entry))
    }

    /// What tells entries of one title apart, for whoever sees them.
    pub(super) fn candidates(&mut self, rows: &[EntryRow]) -> Result<Vec<Candidate>, Error> {
        let mut candidates = Vec::with_capacity(rows.len());
        for row in rows {
            let catalogue = match self.catalogue_of(row) {
                Ok(catalogue) => Some(catalogue),
                // One that does not open hides none of the others.
                Err(Error::KeyRefused(_)) => None,
                Err(other) => return Err(other),
            };
            let collection = self.collection_name(row.collection)?;
            let ledger = self.ledger();
            candidates.push(candidate(ledger, row, collection, catalogue.as_ref()));
        }
        Ok(candidates)
    }

    /// Refuses a title that is in use, of which entry `but` may be one.
    pub(super) fn refuse_taken(
        &mut self,
        title: &str,
        but: Option<EntryId>,
        beside: Beside,
    ) -> Result<(), Error> {
        if beside == Beside::Others {
            return Ok(());
        }
        let mut rows = self.entries_called(title)?;
        rows.retain(|row| {
            Some(row.entry) != but && self.sees(row.collection) && !self.is_retired(row.entry)
        });
        if rows.is_empty() {
            return Ok(());
        }
        Err(Error::TitleTaken(self.candidates(&rows)?))
    }

    /// Every entry of this title, whoever may see it.
    pub(super) fn entries_called(&mut self, title: &str) -> Result<Vec<EntryRow>, Error> {
        let tag = title_tag(&self.tag_key()?, title);
        Ok(self.act.entries_by_title(&tag)?)
    }

    /// Whether the person may see what a collection holds.
    pub(super) fn sees(&self, collection: CollectionId) -> bool {
        let collection = self.ledger().collection(collection);
        collection.is_some_and(|c| c.members.contains_key(&self.person))
    }

    /// A person's name as the directory has it; their id where whoever wrote it made it unreadable.
    pub(super) fn directory_name(&mut self, person: PersonId) -> Result<String, Error> {
        let key = RowKey::Person(person);
        let Some(row): Option<PersonRow> = self.act.row(&key)? else {
            return Ok(person.to_string());
        };
        let directory = self.built_in(CollectionKind::Directory)?;
        let names = self.catalogue_key(directory, row.generation)?;
        let name = names.and_then(|names| names.open_person_name(person, &row.name).ok());
        Ok(name.unwrap_or_else(|| person.to_string()))
    }

    /// A collection's name; its id where whoever made it left no readable one.
    pub(super) fn collection_name(&mut self, id: CollectionId) -> Result<String, Error> {
        let kind = self.ledger().collection(id).map(|c| c.facts.kind);
        match kind {
            None => return Err(Error::NotFound(Noun::Collection)),
            Some(kind) if kind.is_built_in() => return Ok(built_in_name(kind).to_owned()),
            Some(_) => {}
        }
        let key = RowKey::Collection(id);
        let Some(row): Option<CollectionRow> = self.act.row(&key)? else {
            return Ok(id.to_string());
        };
        let directory = self.built_in(CollectionKind::Directory)?;
        let names = self.catalogue_key(directory, row.generation)?;
        let name = names.and_then(|names| names.open_collection_name(id, &row.name).ok());
        Ok(name.unwrap_or_else(|| id.to_string()))
    }

    /// An entry's catalogue, which the person must be able to see.
    pub(super) fn catalogue_of(&mut self, row: &EntryRow) -> Result<Catalogue, Error> {
        let key = self.catalogue_key(row.collection, row.generation)?;
        let opened = key
            .ok_or(KeyRefused)?
            .open_catalogue(row.entry, row.revision, &row.catalogue);
        opened.map_err(|KeyRefused| Error::KeyRefused(Some(row.entry)))
    }
}
